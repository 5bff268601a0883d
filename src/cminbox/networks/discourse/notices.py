"""Notifications: they say which posts concern us, though not which words were written.

A topic keeps one unread notification, so what came between is found in the list of posts, not here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.network_kit.reading import Reader, Shape

if TYPE_CHECKING:
    from cminbox.networks.discourse.api import Api
    from cminbox.networks.discourse.posts import Post

LIMIT = 60
_MOST_PAGES = 10
_AT_US = frozenset({1, 3, 15})
"""Mentioned, quoted, a group of ours mentioned."""
_ANSWERS = frozenset({2, 11, 17, 34})
"""Replied to, linked, the first post of a watched category, assigned to us."""
_WATCHED = frozenset({9, 36})
"""A post in a watched topic; a topic in a watched category or under a watched tag."""


@dataclass(slots=True)
class Concerns:
    """What notifications say: single posts by topic and number, and topics of which every post concerns us."""

    posts: dict[tuple[str, int], Kind] = field(default_factory=dict)
    topics: set[str] = field(default_factory=set)

    def kind_of(self, post: Post) -> Kind | None:
        """Return how a post concerns us, None where no notification tells of it."""
        told = self.posts.get(post.place)
        return told or (Kind.COMMENT if post.topic in self.topics else None)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification of one post."""

    id: int
    type: int
    topic: str
    number: int
    read: bool


async def read_concerns(api: Api, back_to: int) -> Concerns:
    """Return what the notifications since `back_to` (UTC milliseconds) say. Raises NetworkFailure."""
    found = Concerns()
    for page in range(_MOST_PAGES):
        items = await read_page(api, page)
        for item in items:
            if (notice := read_notice(item)) is not None:
                _note(notice, found)
        if len(items) < LIMIT or _oldest(items) < back_to:
            break
    return found


async def read_page(api: Api, page: int = 0, limit: int = LIMIT) -> list[Any]:
    """Return one page of notifications, newest first. Raises NetworkFailure."""
    place = (("limit", str(limit)), ("offset", str(page * limit)))
    return await api.items("/notifications.json", "notifications", place)


def read_notice(item: object) -> Notice | None:
    """Return a notification of a post, None for any other and for what cannot be read."""
    try:
        source = Reader(item, "notification")
        return Notice(
            source.number("id"),
            source.number("notification_type"),
            source.identifier("topic_id"),
            source.number("post_number"),
            source.flag("read"),
        )
    except Shape:
        # A badge, a like that has no post, a type of a plug-in: nothing that could be answered.
        return None


def _note(notice: Notice, found: Concerns) -> None:
    place = (notice.topic, notice.number)
    if notice.type in _AT_US:
        found.posts[place] = Kind.MENTION
    elif notice.type in _ANSWERS:
        found.posts.setdefault(place, Kind.COMMENT)
    elif notice.type in _WATCHED:
        found.topics.add(notice.topic)


def _oldest(items: list[Any]) -> int:
    for item in reversed(items):
        try:
            return Reader(item, "notification").instant("created_at")
        except Shape:
            continue
    return 0
