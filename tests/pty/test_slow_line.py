"""Over a slow line with a long way one types ahead of what one sees: it means the same, and costs few bytes."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace
from stage.scenery import crowd

if TYPE_CHECKING:
    from pathlib import Path

    from stage.terminal import Play, Terminal

ONE_WAY_SECONDS = 0.075
BYTES_A_SECOND = 8_000
"""64 kbit/s, as a bad mobile line has."""
APART = 1 / 30
"""Keys come as fast as a key that is held down repeats."""
QUIET_SECONDS = 1.0


class SlowLine:
    """Lies between the hands and a terminal's program: both ways take a while, and one carries few bytes."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._up: deque[tuple[float, str]] = deque()
        self._down: deque[tuple[float, bytes]] = deque()
        self._paid = time.monotonic()
        self.carried = 0

    def type(self, *keys: str) -> None:
        """Type keys one after the other, whatever is seen meanwhile, and wait until nothing comes any more."""
        before = time.monotonic()
        for number, key in enumerate(keys):
            self._up.append((before + number * APART + ONE_WAY_SECONDS, key))
        quiet = time.monotonic()
        while self._up or self._down or time.monotonic() - quiet < QUIET_SECONDS:
            if self._pass_on():
                quiet = time.monotonic()
            time.sleep(0.005)

    def _pass_on(self) -> bool:
        now = time.monotonic()
        while self._up and self._up[0][0] <= now:
            self._terminal.type(self._up.popleft()[1])
        while self._down and self._down[0][0] <= now:
            self._terminal.show(self._down.popleft()[1])
        # What a busy machine made wait is not carried all at once.
        allowed = min(BYTES_A_SECOND // 10, round((now - self._paid) * BYTES_A_SECOND))
        found = self._terminal.trickle(allowed)
        if found or allowed >= BYTES_A_SECOND // 10:
            self._paid = now
        if found:
            self.carried += len(found)
            self._down.append((now + ONE_WAY_SECONDS, found))
        return bool(found)


@pytest.fixture
def crowded(folder: Path) -> Path:
    workspace = open_workspace(folder, Clock())
    crowd(workspace, 200)
    workspace.close()
    return folder


def done(folder: Path) -> list[str]:
    workspace = open_workspace(folder, Clock())
    try:
        rows = workspace.database.read().execute(
            "SELECT p.handle FROM conversations c JOIN people p ON p.id = c.person_id WHERE status = 'done'"
        )
        return sorted(handle for (handle,) in rows)
    finally:
        workspace.close()


def listed(folder: Path) -> list[str]:
    workspace = open_workspace(folder, Clock())
    try:
        return [one.row.person.handle for one in workspace.queue.page(now=workspace.now())]
    finally:
        workspace.close()


def test_what_is_typed_ahead_means_what_it_means_on_a_fast_line(play: Play, crowded: Path) -> None:
    queue = listed(crowded)
    terminal = play("--patient", columns=120, lines=40, first=f"@{queue[0]}")
    line = SlowLine(terminal)
    line.type(*"jjjjjjjjjje", *"jjjje", *"kkk", *"ee")
    # Each of them is the row that the keys before it led to: done is gone on from.
    assert done(crowded) == sorted((queue[10], queue[15], queue[13], queue[14]))
    before = terminal.text
    assert f"@{queue[16]} · " in before
    line.type("\x0c")
    # What is to be expected may have been worked out meanwhile, and what was done is said until the next key.
    assert terminal.text.split("\n")[1:-1] == before.split("\n")[1:-1]


def test_a_key_that_is_held_down_costs_the_rows_that_it_passes(play: Play, crowded: Path) -> None:
    queue = listed(crowded)
    terminal = play(columns=120, lines=40, first=f"@{queue[0]}")
    line = SlowLine(terminal)
    line.type(*"j" * 60)
    assert f"@{queue[60]} · " in terminal.text
    # Scrolling half a list now and then is paid for; no conversation is but the first and the last.
    assert line.carried <= 60 * 400
