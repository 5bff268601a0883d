"""The clock of a message starts when it reached us, whatever the network says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.arrival import arrival

HOUR = 3_600_000
NOW = 1_790_000_000_000
INSTANTS = st.integers(0, 4_000_000_000_000)


def test_an_honest_time_is_taken() -> None:
    assert arrival(NOW - HOUR, NOW - 2 * HOUR, NOW) == NOW - HOUR


def test_a_back_dated_message_arrives_after_the_last_complete_fetch() -> None:
    assert arrival(NOW - 72 * HOUR, NOW - HOUR, NOW) == NOW - HOUR


def test_a_message_from_the_future_arrives_now() -> None:
    assert arrival(NOW + HOUR, NOW - HOUR, NOW) == NOW


def test_at_the_first_fetch_the_network_is_believed() -> None:
    assert arrival(NOW - 72 * HOUR, None, NOW) == NOW - 72 * HOUR


@given(INSTANTS, st.none() | INSTANTS, INSTANTS)
def test_nothing_arrives_in_the_future_or_before_it_could(created: int, last: int | None, now: int) -> None:
    moment = arrival(created, last, now)
    assert moment <= now
    assert moment >= min(now, created if last is None else max(created, last))
