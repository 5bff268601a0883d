"""What is offered for a conversation: canned replies as they would be sent in it, the best first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from cminbox.domain.canned import CannedReply, Fault
    from cminbox.store.picks import Picked
    from cminbox.suggestions.filling import Blank


@dataclass(frozen=True, slots=True)
class Option:
    """A canned reply as it would be sent in one conversation. `score` is from 0 to 1, None where it was searched for.

    `blanks` are the places of `text` that are still to be typed; with any it cannot be sent. `off_tone`: it addresses
    the customer in the way that is not wanted there.
    """

    reply: CannedReply
    text: str
    blanks: tuple[Blank, ...] = ()
    score: float | None = None
    off_tone: bool = False


@dataclass(frozen=True, slots=True)
class Suggested:
    """What there is for a conversation, the best first; `confident` when the first may be shown as the answer."""

    options: tuple[Option, ...] = ()
    confident: bool = False

    @property
    def express(self) -> bool:
        """Whether the first may be sent with one key: meant for that, sure, with nothing left to type or to do."""
        if not self.confident:
            return False
        first = self.options[0]
        return first.reply.express and not (first.blanks or first.reply.macro or first.reply.attachments)


NOTHING = Suggested()


@dataclass(frozen=True, slots=True)
class Shelf:
    """The library as it is, what is wrong with it, and how often each reply was picked, by its key."""

    replies: tuple[CannedReply, ...]
    faults: tuple[Fault, ...]
    picked: dict[str, Picked]
