"""R5: no room at each write: a draft, a decision, the begin of a send, its receipt, what was fetched, the lease."""

from __future__ import annotations

import asyncio
import shutil
import traceback
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from cminbox.domain.problem import StoreProblem
from cminbox.domain.reply import ReplyState
from cminbox.outbox import recording
from cminbox.store.ingest import Ingest
from cminbox.store.leases import SYNC, Leases
from cminbox.store.outbox import Outbox
from rig import processes
from rig.disks import Disk, Limit, ReadOnly, SmallDisk, mounted
from rig.judge import Verdict, judge
from rig.office import Office, opened
from rig.report import Family, Order
from rig.spoiling import Style
from rig.stage import Promise, Stage
from rig.town import Control

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from multiprocessing.connection import Connection
    from pathlib import Path

MEGABYTES = 24
SPARE = (0, 0, 1, 4096, 20_000)
"""How many bytes a full disk still takes: a write may fail in its middle."""
_PATIENT = 3
_IMPATIENT = (0.01, 0.01)


@dataclass
class Bench:
    """Everything for one write on one disk."""

    office: Office
    disk: Disk
    chance: Random
    verdict: Verdict
    promises: list[Promise] = field(default_factory=list)
    failures: int = 0

    @property
    def stage(self) -> Stage:
        """The stage that it is played on."""
        return self.office.stage

    def where(self, style: Style) -> int:
        """Return a conversation that was not answered yet."""
        taken = {one.conversation for one in self.promises}
        return next(one for one in self.stage.conversations(style) if one not in taken)

    def attempt(self, write: Callable[[], object]) -> bool:
        """Write while there is no room; return whether it went well all the same."""
        self.disk.fill(self.chance.choice(SPARE))
        try:
            write()
        except StoreProblem as problem:
            self.failures += 1
            self.verdict.expect("inbox.sqlite3" in str(problem), f"{self.disk.name}: it only says: {problem}")
            return False
        finally:
            self.disk.free()
        return True

    def at(self, owner: type, name: str, times: int) -> Any:  # noqa: ANN401 - a patch
        """Return a patch that leaves no room for the next calls of a method."""
        original, left = getattr(owner, name), [times]

        def without_room(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - of any method
            if left[0] == 0:
                return original(*arguments, **named)
            left[0] -= 1
            self.disk.fill(self.chance.choice(SPARE))
            try:
                return original(*arguments, **named)
            except StoreProblem:
                self.failures += 1
                raise
            finally:
                self.disk.free()

        return patch.object(owner, name, without_room)


async def draft(bench: Bench) -> None:
    """Lose no draft that was said to be kept, and keep the next one when there is room."""
    workspace, text = bench.stage.workspace, bench.stage.text(Style.KEY)
    where = bench.where(Style.KEY)

    def save() -> None:
        workspace.drafts.save(where, text, caret=2, agent="ana", terminal="tty-ana", now=workspace.now())

    if not bench.attempt(save):
        save()
    kept = workspace.drafts.get(where, agent="ana", terminal="tty-ana")
    bench.verdict.lost += kept is None or kept.text != text


async def decision(bench: Bench) -> None:
    """Decide nothing by halves."""
    style = bench.chance.choice(list(Style))
    where, text = bench.where(style), bench.stage.text(style)
    if bench.attempt(lambda: bench.promises.append(bench.stage.promise(style, where, text))):
        return
    rows = bench.stage.rows("SELECT state FROM replies WHERE text = ? AND state <> 'draft'", text)
    bench.verdict.expect(not rows, f"a decision that failed is {rows}")
    bench.promises.append(bench.stage.promise(style, where, text))


async def begin(bench: Bench) -> None:
    """Send nothing whose begin is not on disk."""
    await bench.office.work_off()
    style = bench.chance.choice(list(Style))
    promise = bench.stage.promise(style, bench.where(style))
    bench.promises.append(promise)
    failures = bench.failures
    with bench.at(Outbox, "begin", 1):
        await bench.office.turn()
    if bench.failures > failures:
        asked = [body for _, body in bench.stage.town("requests") if promise.mark in body]
        bench.verdict.expect(not asked, "a request went out although its begin could not be written")


async def receipt(bench: Bench) -> None:
    """Record what a network has said, when there is room again, however long that takes."""
    style = bench.chance.choice(list(Style))
    bench.promises.append(bench.stage.promise(style, bench.where(style)))
    patient = bench.chance.random() < 1 / 2
    with ExitStack() as patches:
        patches.enter_context(bench.at(Outbox, "sent", bench.chance.randint(1, _PATIENT) if patient else 10))
        if not patient:
            patches.enter_context(patch.object(recording, "WAITS", _IMPATIENT))
        await bench.office.turn()


async def fetched(bench: Bench) -> None:
    """Lose no message that could not be stored, and do not pass it by."""
    before = len(bench.stage.conversations(Style.KEY))
    bench.stage.questions(1)
    with bench.at(Ingest, "take", 2):
        for _ in range(2):
            bench.stage.clock.pass_time(1000.0)
            await bench.office.turn()
    for _ in range(3):
        bench.stage.clock.pass_time(1000.0)
        await bench.office.turn()
    bench.verdict.lost += len(bench.stage.conversations(Style.KEY)) != before + 1


async def lease(bench: Bench) -> None:
    """Keep the lease although it cannot be renewed for a while."""
    keeper, leases = bench.office.process.holder.name, Leases(bench.stage.workspace.database)
    bench.attempt(lambda: leases.renew(SYNC, holder=keeper, now=bench.stage.clock.now(), seconds=30))
    held = leases.renew(SYNC, holder=keeper, now=bench.stage.clock.now(), seconds=30)
    bench.verdict.expect(held, "the lease was lost")


WRITES: tuple[Callable[[Bench], Awaitable[None]], ...] = (draft, decision, begin, receipt, fetched, lease)


def run(order: Order) -> Verdict:
    """Let each write meet a full disk, in a process that has one of its own where the machine allows it."""
    chance = order.chance("R5")
    rounds = order.amount(10, 1)
    with Stage(order.folder / "r05", chance) as stage:
        stage.questions(len(WRITES) * rounds * 3)
        stage.sync()
        stage.close()
        actor = processes.Actor(_in_a_process, stage.folder, stage.town.line, str(order.seed), rounds)
        code = actor.end(400.0)
        said = actor.said()
        if said and isinstance(said[-1], Verdict):
            return said[-1]
    return Verdict(wrong=[f"the process ended with {code}: {said}"])


def _in_a_process(folder: Path, town: Connection, seed: str, rounds: int, line: Connection) -> None:
    try:
        line.send(_on_every_disk(folder, Control(town), Random(seed), rounds))
    except Exception:  # noqa: BLE001 - told to whoever started this
        line.send(traceback.format_exc())


def _on_every_disk(folder: Path, town: Control, chance: Random, rounds: int) -> Verdict:
    small = folder / "small"
    small.mkdir()
    own = mounted(small, MEGABYTES)
    shutil.copytree(folder / "workspace", small / "workspace")
    stage = Stage.joined(small, folder / "clock", town, chance)
    database = stage.workspace.database
    disks: list[Disk] = [Limit(database), ReadOnly(database)]
    if own:
        disks.insert(0, SmallDisk(small, database))
    verdict = Verdict()
    promises, failures = asyncio.run(_play(stage, disks, rounds, verdict))
    verdict.add(judge(stage, promises))
    for one in promises:
        state = stage.workspace.outbox.get(one.id).state
        verdict.expect(state is ReplyState.SENT, f"reply {one.id} ({one.style}) is {state} in the end")
    verdict.amount = len(WRITES) * rounds * len(disks)
    verdict.figures = {"disks": " / ".join(disk.name for disk in disks), "writes that failed": failures}
    stage.close()
    return verdict


async def _play(stage: Stage, disks: list[Disk], rounds: int, verdict: Verdict) -> tuple[list[Promise], int]:
    promises: list[Promise] = []
    failures = 0
    async with opened(stage) as office:
        await office.turn()
        for disk in disks:
            bench = Bench(office, disk, stage.chance, verdict, promises)
            for _ in range(rounds):
                for write in WRITES:
                    await write(bench)
                await office.work_off()
            verdict.expect(bench.failures, f"{disk.name}: no write has failed, so nothing was tried")
            failures += bench.failures
    return promises, failures


FAMILY = Family("R5", "no room at each write", run)
