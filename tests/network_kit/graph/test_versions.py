"""The calendar of Graph API versions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from cminbox.network_kit.graph.versions import ENDS, PINNED, WARN_DAYS, number_of, served, warning


def at(day: str, days: int = 0) -> int:
    moment = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=days)
    return round(moment.timestamp() * 1000)


def test_the_pinned_version_has_an_end_and_every_end_is_a_date() -> None:
    assert PINNED in ENDS
    ends = [date.fromisoformat(end) for _version, end in sorted(ENDS.items(), key=lambda pair: number_of(pair[0]))]
    assert ends == sorted(ends)


@pytest.mark.parametrize("version", sorted(ENDS))
def test_an_end_is_announced_in_time_and_said_when_it_is_over(version: str) -> None:
    end = ENDS[version]
    assert warning(version, at(end, -WARN_DAYS - 1)) is None
    soon = warning(version, at(end, -WARN_DAYS + 1))
    assert soon is not None
    assert end in str(soon)
    last_day = warning(version, at(end))
    assert last_day is not None
    assert end in str(last_day)
    over = warning(version, at(end, 1))
    assert over is not None
    assert PINNED in str(over)


def test_an_old_version_has_ended_and_a_new_one_has_no_announced_end() -> None:
    assert "has ended" in str(warning("v3.2", at("2026-11-21")))
    assert warning("v26.0", at("2030-01-01")) is None


def test_an_answer_in_another_version_is_told() -> None:
    assert served("v25.0", "v25.0") is None
    assert served("v25.0", None) is None
    assert served("v25.0", "\x1b[2J") is None
    assert "v27.0" in str(served("v25.0", "v27.0"))


@pytest.mark.parametrize("text", ["", "25.0", "v25", "v25.00", "v25.0/../me", "V25.0"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a version"):
        number_of(text)
