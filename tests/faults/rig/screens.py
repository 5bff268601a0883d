"""The program at a pseudo-terminal of its own, on a stage's workspace."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from stage.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

RESTORED = (b"\x1b[?1049l", b"\x1b[?25h")
"""The other screen left, and the cursor shown again."""


def environment(home: Path, agent: str, mark: str) -> dict[str, str]:
    """Return what the program finds in its environment; `mark` is by what its processes are known."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "CMINBOX_AGENT": agent,
        "CMINBOX_UI__LANGUAGE": "en",
        "TMPDIR": mark,
    }


def screen(folder: Path, agent: str, mark: str) -> Terminal:
    """Open the inbox in a terminal."""
    command = [sys.executable, "-m", "cminbox", "--workspace", f"{folder}/"]
    return Terminal(command, environment(folder.parent, agent, mark), columns=100, lines=30)


def processes_of(mark: str) -> Iterator[int]:
    """Yield every process that was started with a mark in its environment, its children's children included."""
    wanted = f"TMPDIR={mark}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                yield int(process.name)
        except OSError:
            # It has ended, or is another user's.
            continue
