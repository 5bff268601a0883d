"""The community on the simulated Bluesky."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import Kind
from cminbox.simulators.bluesky import SimulatedBluesky
from cminbox.simulators.community import BLUESKY
from cminbox.simulators.town.stage import BRAND, BRAND_NAME, Answer
from cminbox.simulators.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cminbox.simulators.community import Event

_HANDLE = f"{BRAND}.example"
_APP_PASSWORD = "demo-demo-demo-demo"  # noqa: S105 - it opens a simulator only


class BlueskyStage:
    """See `Stage`."""

    network = BLUESKY

    def __init__(self, now: Callable[[], int]) -> None:
        self.server = SimulatedBluesky(now, brand=_HANDLE, brand_name=BRAND_NAME, app_password=_APP_PASSWORD)
        self.wire: Wire | None = Wire(self.server)

    def play(self, event: Event, under: str | None) -> str:
        """Let a person or the brand write."""
        if event.author is None:
            return self.server.we_write(event.text, under)
        person = self.server.add_person(event.author.handle, event.author.name, event.author.followers)
        text = f"@{_HANDLE} {event.text}" if event.kind is Kind.MENTION else event.text
        return self.server.someone_writes(event.kind, person, text, under, language=event.lang)

    def work(self) -> None:
        """Do nothing: the server does its work when it is asked."""

    def answers(self) -> Iterator[Answer]:
        """Return what the brand said under posts and in conversations."""
        for said in self.server.published():
            under = said.under if said.public else self._before(said.under, said.remote_id)
            yield Answer(said.remote_id, under, said.text)

    def sign_in(self, base_url: str) -> Mapping[str, str]:
        """Return the server's address, the handle and the app password."""
        return {"base_url": base_url, "handle": _HANDLE, "app_password": _APP_PASSWORD}

    def _before(self, conversation: str, remote_id: str) -> str:
        """Return the message of the other side that stands before one of ours, by its remote id."""
        above = ""
        for message in self.server.chat.get(conversation).messages:
            if f"{conversation}/{message.id}" == remote_id:
                break
            if message.sender != self.server.brand.did:
                above = f"{conversation}/{message.id}"
        return above
