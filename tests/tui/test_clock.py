"""Late, soon and the time that is left, in the rows of the queue: the same clock as everywhere else."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from stage.opening import NOON, session
from stage.scenery import HOUR, MINUTE, arrive
from stage.showing import inbox

from cminbox.inbox.clock import Stage, clock_of
from cminbox.sla.stages import StageRules
from cminbox.store.policies import put_in_force
from cminbox.store.reviewing import review
from cminbox.tui import wording
from cminbox.tui.desk import Desk
from cminbox.tui.widgets.queue_list import queue_line
from cminbox.tui.wording import State

if TYPE_CHECKING:
    from stage.opening import Clock
    from stage.showing import Shown

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import Session

OFFICE = {"tz": "UTC", "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
MONDAY = round(datetime(2026, 11, 23, tzinfo=UTC).timestamp()) * 1000


def enforce(workspace: Workspace, hours: int, schedule: dict[str, Any] | None = OFFICE) -> None:
    """Let one policy hold for everything, also for what is here."""
    policy = {
        "name": "all",
        "match": {},
        "targets": {"frt": hours * 3600, "nrt": hours * 3600},
        "pause": {},
        "schedule": schedule,
    }
    put_in_force(workspace.database, [policy], StageRules(), now=workspace.now())
    while review(workspace.database, now=workspace.now()):
        continue


def only(workspace: Workspace, clock: Clock, at: int, hours: int) -> Desk:
    """Return a desk with one conversation, that came at an instant."""
    clock.at = at
    enforce(workspace, hours)
    arrive(workspace, "late-comer")
    desk = Desk.of(session(workspace))
    desk.filter("@late-comer")
    return desk


def shown_line(desk: Desk) -> list[str]:
    assert desk.row is not None
    words = str(queue_line(desk.row, 80, desk)).split()
    return [words[0], words[-1]]


@pytest.mark.parametrize(
    ("minutes", "sign", "left"),
    [
        (0, "·", "2h"),
        (61, "·", "0:59"),
        (89, "·", "0:31"),
        (90, "w", "0:30"),
        (108, "!", "0:12"),
        (119, "!", "60s"),
        (120, "!", "0s"),
        (121, "L", "-0:01"),
        (239, "L", "-1h"),
        (240, "T", "-2h"),
    ],
)
def test_every_stage_has_its_letter_and_the_time_that_is_left(
    workspace: Workspace, clock: Clock, minutes: int, sign: str, left: str
) -> None:
    desk = only(workspace, clock, MONDAY + 9 * HOUR, 2)
    clock.forward(minutes * MINUTE)
    assert shown_line(desk) == [sign, left]


def test_the_time_left_is_working_time_and_stands_still_at_night(workspace: Workspace, clock: Clock) -> None:
    desk = only(workspace, clock, MONDAY + 16 * HOUR, 2)
    clock.forward(40 * MINUTE)
    assert shown_line(desk) == ["·", "1h"]
    for hours in (1, 5, 14):
        clock.at = MONDAY + (17 + hours) * HOUR
        assert shown_line(desk) == ["·", "1h"]
    clock.at = MONDAY + 33 * HOUR + 30 * MINUTE
    assert shown_line(desk) == ["w", "0:30"]


def test_a_target_that_ends_at_closing_is_late_from_the_next_opening_on(workspace: Workspace, clock: Clock) -> None:
    desk = only(workspace, clock, MONDAY + 15 * HOUR, 2)
    clock.at = MONDAY + 20 * HOUR
    assert shown_line(desk) == ["!", "0s"]
    clock.at = MONDAY + 33 * HOUR + MINUTE
    assert shown_line(desk) == ["L", "-0:01"]


OF_STAGE = {
    Stage.QUIET: {State.CALM},
    Stage.WARN: {State.WARN},
    Stage.URGENT: {State.SOON},
    Stage.BREACHED: {State.LATE, State.TWICE},
}


@pytest.mark.parametrize("seed", range(5))
def test_rows_counts_and_clocks_agree_at_every_instant(workspace: Workspace, clock: Clock, seed: int) -> None:
    rng = random.Random(seed)
    enforce(workspace, rng.choice((1, 2, 3)), rng.choice((OFFICE, None)))
    desk = Desk.of(session(workspace))
    for _ in range(20):
        clock.forward(rng.randrange(1, 90) * MINUTE)
        counts = desk.session.reading.counts()
        rows = [one.row for one in desk.session.reading.page()]
        states = [wording.state_of(row, clock.at) for row in rows]
        for row, state in zip(rows, states, strict=True):
            found = clock_of(row, clock.at)
            assert found is not None
            assert state in OF_STAGE[found.stage]
            left = desk.time_left(row, clock.at)
            assert left is not None
            assert (left < 0) is (found.stage is Stage.BREACHED) or left == 0
        late = sum(state in OF_STAGE[Stage.BREACHED] for state in states)
        assert (counts.late, counts.at_risk - counts.late) == (late, states.count(State.SOON))


async def test_only_rows_whose_time_looks_different_are_drawn_again(
    shown: Shown, given: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(given) as pilot:
        screen = inbox(pilot)
        screen.tick(clock.at)
        drawn: list[list[int]] = []
        monkeypatch.setattr(screen.list, "redraw", lambda rows: drawn.append(sorted(rows)))
        clock.forward(10_000)
        screen.tick(clock.at)
        assert [] in drawn
        assert all(len(rows) < len(screen.desk.window) for rows in drawn)
        drawn.clear()
        clock.at = NOON + 31 * MINUTE
        screen.tick(clock.at)
        assert any(drawn)
