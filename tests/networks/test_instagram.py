"""Instagram under the contract suite, behind either login: lists in pages, mentions through a folder, oddities."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.network import Capability
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import ContractSuite, HttpContractSuite
from cminbox.networks.instagram import NETWORK
from cminbox.networks.instagram.account import InstagramAccount, Login
from cminbox.simulators.graph_letters import Letter
from cminbox.simulators.instagram import SimulatedInstagram
from cminbox.simulators.instagram.world import PAGE_ID, Comment, Media
from cminbox.simulators.wire import Fault, Wire, WireTransport

if TYPE_CHECKING:
    from cminbox.network_kit.contract import Network

TOKEN = "planted-IGAAB5d41402abc4b2a76b"
TICK_MS = 7


class InstagramBench(Bench):
    """A simulated Graph API with small pages."""

    network: ClassVar[type[Network]] = NETWORK
    secrets: ClassVar[tuple[str, ...]] = (TOKEN,)
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.COMMENT, Kind.MENTION, Kind.DM)
    several_pages: ClassVar[int] = 25

    def __init__(self, folder: Path, login: Login, *, odd: bool = False) -> None:
        self.clock = START
        self.login = login
        self.server = SimulatedInstagram(
            self.now, login=login.value, token=TOKEN, largest_page=10, extras=odd, old_answers_first=odd
        )
        self.folder = folder
        self.server.on_mention = self.tell
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.kept = KeptInMemory()
        self.ana = self.server.add_person("ana.lima")
        self.told = 0

    def tell(self, notice: dict[str, Any]) -> None:
        """Write down a notice as the brand's web server would."""
        folder = self.folder / "in"
        folder.mkdir(exist_ok=True)
        self.told += 1
        (folder / f"{self.told:06d}.json").write_text(json.dumps(notice), encoding="utf-8")

    def connect(self) -> Network:
        account = InstagramAccount(
            username="@Acme",
            access_token=SecretStr(TOKEN),
            login=self.login,
            page_id=PAGE_ID if self.login is Login.FACEBOOK else "",
            mentions_folder=str(self.folder),
            human_agent=True,
        )
        return self.network(account, self.http, self.kept, self.now)

    def now(self) -> int:
        self.clock += TICK_MS
        return self.clock

    def pass_time(self, seconds: float) -> None:
        self.clock += round(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        thing = None if under is None else self.server.thing(under)
        if isinstance(thing, Letter):
            return self.server.someone_writes(kind, thing.partner, text, under, created_at)
        # Whoever writes a private message is in the one exchange with us, so that each is by somebody else.
        person = self.server.add_person(f"ana{self.now()}") if kind is Kind.DM else self.ana
        return self.server.someone_writes(kind, person, text, under, created_at)

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        return self.server.we_write(text, under)

    def someone_deletes(self, remote_id: str) -> None:
        thing = self.server.thing(remote_id)
        assert thing is not None
        self.server.world.remove(thing)

    def add_unknown_item(self) -> None:
        # An empty comment by somebody who is not named.
        self.server.world.comment(self.server.add_person("nobody", nameless=True), "", self.server.brand_post())

    def expire_cursor(self) -> bool:
        return False

    def published(self) -> list[Published]:
        return [self._published(one) for one in self.server.published()]

    def _published(self, one: Comment | Letter) -> Published:
        name = self.server.name_of(one)
        if isinstance(one, Letter):
            return Published(name, one.partner.id, one.text, public=False)
        above = self.server.world.comments.get(one.parent or "")
        return Published(name, self.server.name_of(above or one.media), one.text, public=True)

    def state_of(self, remote_id: str) -> frozenset[str]:
        match self.server.thing(remote_id):
            case None:
                return frozenset({"deleted"})
            case Letter() as letter:
                return frozenset({"read"}) if self.server.world.exchange(letter.partner).seen else frozenset()
            case Comment() as comment:
                return frozenset({"hidden"}) if comment.hidden else frozenset()
            case Media():
                return frozenset()

    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        self.wire.fail_next(Fault(fault), publishing=publishing, times=times)

    def requests_seen(self) -> list[tuple[str, str, bool]]:
        return [(seen.method, seen.path, self.server.publishes(seen)) for seen in self.wire.seen]

    def violations(self) -> list[str]:
        return [str(violation) for violation in self.wire.violations]

    def target_kind(self, capability: Capability) -> Kind:
        return Kind.DM if capability is Capability.MARK_READ else super().target_kind(capability)


class InFolders:
    """Each bench has a folder for notices of mentions."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def bench_of(self, login: Login, *, odd: bool = False) -> Bench:
        return InstagramBench(Path(tempfile.mkdtemp(dir=self.folder)), login, odd=odd)


class TestInstagram(InFolders, HttpContractSuite):
    """With Instagram's own login."""

    def bench(self) -> Bench:
        return self.bench_of(Login.INSTAGRAM)


class TestInstagramThroughThePage(InFolders, ContractSuite):
    """With Facebook's login."""

    def bench(self) -> Bench:
        return self.bench_of(Login.FACEBOOK)


class TestOddInstagram(InFolders, ContractSuite):
    """A server that gives answers oldest first, and fields that nothing documents."""

    def bench(self) -> Bench:
        return self.bench_of(Login.INSTAGRAM, odd=True)
