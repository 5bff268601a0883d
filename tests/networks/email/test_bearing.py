"""Signing in with an OAuth token, byte for byte: XOAUTH2, its error challenge, and the next token."""

from __future__ import annotations

import base64
import json
import socket
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pydantic import SecretStr

from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import NotSupported, SignInAgain, TryLater
from cminbox.network_kit.testing.bench import KeptInMemory
from cminbox.networks.email import Email
from cminbox.networks.email.account import EmailAccount
from cminbox.networks.email.client import dialled
from cminbox.networks.email.failures import TokenRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = 1_790_000_000_000
ADDRESS = "help@shop.example"
CHALLENGE = json.dumps({"status": "400", "schemes": "Bearer", "scope": "https://mail.google.com/"}).encode()


def word(token: str) -> str:
    """Return what a client says with a token."""
    return f"user={ADDRESS}\x01auth=Bearer {token}\x01\x01"


class Desk:
    """An IMAP server that knows how to sign in with a token and nothing else. `heard` is what was said to it.

    `takes` is the token that it accepts; another one is refused with `challenge`, empty for none, and `no`.
    """

    def __init__(self, takes: str, challenge: bytes = CHALLENGE, no: str = "NO [AUTHENTICATIONFAILED] no") -> None:
        self.takes, self.challenge, self.no = takes, challenge, no
        self.heard: list[str] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, and wait for who is being served."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as both:
                connection.settimeout(5)
                self._talk(both)

    def _talk(self, both: Any) -> None:  # noqa: ANN401 - a file of a socket
        def say(text: str) -> None:
            both.write(text.encode() + b"\r\n")
            both.flush()

        say("* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] ready")
        while line := both.readline():
            tag, _, command = line.decode().strip().partition(" ")
            if command.upper().startswith("AUTHENTICATE XOAUTH2"):
                say("+ ")
                said = base64.b64decode(both.readline()).decode()
                self.heard.append(said)
                if said == word(self.takes):
                    say(f"{tag} OK in")
                    continue
                if self.challenge:
                    say("+ " + base64.b64encode(self.challenge).decode())
                    self.heard.append(base64.b64decode(both.readline()).decode())
                say(f"{tag} {self.no}")
            elif command.upper().startswith("LOGOUT"):
                say("* BYE")
                say(f"{tag} OK done")
                return
            elif command.upper().startswith("CAPABILITY"):
                say("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2")
                say(f"{tag} OK done")
            else:
                say(f"{tag} NO not here")


@pytest.fixture
def desk() -> Iterator[Desk]:
    server = Desk("fresh")
    yield server
    server.close()


def account(port: int, **secrets: str) -> EmailAccount:
    given: dict[str, object] = {"address": ADDRESS, "imap_host": "127.0.0.1", "imap_port": port}
    given |= {"imap_security": "none", "smtp_host": "127.0.0.1", "smtp_security": "none"}
    return EmailAccount.model_validate(given | {name: SecretStr(value) for name, value in secrets.items()})


def test_a_token_that_is_taken_is_said_once(desk: Desk) -> None:
    client: Any = dialled(account(desk.port, oauth_token="fresh"), "fresh", token=True)
    client.logout()
    assert desk.heard == [word("fresh")]


@pytest.mark.parametrize(
    ("challenge", "why", "heard"),
    [
        (CHALLENGE, "(400)", [word("old"), ""]),
        (b"", "(NO)", [word("old")]),
        (b"\xff no JSON", "(NO)", [word("old"), ""]),
        (b'["a list"]', "(NO)", [word("old"), ""]),
        (b'{"status": {"odd": 1}}', "(NO)", [word("old"), ""]),
        (b"[" * 3000, "(NO)", [word("old"), ""]),
    ],
    ids=["JSON", "none", "no JSON", "a list", "no status", "deep"],
)
def test_a_refused_token_is_answered_with_nothing_and_its_reason_named(
    desk: Desk, challenge: bytes, why: str, heard: list[str]
) -> None:
    desk.challenge = challenge
    with pytest.raises(TokenRefused) as refused:
        dialled(account(desk.port, oauth_token="old"), "old", token=True)
    assert desk.heard == heard
    assert why in str(refused.value)
    assert "old" not in str(refused.value).replace("OAuth", "")


def test_a_server_that_is_busy_refuses_no_token(desk: Desk) -> None:
    desk.no = "NO [UNAVAILABLE] later"
    with pytest.raises(TryLater):
        dialled(account(desk.port, oauth_token="old"), "old", token=True)


def renewing(desk: Desk, tokens: list[str], now: Callable[[], int]) -> Email:
    """Return a mailbox that gets these tokens, one after the other, each for an hour."""
    given = iter(tokens)

    def answer(_request: httpx.Request) -> httpx.Response:
        body = json.dumps({"access_token": next(given), "expires_in": 3600}).encode()
        return httpx.Response(200, stream=httpx.ByteStream(body))

    settings = account(desk.port, refresh_token="r").model_copy(update={"client_id": "c"})
    return Email(settings, new_client(httpx.MockTransport(answer)), KeptInMemory(), now)


async def test_a_token_that_ended_before_its_time_is_renewed_once_and_the_next_one_is_kept(desk: Desk) -> None:
    mailbox = renewing(desk, ["stale", "fresh"], lambda: NOW)
    for _ in range(2):
        with pytest.raises(NotSupported):
            await mailbox.stream()
    assert desk.heard == [word("stale"), "", word("fresh"), word("fresh")]


async def test_a_token_whose_time_has_come_is_renewed_before_it_is_used(desk: Desk) -> None:
    now = [NOW]
    mailbox = renewing(desk, ["fresh", "next"], lambda: now[0])
    with pytest.raises(NotSupported):
        await mailbox.stream()
    now[0] += 3600 * 1000
    desk.takes = "next"
    with pytest.raises(NotSupported):
        await mailbox.stream()
    assert desk.heard == [word("fresh"), word("next")]


async def test_a_second_refusal_ends_the_attempts(desk: Desk) -> None:
    mailbox = renewing(desk, ["stale", "stale too"], lambda: NOW)
    with pytest.raises(SignInAgain, match="does not accept the OAuth token"):
        await mailbox.stream()
    assert desk.heard == [word("stale"), "", word("stale too"), ""]


async def test_where_there_is_no_other_token_a_person_is_asked_to_sign_in(desk: Desk) -> None:
    mailbox = Email(account(desk.port, oauth_token="old"), new_client(), KeptInMemory(), lambda: NOW)
    with pytest.raises(SignInAgain, match="does not accept the OAuth token"):
        await mailbox.stream()
    assert desk.heard == [word("old"), ""]
