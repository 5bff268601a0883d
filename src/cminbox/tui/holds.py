"""Replies that wait for the end of their undo window on this screen, and what this screen can undo."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from cminbox.domain.reply import StoredReply

_REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class Undoable:
    """One step that `u` takes back: the events of an act, a reply on its way, or what was asked of networks.

    `what` is a sentence for a person, `title` names the act alone, `at` is when it was done (UTC milliseconds).
    """

    what: str
    events: tuple[int, ...] = ()
    reply_id: int | None = None
    asked: tuple[int, ...] = ()
    at: int = 0
    replies: tuple[int, ...] = ()
    """Several replies that were sent as one; those that have gone out meanwhile stay out."""
    title: str = ""


@dataclass(slots=True)
class History:
    """What was done at this screen, the newest last."""

    steps: list[Undoable] = field(default_factory=list)

    def add(self, step: Undoable) -> None:
        """Remember a step."""
        self.steps.append(step)
        del self.steps[:-_REMEMBERED]

    def take(self, step: Undoable) -> None:
        """Forget one step, wherever it stands."""
        self.steps = [one for one in self.steps if one is not step]

    def forget_reply(self, reply_id: int) -> None:
        """Forget a reply that can no longer be taken back; what was done besides still can."""
        left = [replace(step, reply_id=None) if step.reply_id == reply_id else step for step in self.steps]
        left = [
            replace(step, replies=tuple(one for one in step.replies if one != reply_id))
            if reply_id in step.replies
            else step
            for step in left
        ]
        self.steps = [step for step in left if step.reply_id is not None or step.replies or step.events or step.asked]


@dataclass(slots=True)
class Holds:
    """Replies held at this screen, by id, with the end of their hold (UTC milliseconds)."""

    until: dict[int, int] = field(default_factory=dict)
    _lengths: dict[int, int] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many are held."""
        return len(self.until)

    def add(self, reply: StoredReply) -> None:
        """Take a reply on whose hold this screen has to end."""
        if reply.hold_until is not None:
            self.until[reply.id] = reply.hold_until
            self._lengths[reply.id] = reply.hold_until - (reply.decided_at or reply.hold_until)

    def drop(self, reply_id: int) -> None:
        """Forget a reply: it was released or taken back."""
        self.until.pop(reply_id, None)
        self._lengths.pop(reply_id, None)

    def ended(self, now: int) -> list[int]:
        """Return the replies whose hold has run out. A clock that was set back makes no hold longer than it was."""
        for reply_id, length in self._lengths.items():
            self.until[reply_id] = min(self.until[reply_id], now + length)
        return [reply_id for reply_id, until in self.until.items() if until <= now]

    def seconds_left(self, now: int) -> int:
        """Return the whole seconds until the first one goes out, at least 1 while there is one."""
        return max(1, -(-(min(self.until.values()) - now) // 1000)) if self.until else 0
