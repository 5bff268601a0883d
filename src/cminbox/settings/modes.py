"""Who may read what cminbox writes, in one place: files are for their owner alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = 0o600
FOLDER: Final = 0o700
OTHERS: Final = 0o077
"""The bits that must not be set on a secret file or on the folder that holds it."""


def make_folder(folder: Path) -> None:
    """Create `folder` and those above it that are missing, each private whatever the umask; an existing one stays."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=FOLDER, exist_ok=True)
    folder.chmod(FOLDER)
