"""LinkedIn under the contract suite: answers with all that is documented, and answers that leave out what they may."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, overload

from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import ContractSuite, HttpContractSuite
from cminbox.networks.linkedin import NETWORK
from cminbox.networks.linkedin.account import LinkedinAccount
from cminbox.simulators.linkedin import Application, SimulatedLinkedin
from cminbox.simulators.linkedin.server import Rules
from cminbox.simulators.wire import Fault, Wire, WireTransport

if TYPE_CHECKING:
    from cminbox.network_kit.contract import Network
    from cminbox.simulators.linkedin.world import Comment

CLIENT_SECRET = "planted-client-5d41402abc4b"
ACCESS = "AQ-planted-access-7d793037a076"
REFRESH = "AQ-planted-refresh-eccbc87e4b5c"


class LinkedinBench(Bench):
    """A simulated Page whose lists come in small pages."""

    network: ClassVar[type[Network]] = NETWORK
    secrets: ClassVar[tuple[str, ...]] = (CLIENT_SECRET, ACCESS, REFRESH, "AQ-access-")
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.COMMENT, Kind.MENTION)
    several_pages: ClassVar[int] = 25
    bare: ClassVar[bool] = False
    language: ClassVar[str] = "en"

    def __init__(self) -> None:
        self.clock = START
        self.server = SimulatedLinkedin(
            self.now,
            tokens=(ACCESS, REFRESH),
            application=Application(client_secret=CLIENT_SECRET),
            rules=Rules(largest_page=10, bare=self.bare, language=self.language),
        )
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.kept = KeptInMemory()
        self.ana = self.server.world.member("ana", "lima")

    def connect(self) -> Network:
        account = LinkedinAccount(
            organization_id="5515715",
            client_id="86acme",
            client_secret=SecretStr(CLIENT_SECRET),
            access_token=SecretStr(ACCESS),
            refresh_token=SecretStr(REFRESH),
        )
        return self.network(account, self.http, self.kept, self.now)

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def pass_time(self, seconds: float) -> None:
        self.clock += round(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        if kind is Kind.MENTION and under is None:
            return self.server.someone_mentions(self.ana, text, created_at).share
        return self._id(self.server.someone_comments(self.ana, text, self._urn(under), created_at))

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        return self._id(self.server.we_comment(text, self._urn(under)))

    def someone_deletes(self, remote_id: str) -> None:
        comment, post = self.server.world.find_comment(self._urn(remote_id)), self.server.world.find_post(remote_id)
        if comment is not None:
            self.server.world.delete(comment)
        elif post is not None:
            self.server.world.delete_post(post)

    def someone_edits(self, remote_id: str, text: str) -> bool:
        comment = self.server.world.find_comment(self._urn(remote_id))
        if comment is None:
            # Of a changed post nobody is told.
            return False
        self.server.world.edit(comment, text)
        return True

    def add_unknown_item(self) -> None:
        world = self.server.world
        shape = {"action": "TELEPATHY", "generatedActivity": "urn:li:thought:1", "decoratedGeneratedActivity": {}}
        world.notify("SHARE_MENTION", self.now(), world.posts[0]).shape = dict(shape)

    def expire_cursor(self) -> bool:
        return False

    def published(self) -> list[Published]:
        return [Published(self._id(one), self._above(one), one.text, public=True) for one in self.server.published()]

    def _above(self, comment: Comment) -> str:
        parent = self.server.world.comments.get(comment.parent or 0)
        return comment.post.share if parent is None else self._id(parent)

    def _id(self, comment: Comment) -> str:
        """Return the id that the adapter gives: it tells whose post it stands below."""
        ours = comment.post.author is self.server.world.brand
        return comment.urn if ours else f"{comment.post.share}#{comment.urn}"

    @overload
    def _urn(self, remote_id: str) -> str: ...
    @overload
    def _urn(self, remote_id: None) -> None: ...
    def _urn(self, remote_id: str | None) -> str | None:
        return None if remote_id is None else remote_id.rpartition("#")[2]

    def state_of(self, remote_id: str) -> frozenset[str]:
        world = self.server.world
        urn = self._urn(remote_id)
        if world.find_comment(urn) is None and world.find_post(urn) is None:
            return frozenset({"deleted"})
        return frozenset({"liked"} if (world.brand.urn, urn) in world.reactions else ())

    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        self.wire.fail_next(Fault(fault), publishing=publishing, times=times)

    def requests_seen(self) -> list[tuple[str, str, bool]]:
        return [(seen.method, seen.path, self.server.publishes(seen)) for seen in self.wire.seen]

    def violations(self) -> list[str]:
        return [str(violation) for violation in self.wire.violations]


class BareBench(LinkedinBench):
    """Answers without anything that may be missing, and errors in another language."""

    bare: ClassVar[bool] = True
    language: ClassVar[str] = "fr"


class TestLinkedin(HttpContractSuite):
    def bench(self) -> Bench:
        return LinkedinBench()


class TestBareAnswers(ContractSuite):
    def bench(self) -> Bench:
        return BareBench()
