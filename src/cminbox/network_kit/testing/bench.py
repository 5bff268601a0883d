"""What a network's test module provides to the contract suite: a simulated server, its people, and ways to break it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from cminbox.domain.message import Kind
    from cminbox.network_kit.contract import Network

START = 1_790_000_000_000
"""The instant (UTC milliseconds) at which a bench's clock begins."""


@dataclass(frozen=True, slots=True)
class Published:
    """A reply that exists on the simulated server."""

    remote_id: str
    to: str
    text: str
    public: bool


class Bench(ABC):
    """One simulated server with a brand account on it. Each test gets a fresh one.

    Faults are named as in `cminbox.simulators.wire.Fault` ("401", "429", "html", "500 after the write" ...), so that
    a third party can bring a bench with a simulator of any make.
    """

    network: ClassVar[type[Network]]
    secrets: ClassVar[tuple[str, ...]]
    """Planted secrets; none may ever show up in a failure, a log line or a repr."""
    kinds: ClassVar[tuple[Kind, ...]]
    """The kinds of message that people can write here."""

    @abstractmethod
    def connect(self) -> Network:
        """Return a new adapter with good credentials, as after a restart: persisted credentials stay."""

    @abstractmethod
    def now(self) -> int:
        """Return the bench's clock, UTC milliseconds; it moves a little with each thing that happens."""

    @abstractmethod
    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        """Let a stranger write to the brand, `under` another message if given; return the remote id."""

    @abstractmethod
    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        """Let the brand answer from another client; return the remote id."""

    @abstractmethod
    def someone_deletes(self, remote_id: str) -> None:
        """Let the author delete a message."""

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

        Out of "hidden", "liked", "blocked", "muted", "read", "deleted", "reported".
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
