"""The town: the community on the simulated networks, seen through the real adapters."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.reply import Receipt, Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import KeptInMemory
from cminbox.networks import load
from cminbox.simulators.community import NETWORKS, Tone
from cminbox.simulators.town.simulated import SimulatedTown
from cminbox.simulators.wire import Request, WireTransport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Network
    from cminbox.simulators.community import Event

DAY = 24 * 3_600_000


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 1_790_000_000_000

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=NETWORKS)
def network_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def town(network_name: str, clock: Clock, tmp_path: Path) -> SimulatedTown:
    town = SimulatedTown(1, clock, tmp_path / "spool", (network_name,))
    town.settle()
    return town


@pytest.fixture
async def network(town: SimulatedTown, network_name: str, clock: Clock) -> AsyncIterator[Network]:
    stage, kind = town.stages[network_name], load(network_name)
    account = kind.Account.model_validate(stage.sign_in("https://social.velombre.example"))
    transport = None if stage.wire is None else WireTransport(stage.wire)
    async with new_client(transport) as http:
        yield kind(account, http, KeptInMemory(), clock)


async def live(town: SimulatedTown) -> None:
    """Let the town do its own work while something else goes on."""
    while True:
        town.tick()
        await asyncio.sleep(0.01)


class Reader:
    """Follows one account from page to page, as the inbox does."""

    def __init__(self, network: Network, since: int) -> None:
        self._network = network
        self._since = since
        self._cursor: str | None = None

    async def new(self) -> dict[str, Message]:
        """Return what came since the last call, by remote id."""
        found: dict[str, Message] = {}
        async for page in self._network.fetch(self._cursor, self._since):
            assert page.skipped == ()
            self._cursor = page.cursor
            found |= {message.remote_id: message for message in page.messages}
        return found


@pytest.fixture
def reader(network: Network, clock: Clock) -> Reader:
    return Reader(network, clock() - 30 * DAY)


def inbound(town: SimulatedTown) -> dict[str, Event]:
    return {remote_id: event for (_, remote_id), event in town.events.items() if event.author is not None}


async def test_every_message_of_the_community_arrives_through_the_adapter_and_nothing_else(
    town: SimulatedTown, reader: Reader
) -> None:
    there = inbound(town)
    came = {remote_id: message for remote_id, message in (await reader.new()).items() if not message.ours}
    assert there.keys() == came.keys()
    for remote_id, message in came.items():
        event = there[remote_id]
        assert event.author is not None
        assert event.tone is Tone.HOSTILE or event.text.split() == message.text.split()[-len(event.text.split()) :]
        assert (message.kind, message.author.handle, message.rating) == (event.kind, event.author.handle, event.rating)
        assert abs(message.created_at - event.at) < 1000


async def test_what_we_said_before_arrives_as_our_own(town: SimulatedTown, reader: Reader) -> None:
    said = {
        remote_id for (_, remote_id), event in town.events.items() if event.author is None and event.under is not None
    }
    ours = {remote_id for remote_id, message in (await reader.new()).items() if message.ours}
    assert said <= ours


async def test_an_exchange_with_one_person_is_one_conversation(town: SimulatedTown, reader: Reader) -> None:
    came = await reader.new()
    talks: dict[str, set[str | None]] = {}
    for remote_id, event in inbound(town).items():
        talks.setdefault(event.talk, set()).add(came[remote_id].conversation)
    assert [talk for talk, conversations in talks.items() if len(conversations) > 1] == []


async def test_what_comes_later_arrives_later(town: SimulatedTown, reader: Reader, clock: Clock) -> None:
    known = (await reader.new()).keys() | inbound(town).keys()
    town.live(per_hour=600)
    clock.at += 10 * 60_000
    assert town.tick() > 0
    later = inbound(town).keys() - known
    assert later
    assert later == {remote_id for remote_id, message in (await reader.new()).items() if not message.ours} - known


async def test_an_answer_is_found_where_it_was_sent_and_sometimes_answered_back(
    town: SimulatedTown, network: Network, network_name: str, reader: Reader, clock: Clock
) -> None:
    came = await reader.new()
    living = asyncio.create_task(live(town))
    answered: dict[str, Receipt] = {}
    last = {event.talk: (remote_id, event) for remote_id, event in inbound(town).items()}
    for remote_id, event in last.values():
        if event.tone in {Tone.QUESTION, Tone.PRAISE, Tone.ORDER, Tone.REVIEW} and len(answered) < 12:
            conversation = came[remote_id].conversation or remote_id
            reply = Reply(
                f"key{len(answered):022}", event.kind, conversation, remote_id, "Bonjour !", clock(), event.lang
            )
            answered[remote_id] = await network.reply(reply)
            clock.at += 1000
    living.cancel()
    town.tick()
    for remote_id, receipt in answered.items():
        found = town.find(network_name, receipt.remote_id)
        assert found is not None
        assert "Bonjour !" in found[0].text
        assert found[0].under == remote_id
    clock.at += 5 * 60_000
    assert town.tick() > 0
    back = [message for message in (await reader.new()).values() if not message.ours and message.remote_id not in came]
    assert 0 < len(back) < len(answered)


async def test_nothing_that_the_adapter_asked_was_outside_the_specification(
    town: SimulatedTown, network_name: str, reader: Reader
) -> None:
    await reader.new()
    wire = town.stages[network_name].wire
    assert wire is None or wire.violations == []


def test_an_answer_that_does_not_exist_is_not_found(town: SimulatedTown, network_name: str) -> None:
    assert town.find(network_name, "none") is None


def test_the_same_seed_gives_the_same_town(clock: Clock, tmp_path: Path) -> None:
    towns = [SimulatedTown(3, clock, tmp_path / name) for name in ("one", "two")]
    for town in towns:
        town.settle()
    assert towns[0].events == towns[1].events


def test_requests_are_not_remembered_for_ever(clock: Clock, tmp_path: Path) -> None:
    town = SimulatedTown(1, clock, tmp_path / "spool")
    wires = [stage.wire for stage in town.stages.values() if stage.wire is not None]
    for wire in wires:
        wire.seen.extend([Request("GET", "/", (), {}, b"")] * 1000)
    town.tick()
    assert [len(wire.seen) <= 100 for wire in wires] == [True, True]
