"""The first line with what is late, what soon will be, and what is to be expected; looking ahead beside the screen."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from stage.opening import NOON
from stage.scenery import HOUR
from stage.showing import inbox, until

from cminbox.domain.filter import Filter
from cminbox.domain.problem import StoreProblem
from cminbox.domain.saying import say
from cminbox.i18n import use
from cminbox.inbox.reading import Reading
from cminbox.inbox.reporting import Forecast
from cminbox.tui import outlook
from cminbox.tui.desk import Desk
from cminbox.tui.ink import cells
from cminbox.tui.outlook import Outlook
from cminbox.tui.tallying import Tally
from cminbox.tui.views import View
from cminbox.tui.widgets.header import header_line

if TYPE_CHECKING:
    from stage.showing import Shown

    from cminbox.tui.session import Session

AHEAD = Forecast(5, NOON + 7 * HOUR, 12.0)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlook, "FIRST_SECONDS", 0.0)


@pytest.fixture
def desk(given: Session) -> Desk:
    found = Desk.of(given)
    found.counts = replace(found.counts, late=3, at_risk=7)
    return found


def test_late_and_soon_stand_side_by_side(desk: Desk) -> None:
    assert "Late 3 │ Soon 4" in str(header_line(desk, 120))
    assert "Late 3  Soon 4" in str(header_line(desk, 80))
    assert "Late 3 !4" in str(header_line(desk, 50))
    desk.sync = "nobody fetches"
    assert str(header_line(desk, 40)).split("  ")[:2] == ["Inbox 12", "Late 3 !4"]
    desk.sync = ""
    desk.counts = replace(desk.counts, late=0, at_risk=2)
    assert "Soon 2" in str(header_line(desk, 80))
    desk.counts = replace(desk.counts, at_risk=0)
    assert "Soon" not in str(header_line(desk, 120))


def test_what_will_be_late_is_not_said_to_be_late_where_the_time_has_no_room(desk: Desk) -> None:
    desk.outlook = AHEAD
    assert "5 more late by " in str(header_line(desk, 160))
    assert "5 will be late" in {str(header_line(desk, width)).rstrip().split("  ")[-1] for width in range(90, 140)}


def test_many_saved_views_take_the_place_of_none_that_the_inbox_has(desk: Desk) -> None:
    own = [View(f"own:{one}", f"mine {one}", f"mine {one}", Filter(), own=True) for one in range(40)]
    desk.views = (*desk.views, *own)
    desk.sync = "nobody fetches"
    desk.tallies = {one.id: Tally(7, 0) for one in own}
    line = str(header_line(desk, 80))
    assert line.startswith("Inbox 12  Ment ")
    assert "Late 3 !4" in line
    assert line.endswith("  nobody fetches")
    assert "mine 0 7" in str(header_line(desk, 100))


def test_what_is_to_be_expected_stands_at_the_right_where_there_is_room(desk: Desk) -> None:
    assert "more late" not in str(header_line(desk, 120))
    desk.outlook = AHEAD
    assert str(header_line(desk, 160)).rstrip().split("5 more late by ")[1].count(":") == 1
    for width in range(20, 160):
        line = str(header_line(desk, width))
        assert cells(line) == max(width, 8)
        # It takes nothing away from what else is said.
        desk.outlook, without = None, str(header_line(desk, width))
        assert line[: len(without.rstrip())] == without.rstrip()
        desk.outlook = AHEAD
    desk.sync = "nobody fetches"
    assert str(header_line(desk, 160)).endswith("  nobody fetches")
    assert "5 more late by" in str(header_line(desk, 160))
    desk.sync = ""
    desk.outlook = replace(AHEAD, late=0)
    assert "more late" not in str(header_line(desk, 160))
    use("fr")
    desk.outlook = AHEAD
    assert "5 de plus en retard" in str(header_line(desk, 160))


def wait_for(one: Outlook) -> bool:
    """Look until there is an answer; return whether it is another one."""
    one.look(0)
    assert one._asked is not None
    one._asked.exception()
    return one.look(0)


def test_it_asks_in_another_thread_and_tells_only_what_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlook, "EVERY_SECONDS", 0.0)
    threads: list[str] = []
    answers = [AHEAD, AHEAD, replace(AHEAD, late=6)]

    def forecast() -> Forecast:
        threads.append(threading.current_thread().name)
        return answers[len(threads) - 1]

    one = Outlook(forecast)
    assert [wait_for(one) for _ in answers] == [True, False, True]
    assert one.latest == answers[-1]
    assert threading.current_thread().name not in threads
    one.close()


def test_it_asks_seldom_and_a_busy_database_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy() -> Forecast:
        raise StoreProblem(say("The reply is empty"))

    one = Outlook(busy)
    assert not wait_for(one)
    assert one.latest is None
    assert not one.look(0)
    assert one._asked is None
    one.close()
    monkeypatch.setattr(outlook, "FIRST_SECONDS", 1000.0)
    later = Outlook(busy)
    assert not later.look(1)
    assert later._asked is None
    later.close()


def test_it_asks_sooner_when_something_has_become_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlook, "SOONER_SECONDS", 0.0)
    one = Outlook(lambda: AHEAD)
    assert wait_for(one)
    one.look(0)
    assert one._asked is None
    one.look(1)
    assert one._asked is not None
    one.close()


async def test_the_screen_shows_it_without_being_asked(
    shown: Shown, given: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Reading, "forecast", lambda _reading: AHEAD)
    async with shown(given, (160, 40)) as pilot:
        await until(pilot, lambda: "5 more late" in inbox(pilot).header.text)
