"""What a WordPress site keeps: its people, its posts and products, and what was written below them."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

APPROVED = "approved"
HELD = "hold"
SPAM = "spam"
TRASH = "trash"
POST, PRODUCT = "post", "product"
ROLES = {
    "administrator": frozenset({"moderate_comments", "edit_posts", "read"}),
    "editor": frozenset({"moderate_comments", "edit_posts", "read"}),
    "author": frozenset({"edit_posts", "read"}),
    "subscriber": frozenset({"read"}),
}


@dataclass(slots=True, eq=False)
class Person:
    """Somebody who writes; a guest has the number 0."""

    id: int
    name: str
    role: str = "subscriber"
    password: str = ""

    @property
    def email(self) -> str:
        """The address that he gave."""
        return f"{self.name}@example.test"

    def may(self, capability: str) -> bool:
        """Whether his role has a capability."""
        return capability in ROLES[self.role]


@dataclass(slots=True, eq=False)
class Post:
    """A post, or a product of the shop."""

    id: int
    type: str
    is_open: bool = True


@dataclass(slots=True, eq=False)
class Comment:
    """A comment or a review, as the database holds it: `raw` is HTML. Times are UTC milliseconds."""

    id: int
    post: Post
    author: Person
    raw: str
    at: int
    parent: int = 0
    status: str = APPROVED
    type: str = "comment"
    rating: int | None = None
    is_odd: bool = False

    @property
    def text(self) -> str:
        """The words as they were typed."""
        return html.unescape(self.raw)


@dataclass(slots=True)
class World:
    """One site. `now` is its clock, UTC milliseconds."""

    now: Callable[[], int]
    people: dict[str, Person] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    below: dict[int, list[int]] = field(default_factory=dict)
    _number: int = 0

    def add_user(self, name: str, role: str, password: str = "") -> Person:
        """Let somebody have an account on the site."""
        person = Person(len(self.people) + 1, name, role, password)
        self.people[name] = person
        return person

    def add_post(self, kind: str = POST) -> Post:
        """Publish a post or a product."""
        post = Post(len(self.posts) + 1, kind)
        self.posts[post.id] = post
        return post

    def write(
        self,
        author: Person,
        raw: str,
        post: Post,
        *,
        parent: int = 0,
        at: int | None = None,
        status: str = APPROVED,
        rating: int | None = None,
    ) -> Comment:
        """Keep a comment; with a rating, a review."""
        self._number += 1
        kind = "comment" if rating is None else "review"
        moment = self.now() if at is None else at
        comment = Comment(self._number, post, author, raw, moment // 1000 * 1000, parent, status, kind, rating)
        self.comments[comment.id] = comment
        self.below.setdefault(parent, []).append(comment.id)
        return comment

    def children(self, identifier: int) -> list[Comment]:
        """Return what answers a comment."""
        return [self.comments[one] for one in self.below.get(identifier, ()) if one in self.comments]

    def delete(self, identifier: int) -> None:
        """Delete a comment for good; its answers move up to what it answered."""
        gone = self.comments.pop(identifier)
        for child in self.children(identifier):
            child.parent = gone.parent
            self.below.setdefault(gone.parent, []).append(child.id)
        self.below.pop(identifier, None)
