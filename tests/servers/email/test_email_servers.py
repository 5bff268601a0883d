"""E-mail against servers that others wrote: Dovecot and aiosmtpd on loopback.

Run it with `pytest -m server tests/servers/email` where dovecot-imapd and aiosmtpd are installed.
"""

from __future__ import annotations

import asyncio
import time
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr
from rehearsal.hostile_mail import by_hand, generated

from cminbox.domain.message import AUTOMATIC, LIST, SPAM, Kind
from cminbox.domain.reply import Reply, Steps
from cminbox.network_kit.failures import CursorExpired, Gone, Refused, SendOutcomeUnknown, SignInAgain, TryLater

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Page
    from cminbox.networks.email import Email

pytestmark = pytest.mark.server
HISTORY_MS = 30 * 24 * 3600 * 1000
QUESTION = (
    "From: Ana <ana@customer.example>\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: {id}\r\n"
    "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n{more}\r\n{text}\r\n"
)


def now() -> int:
    return time.time_ns() // 1_000_000


def question(text: str, id_: str, subject: str = "Order 12", *, to: str = "help@shop.example", more: str = "") -> bytes:
    return QUESTION.format(to=to, subject=subject, id=id_, more=more, text=text).encode()


async def pages(network: Email, cursor: str | None = None) -> list[Page]:
    return [page async for page in network.fetch(cursor, now() - HISTORY_MS)]


async def messages(network: Email, cursor: str | None = None) -> list[Message]:
    return [message for page in await pages(network, cursor) for message in page.messages]


def answer(message: Message, text: str, key: str = "k1") -> Reply:
    assert message.conversation is not None
    return Reply(key, Kind.DM, message.conversation, message.remote_id, text, decided_at=now(), steps=Steps())


def in_folder(servers: Any, network: Email, folder: str) -> list[Any]:  # noqa: ANN401 - mails
    client = servers.dovecot.signed_in(network.account.address)
    client.select_folder(folder, readonly=True)
    found = client.fetch(client.search("ALL"), ["BODY.PEEK[]", "FLAGS"])
    client.logout()
    return [(message_from_bytes(one[b"BODY[]"]), one[b"FLAGS"]) for _, one in sorted(found.items())]


@pytest.fixture
def network(servers: Any) -> Email:  # noqa: ANN401 - of the folder's conftest
    connected: Email = servers.connected(servers.account())
    return connected


@pytest.fixture
def put(servers: Any, network: Email) -> Callable[..., None]:  # noqa: ANN401 - of the folder's conftest
    def into(raw: bytes, folder: str = "INBOX") -> None:
        servers.dovecot.put(network.account.address, raw, folder)

    return into


async def test_what_customers_write_arrives_once_with_its_thread(network: Email, put: Callable[..., None]) -> None:
    put(question("Where is it?", "<a1@c>"))
    put(question("Still waiting", "<a2@c>", "Re: Order 12", more="In-Reply-To: <a1@c>\r\nReferences: <a1@c>\r\n"))
    put(question("Another matter", "<a3@c>", "Invoice"))
    put(question("By hand only", "<a4@c>", "Re: Order 12", more="In-Reply-To: <a2@c>\r\n"))
    found = await messages(network)
    assert [one.text.splitlines()[-1] for one in found] == [
        "Where is it?",
        "Still waiting",
        "Another matter",
        "By hand only",
    ]
    threads = [one.conversation for one in found]
    assert threads[0] == threads[1] == threads[3] != threads[2]
    cursor = (await pages(network))[-1].cursor
    assert await messages(network, cursor) == []
    put(question("New", "<a5@c>"))
    assert [one.text.splitlines()[-1] for one in await messages(network, cursor)] == ["New"]


