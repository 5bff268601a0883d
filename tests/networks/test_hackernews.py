"""Hacker News under the contract suite: answers with all that is documented, and without what may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cminbox.domain.message import Kind
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import ContractSuite, HttpContractSuite
from cminbox.networks.hackernews import NETWORK
from cminbox.networks.hackernews.account import HackerNewsAccount
from cminbox.simulators.hackernews import SimulatedHackerNews
from cminbox.simulators.wire import Fault, Wire, WireTransport

if TYPE_CHECKING:
    from cminbox.network_kit.contract import Network

WORD = "acmeparcels"


class HackerNewsBench(Bench):
    """People who comment, each under a story of another matter, and name the brand."""

    network: ClassVar[type[Network]] = NETWORK
    secrets: ClassVar[tuple[str, ...]] = ()
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.MENTION,)
    several_pages: ClassVar[int] = 25

    def __init__(self, *, bare: bool = False) -> None:
        self.clock = START
        self.server = SimulatedHackerNews(self.now, largest_page=10, an_hour=100_000, bare=bare)
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))

    def connect(self) -> Network:
        account = HackerNewsAccount(words=f"{WORD}, acme.example", username="acme")
        return self.network(account, self.http, KeptInMemory(), self.now)

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def pass_time(self, seconds: float) -> None:
        self.clock += round(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        assert kind is Kind.MENTION
        above = self.server.someone_submits("eve", "Parcels in general") if under is None else int(under)
        return str(self.server.someone_comments("ana", _naming(text), above, at=created_at))

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        return str(self.server.someone_comments("acme", text, int(under)))

    def someone_deletes(self, remote_id: str) -> None:
        self.server.delete(int(remote_id))

    def someone_edits(self, remote_id: str, text: str) -> bool:
        self.server.entries[int(remote_id)].text = _naming(text)
        return True

    def add_unknown_item(self) -> None:
        self.server.something_odd(_naming("beep"))

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


def _naming(text: str) -> str:
    return f"{text} {WORD}"


class TestHackerNews(HttpContractSuite):
    def bench(self) -> Bench:
        return HackerNewsBench()


class TestBareAnswers(ContractSuite):
    """Answers without anything that may be missing."""

    def bench(self) -> Bench:
        return HackerNewsBench(bare=True)
