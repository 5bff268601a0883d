"""The review queue: posts that wait for an approval before anybody sees them, and posts that members flagged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import HELD, SPAM, Kind, Message, Person
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.network_kit.text import plain
from cminbox.networks.discourse.posts import PUBLIC, post_of, to_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.networks.discourse.api import Api, Me
    from cminbox.networks.discourse.cursor import Progress

REVIEW = "review:"
"""How the id of what nobody has seen yet begins, before its number in the queue."""
PRIVATE_MESSAGE = "private_message"
_QUEUED = "ReviewableQueuedPost"
_PAGE = 10
_MOST_PAGES = 5
_SPAM_FLAG = 8
_PENDING = 0
APPROVING = ("approve_post", "approve_post_closed", "disagree_and_restore", "disagree", "agree_and_keep", "ignore")
"""What leaves a post to everybody's eyes, by the forum's names, the plainest first."""
REJECTING = ("reject_post", "delete_and_agree", "agree_and_hide", "delete_post")


@dataclass(frozen=True, slots=True)
class Item:
    """Something in the queue. `post` is what it is about; empty for what is no post yet."""

    id: str
    version: int
    pending: bool
    queued: bool
    post: str
    author: str
    spam: bool
    source: Reader


class Queue:
    """The queue as it stands now, against what was pending at the last look."""

    def __init__(self, api: Api, me: Me, progress: Progress) -> None:
        self._api = api
        self._me = me
        self._before = progress.pending
        self._people: dict[str, Person] = {}
        self._complete = False
        self.items: dict[str, Item] = {}

    async def read(self) -> None:
        """Read what is pending; nothing where the queue is not open to us. Raises NetworkFailure."""
        if not self._me.reviews:
            return
        try:
            for page in range(_MOST_PAGES):
                body = await self._api.get("/review.json", (("status", "pending"), ("offset", str(page * _PAGE))))
                found = self._note(body)
                self._complete = found < _PAGE
                if self._complete:
                    return
        except (Gone, Refused):
            # Whoever moderates a category only, or not any more: there is no queue for him.
            self._complete = False
        except Shape as shape:
            raise unreadable(shape) from None

    def _note(self, body: Reader) -> int:
        if not body.has("reviewables"):
            raise Shape("reviewables", "there")
        listed = body.items("reviewables")
        self._people |= people_in(body)
        spam = spam_in(body)
        for one in listed:
            try:
                item = read_item(Reader(one, "reviewable"), spam)
            except Shape:
                continue
            if item.queued or item.post:
                self.items[item.id] = item
        return len(listed)

    def labels(self, post: str) -> tuple[str, ...]:
        """Return how the queue marks a post."""
        for item in self.items.values():
            if item.post == post:
                return (SPAM,) if item.spam else (HELD,)
        return ()

    @property
    def settled(self) -> list[str]:
        """Return the ids of what waited for an approval and does so no longer."""
        return [REVIEW + one for one, post in self._gone() if not post]

    @property
    def cleared(self) -> list[str]:
        """Return the ids of the posts that were flagged and are so no longer."""
        return [post for _, post in self._gone() if post]

    def _gone(self) -> list[tuple[str, str]]:
        if not self._complete:
            return []
        return [(one, post) for one, post in self._before.items() if one not in self.items]

    async def messages(self) -> list[Message]:
        """Return what is in the queue since the last look. Raises NetworkFailure."""
        found: list[Message] = []
        for item in self.items.values():
            if item.id in self._before:
                continue
            try:
                message = self._held(item) if item.queued else await self._flagged(item)
            except (Gone, Refused, Shape):
                continue
            if message is not None:
                found.append(message)
        return found

    def _held(self, item: Item) -> Message:
        source = item.source
        payload = source.object("payload")
        words, title = plain(payload.text("raw")), plain(payload.text("title", ""))
        topic = source.maybe_identifier("topic_id")
        author = self._people.get(item.author) or Person(item.author, item.author)
        return Message(
            remote_id=REVIEW + item.id,
            kind=Kind.DM if payload.raw("archetype") == PRIVATE_MESSAGE else Kind.COMMENT,
            author=author,
            text=f"{title}\n\n{words}" if title else words,
            created_at=source.instant("created_at"),
            conversation=REVIEW + item.id if topic is None else PUBLIC + topic,
            permalink=f"{self._api.base_url}/review/{item.id}",
            labels=(HELD,),
        )

    async def _flagged(self, item: Item) -> Message | None:
        """Return a post that was flagged; what was written in private is left to the forum's own page."""
        post = post_of(await self._api.get(f"/posts/{item.post}.json"))
        topic = await self._api.get(f"/t/{post.topic}.json")
        if post.deleted or topic.raw("archetype") == PRIVATE_MESSAGE:
            return None
        title = topic.text("title", "")
        return to_message(post, self._me, Kind.COMMENT, self._api.base_url, self.labels(post.id), title)


