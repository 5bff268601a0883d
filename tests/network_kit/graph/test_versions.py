"""The calendar of Graph API versions."""

from __future__ import annotations

from datetime import date

import pytest

from cminbox.network_kit.graph.versions import ENDS, PINNED, end_of, number_of, served


def test_the_pinned_version_has_an_end_and_every_end_is_a_date() -> None:
    assert PINNED in ENDS
    ends = [date.fromisoformat(end) for _version, end in sorted(ENDS.items(), key=lambda pair: number_of(pair[0]))]
    assert ends == sorted(ends)


def test_an_old_version_has_ended_and_a_new_one_has_no_announced_end() -> None:
    assert end_of(PINNED) == ENDS[PINNED]
    assert end_of("v3.2") == min(ENDS.values())
    assert end_of("v26.0") is None


def test_an_answer_in_another_version_is_told() -> None:
    assert served("v25.0", "v25.0") is None
    assert served("v25.0", None) is None
    assert served("v25.0", "\x1b[2J") is None
    assert "v27.0" in str(served("v25.0", "v27.0"))


@pytest.mark.parametrize("text", ["", "25.0", "v25", "v25.00", "v25.0/../me", "V25.0"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a version"):
        number_of(text)
