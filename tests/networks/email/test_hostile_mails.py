"""Hostile and broken mails are read and shown safely, and none of them stops the mailbox."""

from __future__ import annotations

import time
import tracemalloc
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from rehearsal.hostile_mail import by_hand, generated

from cminbox.network_kit.reading import TEXT_CAP
from cminbox.networks.email.letters import PREFIX, read
from cminbox.store.ingest import Delivery, Ingest

if TYPE_CHECKING:
    from pathlib import Path

    from cminbox.domain.message import Message

LINES = {"\n", "\t"}
AMOUNT = 500
QUESTION = b"From: ana@x.example\r\nMessage-ID: <sound-%d@x>\r\nSubject: Sound\r\n\r\nWhere is it?\r\n"


def is_harmless(message: Message) -> None:
    for text in (message.text, message.author.name, message.author.handle, message.remote_id, message.author.remote_id):
        text.encode()
        odd = {char for char in text if unicodedata.category(char) == "Cc"} - LINES
        assert not odd, f"{sorted(odd)!r} in {text[:80]!r}"
    assert len(message.text) <= TEXT_CAP
    assert len(message.remote_id) < 1000
    for attachment in message.attachments:
        assert not {"\\", "\x1b", "\n"} & set(attachment.name)
        assert ".." not in attachment.name
        assert len(attachment.name) <= 200
        assert attachment.url == ""


async def test_five_hundred_broken_mails_stop_nobody(place: Any) -> None:  # noqa: ANN401 - of the folder's conftest
    hostile = [*by_hand(), *generated(seed=20, amount=AMOUNT - len(by_hand()))]
    for number, raw in enumerate(hostile):
        place.put(raw)
        if number % 10 == 0:
            place.put(QUESTION % number)
    email = place.connected()
    pages = await place.pages(email)
    found = [message for page in pages for message in page.messages]
    told = sum(len(page.skipped) for page in pages)
    sound = [message for message in found if message.text == "Sound\n\nWhere is it?"]
    assert len(sound) == AMOUNT // 10
    assert len(found) + told == AMOUNT + len(sound)
    for message in found:
        is_harmless(message)
    assert place.violations == []
    assert await place.messages(email, pages[-1].cursor) == []


async def test_the_store_takes_every_one_of_them(place: Any, tmp_path: Path) -> None:  # noqa: ANN401 - of conftest
    from rehearsal.stage import Stage  # noqa: PLC0415 - opens a workspace

    stage = Stage(tmp_path)
    account = stage.connect("email", place.connected().manifest)
    for raw in [*by_hand(), *generated(seed=7, amount=60)]:
        place.put(raw)
    messages = await place.messages(place.connected())
    taken = Ingest(stage.workspace.database).take(
        Delivery(account.id, tuple(messages), stage.clock.now(), "c", (), None)
    )
    assert list(taken.refused) == []
    assert taken.new == len({message.remote_id for message in messages})
    stage.close()


def test_any_bytes_are_a_letter_and_always_the_same() -> None:
    for raw in generated(seed=3, amount=80):
        letter, _ = read(raw[:PREFIX], whole=True)
        assert letter.digest
        assert read(raw[:PREFIX], whole=True)[0] == letter


def test_a_mail_made_to_take_long_does_not() -> None:
    slowest = 0.0
    for raw in by_hand():
        began = time.process_time()
        read(raw[:PREFIX], whole=True)
        slowest = max(slowest, time.process_time() - began)
    assert slowest < 20 * _effort()


@pytest.mark.parametrize("kind", [b"multipart/mixed", b"text/plain"])
@pytest.mark.parametrize("before", [b"", b"X-Odd: y\r"], ids=["first", "behind a bare return"])
def test_thousands_of_parameters_do_not_take_long_and_the_words_stay(kind: bytes, before: bytes) -> None:
    raw = before + b'Content-Type: %s; x="%s\r\nFrom: ana@x.example\r\n\r\nWhere is it?\xff' % (kind, b";" * 60_000)
    began = time.process_time()
    letter, _ = read(raw[:PREFIX], whole=True)
    assert time.process_time() - began < 4 * _effort()
    assert (letter.text, letter.sender and letter.sender.address) == ("Where is it?ÿ", "ana@x.example")


def test_a_mail_made_to_be_large_does_not_stay() -> None:
    tracemalloc.start()
    try:
        for raw in by_hand():
            read(raw[:PREFIX], whole=True)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 * 1024 * 1024


def _effort() -> float:
    """Return what an honest mail of the same size costs on this machine, in seconds."""
    raw = b"From: ana@x.example\r\n\r\n" + b"One honest line of an honest mail.\r\n" * 1800
    began = time.process_time()
    for _ in range(20):
        read(raw, whole=True)
    return max((time.process_time() - began) / 2, 0.02)


async def test_mails_that_share_an_id_are_each_there(place: Any) -> None:  # noqa: ANN401 - of the folder's conftest
    for text in ("first", "second", "third"):
        place.put(
            f"From: form@shop.example\nReply-To: {text}@x.example\nMessage-ID: <same@x>\nSubject: Form\n\n{text}\n"
        )
    found = await place.messages(place.connected())
    assert len({message.remote_id for message in found}) == 3
    receipt = await place.connected().reply(place.answer(found[1]))
    assert receipt.remote_id
    assert b"To: second@x.example" in place.post.delivered[0]


async def test_the_same_mail_delivered_twice_is_one_message(place: Any) -> None:  # noqa: ANN401 - of conftest
    mail = "From: ana@x.example\nMessage-ID: <once@x>\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n\nhello\n"
    place.put(f"Received: from a\n{mail}")
    place.put(f"Received: from b\nReceived: from c\nDelivered-To: help@shop.example\n{mail}")
    assert len({message.remote_id for message in await place.messages(place.connected())}) == 1


async def test_a_mail_without_id_and_date_can_be_answered_and_moved(place: Any) -> None:  # noqa: ANN401 - of conftest
    for text in ("one", "two"):
        place.put(f"From: ana@x.example\nSubject: Form\n\n{text}\n")
    one, two = await place.messages(place.connected())
    await place.connected().reply(place.answer(one))
    assert b"In-Reply-To" not in place.post.delivered[0]
    await place.connected().report(two.remote_id, "spam")
    assert [b"two" in mail.raw for mail in place.mailbox.folders["Junk"].mails.values()] == [True]
