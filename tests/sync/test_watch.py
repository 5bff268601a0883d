"""The service: it notices what is queued, what is connected, what has expired, and when to end."""

from __future__ import annotations

import asyncio
import time

import pytest
from rehearsal.network import ScriptedNetwork, Server
from rehearsal.people import HOUR, wrote
from rehearsal.service import Service, until

from cminbox.domain.account import HealthState
from cminbox.domain.conversation import Status
from cminbox.domain.problem import Problem
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.inbox import lanes, sync_process
from cminbox.inbox.syncing import Attendance, needed, sync_watch, who_syncs
from cminbox.inbox.workspace import clock as real_clock
from cminbox.network_kit.failures import SignInAgain
from cminbox.store.leases import SYNC
from cminbox.store.outbox import Decision


@pytest.fixture(autouse=True)
def quick_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at what only time brings five times a second."""
    monkeypatch.setattr(sync_process, "CLOCK_SECONDS", 0.2)


async def test_it_fetches_by_itself_and_holds_the_lease(service: Service) -> None:
    async with service.running():
        await until(service.stage.rows)
        assert who_syncs(service.workspace) is not None
    assert who_syncs(service.workspace) is None


async def test_a_queued_reply_of_another_process_is_noticed_at_once(service: Service) -> None:
    async with service.running():
        await until(service.stage.rows)
        screen = service.stage.open("bob", "tty2")
        waits = []
        for number in range(5):
            decision = Decision(service.stage.everything()[0].id, f"{number}", "bob", "tty2", real_clock(), 0)
            reply = screen.outbox.decide(decision)
            waits.append(await until(lambda id_=reply.id: service.state(id_) is ReplyState.SENT))  # type: ignore[misc]
        screen.close()
    # One look per tick; ten ticks are allowed for on a busy machine.
    assert sorted(waits)[2] < 10 * sync_process.TICK_SECONDS


async def test_holds_run_out_and_stale_ones_are_flagged(service: Service) -> None:
    async with service.running():
        await until(service.stage.rows)
        left = service.decide("left", hold=200, left_to_sync=True)
        await until(lambda: service.state(left) is ReplyState.SENT)
        where = service.stage.everything()[0].id
        screen = service.workspace.outbox.decide(Decision(where, "dead", "ana", "tty1", real_clock() - 60_000, 8000))
        await until(lambda: service.workspace.outbox.get(screen.id).interrupted)
        assert service.state(screen.id) is ReplyState.HELD


async def test_what_is_snoozed_wakes(service: Service) -> None:
    async with service.running():
        await until(service.stage.rows)
        (row,) = service.stage.rows()
        service.workspace.conversations.set_status(
            [row.id], Status.SNOOZED, agent="ana", now=real_clock(), until=real_clock() + 200
        )
        assert service.stage.rows() == []
        await until(service.stage.rows)


async def test_an_account_that_is_connected_meanwhile_is_fetched(service: Service) -> None:
    async with service.running():
        await until(service.stage.rows)
        service.connector.networks["second"] = ScriptedNetwork.over(Server([wrote("elsewhere", at=real_clock())]))
        service.stage.connect("second")
        await until(lambda: len(service.stage.rows()) == 2)


async def test_an_account_that_is_let_go_is_fetched_no_more(service: Service) -> None:
    async with service.running():
        await until(service.stage.rows)
        service.workspace.accounts.remove("brand", agent="ana", now=real_clock())
        reply = service.workspace.outbox
        fetches = len(service.server.fetches)
        await asyncio.sleep(0.3)
        assert len(service.server.fetches) == fetches
        assert reply.outstanding() == []


async def test_renewed_secrets_are_tried_at_once_and_let_replies_out(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "_CREDENTIALS_SECONDS", 0.05)
    async with service.running():
        await until(service.stage.rows)
        service.server.reply_failures.append(SignInAgain(say("dead")))
        service.server.fetch_failures.extend([SignInAgain(say("dead"))] * 2)
        reply = service.decide()
        accounts = service.workspace.accounts
        await until(lambda: accounts.get("brand").health.state is HealthState.SIGN_IN)
        attempts = service.workspace.outbox.get(reply).attempt
        service.server.fetch_failures.clear()
        service.connector.secret = "renewed"
        await until(lambda: service.state(reply) is ReplyState.SENT)
        assert attempts == 1
        await until(lambda: accounts.get("brand").health.state is HealthState.OK)


async def test_a_second_service_is_refused(service: Service) -> None:
    async with service.running():
        await until(lambda: who_syncs(service.workspace) is not None)
        with pytest.raises(Problem, match="already"):
            await sync_watch(service.workspace, asyncio.Event(), connector=service.connector)
        assert who_syncs(service.workspace) is not None


async def test_a_service_whose_lease_was_taken_stops_and_sends_nothing(service: Service) -> None:
    async with service.running() as task:
        await until(service.stage.rows)
        lease = who_syncs(service.workspace)
        assert lease is not None
        service.workspace.leases.take(
            SYNC, holder="new", host="h", pid=1, now=real_clock(), seconds=60, instead_of=lease.holder
        )
        reply = service.decide()
        await asyncio.wait([task], timeout=20)
        assert isinstance(task.exception(), Problem)
    assert (service.state(reply), service.server.published) == (ReplyState.QUEUED, [])
    left = who_syncs(service.workspace)
    assert left is not None
    assert left.holder == "new"


async def test_a_locked_file_is_survived(service: Service) -> None:
    async with service.running() as task:
        await until(service.stage.rows)
        connection = service.workspace.database._write_connection
        connection.execute("PRAGMA query_only = 1")
        await asyncio.sleep(0.5)
        connection.execute("PRAGMA query_only = 0")
        assert not task.done()
        reply = service.decide()
        await until(lambda: service.state(reply) is ReplyState.SENT)


async def test_a_child_ends_when_no_screen_needs_it(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_process, "NEEDED_SECONDS", 0.05)
    first, second = Attendance(service.workspace), Attendance(service.workspace)
    async with service.running(while_needed=True) as task:
        await until(service.stage.rows)
        first.close()
        await asyncio.sleep(0.3)
        assert not task.done()
        second.close()
        second.close()
        await asyncio.wait([task], timeout=20)
        assert task.done()
        assert task.exception() is None
    assert not needed(service.workspace)


async def test_a_child_sends_what_is_queued_before_it_ends(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_process, "NEEDED_SECONDS", 0.0)
    service.stage.take(service.workspace.accounts.get("brand"), wrote("question", at=real_clock() - HOUR))
    reply = service.decide()
    async with service.running(while_needed=True) as task:
        await asyncio.wait([task], timeout=20)
    assert service.state(reply) is ReplyState.SENT


async def test_quiet_costs_next_to_nothing(service: Service) -> None:
    async with service.running():
        await until(service.stage.rows)
        await asyncio.sleep(0.5)
        fetches, version = len(service.server.fetches), service.workspace.database.version()
        used = time.process_time()
        await asyncio.sleep(1)
        used = time.process_time() - used
        assert (len(service.server.fetches), service.workspace.database.version()) == (fetches, version)
    assert used < 0.4
