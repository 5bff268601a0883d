"""What the town needs of a simulated network to play the community on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cminbox.simulators.community import Event
    from cminbox.simulators.wire import Wire

BRAND = "velombre"
BRAND_NAME = "Vélombre"


@dataclass(frozen=True, slots=True)
class Answer:
    """Something that the brand said under somebody's message, by the network's own ids."""

    remote_id: str
    under: str
    text: str


class Stage(Protocol):
    """One simulated network with the brand's account on it. Its clock is the town's."""

    network: str
    """The name of the network's module."""
    wire: Wire | None
    """How the network is reached; None when it is not spoken to over HTTP."""

    def play(self, event: Event, under: str | None) -> str:
        """Let an event happen now, `under` the message of that remote id; return the new message's remote id."""

    def work(self) -> None:
        """Do what the network does by itself, a few times a second."""

    def answers(self) -> Iterable[Answer]:
        """Return what the brand has said under other messages, through an adapter or otherwise."""

    def sign_in(self, base_url: str) -> Mapping[str, str]:
        """Return what a person has to fill in to connect the brand's account, by the names of the settings."""
