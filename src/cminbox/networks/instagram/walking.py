"""Walking Instagram's lists: posts with their comments, private exchanges, pictures in which the account is tagged.

Comments cannot be asked for by time. How many a post has tells whether there is anything new under it; but as one may
go while another comes, the newest posts are always looked at, and from time to time the older ones are too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused, SignInAgain
from cminbox.network_kit.graph.client import going_on, node, slice_of
from cminbox.network_kit.graph.findings import Findings
from cminbox.network_kit.graph.memory import Entry
from cminbox.network_kit.graph.private_messages import NEWEST
from cminbox.network_kit.reading import Reader, Shape
from cminbox.networks.instagram.entities import (
    COMMENT_FIELDS,
    MEDIA_FIELDS,
    MESSAGE_FIELDS,
    Place,
    first_stranger,
    link,
    partner_of,
    read_comment,
    read_media,
    read_message,
)
from cminbox.networks.instagram.exchanges import PLATFORM

if TYPE_CHECKING:
    from cminbox.domain.message import Message
    from cminbox.network_kit.failures import NetworkFailure
    from cminbox.network_kit.graph.client import Graph, Slice
    from cminbox.network_kit.graph.memory import Memory
    from cminbox.networks.instagram.brand import Brand

MOST_MEDIA = 200
"""So many of the newest posts are looked at for comments."""
ALWAYS = 5
"""So many of them whatever their count of comments says."""
DEEP = 40
"""So many from time to time."""
PAGES_IF_CHANGED, PAGES_IF_DEEP = 10, 4
"""So many pages of comments without anything new are read of a post whose count has changed, or from time to time."""
AT_ONCE = "50"
_LIST = "100"
_MANY = "25"
_MEDIA_FIELDS = "id,timestamp,comments_count,permalink"
ANSWERS = f"replies.limit({AT_ONCE}){{{COMMENT_FIELDS}}}"
_COMMENTS_FIELDS = f"{COMMENT_FIELDS},replies.limit(20){{{COMMENT_FIELDS}}}"
_EXCHANGES_FIELDS = f"id,updated_time,participants,messages.limit({NEWEST}){{{MESSAGE_FIELDS}}}"


class Walk(Findings):
    """One run through the lists; what is `missing` are comments.

    `counts` is how many comments each post has by now, `media` our own posts. What reads raises NetworkFailure.
    """

    def __init__(self, graph: Graph, brand: Brand, memory: Memory, *, deep: bool) -> None:
        super().__init__(memory, graph.now)
        self._deep = deep
        self._graph = graph
        self._brand = brand
        self.counts: dict[str, int] = {}
        self.media: set[str] = set()
        self._readable = False
        self._barred: dict[str, SignInAgain] = {}

    async def posts(self) -> None:
        """Read the comments under our own posts, with the answers to them. Raises SignInAgain where all are closed."""
        after: str | None = ""
        edge = node(self._brand.identifier, "media")
        while after is not None and len(self.media) < MOST_MEDIA:
            listed = await self._graph.page(
                edge, _MEDIA_FIELDS, scope=self._brand.basic, limit=_LIST, **going_on(after)
            )
            for item in listed.items:
                await self._post(item)
            after = listed.after
        for media, failure in self._barred.items():
            if not self._readable:
                raise failure
            self._closed(media, failure)

    async def exchanges(self) -> None:
        """Read the private messages."""
        edge = node(self._brand.desk, "conversations")
        after: str | None = ""
        while after is not None:
            listed = await self._graph.page(
                edge,
                _EXCHANGES_FIELDS,
                scope=self._brand.messages,
                platform=PLATFORM,
                limit=_MANY,
                **going_on(after),
            )
            news = [await self._exchange(item) for item in listed.items]
            after = listed.after if any(news) else None

    async def tags(self) -> None:
        """Read the pictures of others in which the account is tagged."""
        edge = node(self._brand.identifier, "tags")
        after: str | None = ""
        while after is not None:
            listed = await self._graph.page(
                edge, MEDIA_FIELDS, scope=self._brand.comments, limit=_MANY, **going_on(after)
            )
            news = self.add_all(listed.items, lambda item: read_media(item, self._brand), "tag")
            after = listed.after if news else None

    async def _post(self, item: object) -> None:
        """Look under one of our posts, if there may be anything new."""
        try:
            post = Reader(item, "media")
            identifier = post.identifier("id")
            count = post.number("comments_count") if post.has("comments_count") else None
            place = Place(identifier, link(post))
        except Shape as shape:
            self.skip("?media", shape)
            return
        known = self._memory.counts.get(identifier)
        rank = len(self.media)
        self.media.add(identifier)
        changed = count != known if count is not None else rank < DEEP
        if count == 0 and not known:
            self.counts[identifier] = 0
            return
        if changed or rank < ALWAYS or (self._deep and rank < DEEP):
            most = PAGES_IF_CHANGED if changed and known is not None else PAGES_IF_DEEP if changed or self._deep else 1
            if not await self._comments(place, most, deep=changed or self._deep):
                return
        if count is not None:
            self.counts[identifier] = count

    async def _comments(self, place: Place, most: int, *, deep: bool) -> bool:
        """Read the comments under one post, and say whether that went well.

        Where they are closed, that is said once and the others are read; where all are, a permission is lacking.
        """
        try:
            await _Comments(self, self._graph, self._brand, place).read(most, deep=deep)
        except SignInAgain as failure:
            if failure.missing_scope is None:
                raise
            self._barred[place.media] = failure
        except (Gone, Refused) as failure:
            self._closed(place.media, failure)
        else:
            self._readable = True
            return True
        return False

    def _closed(self, media: str, failure: NetworkFailure) -> None:
        said = say("The comments under a post cannot be read: {why}", why=failure.saying)
        self.note(Entry(self._graph.now(), f"?closed/{media}", skipped=said))

    async def _exchange(self, item: object) -> int:
        """Read the messages that came with a private exchange, and more where all of these are new."""
        try:
            exchange = Reader(item, "conversation")
            identifier = exchange.identifier("id")
            block = exchange.raw("messages")
            people = exchange.maybe_object("participants")
            named = [] if people is None else [Reader(one, "participant") for one in people.items("data")]
            partner = first_stranger(named, self._brand)
        except Shape as shape:
            self.skip("?dm", shape)
            return 0
        if block is None:
            return 0
        listed = slice_of(block, self._graph.host)
        total = 0

        def read(one: object) -> Message:
            return read_message(one, self._brand, partner or self._partner(one))

        while True:
            news = self.add_all(listed.items, read, "dm")
            total += news
            if not news or listed.after is None:
                return total
            edge = node(identifier, "messages")
            listed = await self._graph.page(
                edge, MESSAGE_FIELDS, scope=self._brand.messages, limit=_LIST, after=listed.after
            )

    def _partner(self, item: object) -> str:
        found = partner_of(Reader(item, "message"), self._brand)
        if found is None:
            raise Shape("message.to", "a person")
        return found


class _Comments:
    """The comments under one post, page by page, newest first, each with the answers to it."""

    def __init__(self, walk: Walk, graph: Graph, brand: Brand, place: Place) -> None:
        self._walk = walk
        self._graph = graph
        self._brand = brand
        self._place = place
        self._within = f"{place.media}_"
        self._seen: set[str] = set()

    async def read(self, most: int, *, deep: bool) -> None:
        """Read until `most` pages in a row have nothing new. In which order answers come is documented nowhere."""
        edge = node(self._place.media, "comments")
        idle = 0
        whole = True
        after: str | None = ""
        while after is not None and idle < most:
            listed = await self._graph.page(
                edge, _COMMENTS_FIELDS, scope=self._brand.comments, limit=AT_ONCE, **going_on(after)
            )
            news = 0
            for item in listed.items:
                found, ended = await self._comment(item, deep=deep)
                news += found
                whole = whole and ended
            idle = 0 if news else idle + 1
            after = listed.after
        if after is None and whole:
            self._walk.missing += self._walk.expected(self._within, self._seen)

    async def _comment(self, item: Any, *, deep: bool) -> tuple[int, bool]:  # noqa: ANN401 - foreign JSON
        """Take a comment and its answers; return how many are new, and whether all answers were seen."""
        block = item.get("replies") if isinstance(item, dict) else None
        if block is None:
            return self._take(item), True
        above = str(item.get("id") or "")
        listed: Slice = slice_of(block, self._graph.host)
        news = 0
        while True:
            found = sum(self._take(one, above) for one in listed.items)
            news += found
            if listed.after is None or not above or not (found or deep):
                # Newest first: within the same second the answers come before what they answer.
                return news + self._take(item), listed.after is None
            edge = node(above, "replies")
            listed = await self._graph.page(
                edge, COMMENT_FIELDS, scope=self._brand.comments, limit=AT_ONCE, after=listed.after
            )

    def _take(self, item: object, above: str | None = None) -> int:
        def read(one: object) -> Message:
            message = read_comment(one, self._brand, self._place, above)
            self._seen.add(self._within + message.remote_id)
            return message

        return self._walk.add(item, read, "comment", self._within)
