"""The simulated Threads API: who may ask what, and what people write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.simulators.graph_refusals import gone
from cminbox.simulators.graph_server import GraphServer
from cminbox.simulators.threads.desk import Desk
from cminbox.simulators.threads.views import Views
from cminbox.simulators.threads.world import Post, World
from cminbox.simulators.wire import SpecViolation

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.graph_check import Call

BASIC, PUBLISH, MANAGE, READ, MENTIONS, DELETE = (
    "threads_basic",
    "threads_content_publish",
    "threads_manage_replies",
    "threads_read_replies",
    "threads_manage_mentions",
    "threads_delete",
)
SCOPES = (BASIC, PUBLISH, MANAGE, READ, MENTIONS, DELETE)
_NEEDS = {
    ("GET", "replies"): (READ,),
    ("GET", "conversation"): (READ,),
    ("GET", "pending_replies"): (READ,),
    ("GET", "mentions"): (MENTIONS,),
    ("GET", "threads_publishing_limit"): (PUBLISH, MANAGE),
    ("POST", "threads"): (PUBLISH,),
    ("POST", "threads_publish"): (PUBLISH,),
    ("POST", "manage_reply"): (MANAGE,),
    ("POST", "manage_pending_reply"): (MANAGE,),
    ("DELETE", ""): (DELETE,),
}
_NO_PERMISSION = 10


class SimulatedThreads(GraphServer):
    """The Threads API with one account; people write through its methods, the adapter through its API.

    See `GraphServer` for what it shares with Meta's other APIs. `largest_page` bounds every list below what is asked
    for. With `extras` answers have fields that nothing documents. A new container is in progress for the first `slow`
    times that somebody asks. `created_at` is UTC milliseconds.
    """

    publishing = ("/threads_publish",)
    names_version = False

    def __init__(
        self,
        now: Callable[[], int],
        *,
        username: str = "acme",
        token: str = "simulated-threads-token",  # noqa: S107 - it opens a simulator only
        largest_page: int = 100,
        scopes: tuple[str, ...] = SCOPES,
        extras: bool = False,
        slow: int = 0,
        renewable: bool = True,
    ) -> None:
        super().__init__("threads", now, token=token, scopes=scopes, renewable=renewable)
        self.world = World(now, username)
        self.views = Views(self.world, min(largest_page, self._specification.lengths["page"]), extras=extras)
        self.desk = Desk(self.world, self._specification.lengths, slow)
        self._post: Post | None = None

    # What people do.

    def someone_writes(
        self, kind: Kind, person: str, text: str, under: str | None = None, created_at: int | None = None
    ) -> str:
        """Let a person answer us, or name us elsewhere; return the id."""
        target = None if under is None else self.world.posts[under]
        above = target if target is not None or kind is Kind.MENTION else self.brand_post()
        post = self.world.publish(person, text, above, created_at)
        post.mentions = kind is Kind.MENTION
        return post.id

    def someone_is_held_back(self, person: str, text: str) -> str:
        """Let a person answer where answers wait for our approval; return the id."""
        self.brand_post().approvals = True
        post = self.world.publish(person, text, self.brand_post())
        post.approval = "pending"
        return post.id

    def we_write(self, text: str, under: str) -> str:
        """Let the account answer from elsewhere; return the id."""
        return self.world.publish(self.world.us, text, self.world.posts[under]).id

    def brand_post(self) -> Post:
        """Return our own post under which people answer; published when first needed."""
        if self._post is None:
            self._post = self.world.publish(self.world.us, "Good morning from all of us!")
        return self._post

    def published(self) -> list[Post]:
        """Return our answers to people, oldest first."""
        return [post for post in self.world.posts.values() if post.author == self.world.us and post.above is not None]

    # How it answers.

    def _kind_of(self, node: str) -> str | None:
        return self.world.kinds.get(node)

    def _check_scopes(self, call: Call) -> None:
        for scope in (BASIC, *_NEEDS.get((call.method, call.edge), ())):
            self._needs(scope, _NO_PERMISSION)

    def _answer(self, call: Call) -> Any:  # noqa: ANN401 - JSON of many forms
        if call.kind == "RefreshAccessToken":
            return self._renew()
        if call.kind == "User":
            return self._of_account(call)
        container = self.world.containers.get(call.node)
        if container is not None:
            return self.views.container(container, call.fields)
        post = self.world.posts.get(call.node)
        if post is None:
            raise gone()
        return self._of_post(post, call)

    def _of_account(self, call: Call) -> Any:  # noqa: ANN401 - JSON of many forms
        match call.method, call.edge:
            case "GET", "":
                return self.views.account(call.fields)
            case "GET", "threads" | "replies" | "mentions" as edge:
                return self.views.of_account(edge, call.fields, call.given)
            case "GET", "threads_publishing_limit":
                return {"data": [self.views.figures(self.desk.figures(), call.fields)]}
            case "POST", "threads":
                return self.desk.prepare(call.given)
            case "POST", "threads_publish":
                return self.desk.publish(call.given)
        raise SpecViolation(f"{call.method} User/{call.edge} is documented but not simulated")

    def _of_post(self, post: Post, call: Call) -> Any:  # noqa: ANN401 - JSON of many forms
        match call.method, call.edge:
            case "GET", "":
                return self.views.post(post, call.fields)
            case "GET", "replies" | "conversation" | "pending_replies" as edge:
                return self.views.below(post, edge, call.fields, call.given)
            case "POST", "manage_reply":
                return self.desk.manage(post, hide=call.given["hide"])
            case "POST", "manage_pending_reply":
                return self.desk.decide(post, approve=call.given["approve"])
            case "DELETE", "":
                return self.desk.delete(post)
        raise SpecViolation(f"{call.method} Media/{call.edge} is documented but not simulated")
