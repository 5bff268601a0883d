"""What a Mastodon server keeps (people, posts, notifications, private exchanges) and does when somebody writes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HANDLE = re.compile(r"(?<![\w/=])@([A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*(?:@[\w.-]*\w)?)")
_SEQUENCE_BITS = 16
_FIRST_PERSON = 109_000_000_000_000_000
_FIRST_NOTICE = 34_975_000
_FIRST_EXCHANGE = 418_000


@dataclass(slots=True, eq=False)
class Person:
    """An account that the server knows. `domain` is None for its own accounts."""

    id: int
    username: str
    domain: str | None
    name: str
    followers: int
    created_at: int
    followed: bool = False
    blocked: bool = False
    muted: bool = False

    @property
    def acct(self) -> str:
        """The handle as the API gives it: with the domain for other servers' accounts only."""
        return self.username if self.domain is None else f"{self.username}@{self.domain}"


@dataclass(frozen=True, slots=True)
class Media:
    """A file that came with a post."""

    kind: str
    url: str
    description: str | None = None


@dataclass(slots=True, eq=False)
class Post:
    """A status. Times are UTC milliseconds; `parent_author` stays when the parent is deleted."""

    id: int
    author: Person
    text: str
    created_at: int
    visibility: str = "public"
    parent: int | None = None
    parent_author: int | None = None
    mentions: tuple[Person, ...] = ()
    spoiler: str = ""
    language: str | None = None
    edited_at: int | None = None
    quotes: int | None = None
    media: tuple[Media, ...] = ()
    favourited: bool = False
    boost: int | None = None
    """The id under which the brand shares it."""
    reported: bool = False
    earlier: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Notice:
    """A notification to the brand. `fallback` is what a client shows for a type that it does not know."""

    id: int
    type: str
    person: Person
    created_at: int
    post: int | None = None
    filtered: bool = False
    fallback: str | None = None


@dataclass(slots=True, eq=False)
class Exchange:
    """A private conversation of the brand: one per thread and set of people."""

    id: int
    root: int
    people: frozenset[int]
    posts: list[int]
    unread: bool


