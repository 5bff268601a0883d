"""Busy accounts are looked at often, quiet ones rarely, all within bounds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cminbox.sync.pace import Bounds, interval_after

BOUNDS = Bounds(30, 900)


def test_it_begins_fast() -> None:
    assert interval_after(0, None, BOUNDS) == 30


def test_quiet_makes_it_slow_step_by_step() -> None:
    interval, seen = None, []
    for _ in range(12):
        interval = interval_after(0, interval, BOUNDS)
        seen.append(interval)
    assert seen[:4] == [30, 45, 67.5, 101.25]
    assert seen == sorted(seen)
    assert seen[-1] == 900


def test_news_makes_it_fast_again() -> None:
    assert [interval_after(1, previous, BOUNDS) for previous in (900, 450, 50)] == [450, 225, 30]


@given(
    news=st.lists(st.integers(0, 50), max_size=60),
    fastest=st.floats(1, 1000),
    slowest=st.floats(1, 100_000),
)
def test_it_never_leaves_its_bounds(news: list[int], fastest: float, slowest: float) -> None:
    bounds = Bounds(fastest, slowest)
    interval: float | None = None
    for count in news:
        interval = interval_after(count, interval, bounds)
        assert fastest <= interval <= max(fastest, slowest)
