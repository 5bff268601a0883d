"""How the Graph API shows what Instagram keeps: the fields that were asked for, lists cut into pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.simulators.graph_letters import Exchange, Letter, Person, readable
from cminbox.simulators.graph_lists import cut, when
from cminbox.simulators.graph_refusals import gone
from cminbox.simulators.instagram.world import (
    ACCOUNT_ID,
    SCOPED_ID,
    Comment,
    Media,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cminbox.simulators.graph_fields import Field
    from cminbox.simulators.instagram.world import World

Thing = Media | Comment | Letter | Exchange | Person
_READABLE = 20
_COMMENTS_AT_ONCE = 50
_EDGES = frozenset({"comments", "replies", "messages"})


@dataclass(slots=True)
class Rules:
    """How the played server is set up; see `SimulatedInstagram`."""

    largest_page: int
    names: bool = True
    blind: bool = False
    extras: bool = False
    old_answers_first: bool = False
    account_type: str = "BUSINESS"


class Views:
    """What the API shows."""

    def __init__(self, world: World, rules: Rules) -> None:
        self._world = world
        self._rules = rules

    def node(self, thing: Thing, fields: tuple[Field, ...], *, inside: bool = False) -> dict[str, Any]:
        """Return the fields of a thing that were asked for; what is empty is left out, as there."""
        values = self._values(thing, inside=inside)
        shown: dict[str, Any] = {"id": values["id"]}
        for field in fields:
            value = self._edge(thing, field) if field.name in _EDGES else values.get(field.name)
            if field.name.startswith("mentioned_"):
                value = self._mentioned(field)
            if isinstance(value, (Media, Comment, Letter, Exchange, Person)):
                value = self.node(value, field.inner, inside=True)
            if value is not None:
                shown[field.name] = value
        if self._rules.extras:
            shown["a_field_of_tomorrow"] = {"nobody": ["knows", None]}
        return shown

    def listed(
        self, things: Sequence[Any], fields: tuple[Field, ...], given: Mapping[str, str], most: int = 100
    ) -> dict[str, Any]:
        """Return one page of a list that is already in its order."""
        largest = min(self._rules.largest_page, most)
        return cut(things, given, lambda one: self.node(one, fields, inside=True), largest)

    def comments(
        self, owner: Media | Comment, fields: tuple[Field, ...], given: Mapping[str, str], *, seen: bool = True
    ) -> dict[str, Any]:
        """Return the comments of the first level under a post, newest first, or the answers to a comment."""
        found = [] if self._rules.blind or not seen else self._world.below(owner)
        forward = isinstance(owner, Comment) and self._rules.old_answers_first
        found.sort(key=lambda one: (one.created_at, int(one.id)), reverse=not forward)
        return self.listed(found, fields, given, _COMMENTS_AT_ONCE)

    def letters(self, exchange: Exchange, fields: tuple[Field, ...], given: Mapping[str, str]) -> dict[str, Any]:
        """Return the messages of an exchange, newest first; only of the newest ones the details are given."""
        show = readable(exchange, _READABLE, lambda one: self.node(one, fields))
        return cut(list(reversed(exchange.letters)), given, show, self._rules.largest_page)

    def _mentioned(self, field: Field) -> dict[str, Any]:
        """Return what names us elsewhere. Raises Refusal for everything else, and for what is gone."""
        world = self._world
        if field.name == "mentioned_media":
            media = world.media.get(field.modifiers["media_id"])
            if media is None or media.why != "mentioned":
                raise gone()
            return self.node(media, field.inner, inside=True)
        comment = world.comments.get(field.modifiers["comment_id"])
        if comment is None or not comment.mentions:
            raise gone()
        return self.node(comment, field.inner, inside=True)

    def _edge(self, thing: Thing, field: Field) -> dict[str, Any] | None:
        if isinstance(thing, Exchange):
            return self.letters(thing, field.inner, field.modifiers)
        if isinstance(thing, (Media, Comment)):
            block = self.comments(thing, field.inner, field.modifiers)
            return block if block["data"] else None
        return None

    def _values(self, thing: Thing, *, inside: bool) -> dict[str, Any]:
        match thing:
            case Comment():
                return self._comment(thing)
            case Media():
                return self._media(thing)
            case Letter():
                return self._world.letter_values(thing, "username")
            case Exchange():
                return self._world.exchange_values(thing, "username")
            case Person():
                return self._person(thing, inside=inside)

    def _person(self, person: Person, *, inside: bool) -> dict[str, Any]:
        values: dict[str, Any] = {"id": person.id, "username": person.name}
        if person.id == ACCOUNT_ID:
            values |= {"name": person.name.title(), "account_type": self._rules.account_type}
            if self._world.login == "instagram":
                # The first id is the app's own; what stands under the account stands under the other one.
                values |= {"id": person.id if inside else SCOPED_ID, "user_id": int(ACCOUNT_ID)}
        return values

    def _media(self, media: Media) -> dict[str, Any]:
        ours = media.author is self._world.us
        return {
            "id": media.id,
            "caption": media.caption or None,
            "timestamp": when(media.created_at),
            "permalink": f"https://www.instagram.com/p/C{media.id[-8:]}/",
            "comments_count": self._world.counted(media),
            "media_type": "IMAGE",
            "media_product_type": "FEED",
            "media_url": f"https://scontent.example/{media.id}.jpg",
            "username": media.author.name,
            "owner": media.author if ours else None,
        }

    def _comment(self, comment: Comment) -> dict[str, Any]:
        ours = comment.author is self._world.us
        named = self._rules.names and not comment.author.nameless
        return {
            "id": comment.id,
            "text": comment.text,
            "timestamp": when(comment.created_at),
            "username": comment.author.name if named else None,
            "from": {"id": comment.author.id, "username": comment.author.name} if named else None,
            "user": comment.author if ours else None,
            "parent_id": comment.parent,
            "hidden": comment.hidden,
            "media": comment.media,
        }
