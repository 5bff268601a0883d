"""What stands on the simulated forum: people, topics, posts, notifications and the review queue."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MENTIONED, REPLIED, POSTED, PRIVATE_MESSAGE = 1, 2, 9, 6
COLLAPSED = frozenset({REPLIED, POSTED, PRIVATE_MESSAGE})
"""Of these a topic keeps one unread notification: a newer one takes the place of the one before."""
PENDING, APPROVED, REJECTED = 0, 1, 2
QUEUED, FLAGGED = "ReviewableQueuedPost", "ReviewableFlaggedPost"
SPAM_FLAG, INAPPROPRIATE = 8, 4


@dataclass(slots=True)
class Rules:
    """How the played forum is set up. `page` bounds each list of posts; lengths are those of the site's settings."""

    page: int = 50
    min_post: int = 1
    min_private: int = 1
    max_post: int = 32_000
    version: str = "2026.10.1"
    staff: bool = True
    """Whether the brand moderates: it then sees the review queue, and may say the same twice."""
    admin: bool = False
    scopes: tuple[str, ...] = ("read", "write")
    suspended: bool = False
    bare: bool = False
    """Whether answers leave out everything that may be missing."""
    titled: bool = True
    """Whether lists of posts name the topic of each."""
    windows: bool = False
    """Whether a list looks at so many ids only, posts of others among them, as it was before 2026."""
    language: str = "en"
    approves_first: bool = False
    """Whether what the brand posts has to be approved first."""
    consecutive: int = 0
    """How many posts in a row one person may write in a topic, 0 for no bound."""
    wait_seconds: int = 17
    padding: str = "oaep"


@dataclass(slots=True)
class User:
    """Somebody on the forum."""

    id: int
    username: str
    name: str = ""
    level: str = "normal"
    """What the brand has set for this person: normal, mute or ignore."""


@dataclass(slots=True)
class Topic:
    """A topic, or a private exchange when `members` are given."""

    id: int
    title: str
    members: set[int] = field(default_factory=set)
    watched: bool = False
    closed: bool = False
    slow_seconds: int = 0
    posts: list[Post] = field(default_factory=list)

    @property
    def private(self) -> bool:
        """Whether only its members read it."""
        return bool(self.members)


@dataclass(slots=True)
class Post:
    """A post in a topic. Times are UTC milliseconds."""

    id: int
    topic: Topic
    number: int
    author: User
    raw: str
    created_at: int
    reply_to: int | None = None
    version: int = 1
    updated_at: int = 0
    deleted: bool = False
    hidden: bool = False
    liked: bool = False
    reports: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Notice:
    """A notification of the brand."""

    id: int
    type: int
    post: Post | None
    created_at: int
    read: bool = False


@dataclass(slots=True)
class Reviewable:
    """Something in the review queue."""

    id: int
    type: str
    author: User
    raw: str
    created_at: int
    topic: Topic | None = None
    target: Post | None = None
    flag: int = INAPPROPRIATE
    status: int = PENDING
    version: int = 0


class World:
    """The forum. `now` gives UTC milliseconds."""

    def __init__(self, now: Callable[[], int], brand: str) -> None:
        self.now = now
        self.brand = User(7, brand, "Acme")
        self.users: dict[int, User] = {7: self.brand}
        self.topics: dict[int, Topic] = {}
        self.posts: dict[int, Post] = {}
        self.notices: list[Notice] = []
        self.reviewables: dict[int, Reviewable] = {}
        self.strange: object = None
        """Something that no documentation names, at the end of each list of posts."""
        self._next = 1000

    def number(self) -> int:
        """Return a new number."""
        self._next += 1
        return self._next

    def user(self, username: str, name: str = "") -> User:
        """Return a person by name, new when there is none yet."""
        for one in self.users.values():
            if one.username == username:
                return one
        one = User(self.number(), username, name)
        self.users[one.id] = one
        return one

    def topic(self, title: str, *, members: set[int] | None = None, watched: bool = False) -> Topic:
        """Open a topic, or with `members` a private exchange."""
        topic = Topic(self.number(), title, members or set(), watched)
        self.topics[topic.id] = topic
        return topic

    def write(
        self, topic: Topic, author: User, raw: str, *, reply_to: int | None = None, created_at: int | None = None
    ) -> Post:
        """Add a post, and tell the brand of it as the forum would."""
        moment = self.now() if created_at is None else created_at
        number = topic.posts[-1].number + 1 if topic.posts else 1
        post = Post(self.number(), topic, number, author, raw, moment, reply_to, updated_at=moment)
        topic.posts.append(post)
        self.posts[post.id] = post
        if author is not self.brand and author.level == "normal":
            self._tell(post)
        return post

    def _tell(self, post: Post) -> None:
        topic = post.topic
        answered = self.at(topic, post.reply_to)
        if f"@{self.brand.username}" in post.raw and (not topic.private or self.brand.id in topic.members):
            kind = MENTIONED
        elif topic.private:
            if self.brand.id not in topic.members:
                return
            kind = PRIVATE_MESSAGE
        elif answered is not None and answered.author is self.brand:
            kind = REPLIED
        elif topic.watched:
            kind = POSTED
        else:
            return
        self.notify(kind, post)

    def notify(self, kind: int, post: Post | None, *, read: bool = False) -> Notice:
        """Add a notification; one that collapses replaces the unread one of its topic."""
        if kind in COLLAPSED and post is not None:
            self.notices = [
                one
                for one in self.notices
                if one.read or one.type not in COLLAPSED or one.post is None or one.post.topic is not post.topic
            ]
        notice = Notice(self.number(), kind, post, self.now(), read)
        self.notices.append(notice)
        return notice

    def at(self, topic: Topic, number: int | None) -> Post | None:
        """Return the post with a number in a topic."""
        return next((one for one in topic.posts if one.number == number), None)

    def sees(self, topic: Topic) -> bool:
        """Whether the brand takes part in a topic or anybody may read it."""
        return not topic.private or self.brand.id in topic.members

    def edit(self, post: Post, raw: str) -> None:
        """Change a post's words."""
        post.raw = raw
        post.version += 1
        post.updated_at = self.now()

    def delete(self, post: Post) -> None:
        """Take a post away; its notifications go with it."""
        post.deleted = True
        self.notices = [one for one in self.notices if one.post is not post]
        # Where it was the newest of a watched topic, the one before is told of by nothing any more.

    def hold(self, author: User, raw: str, topic: Topic | None) -> Reviewable:
        """Put a post into the review queue before anybody has seen it."""
        held = Reviewable(self.number(), QUEUED, author, raw, self.now(), topic)
        self.reviewables[held.id] = held
        return held

    def flag(self, post: Post, kind: int = SPAM_FLAG) -> Reviewable:
        """Let somebody flag a post, which the forum then hides."""
        flagged = Reviewable(self.number(), FLAGGED, post.author, post.raw, self.now(), post.topic, post, kind)
        self.reviewables[flagged.id] = flagged
        post.hidden = True
        return flagged
