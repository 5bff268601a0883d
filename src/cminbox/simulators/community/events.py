"""What happens in the community, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cminbox.domain.message import Kind

MASTODON = "mastodon"
BLUESKY = "bluesky"
RELAY = "relay"
NETWORKS = (MASTODON, BLUESKY, RELAY)


class Tone(StrEnum):
    """What a message is about, or how it is meant."""

    QUESTION = "question"
    ORDER = "order"
    PRAISE = "praise"
    COMPLAINT = "complaint"
    CRISIS = "crisis"
    SPAM = "spam"
    INSULT = "insult"
    HOSTILE = "hostile"
    """Terminal escapes, text that runs backwards, piles of accents, orders to machines."""
    JOB = "job"
    PRESS = "press"
    REVIEW = "review"
    LETTER = "letter"
    """Written like an e-mail, in several paragraphs and with a name below, in the shop's contact form."""
    THANKS = "thanks"
    OURS = "ours"
    """What the brand itself says: its posts, and answers that it gave from elsewhere."""


@dataclass(frozen=True, slots=True)
class Writer:
    """An author in the form of the network on which he writes; `handle` has no leading @."""

    handle: str
    name: str
    followers: int


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody writes something. `at` is UTC milliseconds; `author` is None for the brand itself.

    `key` is the community's own name of the message and the same for a seed; `under` is the key of what it answers,
    and `talk` names the exchange that it belongs to. A post of ours is under nothing.
    """

    key: str
    at: int
    network: str
    kind: Kind
    tone: Tone
    lang: str
    author: Writer | None
    text: str
    talk: str
    under: str | None = None
    rating: int | None = None
