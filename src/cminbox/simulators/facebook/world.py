"""What Facebook keeps of one Page: posts, comments, private exchanges, recommendations, and who wrote them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE_ID = "104201"
_FIRST = 5_000
DAY_MS = 24 * 3600 * 1000


@dataclass(slots=True, eq=False)
class Person:
    """Somebody, by the id that this Page knows. Of a `nameless` person the API says nothing."""

    id: str
    name: str
    nameless: bool = False
    blocked: bool = False


@dataclass(slots=True, eq=False)
class Post:
    """A post: our own ("published"), a visitor's ("visitor"), one that names us ("tagged") or a recommendation's."""

    number: int
    where: str
    author: Person
    text: str
    created_at: int
    hidden: bool = False
    liked: bool = False
    stars: str = ""
    rating: int | None = None
    photo: int | None = None
    """The number that comments under a photo bear in front instead of the post's."""

    @property
    def id(self) -> str:
        """The id: whose wall it stands on, then its number."""
        return f"{self.author.id if self.where in {'tagged', 'review'} else PAGE_ID}_{self.number}"


@dataclass(slots=True, eq=False)
class Comment:
    """A comment; `parent` is the number of the comment of the first level above it."""

    number: int
    post: Post
    parent: int | None
    author: Person
    text: str
    created_at: int
    hidden: bool = False
    liked: bool = False
    private_reply: bool = False

    @property
    def id(self) -> str:
        """The id in its long form."""
        return f"{self.post.photo or self.post.number}_{self.number}"


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
    """One Page and everybody who wrote to it."""

    def __init__(self, now: Callable[[], int], name: str) -> None:
        self.now = now
        self.page = Person(PAGE_ID, name)
        self.people: dict[str, Person] = {PAGE_ID: self.page}
        self.posts: dict[str, Post] = {}
        self.comments: dict[int, Comment] = {}
        self.exchanges: dict[str, Exchange] = {}
        self.letters: dict[str, Letter] = {}
        self.kinds: dict[str, str] = {PAGE_ID: "Page", "me": "Page"}
        """The type of everything that ever existed, by id."""
        self._last = _FIRST

    def number(self) -> int:
        """Return a number that nothing has."""
        self._last += 1
        return self._last

    def add_person(self, name: str, *, nameless: bool = False) -> Person:
        """Let somebody be known; the same name gives the same person."""
        for person in self.people.values():
            if person.name == name:
                return person
        person = Person(str(9_000_000_000 + self.number()), name, nameless)
        self.people[person.id] = person
        self.kinds[person.id] = "Profile"
        return person

    def publish(self, where: str, author: Person, text: str, created_at: int | None = None) -> Post:
        """Write a post."""
        post = Post(self.number(), where, author, text, self.now() if created_at is None else created_at)
        self.posts[post.id] = post
        self.kinds[post.id] = "PagePost"
        return post

    def comment(self, author: Person, text: str, target: Post | Comment, created_at: int | None = None) -> Comment:
        """Write a comment; one under a comment of the second level comes to stand beside it."""
        post, parent = (target, None) if isinstance(target, Post) else (target.post, target.parent or target.number)
        moment = self.now() if created_at is None else created_at
        comment = Comment(self.number(), post, parent, author, text, moment)
        self.comments[comment.number] = comment
        self.kinds[comment.id] = self.kinds[str(comment.number)] = "Comment"
        return comment

    def write(self, partner: Person, author: Person, text: str, created_at: int | None = None, tag: str = "") -> Letter:
        """Write a private message."""
        exchange = self.exchange(partner)
        moment = self.now() if created_at is None else created_at
        letter = Letter(f"m_{self.number()}aZ", partner, author, text, moment, tag)
        exchange.letters.append(letter)
        exchange.seen = False
        self.letters[letter.id] = letter
        self.kinds[letter.id] = "Message"
        return letter

    def exchange(self, partner: Person) -> Exchange:
        """Return the exchange with a person, begun when first needed."""
        if partner.id not in self.exchanges:
            exchange = Exchange(f"t_{self.number()}", partner)
            self.exchanges[partner.id] = exchange
            self.kinds[exchange.id] = "Thread"
        return self.exchanges[partner.id]

    def remove(self, thing: Post | Comment | Letter) -> None:
        """Take something away, with what stands below it."""
        match thing:
            case Letter():
                del self.letters[thing.id]
                self.exchanges[thing.partner.id].letters.remove(thing)
            case Comment():
                below = [one for one in self.comments.values() if one.parent == thing.number]
                for comment in (thing, *below):
                    self.comments.pop(comment.number, None)
            case Post():
                del self.posts[thing.id]
                for comment in [one for one in self.comments.values() if one.post is thing]:
                    del self.comments[comment.number]

    def find_comment(self, identifier: str) -> Comment | None:
        """Return a comment by either form of its id."""
        last = identifier.rpartition("_")[2]
        comment = self.comments.get(int(last)) if last.isascii() and last.isdigit() else None
        return comment if comment is not None and identifier in {comment.id, str(comment.number)} else None

    def below(self, owner: Post | Comment) -> list[Comment]:
        """Return the comments under a post, all levels, or under a comment; oldest first."""
        if isinstance(owner, Post):
            return [one for one in self.comments.values() if one.post is owner]
        return [one for one in self.comments.values() if one.parent == owner.number]
