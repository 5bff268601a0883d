"""Draw one picture at the terminal and wait for a key: `python -m cminbox.tui.picture FILE [WORDS]`.

It runs as a process of its own, with little memory and time: whatever a stranger's picture does to its decoder, the
inbox and its secrets are not there.
"""

from __future__ import annotations

import os
import resource
import sys
import termios
import tty
from importlib import import_module
from typing import Any

from rich.console import Console

MISSING, UNREADABLE = 3, 4
"""What the process ends with where textual-image is not installed, and where a picture cannot be drawn."""
_MEMORY = 1_500_000_000
_PROCESSOR_SECONDS = 20
_MOST_PIXELS = 50_000_000
_MARGIN = 3
_FINEST = 2_000
"""No terminal shows more pixels than that in a row."""


def main(arguments: list[str]) -> int:
    """Draw the picture in the named file, at most as large as the terminal."""
    try:
        pictures: Any = import_module("PIL.Image")
        # Asks the terminal what it can when it is loaded: graphics of its own, else half blocks.
        drawing = import_module("textual_image.renderable")
    except ImportError:
        return MISSING
    resource.setrlimit(resource.RLIMIT_CPU, (_PROCESSOR_SECONDS, _PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    pictures.MAX_IMAGE_PIXELS = _MOST_PIXELS // 2
    console = Console()
    try:
        with pictures.open(arguments[0]) as picture:
            width = fitting(picture.size, console.size)
            picture.thumbnail((_FINEST, _FINEST))
            drawn = picture.convert("RGB")
        console.clear()
        console.print(drawing.Image(drawn, width=width, height="auto"))
    except (OSError, ValueError, SyntaxError, MemoryError, OverflowError, pictures.DecompressionBombError):
        return UNREADABLE
    for words in arguments[1:]:
        sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
    _wait_for_key()
    return 0


def fitting(picture: tuple[int, int], terminal: tuple[int, int]) -> int:
    """Return how many columns a picture of some pixels takes, so that words have room below it."""
    columns, lines = terminal
    return max(1, min(columns, 2 * max(1, lines - _MARGIN) * picture[0] // max(1, picture[1])))


def _wait_for_key() -> None:
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal)
        os.read(terminal, 1)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
