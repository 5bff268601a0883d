"""A person pauses an account, lets it go on, or has it looked at now, while the service runs."""

from __future__ import annotations

import asyncio

import pytest
from rehearsal.people import wrote
from rehearsal.service import Service, until

from cminbox.domain.account import Health, HealthState
from cminbox.domain.problem import Problem
from cminbox.domain.reply import ReplyState
from cminbox.inbox import sync_process
from cminbox.inbox.syncing import run_once
from cminbox.inbox.workspace import clock as real_clock


@pytest.fixture(autouse=True)
def quick_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_process, "CLOCK_SECONDS", 0.2)


def health(service: Service) -> HealthState:
    return service.workspace.accounts.get("brand").health.state


async def test_nothing_is_fetched_or_sent_while_paused_and_all_of_it_once_it_goes_on(service: Service) -> None:
    async with service.running():
        await until(service.stage.rows)
        service.tending.pause("brand")
        reply = service.decide()
        service.server.items.append(wrote("another", at=real_clock()))
        await asyncio.sleep(1.0)
        assert service.state(reply) is ReplyState.QUEUED
        assert len(service.stage.everything()) == 1
        assert health(service) is HealthState.PAUSED
        service.tending.go_on("brand")
        await until(lambda: service.state(reply) is ReplyState.SENT)
        await until(lambda: len(service.stage.everything()) == 2)
        await until(lambda: health(service) is HealthState.OK)


async def test_a_look_that_was_under_way_does_not_end_a_pause(service: Service) -> None:
    account = service.workspace.accounts.get("brand")
    service.tending.pause("brand")
    service.workspace.accounts.set_health(account.id, Health(HealthState.OK), next_fetch_at=0)
    assert health(service) is HealthState.PAUSED


async def test_one_cycle_leaves_a_paused_account_alone_and_ends(service: Service) -> None:
    service.tending.pause("brand")
    report = await asyncio.to_thread(run_once, service.workspace)
    assert [(one.account, one.state) for one in report.accounts] == [("brand", HealthState.PAUSED)]


async def test_an_account_is_looked_at_when_a_person_asks(service: Service) -> None:
    async with service.running():
        await until(service.stage.rows)
        await until(lambda: health(service) is HealthState.OK)
        service.server.items.append(wrote("another", at=real_clock()))
        service.tending.look_now("brand")
        await until(lambda: len(service.stage.everything()) == 2, seconds=5)


async def test_a_network_that_asked_to_be_left_alone_is(service: Service) -> None:
    account = service.workspace.accounts.get("brand")
    limited = Health(HealthState.RATE_LIMITED, retry_at=real_clock() + 90_000)
    service.workspace.accounts.set_health(account.id, limited, next_fetch_at=0)
    with pytest.raises(Problem, match="left alone for"):
        service.tending.look_now("brand")


async def test_asking_for_a_cycle_needs_somebody_who_syncs(service: Service) -> None:
    with pytest.raises(Problem, match="Nobody fetches"):
        service.tending.sync_now()
    async with service.running():
        await until(lambda: health(service) is HealthState.OK)
        service.server.items.append(wrote("another", at=real_clock()))
        service.tending.sync_now()
        await until(lambda: len(service.stage.everything()) == 2)


async def test_what_only_holds_imported_messages_cannot_be_tended(service: Service) -> None:
    service.workspace.accounts.for_import("instagram", "old")
    with pytest.raises(Problem, match="imported"):
        service.tending.pause("old")


async def test_pausing_twice_and_going_on_twice_is_told_once(service: Service) -> None:
    change = service.workspace.queue.changed_since(0)[0]
    service.tending.go_on("brand")
    assert service.workspace.queue.changed_since(0)[0] == change
    service.tending.pause("brand")
    service.tending.pause("brand")
    service.tending.go_on("brand")
    assert health(service) is HealthState.NEW
