"""Every way in which a mail server can fail, and what each means; settings that are not accepted."""

from __future__ import annotations

import asyncio
import imaplib
import socket
import ssl
from typing import Any

import httpx
import pytest
from imapclient.exceptions import LoginError, ProtocolError  # type: ignore[import-untyped]
from pydantic import SecretStr, ValidationError

from cminbox.domain.saying import say
from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import NotSupported, Refused, SignInAgain, TryLater, Unreadable
from cminbox.network_kit.testing.bench import KeptInMemory
from cminbox.networks.email import Email
from cminbox.networks.email.account import EmailAccount

PLANTED = "planted-password"


def login_error(context: Exception | None = None) -> Exception:
    error: Exception = LoginError(f"[AUTHENTICATIONFAILED] no: {PLANTED}")
    error.__context__ = context
    return error


@pytest.mark.parametrize(
    ("failure", "meaning"),
    [
        (login_error(), SignInAgain),
        (login_error(imaplib.IMAP4.abort("EOF")), TryLater),
        (LoginError("[UNAVAILABLE] the directory sleeps"), TryLater),
        (imaplib.IMAP4.abort("socket error: EOF"), TryLater),
        (imaplib.IMAP4.error("[LIMIT] too many"), TryLater),
        (imaplib.IMAP4.error("select failed: [NONEXISTENT] nothing"), Refused),
        (imaplib.IMAP4.error("something else"), TryLater),
        (ProtocolError("what is this"), Unreadable),
        (ValueError("no number"), Unreadable),
        (RecursionError(), Unreadable),
        (ConnectionRefusedError(111, "refused"), TryLater),
        (TimeoutError(), TryLater),
        (socket.gaierror(-2, "unknown"), TryLater),
        (ssl.SSLCertVerificationError(1, "self-signed"), Refused),
        (ssl.SSLError(1, "WRONG_VERSION_NUMBER"), Refused),
    ],
)
async def test_each_failure_says_what_to_do(place: Any, failure: Exception, meaning: type[Exception]) -> None:  # noqa: ANN401 - of conftest
    place.failure = failure
    email = place.connected(password=SecretStr(PLANTED))
    for act in (place.pages(email), email.check(), email.mark_read("<m@x>#1")):
        with pytest.raises(meaning) as caught:
            await act
        assert PLANTED not in str(caught.value)


async def test_listening_ends_with_news_and_is_not_possible_without_idle(place: Any) -> None:  # noqa: ANN401 - of conftest
    await place.connected().stream()
    assert [command for command, _ in place.seen][-3:] == ["EXAMINE", "IDLE", "DONE"]
    place.capabilities = (b"IMAP4REV1",)
    with pytest.raises(NotSupported):
        await place.connected().stream()


async def test_a_refresh_token_that_has_ended_is_for_a_person(place: Any) -> None:  # noqa: ANN401 - of conftest
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(400, stream=httpx.ByteStream(b'{"error": "invalid_grant"}'))

    given = {"address": "a@x.example", "imap_host": "imap.example", "smtp_host": "smtp.example"}
    settings = EmailAccount.model_validate(given | {"refresh_token": SecretStr("r"), "client_id": "c"})
    http = new_client(httpx.MockTransport(answer))
    with pytest.raises(SignInAgain, match="refresh token"):
        await Email(settings, http, KeptInMemory(), place.now).check()


async def test_a_mistake_of_ours_is_not_taken_for_the_servers(place: Any) -> None:  # noqa: ANN401 - of conftest
    place.failure = NotImplementedError("ours")
    with pytest.raises(NotImplementedError):
        await place.pages(place.connected())


