"""Signing in with OAuth tokens (XOAUTH2) at servers that others wrote; the tokens are asked after on loopback."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.reply import Reply, Steps
from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import SignInAgain
from cminbox.network_kit.testing.bench import KeptInMemory
from cminbox.networks.email import Email

if TYPE_CHECKING:
    from cminbox.networks.email.account import EmailAccount

pytestmark = pytest.mark.server
DAY_MS = 24 * 3600 * 1000
MAIL = "From: Ana <ana@customer.example>\r\nTo: {to}\r\nSubject: Order 12\r\nMessage-ID: <q@c>\r\n\r\nWhere is it?\r\n"


def now() -> int:
    return time.time_ns() // 1_000_000


def renewing(account: EmailAccount, *tokens: str) -> Email:
    """Return a mailbox that gets these tokens for its refresh token, one after the other."""
    given = iter(tokens)

    def answer(_request: httpx.Request) -> httpx.Response:
        body = json.dumps({"access_token": next(given), "expires_in": 3600}).encode()
        return httpx.Response(200, stream=httpx.ByteStream(body))

    settings = account.model_copy(update={"refresh_token": SecretStr("r"), "client_id": "c"})
    return Email(settings, new_client(httpx.MockTransport(answer)), KeptInMemory(), now)


def give(servers: Any, account: EmailAccount, token: str) -> None:  # noqa: ANN401 - of the folder's conftest
    """Let both servers take a token."""
    servers.dovecot.tokens.owners[token] = account.address
    servers.post.handler.tokens.add(token)


async def test_a_mail_is_read_and_answered_with_an_access_token(servers: Any) -> None:  # noqa: ANN401 - as above
    account = servers.account()
    give(servers, account, f"good-{account.address}")
    servers.dovecot.put(account.address, MAIL.format(to=account.address).encode())
    network = renewing(account, f"good-{account.address}")
    assert (await network.check()).missing_scopes == ()
    (message,) = [one async for page in network.fetch(None, now() - DAY_MS) for one in page.messages]
    assert message.conversation is not None
    reply = Reply("k", Kind.DM, message.conversation, message.remote_id, "On its way", decided_at=now(), steps=Steps())
    await network.reply(reply)
    assert len(servers.post.handler.taken) == 1
    assert servers.post.handler.refusals == 0


async def test_a_token_that_was_taken_back_is_renewed_at_both_servers(servers: Any) -> None:  # noqa: ANN401 - as above
    account = servers.account()
    fresh = f"fresh-{account.address}"
    give(servers, account, fresh)
    network = renewing(account, "taken-back", fresh)
    assert (await network.check()).missing_scopes == ()
    assert servers.dovecot.tokens.asked[-2:] == ["taken-back", fresh]
    again = renewing(account, "taken-back", fresh)
    servers.dovecot.tokens.owners["taken-back"] = account.address
    assert (await again.check()).missing_scopes == ()
    assert servers.post.handler.refusals == 1


async def test_a_mailbox_that_may_be_read_alone_says_so(servers: Any) -> None:  # noqa: ANN401 - as above
    account = servers.account()
    token = f"reads-{account.address}"
    servers.dovecot.tokens.owners[token] = account.address
    report = await renewing(account, token, token).check()
    assert report.missing_scopes == ("SMTP",)
    assert servers.post.handler.refusals == 2


async def test_a_token_of_somebody_else_opens_no_mailbox(servers: Any) -> None:  # noqa: ANN401 - as above
    account = servers.account()
    servers.dovecot.tokens.owners["anothers"] = "somebody@else.example"
    with pytest.raises(SignInAgain, match="does not accept the OAuth token"):
        await renewing(account, "anothers", "anothers").check()
