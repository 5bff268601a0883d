"""A link that stalls stops nothing but the picture."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from stage.opening import Clock, open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from stage.terminal import Play

PATIENCE = 30.0


def drafts(folder: Path) -> list[str]:
    workspace = open_workspace(folder, Clock())
    try:
        return [one.text for one in workspace.drafts.of("kim")]
    finally:
        workspace.close()


def test_what_is_typed_while_nobody_reads_is_kept_and_the_picture_catches_up(play: Play, folder: Path) -> None:
    terminal = play(columns=200, lines=50)
    # Far more than a terminal buffers, and nobody reads it.
    for _ in range(80):
        terminal.type("\x0c")
        time.sleep(0.01)
    terminal.type("jr")
    time.sleep(0.5)
    terminal.type("typed into the void")
    end = time.monotonic() + PATIENCE
    while drafts(folder) != ["typed into the void"] and time.monotonic() < end:
        time.sleep(0.1)
    assert drafts(folder) == ["typed into the void"]
    terminal.shows("typed into the void")
    terminal.shows("Reply to @joe.sky.example")
    terminal.shows("Inbox 12")