async def test_an_answer_names_what_it_answers_and_one_copy_lies_in_sent(
    servers: Any,  # noqa: ANN401 - of the folder's conftest
    network: Email,
    put: Callable[..., None],
) -> None:
    put(question("Where?", "<b2@c>", more="References: <b0@c> <b1@c>\r\nReply-To: relay+77@market.example\r\n"))
    (asked,) = await messages(network)
    receipt = await network.reply(answer(asked, "C'est parti !\n.\nFrom us, à bientôt " + "é" * 300))
    (taken,) = [message_from_bytes(one) for one in servers.post.handler.taken]
    assert servers.post.handler.recipients == ["relay+77@market.example"]
    assert taken["in-reply-to"] == "<b2@c>"
    assert str(taken["references"]).split() == ["<b0@c>", "<b1@c>", "<b2@c>"]
    assert taken["subject"] == "Re: Order 12"
    assert taken["from"] == network.account.address
    words = bytes(taken.get_payload(decode=True)).decode().replace("\r\n", "\n").rstrip("\n")
    assert words == "C'est parti !\n.\nFrom us, à bientôt " + "é" * 300
    ((copy, flags),) = in_folder(servers, network, "Sent")
    assert copy["message-id"] == taken["message-id"]
    assert b"\\Seen" in flags
    ((_, asked_flags),) = in_folder(servers, network, "INBOX")
    assert {b"\\Seen", b"\\Answered"} <= set(asked_flags)
    again = await messages(network)
    assert [(one.ours, one.conversation) for one in again] == [(False, asked.conversation), (True, asked.conversation)]
    assert again[1].remote_id == receipt.remote_id


async def test_an_answer_to_our_answer_comes_back_even_when_a_relay_drops_the_references(
    servers: Any,  # noqa: ANN401 - of the folder's conftest
    network: Email,
    put: Callable[..., None],
) -> None:
    put(question("Where?", "<c1@c>"))
    (asked,) = await messages(network)
    await network.reply(answer(asked, "Tomorrow"))
    ours = message_from_bytes(servers.post.handler.taken[0])["message-id"]
    put(question("Thanks", "<relay-made@market>", "Something else", more=f"In-Reply-To: {ours}\r\n"))
    thanks = next(one for one in await messages(network) if "Thanks" in one.text)
    assert thanks.conversation == asked.conversation
    thread = await network.thread(asked.remote_id)
    # They share a second, which is all that a server keeps.
    assert {(one.text.splitlines()[-1], one.ours) for one in thread.below} == {("Tomorrow", True), ("Thanks", False)}


async def test_a_cut_connection_is_in_doubt_found_in_sent_and_not_sent_twice(
    servers: Any,  # noqa: ANN401 - of the folder's conftest
    network: Email,
    put: Callable[..., None],
) -> None:
    put(question("Where?", "<d1@c>"))
    (asked,) = await messages(network)
    handler = servers.post.handler
    handler.cut, handler.files = True, (servers.dovecot, network.account.address)
    reply = answer(asked, "It left today")
    assert await network.find_sent(reply) is None
    with pytest.raises(SendOutcomeUnknown):
        await network.reply(reply)
    handler.cut = False
    found = await network.find_sent(reply)
    assert found is not None
    again = await network.reply(reply)
    assert again.remote_id == found.remote_id
    assert len(handler.taken) == 1
    assert len(in_folder(servers, network, "Sent")) == 1


async def test_a_cut_connection_where_nothing_was_taken_is_in_doubt_and_not_found(
    servers: Any,  # noqa: ANN401 - of the folder's conftest
    network: Email,
    put: Callable[..., None],
) -> None:
    put(question("Where?", "<d2@c>"))
    (asked,) = await messages(network)
    servers.post.handler.cut, servers.post.handler.answer = True, "451 never said"
    reply = answer(asked, "It left today")
    with pytest.raises(SendOutcomeUnknown):
        await network.reply(reply)
    assert await network.find_sent(reply) is None
    assert in_folder(servers, network, "Sent") == []


@pytest.mark.parametrize(
    ("said", "failure"),
    [("451 4.3.0 try again", TryLater), ("550 5.7.1 no spam please", Refused), ("554 5.6.0 no", Refused)],
)
async def test_a_mail_that_is_not_taken_was_not_sent(
    servers: Any,  # noqa: ANN401 - of the folder's conftest
    network: Email,
    put: Callable[..., None],
    said: str,
    failure: type[Exception],
) -> None:
    put(question("Where?", "<e1@c>"))
    (asked,) = await messages(network)
    servers.post.handler.answer = said
    with pytest.raises(failure):
        await network.reply(answer(asked, "It left"))
    assert in_folder(servers, network, "Sent") == []


