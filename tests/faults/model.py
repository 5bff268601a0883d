"""Every life of one reply: the sender killed at every step, its successor killed at every step, for every network.

The program's own code runs in this process, step by step; a step is a write to the database or a request to the
network, each with a moment before and one after it. A kill is an exception that nothing catches, after which every
further step fails as well, so that nothing a dying process might still do counts.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from rehearsal.clock import half
from rehearsal.network import ScriptedNetwork, Server
from rehearsal.people import manifest, wrote
from rehearsal.stage import Stage

from cminbox.domain.network import Capability
from cminbox.domain.reply import Receipt, Reply, ReplyState
from cminbox.domain.saying import say
from cminbox.network_kit.failures import NetworkFailure, Refused, SendOutcomeUnknown, TryLater
from cminbox.outbox import recording, recovery
from cminbox.outbox.attempts import Desk, look, send, strand
from cminbox.store.ingest import Ingest
from rig.judge import Verdict
from rig.report import Family, Order

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.account import Account
    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import StoredReply
    from cminbox.network_kit.failures import SignInAgain

_LOOKS = (2.0, 8.0)
_MOST_STEPS = 200
_WAITED = frozenset({ReplyState.QUEUED, ReplyState.UNKNOWN})


class Fate(StrEnum):
    """What becomes of the first request to publish."""

    FINE = "goes well"
    REFUSED = "is refused"
    LATER = "is put off"
    LOST_AFTER = "is carried out and its answer lost"
    LOST_BEFORE = "is lost"


NETWORKS: dict[str, Manifest] = {
    "keys and looks": manifest(Capability.FIND_SENT, idempotent_for=3600),
    "keys": manifest(idempotent_for=3600),
    "looks": manifest(Capability.FIND_SENT),
    "neither": manifest(),
}
FAILURES: dict[Fate, type[NetworkFailure]] = {
    Fate.REFUSED: Refused,
    Fate.LATER: TryLater,
    Fate.LOST_AFTER: SendOutcomeUnknown,
    Fate.LOST_BEFORE: SendOutcomeUnknown,
}


class KilledHere(BaseException):
    """The process ends at this step."""


@dataclass
class Steps:
    """Counts the steps of one life, and ends it at one of them."""

    kill_at: int | None = None
    count: int = 0

    def step(self) -> None:
        """Be at a step. Raises KilledHere at the chosen one and at all behind it."""
        self.count += 1
        if self.kill_at is not None and self.count >= self.kill_at:
            raise KilledHere


@dataclass
class World:
    """One workspace and one network that outlive the processes; `steps` are those of the process that lives now."""

    stage: Stage
    account: Account
    network: Publishing
    steps: Steps = field(default_factory=Steps)
    lives: int = 0

    def desk(self) -> Desk:
        """Return what a new process works with; it takes the lease from the dead one."""
        self.lives += 1
        self.steps = Steps()
        before, holder = f"life {self.lives - 1}", f"life {self.lives}"
        now = self.stage.clock.now()
        leases = self.stage.workspace.leases
        leases.take("sync", holder=holder, host="h", pid=1, now=now, seconds=30, instead_of=before)
        database = self.stage.workspace.database
        return Desk(
            self.stage.workspace.outbox, Ingest(database), self._network, holder, self.stage.clock.now, half, _no
        )

    async def _network(self, account: Account) -> ScriptedNetwork:
        del account
        return self.network

    async def live(self, reply_id: int, kill_at: int | None) -> bool:
        """Let one process do all that is to be done for a reply; False when it was killed."""
        desk = self.desk()
        self.steps = Steps(kill_at)
        try:
            await strand(desk)
            for _ in range(_MOST_STEPS):
                row = desk.outbox.get(reply_id)
                if row.state not in _WAITED or (row.state is ReplyState.UNKNOWN and row.next_try_at is None):
                    return True
                self.stage.clock.wall = max(self.stage.clock.wall, row.next_try_at or 0)
                await (send if row.state is ReplyState.QUEUED else look)(desk, self.account, row)
        except KilledHere:
            return False
        raise AssertionError(f"reply {reply_id} goes round in circles")


class Publishing(ScriptedNetwork):
    """A network that publishes, or not, as fate wills; where it knows keys it makes each post once."""

    fate: Fate
    world: World
    asked: int

    async def reply(self, reply: Reply) -> Receipt:
        """Publish, with a step before and after."""
        self.world.steps.step()
        self.asked += 1
        fate, self.fate = self.fate, Fate.FINE
        known = self.manifest.idempotent_for and any(one.send_key == reply.send_key for one in self.server.published)
        if fate in {Fate.FINE, Fate.LOST_AFTER} and not known:
            self.server.published.append(reply)
        self.world.steps.step()
        if fate is not Fate.FINE:
            raise FAILURES[fate](say("as fate wills"))
        return self._receipt(reply)

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look, with a step before."""
        self.world.steps.step()
        return await super().find_sent(reply)


