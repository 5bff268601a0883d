"""The community on the simulated Mastodon server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.simulators.community import MASTODON
from cminbox.simulators.mastodon import SimulatedMastodon
from cminbox.simulators.town.stage import BRAND, BRAND_NAME, Answer
from cminbox.simulators.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cminbox.simulators.community import Event

_TOKEN = "demo-token"  # noqa: S105 - it opens a simulator only


class MastodonStage:
    """See `Stage`."""

    network = MASTODON

    def __init__(self, now: Callable[[], int]) -> None:
        self.server = SimulatedMastodon(now, brand=BRAND, brand_name=BRAND_NAME, token=_TOKEN)
        self.wire: Wire | None = Wire(self.server)

    def play(self, event: Event, under: str | None) -> str:
        """Let a person or the brand write."""
        if event.author is None:
            return self.server.we_write(event.text, under)
        person = self.server.add_person(event.author.handle, event.author.name, event.author.followers)
        return self.server.someone_writes(event.kind, person, event.text, under, language=event.lang)

    def work(self) -> None:
        """Do nothing: the server does its work when it is asked."""

    def answers(self) -> Iterator[Answer]:
        """Return the brand's statuses that answer others."""
        for post in self.server.published():
            if post.parent is not None:
                yield Answer(self.server.to_id(post.id), self.server.to_id(post.parent), post.text)

    def sign_in(self, base_url: str) -> Mapping[str, str]:
        """Return the server's address and the access token."""
        return {"base_url": base_url, "access_token": _TOKEN}
