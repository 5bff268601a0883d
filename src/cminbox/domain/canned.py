"""Canned replies: reusable answers, kept as one text file each."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from cminbox.domain.conversation import Priority
    from cminbox.domain.message import Kind
    from cminbox.domain.saying import Saying


class Source(StrEnum):
    """Whose reply it is: one agent's, the workspace's, or one that came with the program."""

    PERSONAL = "personal"
    WORKSPACE = "workspace"
    STARTER = "starter"


class Tone(StrEnum):
    """How French addresses the customer."""

    TU = "tu"
    VOUS = "vous"


@dataclass(frozen=True, slots=True)
class Macro:
    """What a reply does beside answering; what is None or empty stays as it is. `done` closes the conversation."""

    tags: tuple[str, ...] = ()
    assign: str | None = None
    snooze_seconds: int | None = None
    priority: Priority | None = None
    done: bool = False

    def __bool__(self) -> bool:
        """Whether it does anything."""
        return self != Macro()


NOTHING = Macro()


@dataclass(frozen=True, slots=True)
class Variant:
    """Other words of the same reply for some networks."""

    networks: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A reusable answer. `id` is its file's stem, `lang` an ISO 639 code, None when nothing tells the language.

    Empty `networks` and `kinds` mean all of them, empty `stars` (1 to 5) reviews with any number of stars. `examples`
    are messages that it answers. `express` allows it to be sent with one key. `expires` is its last day. `attachments`
    are names of files beside `file`, for whoever sends it by hand: cminbox sends none. Every text in it is safe to
    show; `body` and those of `variants` have several lines and placeholders.
    """

    id: str
    lang: str | None
    title: str
    body: str
    source: Source
    file: Path
    shortcut: str = ""
    tags: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    examples: tuple[str, ...] = ()
    tone: Tone | None = None
    networks: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    stars: tuple[int, ...] = ()
    express: bool = False
    expires: date | None = None
    attachments: tuple[str, ...] = ()
    macro: Macro = NOTHING

    @property
    def key(self) -> str:
        """What it is called across languages, such as `en/order-status`; unique in a library."""
        return f"{self.lang}/{self.id}" if self.lang else self.id

    def text_for(self, network: str) -> str:
        """Return the body, in the words meant for a network where it has some of its own."""
        return next((variant.body for variant in self.variants if network in variant.networks), self.body)

    def fits(self, network: str, kind: Kind, today: date, rating: int | None = None) -> bool:
        """Whether it may answer this kind of conversation on this network today; `rating` are the stars of a review."""
        return (
            (not self.networks or network in self.networks)
            and (not self.kinds or kind in self.kinds)
            and (not self.stars or rating is None or rating in self.stars)
            and not self.expired(today)
        )

    def expired(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.expires is not None and self.expires < today


class FaultKind(StrEnum):
    """What is wrong with a file of the library."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"
    NOT_UTF8 = "not-utf-8"
    LINK_OUT = "link-out"
    NO_FRONT_MATTER = "no-front-matter"
    BROKEN_FRONT_MATTER = "broken-front-matter"
    WRONG_VALUE = "wrong-value"
    MISSING = "missing"
    UNKNOWN_KEY = "unknown-key"
    NO_BODY = "no-body"
    HIDDEN_CHARACTERS = "hidden-characters"
    TWICE = "twice"
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with one file, where (`line` counts from 1), and the mend. The other files keep working.

    `left_out` says that the file's reply is not in the library; else it is, without what was wrong.
    """

    kind: FaultKind
    file: Path
    line: int | None
    sentence: Saying
    mend: Saying
    left_out: bool = True
