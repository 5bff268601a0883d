"""What YouTube keeps of one channel: its videos, the comments on them, its live chats, and who wrote them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PUBLISHED = "published"
HELD = "heldForReview"
SPAM = "likelySpam"
REJECTED = "rejected"


@dataclass(slots=True, eq=False)
class Viewer:
    """Somebody with a channel, thus with a voice. `nameless` is what a closed channel leaves: no id, no name."""

    id: str
    handle: str
    banned: bool = False
    nameless: bool = False


@dataclass(slots=True, eq=False)
class Comment:
    """A comment or a reply. Times are UTC milliseconds; `parent` is the comment at the top, None there."""

    id: str
    number: int
    author: Viewer
    text: str
    at: int
    video: str | None
    parent: str | None = None
    status: str = PUBLISHED
    edited_at: int | None = None
    image: str | None = None


@dataclass(slots=True, eq=False)
class ChatMessage:
    """A message of a live chat. `about` is the id of the message, or of the person, that an event speaks of."""

    id: str
    number: int
    author: Viewer
    text: str
    at: int
    type: str = "textMessageEvent"
    amount: str = ""
    about: str = ""


@dataclass(slots=True, eq=False)
class Chat:
    """A live chat: open while its stream runs."""

    id: str
    video: str
    title: str
    messages: list[ChatMessage] = field(default_factory=list)
    ended_at: int | None = None
    banned: set[str] = field(default_factory=set)


class World:
    """One channel of a brand, and everybody who speaks there. Times are UTC milliseconds."""

    def __init__(self, now: Callable[[], int], brand: str, title: str) -> None:
        self.now = now
        self.title = title
        self.viewers: dict[str, Viewer] = {}
        self.comments: dict[str, Comment] = {}
        self.chats: dict[str, Chat] = {}
        self.videos = ["vid-00000001"]
        self._below: dict[str, list[Comment]] = {}
        self._number = 0
        self.brand = self.add_viewer(brand)

    def add_viewer(self, handle: str) -> Viewer:
        """Let somebody be known; the same handle gives the same person."""
        known = next((one for one in self.viewers.values() if one.handle == handle), None)
        if known is not None:
            return known
        viewer = Viewer(f"UC{len(self.viewers) + 1:022d}", handle)
        self.viewers[viewer.id] = viewer
        return viewer

    def comment(
        self,
        author: Viewer,
        text: str,
        *,
        under: str | None = None,
        at: int | None = None,
        status: str = PUBLISHED,
        video: str | None = "",
    ) -> Comment:
        """Let somebody comment on a video ("" is the newest one, None none), or reply below a comment."""
        parent = None if under is None else self.top_of(under)
        number = self._next()
        own = f"{number:022d}"
        identifier = f"Ug{own}AaABAg" if parent is None else f"{parent.id}.{own}"
        place = parent.video if parent is not None else (video or self.videos[-1] if video is not None else None)
        moment = self.now() if at is None else at
        comment = Comment(
            identifier, number, author, text, moment, place, None if parent is None else parent.id, status
        )
        self.comments[comment.id] = comment
        if parent is not None:
            self._below.setdefault(parent.id, []).append(comment)
        return comment

    def top_of(self, identifier: str) -> Comment:
        """Return the comment at the top of the thread of another. Raises KeyError when it is gone."""
        comment = self.comments[identifier]
        return comment if comment.parent is None else self.comments[comment.parent]

    def replies(self, identifier: str) -> list[Comment]:
        """Return what stands below a comment, oldest first."""
        return sorted(self._below.get(identifier, ()), key=lambda comment: (comment.at, comment.number))

    def delete(self, identifier: str) -> None:
        """Delete a comment, with all that stands below it."""
        for reply in self.replies(identifier):
            del self.comments[reply.id]
        gone = self.comments.pop(identifier)
        self._below.pop(identifier, None)
        if gone.parent is not None:
            self._below[gone.parent].remove(gone)

    def go_live(self, title: str = "Live") -> Chat:
        """Let a stream of the brand begin."""
        number = self._next()
        chat = Chat(f"Cg0KC{number:020d}", f"live-{number:06d}", title)
        self.chats[chat.id] = chat
        return chat

    def chat(self, chat: Chat, author: Viewer, text: str, *, kind: str = "textMessageEvent", about: str = "",
             amount: str = "", at: int | None = None) -> ChatMessage:  # fmt: skip
        """Let something happen in a live chat."""
        number = self._next()
        moment = self.now() if at is None else at
        message = ChatMessage(f"LCC.{number:024d}", number, author, text, moment, kind, amount, about)
        chat.messages.append(message)
        return message

    def end(self, chat: Chat) -> None:
        """Let a stream end."""
        chat.ended_at = self.now()

    def _next(self) -> int:
        self._number += 1
        return self._number
