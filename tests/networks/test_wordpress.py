"""WordPress under the contract suite: a site as most are, and one that is bare, French and without pretty addresses."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, ClassVar

from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import ContractSuite, HttpContractSuite
from cminbox.networks.wordpress import NETWORK
from cminbox.networks.wordpress.account import WordpressAccount
from cminbox.simulators.wire import Fault, Wire, WireTransport
from cminbox.simulators.wordpress import Rules, SimulatedWordpress
from cminbox.simulators.wordpress.world import HELD, SPAM, TRASH

if TYPE_CHECKING:
    from cminbox.network_kit.contract import Network

PASSWORD = "plan ted0 pass word abcd 7f3a"


class WordpressBench(Bench):
    """A simulated site with a shop; few comments are asked for at once."""

    network: ClassVar[type[Network]] = NETWORK
    secrets: ClassVar[tuple[str, ...]] = (PASSWORD, base64.b64encode(f"acme:{PASSWORD}".encode()).decode())
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.COMMENT, Kind.REVIEW)
    several_pages: ClassVar[int] = 25
    rules: ClassVar[Rules] = Rules()

    def __init__(self) -> None:
        self.clock = START
        self.server = SimulatedWordpress(self.now, password=PASSWORD, rules=self.rules)
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.kept = KeptInMemory()

    def connect(self) -> Network:
        account = WordpressAccount(
            base_url="https://blog.example", username="acme", application_password=SecretStr(PASSWORD), page_size=10
        )
        return self.network(account, self.http, self.kept, self.now)

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def pass_time(self, seconds: float) -> None:
        self.clock += round(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        if kind is Kind.REVIEW and under is None:
            return str(self.server.someone_reviews("ana", text, at=created_at))
        return str(self.server.someone_comments("ana", text, None if under is None else int(under), created_at))

    def someone_is_held_back(self, kind: Kind, text: str) -> str:
        if kind is Kind.REVIEW:
            return str(self.server.someone_reviews("ana", text, status=HELD))
        return str(self.server.someone_comments("ana", text, status=HELD))

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        return str(self.server.we_comment(text, int(under)))

    def someone_deletes(self, remote_id: str) -> None:
        self.server.world.delete(int(remote_id))

    def someone_edits(self, remote_id: str, text: str) -> bool:
        self.server.edit(int(remote_id), text)
        return True

    def add_unknown_item(self) -> None:
        for identifier in (self.server.someone_comments("ana", "hm"), self.server.someone_reviews("ana", "hm")):
            self.server.world.comments[identifier].is_odd = True

    def expire_cursor(self) -> bool:
        return False

    def published(self) -> list[Published]:
        return [Published(str(one.id), str(one.parent), one.text, public=True) for one in self.server.published()]

    def state_of(self, remote_id: str) -> frozenset[str]:
        comment = self.server.world.comments.get(int(remote_id))
        if comment is None or comment.status == TRASH:
            return frozenset({"deleted"})
        return frozenset({HELD: {"hidden", "held"}, SPAM: {"reported"}}.get(comment.status, ()))

    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        self.wire.fail_next(Fault(fault), publishing=publishing, times=times)

    def requests_seen(self) -> list[tuple[str, str, bool]]:
        return [(seen.method, seen.path, self.server.publishes(seen)) for seen in self.wire.seen]

    def violations(self) -> list[str]:
        return [str(violation) for violation in self.wire.violations]


class BareBench(WordpressBench):
    """Answers without anything that may be missing, errors in another language, everything behind ?rest_route=."""

    rules: ClassVar[Rules] = Rules(bare=True, language="fr", pretty=False)

    def connect(self) -> Network:
        account = WordpressAccount(
            base_url="https://blog.example/?rest_route=/",
            username="acme",
            application_password=SecretStr(PASSWORD),
            page_size=10,
        )
        return self.network(account, self.http, self.kept, self.now)


class TestWordpress(HttpContractSuite):
    def bench(self) -> Bench:
        return WordpressBench()


class TestBareAnswers(ContractSuite):
    def bench(self) -> Bench:
        return BareBench()