async def test_other_numbers_are_an_expired_cursor_and_the_same_messages(
    servers: Any,  # noqa: ANN401 - of the folder's conftest
    network: Email,
    put: Callable[..., None],
) -> None:
    put(question("One", "<f1@c>"))
    put(b"Subject: no id\r\n\r\nnobody knows who I am\r\n")
    before = await pages(network)
    # A server that has lost its lists numbers the mails anew; the generation is a time in seconds.
    await asyncio.sleep(1.1)
    for one in (servers.dovecot.folder / "mail" / network.account.address).glob("dovecot*"):
        one.unlink()
    with pytest.raises(CursorExpired):
        await pages(network, before[-1].cursor)
    after = await pages(network)
    assert {one.remote_id for page in after for one in page.messages} == {
        one.remote_id for page in before for one in page.messages
    }


async def test_new_mail_is_announced_at_once(network: Email, put: Callable[..., None]) -> None:
    put(question("First", "<g1@c>"))
    waiting = asyncio.create_task(network.stream())
    await asyncio.sleep(0.5)
    assert not waiting.done()
    await asyncio.to_thread(put, question("Second", "<g2@c>"))
    await asyncio.wait_for(waiting, 10.0)


async def test_whoever_stops_listening_is_gone_at_once(network: Email) -> None:
    waiting = asyncio.create_task(network.stream())
    await asyncio.sleep(0.5)
    waiting.cancel()
    done, _ = await asyncio.wait({waiting}, timeout=2.0)
    assert done
    assert waiting.cancelled()


async def test_what_others_mark_is_noticed(
    servers: Any,  # noqa: ANN401 - of the folder's conftest
    network: Email,
    put: Callable[..., None],
) -> None:
    for number in range(3):
        put(question(f"Number {number}", f"<h{number}@c>"))
    first = await pages(network)
    ids = [one.remote_id for one in first[-1].messages]
    client = servers.dovecot.signed_in(network.account.address)
    client.select_folder("INBOX")
    uids = client.search("ALL")
    client.add_flags(uids[:1], [b"\\Deleted"])
    client.add_flags(uids[1:2], [b"$Junk"])
    client.add_flags(uids[2:], [b"\\Seen"])
    client.logout()
    (news,) = await pages(network, first[-1].cursor)
    assert news.deleted == (ids[0],)
    assert [(one.remote_id, one.labels) for one in news.messages] == [(ids[1], (SPAM,))]
    assert await messages(network, news.cursor) == []


async def test_reading_deleting_and_reporting_move_the_mail_once(
    servers: Any,  # noqa: ANN401 - of the folder's conftest
    network: Email,
    put: Callable[..., None],
) -> None:
    for name in ("read", "delete", "report"):
        put(question(name, f"<{name}@c>"))
    read, deleted, reported = await messages(network)
    for _ in range(2):
        await network.mark_read(read.remote_id)
        await network.delete(deleted.remote_id)
        await network.report(reported.remote_id, "spam")
    assert [flags for _, flags in in_folder(servers, network, "INBOX")] == [(b"\\Seen",)]
    assert [mail["message-id"] for mail, _ in in_folder(servers, network, "Trash")] == ["<delete@c>"]
    assert [mail["message-id"] for mail, _ in in_folder(servers, network, "Junk")] == ["<report@c>"]
    with pytest.raises(Gone):
        await network.mark_read("<nobody@c>#" + "0" * 24)


async def test_robots_and_lists_are_labelled_and_a_report_finds_its_conversation(
    servers: Any,  # noqa: ANN401 - of the folder's conftest
    network: Email,
    put: Callable[..., None],
) -> None:
    put(question("Where?", "<i1@c>"))
    (asked,) = await messages(network)
    await network.reply(answer(asked, "There"))
    ours = message_from_bytes(servers.post.handler.taken[0])["message-id"]
    put(question("I am away", "<i2@c>", "Away", more="Auto-Submitted: auto-replied\r\n"))
    put(question("News", "<i3@c>", "News", more="List-Id: <news.example>\r\n"))
    report = (
        f"From: Mail <MAILER-DAEMON@mx>\r\nSubject: Undelivered\r\nMessage-ID: <i4@mx>\r\n\r\nMessage-ID: {ours}\r\n"
    )
    put(report.encode())
    away, news, bounce = [one for one in await messages(network) if not one.ours][1:]
    assert (away.labels, news.labels, bounce.labels) == ((AUTOMATIC,), (LIST,), (AUTOMATIC,))
    assert bounce.conversation == asked.conversation
    with pytest.raises(Refused):
        await network.reply(answer(bounce, "Dear machine", "k2"))


