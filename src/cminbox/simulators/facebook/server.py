"""The simulated Graph API: who may ask what, and what people do on the Page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.simulators.facebook.views import Rules, Views
from cminbox.simulators.facebook.world import PAGE_ID, Comment, Exchange, Letter, Person, Post, World
from cminbox.simulators.facebook.writing import Desk, blocked, likes
from cminbox.simulators.graph_check import load
from cminbox.simulators.graph_refusals import Refusal, gone, of_fault, refusal, usage_headers
from cminbox.simulators.wire import Fault, Response, SpecViolation

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.graph_check import Call
    from cminbox.simulators.wire import Request

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


class SimulatedFacebook:
    """The Graph API with one Page; people write through its methods, the adapter through its API.

    `now` gives UTC milliseconds. `largest_page` bounds every list below what is asked for. A `persons_token` belongs
    to somebody with a role on the Page: every list comes back empty. `blind` lists count comments and show none.
    Without `moderates` the token's owner may change nothing. With `bare_ids` comments inside of lists are named by
    their own number alone. With `extras` answers have fields that nothing documents. `dead` is the subcode of a token
    that no longer works; `expires_at` (UTC milliseconds) is when it ends; `served` is the version that really answers.
    """

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
        self.now = now
        self.token = token
        self.scopes = scopes
        self.persons_token = persons_token
        self.expires_at = expires_at
        self.served = served
        self.dead: int | None = None
        self.sunset: frozenset[str] = frozenset()
        self.used_percent = 4
        self.world = World(now, name)
        self.rules = Rules(largest_page, bare_ids, blind, moderates, extras=extras)
        self.views = Views(self.world, self.rules)
        self._specification = load("facebook")
        self.desk = Desk(self.world, self._specification.lengths)
        self._brand_post: Post | None = None

    # What the wire asks.

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises SpecViolation when the API's description does not allow it."""
        call = self._specification.check(request, self.world.kinds.get)
        if call.version in self.sunset:
            return refusal(2635)
        headers = {"facebook-api-version": self.served or call.version, **usage_headers(self.used_percent)}
        try:
            self._let_in(request, call)
            return Response.of(self._answer(call), headers=headers)
        except Refusal as refused:
            return refused.response

    def publishes(self, request: Request) -> bool:
        """Whether the request would publish a reply."""
        if request.method != "POST":
            return False
        return request.path.endswith("/comments") or (
            request.path.endswith("/messages") and b'"sender_action"' not in request.body
        )

    def error(self, fault: Fault) -> Response:
        """Return the Graph API's own form of an error."""
        return of_fault(fault)

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
        """Let the Page answer from elsewhere; return the id."""
        target = self.thing(under)
        if isinstance(target, Letter):
            return self.name_of(self.world.write(target.partner, self.world.page, text))
        if not isinstance(target, (Post, Comment)):
            raise KeyError(under)
        return self.name_of(self.world.comment(self.world.page, text, target))

    def brand_post(self) -> Post:
        """Return the Page's own post under which people comment; written when first needed."""
        if self._brand_post is None:
            self._brand_post = self.world.publish("published", self.world.page, "Good morning from all of us!")
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
        said: list[Comment | Letter] = [one for one in world.comments.values() if one.author is world.page]
        return [*said, *(one for one in world.letters.values() if one.author is world.page)]

    # How it answers.

    def _let_in(self, request: Request, call: Call) -> None:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise Refusal(190, 467)
        if self.dead is not None:
            raise Refusal(190, self.dead)
        needed = _NEEDS.get(call.edge)
        if call.method != "GET" and call.edge not in {"messages", ""}:
            needed = SCOPES[2]
        if needed is not None and needed not in self.scopes:
            raise Refusal(200)

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
                return self.views.node(self.world.page, call.fields)
            case "GET", "conversations":
                return self._exchanges(call)
            case "GET", edge if edge in _LISTS:
                return self._posts(call, _LISTS[edge])
            case "POST", "messages":
                return self.desk.message(call.given)
            case "POST", "blocked":
                return blocked(self.world, call.given)
        raise SpecViolation(f"{call.method} Page/{call.edge} is documented but not simulated")

    def _posts(self, call: Call, where: str) -> dict[str, Any]:
        found = [post for post in self.world.posts.values() if post.where == where]
        found.sort(key=lambda post: (post.created_at, post.number), reverse=True)
        show = self.views.review if where == "review" else self.views.node
        return self.views.listed([] if self.persons_token else found, call.given, lambda post: show(post, call.fields))

    def _exchanges(self, call: Call) -> dict[str, Any]:
        found = [one for one in self.world.exchanges.values() if one.letters]
        person = call.given.get("user_id")
        if person is not None:
            found = [one for one in found if one.partner.id == person]
        found.sort(key=lambda one: (one.letters[-1].created_at, one.id), reverse=True)
        return self.views.listed(found, call.given, lambda one: self.views.node(one, call.fields))

    def _node(self, call: Call) -> Post | Comment | Letter | Exchange:
        world = self.world
        found: Post | Comment | Letter | Exchange | None
        found = world.posts.get(call.node) or world.find_comment(call.node) or world.letters.get(call.node)
        found = found or next((one for one in world.exchanges.values() if one.id == call.node), None)
        if found is None:
            raise gone()
        return found

    def _batch(self, call: Call) -> list[dict[str, Any]]:
        """Answer the one question that is asked in a batch here: what a token is good for."""
        (asked,) = call.given["batch"]
        if asked != {"method": "GET", "relative_url": f"debug_token?input_token={self.token}"}:
            raise SpecViolation("only debug_token is played inside a batch")
        data = {
            "type": "USER" if self.persons_token else "PAGE",
            "is_valid": True,
            "expires_at": self.expires_at // 1000,
            "data_access_expires_at": 0,
            "scopes": list(self.scopes),
        }
        return [{"code": 200, "body": json.dumps({"data": data})}]
