"""Moderation: what is done shows on the server, doing it twice is fine, undoing it undoes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cminbox.domain.network import Capability
from cminbox.network_kit.failures import TryLater
from cminbox.network_kit.testing.suite_ground import Ground, answer_to, answerable, failure_of, fetched

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from cminbox.network_kit.contract import Network
    from cminbox.network_kit.testing.bench import Bench

STATE = {
    Capability.HIDE: "hidden",
    Capability.DELETE: "deleted",
    Capability.LIKE: "liked",
    Capability.BLOCK: "blocked",
    Capability.MUTE: "muted",
    Capability.REPORT: "reported",
    Capability.MARK_READ: "read",
}
"""What the server shows for a message or person after each act."""
UNDO = {Capability.HIDE: Capability.UNHIDE, Capability.LIKE: Capability.UNLIKE}
_OF_PERSONS = frozenset({Capability.BLOCK, Capability.MUTE})
_SPAM = "It is spam"


class ModeratingTests(Ground):
    """Acts on what others wrote."""

    @pytest.mark.parametrize("capability", STATE)
    async def test_an_act_shows_on_the_server_and_may_be_repeated(self, capability: Capability) -> None:
        """After the first time and after the second the state is the same."""
        async with self.opened() as bench:
            _needs(bench, capability)
            target = await _target(bench, capability)
            assert STATE[capability] not in bench.state_of(target)
            for _ in range(2):
                await _act(bench.connect(), capability, target)
                assert STATE[capability] in bench.state_of(target)

    @pytest.mark.parametrize("capability", UNDO)
    async def test_an_undone_act_is_undone(self, capability: Capability) -> None:
        """Undoing takes the state away, and undoing what is not there is fine."""
        async with self.opened() as bench:
            _needs(bench, UNDO[capability])
            target = await _target(bench, capability)
            await _act(bench.connect(), capability, target)
            for _ in range(2):
                await _act(bench.connect(), UNDO[capability], target)
                assert STATE[capability] not in bench.state_of(target)

    @pytest.mark.parametrize("capability", STATE)
    async def test_an_act_touches_nothing_else(self, capability: Capability) -> None:
        """The neighbour of what was acted upon stays as it was."""
        async with self.opened() as bench:
            _needs(bench, capability)
            target = await _target(bench, capability)
            other = bench.someone_writes(bench.target_kind(capability), "a neighbour")
            before = bench.state_of(other)
            await _act(bench.connect(), capability, target)
            assert capability in _OF_PERSONS or bench.state_of(other) == before
            assert bench.published() == [] or capability is Capability.DELETE


class ModeratingFailureTests(Ground):
    """Acts over HTTP can be repeated, therefore their failures never leave anything in doubt."""

    @pytest.mark.parametrize("fault", ["500", "read timeout", "connect error", "429"])
    @pytest.mark.parametrize("capability", [*STATE, *UNDO.values()])
    async def test_a_failed_act_may_be_tried_later(self, capability: Capability, fault: str) -> None:
        """TryLater, not SendOutcomeUnknown: nothing is published by moderating."""
        async with self.opened() as bench:
            _needs(bench, capability)
            target = await _target(bench, capability)
            network = bench.connect()
            await network.check()
            bench.fail_next(fault)
            assert isinstance(await failure_of(_act(network, capability, target), bench), TryLater)


def _needs(bench: Bench, capability: Capability) -> None:
    if not bench.network.manifest.can(capability):
        pytest.skip(f"this network does not declare {capability}")


async def _target(bench: Bench, capability: Capability) -> str:
    """Return the remote id of a message or person to act upon."""
    kind = bench.target_kind(capability)
    message = await fetched(bench.connect(), bench, bench.someone_writes(kind, "act upon me"))
    if capability in _OF_PERSONS:
        return message.author.remote_id
    if capability is not Capability.DELETE:
        return message.remote_id
    if kind not in answerable(bench):
        return bench.we_write_elsewhere("delete me", under=message.remote_id)
    return (await bench.connect().reply(answer_to(message, bench, "delete me"))).remote_id


def _act(network: Network, capability: Capability, target: str) -> Awaitable[None]:
    if capability is Capability.REPORT:
        return network.report(target, _SPAM)
    acting: Awaitable[None] = getattr(network, capability.value)(target)
    return acting