class World:
    """One server with the brand's account on it, and everybody whom it knows. Times are UTC milliseconds."""

    def __init__(self, now: Callable[[], int], brand: str, brand_name: str) -> None:
        self.now = now
        self.people: dict[int, Person] = {}
        self.posts: dict[int, Post] = {}
        self.children: dict[int, list[int]] = {}
        self.notices: list[Notice] = []
        self.exchanges: list[Exchange] = []
        self.marker = 0
        self.marker_version = 0
        self.policy: dict[str, str] = {}
        self._by_handle: dict[str, Person] = {}
        self._sequence = 0
        self.brand = self.add_person(brand, brand_name, followers=5_000)

    def add_person(self, handle: str, name: str = "", followers: int = 10) -> Person:
        """Let an account be known; `handle` is `user` or `user@domain`. The same handle gives the same person."""
        username, _, domain = handle.partition("@")
        known = self.find_person(handle)
        if known is not None:
            return known
        person = Person(
            _FIRST_PERSON + len(self.people) * 7_919,
            username,
            domain or None,
            name or username,
            followers,
            self.now() - 400 * 24 * 3600 * 1000,
        )
        self.people[person.id] = person
        self._by_handle[person.acct.lower()] = person
        return person

    def find_person(self, handle: str) -> Person | None:
        """Return the account of that handle."""
        return self._by_handle.get(handle.lower())

    def mentioned_in(self, text: str) -> tuple[Person, ...]:
        """Return the known people whom a text names, each once."""
        found = [self.find_person(match.group(1)) for match in HANDLE.finditer(text)]
        return tuple({person.id: person for person in found if person is not None}.values())

    def publish(  # noqa: PLR0913 - the fields of a status
        self,
        author: Person,
        text: str,
        *,
        visibility: str = "public",
        under: int | None = None,
        created_at: int | None = None,
        spoiler: str = "",
        language: str | None = None,
        quotes: int | None = None,
        media: tuple[Media, ...] = (),
    ) -> Post:
        """Write a post and tell the brand, where it is concerned."""
        moment = self.now() if created_at is None else created_at
        parent = None if under is None else self.posts[under]
        post = Post(
            id=self._new_id(moment),
            author=author,
            text=text,
            created_at=moment,
            visibility=visibility,
            parent=under,
            parent_author=None if parent is None else parent.author.id,
            mentions=self.mentioned_in(text),
            spoiler=spoiler,
            language=language,
            quotes=quotes,
            media=media,
        )
        self.posts[post.id] = post
        if under is not None:
            self.children.setdefault(under, []).append(post.id)
        self._tell(post)
        return post

    def edit(self, post_id: int, text: str) -> None:
        """Change a post's text; it keeps its id."""
        post = self.posts[post_id]
        post.earlier.append((post.edited_at or post.created_at, post.text))
        post.text = text
        post.edited_at = self.now()

    def share(self, post: Post, *, on: bool) -> None:
        """Let the brand share a post under an id of its own, or no longer; twice is once."""
        post.boost = (post.boost or self._new_id(self.now())) if on else None

    def delete(self, post_id: int) -> Post:
        """Take a post away: answers to it lose their parent, notifications of it go."""
        post = self.posts.pop(post_id)
        for child in self.children.pop(post_id, []):
            if child in self.posts:
                self.posts[child].parent = None
        self.notices = [notice for notice in self.notices if notice.post != post_id]
        for exchange in self.exchanges:
            exchange.posts = [known for known in exchange.posts if known != post_id]
        self.exchanges = [exchange for exchange in self.exchanges if exchange.posts]
        return post

    def notify(
        self, kind: str, person: Person, post: int | None = None, *, filtered: bool = False, fallback: str | None = None
    ) -> Notice:
        """Add a notification to the brand."""
        self._sequence += 1
        notice = Notice(_FIRST_NOTICE + self._sequence, kind, person, self.now(), post, filtered, fallback)
        self.notices.append(notice)
        return notice

    def root_of(self, post: Post) -> int:
        """Return the id of the post at the top of a thread."""
        while post.parent is not None and post.parent in self.posts:
            post = self.posts[post.parent]
        return post.id

    def brand_sees(self, post: Post) -> bool:
        """Whether the brand may read a post."""
        return (
            post.visibility in {"public", "unlisted"}
            or self.brand in {post.author, *post.mentions}
            or (post.visibility == "private" and post.author.followed)
        )

    def _new_id(self, moment: int) -> int:
        self._sequence += 1
        return (moment << _SEQUENCE_BITS) + self._sequence % (1 << _SEQUENCE_BITS)

    def _tell(self, post: Post) -> None:
        concerned = self.brand in post.mentions
        if post.author is self.brand:
            if post.visibility == "direct":
                self._join_exchange(post, unread=False)
            return
        if post.author.blocked or post.author.muted or not concerned:
            return
        filtered = self._filters(post)
        self.notify("mention", post.author, post.id, filtered=filtered)
        if post.visibility == "direct" and not filtered:
            self._join_exchange(post, unread=True)

    def _filters(self, post: Post) -> bool:
        stranger = self.policy.get("for_not_following") == "filter" and not post.author.followed
        private = self.policy.get("for_private_mentions") == "filter" and post.visibility == "direct"
        return stranger or (private and not post.author.followed)

    def _join_exchange(self, post: Post, *, unread: bool) -> None:
        people = frozenset(person.id for person in (post.author, *post.mentions)) - {self.brand.id}
        root = self.root_of(post)
        for exchange in self.exchanges:
            if (exchange.root, exchange.people) == (root, people):
                exchange.posts = sorted([*exchange.posts, post.id])
                exchange.unread = unread
                return
        self._sequence += 1
        self.exchanges.append(Exchange(_FIRST_EXCHANGE + self._sequence, root, people, [post.id], unread))
