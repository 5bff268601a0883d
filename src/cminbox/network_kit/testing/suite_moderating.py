"""Moderation: what is done shows on the server, doing it twice is fine, undoing it undoes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import HELD, SPAM
from cminbox.domain.network import Capability
from cminbox.network_kit.failures import Refused, TryLater
from cminbox.network_kit.testing.suite_ground import Ground, answer_to, answerable, failure_of, fetched

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection

    from cminbox.network_kit.contract import Network
    from cminbox.network_kit.testing.bench import Bench

STATE = {
    Capability.HIDE: "hidden",
    Capability.DELETE: "deleted",
    Capability.LIKE: "liked",
    Capability.BOOST: "boosted",
    Capability.BLOCK: "blocked",
    Capability.MUTE: "muted",
    Capability.REPORT: "reported",
    Capability.MARK_READ: "read",
}
"""What the server shows for a message or person after each act."""
UNDOES = {
    Capability.UNHIDE: Capability.HIDE,
    Capability.UNLIKE: Capability.LIKE,
    Capability.UNBOOST: Capability.BOOST,
    Capability.UNMUTE: Capability.MUTE,
}
_OF_PERSONS = frozenset({Capability.BLOCK, Capability.MUTE, Capability.UNMUTE})
_SPAM = "It is spam"


class ModeratingTests(Ground):
    """Acts on what others wrote; an act that is not declared is tried with the manifest."""

    async def test_an_act_shows_on_the_server_and_may_be_repeated(self) -> None:
        """After the first time and after the second the state is the same."""
        async with self.opened() as bench:
            for act in _declared(bench, STATE):
                target = await _target(bench, act)
                assert STATE[act] not in bench.state_of(target)
                for _ in range(2):
                    await _act(bench.connect(), act, target)
                    assert STATE[act] in bench.state_of(target), f"{act} does not show"

    async def test_an_undone_act_is_undone(self) -> None:
        """Undoing takes the state away, and undoing what is not there is fine."""
        async with self.opened() as bench:
            for undo in _declared(bench, UNDOES):
                act = UNDOES[undo]
                target = await _target(bench, act)
                await _act(bench.connect(), act, target)
                for _ in range(2):
                    await _act(bench.connect(), undo, target)
                    assert STATE[act] not in bench.state_of(target), f"{undo} does not undo"

    async def test_an_act_touches_nothing_else(self) -> None:
        """The neighbour of what was acted upon stays as it was."""
        for act in _declared(self.bench(), STATE):
            async with self.opened() as bench:
                target = await _target(bench, act)
                other = bench.someone_writes(bench.target_kind(act), "a neighbour")
                before, posts = bench.state_of(other), len(bench.published())
                await _act(bench.connect(), act, target)
                assert act in _OF_PERSONS or bench.state_of(other) == before, f"{act} hits a neighbour"
                one_of_ours = act is Capability.DELETE and not _only_theirs(bench, act)
                assert len(bench.published()) == posts - one_of_ours

    async def test_several_at_once_are_done_like_each_alone(self) -> None:
        """What one request can do to several messages shows on each of them, and takes fewer requests."""
        async with self.opened() as bench:
            for act, most in bench.network.together.items():
                assert bench.network.manifest.can(act)
                assert most > 1
                targets = [await _target(bench, act) for _ in range(3)]
                network = bench.connect()
                await network.check()
                before = len(bench.requests_seen())
                await network.act_together(act, targets)
                assert len(bench.requests_seen()) - before < len(targets)
                state = STATE.get(act)
                assert state is None or all(state in bench.state_of(target) for target in targets)

    async def test_what_waits_for_approval_arrives_and_is_published_by_it(self) -> None:
        """A message that nobody sees is in the inbox; approving it, once or twice, shows it to everybody."""
        async with self.opened() as bench:
            if not bench.network.manifest.can(Capability.APPROVE):
                pytest.skip("nothing waits for an approval here")
            remote_id = bench.someone_is_held_back(bench.target_kind(Capability.APPROVE), "may I?")
            message = await fetched(bench.connect(), bench, remote_id)
            assert set(message.labels or ()) & {HELD, SPAM}, "nothing tells a person that it waits"
            assert "held" in bench.state_of(message.remote_id)
            for _ in range(2):
                await bench.connect().approve(message.remote_id)
                assert "held" not in bench.state_of(message.remote_id)

    async def test_what_lies_out_of_bounds_is_refused(self) -> None:
        """What the manifest says is not possible is refused by the network too, with a reason, and changes nothing."""
        async with self.opened() as bench:
            for act, bound in bench.network.manifest.bounds.items():
                for kind in bench.kinds:
                    if bound.theirs:
                        asked = bench.someone_writes(kind, "a question")
                        await _is_out_of_bounds(bench, act, bench.we_write_elsewhere("our answer", under=asked))
                    if bound.own or (bound.kinds and kind not in bound.kinds):
                        await _is_out_of_bounds(bench, act, bench.someone_writes(kind, "not to be touched"))


class ModeratingFailureTests(Ground):
    """Acts over HTTP can be repeated, therefore their failures never leave anything in doubt."""

    @pytest.mark.parametrize("fault", ["500", "read timeout", "connect error", "429"])
    async def test_a_failed_act_may_be_tried_later(self, fault: str) -> None:
        """TryLater, not SendOutcomeUnknown: nothing is published by moderating."""
        async with self.opened() as bench:
            for act in _declared(bench, {*STATE, *UNDOES}):
                target = await _target(bench, act)
                network = bench.connect()
                await network.check()
                bench.fail_next(fault)
                failure = await failure_of(_act(network, act, target), bench)
                assert isinstance(failure, TryLater), f"{act}: {type(failure).__name__}"


def _declared(bench: Bench, acts: Collection[Capability]) -> list[Capability]:
    """Return those of the acts that the network declares."""
    return [act for act in acts if bench.network.manifest.can(act)]


async def _target(bench: Bench, act: Capability) -> str:
    """Return the remote id of a message or person to act upon."""
    kind = bench.target_kind(act)
    message = await fetched(bench.connect(), bench, bench.someone_writes(kind, "act upon me"))
    if act in _OF_PERSONS:
        return message.author.remote_id
    if act is not Capability.DELETE:
        return message.remote_id
    if _only_theirs(bench, act):
        return message.remote_id
    if kind not in answerable(bench):
        return bench.we_write_elsewhere("delete me", under=message.remote_id)
    return (await bench.connect().reply(answer_to(message, bench, "delete me"))).remote_id


async def _is_out_of_bounds(bench: Bench, act: Capability, target: str) -> None:
    before = bench.state_of(target)
    failure = await failure_of(_act(bench.connect(), act, target), bench)
    assert isinstance(failure, Refused), f"{act}: {type(failure).__name__}"
    assert bench.state_of(target) == before


def _only_theirs(bench: Bench, act: Capability) -> bool:
    """Return whether an act reaches what others wrote alone."""
    bound = bench.network.manifest.bounds.get(act)
    return bound is not None and bound.theirs


def _act(network: Network, act: Capability, target: str) -> Awaitable[None]:
    if act is Capability.REPORT:
        return network.report(target, _SPAM)
    acting: Awaitable[None] = getattr(network, act.value)(target)
    return acting
