"""One cycle: everything read, everything due sent, by whoever holds the lease."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from rehearsal.network import ScriptedConnector, ScriptedNetwork, Server
from rehearsal.people import HOUR, manifest, wrote
from rehearsal.stage import Stage

from cminbox.domain import waiting
from cminbox.domain.account import HealthState
from cminbox.domain.network import Capability
from cminbox.domain.problem import Problem
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.inbox.syncing import sync_once, sync_watch, who_syncs
from cminbox.inbox.workspace import clock as real_clock
from cminbox.network_kit.failures import Refused, SendOutcomeUnknown, SignInAgain, TryLater
from cminbox.outbox import recovery
from cminbox.store.leases import SYNC
from cminbox.store.outbox import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FACTS = manifest(Capability.FIND_SENT, Capability.HIDE)


class Running:
    """Accounts over scripted networks in a workspace whose clock is the real one."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.stage = Stage(folder)
        self.workspace = self.stage.workspace
        self.stage.clock.wall = real_clock()
        self.workspace.now = real_clock
        self.servers = {name: Server([wrote(f"{name}-1", at=real_clock() - HOUR)]) for name in names}
        for name in names:
            self.workspace.accounts.add(name, FACTS, {}, handle=name, agent="ana", now=real_clock())

    def connector(self) -> ScriptedConnector:
        return ScriptedConnector({name: ScriptedNetwork.over(one, FACTS) for name, one in self.servers.items()})

    def decide(self, account: str, text: str = "thank you", *, hold: int = 0, left_to_sync: bool = False) -> int:
        where = next(row.id for row in self.stage.everything() if row.account == account)
        decision = Decision(where, text, "ana", "tty1", real_clock(), hold, released_by_sync=left_to_sync)
        return self.workspace.outbox.decide(decision).id

    def state(self, reply_id: int) -> ReplyState:
        return self.workspace.outbox.get(reply_id).state


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what takes seconds in real life take a moment."""
    monkeypatch.setattr(waiting, "FIRST_RETRY", 0.1)
    monkeypatch.setattr(recovery, "LOOKS", (0.1, 0.2, 60.0))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    made = Running(tmp_path / "brand", "one", "two")
    yield made
    made.stage.close()


async def test_every_account_is_read_and_said_to_be(running: Running) -> None:
    report = await sync_once(running.workspace, connector=running.connector())
    assert report.ok
    assert [(one.account, one.new, one.complete, one.state) for one in report.accounts] == [
        ("one", 1, True, HealthState.OK),
        ("two", 1, True, HealthState.OK),
    ]
    assert len(running.stage.rows()) == 2
    assert who_syncs(running.workspace) is None


async def test_without_an_account_there_is_nothing_to_do(tmp_path: Path) -> None:
    running = Running(tmp_path / "brand")
    report = await sync_once(running.workspace, connector=running.connector())
    assert (report.accounts, report.ok) == ((), True)
    running.stage.close()


async def test_an_account_that_fails_is_named_and_the_others_are_read(running: Running) -> None:
    running.servers["one"].fetch_failures.append(SignInAgain(say("token revoked")))
    report = await sync_once(running.workspace, connector=running.connector())
    one, two = report.accounts
    assert (one.complete, one.state, str(one.reason)) == (False, HealthState.SIGN_IN, "token revoked")
    assert two.complete
    assert not report.ok


async def test_a_failure_that_passes_soon_is_waited_out(running: Running) -> None:
    running.servers["one"].after_page = 1
    running.servers["one"].items = [wrote(f"m{number}") for number in range(4)]
    running.servers["one"].fetch_failures.append(TryLater(say("hiccup")))
    report = await sync_once(running.workspace, connector=running.connector())
    assert (report.ok, report.accounts[0].new) == (True, 4)


async def test_a_long_rate_limit_is_not_waited_for_nor_tried_again(running: Running) -> None:
    running.servers["one"].fetch_failures.append(TryLater(say("a pause"), 500, rate_limited=True))
    for _ in range(2):
        report = await sync_once(running.workspace, connector=running.connector())
        assert (report.accounts[0].state, report.accounts[0].complete) == (HealthState.RATE_LIMITED, False)
        assert report.accounts[0].retry_at is not None
    assert len(running.servers["one"].fetches) == 1
    assert len(running.servers["two"].fetches) == 2


async def test_due_replies_and_acts_have_their_outcome_when_it_ends(running: Running) -> None:
    await sync_once(running.workspace, connector=running.connector())
    good, bad = running.decide("one"), running.decide("two")
    where = next(row.id for row in running.stage.everything() if row.account == "one")
    running.workspace.acts.add(where, Capability.HIDE, "one-1", agent="ana", now=real_clock())
    running.servers["two"].reply_failures.append(Refused(say("no")))
    report = await sync_once(running.workspace, connector=running.connector())
    assert (report.sent, report.refused, report.acts_done, report.waiting) == (1, 1, 1, 0)
    assert (running.state(good), running.state(bad)) == (ReplyState.SENT, ReplyState.REFUSED)
    assert not report.ok


async def test_a_hold_left_to_it_is_waited_for_and_one_of_a_screen_is_not(running: Running) -> None:
    await sync_once(running.workspace, connector=running.connector())
    left, screen = running.decide("one", hold=300, left_to_sync=True), running.decide("two", hold=60_000)
    report = await sync_once(running.workspace, connector=running.connector())
    assert report.sent == 1
    assert (running.state(left), running.state(screen)) == (ReplyState.SENT, ReplyState.HELD)


async def test_a_hold_beyond_its_patience_is_left_alone(running: Running) -> None:
    await sync_once(running.workspace, connector=running.connector())
    left = running.decide("one", hold=60_000, left_to_sync=True)
    report = await sync_once(running.workspace, connector=running.connector(), settle=0.2)
    assert (running.state(left), report.sent) == (ReplyState.HELD, 0)


async def test_a_lost_answer_is_looked_for_within_its_patience(running: Running) -> None:
    await sync_once(running.workspace, connector=running.connector())
    running.servers["one"].publishes_first = True
    running.servers["one"].reply_failures.append(SendOutcomeUnknown(say("lost")))
    reply = running.decide("one")
    report = await sync_once(running.workspace, connector=running.connector())
    assert (running.state(reply), report.sent, report.unknown) == (ReplyState.SENT, 1, 0)
    assert len(running.servers["one"].published) == 1


async def test_an_unknown_outcome_is_reported_as_such(running: Running) -> None:
    await sync_once(running.workspace, connector=running.connector())
    running.servers["one"].reply_failures.append(SendOutcomeUnknown(say("lost")))
    running.decide("one")
    report = await sync_once(running.workspace, connector=running.connector(), settle=0.05)
    assert (report.unknown, report.waiting, report.ok) == (1, 1, False)


async def test_another_process_is_asked_and_waited_for(running: Running) -> None:
    stop = asyncio.Event()
    watching = asyncio.create_task(sync_watch(running.workspace, stop, connector=running.connector()))
    while who_syncs(running.workspace) is None:  # noqa: ASYNC110 - another process sets no event
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    running.servers["one"].items.append(wrote("one-2", at=real_clock()))
    second = running.stage.open("bob", "tty2")
    second.now = real_clock
    reply = running.decide("two")
    never_used = ScriptedConnector({})
    report = await sync_once(second, connector=never_used)
    assert report.done_by is not None
    assert {one.account: one.new for one in report.accounts} == {"one": 1, "two": 0}
    assert running.state(reply) is ReplyState.SENT
    assert never_used.connected == 0
    second.close()
    stop.set()
    await watching


async def test_another_process_that_never_finishes_is_not_waited_for_for_ever(running: Running) -> None:
    running.workspace.leases.take(SYNC, holder="x", host="elsewhere", pid=1, now=real_clock(), seconds=60)
    begun = time.monotonic()
    with pytest.raises(Problem, match="did not finish in time"):
        await sync_once(running.workspace, connector=running.connector(), wait=0.3)
    assert time.monotonic() - begun < 10


async def test_another_process_that_ends_meanwhile_is_replaced(running: Running) -> None:
    running.workspace.leases.take(SYNC, holder="x", host="elsewhere", pid=1, now=real_clock(), seconds=60)
    asked = asyncio.create_task(sync_once(running.workspace, connector=running.connector(), wait=20))
    await asyncio.sleep(0.2)
    assert running.workspace.leases.wanted(SYNC) == (1, 0)
    running.workspace.leases.give_back(SYNC, holder="x")
    report = await asked
    assert (report.ok, report.done_by) == (True, None)
