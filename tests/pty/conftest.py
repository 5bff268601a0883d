"""The screen in a terminal of its own."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from stage.terminal import Play, Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "stage"


@pytest.fixture
def play(folder: Path) -> Iterator[Play]:
    """Start the screen on a furnished workspace and wait for its first paint."""
    with ExitStack() as stack:

        def start(
            *options: str,
            columns: int = 80,
            lines: int = 24,
            first: str = "@ana",
        ) -> Terminal:
            paths = os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests" / "screen")))
            variables = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
            command = [sys.executable, "-m", "stage.play", str(folder), *options]
            terminal = stack.enter_context(Terminal(command, variables, columns=columns, lines=lines))
            terminal.shows(first)
            terminal.read(0.5)
            return terminal

        yield start
