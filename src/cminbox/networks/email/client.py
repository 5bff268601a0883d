"""What is needed of an IMAP client, a connection that is signed in, and a thread of its own for each.

The client library blocks; each connection lives in one thread, and whoever is cancelled hangs up, which wakes it.
"""

from __future__ import annotations

import asyncio
import imaplib
import logging
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from cminbox.networks.email.account import Security
from cminbox.networks.email.bearing import bear
from cminbox.networks.email.failures import IMAP_ERRORS, imap_failure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Future

    from cminbox.networks.email.account import EmailAccount

CONNECT_SECONDS = 15.0
READ_SECONDS = 60.0
_T = TypeVar("_T")


class Client(Protocol):
    """The part of imapclient.IMAPClient that is used. Everything blocks, and raises imaplib's errors and OSError."""

    def capabilities(self) -> Iterable[bytes]:
        """Return what the server can do."""

    def list_folders(self) -> Iterable[tuple[Sequence[bytes], bytes | None, str]]:
        """Return flags, delimiter and name of each folder."""

    def select_folder(self, folder: str, readonly: bool = False) -> Mapping[bytes, Any]:  # noqa: FBT001, FBT002 - as is
        """Open a folder and return how it stands."""

    def search(self, criteria: str) -> Sequence[int]:
        """Return the UIDs of what is found in the open folder."""

    def fetch(self, messages: Sequence[int], data: Sequence[str]) -> Mapping[int, Mapping[bytes, Any]]:
        """Return what was asked for, by UID."""

    def append(self, folder: str, msg: bytes, flags: Sequence[bytes] = ()) -> object:
        """Put a mail into a folder."""

    def add_flags(self, messages: Sequence[int], flags: Sequence[bytes]) -> object:
        """Set flags of mails in the open folder."""

    def move(self, messages: Sequence[int], folder: str) -> object:
        """Move mails from the open folder to another one."""

    def copy(self, messages: Sequence[int], folder: str) -> object:
        """Copy mails from the open folder to another one."""

    def uid_expunge(self, messages: Sequence[int]) -> object:
        """Take mails that are flagged as deleted out of the open folder."""

    def idle(self) -> object:
        """Ask the server to tell what is new."""

    def idle_check(self, timeout: float | None = None) -> Sequence[Any]:
        """Return what it has told, waiting so many seconds for it."""

    def idle_done(self) -> object:
        """Stop waiting for news, so that something else can be asked; what came meanwhile is returned."""

    def socket(self) -> Any:  # noqa: ANN401 - a socket or one under TLS
        """Return the connection itself."""

    def logout(self) -> object:
        """Say goodbye and close."""

    def shutdown(self) -> object:
        """Close the connection without a word to the server."""


class Line:
    """One connection that is signed in, with a thread of its own."""

    def __init__(self, client: Client, thread: ThreadPoolExecutor, account: EmailAccount) -> None:
        self._client = client
        self._thread = thread
        self._account = account

    async def run(self, act: Callable[[Client], _T]) -> _T:
        """Run what asks the server, in the connection's thread. Raises NetworkFailure.

        Cancelled, the connection is cut: nobody waits for an answer that nobody wants.
        """
        acting = asyncio.get_running_loop().run_in_executor(self._thread, act, self._client)
        try:
            return await asyncio.shield(acting)
        except asyncio.CancelledError:
            hang_up(self._client)
            acting.add_done_callback(_ignore)
            raise
        except IMAP_ERRORS as error:
            raise imap_failure(error, self._account) from None


@asynccontextmanager
async def line(dial: Callable[[], Client], account: EmailAccount) -> AsyncIterator[Line]:
    """Sign in, give the connection, and say goodbye. Raises NetworkFailure."""
    loop = asyncio.get_running_loop()
    thread = ThreadPoolExecutor(1, thread_name_prefix="imap")
    try:
        client = await _signed_in(thread, dial, account)
        try:
            yield Line(client, thread, account)
        except BaseException:
            hang_up(client)
            raise
        finally:
            await asyncio.shield(loop.run_in_executor(thread, _close, client))
    finally:
        thread.shutdown(wait=False)


async def _signed_in(thread: ThreadPoolExecutor, dial: Callable[[], Client], account: EmailAccount) -> Client:
    dialling = thread.submit(dial)
    try:
        return await asyncio.shield(asyncio.wrap_future(dialling))
    except asyncio.CancelledError:
        # In its own thread: whoever left may have taken the loop with them.
        dialling.add_done_callback(_close_late)
        raise
    except IMAP_ERRORS as error:
        raise imap_failure(error, account) from None


def hang_up(client: Client) -> None:
    """Cut a connection at once, whatever its thread is waiting for."""
    with suppress(OSError, AttributeError, ValueError):
        client.socket().shutdown(socket.SHUT_RDWR)


def _ignore(done: asyncio.Future[Any]) -> None:
    # What went wrong after the caller left is of no interest.
    if not done.cancelled():
        done.exception()


def _close_late(done: Future[Client]) -> None:
    if not done.cancelled() and done.exception() is None:
        hang_up(done.result())
        _close(done.result())


def _close(client: Client) -> None:
    try:
        client.logout()
    except (imaplib.IMAP4.error, OSError, ValueError, AttributeError):
        with suppress(imaplib.IMAP4.error, OSError, AttributeError):
            client.shutdown()


def dialled(account: EmailAccount, secret: str, *, token: bool) -> Client:
    """Connect and sign in, with a password or an OAuth token. Blocks; raises imaplib's errors and OSError."""
    import imapclient  # type: ignore[import-untyped]  # noqa: PLC0415 - loaded with the first mailbox

    # It would write down every mail it reads.
    logging.getLogger("imapclient").setLevel(logging.WARNING)
    context = trusted()
    client = imapclient.IMAPClient(
        account.imap_host,
        account.imap_port,
        ssl=account.imap_security is Security.TLS,
        ssl_context=context,
        timeout=imapclient.SocketTimeout(CONNECT_SECONDS, READ_SECONDS),
    )
    client.normalise_times = False
    try:
        # Whoever signs in waits no longer than for a connection; a search in a large mailbox may take its time.
        client.socket().settimeout(CONNECT_SECONDS)
        if account.imap_security is Security.STARTTLS:
            client.starttls(context)
        if token:
            bear(client, account, secret)
        elif secret.isascii() and account.login.isascii():
            client.login(account.login, secret)
        else:
            client.plain_login(account.login, secret)
        if {b"CONDSTORE", b"ENABLE"} <= set(client.capabilities()):
            # From here on it says with each folder how far its changes have come.
            client.enable("CONDSTORE")
        client.socket().settimeout(READ_SECONDS)
    except BaseException:
        with suppress(OSError):
            client.shutdown()
        raise
    opened: Client = client
    return opened


def trusted() -> ssl.SSLContext:
    """Return the certificates that are trusted; SSL_CERT_FILE names those of a house of its own."""
    return ssl.create_default_context()
