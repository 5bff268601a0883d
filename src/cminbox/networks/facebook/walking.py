"""Walking Facebook's lists, all newest first, until a page of one brings nothing new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import Refused
from cminbox.network_kit.graph.client import Slice, going_on, node, slice_of
from cminbox.network_kit.graph.findings import Findings
from cminbox.network_kit.graph.private_messages import NEWEST
from cminbox.network_kit.reading import Reader, Shape
from cminbox.networks.facebook.account import MESSAGING, READ, READ_PEOPLE
from cminbox.networks.facebook.entities import (
    COMMENT_FIELDS,
    MESSAGE_FIELDS,
    POST_FIELDS,
    REVIEW_FIELDS,
    partner_of,
    read_comment,
    read_message,
    read_post,
    read_review,
)
from cminbox.networks.facebook.ids import POST, REVIEW, comment_id, number, prefix

if TYPE_CHECKING:
    from cminbox.domain.message import Message
    from cminbox.network_kit.graph.client import Graph
    from cminbox.network_kit.graph.memory import Memory

MOST_POSTS = 100
"""So many of the newest posts are looked through for late comments."""
_POSTS = "25"
_INNER = "25"
_LIST = "100"
_COMMENTS = f"comments.filter(stream).order(reverse_chronological).limit({_INNER}){{{COMMENT_FIELDS}}}"
PUBLISHED_FIELDS = f"id,created_time,{_COMMENTS}"
_PEOPLES_FIELDS = f"{POST_FIELDS},{_COMMENTS}"
_STORIES_FIELDS = f"{REVIEW_FIELDS},open_graph_story{{id,{_COMMENTS}}}"
_EXCHANGES_FIELDS = f"id,updated_time,participants,messages.limit({NEWEST}){{{MESSAGE_FIELDS}}}"
_STREAM = {"filter": "stream", "order": "reverse_chronological", "limit": _LIST}


class Walk(Findings):
    """One run through the lists.

    Lists of posts are read until a page of them has nothing new, or `deep`: an old post can have a new comment. What
    reads raises NetworkFailure.
    """

    def __init__(self, graph: Graph, page: str, memory: Memory, *, deep: bool) -> None:
        super().__init__(memory, graph.now)
        self._deep = deep
        self._graph = graph
        self._page = page

    async def published(self) -> None:
        """Read the comments under our own posts."""
        seen = 0
        after: str | None = ""
        while after is not None:
            edge = node(self._page, "published_posts")
            listed = await self._graph.page(edge, PUBLISHED_FIELDS, scope=READ, limit=_POSTS, **going_on(after))
            news = 0
            for item in listed.items:
                news += await self._below(item, Kind.COMMENT, ours=True)
            seen += len(listed.items)
            after = listed.after if self._goes_on(news, seen) else None

    async def visitors(self) -> None:
        """Read what people have posted on the Page, and the comments under it."""
        await self._peoples_posts("visitor_posts")

    async def tagged(self) -> None:
        """Read the posts elsewhere that name the Page, and the comments under them."""
        await self._peoples_posts("tagged")

    async def exchanges(self) -> None:
        """Read the private messages."""
        edge = node(self._page, "conversations")
        after: str | None = ""
        while after is not None:
            listed = await self._graph.page(
                edge, _EXCHANGES_FIELDS, scope=MESSAGING, platform="messenger", limit=_POSTS, **going_on(after)
            )
            news = [await self._exchange(item) for item in listed.items]
            after = listed.after if any(news) else None

    async def recommendations(self) -> None:
        """Read what people say of the Page, and the comments under it."""
        try:
            await self._reviews(_STORIES_FIELDS)
        except Refused:
            # What hangs on a recommendation is not documented; it may be closed where they themselves are open.
            await self._reviews(f"{REVIEW_FIELDS},open_graph_story{{id}}")

    async def _reviews(self, fields: str) -> None:
        edge = node(self._page, "ratings")
        seen = 0
        after: str | None = ""
        while after is not None:
            listed = await self._graph.page(edge, fields, scope=READ_PEOPLE, limit=_POSTS, **going_on(after))
            news = self.add_all(listed.items, read_review, "rating")
            for item in listed.items:
                story = item.get("open_graph_story") if isinstance(item, dict) else None
                if isinstance(story, dict):
                    news += await self._below(story, Kind.REVIEW)
            seen += len(listed.items)
            after = listed.after if self._goes_on(news, seen) else None

    def _goes_on(self, news: int, seen: int) -> bool:
        return bool(news) or (self._deep and seen < MOST_POSTS)

    async def _peoples_posts(self, name: str) -> None:
        seen = 0
        after: str | None = ""
        while after is not None:
            listed = await self._graph.page(
                node(self._page, name), _PEOPLES_FIELDS, scope=READ_PEOPLE, limit=_POSTS, **going_on(after)
            )
            items = [item for item in listed.items if not _by(item, self._page)]
            news = self.add_all(items, lambda item: read_post(item, self._page), "post")
            for item in items:
                news += await self._below(item, Kind.MENTION)
            seen += len(listed.items)
            after = listed.after if self._goes_on(news, seen) else None

    async def _below(self, owner: Any, kind: Kind, *, ours: bool = False) -> int:  # noqa: ANN401 - foreign JSON
        """Read the comments that came with a post, and more where all of these are new; return how many are."""
        try:
            post = Reader(owner, "post")
            identifier = post.identifier("id")
            block = post.maybe_object("comments")
        except Shape as shape:
            self.skip(f"?{kind}", shape)
            return 0
        if block is None:
            return 0
        listed = slice_of(owner["comments"], self._graph.host)
        total = 0
        comments = _Comments(self, kind, identifier, self._page, ours=ours)
        while True:
            news = comments.take(listed)
            total += news
            if not news or listed.after is None:
                break
            edge = node(identifier, "comments")
            listed = await self._graph.page(edge, COMMENT_FIELDS, scope=READ_PEOPLE, **_STREAM, after=listed.after)
        self.missing += comments.missing(ended=listed.after is None)
        return total

    async def _exchange(self, item: object) -> int:
        """Read the messages that came with a private exchange, and more where all of these are new."""
        try:
            exchange = Reader(item, "conversation")
            identifier = exchange.identifier("id")
            block = exchange.raw("messages")
            partner = _partner_in(exchange, self._page)
        except Shape as shape:
            self.skip("?dm", shape)
            return 0
        if block is None:
            return 0
        listed = slice_of(block, self._graph.host)
        total = 0

        def read(one: object) -> Message:
            return read_message(one, self._page, _with(one, self._page, partner))

        while True:
            news = self.add_all(listed.items, read, "dm")
            total += news
            if not news or listed.after is None:
                return total
            listed = await self._graph.page(
                node(identifier, "messages"), MESSAGE_FIELDS, scope=MESSAGING, limit=_LIST, after=listed.after
            )

    def id_of(self, item: object) -> str:
        """Return the id of what cannot be read, of a comment in its short form."""
        return comment_id(super().id_of(item), "")


class _Comments:
    """The comments under one post, page by page. All of them bear the same number in front."""

    def __init__(self, walk: Walk, kind: Kind, owner: str, me: str, *, ours: bool) -> None:
        self._walk = walk
        self._kind = kind
        self._me = me
        self._post = number(owner)
        self._above = None if kind is Kind.COMMENT else (REVIEW if kind is Kind.REVIEW else POST) + owner
        self._root = POST + owner if ours else None
        self._seen: set[str] = set()
        self._oldest: int | None = None

    def take(self, listed: Slice) -> int:
        """Read one page; return how many comments are new."""
        for item in listed.items:
            self._learn(item)
        return self._walk.add_all(listed.items, self._read, "comment")

    def missing(self, *, ended: bool) -> list[str]:
        """Return the comments that were known here and are no longer listed."""
        later = -1 if ended else self._oldest
        return [] if later is None else self._walk.expected(f"{self._post}_", self._seen, later)

    def _read(self, item: object) -> Message:
        message = read_comment(item, self._kind, self._me, post=self._post, above=self._above, root=self._root)
        self._seen.add(message.remote_id)
        self._oldest = message.created_at if self._oldest is None else min(self._oldest, message.created_at)
        return message

    def _learn(self, item: Any) -> None:  # noqa: ANN401 - foreign JSON
        """Take the number in front from a comment that bears it: under a photo it is the photo's, not the post's."""
        given = item.get("id") if isinstance(item, dict) else None
        if isinstance(given, str) and prefix(given):
            self._post = prefix(given)


def _by(item: object, page: str) -> bool:
    author = item.get("from") if isinstance(item, dict) else None
    return isinstance(author, dict) and author.get("id") == page


def _partner_in(exchange: Reader, me: str) -> str | None:
    """Return with whom an exchange is, None where it does not say."""
    people = exchange.maybe_object("participants")
    found = [] if people is None else [Reader(item, "participant").identifier("id") for item in people.items("data")]
    return next((person for person in found if person != me), None)


def _with(item: object, me: str, partner: str | None) -> str:
    found = partner or partner_of(Reader(item, "message"), me)
    if found is None:
        raise Shape("message.to", "a person")
    return found
