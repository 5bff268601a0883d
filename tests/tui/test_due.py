"""When an answer is due, in words."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from stage.opening import NOON, session
from stage.scenery import HOUR, MINUTE, arrive, manifest
from stage.showing import enter, inbox

from cminbox.domain.conversation import Target
from cminbox.domain.message import Kind
from cminbox.i18n import use
from cminbox.tui import due
from cminbox.tui.desk import Desk
from cminbox.tui.ink import Ink
from cminbox.tui.widgets.preview import rule_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stage.opening import Clock
    from stage.showing import Shown

    from cminbox.domain.conversation import QueueRow
    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import Session

DAY = 24 * HOUR


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def row(given: Session) -> QueueRow:
    found = Desk.of(given).row
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (0, "10:01"),
        (13 * HOUR, "23:01"),
        (14 * HOUR, "Sat 00:01"),
        (-11 * HOUR, "Thu 23:01"),
        (6 * DAY, "Thu 10:01"),
        (7 * DAY, "2026-11-27 10:01"),
        (-7 * DAY, "2026-11-13 10:01"),
    ],
)
def test_a_moment_is_named_as_shortly_as_it_is_clear(away: int, said: str) -> None:
    assert due.moment(NOON + away, NOON) == said


def test_weekdays_are_those_of_the_language() -> None:
    use("fr")
    assert due.moment(NOON + 3 * DAY, NOON) == "lun. 10:01"


def test_it_says_which_answer_is_due_when_or_was(row: QueueRow) -> None:
    soon = replace(row, due=NOON + HOUR, late_at=NOON + HOUR)
    assert due.due(soon, NOON) == "first reply due 11:01"
    assert due.due(soon, NOON + 2 * HOUR) == "late since 11:01"
    assert due.due(replace(soon, target=Target.NRT), NOON) == "next reply due 11:01"
    assert due.due(replace(soon, target=Target.RESOLUTION), NOON) == "to be settled by 11:01"
    assert due.due(replace(soon, due=None, time_left=2 * HOUR), NOON) == (
        "first reply: the clock stands still, 2 h left"
    )
    assert due.due(replace(soon, target=None), NOON) == ""


def test_the_end_of_the_networks_window_is_told_louder_as_it_comes() -> None:
    assert due.window(None, NOON) == ("", Ink.PLAIN)
    assert due.window(NOON + DAY, NOON) == ("replies taken until Sat 10:01", Ink.PLAIN)
    assert due.window(NOON + 59 * MINUTE, NOON) == ("replies taken until 11:00", Ink.SOON)
    assert due.window(NOON - 1, NOON) == ("no reply taken since 10:00", Ink.LATE)


def with_window(workspace: Workspace) -> Session:
    """Return the session of a workspace where one network takes replies to direct messages for a day."""
    facts = replace(manifest("mastodon", "Ma"), windows={Kind.DM: 24 * 3600})
    workspace.accounts.refresh_facts(workspace.accounts.get("brand").id, facts, "brand@social.example")
    arrive(workspace, "window-shopper")
    return session(workspace)


def test_the_window_stands_beside_the_target(workspace: Workspace) -> None:
    given = with_window(workspace)
    desk = Desk.of(given)
    desk.filter("@window-shopper")
    assert desk.row is not None
    view = given.reading.show(desk.row.id)
    assert view.reply_until == NOON + DAY
    line = str(rule_line(desk.row, view, "kim", 120, now=NOON))
    assert "first reply due 11:01 \N{MIDDLE DOT} replies taken until Sat 10:01" in line
    assert "replies taken" not in str(rule_line(desk.row, None, "kim", 120, now=NOON))


async def test_a_week_is_put_off_until_a_day_and_not_for_six(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("z", "w")
        assert "Put off until 2026-11-27 09:00" in inbox(pilot).footer.text


async def test_nothing_is_sent_once_the_network_takes_nothing_any_more(
    shown: Shown, workspace: Workspace, clock: Clock
) -> None:
    async with shown(with_window(workspace)) as pilot:
        await pilot.press("g", "d")
        screen = inbox(pilot)
        await pilot.press("/", *"@window", "enter")
        clock.forward(25 * HOUR)
        await pilot.press("r", *"hello")
        await enter(pilot)
        assert "24 h" in screen.footer.text
        assert workspace.outbox.outstanding() == []
