"""Stories and comments of Hacker News turned into messages."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from cminbox.domain.message import Attachment, AttachmentKind, Kind, Message, Person
from cminbox.network_kit.reading import Reader, Shape
from cminbox.network_kit.text import plain
from cminbox.networks.hackernews.account import ITEM_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRST, _LAST = 631_152_000, 7_258_118_400
"""Plausible times, in seconds."""
_MOST_SHOWN = 200
_KINDS = frozenset({"story", "comment"})


@dataclass(frozen=True, slots=True)
class Item:
    """One story or comment. `at` is in UTC seconds; `searched` is all that may name a word."""

    message: Message
    at: int
    searched: tuple[str, ...]

    @property
    def mark(self) -> str:
        """A short text that changes with the words."""
        return sha256(self.message.text.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Tree:
    """An item of the item interface with what stands below it. `message` is None where only a gap is left."""

    id: str
    message: Message | None
    below: tuple[Tree, ...]


def read_hit(found: object, ours: str) -> Item:
    """Read a hit of the search. Raises Shape."""
    hit = Reader(found, "hit")
    identifier, at = _number(hit, "objectID"), instant(hit)
    story = str(hit.number("story_id", 0) or "") or identifier
    is_story = hit.raw("comment_text") is None
    title, url = _line(hit, "title" if is_story else "story_title"), hit.text("url", "") if is_story else ""
    words = hit.html("story_text" if is_story else "comment_text", "")
    if not words and not (is_story and title):
        raise Shape("hit", "a story or a comment")
    parent = hit.number("parent_id", 0)
    message = Message(
        remote_id=identifier,
        kind=Kind.MENTION,
        author=_author(hit),
        text="\n\n".join(part for part in ((title, words) if is_story else (words,)) if part),
        created_at=at * 1000,
        conversation=story,
        parent=None if is_story or not parent else str(parent),
        ours=_is_ours(hit, ours),
        permalink=ITEM_PAGE + identifier,
        attachments=_links(url, title) if is_story else _links(ITEM_PAGE + story if title else "", title),
    )
    return Item(message, at, (title, words, url) if is_story else (words,))


def read_tree(found: object, ours: str) -> Tree:
    """Read an item with all that stands below it. Raises Shape for an item that is none."""
    item = Reader(found, "item")
    identifier = str(item.number("id"))
    message: Message | None
    try:
        message = _of_item(item, identifier, ours)
    except Shape:
        message = None
    below = []
    for child in item.items("children"):
        try:
            below.append(read_tree(child, ours))
        except (Shape, RecursionError):
            continue
    return Tree(identifier, message, tuple(below))


def standing_below(tree: Tree) -> list[Message]:
    """Return what stands below an item, oldest first, so far as a person reads it."""
    found = sorted(_messages(tree.below), key=lambda one: (one.created_at, int(one.remote_id)))
    return found[:_MOST_SHOWN]


def way_to(tree: Tree, identifier: str) -> list[Message] | None:
    """Return what stands above an item in the tree of its story, from the story on; None when it is not in there."""
    trail: list[tuple[Tree, tuple[Message, ...]]] = [(tree, ())]
    while trail:
        one, above = trail.pop()
        if one.id == identifier:
            return list(above)
        further = above if one.message is None else (*above, one.message)
        trail.extend((child, further) for child in one.below)
    return None


def instant(item: Reader) -> int:
    """Return when an item was written, UTC seconds. Raises Shape."""
    at = item.number("created_at_i")
    if not _FIRST <= at <= _LAST:
        raise Shape(f"{item.where}.created_at_i", "a plausible time")
    return at


def _messages(trees: tuple[Tree, ...]) -> Iterator[Message]:
    waiting = list(trees)
    while waiting:
        tree = waiting.pop()
        waiting += tree.below
        if tree.message is not None:
            yield tree.message


def _of_item(item: Reader, identifier: str, ours: str) -> Message:
    if item.text("type", "") not in _KINDS:
        raise Shape("item.type", "a story or a comment")
    title, words, url = _line(item, "title"), item.html("text", ""), item.text("url", "")
    if not title and not words:
        raise Shape("item", "a story or a comment")
    story, parent = item.number("story_id", 0), item.number("parent_id", 0)
    return Message(
        remote_id=identifier,
        kind=Kind.MENTION,
        author=_author(item),
        text="\n\n".join(part for part in (title, words) if part),
        created_at=instant(item) * 1000,
        conversation=str(story or identifier),
        parent=str(parent) if parent else None,
        ours=_is_ours(item, ours),
        permalink=ITEM_PAGE + identifier,
        attachments=_links(url, title),
    )


def _author(item: Reader) -> Person:
    name = " ".join(plain(item.text("author")).split()).lstrip("@")
    if not name:
        raise Shape(f"{item.where}.author", "a name")
    return Person(name, name)


def _is_ours(item: Reader, ours: str) -> bool:
    return bool(ours) and item.text("author", "").lower() == ours.lower()


def _line(item: Reader, key: str) -> str:
    return " ".join(item.html(key, "").split())


def _links(url: str, name: str) -> tuple[Attachment, ...]:
    if not url.startswith(("https://", "http://")):
        return ()
    return (Attachment(AttachmentKind.LINK, plain(url), name),)


def _number(item: Reader, key: str) -> str:
    identifier = item.identifier(key)
    if not (identifier.isascii() and identifier.isdigit()):
        raise Shape(f"{item.where}.{key}", "a number")
    return identifier
