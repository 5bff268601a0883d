"""Facebook under the contract suite: lists in pages, comments named in full, and a server with its usual oddities."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.network import Capability
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import ContractSuite, HttpContractSuite
from cminbox.networks.facebook import NETWORK
from cminbox.networks.facebook.account import FacebookAccount
from cminbox.simulators.facebook import SimulatedFacebook
from cminbox.simulators.facebook.world import PAGE_ID, Comment, Post
from cminbox.simulators.graph_letters import Letter
from cminbox.simulators.wire import Fault, Wire, WireTransport

if TYPE_CHECKING:
    from cminbox.network_kit.contract import Network

TOKEN = "planted-page-token-EAAB5d41402abc4b"
TICK_MS = 7


class FacebookBench(Bench):
    """A simulated Graph API with small pages."""

    network: ClassVar[type[Network]] = NETWORK
    secrets: ClassVar[tuple[str, ...]] = (TOKEN,)
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.COMMENT, Kind.MENTION, Kind.DM, Kind.REVIEW)
    several_pages: ClassVar[int] = 25

    def __init__(self, *, odd: bool = False) -> None:
        self.clock = START
        self.server = SimulatedFacebook(self.now, token=TOKEN, largest_page=10, bare_ids=odd, extras=odd)
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.ana = self.server.add_person("Ana Lima")

    def connect(self) -> Network:
        account = FacebookAccount(page_id=PAGE_ID, access_token=SecretStr(TOKEN), human_agent=True)
        return self.network(account, self.http, KeptInMemory(), self.now)

    def now(self) -> int:
        self.clock += TICK_MS
        return self.clock

    def pass_time(self, seconds: float) -> None:
        self.clock += round(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        thing = None if under is None else self.server.thing(under)
        if isinstance(thing, Letter):
            return self.server.someone_writes(kind, thing.partner, text, under, created_at)
        # Whoever writes a private message is in the one exchange with the Page, so that each is by somebody else.
        person = self.server.add_person(f"Ana {self.now()}") if kind is Kind.DM else self.ana
        return self.server.someone_writes(kind, person, text, under, created_at)

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        return self.server.we_write(text, under)

    def someone_deletes(self, remote_id: str) -> None:
        thing = self.server.thing(remote_id)
        assert thing is not None
        self.server.world.remove(thing)

    def someone_edits(self, remote_id: str, text: str) -> bool:
        thing = self.server.thing(remote_id)
        assert thing is not None
        thing.text = text
        return True

    def add_unknown_item(self) -> None:
        # A share without a word, by somebody whose name is kept back.
        self.server.world.comment(self.server.add_person("Nobody", nameless=True), "", self.server.brand_post())

    def expire_cursor(self) -> bool:
        return False

    def published(self) -> list[Published]:
        return [self._published(one) for one in self.server.published()]

    def _published(self, one: Comment | Letter) -> Published:
        name = self.server.name_of(one)
        if isinstance(one, Letter):
            return Published(name, one.partner.id, one.text, public=False)
        above = self.server.world.comments.get(one.parent or 0)
        return Published(name, self.server.name_of(above or one.post), one.text, public=True)

    def state_of(self, remote_id: str) -> frozenset[str]:
        person = self.server.world.people.get(remote_id)
        if person is not None:
            return frozenset({"blocked"}) if person.blocked else frozenset()
        match self.server.thing(remote_id):
            case None:
                return frozenset({"deleted"})
            case Letter() as letter:
                return frozenset({"read"}) if self.server.world.exchange(letter.partner).seen else frozenset()
            case Post() | Comment() as thing:
                states = (("hidden", thing.hidden), ("liked", thing.liked))
                return frozenset(word for word, on in states if on)

    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        self.wire.fail_next(Fault(fault), publishing=publishing, times=times)

    def requests_seen(self) -> list[tuple[str, str, bool]]:
        return [(seen.method, seen.path, self.server.publishes(seen)) for seen in self.wire.seen]

    def violations(self) -> list[str]:
        return [str(violation) for violation in self.wire.violations]

    def target_kind(self, capability: Capability) -> Kind:
        return Kind.DM if capability is Capability.MARK_READ else super().target_kind(capability)


class TestFacebook(HttpContractSuite):
    def bench(self) -> Bench:
        return FacebookBench()


class TestOddFacebook(ContractSuite):
    """A server that names comments by half of their id and sends fields that nothing documents."""

    def bench(self) -> Bench:
        return FacebookBench(odd=True)
