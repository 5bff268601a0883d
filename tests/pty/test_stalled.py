"""A link that stalls stops nothing but the picture, and nothing piles up behind it."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace
from stage.scenery import arrive

if TYPE_CHECKING:
    from stage.terminal import Play, Terminal

PATIENCE = 30.0
UPDATES = 1_500
"""So many whole pictures would be some megabytes."""
BUFFERED = 64 * 1024
"""More than a pseudo-terminal of Linux keeps for whoever does not read."""
MEGABYTE = 1024 * 1024


def drafts(folder: Path) -> list[str]:
    workspace = open_workspace(folder, Clock())
    try:
        return [one.text for one in workspace.drafts.of("kim")]
    finally:
        workspace.close()


def resident_bytes(terminal: Terminal) -> int:
    """Return the memory that the program has now."""
    status = Path(f"/proc/{terminal.process}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


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


@pytest.mark.parametrize("seconds", [2.0, pytest.param(60.0, marks=[pytest.mark.slow, pytest.mark.timeout(240)])])
def test_nothing_piles_up_while_nobody_reads_and_only_the_last_state_is_painted_then(
    play: Play, folder: Path, seconds: float
) -> None:
    terminal = play("--clock", columns=200, lines=50)
    drawn = bytearray()
    while b"@ana" not in drawn:
        terminal.type("\x0c")
        drawn = bytearray(terminal.read(0.5))
    whole = len(drawn)
    assert whole * UPDATES > 50 * BUFFERED
    before = resident_bytes(terminal)
    start = time.monotonic()
    for update in range(UPDATES):
        # Another row and everything drawn anew, again and again.
        terminal.type("j\x0c" if update % 20 < 10 else "k\x0c")
        time.sleep(0.002)
    workspace = open_workspace(folder, lambda: round(time.time() * 1000), terminal="pts/3")
    arrive(workspace, "latecomer")
    workspace.close()
    terminal.type("ggj")
    time.sleep(max(1.0, seconds - (time.monotonic() - start)))
    grown = resident_bytes(terminal) - before
    assert grown < min(8 * MEGABYTE, whole * UPDATES)
    caught_up = bytearray()
    end = time.monotonic() + PATIENCE
    while "+1" not in terminal.text and time.monotonic() < end:
        caught_up += terminal.read(0.3)
    caught_up += terminal.read(1.0)
    # What the terminal had buffered, what was on its way there, and one picture of how it is now.
    assert len(caught_up) < BUFFERED + 6 * whole
    assert "+1" in terminal.text
    assert "love this, does it ship to Spain?" in terminal.text
    assert "@joe.sky.example · mention" in terminal.text
