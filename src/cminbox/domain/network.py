"""What a network can do and how it counts, as data that screens, the outbox and the documentation read alike."""

from __future__ import annotations

from dataclasses import field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.domain.message import Kind


class Capability(StrEnum):
    """Something a network may or may not offer. A method is written if and only if its capability is declared."""

    COMMENTS = "comments"
    MENTIONS = "mentions"
    DMS = "dms"
    REVIEWS = "reviews"
    THREAD = "thread"
    REPLY = "reply"
    FIND_SENT = "find_sent"
    HIDE = "hide"
    UNHIDE = "unhide"
    DELETE = "delete"
    LIKE = "like"
    UNLIKE = "unlike"
    BOOST = "boost"
    UNBOOST = "unboost"
    BLOCK = "block"
    MUTE = "mute"
    UNMUTE = "unmute"
    REPORT = "report"
    MARK_READ = "mark_read"
    APPROVE = "approve"
    STREAM = "stream"
    SEARCH = "search"


READS = frozenset({Capability.COMMENTS, Capability.MENTIONS, Capability.DMS, Capability.REVIEWS})
"""Capabilities that say what `fetch` brings; every other one is a method of the same name."""


class Unit(StrEnum):
    """How a network counts text. One emoji family can be 1, 2, 7 or 25 of them."""

    CODE_POINTS = "code points"
    GRAPHEMES = "graphemes"
    UTF16 = "UTF-16 units"
    BYTES = "UTF-8 bytes"
    WEIGHTED = "weighted characters"
    EMOJI_BYTES = "characters, emoji in UTF-8 bytes"


class Judged(StrEnum):
    """What a network's module was held against."""

    REAL_SERVER = "a real server"
    SPECIFICATION = "the official specification"
    DOCUMENTATION = "documentation"
    OURS = "its own contract"
    """For what speaks no protocol but ours."""


@dataclass(frozen=True, slots=True)
class TextLimit:
    """One bound on the length of a reply. `url_length`, where set, is what any URL counts for."""

    unit: Unit
    maximum: int
    minimum: int = 1
    url_length: int | None = None


WORDS = "words"
PROFILES = "profiles"
"""The names under which a manifest says how long what others wrote, and who they are, may be kept."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a capability ends: at some kinds of conversation, at what the account itself wrote or did not write.

    `why` is one English sentence for a person; no `kinds` are all of them.
    """

    why: str
    kinds: tuple[Kind, ...] = ()
    own: bool = False
    """Whether only messages of our own are meant."""
    theirs: bool = False
    """Whether only messages of others are meant."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that the rest of the program may know of a network. Times in seconds; dates as ISO 8601 text.

    `limits` holds, per kind, every bound that a reply must respect. `windows` is how long after a customer's last
    message a reply is accepted. `idempotent_for` is how long the network recognises a repeated send key, per kind;
    a kind that is absent has no such protection. `prices` are in the network's own currency, by the names of
    `cminbox.domain.spending`.
    `missing` gives, for what users will look for and not find, the reason in one English sentence.
    """

    name: str
    title: str
    short: str
    """Two letters for a row of the queue."""
    documentation: str
    api_version: str
    api_ends: str | None
    capabilities: frozenset[Capability]
    limits: Mapping[Kind, tuple[TextLimit, ...]]
    windows: Mapping[Kind, int] = field(default_factory=dict)
    prices: Mapping[str, float] = field(default_factory=dict)
    idempotent_for: Mapping[Kind, int] = field(default_factory=dict)
    missing: Mapping[Capability, str] = field(default_factory=dict)
    names_people: tuple[Kind, ...] = ()
    """The kinds in which an answer begins with the names of those whom it answers, which count."""
    replaces: tuple[Kind, ...] = ()
    """The kinds in which one answer of ours stands at most: a new one takes the place of the one before it."""
    kept_for: Mapping[str, int] = field(default_factory=dict)
    """How long the network lets what it gave be kept without being asked again, by the names below."""
    begins_private: str = ""
    """The key of a private exchange with one {person}, by the network's id, that we may begin: a reply of kind `dm`
    then answers a public message, and nobody but its author reads it. Empty where only the other side can begin one."""
    begins_private_at: tuple[Kind, ...] = ()
    """The kinds of public message that can be answered so; none named are all."""
    bounds: Mapping[Capability, Bound] = field(default_factory=dict)
    """What a capability does not reach, where it does not reach everything."""
    judged: Judged = Judged.DOCUMENTATION
    http: bool = True
    """Whether it is spoken to over HTTP."""

    def can(self, capability: Capability) -> bool:
        """Whether the network offers it."""
        return capability in self.capabilities

    def private_key(self, kind: Kind) -> str:
        """Return the key of a private exchange that we may begin at a public message, empty where we may not."""
        return self.begins_private if not self.begins_private_at or kind in self.begins_private_at else ""

    def why_not(self, capability: Capability, kind: Kind | None = None, *, ours: bool = False) -> str | None:
        """Return why something is not possible with a message of a kind, theirs or ours; None where it is.

        An English sentence, empty where the network gives no reason. Without a kind nothing is asked but the network.
        """
        if not self.can(capability):
            return self.missing.get(capability, "")
        bound = self.bounds.get(capability)
        if kind is None or bound is None:
            return None
        within = (ours or not bound.own) and not (ours and bound.theirs) and (not bound.kinds or kind in bound.kinds)
        return None if within else bound.why


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a server said of one account, which goes before what its network's manifest says. Times in seconds."""

    limits: Mapping[Kind, tuple[TextLimit, ...]] = field(default_factory=dict)
    windows: Mapping[Kind, int] = field(default_factory=dict)
    prices: Mapping[str, float] = field(default_factory=dict)

    def on(self, manifest: Manifest) -> Manifest:
        """Return a network's manifest as it holds on this account's server."""
        if not self.limits and not self.windows and not self.prices:
            return manifest
        return replace(
            manifest,
            limits={**manifest.limits, **self.limits},
            windows={**manifest.windows, **self.windows},
            prices={**manifest.prices, **self.prices},
        )
