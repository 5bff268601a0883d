"""Answers as mails: where they go, what they name, and that each leaves once and lies in Sent once."""

from __future__ import annotations

from email import message_from_bytes
from typing import Any

import pytest

from cminbox.domain.message import Kind
from cminbox.domain.network import Capability
from cminbox.domain.reply import Progress
from cminbox.network_kit.failures import Gone, Refused, SendOutcomeUnknown, TryLater
from cminbox.networks.email.account import NOT_CALLED_BACK

QUESTION = "From: Ana <ana@x.example>\nMessage-ID: <q@x>\nSubject: Order\n{more}\nWhere?\n"


async def asked(place: Any, more: str = "") -> Any:  # noqa: ANN401 - of the folder's conftest
    place.put(QUESTION.format(more=more))
    (message,) = await place.messages(place.connected())
    return message


async def sent(place: Any, more: str = "") -> Any:  # noqa: ANN401 - of the folder's conftest
    message = await asked(place, more)
    await place.connected(name="Shop é").reply(place.answer(message))
    return message_from_bytes(place.post.delivered[0])


@pytest.mark.parametrize(
    ("more", "recipient"),
    [
        ("", "ana@x.example"),
        ("Reply-To: relay+1@market.example\n", "relay+1@market.example"),
        ("Reply-To: one@x.example, two@x.example\n", "one@x.example"),
        ("Reply-To: broken\n", "ana@x.example"),
        ("Reply-To: all@list.example\nList-Post: <mailto:all@list.example>\n", "ana@x.example"),
        ("Reply-To: ana@exämple.de\n", "ana@xn--exmple-cua.de"),
    ],
)
async def test_an_answer_goes_to_one_person_where_he_wants_it(place: Any, more: str, recipient: str) -> None:  # noqa: ANN401 - of conftest
    await sent(place, more)
    assert [what for command, what in place.seen if command == "DATA"] == [recipient]


@pytest.mark.parametrize(
    "head",
    [
        "Subject: nobody",
        "From: MAILER-DAEMON@mx.example",
        "From: help@shop.example",
        "From: all@list.example\nList-Post: <mailto:all@list.example>",
        "From: weird<>address",
        "From: élodie@x.example",
    ],
)
async def test_where_nobody_can_be_answered_nothing_is_sent(place: Any, head: str) -> None:  # noqa: ANN401 - of conftest
    place.put(f"{head}\nMessage-ID: <q@x>\n\nhello\n")
    (message,) = await place.messages(place.connected())
    with pytest.raises(Refused):
        await place.connected().reply(place.answer(message))
    assert place.post.delivered == []


async def test_nothing_that_a_customer_wrote_becomes_a_head_of_ours(place: Any) -> None:  # noqa: ANN401 - of conftest
    place.put(
        b"From: =?utf-8?q?Ana=0d=0aBcc:_all@x.example?= <ana@x.example>\r\nMessage-ID: <q@x>\r\n"
        b"Subject: =?utf-8?q?Hi=0d=0aBcc:_all@x.example=0d=0a=0d=0aowned?=\r\n"
        b"References: <a@x> bcc:x <b@x>\r\n\r\nx\r\n"
    )
    (message,) = await place.messages(place.connected())
    await place.connected().reply(place.answer(message))
    mail = message_from_bytes(place.post.delivered[0])
    assert mail["bcc"] is None
    assert mail["to"].endswith("<ana@x.example>")
    ours = {"from", "to", "subject", "date", "message-id", "in-reply-to", "references", "mime-version"}
    assert {name.lower() for name, _ in mail.items()} == ours | {"content-type", "content-transfer-encoding"}
    assert str(mail["references"]).split() == ["<a@x>", "<b@x>", "<q@x>"]


async def test_the_heads_are_short_lines_of_ascii(place: Any) -> None:  # noqa: ANN401 - of conftest
    chain = " ".join(f"<{'r' * 90}{number}@x>" for number in range(60))
    mail = await sent(place, f"References: {chain}\n")
    raw = place.post.delivered[0]
    head = raw.partition(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.split(b"\r\n")) < 200
    assert head.isascii()
    assert len(str(mail["references"]).split()) == 21
    assert str(mail["references"]).split()[0] == f"<{'r' * 90}0@x>"


async def test_a_long_subject_with_accents_is_folded(place: Any) -> None:  # noqa: ANN401 - of conftest
    place.put(f"From: ana@x.example\nMessage-ID: <q@x>\nSubject: {'où est-il donc ' * 60}\n\nx\n")
    (message,) = await place.messages(place.connected())
    await place.connected().reply(place.answer(message))
    head = place.post.delivered[0].partition(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.split(b"\r\n")) <= 90


