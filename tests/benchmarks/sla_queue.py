"""What the order by least time left costs at any length of the queue: pages, counts, the notices that are due.

    python tests/benchmarks/sla_queue.py [CONVERSATIONS]

Fills two workspaces, one with a fiftieth of the conversations of the other (a million), and prints processor time;
only ratios are asserted, because a busy or slow machine is no failure.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "src"))

from cminbox.inbox.reading import Reading  # noqa: E402 - found through the line above
from cminbox.inbox.workspace import Agent, Workspace  # noqa: E402 - as above
from cminbox.settings.locations import locate  # noqa: E402 - as above
from cminbox.settings.values import DEFAULTS  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE = 60_000
NOW = 1_795_168_860_000
MOST = 4
UNSURE = 0.1
"""Milliseconds that a ratio of very little may be off."""
AROUND = 200
"""So many are late, so many more urgent, in a queue of any length."""
_FILL = """
INSERT INTO conversations (account_id, key, rooted, kind, person_id, status, waiting_since, due, target, unanswered,
    text, last_message_at, queue_due, policy_id, sla_version, clock_start, warn_at, urgent_at, late_at, notice_at)
WITH RECURSIVE numbers (n, due) AS (
    SELECT 0, :first UNION ALL SELECT n + 1, :first + (n + 1) * 1000 FROM numbers WHERE n + 1 < :count
)
SELECT 1, 'c' || n, 1, 'dm', 1, 'open', due - 3600000, due, 'frt', 1, 'Where is my parcel?', due - 3600000, due, 1, 1,
    due - 3600000, due - 900000, due - 360000, due, due - 900000
FROM numbers
"""


def filled(folder: Path, count: int) -> Workspace:
    """Return a workspace with so many open conversations, a second apart, `AROUND` of them late."""
    workspace = Workspace(locate(f"{folder}/", None, {}), DEFAULTS, Agent("ana", "t"), lambda: NOW)

    def work(connection: object) -> None:
        execute = connection.execute  # type: ignore[attr-defined]  # a connection of the store
        execute("INSERT INTO accounts (id, network, name, connected_at) VALUES (1, 'mastodon', 'brand', 1)")
        execute("INSERT INTO people (id, account_id, remote_id, handle, name) VALUES (1, 1, 'p', 'ana', 'Ana')")
        execute(_FILL, {"first": NOW - AROUND * 1000, "count": count})

    workspace.database.write(work)
    return workspace


def milliseconds(work: Callable[[], object]) -> float:
    """Return the processor time of the quickest of twenty runs."""
    found = []
    for _ in range(20):
        began = time.process_time_ns()
        work()
        found.append((time.process_time_ns() - began) / 1e6)
    return min(found)


def measured(workspace: Workspace) -> dict[str, float]:
    """Return what each look at the queue costs."""
    reading = Reading(workspace)
    last = reading.page(limit=AROUND)[-1].place
    rows = [placed.row for placed in reading.page(limit=40)]
    return {
        "the first 40 of the queue": milliseconds(lambda: reading.page(limit=40)),
        "the 40 after the two hundredth": milliseconds(lambda: reading.page(after=last, limit=40)),
        "late, urgent and all counts": milliseconds(reading.counts),
        "time left of 40 rows": milliseconds(lambda: [reading.time_left(row, NOW) for row in rows]),
        "is anything to be announced": milliseconds(workspace.notices.newest),
    }


def main(count: int) -> None:
    """Measure, print, and assert ratios."""
    with tempfile.TemporaryDirectory() as folder:
        figures = []
        for size in (max(1000, count // 50), count):
            workspace = filled(Path(folder) / str(size), size)
            figures.append(measured(workspace))
            workspace.close()
    few, many = figures
    print(f"{'':36}{max(1000, count // 50):>12,}{count:>12,}  conversations")
    for what, small in few.items():
        print(f"{what:36}{small:12.3f}{many[what]:12.3f}  ms, ratio {many[what] / small:.2f} (at most {MOST:g})")
    for what, small in few.items():
        assert many[what] < MOST * small + UNSURE, f"{what}: it costs more in a longer queue"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
