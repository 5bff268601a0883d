"""Mastodon under the contract suite: a current server, an old one, and one of another make."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import ContractSuite, HttpContractSuite
from cminbox.networks.mastodon import NETWORK
from cminbox.networks.mastodon.account import MastodonAccount
from cminbox.simulators.mastodon import Flavour, SimulatedMastodon
from cminbox.simulators.wire import Fault, Wire, WireTransport

if TYPE_CHECKING:
    from cminbox.domain.network import TextLimit
    from cminbox.network_kit.contract import Network

TOKEN = "planted-access-token-5d41402abc4b"
STRANGER = "ana@remote.example"
TICK_MS = 7


class MastodonBench(Bench):
    """A simulated server with small pages."""

    network: ClassVar[type[Network]] = NETWORK
    secrets: ClassVar[tuple[str, ...]] = (TOKEN,)
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.COMMENT, Kind.MENTION, Kind.DM)
    several_pages: ClassVar[int] = 25
    flavour: ClassVar[Flavour] = Flavour.CURRENT

    def __init__(self) -> None:
        self.clock = START
        self.server = SimulatedMastodon(self.now, flavour=self.flavour, token=TOKEN, largest_page=10)
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.ana = self.server.add_person(STRANGER, "Ana", followers=120)

    def connect(self) -> Network:
        account = MastodonAccount(base_url="https://social.example", access_token=SecretStr(TOKEN))
        return self.network(account, self.http, KeptInMemory(), self.now)

    def now(self) -> int:
        self.clock += TICK_MS
        return self.clock

    def pass_time(self, seconds: float) -> None:
        self.clock += round(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        if self.ana.muted or self.ana.blocked:
            # Nothing of theirs would reach the brand any more.
            self.ana = self.server.add_person(f"ana{self.now()}@remote.example", "Ana")
        return self.server.someone_writes(kind, self.ana, text, under, created_at)

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        return self.server.we_write(text, under)

    def someone_deletes(self, remote_id: str) -> None:
        self.server.delete(remote_id)

    def someone_edits(self, remote_id: str, text: str) -> bool:
        self.server.edit(remote_id, text)
        return True

    def add_unknown_item(self) -> None:
        self.server.world.notify("telepathy", self.ana, fallback="Somebody thinks of you")

    def expire_cursor(self) -> bool:
        return False

    def published(self) -> list[Published]:
        return [
            Published(
                self.server.to_id(post.id),
                "" if post.parent is None else self.server.to_id(post.parent),
                post.text,
                post.visibility != "direct",
            )
            for post in self.server.published()
        ]

    def state_of(self, remote_id: str) -> frozenset[str]:
        number = self.server.to_number(remote_id)
        world = self.server.world
        found: set[str] = set()
        if number in world.people:
            person = world.people[number]
            found |= {word for word, on in (("blocked", person.blocked), ("muted", person.muted)) if on}
            return frozenset(found)
        if number not in world.posts:
            return frozenset({"deleted"})
        post = world.posts[number]
        read = any(notice.post == number and notice.id <= world.marker for notice in world.notices)
        read = read or any(number in exchange.posts and not exchange.unread for exchange in world.exchanges)
        states = (
            ("liked", post.favourited),
            ("boosted", post.boost is not None),
            ("reported", post.reported),
            ("read", read),
        )
        return frozenset(word for word, on in states if on)

    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        self.wire.fail_next(Fault(fault), publishing=publishing, times=times)

    def requests_seen(self) -> list[tuple[str, str, bool]]:
        return [(seen.method, seen.path, self.server.publishes(seen)) for seen in self.wire.seen]

    def violations(self) -> list[str]:
        return [str(violation) for violation in self.wire.violations]

    def text_of(self, amount: int, limit: TextLimit) -> str:
        # The adapter puts "@ana" and a blank before it, of the handle only the local part counts.
        return super().text_of(max(amount - len("@ana "), 0), limit)


class OldBench(MastodonBench):
    """A server from before grouped notifications."""

    flavour: ClassVar[Flavour] = Flavour.OLD


class CompatibleBench(MastodonBench):
    """A server of another make: opaque ids, many fields left out."""

    flavour: ClassVar[Flavour] = Flavour.COMPATIBLE


class TestMastodon(HttpContractSuite):
    def bench(self) -> Bench:
        return MastodonBench()


class TestOldMastodon(ContractSuite):
    def bench(self) -> Bench:
        return OldBench()


class TestCompatibleServer(ContractSuite):
    def bench(self) -> Bench:
        return CompatibleBench()
