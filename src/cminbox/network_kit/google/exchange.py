"""Asking one of Google's interfaces as somebody: the token goes along, and a dead one is renewed once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import httpx

from cminbox.domain.saying import say
from cminbox.network_kit.answers import Answer, Question, ask
from cminbox.network_kit.failures import SignInAgain
from cminbox.network_kit.google.tokens import TokenKeeper

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.network_kit.contract import Credentials
    from cminbox.network_kit.failures import NetworkFailure
    from cminbox.network_kit.google.tokens import Grant

    Meaning = Callable[[Answer], NetworkFailure | None]

_NO_HEADERS: Mapping[str, str] = {}


class TokenDied(SignInAgain):
    """The access token is no longer accepted; a new one may be."""


class Exchange:
    """The signed requests of one account. All methods raise NetworkFailure."""

    def __init__(self, grant: Grant, http: httpx.AsyncClient, credentials: Credentials, now: Callable[[], int]) -> None:
        self.tokens = TokenKeeper(grant, http, credentials, now)
        self.now = now
        self._http = http

    async def ask(self, question: Question, meaning: Meaning, headers: Mapping[str, str] = _NO_HEADERS) -> Answer:
        """Ask with a living token; `meaning` explains an error other than a dead token, and no server's trouble."""
        token = await self.tokens.current()
        try:
            return await self._signed(question, token.access, meaning, headers)
        except TokenDied:
            # Nothing was carried out: the request may be repeated, also one that publishes.
            token = await self.tokens.renewed(token)
            return await self._signed(question, token.access, meaning, headers)

    async def _signed(self, question: Question, token: str, meaning: Meaning, headers: Mapping[str, str]) -> Answer:
        def explain(answer: Answer) -> NetworkFailure | None:
            if answer.status == httpx.codes.UNAUTHORIZED:
                return TokenDied(say("Google no longer accepts these credentials; sign in again"))
            return None if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR else meaning(answer)

        signed = replace(question, headers={**headers, "authorization": f"Bearer {token}"})
        return await ask(self._http, signed, explain=explain, now=self.now)
