"""The community in a shop's portal, which takes part through a spool folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import Person
from cminbox.simulators.community import RELAY
from cminbox.simulators.relay import SimulatedRelay
from cminbox.simulators.town.stage import BRAND, Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from cminbox.simulators.community import Event
    from cminbox.simulators.wire import Wire

_LABEL = "shop"


class RelayStage:
    """See `Stage`."""

    network = RELAY
    wire: Wire | None = None

    def __init__(self, now: Callable[[], int], spool: Path) -> None:
        self._spool = spool
        self.portal = SimulatedRelay(spool, now, network=_LABEL, brand=BRAND)

    def play(self, event: Event, under: str | None) -> str:
        """Let a customer or the shop's own staff write."""
        above = self._message(under)
        if event.author is None:
            return self.portal.we_write(event.text, above or "")
        author = Person(f"u-{event.author.handle}", event.author.handle, event.author.name, event.author.followers)
        return self.portal.someone_writes(
            event.kind, author, event.text, above, language=event.lang, rating=event.rating
        )

    def work(self) -> None:
        """Let the script take the replies that wait."""
        self.portal.run()

    def answers(self) -> Iterator[Answer]:
        """Return what the brand said under messages."""
        for said in self.portal.published:
            yield Answer(said.remote_id, said.under, said.text)

    def sign_in(self, base_url: str) -> Mapping[str, str]:  # noqa: ARG002 - a folder has no address
        """Return the folder, and what the script connects."""
        return {"folder": str(self._spool), "network": _LABEL}

    def _message(self, remote_id: str | None) -> str | None:
        """Return a message of a customer: who reacts to an answer of ours does so below what it answered."""
        if remote_id is None or remote_id in self.portal.messages:
            return remote_id
        return next((said.under for said in self.portal.published if said.remote_id == remote_id), None)
