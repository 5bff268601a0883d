"""Handing a mail in: everything before its last byte is certain, and what comes after it may not be.

A server that says no before it has the mail has sent nothing. Once the mail was given to it and no answer came, it may
be on its way.
"""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.failures import Refused, SendOutcomeUnknown, SignInAgain, TryLater
from cminbox.networks.email.account import Security
from cminbox.networks.email.client import trusted
from cminbox.networks.email.failures import TokenRefused, unreachable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import aiosmtplib

    from cminbox.network_kit.failures import NetworkFailure
    from cminbox.networks.email.account import EmailAccount
    from cminbox.networks.email.composing import Envelope

CONNECT_SECONDS = 20.0
ANSWER_SECONDS = 120.0
_LOG = logging.getLogger(__name__)
_TEMPORARY, _PERMANENT, _BEYOND = 400, 500, 600
_SIGN_IN = frozenset({530, 534, 535, 538})
_REASON = 200


async def submit(account: EmailAccount, secret: str, envelope: Envelope, *, token: bool) -> None:
    """Hand a mail in, once. Raises NetworkFailure; SendOutcomeUnknown when it may have been taken."""
    import aiosmtplib  # noqa: PLC0415 - loaded with the first answer

    async with _signed_in(account, secret, token=token) as smtp:
        try:
            await smtp.mail(envelope.sender)
            await smtp.rcpt(envelope.recipient)
        except (aiosmtplib.SMTPException, OSError, UnicodeError, ValueError) as error:
            raise _certain(error, account) from None
        try:
            await smtp.data(envelope.content, timeout=ANSWER_SECONDS)
        except aiosmtplib.SMTPDataError as error:
            if _TEMPORARY <= error.code < _BEYOND:
                raise _certain(error, account) from None
            raise _doubtful(account) from None
        except (aiosmtplib.SMTPException, OSError, ValueError):
            raise _doubtful(account) from None


async def allowed(account: EmailAccount, secret: str, *, token: bool) -> None:
    """Sign in as if to send, and send nothing. Raises NetworkFailure."""
    async with _signed_in(account, secret, token=token):
        pass


@asynccontextmanager
async def _signed_in(account: EmailAccount, secret: str, *, token: bool) -> AsyncIterator[aiosmtplib.SMTP]:
    import aiosmtplib  # noqa: PLC0415 - loaded with the first answer

    smtp = aiosmtplib.SMTP(
        hostname=account.smtp_host,
        port=account.smtp_port,
        use_tls=account.smtp_security is Security.TLS,
        start_tls=account.smtp_security is Security.STARTTLS,
        tls_context=None if account.smtp_security is Security.NONE else trusted(),
        local_hostname=account.address.rpartition("@")[2],
        timeout=CONNECT_SECONDS,
    )
    try:
        try:
            await smtp.connect()
            await smtp.ehlo()
            if not smtp.supports_extension("auth"):
                raise Refused(
                    say(
                        "{host} takes no sign-in on port {port}, so nothing can be sent there; mostly 465 or 587 is "
                        "right",
                        host=safe(account.smtp_host),
                        port=account.smtp_port,
                    ),
                )
            await (smtp.auth_xoauth2 if token else smtp.login)(account.login, secret)
        except (aiosmtplib.SMTPException, OSError, UnicodeError, ValueError) as error:
            if token and isinstance(error, aiosmtplib.SMTPAuthenticationError) and error.code >= _PERMANENT:
                raise _token_refused(error.code, account) from None
            raise _certain(error, account) from None
        yield smtp
        try:
            await smtp.quit()
        except (aiosmtplib.SMTPException, OSError):
            # What was to be said was said.
            _LOG.debug("%s broke off at the goodbye", safe(account.smtp_host))
    finally:
        smtp.close()


def _token_refused(code: int, account: EmailAccount) -> TokenRefused:
    return TokenRefused(
        say(
            "{host} does not let this account send ({code}); the OAuth token may have ended or lack the permission, or "
            "sending by programs may be switched off for the mailbox",
            host=safe(account.smtp_host),
            code=code,
        ),
        missing_scope="SMTP",
    )


def _certain(error: Exception, account: EmailAccount) -> NetworkFailure:
    """Return what it means that nothing was sent."""
    import aiosmtplib  # noqa: PLC0415 - loaded with the first answer

    host = safe(account.smtp_host)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _refusal(error, host, signing_in=isinstance(error, aiosmtplib.SMTPAuthenticationError))
    cause = error.__cause__ or error.__context__
    if isinstance(cause, OSError) and not isinstance(cause, aiosmtplib.SMTPException):
        return unreachable(cause, host, account.smtp_port)
    if isinstance(error, OSError) and not isinstance(error, aiosmtplib.SMTPException):
        return unreachable(error, host, account.smtp_port)
    if isinstance(error, TimeoutError):
        return TryLater(say("{host} does not answer", host=host))
    if isinstance(error, (UnicodeError, ValueError)):
        return Refused(say("{host} cannot take this mail", host=host))
    return TryLater(say("{host} broke off the connection", host=host))


def _refusal(error: aiosmtplib.SMTPResponseException, host: str, *, signing_in: bool) -> NetworkFailure:
    """Return what a server's no means, by its code."""
    if error.code in _SIGN_IN or (signing_in and error.code >= _PERMANENT):
        return SignInAgain(
            say(
                "{host} does not let this account send ({code}); the password may be wrong, or sending by programs may "
                "be switched off for the mailbox",
                host=host,
                code=error.code,
            ),
            missing_scope="SMTP",
        )
    said = "" if signing_in else safe(" ".join(error.message.split()), limit=_REASON)
    if _TEMPORARY <= error.code < _PERMANENT:
        return TryLater(say("{host} asks to come back later ({code})", host=host, code=error.code))
    return Refused(say("{host} refuses this mail ({code}): {said}", host=host, code=error.code, said=said))


def _doubtful(account: EmailAccount) -> SendOutcomeUnknown:
    return SendOutcomeUnknown(
        say("{host} was given the answer and did not say whether it took it", host=safe(account.smtp_host)),
    )
