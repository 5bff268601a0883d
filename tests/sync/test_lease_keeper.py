"""A lease is kept while its process lives, and had at once when it does not."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from rehearsal.people import NOW

from cminbox.store.leases import SYNC, Lease
from cminbox.sync import lease_keeper
from cminbox.sync.lease_keeper import Holder, LeaseKeeper

if TYPE_CHECKING:
    import pytest
    from rehearsal.stage import Stage

ANOTHER_PROCESS = """
from cminbox.sync.lease_keeper import Holder
holder = Holder.of_this_process()
print(holder.name, holder.host, holder.pid, sep="\\n", flush=True)
input()
"""


def lease_of(holder: Holder) -> Lease:
    return Lease(holder.name, holder.host, holder.pid, NOW + 30_000, 0, 0)


def another_process() -> tuple[subprocess.Popen[str], Holder]:
    process = subprocess.Popen(
        [sys.executable, "-c", ANOTHER_PROCESS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    name, host, pid = (process.stdout.readline().strip() for _ in range(3))
    return process, Holder(name, host, int(pid))


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def keeper(stage: Stage, holder: Holder) -> LeaseKeeper:
    return LeaseKeeper(stage.workspace.leases, holder, stage.clock.now)


def test_two_runs_of_one_process_are_two_holders() -> None:
    assert Holder.of_this_process() != Holder.of_this_process()


def test_a_living_process_is_not_outlived() -> None:
    process, holder = another_process()
    me = Holder.of_this_process()
    alive = me.outlived(lease_of(holder))
    end(process)
    assert not alive
    assert me.outlived(lease_of(holder))


def test_one_that_died_and_was_not_missed_yet_is_dead() -> None:
    process, holder = another_process()
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    outlived = Holder.of_this_process().outlived(lease_of(holder))
    process.communicate()
    assert outlived


def test_a_process_that_took_over_a_dead_ones_number_is_not_it() -> None:
    process, holder = another_process()
    place, started, chance = holder.name.rsplit("/", 2)
    older = replace(holder, name=f"{place}/{int(started) - 1}/{chance}")
    outlived = Holder.of_this_process().outlived(lease_of(older))
    end(process)
    assert outlived


def test_nothing_is_known_of_processes_elsewhere() -> None:
    process, holder = another_process()
    end(process)
    me = Holder.of_this_process()
    _, started, chance = holder.name.rsplit("/", 2)
    elsewhere = replace(holder, host="another-host")
    another_start = replace(holder, name=f"another boot/1/{started}/{chance}")
    assert not me.outlived(lease_of(elsewhere))
    assert not me.outlived(lease_of(another_start))


async def test_only_one_living_holder_gets_it(stage: Stage) -> None:
    one, two = keeper(stage, Holder.of_this_process()), keeper(stage, Holder.of_this_process())
    assert await one.take()
    assert not await two.take()
    await one.give_back()
    assert await two.take()
    await two.give_back()


async def test_a_dead_holder_is_replaced_without_waiting(stage: Stage) -> None:
    process, holder = another_process()
    stage.workspace.leases.take(
        SYNC, holder=holder.name, host=holder.host, pid=holder.pid, now=stage.clock.now(), seconds=30
    )
    mine = keeper(stage, Holder.of_this_process())
    taken_from_the_living = await mine.take()
    end(process)
    assert not taken_from_the_living
    assert await mine.take()
    await mine.give_back()


async def test_it_is_renewed_whatever_else_goes_on(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_keeper, "RENEW_SECONDS", 0.01)
    mine = keeper(stage, Holder.of_this_process())
    await mine.take()
    stage.clock.pass_time(29)
    await asyncio.sleep(0.1)
    lease = stage.workspace.leases.current(SYNC, now=stage.clock.now())
    assert lease is not None
    assert lease.until == stage.clock.now() + 30_000
    await mine.give_back()


async def test_a_lost_lease_is_noticed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_keeper, "RENEW_SECONDS", 0.01)
    mine = keeper(stage, Holder.of_this_process())
    await mine.take()
    stage.clock.pass_time(0)
    stage.workspace.leases.give_back(SYNC, holder=mine._holder.name)
    stage.hold_lease("another")
    async with asyncio.timeout(5):
        await mine.lost.wait()
    await mine.give_back()
    lease = stage.workspace.leases.current(SYNC, now=stage.clock.now())
    assert lease is not None
    assert lease.holder == "another"


async def test_a_file_that_is_locked_for_a_while_does_not_lose_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease_keeper, "RENEW_SECONDS", 0.01)
    mine = keeper(stage, Holder.of_this_process())
    await mine.take()
    connection = stage.workspace.database._write_connection
    connection.execute("PRAGMA query_only = 1")
    await asyncio.sleep(0.1)
    connection.execute("PRAGMA query_only = 0")
    await asyncio.sleep(0.1)
    assert not mine.lost.is_set()
    await mine.give_back()
