"""What Facebook keeps of one Page: posts, comments, private exchanges, recommendations, and who wrote them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.simulators.graph_letters import Correspondence, Letter, Person

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE_ID = "104201"
_FIRST = 5_000


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


class World(Correspondence):
    """One Page and everybody who wrote to it."""

    def __init__(self, now: Callable[[], int], name: str) -> None:
        super().__init__(now, Person(PAGE_ID, name), _FIRST, exchange_form="t_{}", letter_form="m_{}aZ")
        self.posts: dict[str, Post] = {}
        self.comments: dict[int, Comment] = {}
        self.kinds |= {PAGE_ID: "Page", "me": "Page"}

    def person_id(self) -> str:
        """Return the id of somebody who becomes known: those of persons are longer than those of posts."""
        identifier = str(9_000_000_000 + self.number())
        self.kinds[identifier] = "Profile"
        return identifier

    def publish(self, where: str, author: Person, text: str, created_at: int | None = None) -> Post:
        """Write a post, at `created_at` (UTC milliseconds) or now; for `where` see `Post`."""
        post = Post(self.number(), where, author, text, self.moment(created_at))
        self.posts[post.id] = post
        self.kinds[post.id] = "PagePost"
        return post

    def comment(self, author: Person, text: str, target: Post | Comment, created_at: int | None = None) -> Comment:
        """Write a comment; one under a comment of the second level comes to stand beside it."""
        post, parent = (target, None) if isinstance(target, Post) else (target.post, target.parent or target.number)
        comment = Comment(self.number(), post, parent, author, text, self.moment(created_at))
        self.comments[comment.number] = comment
        self.kinds[comment.id] = self.kinds[str(comment.number)] = "Comment"
        return comment

    def remove(self, thing: Post | Comment | Letter) -> None:
        """Take something away, with what stands below it."""
        match thing:
            case Letter():
                self.drop(thing)
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
