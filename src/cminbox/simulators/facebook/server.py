"""The simulated Graph API: who may ask what, and what people do on the Page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.simulators.facebook.views import Rules, Views
from cminbox.simulators.facebook.world import PAGE_ID, Comment, Post, World
from cminbox.simulators.facebook.writing import Desk, blocked, likes
from cminbox.simulators.graph_letters import Exchange, Letter
from cminbox.simulators.graph_messaging import Messaging, utf16
from cminbox.simulators.graph_refusals import gone
from cminbox.simulators.graph_server import GraphServer
from cminbox.simulators.wire import SpecViolation

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.graph_check import Call
    from cminbox.simulators.graph_letters import Person

SCOPES = ("pages_read_engagement", "pages_read_user_content", "pages_manage_engagement", "pages_messaging")
_NEEDS = {
    "published_posts": SCOPES[0],
    "visitor_posts": SCOPES[1],
    "tagged": SCOPES[1],
    "ratings": SCOPES[1],
    "conversations": SCOPES[3],
    "messages": SCOPES[3],
    "blocked": SCOPES[2],
}
_LISTS = {"published_posts": "published", "visitor_posts": "visitor", "tagged": "tagged", "ratings": "review"}
_PERSON_ID = "777000777"


class SimulatedFacebook(GraphServer):
    """The Graph API with one Page; people write through its methods, the adapter through its API. See `GraphServer`.

    `largest_page` bounds every list below what is asked for. With a `persons_token` every list comes back empty.
    `blind` lists count comments and show none. Without `moderates` the token's owner may change nothing. With
    `bare_ids` comments inside of lists are named by their own number alone. With `extras` answers have fields that
    nothing documents. `created_at` is UTC milliseconds.
    """

    publishing = ("/comments",)

    def __init__(  # noqa: PLR0913 - each is one knob of the played server
        self,
        now: Callable[[], int],
        *,
        name: str = "Acme",
        token: str = "simulated-page-token",  # noqa: S107 - it opens a simulator only
        largest_page: int = 100,
        scopes: tuple[str, ...] = SCOPES,
        persons_token: bool = False,
        blind: bool = False,
        moderates: bool = True,
        bare_ids: bool = False,
        extras: bool = False,
        expires_at: int = 0,
        served: str | None = None,
    ) -> None:
        super().__init__(
            "facebook",
            now,
            token=token,
            scopes=scopes,
            persons_token=persons_token,
            expires_at=expires_at,
            served=served,
        )
        self.world = World(now, name)
        self.rules = Rules(largest_page, bare_ids, blind, moderates, extras=extras)
        self.views = Views(self.world, self.rules)
        lengths = self._specification.lengths
        self.desk = Desk(self.world, lengths)
        self.messaging = Messaging(self.world, self.world.find_comment, utf16, lengths["message"])
        self._brand_post: Post | None = None

    # What people do.

    def add_person(self, name: str, *, nameless: bool = False) -> Person:
        """Let somebody be known."""
        return self.world.add_person(name, nameless=nameless)

    def someone_writes(
        self, kind: Kind, person: Person, text: str, under: str | None = None, created_at: int | None = None
    ) -> str:
        """Let a person write to the Page; return the id that the adapter gives it."""
        world = self.world
        if kind is Kind.DM:
            return self.name_of(world.write(person, person, text, created_at))
        target = None if under is None else self.thing(under)
        if isinstance(target, (Post, Comment)):
            return self.name_of(world.comment(person, text, target, created_at))
        if kind is Kind.COMMENT:
            return self.name_of(world.comment(person, text, self.brand_post(), created_at))
        if kind is Kind.MENTION:
            # Every other one stands on the Page itself.
            where = "visitor" if len(world.posts) % 2 else "tagged"
            return self.name_of(world.publish(where, person, text, created_at))
        post = world.publish("review", person, text, created_at)
        post.stars = "positive"
        return self.name_of(post)

    def we_write(self, text: str, under: str) -> str:
        """Let the Page answer from elsewhere; return the id. Raises KeyError where there is nothing to answer."""
        target = self.thing(under)
        if isinstance(target, Letter):
            return self.name_of(self.world.write(target.partner, self.world.us, text))
        if not isinstance(target, (Post, Comment)):
            raise KeyError(under)
        return self.name_of(self.world.comment(self.world.us, text, target))

    def brand_post(self) -> Post:
        """Return the Page's own post under which people comment; written when first needed."""
        if self._brand_post is None:
            self._brand_post = self.world.publish("published", self.world.us, "Good morning from all of us!")
        return self._brand_post

    def thing(self, remote_id: str) -> Post | Comment | Letter | None:
        """Return what the adapter calls by an id, None when it is gone."""
        kind, slash, rest = remote_id.partition("/")
        if not slash:
            return self.world.find_comment(remote_id)
        return self.world.letters.get(rest) if kind == "dm" else self.world.posts.get(rest)

    def name_of(self, thing: Post | Comment | Letter) -> str:
        """Return the id that the adapter gives to something."""
        match thing:
            case Letter():
                return f"dm/{thing.id}"
            case Comment():
                return thing.id
            case Post():
                return f"{'review' if thing.where == 'review' else 'post'}/{thing.id}"

    def published(self) -> list[Comment | Letter]:
        """Return what the Page has said to people, oldest first."""
        world = self.world
        said: list[Comment | Letter] = [one for one in world.comments.values() if one.author is world.us]
        return [*said, *(one for one in world.letters.values() if one.author is world.us)]

    # How it answers.

    def _kind_of(self, node: str) -> str | None:
        return self.world.kinds.get(node)

    def _check_scopes(self, call: Call) -> None:
        needed = _NEEDS.get(call.edge)
        if call.method != "GET" and call.edge not in {"messages", ""}:
            needed = SCOPES[2]
        if needed is not None:
            self._needs(needed)

    def _answer(self, call: Call) -> Any:  # noqa: ANN401 - JSON of many forms
        if not call.node:
            return self._batch(call)
        if call.node == "me" and self.persons_token:
            return {"id": _PERSON_ID, "name": "Jo Admin"}
        if call.node in {"me", PAGE_ID}:
            return self._of_page(call)
        thing = self._node(call)
        return self._read(thing, call) if call.method == "GET" else self._change(thing, call)

    def _read(self, thing: Post | Comment | Letter | Exchange, call: Call) -> dict[str, Any]:
        if isinstance(thing, Exchange) and call.edge == "messages":
            return self.views.letters(thing, call.fields, call.given)
        if isinstance(thing, (Post, Comment)) and call.edge == "comments":
            return self.views.comments(thing, call.fields, call.given)
        if call.edge:
            raise SpecViolation(f"GET {call.kind}/{call.edge} is documented but not simulated")
        return self.views.node(thing, call.fields)

    def _change(self, thing: Post | Comment | Letter | Exchange, call: Call) -> dict[str, Any]:
        if not isinstance(thing, (Post, Comment)):
            raise SpecViolation(f"{call.method} {call.kind} is not documented")
        match call.method, call.edge:
            case "POST", "comments":
                return self.desk.comment(thing, call.given)
            case "POST", "":
                return self.desk.change(thing, call.given)
            case "DELETE", "":
                self.world.remove(thing)
                return {"success": True}
            case _, "likes":
                return likes(thing, call)
        raise SpecViolation(f"{call.method} {call.kind}/{call.edge} is documented but not simulated")

    def _of_page(self, call: Call) -> Any:  # noqa: ANN401 - JSON of many forms
        match call.method, call.edge:
            case "GET", "":
                return self.views.node(self.world.us, call.fields)
            case "GET", "conversations":
                return self._exchanges(call)
            case "GET", edge if edge in _LISTS:
                return self._posts(call, _LISTS[edge])
            case "POST", "messages":
                return self.messaging.send(call.given)
            case "POST", "blocked":
                return blocked(self.world, call.given)
        raise SpecViolation(f"{call.method} Page/{call.edge} is documented but not simulated")

    def _posts(self, call: Call, where: str) -> dict[str, Any]:
        found = [post for post in self.world.posts.values() if post.where == where]
        found.sort(key=lambda post: (post.created_at, post.number), reverse=True)
        show = self.views.review if where == "review" else self.views.node
        return self.views.listed([] if self.persons_token else found, call.given, lambda post: show(post, call.fields))

    def _exchanges(self, call: Call) -> dict[str, Any]:
        found = self.world.written_with(call.given.get("user_id"))
        return self.views.listed(found, call.given, lambda one: self.views.node(one, call.fields))

    def _node(self, call: Call) -> Post | Comment | Letter | Exchange:
        world = self.world
        found: Post | Comment | Letter | Exchange | None
        found = world.posts.get(call.node) or world.find_comment(call.node) or world.private(call.node)
        if found is None:
            raise gone()
        return found
