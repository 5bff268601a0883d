"""Asking a Bluesky server: one method call to a value or a failure, with the session renewed where it has died."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import httpx

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.answers import Answer, Question, ask, server_words
from cminbox.network_kit.failures import (
    Gone,
    NetworkFailure,
    Refused,
    SendOutcomeUnknown,
    SignInAgain,
    Unreadable,
)
from cminbox.network_kit.reading import Reader, Shape, mapping, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cminbox.networks.bluesky.session import Session

CHAT_PROXY = "did:web:api.bsky.chat#bsky_chat"
"""The chat service, addressed through the user's own server, which signs for the user."""
DM_SCOPE = "direct messages"

_DEAD_TOKEN = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"})
_GONE = frozenset({"RecordNotFound", "NotFound", "InvalidConvo", "MessageNotFound"})
_NAMED = 60


class TokenDied(SignInAgain):
    """The access token is no longer good; a renewed one may be."""


class Superseded(Refused):
    """A record was written against another state than the one it found (InvalidSwap)."""


class Sessions(Protocol):
    """Where the tokens come from."""

    async def current(self) -> Session:
        """Return a session that was good when last heard of. Raises NetworkFailure."""

    async def renewed(self, dead: Session) -> Session:
        """Return a session other than the dead one. Raises NetworkFailure."""


class Xrpc:
    """The methods of one account's server. Raises only NetworkFailure."""

    def __init__(self, http: httpx.AsyncClient, sessions: Sessions, now: Callable[[], int]) -> None:
        self._http = http
        self._sessions = sessions
        self._now = now

    async def session(self) -> Session:
        """Return who we are and where our server is."""
        return await self._sessions.current()

    async def get(self, method: str, *params: tuple[str, str], chat: bool = False) -> Reader:
        """Call a query and return its object."""
        return mapping(await self._call("GET", method, params, chat=chat), method)

    async def post(self, method: str, body: dict[str, Any], *, chat: bool = False) -> object:
        """Call a procedure that publishes nothing; it may be repeated."""
        return await self._call("POST", method, (), body=body, chat=chat)

    async def publish(self, method: str, body: dict[str, Any], *, chat: bool = False) -> Reader:
        """Call the one procedure that publishes a reply. Raises SendOutcomeUnknown whenever it may have worked."""
        try:
            return mapping(await self._call("POST", method, (), body=body, chat=chat, publishes=True), method)
        except Unreadable as failure:
            said = safe(str(failure))
            raise SendOutcomeUnknown(say("The message may have been published: {said}", said=said)) from None

    async def _call(
        self,
        verb: str,
        method: str,
        params: tuple[tuple[str, str], ...],
        *,
        body: dict[str, Any] | None = None,
        chat: bool,
        publishes: bool = False,
    ) -> object:
        async def once(session: Session) -> object:
            question = Question(
                verb,
                f"{session.service}/xrpc/{method}",
                params=params,
                json=body,
                headers={"authorization": f"Bearer {session.access}"} | ({"atproto-proxy": CHAT_PROXY} if chat else {}),
                publishes=publishes,
            )
            return (await ask(self._http, question, explain=explain, now=self._now)).body

        session = await self._sessions.current()
        try:
            return await once(session)
        except TokenDied:
            # Nothing was carried out with a dead token, so that asking once more repeats nothing.
            return await once(await self._sessions.renewed(session))


def listed(answer: Reader, key: str) -> list[Any]:
    """Return a list that an answer has to hold: silence would look like "nothing new". Raises Unreadable."""
    if not answer.has(key):
        raise Unreadable(say("{method} answered without its list", method=answer.where))
    return answer.items(key)


@contextmanager
def shapes_named() -> Iterator[None]:
    """Turn a field of another shape than documented into Unreadable."""
    try:
        yield
    except Shape as shape:
        raise unreadable(shape) from None


def explain(answer: Answer) -> NetworkFailure | None:
    """Return what a server's named error means, None where its status code says it all."""
    body = answer.body if isinstance(answer.body, dict) else {}
    name, said = str(body.get("error") or ""), server_words({"message": body.get("message")})
    failure = _of_account(name, said) or _of_token(name, said, answer.status) or _of_thing(name, said)
    if failure is None and answer.status == httpx.codes.BAD_REQUEST:
        return Refused(say("Bluesky refused it ({error}){said}", error=safe(name, limit=_NAMED), said=said))
    return failure


def _of_account(name: str, said: str) -> NetworkFailure | None:
    if name == "AuthFactorTokenRequired":
        return SignInAgain(
            say(
                "Bluesky asks for a code from an e-mail, as it does for the account's own password; use an app password"
            ),
        )
    if name in {"AccountTakedown", "AccountSuspended", "AccountDeactivated"}:
        return SignInAgain(say("Bluesky has closed or suspended this account{said}", said=said))
    return None


def _of_token(name: str, said: str, status: int) -> NetworkFailure | None:
    if name == "InvalidToken" and "method" in said.lower():
        return SignInAgain(
            say("This app password may not read direct messages; make one that may, in Bluesky's settings"),
            missing_scope=DM_SCOPE,
        )
    if name in _DEAD_TOKEN or status == httpx.codes.UNAUTHORIZED:
        return TokenDied(say("Bluesky no longer accepts the sign-in{said}", said=said))
    return None


def _of_thing(name: str, said: str) -> NetworkFailure | None:
    if name in _GONE:
        return Gone(say("Bluesky no longer has it{said}", said=said))
    if name == "InvalidSwap":
        return Superseded(say("It was changed on Bluesky in the meantime{said}", said=said))
    if name == "ConvoLocked":
        return Refused(say("This conversation is locked on Bluesky; nobody can write in it"))
    return None
