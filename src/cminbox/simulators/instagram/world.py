"""What Instagram keeps of one account: its media, comments, mentions elsewhere, private exchanges, and their people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT_ID = "17841400000000001"
SCOPED_ID = "9988776655"
"""The id that the account's own app is shown first: nothing stands under it."""
PAGE_ID = "104201"
DAY_MS = 24 * 3600 * 1000
_FIRST = 17_900_000_000_000_000
_FACEBOOK = {"User": "IGUser", "Media": "IGMedia", "Comment": "IGComment"}
"""How the types are called behind the other login."""


@dataclass(slots=True, eq=False)
class Person:
    """Somebody, by the id that this account knows; of a `nameless` one nothing is told."""

    id: str
    username: str
    nameless: bool = False


@dataclass(slots=True, eq=False)
class Media:
    """A post: our own, or somebody's in which we are "tagged", "mentioned" in the caption, or of no concern."""

    id: str
    author: Person
    caption: str
    created_at: int
    why: str = ""
    live: bool = False


@dataclass(slots=True, eq=False)
class Comment:
    """A comment; `parent` is the id of the comment of the first level above it."""

    id: str
    media: Media
    parent: str | None
    author: Person
    text: str
    created_at: int
    hidden: bool = False
    private_reply: bool = False
    mentions: bool = False


@dataclass(slots=True, eq=False)
class Letter:
    """A private message; `partner` is the person on the other side."""

    id: str
    partner: Person
    author: Person
    text: str
    created_at: int
    tag: str = ""


@dataclass(slots=True, eq=False)
class Exchange:
    """All private messages with one person."""

    id: str
    partner: Person
    letters: list[Letter] = field(default_factory=list)
    seen: bool = False


class World:
    """One account and everybody who wrote to it; `login` is "instagram" or "facebook"."""

    def __init__(self, now: Callable[[], int], username: str, login: str) -> None:
        self.now = now
        self.login = login
        self.us = Person(ACCOUNT_ID, username)
        self.people: dict[str, Person] = {ACCOUNT_ID: self.us}
        self.media: dict[str, Media] = {}
        self.comments: dict[str, Comment] = {}
        self.exchanges: dict[str, Exchange] = {}
        self.letters: dict[str, Letter] = {}
        self.kinds: dict[str, str] = {ACCOUNT_ID: self.kind("User"), "refresh_access_token": "RefreshAccessToken"}
        """The type of everything that ever existed, by id."""
        if login == "facebook":
            self.kinds |= {PAGE_ID: "Page", "me": "Page"}
        else:
            self.kinds |= {SCOPED_ID: "User", "me": "User"}
        self._last = _FIRST

    def kind(self, name: str) -> str:
        """Return what a type is called behind this login."""
        return _FACEBOOK.get(name, name) if self.login == "facebook" else name

    def number(self) -> str:
        """Return an id that nothing has."""
        self._last += 1
        return str(self._last)

    def add_person(self, username: str, *, nameless: bool = False) -> Person:
        """Let somebody be known; the same name gives the same person."""
        for person in self.people.values():
            if person.username == username:
                return person
        person = Person(self.number()[-12:], username, nameless)
        self.people[person.id] = person
        return person

    def publish(self, author: Person, caption: str, why: str = "", created_at: int | None = None) -> Media:
        """Put up a post."""
        media = Media(self.number(), author, caption, self.now() if created_at is None else created_at, why)
        self.media[media.id] = media
        self.kinds[media.id] = self.kind("Media")
        return media

    def comment(self, author: Person, text: str, target: Media | Comment, created_at: int | None = None) -> Comment:
        """Write a comment; one under a comment of the second level comes to stand beside it."""
        media, parent = (target, None) if isinstance(target, Media) else (target.media, target.parent or target.id)
        moment = self.now() if created_at is None else created_at
        comment = Comment(self.number(), media, parent, author, text, moment)
        self.comments[comment.id] = comment
        self.kinds[comment.id] = self.kind("Comment")
        return comment

    def write(self, partner: Person, author: Person, text: str, created_at: int | None = None, tag: str = "") -> Letter:
        """Write a private message."""
        exchange = self.exchange(partner)
        letter = Letter(
            f"aWdfZAG{self.number()}ZD", partner, author, text, self.now() if created_at is None else created_at, tag
        )
        exchange.letters.append(letter)
        exchange.seen = False
        self.letters[letter.id] = letter
        self.kinds[letter.id] = "Message"
        return letter

    def exchange(self, partner: Person) -> Exchange:
        """Return the exchange with a person, begun when first needed."""
        if partner.id not in self.exchanges:
            exchange = Exchange(f"aWdfdGhyZAWQ6{self.number()}", partner)
            self.exchanges[partner.id] = exchange
            self.kinds[exchange.id] = "Thread"
        return self.exchanges[partner.id]

    def remove(self, thing: Media | Comment | Letter) -> None:
        """Take something away, with what stands below it."""
        match thing:
            case Letter():
                del self.letters[thing.id]
                self.exchanges[thing.partner.id].letters.remove(thing)
            case Comment():
                for one in (thing, *self.below(thing)):
                    self.comments.pop(one.id, None)
            case Media():
                del self.media[thing.id]
                for one in [one for one in self.comments.values() if one.media is thing]:
                    del self.comments[one.id]

    def below(self, owner: Media | Comment) -> list[Comment]:
        """Return the comments of the first level under a post, or all under a comment; oldest first."""
        if isinstance(owner, Media):
            return [one for one in self.comments.values() if one.media is owner and one.parent is None]
        return [one for one in self.comments.values() if one.parent == owner.id]

    def counted(self, media: Media) -> int:
        """Return how many comments a post has, answers included."""
        return sum(1 for one in self.comments.values() if one.media is media)