async def test_a_large_attachment_is_never_downloaded(
    servers: Any,  # noqa: ANN401 - of the folder's conftest
    network: Email,
    put: Callable[..., None],
) -> None:
    block = (b"QUJD" * 18 + b"\r\n") * (20 * 1024 * 1024 // 74)
    head = question("", "<j1@c>", more="MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n")
    parts = (
        b"--b\r\nContent-Type: application/pdf; name=bill.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        block,
        b"--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
        b"Voil=E0 la facture\r\n--b--\r\n",
    )
    put(head + b"".join(parts))
    (found,) = await messages(network)
    assert "Voilà la facture" in found.text
    assert [one.name for one in found.attachments] == ["bill.pdf"]
    sent = [
        line for line in (servers.dovecot.folder / "log").read_text().splitlines() if network.account.address in line
    ]
    amounts = [int(line.partition(" out=")[2].split()[0]) for line in sent if " out=" in line]
    assert max(amounts) < 400_000


async def test_the_check_tells_what_is_wrong(servers: Any, network: Email) -> None:  # noqa: ANN401 - of conftest
    report = await network.check()
    assert report.missing_scopes == ()
    assert report.me.handle == network.account.address
    wrong = servers.connected(servers.account(password=SecretStr("wrong")))
    with pytest.raises(SignInAgain):
        await wrong.check()
    nowhere = servers.connected(servers.account(sent="Gesendet"))
    assert any("Gesendet" in str(one) for one in (await nowhere.check()).remarks)
    no_inbox = servers.connected(servers.account(inbox="Customers"))
    with pytest.raises(Refused):
        await no_inbox.check()
    unprotected = servers.connected(servers.account(imap_port=servers.dovecot.port, imap_security="tls"))
    with pytest.raises((Refused, TryLater)):
        await unprotected.check()


async def test_a_certificate_that_cannot_be_trusted_is_named(servers: Any, network: Email) -> None:  # noqa: ANN401 - of conftest
    account = network.account.model_copy(update={"imap_port": servers.dovecot.tls_port})
    secured = account.model_validate(account.model_dump() | {"imap_security": "tls", "imap_host": "localhost"})
    with pytest.raises(Refused, match="certificate"):
        await servers.connected(secured).check()


async def test_a_trusted_certificate_is_accepted(
    servers: Any,  # noqa: ANN401 - of the folder's conftest
    network: Email,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.dovecot.folder / "cert.pem"))
    changes = {"imap_host": "localhost", "password": SecretStr("pw")}
    for security, port in (("tls", servers.dovecot.tls_port), ("starttls", servers.dovecot.port)):
        given = network.account.model_dump() | changes | {"imap_security": security, "imap_port": port}
        report = await servers.connected(type(network.account).model_validate(given)).check()
        assert report.me.handle == network.account.address


async def test_a_port_without_sign_in_is_named(servers: Any, network: Email) -> None:  # noqa: ANN401 - of conftest
    closed = type(servers.post)(signs_in=False)
    try:
        with pytest.raises(Refused, match="no sign-in"):
            await servers.connected(network.account.model_copy(update={"smtp_port": closed.port})).check()
    finally:
        closed.stop()


async def test_hostile_mails_stop_nobody(servers: Any, network: Email) -> None:  # noqa: ANN401 - of conftest
    hostile = [*by_hand(), *generated(seed=20, amount=500)][:500]
    client = servers.dovecot.signed_in(network.account.address)
    for number, raw in enumerate(hostile):
        # Dovecot takes no mail with NUL in it, and none that is empty.
        client.append("INBOX", raw.replace(b"\x00", b"?") or b"\r\n")
        if number % 10 == 0:
            client.append("INBOX", question("Where is it?", f"<sound{number}@c>", "Sound"))
    client.logout()
    found = await pages(network)
    arrived = [message for page in found for message in page.messages]
    assert sum(message.text == "Sound\n\nWhere is it?" for message in arrived) == 50
    assert len(arrived) + sum(len(page.skipped) for page in found) == 550
    assert await messages(network, found[-1].cursor) == []