async def test_one_mail_that_the_server_cannot_give_out_is_told_and_the_others_arrive(
    place: Any,  # noqa: ANN401 - of the folder's conftest
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from cminbox.simulators.email.client import SimulatedClient  # noqa: PLC0415 - beside its only use

    for number in range(6):
        place.put(f"From: a@x.example\nMessage-ID: <{number}@x>\n\nnumber {number}\n")
    fetch = SimulatedClient.fetch

    def spoilt(self: SimulatedClient, messages: Any, data: Any) -> Any:  # noqa: ANN401 - as it is
        if 3 in messages and any("BODY" in one for one in data):
            raise imaplib.IMAP4.error("fetch failed: some messages could not be fetched")
        return fetch(self, messages, data)

    monkeypatch.setattr(SimulatedClient, "fetch", spoilt)
    pages = await place.pages(place.connected())
    assert sum(len(page.messages) for page in pages) == 5
    assert [str(one) for page in pages for one in page.skipped] == [
        "Mail 3 in INBOX cannot be read: the server's answer is no IMAP"
    ]


async def test_a_server_in_trouble_loses_no_mail(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401 - of conftest
    from cminbox.simulators.email.client import SimulatedClient  # noqa: PLC0415 - beside its only use

    place.put("From: a@x.example\nMessage-ID: <1@x>\n\none\n")
    email = place.connected()
    cursor = (await place.pages(email))[-1].cursor
    place.put("From: a@x.example\nMessage-ID: <2@x>\n\ntwo\n")
    fetch = SimulatedClient.fetch

    def busy(self: SimulatedClient, messages: Any, data: Any) -> Any:  # noqa: ANN401 - as it is
        if list(data) != ["INTERNALDATE"]:
            raise imaplib.IMAP4.error("fetch failed: server trouble")
        return fetch(self, messages, data)

    with monkeypatch.context() as patched:
        patched.setattr(SimulatedClient, "fetch", busy)
        with pytest.raises(TryLater):
            await place.pages(email, cursor)
    assert [one.text for one in await place.messages(email, cursor)] == ["two"]


async def test_the_check_names_what_is_missing(place: Any) -> None:  # noqa: ANN401 - of conftest
    place.capabilities = (b"IMAP4REV1",)
    place.cannot_send = SignInAgain(say("{host} says no", host="smtp"), missing_scope="SMTP")
    del place.mailbox.folders["Trash"], place.mailbox.folders["Junk"], place.mailbox.folders["Sent"]
    report = await place.connected(junk="Werbung").check()
    said = " ".join(str(one) for one in report.remarks)
    assert report.missing_scopes == ("SMTP",)
    for word in ("smtp says no", "Werbung", "sent mail", "deleted mail", "IDLE", "CONDSTORE"):
        assert word in said


async def test_whoever_is_cancelled_waits_for_no_server() -> None:
    asked = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        try:
            while await reader.readline():
                asked.set()
        finally:
            writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        here = {"imap_host": "127.0.0.1", "imap_port": port, "imap_security": "none", "smtp_host": "smtp.example"}
        settings = EmailAccount.model_validate({"address": "a@x.example", "password": SecretStr("pw"), **here})
        email = Email(settings, new_client(), KeptInMemory(), lambda: 0)
        task = asyncio.create_task(email.check())
        await asyncio.wait_for(asked.wait(), 10.0)
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=2.0)
        assert done
        assert task.cancelled()


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "no address"},
        {"address": "Shop <help@shop.example>"},
        {"imap_security": "none"},
        {"smtp_security": "none"},
        {"imap_host": "imap.example:993/x"},
        {"imap_port": 0},
        {"password": SecretStr("")},
        {"password": SecretStr("two\r\nlines")},
        {"sent": "Sent\r\nx"},
        {"copies": "nobody"},
    ],
)
def test_settings_that_would_do_harm_are_not_accepted(wrong: dict[str, object]) -> None:
    given = {"address": "a@x.example", "imap_host": "imap.example", "smtp_host": "smtp.example"}
    good = given | {"password": SecretStr("pw\n")}
    assert EmailAccount.model_validate(good).password.get_secret_value() == "pw"
    with pytest.raises(ValidationError):
        EmailAccount.model_validate(good | wrong)


async def test_an_access_token_is_got_with_a_refresh_token_and_kept(place: Any) -> None:  # noqa: ANN401 - of conftest
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, stream=httpx.ByteStream(b'{"access_token": "fresh", "expires_in": 3600}'))

    given = {"address": "a@x.example", "imap_host": "imap.example", "smtp_host": "smtp.example"}
    oauth = {"refresh_token": SecretStr("r"), "client_id": "c", "oauth_site": "https://login.example/oauth2/v2.0"}
    email = Email(
        EmailAccount.model_validate(given | oauth), new_client(httpx.MockTransport(answer)), KeptInMemory(), place.now
    )
    seen: list[tuple[str, bool]] = []

    def dial(_account: EmailAccount, secret: str, /, *, token: bool) -> Any:  # noqa: ANN401 - never connects
        seen.append((secret, token))
        raise TimeoutError

    email.dial = dial
    for _ in range(2):
        with pytest.raises(TryLater):
            await email.check()
    assert seen == [("fresh", True)] * 2
    assert asked == ["https://login.example/oauth2/v2.0/token"]
