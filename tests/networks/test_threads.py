"""Threads under the contract suite: lists in pages, two steps to publish, and a server with its usual oddities."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import ContractSuite, HttpContractSuite
from cminbox.networks.threads import NETWORK
from cminbox.networks.threads.account import ThreadsAccount
from cminbox.simulators.threads import SimulatedThreads
from cminbox.simulators.wire import Fault, Wire, WireTransport

if TYPE_CHECKING:
    from cminbox.network_kit.contract import Network

TOKEN = "planted-THAAB5d41402abc4b2a76b"
TICK_MS = 7


class ThreadsBench(Bench):
    """A simulated Threads API with small pages."""

    network: ClassVar[type[Network]] = NETWORK
    secrets: ClassVar[tuple[str, ...]] = (TOKEN,)
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.COMMENT, Kind.MENTION)
    several_pages: ClassVar[int] = 25

    def __init__(self, *, odd: bool = False) -> None:
        self.clock = START
        self.server = SimulatedThreads(self.now, token=TOKEN, largest_page=10, extras=odd)
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.kept = KeptInMemory()

    def connect(self) -> Network:
        account = ThreadsAccount(username="@Acme", access_token=SecretStr(TOKEN))
        return self.network(account, self.http, self.kept, self.now)

    def now(self) -> int:
        self.clock += TICK_MS
        return self.clock

    def pass_time(self, seconds: float) -> None:
        self.clock += round(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        return self.server.someone_writes(kind, "ana.lima", text, under, created_at)

    def someone_is_held_back(self, kind: Kind, text: str) -> str:
        assert kind is Kind.COMMENT
        return self.server.someone_is_held_back("ana.lima", text)

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        return self.server.we_write(text, under)

    def someone_deletes(self, remote_id: str) -> None:
        self.server.world.remove(self.server.world.posts[remote_id])

    def add_unknown_item(self) -> None:
        # A picture without a word, by somebody whose name is kept back.
        self.server.world.publish("nobody", "", self.server.brand_post()).nameless = True

    def expire_cursor(self) -> bool:
        return False

    def published(self) -> list[Published]:
        return [
            Published(post.id, "" if post.above is None else post.above.id, post.text, public=True)
            for post in self.server.published()
        ]

    def state_of(self, remote_id: str) -> frozenset[str]:
        post = self.server.world.posts.get(remote_id)
        if post is None:
            return frozenset({"deleted"})
        states = (("hidden", post.hidden), ("held", post.approval == "pending"))
        return frozenset(word for word, on in states if on)

    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        self.wire.fail_next(Fault(fault), publishing=publishing, times=times)

    def requests_seen(self) -> list[tuple[str, str, bool]]:
        return [(seen.method, seen.path, self.server.publishes(seen)) for seen in self.wire.seen]

    def violations(self) -> list[str]:
        return [str(violation) for violation in self.wire.violations]


class TestThreads(HttpContractSuite):
    def bench(self) -> Bench:
        return ThreadsBench()


class TestOddThreads(ContractSuite):
    """A server that sends fields that nothing documents."""

    def bench(self) -> Bench:
        return ThreadsBench(odd=True)
