"""What a network's test module provides to the contract suite: a simulated server, its people, and ways to break it."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from cminbox.domain.network import Unit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from cminbox.domain.message import Kind
    from cminbox.domain.network import Capability, TextLimit
    from cminbox.network_kit.contract import Network

START = 1_790_000_000_000
"""The instant (UTC milliseconds) at which a bench's clock begins."""

_FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
_FLAG = "\U0001f1eb\U0001f1f7"
_THUMB = "\U0001f44d"


@dataclass(frozen=True, slots=True)
class Published:
    """A reply that exists on the simulated server."""

    remote_id: str
    to: str
    text: str
    public: bool


class KeptInMemory:
    """Rotating credentials that live as long as a bench: `Credentials` and its slot in one."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.lock = asyncio.Lock()

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[KeptInMemory]:
        """Hold the lock and give access to the values."""
        async with self.lock:
            yield self

    def read(self) -> Mapping[str, str]:
        """Return what was last written."""
        return dict(self.values)

    def write(self, values: Mapping[str, str]) -> None:
        """Replace all values."""
        self.values = dict(values)


class Bench(ABC):
    """One simulated server with a brand account on it. Each test gets a fresh one.

    Faults are named as in `cminbox.simulators.wire.Fault` ("401", "429", "html", "500 after the write" ...), so that a
    third party can bring a bench with a simulator of any make. `created_at` is UTC milliseconds.
    """

    network: ClassVar[type[Network]]
    secrets: ClassVar[tuple[str, ...]]
    """Planted secrets; none may ever show up in a failure, a log line or a repr."""
    kinds: ClassVar[tuple[Kind, ...]]
    """The kinds of message that people can write here."""
    several_pages: ClassVar[int] = 130
    """How many messages of one kind need at least three of the server's pages; a small page makes the suite fast."""
    may_repeat: ClassVar[bool] = False
    """Whether resuming at a cursor may bring messages again that stood at the edge. Nothing may ever be lost."""
    tells_when_written: ClassVar[bool] = True
    """Whether a message that was edited still bears the time of its first words."""
    mangled_texts: ClassVar[tuple[str, ...]] = ()
    """Texts of which the network would take something out: an adapter refuses them instead of saying something else."""
    lost_answers: ClassVar[tuple[str, ...]] = (
        "500 after the write",
        "timeout after the write",
        "cut body after the write",
        "2xx without an id after the write",
    )
    """The faults in which a reply was published although its answer does not say so."""

    @abstractmethod
    def connect(self) -> Network:
        """Return a new adapter with good credentials, as after a restart: persisted credentials stay."""

    @abstractmethod
    def now(self) -> int:
        """Return the bench's clock, UTC milliseconds; it moves a little with each thing that happens."""

    @abstractmethod
    def pass_time(self, seconds: float) -> None:
        """Move the bench's clock on, the server's and the adapter's alike."""

    @abstractmethod
    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        """Let a stranger write to the brand, `under` another message if given; return the remote id.

        `text` is what was typed; the server keeps it in its own form (HTML and so on). The remote id is the one
        that the adapter gives to the message. With `created_at` the server has the message bear that time.
        """

    @abstractmethod
    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        """Let the brand answer from another client; return the remote id."""

    @abstractmethod
    def someone_deletes(self, remote_id: str) -> None:
        """Let the author delete a message."""

    def someone_edits(self, remote_id: str, text: str) -> bool:  # noqa: ARG002 - for networks where people can edit
        """Let the author change a message; False when this network knows no edits."""
        return False

    @abstractmethod
    def add_unknown_item(self) -> None:
        """Put an item of a type that no documentation names between the others."""

    @abstractmethod
    def expire_cursor(self) -> bool:
        """Make every cursor given out so far invalid; False when this network's cursors cannot expire."""

    @abstractmethod
    def published(self) -> list[Published]:
        """Return the brand's replies as they stand on the server."""

    @abstractmethod
    def state_of(self, remote_id: str) -> frozenset[str]:
        """Return what is in force for a message or person.

        Out of "hidden", "held", "liked", "blocked", "muted", "read", "deleted", "reported".
        """

    @abstractmethod
    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        """Break the next requests."""

    @abstractmethod
    def requests_seen(self) -> list[tuple[str, str, bool]]:
        """Return (method, path, would publish) of every request so far."""

    @abstractmethod
    def violations(self) -> list[str]:
        """Return every request so far that the network's specification does not allow."""

    def someone_is_held_back(self, kind: Kind, text: str) -> str:
        """Let a stranger write what the network shows nobody until we approve it; return the remote id.

        For networks that declare `approve`. As long as it waits, `state_of` says "held".
        """
        raise NotImplementedError("a bench of a network that declares approve writes someone_is_held_back")

    def text_of(self, amount: int, limit: TextLimit) -> str:
        """Return a text of exactly `amount` in the limit's unit that counts differently in every other unit.

        Override it where the adapter adds words of its own that the limit counts (mentions), where another limit
        stands in the way, or for weighted counting.
        """
        match limit.unit:
            case Unit.BYTES:
                families, rest = divmod(amount, len(_FAMILY.encode()))
                return _FAMILY * families + "a" * rest
            case Unit.UTF16:
                return _THUMB * (amount // 2) + "a" * (amount % 2)
            case Unit.GRAPHEMES:
                return _FLAG * amount
            case Unit.CODE_POINTS:
                return _THUMB * amount
            case Unit.EMOJI_BYTES:
                families = max(amount // len(_FAMILY.encode()) - 1, 0)
                return _FAMILY * families + "é" * (amount - families * len(_FAMILY.encode()))
            case Unit.WEIGHTED:
                raise NotImplementedError("a bench with weighted counting writes text_of itself")

    def target_kind(self, capability: Capability) -> Kind:  # noqa: ARG002 - for networks that differ by capability
        """Return the kind of message on which the suite tries a moderating capability."""
        return next((kind for kind in self.kinds if kind.public), self.kinds[0])