def standing(queue: Queue, before: dict[str, str]) -> dict[str, str]:
    """Return what a cursor keeps of the queue."""
    now = {item.id: item.post for item in queue.items.values()}
    gone = {*queue.cleared, *queue.settled}
    return {one: post for one, post in before.items() if (post or REVIEW + one) not in gone} | now


async def one_item(api: Api, identifier: str) -> tuple[Item, frozenset[str]]:
    """Return an item of the queue, with what may be done to it. Raises NetworkFailure."""
    body = await api.get(f"/review/{identifier}.json")
    try:
        return read_item(body.object("reviewable"), spam_in(body)), _offered(body)
    except Shape as shape:
        raise unreadable(shape) from None


async def decide(api: Api, identifier: str, wanted: Sequence[str]) -> None:
    """Do the first of the wanted acts that the forum offers; nothing when it is decided already.

    Raises NetworkFailure, Gone when it is no longer in the queue.
    """
    item, offered = await one_item(api, identifier)
    if not item.pending:
        return
    chosen = next((act for act in wanted if act in offered), None if offered else wanted[0])
    if chosen is None:
        raise Refused(say("The forum offers no such decision here; open its review queue in a browser"))
    await api.act("PUT", f"/review/{item.id}/perform/{chosen}.json", params=(("version", str(item.version)),))


def read_item(source: Reader, spam: frozenset[str]) -> Item:
    """Read an item of the queue; `spam` are the numbers of verdicts that call something spam. Raises Shape."""
    scores = {str(one) for one in source.items("reviewable_score_ids") if isinstance(one, (int, str))}
    return Item(
        id=str(source.number("id")),
        version=source.number("version", 0),
        pending=source.number("status", _PENDING) == _PENDING,
        queued=source.text("type", "") == _QUEUED,
        post=source.maybe_identifier("post_id") or "",
        author=source.maybe_identifier("target_created_by_id") or source.maybe_identifier("created_by_id") or "?",
        spam=bool(scores & spam),
        source=source,
    )


def people_in(body: Reader) -> dict[str, Person]:
    """Return the people who come with a list, by their ids. Raises Shape."""
    found: dict[str, Person] = {}
    for item in _readers(body, "users"):
        username, name = plain(item.text("username", "")), item.raw("name")
        identifier = item.identifier("id")
        found[identifier] = Person(identifier, username or identifier, plain(name) if isinstance(name, str) else "")
    return found


def spam_in(body: Reader) -> frozenset[str]:
    """Return the numbers of the verdicts that call something spam. Raises Shape."""
    found = set()
    for item in _readers(body, "reviewable_scores"):
        kind: Any = item.raw("score_type")
        number = kind.get("id") if isinstance(kind, dict) else item.raw("score_type_id")
        if number == _SPAM_FLAG:
            found.add(item.identifier("id"))
    return frozenset(found)


def _offered(body: Reader) -> frozenset[str]:
    names = {str(item.raw("id")) for item in _readers(body, "actions")}
    for item in _readers(body, "bundled_actions"):
        names |= {str(one) for one in item.items("action_ids")}
    return frozenset(names)


def _readers(body: Reader, key: str) -> list[Reader]:
    return [Reader(item, key) for item in body.items(key) if isinstance(item, dict)]
