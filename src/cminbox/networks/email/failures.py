"""What goes wrong with mail servers, as one of the failures of the contract, told by codes and never by words."""

from __future__ import annotations

import imaplib
import os
import re
import socket
import ssl
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.failures import NetworkFailure, Refused, SignInAgain, TryLater, Unreadable

if TYPE_CHECKING:
    from cminbox.networks.email.account import EmailAccount

PAUSE_SECONDS = 300.0
_CODE = re.compile(r"\[([A-Z][A-Z0-9-]{1,30})[\] ]")
_LATER = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "THROTTLED", "EXPUNGEISSUED", "CONTACTADMIN"})
_NOWHERE = frozenset({"NONEXISTENT", "TRYCREATE", "NOPERM", "CANNOT", "OVERQUOTA", "TOOBIG"})
_UNPARSED = (ValueError, TypeError, KeyError, IndexError, AssertionError, AttributeError, RecursionError, OverflowError)
IMAP_ERRORS = (NetworkFailure, imaplib.IMAP4.error, OSError, *_UNPARSED)
"""Everything that asking a server through the IMAP client raises; `imap_failure` says what each means."""


class TokenRefused(SignInAgain):
    """A server takes an OAuth token no more, though it may take the next one."""


def imap_failure(error: Exception, account: EmailAccount) -> NetworkFailure:
    """Return what one of `IMAP_ERRORS` means; a failure of the contract means itself."""
    if isinstance(error, NetworkFailure):
        return error
    host = safe(account.imap_host)
    if isinstance(error, imaplib.IMAP4.error):
        return _answered(error, host)
    if isinstance(error, OSError):
        return unreachable(error, host, account.imap_port)
    return Unreadable(say("{host} answered with something that is no IMAP", host=host))


def unreachable(error: OSError, host: str, port: int) -> NetworkFailure:
    """Return what a failed connection means."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Refused(
            say(
                "The certificate of {host} cannot be trusted ({reason}); nothing was sent to it",
                host=host,
                reason=safe(getattr(error, "verify_message", "") or "unknown", limit=100),
            ),
        )
    if isinstance(error, ssl.SSLError):
        return Refused(
            say("{host} speaks no TLS on port {port}; check the port and how it is protected", host=host, port=port)
        )
    if isinstance(error, socket.gaierror):
        return TryLater(say("There is no address for {host}; check its name", host=host))
    if isinstance(error, TimeoutError):
        return TryLater(say("{host} does not answer", host=host))
    reason = os.strerror(error.errno) if error.errno else type(error).__name__
    return TryLater(say("{host} cannot be reached ({reason})", host=host, reason=reason))


def _answered(error: imaplib.IMAP4.error, host: str) -> NetworkFailure:
    found = _CODE.search(str(error).upper())
    code = found[1] if found else ""
    name = type(error).__name__
    if code in _LATER:
        return TryLater(say("{host} asks to come back later ({code})", host=host, code=code), PAUSE_SECONDS)
    if isinstance(error, imaplib.IMAP4.abort) or isinstance(error.__context__, imaplib.IMAP4.abort):
        return TryLater(say("{host} broke off the connection", host=host))
    if name == "LoginError":
        return SignInAgain(
            say(
                "{host} does not accept the name or the password ({code}); with two-step sign-in an app password is "
                "needed: cminbox guide connecting-email",
                host=host,
                code=code or "NO",
            ),
        )
    if name == "ProtocolError":
        return Unreadable(say("{host} answered with something that is no IMAP", host=host))
    if code in _NOWHERE or name == "CapabilityError":
        return Refused(say("{host} refuses that ({code})", host=host, code=code or name))
    return TryLater(say("{host} answered with an error ({code})", host=host, code=code or name))
