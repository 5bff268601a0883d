"""What exists in the simulated LinkedIn: members, posts, comments, reactions, and notifications of a Page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST = 7_094_637_247_487_000_000
_LIMIT_DAYS = 60
_DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Member:
    """A member, or an organization. A private member's profile is shown to no program."""

    urn: str
    first: str
    last: str = ""
    vanity: str = ""
    private: bool = False


@dataclass(slots=True)
class Post:
    """A post. Times are UTC milliseconds. It has two names: comments hang on its activity."""

    share: str
    activity: str
    author: Member
    text: str
    at: int
    public: bool = True
    open: bool = True
    """Whether it can be commented on."""
    readable: bool = True
    """Whether the interface for posts shows it to us."""


@dataclass(slots=True)
class Comment:
    """A comment; `parent` is the number of the one that it answers."""

    number: int
    post: Post
    author: Member
    text: str
    at: int
    parent: int | None = None
    edited_at: int | None = None
    image: str | None = None

    @property
    def urn(self) -> str:
        """The name of the comment."""
        return f"urn:li:comment:({self.post.activity},{self.number})"


@dataclass(slots=True)
class Notice:
    """A notification of the Page; `shape` overrides fields, for what no documentation names."""

    number: int
    action: str
    at: int
    post: Post
    comment: str = ""
    text: str = ""
    owner: str = ""
    shape: dict[str, object] = field(default_factory=dict)


class World:
    """All that exists. `now` gives UTC milliseconds."""

    def __init__(self, now: Callable[[], int], organization: int, name: str, vanity: str) -> None:
        self.now = now
        self.brand = Member(f"urn:li:organization:{organization}", name, vanity=vanity)
        self.members: dict[str, Member] = {self.brand.urn: self.brand}
        self.posts: list[Post] = []
        self.comments: dict[int, Comment] = {}
        self.notices: list[Notice] = []
        self.reactions: dict[tuple[str, str], tuple[str, int]] = {}
        self._number = 0
        self.post(self.brand, "Our new shop is open")

    def member(self, first: str, last: str = "", *, private: bool = False) -> Member:
        """Let somebody be known; the same name gives the same member."""
        urn = f"urn:li:person:{first.title()}-{len(first)}_x"
        vanity = f"{first}-{last}".strip("-").lower()
        return self.members.setdefault(urn, Member(urn, first, last, vanity, private))

    def post(self, author: Member, text: str, at: int | None = None, *, mentions: bool = False) -> Post:
        """Let somebody post, perhaps with a mention of the Page."""
        number = self._next()
        moment = self.now() if at is None else at
        post = Post(f"urn:li:share:{number}", f"urn:li:activity:{self._next()}", author, text, moment)
        self.posts.append(post)
        if mentions:
            self.notify("SHARE_MENTION", moment, post, text=text, owner=author.urn)
        return post

    def comment(
        self, author: Member, text: str, post: Post, parent: Comment | None = None, at: int | None = None
    ) -> Comment:
        """Let somebody comment, or answer a comment: answers to answers stand beside them."""
        moment = self.now() if at is None else at
        above = None if parent is None else parent.number if parent.parent is None else parent.parent
        made = Comment(self._next(), post, author, text, moment, above)
        self.comments[made.number] = made
        if post.author is self.brand and post.public:
            action = "ADMIN_COMMENT" if author is self.brand else "COMMENT"
            self.notify(action, moment, post, made.urn, text, author.urn)
        return made

    def edit(self, comment: Comment, text: str) -> None:
        """Let an author change a comment."""
        comment.text, comment.edited_at = text, self.now()
        if comment.post.author is self.brand:
            self.notify("COMMENT_EDIT", comment.edited_at, comment.post, comment.urn, text, comment.author.urn)

    def delete(self, comment: Comment) -> None:
        """Delete a comment with the answers to it."""
        for answer in [one for one in self.comments.values() if one.parent == comment.number]:
            self.delete(answer)
        del self.comments[comment.number]
        if comment.post.author is self.brand:
            self.notify("COMMENT_DELETE", self.now(), comment.post, comment.urn, "", comment.author.urn)

    def delete_post(self, post: Post) -> None:
        """Delete a post with all below it."""
        self.posts.remove(post)
        self.comments = {number: one for number, one in self.comments.items() if one.post is not post}

    def notify(self, action: str, at: int, post: Post, comment: str = "", text: str = "", owner: str = "") -> Notice:
        """Let the Page be notified."""
        notice = Notice(4_400_000 + self._next(), action, at, post, comment, text, owner)
        self.notices.append(notice)
        return notice

    def kept_notices(self) -> list[Notice]:
        """Return the notifications that are still kept, newest first."""
        oldest = self.now() - _LIMIT_DAYS * _DAY_MS
        kept = [notice for notice in self.notices if notice.at >= oldest]
        return sorted(kept, key=lambda notice: (notice.at, notice.number), reverse=True)

    def find_post(self, urn: str) -> Post | None:
        """Return a post by either of its names."""
        return next((post for post in self.posts if urn in {post.share, post.activity}), None)

    def find_comment(self, urn: str) -> Comment | None:
        """Return a comment by its name, with whichever name of its post."""
        thread, _, number = urn.removeprefix("urn:li:comment:(").removesuffix(")").rpartition(",")
        found = self.comments.get(int(number)) if number.isdigit() else None
        return found if found is not None and thread in {found.post.activity, found.post.share} else None

    def below(self, post: Post, parent: int | None) -> list[Comment]:
        """Return the comments below a post, or the answers to one of them, newest first."""
        found = [one for one in self.comments.values() if one.post is post and one.parent == parent]
        return sorted(found, key=lambda one: (one.at, one.number), reverse=True)

    def _next(self) -> int:
        self._number += 1
        return _FIRST + self._number
