from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from cminbox import networks
from cminbox.domain.account import Account, Health, HealthState
from cminbox.domain.network import Capability
from cminbox.domain.saying import say
from cminbox.inbox import listening
from cminbox.inbox.listening import Listening
from cminbox.network_kit.failures import NotSupported, TryLater

if TYPE_CHECKING:
    import pytest

    from cminbox.sync.connecting import Connections

RELAY = networks.load("relay").manifest
ANNOUNCES = replace(RELAY, capabilities=RELAY.capabilities | {Capability.STREAM})
OK = Health(HealthState.OK)


def account(manifest: object = ANNOUNCES, health: Health = OK) -> Account:
    return Account(1, "relay", "main", "main", cast("Any", manifest), health, connected_at=0)


class Announcer:
    """A network that announces something whenever a test says so, and the way to it."""

    def __init__(self) -> None:
        self.waiting = 0
        self.cancelled = 0
        self.news = asyncio.Event()
        self.failure: Exception | None = None

    async def network(self, _account: Account) -> Announcer:
        return self

    async def stream(self) -> None:
        self.waiting += 1
        try:
            await self.news.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        self.news.clear()
        if self.failure is not None:
            raise self.failure


def listening_to(announcer: Announcer) -> Listening:
    return Listening(cast("Connections", announcer))


async def soon() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_is_announced_is_heard_once() -> None:
    announcer = Announcer()
    ears = listening_to(announcer)
    assert ears.heard({1: account()}) == set()
    await soon()
    announcer.news.set()
    await soon()
    assert ears.heard({1: account()}) == {1}
    assert ears.heard({1: account()}) == set()
    assert announcer.waiting == 1
    await ears.stop()


async def test_it_listens_on_after_what_it_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "SHORTEST_SECONDS", 0.0)
    announcer = Announcer()
    ears = listening_to(announcer)
    for _ in range(3):
        ears.heard({1: account()})
        await soon()
        announcer.news.set()
        await soon()
        assert ears.heard({1: account()}) == {1}
    assert announcer.waiting >= 3
    await ears.stop()


async def test_nobody_listens_where_nothing_is_announced_or_the_account_is_not_well() -> None:
    announcer = Announcer()
    ears = listening_to(announcer)
    for one in (account(RELAY), account(None), account(health=Health(HealthState.SIGN_IN))):
        ears.heard({1: one})
        await soon()
    assert announcer.waiting == 0
    await ears.stop()


async def test_an_account_that_is_paused_or_removed_is_no_longer_listened_to() -> None:
    announcer = Announcer()
    ears = listening_to(announcer)
    ears.heard({1: account()})
    await soon()
    ears.heard({1: account(health=Health(HealthState.PAUSED))})
    await soon()
    assert (announcer.waiting, announcer.cancelled) == (1, 1)
    ears.heard({1: account()})
    await soon()
    ears.heard({})
    await soon()
    assert announcer.cancelled == 2
    await ears.stop()


async def test_a_failure_is_no_news_and_is_not_tried_again_at_once() -> None:
    announcer = Announcer()
    ears = listening_to(announcer)
    for failure in (TryLater(say("busy")), NotSupported(say("never")), ValueError("a mistake in the module")):
        announcer.failure = failure
        ears.heard({1: account()})
        await soon()
        announcer.news.set()
        await soon()
        assert ears.heard({1: account()}) == set()
        before = announcer.waiting
        await soon()
        assert announcer.waiting == before
        ears.heard({})
    await ears.stop()


async def test_stopping_ends_every_listener() -> None:
    announcer = Announcer()
    ears = listening_to(announcer)
    ears.heard({1: account()})
    await soon()
    await ears.stop()
    assert announcer.cancelled == 1
