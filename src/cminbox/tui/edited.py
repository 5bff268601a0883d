"""What to say of a file that a person had in his own editor: whether he changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.text import safe
from cminbox.i18n import _

if TYPE_CHECKING:
    from pathlib import Path

_PATH = 200
_LARGEST = 1024 * 1024


def content_of(file: Path) -> bytes | None:
    """Return the first million bytes of a file, None where there is none that can be read."""
    try:
        with file.open("rb") as opened:
            return opened.read(_LARGEST)
    except OSError:
        return None


def edited_line(file: Path, before: bytes | None) -> str:
    """Return whether a file says something else than before, in words."""
    changed = content_of(file) != before
    said = _("Edited: {file}") if changed else _("Nothing was changed: {file}")
    return said.format(file=safe(str(file), limit=_PATH))
