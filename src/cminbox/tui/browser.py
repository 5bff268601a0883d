"""The person's own browser, where one would appear before him."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")
_REMOTE = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "MOSH_CONNECTION")


def is_local(environ: Mapping[str, str]) -> bool:
    """Whether a browser that is opened here would appear before the person: no remote session, and a display."""
    if any(environ.get(name) for name in _REMOTE):
        return False
    return sys.platform == "darwin" or any(environ.get(name) for name in _SCREENS)


def browse(link: str, environ: Mapping[str, str]) -> bool:
    """Open an address of the web, which was checked to be one; return False where no browser would be seen."""
    program = shutil.which("open" if sys.platform == "darwin" else "xdg-open") if is_local(environ) else None
    if program is None:
        return False
    nothing = subprocess.DEVNULL
    try:
        subprocess.Popen(  # noqa: S603 - handed over as one argument, which no shell reads
            [program, link], stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
        )
    except OSError:
        return False
    return True
