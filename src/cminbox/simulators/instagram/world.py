"""What Instagram keeps of one account: its media, comments, mentions elsewhere, private exchanges, and their people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.simulators.graph_letters import Correspondence, Letter, Person

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT_ID = "17841400000000001"
SCOPED_ID = "9988776655"
"""The id that the account's own app is shown first: nothing stands under it."""
PAGE_ID = "104201"
_FIRST = 17_900_000_000_000_000
_FACEBOOK = {"User": "IGUser", "Media": "IGMedia", "Comment": "IGComment"}
"""How the types are called behind the other login."""


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


class World(Correspondence):
    """One account and everybody who wrote to it; `login` is "instagram" or "facebook"."""

    def __init__(self, now: Callable[[], int], username: str, login: str) -> None:
        us = Person(ACCOUNT_ID, username)
        super().__init__(now, us, _FIRST, exchange_form="aWdfdGhyZAWQ6{}", letter_form="aWdfZAG{}ZD")
        self.login = login
        self.media: dict[str, Media] = {}
        self.comments: dict[str, Comment] = {}
        self.kinds |= {ACCOUNT_ID: self.kind("User"), "refresh_access_token": "RefreshAccessToken"}
        if login == "facebook":
            self.kinds |= {PAGE_ID: "Page", "me": "Page"}
        else:
            self.kinds |= {SCOPED_ID: "User", "me": "User"}

    def kind(self, name: str) -> str:
        """Return what a type is called behind this login."""
        return _FACEBOOK.get(name, name) if self.login == "facebook" else name

    def person_id(self) -> str:
        """Return the id of somebody who becomes known: those of persons are shorter than those of media."""
        return str(self.number())[-12:]

    def publish(self, author: Person, caption: str, why: str = "", created_at: int | None = None) -> Media:
        """Put up a post, at `created_at` (UTC milliseconds) or now; for `why` see `Media`."""
        media = Media(str(self.number()), author, caption, self.moment(created_at), why)
        self.media[media.id] = media
        self.kinds[media.id] = self.kind("Media")
        return media

    def comment(self, author: Person, text: str, target: Media | Comment, created_at: int | None = None) -> Comment:
        """Write a comment; one under a comment of the second level comes to stand beside it."""
        media, parent = (target, None) if isinstance(target, Media) else (target.media, target.parent or target.id)
        comment = Comment(str(self.number()), media, parent, author, text, self.moment(created_at))
        self.comments[comment.id] = comment
        self.kinds[comment.id] = self.kind("Comment")
        return comment

    def remove(self, thing: Media | Comment | Letter) -> None:
        """Take something away, with what stands below it."""
        match thing:
            case Letter():
                self.drop(thing)
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
