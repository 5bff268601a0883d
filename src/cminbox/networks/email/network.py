"""One mailbox as a network."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from cminbox.domain.reply import Progress, Receipt
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.contract import Network, Thread
from cminbox.network_kit.failures import Gone, NetworkFailure, Refused, SignInAgain
from cminbox.network_kit.limits import check_fits
from cminbox.networks.email import acting, checking, fetching
from cminbox.networks.email.account import MANIFEST, NOT_CALLED_BACK, EmailAccount
from cminbox.networks.email.client import dialled, line
from cminbox.networks.email.composing import composed
from cminbox.networks.email.failures import TokenRefused
from cminbox.networks.email.identity import known, own_message_id, sent_id
from cminbox.networks.email.submission import allowed, submit
from cminbox.networks.email.tokens import secrets_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    import httpx

    from cminbox.domain.reply import Reply
    from cminbox.network_kit.contract import AccountReport, AccountSettings, Credentials, Page
    from cminbox.networks.email.client import Client, Line
    from cminbox.networks.email.composing import Envelope
    from cminbox.networks.email.folders import Found
    from cminbox.networks.email.tokens import Secret

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")
_TAKEN = "taken"
"""The step of an answer that the server said it had taken."""


class Dial(Protocol):
    """Connects to the IMAP server and signs in; blocks."""

    def __call__(self, account: EmailAccount, secret: str, /, *, token: bool) -> Client:
        """Return the connection."""


class Submit(Protocol):
    """Hands a mail in."""

    async def __call__(self, account: EmailAccount, secret: str, envelope: Envelope, /, *, token: bool) -> None:
        """Return when it was taken."""


class Allowed(Protocol):
    """Finds out whether mail could be handed in."""

    async def __call__(self, account: EmailAccount, secret: str, /, *, token: bool) -> None:
        """Return when it could."""


class Email(Network):
    """A mailbox: customers' mails as private messages, answered in their thread.

    Every act signs in, does all it has to and says goodbye: no connection outlives its use, so that none is found
    dead. Only `stream` keeps one, to be told of new mail.
    """

    manifest = MANIFEST
    Account: ClassVar[type[AccountSettings]] = EmailAccount
    account: EmailAccount

    def __init__(
        self,
        account: EmailAccount,
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        super().__init__(account, http, credentials, now)
        self.page_size = fetching.PAGE
        self.dial: Dial = dialled
        self.submit: Submit = submit
        self.allowed: Allowed = allowed
        self._secrets = secrets_of(account, http, credentials, now)

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield what came and what we answered from elsewhere, see `Network.fetch`."""
        async with self._line() as line_:
            found = await line_.run(partial(fetching.survey, account=self.account, text=cursor, since=since))
            given = False
            read = partial(fetching.page, account=self.account, found=found, size=self.page_size)
            while (page := await line_.run(partial(read, now=self.now()))) is not None:
                given = True
                yield page
            last = await line_.run(partial(fetching.changed, account=self.account, found=found, now=self.now()))
            if last is not None or not given:
                yield last or fetching.nothing(found)

    async def check(self) -> AccountReport:
        """Say what can be read, which folders are missing and whether we may send, see `Network.check`."""
        async with self._line() as line_:
            seen = await line_.run(partial(checking.looked_at, account=self.account, now=self.now()))
        cannot_send: SignInAgain | None = None
        try:
            await self._signing_in(lambda one: self.allowed(self.account, one.value, token=one.token))
        except SignInAgain as failure:
            cannot_send = failure
        return checking.reported(self.account, seen, cannot_send)

    async def thread(self, remote_id: str) -> Thread:
        """Return the mails of the same conversation, see `Network.thread`."""
        async with self._line() as line_:
            thread = await line_.run(
                partial(acting.around, account=self.account, remote_id=remote_id, now=self.now()),
            )
        if thread is None:
            raise _gone()
        return thread

    async def reply(self, reply: Reply) -> Receipt:
        """Answer in the thread of the mail, to whom it wants to be answered, see `Network.reply`.

        Sent is searched for this very answer before it leaves, and holds one copy of it afterwards.
        """
        check_fits(reply, self.manifest)
        async with self._line() as line_:
            ready = await line_.run(partial(acting.prepared, account=self.account, reply=reply))
            if ready.sent_before:
                return Receipt(sent_id(self._message_id(reply)))
            if ready.found is None:
                raise _gone()
            envelope = composed(reply, ready.found.letter, self.account, self.now())
            await self._signing_in(lambda one: self.submit(self.account, one.value, envelope, token=one.token))
            try:
                await reply.steps.keep(Progress(_TAKEN, begun=True))
            finally:
                # Whatever happens from here on, it was sent.
                await self._file(line_, envelope, ready.found)
        return Receipt(sent_id(envelope.message_id), created_at=self.now())

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look for the answer's Message-ID in Sent, see `Network.find_sent`.

        What the server said it had taken was sent, whether or not a copy of it came to lie there.
        """
        receipt = Receipt(sent_id(self._message_id(reply)))
        if reply.steps.progress is not None and reply.steps.progress.step == _TAKEN:
            return receipt
        async with self._line() as line_:
            there = await line_.run(partial(acting.is_sent, account=self.account, message_id=self._message_id(reply)))
        return receipt if there else None

    async def mark_read(self, remote_id: str) -> None:
        """Mark a mail as read on the server, see `Network.mark_read`."""
        async with self._line() as line_:
            if not await line_.run(partial(acting.mark_read, account=self.account, remote_id=remote_id)):
                raise _gone()

    async def delete(self, remote_id: str) -> None:
        """Move a customer's mail to the deleted ones, see `Network.delete`. Raises Refused for one of ours."""
        wanted = known(remote_id)
        if wanted is not None and wanted.ours:
            raise Refused(say(NOT_CALLED_BACK))
        async with self._line() as line_:
            await line_.run(partial(acting.delete, account=self.account, remote_id=remote_id))

    async def report(self, remote_id: str, reason: str) -> None:
        """Move a mail to the spam, from which the server learns, see `Network.report`."""
        del reason
        async with self._line() as line_:
            if not await line_.run(partial(acting.report, account=self.account, remote_id=remote_id)):
                raise _gone()

    async def stream(self) -> None:
        """Wait until the server announces something (IDLE), see `Network.stream`."""
        async with self._line() as line_:
            await line_.run(partial(acting.wait_for_news, account=self.account))

    async def _file(self, line_: Line, envelope: Envelope, found: Found) -> None:
        """Put a copy into Sent and mark what was answered. A failure here is no failure of the answer."""
        try:
            await line_.run(partial(acting.filed, account=self.account, envelope=envelope, found=found))
        except NetworkFailure as failure:
            _LOG.warning("%s: no copy of an answer in the sent mail: %s", safe(self.account.address), failure)

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[Line]:
        async with AsyncExitStack() as stack:

            def connected(secret: Secret) -> Awaitable[Line]:
                dial = partial(self.dial, self.account, secret.value, token=secret.token)
                return stack.enter_async_context(line(dial, self.account))

            yield await self._signing_in(connected)

    async def _signing_in(self, act: Callable[[Secret], Awaitable[_T]]) -> _T:
        """Do what begins by signing in; once more with another token where a server takes the one in use no more."""
        secret = await self._secrets.current()
        try:
            return await act(secret)
        except TokenRefused:
            other = await self._secrets.after(secret)
            if other is None:
                raise
        return await act(other)

    def _message_id(self, reply: Reply) -> str:
        return own_message_id(reply.send_key, reply.conversation, self.account.address)


def _gone() -> Gone:
    return Gone(say("This mail is no longer in the mailbox"))
