"""What Threads keeps: posts and answers of everybody, containers that were prepared, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT_ID = "7700000000000001"
DAY_MS = 24 * 3600 * 1000
_FIRST = 18_000_000_000_000_000


@dataclass(slots=True, eq=False)
class Post:
    """A post, or an answer to one: `above` is what it answers, `root` the post at the top.

    `approval` is "pending" or "ignored" while it waits for ours, `approvals` whether answers to it have to.
    """

    id: str
    author: str
    text: str
    created_at: int
    above: Post | None = None
    hidden: bool = False
    mentions: bool = False
    approval: str = ""
    approvals: bool = False
    nameless: bool = False

    @property
    def root(self) -> Post:
        """The post at the top of the thread."""
        post = self
        while post.above is not None:
            post = post.above
        return post


@dataclass(slots=True, eq=False)
class Container:
    """Something that was prepared. `status` is as the API names it; `slow` asks of it find it still in progress."""

    id: str
    text: str
    to: Post | None
    created_at: int
    status: str = "FINISHED"
    slow: int = 0
    post: Post | None = None


class World:
    """One account and everybody who wrote. Times are UTC milliseconds."""

    def __init__(self, now: Callable[[], int], username: str) -> None:
        self.now = now
        self.us = username
        self.posts: dict[str, Post] = {}
        self.containers: dict[str, Container] = {}
        self.kinds: dict[str, str] = {"me": "User", ACCOUNT_ID: "User", "refresh_access_token": "RefreshAccessToken"}
        """The type of everything that ever existed, by id."""
        self._last = _FIRST

    def number(self) -> str:
        """Return an id that nothing has."""
        self._last += 1
        return str(self._last)

    def publish(self, author: str, text: str, above: Post | None = None, created_at: int | None = None) -> Post:
        """Write a post or an answer."""
        post = Post(self.number(), author, text, self.now() if created_at is None else created_at, above)
        self.posts[post.id] = post
        self.kinds[post.id] = "Media"
        return post

    def prepare(self, text: str, to: Post | None) -> Container:
        """Prepare something that can be published within a day."""
        container = Container(self.number(), text, to, self.now())
        self.containers[container.id] = container
        self.kinds[container.id] = "Container"
        return container

    def status(self, container: Container) -> str:
        """Return how far a container is; asking brings a slow one forward."""
        if container.status == "FINISHED" and self.now() - container.created_at >= DAY_MS:
            container.status = "EXPIRED"
        if container.slow > 0:
            container.slow -= 1
            return "IN_PROGRESS"
        return container.status

    def remove(self, post: Post) -> None:
        """Take a post away; what stands below it stays, as there."""
        del self.posts[post.id]

    def below(self, owner: Post) -> list[Post]:
        """Return all that stands below a post, of every depth, oldest first; not what waits for an approval."""
        found = []
        for post in self.posts.values():
            above = post.above
            while above is not None and above is not owner:
                above = above.above
            if above is owner and not post.approval:
                found.append(post)
        return found

    def published_since(self, moment: int, *, answers: bool) -> int:
        """Return how many posts, or answers, of ours there were since a moment."""
        ours = (post for post in self.posts.values() if post.author == self.us and post.created_at > moment)
        return sum((post.above is not None) == answers for post in ours)
