"""Tokens that live sixty days and can be renewed by themselves, from their second day on: Instagram's and Threads'.

The new one is on disk before it is used. A token that a person puts into the settings goes before one that was renewed.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from pydantic import SecretStr

from cminbox.network_kit.failures import Gone, Refused, SignInAgain, Unreadable
from cminbox.network_kit.reading import Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.network_kit.contract import Credentials, CredentialSlot
    from cminbox.network_kit.graph.client import Graph

DAY_MS = 24 * 3600 * 1000
EVERY_MS = 7 * DAY_MS
"""How old a token gets before it is renewed."""
LIFE_MS = 60 * DAY_MS
_PATH = "refresh_access_token"
_FOR, _TOKEN, _SINCE, _ENDS, _TRIED = "for", "token", "since", "ends", "tried"


class Renewing:
    """The current token of one account. `grant` is the network's name for renewing.

    `expires_at` (UTC milliseconds) is when it ends at the latest.
    """

    def __init__(self, given: SecretStr, grant: str, credentials: Credentials, now: Callable[[], int]) -> None:
        self._given = given
        self._grant = grant
        self._credentials = credentials
        self._now = now
        self.expires_at: int | None = None

    async def token(self) -> SecretStr:
        """Return the token that is valid by now."""
        async with self._credentials.locked() as slot:
            return self._current(self._kept(slot))

    async def renew(self, graph_of: Callable[[SecretStr], Graph]) -> SecretStr:
        """Return the token, renewed before when it is a week old. Raises TryLater.

        Where Meta refuses, the token is used as it is, and the check tells when it ends.
        """
        async with self._credentials.locked() as slot:
            kept = self._kept(slot)
            now = self._now()
            due = now - _number(kept.get(_SINCE), now) >= EVERY_MS and now - _number(kept.get(_TRIED), 0) >= DAY_MS
            if due:
                try:
                    kept = {**kept, **await self._asked(graph_of(self._current(kept)), now)}
                except (Gone, Refused, SignInAgain, Unreadable, Shape):
                    kept = {**kept, _TRIED: str(now)}
                slot.write(kept)
            return self._current(kept)

    async def _asked(self, graph: Graph, now: int) -> dict[str, str]:
        answer = await graph.read(_PATH, "", grant_type=self._grant)
        life = answer.number("expires_in", LIFE_MS // 1000) * 1000
        return {_TOKEN: answer.text("access_token"), _SINCE: str(now), _ENDS: str(now + life)}

    def _kept(self, slot: CredentialSlot) -> Mapping[str, str]:
        """Return what is known of the token; of one that is new, when it was first used."""
        kept = slot.read()
        mark = sha256(self._given.get_secret_value().encode()).hexdigest()
        if kept.get(_FOR) != mark:
            now = self._now()
            kept = {_FOR: mark, _SINCE: str(now), _ENDS: str(now + LIFE_MS)}
            slot.write(kept)
        return kept

    def _current(self, kept: Mapping[str, str]) -> SecretStr:
        self.expires_at = _number(kept.get(_ENDS), 0) or None
        return SecretStr(kept[_TOKEN]) if kept.get(_TOKEN) else self._given


def _number(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() else default
