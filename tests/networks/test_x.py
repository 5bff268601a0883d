"""X under the contract suite: both sign-ins, both dialects of its answers, and answers that leave out what they may."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.network import Capability, Unit
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import ContractSuite, HttpContractSuite
from cminbox.networks.x import NETWORK
from cminbox.networks.x.account import XAccount
from cminbox.networks.x.events import key_of
from cminbox.simulators.wire import Fault, Wire, WireTransport
from cminbox.simulators.x import Application, Rules, SimulatedX
from cminbox.simulators.x.world import Event

if TYPE_CHECKING:
    from cminbox.domain.network import TextLimit
    from cminbox.network_kit.contract import Network
    from cminbox.simulators.x.world import Post, User

APP_SECRET = "planted-app-secret-5d41402a"
TOKEN = "planted-token-7d793037a0"
TOKEN_SECRET = "planted-token-secret-b6d767d2"
DM = "dm/"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


class XBench(Bench):
    """A simulated X whose lists come in small pages, signed in with OAuth 2.0."""

    network: ClassVar[type[Network]] = NETWORK
    secrets: ClassVar[tuple[str, ...]] = (APP_SECRET, TOKEN, "simulated-access", "simulated-refresh")
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.MENTION, Kind.COMMENT, Kind.DM)
    several_pages: ClassVar[int] = 25
    sign_in: ClassVar[str] = "browser"
    bare: ClassVar[bool] = False
    old_names: ClassVar[bool] = False
    repeats: ClassVar[bool] = False
    language: ClassVar[str] = "en"

    def __init__(self) -> None:
        self.clock = START
        self.server = SimulatedX(
            self.now,
            application=Application(secret=APP_SECRET),
            token=TOKEN,
            token_secret=TOKEN_SECRET,
            refresh_token=TOKEN,
            rules=Rules(
                largest_page=10,
                bare=self.bare,
                old_names=self.old_names,
                repeats=self.repeats,
                language=self.language,
            ),
        )
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.kept = KeptInMemory()
        self.authors: dict[str, User] = {}

    def connect(self) -> Network:
        account = XAccount(
            sign_in=self.sign_in,
            app_key=self.server.sign_ins.application.key,
            app_secret=SecretStr(APP_SECRET),
            token=SecretStr(TOKEN),
            token_secret=SecretStr(TOKEN_SECRET),
            calls_per_day=1000.0,
        )
        return self.network(account, self.http, self.kept, self.now)

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def pass_time(self, seconds: float) -> None:
        self.clock += round(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        person = self.authors.get(under or "")
        if person is None:
            person = self.server.world.user(f"person_{len(self.authors)}")
        match kind:
            case Kind.DM:
                remote_id = DM + self.server.someone_writes(person, text, created_at)
            case Kind.COMMENT:
                remote_id = self.server.someone_replies(person, text, under, created_at)
            case _:
                remote_id = self.server.someone_mentions(person, text, under, created_at)
        self.authors[remote_id] = person
        return remote_id

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        if not under.startswith(DM):
            return self.server.we_post(text, under)
        world = self.server.world
        (asked,) = [event for event in world.events if event.id == under.removeprefix(DM)]
        return DM + world.write(self.server.brand, text, asked.conversation).id

    def someone_deletes(self, remote_id: str) -> None:
        world = self.server.world
        if remote_id.startswith(DM):
            world.events = [event for event in world.events if DM + event.id != remote_id]
        else:
            world.delete(remote_id)

    def someone_edits(self, remote_id: str, text: str) -> bool:
        if remote_id.startswith(DM):
            return False
        self.server.world.edit(remote_id, f"@{self.server.brand.handle} {text}")
        return True

    def add_unknown_item(self) -> None:
        world = self.server.world
        world.strange.append({"kind": "hologram", "id": {"deep": 1}})
        world.events.append(Event(world.next_id(), "g1", self.server.brand, "?", START, "Waving"))

    def expire_cursor(self) -> bool:
        return False

    def published(self) -> list[Published]:
        posts = [
            Published(one.id, self._first(one.replied_to), _last(one), public=True) for one in self.server.published()
        ]
        brand = self.server.brand
        written = [
            event for event in self.server.world.events if event.sender is brand and event.type == "MessageCreate"
        ]
        return posts + [
            Published(DM + one.id, key_of(one.conversation, brand.id, brand.id), one.text, public=False)
            for one in written
        ]

    def _first(self, identifier: str | None) -> str:
        post = self.server.world.get(identifier or "")
        return post.id if post is not None else identifier or ""

    def state_of(self, remote_id: str) -> frozenset[str]:
        world = self.server.world
        if remote_id in world.users:
            states = {"blocked": remote_id in world.blocked, "muted": remote_id in world.muted}
            return frozenset(name for name, holds in states.items() if holds)
        if remote_id.startswith(DM):
            return frozenset()
        post = world.get(remote_id)
        if post is None:
            return frozenset({"deleted"})
        return frozenset({"hidden"} if post.hidden else ())

    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        self.wire.fail_next(Fault(fault), publishing=publishing, times=times)

    def requests_seen(self) -> list[tuple[str, str, bool]]:
        return [(seen.method, seen.path, self.server.publishes(seen)) for seen in self.wire.seen]

    def violations(self) -> list[str]:
        return [str(violation) for violation in self.wire.violations]

    def text_of(self, amount: int, limit: TextLimit) -> str:
        if limit.unit is not Unit.WEIGHTED:
            return super().text_of(amount, limit)
        # An address counts 23, a family 2, an ideograph 2, a letter 1: no other unit gives the same.
        front = "https://shop.example.com/a/very/long/way/to/go 日 "
        rest = amount - 23 - 1 - 2 - 1
        return front + FAMILY * (rest // 2) + "é" * (rest % 2) if rest >= 0 else "a" * amount

    def target_kind(self, capability: Capability) -> Kind:
        wanted = {Capability.HIDE: Kind.COMMENT, Capability.UNHIDE: Kind.COMMENT, Capability.BLOCK: Kind.DM}
        return wanted.get(capability, Kind.MENTION)


def _last(post: Post) -> str:
    return next(reversed(post.versions.values()))


class PinBench(XBench):
    """Signed in with OAuth 1.0a, on a server that names things as it did before, and errors in another language."""

    secrets: ClassVar[tuple[str, ...]] = (APP_SECRET, TOKEN, TOKEN_SECRET)
    sign_in: ClassVar[str] = "pin"
    old_names: ClassVar[bool] = True
    language: ClassVar[str] = "fr"


class BareBench(XBench):
    """Answers without anything that may be missing, with items that come twice."""

    sign_in: ClassVar[str] = "pin"
    bare: ClassVar[bool] = True
    repeats: ClassVar[bool] = True


class TestX(HttpContractSuite):
    def bench(self) -> Bench:
        return XBench()


class TestPin(ContractSuite):
    def bench(self) -> Bench:
        return PinBench()


class TestBareAnswers(ContractSuite):
    def bench(self) -> Bench:
        return BareBench()
