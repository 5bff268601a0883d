"""Who lives in the community: the same people under the names that each network gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.simulators.community.events import BLUESKY, MASTODON, Tone, Writer
from cminbox.simulators.community.texts import words

if TYPE_CHECKING:
    from random import Random

_HOSTS = {
    (MASTODON, "fr"): ("guidon.example", "petite-reine.example", "causette.example"),
    (MASTODON, "en"): ("spokes.example", "tallship.example", "teapot.example"),
    (BLUESKY, "fr"): ("ciel.example",),
    (BLUESKY, "en"): ("sky.example",),
}
_RUDE = frozenset({Tone.SPAM, Tone.INSULT, Tone.HOSTILE})


class Cast:
    """Deals people to talks; nobody opens a second talk on a network before everybody had one."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._decks: dict[tuple[str, str, bool], list[tuple[str, str]]] = {}

    def someone(self, lang: str, network: str, tone: Tone) -> Writer:
        """Return who says something of that tone."""
        rude = tone in _RUDE
        deck = self._decks.setdefault((lang, network, rude), [])
        if not deck:
            deck.extend(words(lang).strangers if rude else words(lang).people)
            self._rng.shuffle(deck)
        handle, name = deck.pop()
        middle = 1.0 if rude else 7.5 if tone is Tone.PRESS else 4.5
        return Writer(_on(network, lang, handle), name, int(self._rng.lognormvariate(middle, 1.3)))


def _on(network: str, lang: str, handle: str) -> str:
    """Return a person's handle as a network writes it; the host is the same for a person on every run."""
    hosts = _HOSTS.get((network, lang))
    if hosts is None:
        return handle
    host = hosts[sum(handle.encode()) % len(hosts)]
    if network == BLUESKY:
        return f"{handle.translate(str.maketrans('._', '--'))}.{host}"
    return f"{handle.replace('.', '_')}@{host}"