async def test_one_copy_lies_in_sent_whoever_puts_it_there(place: Any) -> None:  # noqa: ANN401 - of conftest
    message = await asked(place)
    await place.connected().reply(place.answer(message, key="ours"))
    await place.connected(copies="server").reply(place.answer(message, key="theirs"))
    await place.connected(smtp_host="smtp.gmail.com").reply(place.answer(message, key="gmail"))
    assert len(place.mailbox.folders["Sent"].mails) == 1
    assert len(place.post.delivered) == 3


async def test_the_same_answer_leaves_once(place: Any) -> None:  # noqa: ANN401 - of conftest
    message = await asked(place)
    reply = place.answer(message)
    first = await place.connected().reply(reply)
    again = await place.connected().reply(reply)
    assert first.remote_id == again.remote_id
    assert len(place.post.delivered) == 1


async def test_an_answer_in_doubt_that_left_no_copy_is_not_said_to_be_sent(place: Any) -> None:  # noqa: ANN401 - of conftest
    message = await asked(place)
    reply = place.answer(message)
    place.post.faults = ["cut after the write"]
    with pytest.raises(SendOutcomeUnknown):
        await place.connected().reply(reply)
    place.mailbox.folders["Sent"].mails.clear()
    assert await place.connected().find_sent(reply) is None


async def test_what_the_server_took_is_sent_even_if_we_died_before_the_copy(place: Any) -> None:  # noqa: ANN401 - of conftest
    message = await asked(place)
    reply = place.answer(message)
    await reply.steps.keep(Progress("taken", begun=True))
    found = await place.connected().find_sent(reply)
    assert found is not None
    assert place.seen[-1][0] != "DATA"


async def test_a_copy_that_cannot_be_filed_is_no_failed_answer(place: Any) -> None:  # noqa: ANN401 - of conftest
    message = await asked(place)
    take = place.post.take

    def and_fill(recipient: str, content: bytes) -> None:
        take(recipient, content)
        del place.mailbox.folders["Sent"]

    place.post.take = and_fill
    receipt = await place.connected().reply(place.answer(message))
    assert receipt.remote_id.startswith("sent:<cminbox.")
    assert len(place.post.delivered) == 1


async def test_a_server_that_is_busy_sent_nothing(place: Any) -> None:  # noqa: ANN401 - of conftest
    message = await asked(place)
    place.post.faults = ["503"]
    with pytest.raises(TryLater):
        await place.connected().reply(place.answer(message))
    assert place.post.delivered == []
    assert place.mailbox.folders["Sent"].mails == {}


async def test_a_mail_that_was_moved_is_answered_and_one_that_is_gone_is_not(place: Any) -> None:  # noqa: ANN401 - of conftest
    message = await asked(place)
    place.mailbox.folders["Archive"] = type(place.mailbox.folders["INBOX"])(1)
    place.mailbox.move("INBOX", 1, "Archive")
    await place.connected().reply(place.answer(message))
    assert len(place.post.delivered) == 1
    place.mailbox.folders["Archive"].mails.clear()
    with pytest.raises(Gone):
        await place.connected().reply(place.answer(message, key="second"))


async def test_without_the_folder_nothing_is_moved(place: Any) -> None:  # noqa: ANN401 - of conftest
    message = await asked(place)
    del place.mailbox.folders["Trash"], place.mailbox.folders["Junk"]
    with pytest.raises(Refused):
        await place.connected().delete(message.remote_id)
    with pytest.raises(Refused):
        await place.connected().report(message.remote_id, "spam")


async def test_a_server_that_cannot_move_copies_and_takes_away(place: Any) -> None:  # noqa: ANN401 - of conftest
    message = await asked(place)
    place.capabilities = tuple(one for one in place.capabilities if one != b"MOVE")
    await place.connected().delete(message.remote_id)
    assert [len(place.mailbox.folders[one].mails) for one in ("INBOX", "Trash")] == [0, 1]
    assert place.violations == []


async def test_what_we_sent_is_not_called_back(place: Any) -> None:  # noqa: ANN401 - of conftest
    message = await asked(place)
    email = place.connected()
    receipt = await email.reply(place.answer(message))
    assert email.manifest.why_not(Capability.DELETE, Kind.DM, ours=True) == NOT_CALLED_BACK
    assert email.manifest.why_not(Capability.DELETE, Kind.DM) is None
    assert email.manifest.why_not(Capability.REPORT, Kind.DM, ours=True) is None
    with pytest.raises(Refused):
        await email.delete(receipt.remote_id)
    assert len(place.mailbox.folders["Sent"].mails) == 1
