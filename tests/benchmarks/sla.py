"""What response-time arithmetic costs: due times of many conversations, additions, long spans, whole stories.

    python tests/benchmarks/sla.py

Prints processor time; only ratios are asserted, because a busy or slow machine is no failure.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "src"))

from cminbox.domain.conversation import Target  # noqa: E402 - found through the line above
from cminbox.sla.calendar import Calendar  # noqa: E402 - as above
from cminbox.sla.clocks import readings  # noqa: E402 - as above
from cminbox.sla.events import ClockEvent, Inbound, Outbound, Policy  # noqa: E402 - as above
from cminbox.sla.hours import Schedule, Window  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Callable

HOUR = 3_600_000
DAY = 24 * HOUR
NOW = round(datetime(2026, 11, 20, 10, tzinfo=UTC).timestamp()) * 1000
TEN_YEARS = 3652 * DAY
SCHEDULE = Schedule(
    "Europe/Paris", ((Window(540, 720), Window(780, 1080)),) * 5 + ((),) * 2, yearly=frozenset({(12, 25)})
)
MANY = 10_000


def main() -> None:
    """Measure, print, and assert ratios."""
    rng = random.Random(1)
    starts = [NOW - rng.randrange(30 * DAY) for _ in range(MANY)]
    due_times(starts)
    stories = milliseconds(lambda: replay(starts[:1000])) * MANY / 1000
    print(f"clocks of {MANY:,} conversations from their events      {stories:8.2f} ms")
    additions()
    spans()


def due_times(starts: list[int]) -> None:
    """Measure the due times of many conversations, which must cost no more each than those of few."""

    def due(count: int) -> None:
        calendar = Calendar(SCHEDULE)
        for start in starts[:count]:
            calendar.add(start, 4 * HOUR)

    many, few = milliseconds(lambda: due(MANY)), milliseconds(lambda: due(MANY // 10))
    print(f"due times of {MANY:,} open conversations, from nothing  {many:8.2f} ms   (aim 200)")
    ratio("  against a tenth of them", many / few, 20)


def additions() -> None:
    """Measure an addition, which must cost the same in years to come."""
    calendar = Calendar(SCHEDULE)
    calendar.between(NOW - TEN_YEARS, NOW + TEN_YEARS)
    warm = statistics.median(milliseconds(lambda: calendar.add(NOW, 40 * HOUR)) for _ in range(1000))
    cold = milliseconds(lambda: Calendar(SCHEDULE).add(NOW, 40 * HOUR))
    far = statistics.median(milliseconds(lambda: calendar.add(NOW + TEN_YEARS // 2, 40 * HOUR)) for _ in range(1000))
    print(f"adding 40 business hours, median                      {warm:8.4f} ms   (aim 0.2)")
    print(f"adding 40 business hours, from nothing                {cold:8.4f} ms")
    ratio("  five years from now against today", far / warm, 10)


def spans() -> None:
    """Measure ten years, which are worked out once."""
    calendar = Calendar(SCHEDULE)
    calendar.between(NOW - TEN_YEARS, NOW)
    long = milliseconds(lambda: Calendar(SCHEDULE).between(NOW - TEN_YEARS, NOW))
    again = milliseconds(lambda: calendar.between(NOW - TEN_YEARS, NOW))
    print(f"a span of ten years, from nothing                     {long:8.2f} ms   (aim 20)")
    print(f"a span of ten years, once more                        {again:8.4f} ms")
    ratio("  once more against from nothing", again / long, 0.1)


def ratio(what: str, found: float, most: float) -> None:
    """Print a ratio. Raises AssertionError where it is larger than it may be."""
    print(f"{what:52}  {found:8.4g}      (at most {most:g})")
    assert found < most, what


def replay(starts: list[int]) -> None:
    """Work out the clocks of conversations with five messages and two answers each."""
    calendar = Calendar(SCHEDULE)
    policy = Policy({Target.FRT: 4 * HOUR, Target.NRT: 4 * HOUR, Target.RESOLUTION: 16 * HOUR}, calendar)
    for start in starts:
        story: list[ClockEvent] = [Inbound(start + n * HOUR, str(n)) for n in range(5)]
        story += [Outbound(start + n * HOUR + 1, closes=True) for n in (1, 3)]
        readings(story, policy, NOW + DAY)


def milliseconds(work: Callable[[], object]) -> float:
    """Return the processor time of the quickest of five runs."""
    found = []
    for _ in range(5):
        began = time.process_time_ns()
        work()
        found.append((time.process_time_ns() - began) / 1e6)
    return min(found)


if __name__ == "__main__":
    main()
