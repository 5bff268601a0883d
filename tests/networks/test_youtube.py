"""YouTube under the contract suite: answers with all that is documented, and answers that leave out what they may."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import ContractSuite, HttpContractSuite
from cminbox.networks.youtube import NETWORK
from cminbox.networks.youtube.account import YoutubeAccount
from cminbox.simulators.wire import Fault, Wire, WireTransport
from cminbox.simulators.youtube import Application, SimulatedYoutube
from cminbox.simulators.youtube.world import HELD, REJECTED

if TYPE_CHECKING:
    from cminbox.network_kit.contract import Network

CLIENT_SECRET = "GOCSPX-planted-5d41402abc4b"
REFRESH_TOKEN = "1//planted-refresh-7d793037a076"
CLIENT = Application(client_secret=CLIENT_SECRET)


class YoutubeBench(Bench):
    """A simulated channel whose lists come in small pages."""

    network: ClassVar[type[Network]] = NETWORK
    secrets: ClassVar[tuple[str, ...]] = (CLIENT_SECRET, REFRESH_TOKEN, "ya29.simulated-access")
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.COMMENT,)
    several_pages: ClassVar[int] = 25
    bare: ClassVar[bool] = False
    language: ClassVar[str] = "en"

    def __init__(self) -> None:
        self.clock = START
        self.server = SimulatedYoutube(
            self.now,
            refresh_token=REFRESH_TOKEN,
            application=CLIENT,
            largest_page=10,
            bare=self.bare,
            language=self.language,
        )
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.kept = KeptInMemory()
        self.ana = self.server.world.add_viewer("ana")

    def connect(self) -> Network:
        account = YoutubeAccount(
            client_id=CLIENT.client_id,
            client_secret=SecretStr(CLIENT_SECRET),
            refresh_token=SecretStr(REFRESH_TOKEN),
        )
        return self.network(account, self.http, self.kept, self.now)

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def pass_time(self, seconds: float) -> None:
        self.clock += round(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        assert kind is Kind.COMMENT
        return self.server.someone_comments(self.ana, text, under, created_at)

    def someone_is_held_back(self, kind: Kind, text: str) -> str:
        assert kind is Kind.COMMENT
        return self.server.someone_comments(self.ana, text, status=HELD)

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        return self.server.we_comment(text, under)

    def someone_deletes(self, remote_id: str) -> None:
        self.server.world.delete(remote_id)

    def someone_edits(self, remote_id: str, text: str) -> bool:
        self.server.edit(remote_id, text)
        return True

    def add_unknown_item(self) -> None:
        chat = self.server.world.go_live()
        self.server.world.chat(chat, self.ana, "hm", kind="telepathyEvent")

    def expire_cursor(self) -> bool:
        return False

    def published(self) -> list[Published]:
        return [Published(one.id, one.parent or "", one.text, public=True) for one in self.server.published()]

    def state_of(self, remote_id: str) -> frozenset[str]:
        world = self.server.world
        if remote_id in world.viewers:
            return frozenset({"blocked"} if world.viewers[remote_id].banned else ())
        comment = world.comments.get(remote_id)
        if comment is None or comment.status == REJECTED:
            return frozenset({"deleted"})
        return frozenset({"hidden", "held"} if comment.status == HELD else ())

    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        self.wire.fail_next(Fault(fault), publishing=publishing, times=times)

    def requests_seen(self) -> list[tuple[str, str, bool]]:
        return [(seen.method, seen.path, self.server.publishes(seen)) for seen in self.wire.seen]

    def violations(self) -> list[str]:
        return [str(violation) for violation in self.wire.violations]


class BareBench(YoutubeBench):
    """Answers without anything that may be missing, and errors in another language."""

    bare: ClassVar[bool] = True
    language: ClassVar[str] = "fr"


class TestYoutube(HttpContractSuite):
    def bench(self) -> Bench:
        return YoutubeBench()


class TestBareAnswers(ContractSuite):
    def bench(self) -> Bench:
        return BareBench()
