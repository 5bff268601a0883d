"""Discourse under the contract suite: a moderator's key, an older forum, and answers that leave out what they may."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import ContractSuite, HttpContractSuite
from cminbox.networks.discourse import NETWORK
from cminbox.networks.discourse.account import DiscourseAccount
from cminbox.networks.discourse.queue import REVIEW
from cminbox.simulators.discourse import Rules, SimulatedDiscourse
from cminbox.simulators.discourse.world import PENDING
from cminbox.simulators.wire import Fault, Wire, WireTransport

if TYPE_CHECKING:
    from cminbox.network_kit.contract import Network
    from cminbox.simulators.discourse.world import Post

KEY = "planted-user-api-key-5d41402abc4b"
ADMIN_KEY = "planted-admin-key-7d793037a076"


class DiscourseBench(Bench):
    """A simulated forum whose lists come in small pages; the brand moderates it."""

    network: ClassVar[type[Network]] = NETWORK
    secrets: ClassVar[tuple[str, ...]] = (KEY, ADMIN_KEY)
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.COMMENT, Kind.MENTION, Kind.DM)
    several_pages: ClassVar[int] = 25

    def __init__(self) -> None:
        self.clock = START
        self.server = SimulatedDiscourse(self.now, key=KEY, admin_key=ADMIN_KEY, rules=self.rules())
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.ana = self.server.world.user("ana", "Ana")

    def rules(self) -> Rules:
        """Return how the forum is set up."""
        return Rules(page=10, titled=False)

    def account(self) -> DiscourseAccount:
        """Return the account's settings."""
        return DiscourseAccount(base_url="https://forum.example", api_key=SecretStr(KEY))

    def connect(self) -> Network:
        return self.network(self.account(), self.http, KeptInMemory(), self.now)

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def pass_time(self, seconds: float) -> None:
        self.clock += round(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        if self.ana.level != "normal":
            # Nothing of theirs would reach the brand any more.
            self.ana = self.server.world.user(f"ana{self.now()}", "Ana")
        above = None if under is None else self.post(under)
        person = above.author if above is not None and kind is Kind.DM else self.ana
        return str(self.server.someone_writes(kind, person, text, above, created_at).id)

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        return str(self.server.we_write(text, self.post(under)).id)

    def someone_deletes(self, remote_id: str) -> None:
        self.server.world.delete(self.post(remote_id))

    def someone_edits(self, remote_id: str, text: str) -> bool:
        self.server.world.edit(self.post(remote_id), text)
        return True

    def someone_is_held_back(self, kind: Kind, text: str) -> str:  # noqa: ARG002 - only comments are
        return f"{REVIEW}{self.server.world.hold(self.ana, text, self.server.announcement()).id}"

    def add_unknown_item(self) -> None:
        self.server.world.notify(4711, None)
        self.server.world.strange = {"id": {"deep": 1}, "hologram": True}

    def expire_cursor(self) -> bool:
        return False

    def post(self, remote_id: str) -> Post:
        """Return a post by its id."""
        return self.server.world.posts[int(remote_id)]

    def published(self) -> list[Published]:
        return [
            Published(str(one.id), str(self._answered(one).id), one.raw, public=not one.topic.private)
            for one in self.server.published()
        ]

    def _answered(self, post: Post) -> Post:
        return self.server.world.at(post.topic, post.reply_to) or post.topic.posts[0]

    def state_of(self, remote_id: str) -> frozenset[str]:
        world = self.server.world
        if remote_id.startswith(REVIEW):
            waits = world.reviewables[int(remote_id.removeprefix(REVIEW))].status == PENDING
            return frozenset({"held"} if waits else ())
        if (user := world.users.get(int(remote_id))) is not None:
            return frozenset({"muted"} if user.level == "mute" else ())
        post = self.post(remote_id)
        told = [one for one in world.notices if one.post is post]
        states = {
            "deleted": post.deleted,
            "liked": post.liked,
            "reported": bool(post.reports),
            "read": bool(told) and all(one.read for one in told),
        }
        return frozenset(name for name, holds in states.items() if holds)

    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        self.wire.fail_next(Fault(fault), publishing=publishing, times=times)

    def requests_seen(self) -> list[tuple[str, str, bool]]:
        return [(seen.method, seen.path, self.server.publishes(seen)) for seen in self.wire.seen]

    def violations(self) -> list[str]:
        return [str(violation) for violation in self.wire.violations]


class OlderBench(DiscourseBench):
    """An older forum in French, whose lists hold so many numbers each, asked with an administrators' key."""

    def rules(self) -> Rules:
        return Rules(page=50, titled=False, windows=True, admin=True, language="fr", version="3.4.1", padding="pkcs1")

    def account(self) -> DiscourseAccount:
        return DiscourseAccount(base_url="https://forum.example", username="@acme", api_key=SecretStr(ADMIN_KEY))


class BareBench(DiscourseBench):
    """A forum that leaves out of its answers whatever may be missing."""

    def rules(self) -> Rules:
        return Rules(page=10, bare=True)


class TestDiscourse(HttpContractSuite):
    def bench(self) -> Bench:
        return DiscourseBench()


class TestOlder(ContractSuite):
    def bench(self) -> Bench:
        return OlderBench()


class TestBareAnswers(ContractSuite):
    def bench(self) -> Bench:
        return BareBench()
