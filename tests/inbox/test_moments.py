"""Times to come as people type them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cminbox.domain.problem import UsageProblem
from cminbox.inbox.moments import parse_moment

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)


def read(text: str, zone: ZoneInfo = PARIS) -> str:
    found = parse_moment(text, round(NOW.timestamp() * 1000), zone)
    return datetime.fromtimestamp(found / 1000, zone).isoformat()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", "2026-10-24T16:00:00+02:00"),
        ("1d12h", "2026-10-26T01:00:00+01:00"),
        ("16:00", "2026-10-24T16:00:00+02:00"),
        ("09:30", "2026-10-25T09:30:00+01:00"),
        ("9:30", "2026-10-25T09:30:00+01:00"),
        ("14:00", "2026-10-25T14:00:00+01:00"),
        ("2026-10-26", "2026-10-26T09:00:00+01:00"),
        ("2026-10-26T08:15", "2026-10-26T08:15:00+01:00"),
        ("2026-10-26T00:00", "2026-10-26T00:00:00+01:00"),
        ("2026-10-26 08:15", "2026-10-26T08:15:00+01:00"),
        ("2026-10-26T08:15:00Z", "2026-10-26T09:15:00+01:00"),
    ],
)
def test_a_length_a_clock_or_a_day(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize("text", ["", "soon", "25:00", "2026-13-01", "2", "h", "1h30", "10", "-1h", "9" * 400 + "d"])
def test_what_is_no_time_is_said_with_examples(text: str) -> None:
    with pytest.raises(UsageProblem, match="14:30"):
        read(text)


def test_this_machines_zone_is_meant_where_none_is_named() -> None:
    assert parse_moment("2026-10-26T08:15", 0) == round(datetime(2026, 10, 26, 8, 15, tzinfo=UTC).timestamp() * 1000)
