"""The simulated Graph API of Instagram: who may ask what, and what people do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.simulators.graph_letters import Exchange, Letter
from cminbox.simulators.graph_messaging import Messaging
from cminbox.simulators.graph_refusals import Refusal, gone, of_fault, refusal
from cminbox.simulators.graph_server import GraphServer
from cminbox.simulators.instagram.views import Rules, Views
from cminbox.simulators.instagram.world import (
    ACCOUNT_ID,
    PAGE_ID,
    SCOPED_ID,
    Comment,
    Media,
    World,
)
from cminbox.simulators.instagram.writing import Desk
from cminbox.simulators.wire import Fault, SpecViolation

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.graph_check import Call
    from cminbox.simulators.graph_letters import Person
    from cminbox.simulators.wire import Response

SCOPES = {
    "instagram": (
        "instagram_business_basic",
        "instagram_business_manage_comments",
        "instagram_business_manage_messages",
    ),
    "facebook": ("instagram_basic", "instagram_manage_comments", "instagram_manage_messages", "pages_manage_metadata"),
}
_COMMENTS = frozenset({"comments", "replies", "tags", "mentions", "mentioned_comment", "mentioned_media"})
_MESSAGES = frozenset({"conversations", "messages"})
_PERSON_ID = "777000777"


class SimulatedInstagram(GraphServer):
    """The Graph API with one account; people write through its methods, the adapter through its API. See `GraphServer`.

    `login` is "instagram" (its own host) or "facebook" (through the Page); `linked` says whether the account hangs on
    the Page. Without `names` nobody who comments is named; `blind` lists count comments and show none. With `extras`
    answers have fields that nothing documents, and with `old_answers_first` the answers to a comment come oldest first.
    `created_at` is UTC milliseconds.
    """

    publishing = ("/comments", "/replies", "/mentions")

    def __init__(  # noqa: PLR0913 - each is one knob of the played server
        self,
        now: Callable[[], int],
        *,
        login: str = "instagram",
        username: str = "acme",
        token: str = "simulated-instagram-token",  # noqa: S107 - it opens a simulator only
        largest_page: int = 100,
        scopes: tuple[str, ...] | None = None,
        persons_token: bool = False,
        linked: bool = True,
        names: bool = True,
        blind: bool = False,
        extras: bool = False,
        old_answers_first: bool = False,
        renewable: bool = True,
        expires_at: int = 0,
        served: str | None = None,
    ) -> None:
        granted = SCOPES[login] if scopes is None else scopes
        super().__init__(
            "instagram",
            now,
            token=token,
            scopes=granted,
            persons_token=persons_token,
            expires_at=expires_at,
            served=served,
            renewable=renewable,
        )
        self.login = login
        self.linked = linked
        self.on_mention: Callable[[dict[str, Any]], None] = lambda _notice: None
        """What is told of a mention elsewhere, as a web server would be."""
        self.world = World(now, username, login)
        self.rules = Rules(largest_page, names, blind, extras, old_answers_first)
        self.views = Views(self.world, self.rules)
        lengths = self._specification.lengths
        self.desk = Desk(self.world, lengths)
        self.messaging = Messaging(
            self.world, self._under_our_post, lambda text: len(text.encode()), lengths["message"]
        )
        self._post: Media | None = None

    # What the wire asks.

    def error(self, fault: Fault) -> Response:
        """Return the Graph API's own form of an error."""
        return refusal(80002) if fault is Fault.RATE_LIMIT else of_fault(fault)

    # What people do.

    def add_person(self, username: str, *, nameless: bool = False) -> Person:
        """Let somebody be known."""
        return self.world.add_person(username, nameless=nameless)

    def someone_writes(
        self, kind: Kind, person: Person, text: str, under: str | None = None, created_at: int | None = None
    ) -> str:
        """Let a person write to the account; return the id that the adapter gives it.

        Raises TypeError for a comment under a private message.
        """
        world = self.world
        if kind is Kind.DM:
            return self.name_of(world.write(person, person, text, created_at))
        target = None if under is None else self.thing(under)
        if kind is Kind.MENTION:
            if isinstance(target, Comment):
                return self.mention_in_comment(person, text, target, created_at)
            if isinstance(target, Media) or len(world.media) % 2:
                media = target if isinstance(target, Media) else world.publish(person, "a post of no concern")
                return self.mention_in_comment(person, text, media, created_at)
            media = world.publish(person, text, "mentioned", created_at)
            self._tell(media, None)
            return self.name_of(media)
        if isinstance(target, Letter):
            raise TypeError("nobody comments under a private message")
        return self.name_of(world.comment(person, text, target or self.brand_post(), created_at))

    def mention_in_comment(
        self, person: Person, text: str, where: Media | Comment, created_at: int | None = None
    ) -> str:
        """Let a person name us in a comment elsewhere; return its id."""
        comment = self.world.comment(person, text, where, created_at)
        comment.mentions = True
        self._tell(comment.media, comment)
        return self.name_of(comment)

    def tag(self, person: Person, caption: str, created_at: int | None = None) -> str:
        """Let a person tag us in a picture; return the id."""
        return self.name_of(self.world.publish(person, caption, "tagged", created_at))

    def we_write(self, text: str, under: str) -> str:
        """Let the account answer from elsewhere; return the id. Raises KeyError where there is nothing to answer."""
        target = self.thing(under)
        if target is None:
            raise KeyError(under)
        if isinstance(target, Letter):
            return self.name_of(self.world.write(target.partner, self.world.us, text))
        return self.name_of(self.world.comment(self.world.us, text, target))

    def brand_post(self) -> Media:
        """Return our own post under which people comment; published when first needed."""
        if self._post is None:
            self._post = self.world.publish(self.world.us, "Good morning from all of us!")
        return self._post

    def thing(self, remote_id: str) -> Media | Comment | Letter | None:
        """Return what the adapter calls by an id, None when it is gone."""
        kind, slash, rest = remote_id.partition("/")
        if not slash:
            return self.world.comments.get(remote_id)
        if kind == "dm":
            return self.world.letters.get(rest)
        return self.world.comments.get(rest) if kind == "mention" else self.world.media.get(rest)

    def name_of(self, thing: Media | Comment | Letter) -> str:
        """Return the id that the adapter gives to something."""
        match thing:
            case Letter():
                return f"dm/{thing.id}"
            case Media():
                return f"post/{thing.id}"
            case Comment():
                return thing.id if thing.media.author is self.world.us else f"mention/{thing.id}"

    def published(self) -> list[Comment | Letter]:
        """Return what the account has said to people, oldest first."""
        world = self.world
        said: list[Comment | Letter] = [one for one in world.comments.values() if one.author is world.us]
        return [*said, *(one for one in world.letters.values() if one.author is world.us)]

    def _tell(self, media: Media, comment: Comment | None) -> None:
        value = {"media_id": media.id, **({} if comment is None else {"comment_id": comment.id})}
        entry = {"id": ACCOUNT_ID, "time": self.now() // 1000, "changes": [{"field": "mentions", "value": value}]}
        self.on_mention({"object": "instagram", "entry": [entry]})

    # How it answers.

    def _kind_of(self, node: str) -> str | None:
        return self.world.kinds.get(node)

    def _under_our_post(self, identifier: str) -> Comment | None:
        comment = self.world.comments.get(identifier)
        return comment if comment is not None and comment.media.author is self.world.us else None

    def _check_scopes(self, call: Call) -> None:
        asked = {call.edge, *(field.name for field in call.fields)}
        change = call.method != "GET" and call.kind in {"Comment", "IGComment"}
        if change or asked & _COMMENTS:
            self._needs(SCOPES[self.login][1])
        if call.edge in _MESSAGES:
            self._needs(SCOPES[self.login][2])

    def _answer(self, call: Call) -> Any:  # noqa: ANN401 - JSON of many forms
        if not call.node:
            return self._batch(call)
        if call.kind == "RefreshAccessToken":
            return self._renew()
        if call.kind == "Page":
            return self._of_page(call)
        if call.kind in {"User", "IGUser"}:
            return self._of_account(call)
        thing = self._node(call)
        return self._read(thing, call) if call.method == "GET" else self._change(thing, call)

    def _of_page(self, call: Call) -> Any:  # noqa: ANN401 - JSON of many forms
        if call.edge in _MESSAGES:
            return self._of_account(call)
        if self.persons_token and call.node == "me":
            return {"id": _PERSON_ID, "name": "Jo Admin"}
        shown: dict[str, Any] = {"id": PAGE_ID, "name": "Acme"}
        inner = next((field.inner for field in call.fields if field.name == "instagram_business_account"), None)
        if inner is not None and self.linked:
            shown["instagram_business_account"] = self.views.node(self.world.us, inner, inside=True)
        return shown

    def _of_account(self, call: Call) -> Any:  # noqa: ANN401 - JSON of many forms
        match call.method, call.edge:
            case "GET", "":
                return self.views.node(self.world.us, call.fields)
            case "GET", "conversations":
                return self._exchanges(call)
            case "GET", "media" | "tags" as edge:
                return self._media(call, edge)
            case "POST", "messages":
                return self.messaging.send(call.given)
            case "POST", "mentions":
                return self.desk.mention(call.given)
        raise SpecViolation(f"{call.method} {call.kind}/{call.edge} is documented but not simulated")

    def _media(self, call: Call, edge: str) -> dict[str, Any]:
        found = [
            one
            for one in self.world.media.values()
            if (one.author is self.world.us if edge == "media" else one.why == "tagged") and call.node != SCOPED_ID
        ]
        found.sort(key=lambda one: (one.created_at, int(one.id)), reverse=True)
        return self.views.listed(found, call.fields, call.given)

    def _exchanges(self, call: Call) -> dict[str, Any]:
        if call.given.get("platform") != "instagram":
            return {"data": []}
        found = self.world.written_with(call.given.get("user_id"))
        return self.views.listed(found, call.fields, call.given)

    def _node(self, call: Call) -> Media | Comment | Letter | Exchange:
        world = self.world
        found: Media | Comment | Letter | Exchange | None
        found = world.media.get(call.node) or world.comments.get(call.node) or world.private(call.node)
        elsewhere = isinstance(found, Comment) and found.media.author is not world.us
        if found is None or elsewhere:
            # What was found through a mention is not to be had by its own id.
            raise gone()
        return found

    def _read(self, thing: Media | Comment | Letter | Exchange, call: Call) -> dict[str, Any]:
        if isinstance(thing, Exchange) and call.edge == "messages":
            return self.views.letters(thing, call.fields, call.given)
        if isinstance(thing, (Media, Comment)) and call.edge in {"comments", "replies"}:
            ours = not isinstance(thing, Media) or thing.author is self.world.us
            return self.views.comments(thing, call.fields, call.given, seen=ours)
        if call.edge:
            raise SpecViolation(f"GET {call.kind}/{call.edge} is documented but not simulated")
        return self.views.node(thing, call.fields)

    def _change(self, thing: Media | Comment | Letter | Exchange, call: Call) -> dict[str, Any]:
        match thing, call.method, call.edge:
            case (Media() | Comment()) as owner, "POST", "comments" | "replies":
                return self.desk.comment(owner, call.given)
            case Comment() as comment, "POST", "":
                return self.desk.change(comment, call.given)
            case Comment() as comment, "DELETE", "":
                return self.desk.remove(comment)
        raise SpecViolation(f"{call.method} {call.kind}/{call.edge} is documented but not simulated")

    def _batch(self, call: Call) -> list[dict[str, Any]]:
        if self.login == "instagram":
            raise Refusal(100)
        return super()._batch(call)
