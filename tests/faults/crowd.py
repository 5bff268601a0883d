"""Thirty-two processes on one database, ten operations a second each: nobody is turned away, nothing is lost."""

from __future__ import annotations

import time
import traceback
from typing import TYPE_CHECKING

from cminbox.domain.filter import Filter
from rig import processes
from rig.judge import Verdict
from rig.report import Family, Order
from rig.stage import Stage, open_workspace

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

    from cminbox.inbox.workspace import Workspace

PROCESSES = 32
SECONDS = 20
PER_SECOND = 10
WAL_BYTES = 16 * 1024 * 1024
SOON_SECONDS = 2.0
_START_SECONDS = 60.0


def run(order: Order) -> Verdict:
    """Let everybody work at once; then count what is there."""
    amount, seconds = order.amount(PROCESSES, 6), order.amount(SECONDS, 1)
    verdict = Verdict(amount=amount * seconds * PER_SECOND)
    with Stage(order.folder / "crowd", order.chance("crowd")) as stage:
        stage.questions(60)
        stage.sync()
        (before,) = stage.rows("SELECT value FROM facts WHERE name = 'change'")[0]
        barrier = processes.context().Barrier(amount)
        crowd = [
            processes.Actor(_work, stage.home, stage.clock.path, number, seconds * PER_SECOND, barrier)
            for number in range(amount)
        ]
        said = []
        for actor in crowd:
            code = actor.end(_START_SECONDS + 10.0 * seconds)
            said += actor.said()[-1:]
            verdict.expect(code == 0 and isinstance(said[-1], dict), f"a process ended with {code}: {said[-1:]}")
        if not verdict.wrong:
            _count(stage, int(str(before)), said, verdict)
    return verdict


def _count(stage: Stage, before: int, said: list[dict[str, int]], verdict: Verdict) -> None:
    wal = stage.workspace.database.path.with_name("inbox.sqlite3-wal")
    largest = wal.stat().st_size
    time.sleep(SOON_SECONDS)
    verdict.expect(wal.stat().st_size <= WAL_BYTES, f"the journal holds {wal.stat().st_size >> 20} MB")
    (notes,) = stage.rows("SELECT count(*) FROM notes")[0]
    verdict.lost += sum(one["notes"] for one in said) - int(str(notes))
    for number, one in enumerate(said):
        kept = stage.rows("SELECT text FROM replies WHERE agent = ? AND state = 'draft'", _name(number))
        verdict.lost += kept != [(_draft(one["drafts"]),)]
        tags = stage.rows("SELECT count(*) FROM tags WHERE tag LIKE ?", f"{_name(number)}-%")
        verdict.lost += one["tags"] - int(str(tags[0][0]))
    (after,) = stage.rows("SELECT value FROM facts WHERE name = 'change'")[0]
    writes = sum(one["notes"] + one["drafts"] + one["tags"] for one in said)
    verdict.expect(int(str(after)) >= before + writes, "two writes were given the same change")
    verdict.expect(stage.rows("PRAGMA integrity_check") == [("ok",)], "the database is damaged")
    verdict.figures = {
        "processes": len(said),
        "writes": writes,
        "slowest operation (ms)": max(one["slowest"] for one in said),
        "late operations": sum(one["late"] for one in said),
        "journal (MB)": f"{largest / 2**20:.1f}",
    }


def _work(folder: Path, clock: Path, number: int, operations: int, barrier: Barrier, line: Connection) -> None:
    """Read and write at a steady pace; say how much was written, and how long the slowest took (milliseconds)."""
    try:
        workspace = open_workspace(folder, clock, _name(number))
        where = workspace.queue.page(Filter(everything=True), now=workspace.now())
        ids = [placed.row.id for placed in where]
        done = {"notes": 0, "drafts": 0, "tags": 0, "reads": 0, "slowest": 0, "late": 0}
        barrier.wait(_START_SECONDS)
        begun = time.monotonic()
        for turn in range(operations):
            due = begun + turn / PER_SECOND
            time.sleep(max(0.0, due - time.monotonic()))
            at = time.monotonic()
            done["late"] += at - due > 1 / PER_SECOND
            _operate(workspace, number, turn, ids, done)
            done["slowest"] = max(done["slowest"], round((time.monotonic() - at) * 1000))
        workspace.close()
        line.send(done)
    except Exception:  # noqa: BLE001 - told to whoever started this
        line.send(traceback.format_exc())
        barrier.abort()


def _operate(workspace: Workspace, number: int, turn: int, ids: list[int], done: dict[str, int]) -> None:
    """Do one thing of a person's: mostly look, sometimes type, note or tag."""
    where = ids[(number * 7 + turn) % len(ids)]
    agent = workspace.agent
    match turn % 10:
        case 1 | 6:
            done["drafts"] += 1
            workspace.drafts.save(
                ids[0],
                _draft(done["drafts"]),
                caret=1,
                agent=agent.name,
                terminal=agent.terminal,
                now=workspace.now(),
            )
        case 3:
            done["notes"] += 1
            workspace.conversations.note(where, f"note {turn}", agent=agent.name, now=workspace.now())
        case 8:
            done["tags"] += 1
            tag = f"{agent.name}-{turn}"
            workspace.conversations.tag([where], add=[tag], remove=[], agent=agent.name, now=workspace.now())
        case _:
            done["reads"] += 1
            workspace.queue.page(limit=200, now=workspace.now())


def _name(number: int) -> str:
    return f"agent{number:02}"


def _draft(count: int) -> str:
    return f"draft number {count}"


FAMILY = Family("32P", "32 processes on one database", run)
