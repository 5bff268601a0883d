"""How the Graph API shows what it keeps: the fields that were asked for, lists cut into pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.simulators.facebook.world import Comment, Post
from cminbox.simulators.graph_letters import DAY_MS, Exchange, Letter, Person, readable
from cminbox.simulators.graph_lists import cut, when

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cminbox.simulators.facebook.world import World
    from cminbox.simulators.graph_fields import Field

Thing = Post | Comment | Letter | Exchange | Person
_PRIVATELY_MS = 7 * DAY_MS
_READABLE = 20
_PLAIN = {"Post": "id,created_time", "Comment": "id", "Letter": "id", "Exchange": "id", "Person": "id,name"}


@dataclass(slots=True)
class Rules:
    """How the played server is set up; see `SimulatedFacebook`."""

    largest_page: int
    bare_ids: bool = False
    blind: bool = False
    moderates: bool = True
    readable_messages: int = _READABLE
    extras: bool = False


class Views:
    """What the API shows."""

    def __init__(self, world: World, rules: Rules) -> None:
        self._world = world
        self._rules = rules

    def node(self, thing: Thing, fields: tuple[Field, ...], *, inside: bool = False) -> dict[str, Any]:
        """Return the fields of a thing that were asked for; what is empty is left out, as there."""
        values = self._values(thing, inside=inside)
        shown: dict[str, Any] = {"id": values["id"]} if "id" in values else {}
        for field in fields:
            value = self._edge(thing, field) if field.name in {"comments", "messages"} else values.get(field.name)
            if isinstance(value, (Post, Comment, Letter, Exchange, Person)):
                value = self.node(value, field.inner, inside=True)
            if value is not None:
                shown[field.name] = value
        if not fields:
            shown |= {name: values[name] for name in _PLAIN[type(thing).__name__].split(",") if name in values}
        if self._rules.extras:
            shown["a_field_of_tomorrow"] = {"nobody": ["knows", None]}
        return shown

    def review(self, post: Post, fields: tuple[Field, ...]) -> dict[str, Any]:
        """Return a recommendation."""
        values: dict[str, Any] = {
            "created_time": when(post.created_at),
            "recommendation_type": post.stars or None,
            "rating": post.rating,
            "review_text": post.text,
            "reviewer": None if post.author.nameless else post.author,
            "has_rating": post.rating is not None,
            "open_graph_story": post,
        }
        shown: dict[str, Any] = {}
        for field in fields:
            value = values.get(field.name)
            if isinstance(value, (Post, Person)):
                value = self.node(value, field.inner)
            if value is not None:
                shown[field.name] = value
        return shown

    def listed(self, things: Sequence[Any], given: Mapping[str, str], show: Any) -> dict[str, Any]:  # noqa: ANN401 - foreign JSON
        """Return one page of a list that is already in its order."""
        body = cut(things, given, show, self._rules.largest_page)
        if given.get("summary") == "true":
            body["summary"] = {"order": "ranked", "total_count": len(things), "can_comment": True}
        if self._rules.blind:
            body["data"] = []
        return body

    def comments(self, owner: Post | Comment, fields: tuple[Field, ...], given: Mapping[str, str]) -> dict[str, Any]:
        """Return the comments under a post or comment; only those of the first level unless all are asked for."""
        found = self._world.below(owner)
        if isinstance(owner, Post) and given.get("filter") != "stream":
            found = [one for one in found if one.parent is None]
        found.sort(key=lambda one: (one.created_at, one.number), reverse=given.get("order") == "reverse_chronological")
        return self.listed(found, given, lambda one: self.node(one, fields, inside=True))

    def letters(self, exchange: Exchange, fields: tuple[Field, ...], given: Mapping[str, str]) -> dict[str, Any]:
        """Return the messages of an exchange, newest first; only of the newest ones the details are given."""
        show = readable(exchange, self._rules.readable_messages, lambda one: self.node(one, fields))
        return self.listed(list(reversed(exchange.letters)), given, show)

    def _edge(self, thing: Thing, field: Field) -> dict[str, Any] | None:
        if isinstance(thing, Exchange):
            return self.letters(thing, field.inner, field.modifiers)
        if isinstance(thing, (Post, Comment)):
            return self.comments(thing, field.inner, field.modifiers)
        return None

    def _values(self, thing: Thing, *, inside: bool) -> dict[str, Any]:
        match thing:
            case Comment():
                return self._comment(thing, inside=inside)
            case Post():
                return {
                    "id": thing.id,
                    "from": None if thing.author.nameless else thing.author,
                    "message": thing.text or None,
                    "created_time": when(thing.created_at),
                    "permalink_url": f"https://www.facebook.com/{thing.id}",
                }
            case Letter():
                values = self._world.letter_values(thing, "name")
                values["from"]["email"] = "a@facebook.com"
                return values
            case Exchange():
                return self._world.exchange_values(thing, "name")
            case Person():
                return {"id": thing.id, "name": thing.name}

    def _comment(self, comment: Comment, *, inside: bool) -> dict[str, Any]:
        world = self._world
        ours = comment.author is world.us
        parent = world.comments.get(comment.parent or 0)
        identifier = str(comment.number) if self._rules.bare_ids and inside else comment.id
        recent = world.now() - comment.created_at < _PRIVATELY_MS
        exchange = world.exchanges.get(comment.author.id) if comment.private_reply else None
        return {
            "id": identifier,
            "from": None if comment.author.nameless else comment.author,
            "message": comment.text,
            "created_time": when(comment.created_at),
            "parent": parent,
            "permalink_url": f"https://www.facebook.com/{comment.post.id}?comment_id={comment.number}",
            "can_comment": True,
            "can_hide": self._rules.moderates and not ours,
            "can_remove": self._rules.moderates or ours,
            "can_like": True,
            "can_reply_privately": recent and not ours and not comment.private_reply,
            "is_hidden": comment.hidden,
            "user_likes": comment.liked,
            "private_reply_conversation": exchange,
        }