def run(order: Order) -> Verdict:
    """Live through every life; in the quick set only one process is killed."""
    verdict = Verdict()
    with ExitStack() as patches:
        patches.enter_context(patch.object(recovery, "LOOKS", _LOOKS))
        patches.enter_context(patch.object(recording, "WAITS", ()))
        for name, facts in NETWORKS.items():
            stage = Stage(order.folder / f"model-{name.replace(' ', '-')}")
            patches.callback(stage.close)
            world = _world(stage, facts)
            patches.enter_context(_stepping(world))
            for fate in Fate:
                asyncio.run(_all_lives(world, name, fate, verdict, twice=order.full))
    return verdict


async def _all_lives(world: World, name: str, fate: Fate, verdict: Verdict, *, twice: bool) -> None:
    """Kill the first process at each of its steps; with `twice` also the second one at each of its own.

    The first step that is never reached ends it.
    """
    for first in range(1, _MOST_STEPS):
        ended = await _one_life(world, name, fate, (first,), verdict)
        if not ended and twice:
            for second in range(1, _MOST_STEPS):
                if await _one_life(world, name, fate, (first, second), verdict):
                    break
        if ended:
            break


async def _one_life(world: World, name: str, fate: Fate, kills: tuple[int, ...], verdict: Verdict) -> bool:
    """Kill at these steps, then let a last process work to the end, and judge; True when a kill was never reached."""
    reply = _ask_and_decide(world, verdict.amount)
    world.network.fate, world.network.asked = fate, 0
    missed = False
    for kill in kills:
        if await world.live(reply.id, kill):
            missed = True
            break
    await world.live(reply.id, None)
    verdict.amount += 1
    _judge(world, reply, f"{name}, the request {fate}, killed at {kills}", verdict)
    return missed


def _judge(world: World, reply: StoredReply, what: str, verdict: Verdict) -> None:
    row = world.stage.workspace.outbox.get(reply.id)
    posts = sum(one.send_key == reply.send_key for one in world.network.server.published)
    verdict.doubled += max(0, posts - 1)
    verdict.false += row.state is ReplyState.SENT and posts == 0
    verdict.lost += row.text != reply.text
    settled = {ReplyState.SENT, ReplyState.REFUSED, ReplyState.UNKNOWN}
    verdict.expect(row.state in settled, f"{what}: it is {row.state}")
    verdict.expect(not (row.state is ReplyState.REFUSED and posts), f"{what}: refused, and posted")
    if world.network.manifest.idempotent_for:
        certain = {ReplyState.SENT, ReplyState.REFUSED}
        verdict.expect(row.state in certain, f"{what}: a person is asked although the key protects it")


def _ask_and_decide(world: World, number: int) -> StoredReply:
    world.steps = Steps()
    asked = wrote(f"q{number}", at=world.stage.clock.now(), conversation=f"c{number}", by=f"p{number}")
    world.stage.take(world.account, asked)
    rows = world.stage.workspace.database.read().execute("SELECT max(id) FROM conversations").fetchone()
    return world.stage.decide(rows[0], f"answer {number}")


def _world(stage: Stage, facts: Manifest) -> World:
    account = stage.connect("brand", facts)
    network = Publishing.over(Server(), facts)
    assert isinstance(network, Publishing)
    network.asked = 0
    world = World(stage, account, network)
    network.world = world
    # A kill of this kind never takes the machine's memory with it.
    stage.workspace.database._write_connection.execute("PRAGMA synchronous = OFF")
    return world


def _stepping(world: World) -> Any:  # noqa: ANN401 - a patch
    """Return a patch that makes each write to a database two steps."""
    database = world.stage.workspace.database
    write = database.write

    def stepped(work: Callable[..., Any]) -> Any:  # noqa: ANN401 - as written
        world.steps.step()
        result = write(work)
        world.steps.step()
        return result

    return patch.object(database, "write", stepped)


async def _no(account: Account, failure: SignInAgain) -> None:
    raise AssertionError(f"{account.name} was not signed out: {failure}")


FAMILY = Family("model", "killed at every step, twice", run)
