"""Signing in to IMAP with an OAuth token (XOAUTH2): one word, and an empty one where the server says why it refuses.

https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.failures import SignInAgain
from cminbox.networks.email.failures import IMAP_ERRORS, TokenRefused, imap_failure

if TYPE_CHECKING:
    from cminbox.networks.email.account import EmailAccount

_LONGEST = 4096
_WHY = 100


def bear(client: Any, account: EmailAccount, token: str) -> None:  # noqa: ANN401 - a client without types
    """Sign in with an access token. Raises TokenRefused, and other failures of `imap_failure`."""
    told: list[bytes] = []

    def answer(challenge: bytes) -> bytes:
        if not challenge and not told:
            return f"user={account.login}\1auth=Bearer {token}\1\1".encode()
        # The server waits for an empty line, and then says no; what it is told again it may take for another attempt.
        told.append(challenge[:_LONGEST])
        return b""

    try:
        client.sasl_login("XOAUTH2", answer)
    except IMAP_ERRORS as error:
        failure = imap_failure(error, account)
        if isinstance(failure, SignInAgain):
            raise _refused(account.imap_host, _reason(told)) from None
        raise failure from None


def _refused(host: str, why: str) -> TokenRefused:
    return TokenRefused(
        say(
            "{host} does not accept the OAuth token ({why}): it has ended, was taken back or does not allow mail; sign "
            "in again with a new one",
            host=safe(host),
            why=why,
        ),
    )


def _reason(told: list[bytes]) -> str:
    """Return the status that a server's challenge names, "NO" where it names none."""
    try:
        said = json.loads(told[0]) if told else None
    except (ValueError, RecursionError):
        said = None
    status = said.get("status") if isinstance(said, dict) else None
    return safe(str(status), limit=_WHY) if isinstance(status, (str, int)) and status else "NO"
