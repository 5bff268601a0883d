"""What X keeps of one brand: its posts, those of others around them, and its private messages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

EPOCH_MS = 1_288_834_974_657
_SHIFT = 22
_HANDLE = re.compile(r"(?<!\w)@(\w{1,15})")


@dataclass(slots=True, eq=False)
class User:
    """Somebody with an account. `protected` ones show their posts to nobody."""

    id: str
    handle: str
    name: str
    protected: bool = False


@dataclass(slots=True, eq=False)
class Post:
    """A post. `versions` are the ids of its history with the text of each, oldest first. Times are UTC milliseconds."""

    versions: dict[str, str]
    author: User
    at: int
    conversation: str
    replied_to: str | None = None
    quotes: str | None = None
    called: tuple[User, ...] = ()
    """Whom X names in front of an answer: everybody who takes part."""
    withheld: tuple[str, ...] = ()
    photo: str | None = None
    hidden: bool = False
    shares: str | None = None

    @property
    def id(self) -> str:
        """The first id of its history."""
        return next(iter(self.versions))

    @property
    def latest(self) -> str:
        """The last id of its history."""
        return next(reversed(self.versions))


@dataclass(frozen=True, slots=True)
class Event:
    """A private message, or something else that happened in an exchange."""

    id: str
    conversation: str
    sender: User
    text: str
    at: int
    type: str = "MessageCreate"


@dataclass(slots=True)
class World:
    """The brand and everybody around it. `now` gives UTC milliseconds."""

    now: Callable[[], int]
    users: dict[str, User] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    muted: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    strange: list[dict[str, object]] = field(default_factory=list)
    """Items of no known shape, shown at the top of the mentions."""
    _number: int = 0
    _named: dict[str, User] = field(default_factory=dict)

    def user(self, handle: str, name: str = "") -> User:
        """Return the person of a handle; whoever is not known yet comes into being."""
        known = self._named.get(handle.casefold())
        if known is not None:
            return known
        user = User(str(4_000_000 + len(self.users)), handle, name or handle.title())
        self.users[user.id] = self._named[handle.casefold()] = user
        return user

    def next_id(self, at: int | None = None) -> str:
        """Give out an id; it holds an instant, now unless told."""
        self._number += 1
        moment = self.now() if at is None else at
        return str(((moment - EPOCH_MS) << _SHIFT) + self._number)

    def post(
        self, author: User, text: str, *, under: str | None = None, quotes: str | None = None, at: int | None = None
    ) -> Post:
        """Let somebody post, or answer a post."""
        moment = self.now() if at is None else at
        identifier = self.next_id(moment)
        above = None if under is None else self.find(under)
        called: tuple[User, ...] = ()
        if above is not None:
            called = tuple(dict.fromkeys(one for one in (above.author, *above.called) if one is not author))
        made = Post(
            versions={identifier: text},
            author=author,
            at=moment,
            conversation=identifier if above is None else above.conversation,
            replied_to=None if above is None else above.latest,
            quotes=quotes,
            called=called,
        )
        self.posts[identifier] = made
        return made

    def find(self, identifier: str) -> Post:
        """Return a post by any id of its history. Raises KeyError."""
        found = self.get(identifier)
        if found is None:
            raise KeyError(identifier)
        return found

    def get(self, identifier: str) -> Post | None:
        """Return a post by any id of its history, None when there is none."""
        if identifier in self.posts:
            return self.posts[identifier]
        return next((post for post in self.posts.values() if identifier in post.versions), None)

    def edit(self, identifier: str, text: str) -> str:
        """Let an author change a post; return the id of its new version."""
        version = self.next_id()
        self.find(identifier).versions[version] = text
        return version

    def delete(self, identifier: str) -> None:
        """Delete a post with all of its versions."""
        del self.posts[self.find(identifier).id]

    def mentioned(self, post: Post) -> list[User]:
        """Return whom a post names: in its text, or because it answers them."""
        text = next(reversed(post.versions.values()))
        handles = [name.casefold() for name in _HANDLE.findall(text)] if "@" in text else []
        return list(dict.fromkeys([*post.called, *(self._named[name] for name in handles if name in self._named)]))

    def write(self, sender: User, text: str, conversation: str, at: int | None = None) -> Event:
        """Let somebody write a private message."""
        moment = self.now() if at is None else at
        event = Event(self.next_id(moment), conversation, sender, text, moment)
        self.events.append(event)
        return event


def between(one: User, other: User) -> str:
    """Return the id of the exchange of two people."""
    low, high = sorted((one, other), key=lambda user: int(user.id))
    return f"{low.id}-{high.id}"
