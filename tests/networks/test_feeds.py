"""Feeds under the contract suite, in each form that they come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cminbox.domain.message import Kind
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import ContractSuite, HttpContractSuite
from cminbox.networks.feeds import NETWORK
from cminbox.networks.feeds.account import FeedsAccount
from cminbox.simulators.feeds import SimulatedFeeds
from cminbox.simulators.wire import Fault, Wire, WireTransport

if TYPE_CHECKING:
    from cminbox.network_kit.contract import Network

FEEDS = ("news.xml", "forum.xml")


class FeedsBench(Bench):
    """Two feeds of one host; people publish in either."""

    network: ClassVar[type[Network]] = NETWORK
    secrets: ClassVar[tuple[str, ...]] = ()
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.MENTION,)
    several_pages: ClassVar[int] = 25

    def __init__(self, form: str, *, bare: bool = False) -> None:
        self.clock = START
        self.server = SimulatedFeeds(self.now, form=form, names=FEEDS, bare=bare)
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self._turn = 0

    def connect(self) -> Network:
        account = FeedsAccount(addresses=" ".join(f"https://feeds.example/{name}" for name in FEEDS))
        return self.network(account, self.http, KeptInMemory(), self.now)

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def pass_time(self, seconds: float) -> None:
        self.clock += round(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        assert kind is Kind.MENTION
        if under is not None:
            # Whoever writes on in a feed changes the article.
            self.someone_edits(under, text)
            return under
        self._turn += 1
        feed = FEEDS[self._turn % len(FEEDS)]
        return self.server.someone_publishes("Ana Lima", text, feed=feed, at=created_at).id

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        return f"{under}#{len(text)}"

    def someone_deletes(self, remote_id: str) -> None:
        feed, one = self.server.find(remote_id)
        feed.remove(one)

    def someone_edits(self, remote_id: str, text: str) -> bool:
        _feed, one = self.server.find(remote_id)
        one.text, one.updated = text, self.now()
        return True

    def add_unknown_item(self) -> None:
        self.server.something_odd()

    def expire_cursor(self) -> bool:
        return False

    def published(self) -> list[Published]:
        return []

    def state_of(self, remote_id: str) -> frozenset[str]:
        raise AssertionError(f"nothing is moderated here: {remote_id}")

    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        self.wire.fail_next(Fault(fault), publishing=publishing, times=times)

    def requests_seen(self) -> list[tuple[str, str, bool]]:
        return [(seen.method, seen.path, False) for seen in self.wire.seen]

    def violations(self) -> list[str]:
        return [str(violation) for violation in self.wire.violations]


class TestRss(HttpContractSuite):
    def bench(self) -> Bench:
        return FeedsBench("rss")


class TestOldRss(ContractSuite):
    """RSS 1.0, which is RDF, without anything that may be missing."""

    def bench(self) -> Bench:
        return FeedsBench("rss1", bare=True)


class TestAtom(ContractSuite):
    def bench(self) -> Bench:
        return FeedsBench("atom")


class TestJsonFeed(ContractSuite):
    def bench(self) -> Bench:
        return FeedsBench("json")
