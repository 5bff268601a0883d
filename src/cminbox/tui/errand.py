"""Run a command at a terminal that was lent to it, then wait for Enter: `-m cminbox.tui.errand WORDS COMMAND …`."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def command_for(words: str, command: Sequence[str]) -> list[str]:
    """Return the command line that runs a command and says these words after it."""
    return [sys.executable, "-m", "cminbox.tui.errand", words, *command]


def main(arguments: Sequence[str]) -> int:
    """Run the command; what it says stays on the screen until a person has read it."""
    words, *command = arguments
    code = subprocess.call(command)  # noqa: S603 - what the screen asked for, no shell in between
    sys.stdout.write(f"\n{words} ")
    sys.stdout.flush()
    sys.stdin.readline()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
