"""The first line where there is little room: what is wrong is said shortly before any view is left out."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from stage.scenery import MINUTE

from cminbox.domain.account import Health, HealthState
from cminbox.i18n import use
from cminbox.tui.desk import Desk
from cminbox.tui.ink import cells
from cminbox.tui.widgets.header import header_line

if TYPE_CHECKING:
    from cminbox.tui.session import Session

ALL = ["Inbox", "Ment", "DM", "Com", "Rev", "Late"]


def troubled(given: Session, states: list[HealthState]) -> Desk:
    """Return the desk where as many networks are in trouble, each to be asked again in an hour."""
    desk = Desk.of(given)
    desk.counts = replace(desk.counts, late=3, at_risk=7)
    (first, *_) = desk.accounts.values()
    retry_at = desk.now + 70 * MINUTE
    accounts = [replace(first, id=at, health=Health(state, "", retry_at)) for at, state in enumerate(states)]
    desk.accounts = {str(one.id): one for one in accounts}
    return desk


def views_in(line: str) -> list[str]:
    return [word for word in line.split() if word in ALL]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_two_networks_that_are_offline_are_counted_before_a_view_goes(given: Session, language: str) -> None:
    use(language)
    desk = troubled(given, [HealthState.OFFLINE] * 2)
    line = str(header_line(desk, 76))
    assert line.endswith({"en": "  2 offline", "fr": "  2 hors ligne"}[language])
    assert cells(line) == 76
    assert sum(one.short_title in line for one in desk.views) >= len(ALL)


def test_where_there_is_room_each_network_is_named(given: Session) -> None:
    assert str(header_line(troubled(given, [HealthState.OFFLINE] * 2), 160)).count("Ma offline 1 h") == 2


def test_one_network_loses_only_the_time_until_it_is_asked_again(given: Session) -> None:
    lines = {str(header_line(troubled(given, [HealthState.OFFLINE]), width)) for width in range(50, 70)}
    assert any(line.endswith("Ma offline") for line in lines)


def test_what_one_can_mend_is_named_beside_the_count(given: Session) -> None:
    states = [HealthState.OFFLINE, HealthState.OFFLINE, HealthState.SIGN_IN]
    line = str(header_line(troubled(given, states), 80))
    assert "2 offline" in line
    assert "Ma sign in" in line


def test_views_go_one_by_one_from_the_end_and_what_is_late_stays(given: Session) -> None:
    desk = troubled(given, [HealthState.OFFLINE] * 2)
    found = [views_in(str(header_line(desk, width))) for width in range(80, 24, -1)]
    for before, now in pairwise(found):
        assert len(before) - len(now) in {0, 1}
    kept = [one for one in found if len(one) > 1]
    assert all(one == [*ALL[: len(one) - 1], "Late"] for one in kept)
    assert {2, 3, 4} <= {len(one) for one in found}
