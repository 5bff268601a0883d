"""One workspace with an account on every network, each with its simulated server, and people who write to all."""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cminbox import networks
from cminbox.domain.account import Health, HealthState
from cminbox.domain.network import Capability
from cminbox.domain.reply import ReplyState
from cminbox.network_kit.testing.suite import ContractSuite
from cminbox.outbox.attempts import Desk
from cminbox.outbox.sender import Sender
from cminbox.store.ingest import Ingest
from cminbox.sync.engine import Engine

if TYPE_CHECKING:
    import random
    from types import ModuleType

    from cminbox.domain.account import Account
    from cminbox.domain.message import Kind
    from cminbox.domain.reply import StoredReply
    from cminbox.network_kit.contract import Network
    from cminbox.network_kit.failures import SignInAgain
    from cminbox.network_kit.testing.bench import Bench
    from rehearsal.stage import Stage

TESTS = Path(__file__).resolve().parents[2] / "networks"
READING_FAULTS = ("429", "500", "503", "html", "not json", "wrong shape", "cut body", "connect error", "read timeout")
SENDING_FAULTS = ("429", "503", "connect error")
"""Faults of sending after which nothing was published; the others are the bench's `lost_answers`."""
DEEPEST = 3
"""Bluesky tells nobody of an answer that stands more than five below his own."""
NEAR = 8
"""People answer what was written lately: LinkedIn's module looks below the twenty newest posts that name a Page."""
HISTORY_DAYS = 30
MOST_ATTEMPTS = 60
SETTLED = frozenset({ReplyState.SENT, ReplyState.REFUSED, ReplyState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Written:
    """What a stranger wrote, as it has to arrive. `under` is the message that it answers."""

    kind: Kind
    under: str | None
    text: str


@dataclass
class Place:
    """One network: its server's bench, the account on it, and what was written there by the network's id."""

    name: str
    bench: Bench
    account: Account
    written: dict[str, Written] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    edited: dict[str, str] = field(default_factory=dict)
    network: Network | None = None

    def standing(self, kind: Kind) -> list[str]:
        """Return what was written of a kind and is still there."""
        return [one for one, what in self.written.items() if what.kind is kind and one not in self.deleted]

    def depth(self, remote_id: str) -> int:
        """Return how many messages stand above one."""
        above = self.written[remote_id].under
        return 0 if above is None else 1 + self.depth(above)


def module_of(name: str) -> Path:
    """Return where the module that puts a network under the contract suite is."""
    return TESTS / f"test_{name}.py"


def bench_of(name: str) -> Bench:
    """Return a fresh bench of a network, out of the module that puts it under the contract suite."""
    module = _module(module_of(name))
    own = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, ContractSuite)
        and value.__name__.startswith("Test")
        and not inspect.isabstract(value)
    ]
    suite: Any = own[0]()
    # What its own fixture would give to the one that needs a place on disk.
    suite.folder = Path(tempfile.mkdtemp())
    bench: Bench = suite.bench()
    return bench


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Everywhere:
    """All networks at once. `chance` decides who writes what, and what fails."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.stage = stage
        self.chance = chance
        # Another test sees to it that each of ours has a module; what somebody has installed beside them has none here.
        self.places = [self._place(name) for name in networks.names() if module_of(name).exists()]
        workspace = stage.workspace
        ingest = Ingest(workspace.database)
        self._engine = Engine(workspace.accounts, ingest, stage.clock.now, HISTORY_DAYS)
        stage.hold_lease()
        self._desk = Desk(
            workspace.outbox, ingest, self._network_of, "me", stage.clock.now, chance.random, self._signed_out
        )
        accounts = workspace.accounts
        self._sender = Sender(
            self._desk, workspace.acts, lambda: {one.id: one for one in accounts.connected()}, stage.clock.steady
        )

    def _place(self, name: str) -> Place:
        bench = bench_of(name)
        return Place(name, bench, self.stage.connect(name, bench.network.manifest))

    def pass_time(self, seconds: float) -> None:
        """Let all clocks run."""
        self.stage.clock.pass_time(seconds)
        for place in self.places:
            place.bench.pass_time(seconds)

    def people_write(self, place: Place, amount: int) -> None:
        """Let strangers write so often, now and then under each other; some edit, some delete."""
        for number in range(amount):
            kind = self.chance.choice(place.bench.kinds)
            above = [one for one in place.standing(kind)[-NEAR:] if place.depth(one) < DEEPEST]
            under = self.chance.choice(above) if above and self.chance.random() < 0.3 else None
            text = f"{place.name} {kind.value} {len(place.written)}: où est ma commande ?"
            remote_id = place.bench.someone_writes(kind, text, under=under)
            if remote_id == under:
                # Whoever has reviewed and writes again changes his review.
                place.written[remote_id] = Written(kind, place.written[under].under, text)
                continue
            assert remote_id not in place.written
            place.written[remote_id] = Written(kind, under, text)
            if number % 29 == 0:
                self._somebody_regrets(place, kind)

    def _somebody_regrets(self, place: Place, kind: Kind) -> None:
        parents = {what.under for what in place.written.values()}
        free = [one for one in place.standing(kind) if one not in parents and place.written[one].under is None]
        if not free:
            return
        remote_id = self.chance.choice(free)
        if self.chance.random() < 0.5:
            place.bench.someone_deletes(remote_id)
            place.deleted.add(remote_id)
        elif place.bench.someone_edits(remote_id, f"{place.written[remote_id].text} (edited)"):
            place.edited[remote_id] = f"{place.written[remote_id].text} (edited)"

    async def read(self, place: Place, *, faults: bool) -> int:
        """Fetch from a network until it answers; return how many messages were new."""
        new = 0
        for attempt in range(MOST_ATTEMPTS):
            if (
                faults
                and attempt < MOST_ATTEMPTS // 2
                and place.bench.network.manifest.http
                and self.chance.random() < 0.6
            ):
                place.bench.fail_next(self.chance.choice(READING_FAULTS), times=self.chance.randint(1, 2))
            account = self.stage.workspace.accounts.get(place.name)
            fetched = await self._engine.fetch(account, self._connected(place))
            new += fetched.new
            if fetched.failure is None:
                self._complete(account, fetched.read_at)
                return new
            self.pass_time(self.chance.uniform(60, 900))
        raise AssertionError(f"{place.name} is never read to its end")

    def _complete(self, account: Account, at: int) -> None:
        health = Health(HealthState.OK, last_complete_fetch=at)
        self.stage.workspace.accounts.set_health(account.id, health, next_fetch_at=0)

    def answer(self, place: Place, most: int) -> list[StoredReply]:
        """Decide on an answer to some of the conversations of a network that can be answered."""
        replies: list[StoredReply] = []
        for row in self.stage.everything():
            if row.account != place.name or len(replies) == most:
                continue
            if row.kind in place.bench.network.manifest.limits and row.unanswered:
                replies.append(self.stage.decide(row.id, f"merci {place.name} {row.id}"))
        return replies

    async def send(self, replies: list[StoredReply]) -> list[StoredReply]:
        """Send until nothing is left to do, while answers get lost on the way; return how the replies stand."""
        outbox = self.stage.workspace.outbox
        for _ in range(400):
            for place in self.places:
                self._hinder(place)
            self.stage.hold_lease()
            await self._sender.poke()
            while self._sender.busy:
                await asyncio.wait(list(self._sender._lanes.values()))
                await asyncio.sleep(0)
            now = [outbox.get(one.id) for one in replies]
            if all(one.state in SETTLED for one in now):
                return now
            self.pass_time(self.chance.uniform(20, 120))
        return [outbox.get(one.id) for one in replies]

    def _hinder(self, place: Place) -> None:
        if self.chance.random() > 0.15:
            return
        faults = place.bench.lost_answers + (SENDING_FAULTS if place.bench.network.manifest.http else ())
        place.bench.fail_next(self.chance.choice(faults), publishing=True)

    def _connected(self, place: Place) -> Network:
        # Now and then anew, as after a restart.
        if place.network is None or self.chance.random() < 0.3:
            place.network = place.bench.connect()
        return place.network

    async def _network_of(self, account: Account) -> Network:
        return self._connected(next(one for one in self.places if one.name == account.name))

    async def _signed_out(self, account: Account, failure: SignInAgain) -> None:
        raise AssertionError(f"{account.name} was signed out: {failure}")


def can_find(place: Place) -> bool:
    """Whether a reply whose answer was lost can be looked for."""
    return place.bench.network.manifest.can(Capability.FIND_SENT)
