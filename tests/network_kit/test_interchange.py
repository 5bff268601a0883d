"""The interchange form: what is written is read back, what cannot be read says why."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.message import Attachment, AttachmentKind, Kind, Message, Person
from cminbox.network_kit.interchange import (
    BadLine,
    Deletion,
    Incoming,
    message_from_json,
    parse_line,
    parse_spooled,
    to_form,
    to_instant,
)

WHOLE: dict[str, Any] = {
    "network": "instagram",
    "account": "@brand",
    "kind": "dm",
    "conversation": "c-1",
    "remote_id": "m-1",
    "parent": None,
    "author": {"id": "u1", "handle": "ana", "name": "Ana", "followers": 120},
    "text": "Où est ma commande ?",
    "created_at": "2026-11-20T09:15:00Z",
    "ours": False,
    "permalink": None,
    "attachments": [{"kind": "image", "url": "https://x.example/a.jpg", "name": "a.jpg", "alt": "a parcel"}],
    "rating": None,
    "lang": None,
}
LEAST = {
    "network": "shop",
    "account": "brand",
    "kind": "review",
    "remote_id": "r-1",
    "author": {"id": "u2"},
    "text": "Fine",
    "created_at": "2026-11-20T09:15:00Z",
}
WORD = st.text(st.characters(categories=["L", "Nd", "So"]), min_size=1, max_size=20)
TIMES = st.integers(700_000_000_000, 4_000_000_000_000)
ATTACHMENTS = st.builds(Attachment, st.sampled_from(AttachmentKind), WORD, st.just("") | WORD, st.just("") | WORD)
MESSAGES = st.builds(
    Message,
    remote_id=WORD,
    kind=st.sampled_from(Kind),
    author=st.builds(Person, WORD, WORD, st.just("") | WORD, st.none() | st.integers(0, 10**9)),
    text=st.lists(WORD).map("\n".join),
    created_at=TIMES,
    conversation=st.none() | WORD,
    parent=st.none() | WORD,
    post=st.none() | WORD,
    ours=st.booleans(),
    permalink=st.none() | WORD.map("https://x.example/{}".format),
    attachments=st.lists(ATTACHMENTS, max_size=3).map(tuple),
    rating=st.none() | st.integers(0, 10),
    lang=st.none() | st.sampled_from(["fr", "en", "pt-BR"]),
    edited_at=st.none() | TIMES,
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(WHOLE)), inner, max_size=5),
)


def line(value: object) -> bytes:
    return json.dumps(value).encode()


@given(MESSAGES)
def test_what_is_written_is_read_back(message: Message) -> None:
    form = to_form("shop", "brand", message)
    assert parse_line(line(form)) == Incoming("shop", "brand", message)
    assert to_form("shop", "brand", message_from_json(form)) == form


def test_the_documented_form_is_read() -> None:
    read = parse_line(line(WHOLE))
    assert (read.network, read.account) == ("instagram", "@brand")
    assert read.message == Message(
        remote_id="m-1",
        kind=Kind.DM,
        author=Person("u1", "ana", "Ana", 120),
        text="Où est ma commande ?",
        created_at=1_795_166_100_000,
        conversation="c-1",
        attachments=(Attachment(AttachmentKind.IMAGE, "https://x.example/a.jpg", "a.jpg", "a parcel"),),
    )
    assert to_form(read.network, read.account, read.message) == WHOLE


def test_what_may_be_left_out_takes_its_default() -> None:
    message = parse_line(line(LEAST)).message
    assert message.author == Person("u2", "u2")
    assert (message.conversation, message.parent, message.ours, message.attachments) == (None, None, False, ())


def test_what_is_not_known_is_passed_over() -> None:
    assert parse_line(line(WHOLE | {"mood": "angry"})) == parse_line(line(WHOLE))


@given(JSON)
def test_anything_is_a_message_or_a_bad_line(value: object) -> None:
    for parse in (parse_line, parse_spooled):
        try:
            said = str(parse(line(value)))
        except BadLine as bad:
            said = str(bad)
        assert said


@given(st.sampled_from(sorted(WHOLE)), JSON)
def test_one_odd_field_is_read_or_named(key: str, value: object) -> None:
    try:
        read = parse_line(line(WHOLE | {key: value}))
        read.message.text.encode()
        read.message.author.handle.encode()
    except BadLine as bad:
        assert "not the documented form: message" in str(bad)  # noqa: PT017 - both outcomes are fine, each in its form


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (b"\xff\xfe{}", "UTF-8"),
        (b"caf\xe9", "UTF-8"),
        (b"{", "not JSON"),
        (b"hello", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "message is not an object"),
        (b"null", "message is not an object"),
        (b"{}", "message.network is not text"),
        (line(WHOLE | {"network": "Insta gram"}), "message.network is not a lower-case name"),
        (line(WHOLE | {"account": "  "}), "message.account is not a name"),
        (line(WHOLE | {"kind": "poke"}), "message.kind is not one of comment, mention, dm, review"),
        (line(WHOLE | {"remote_id": ""}), "message.remote_id is not an id"),
        (line(WHOLE | {"author": "ana"}), "message.author is not an object"),
        (line(WHOLE | {"author": {"handle": "ana"}}), "message.author.id is not an id"),
        (line(WHOLE | {"text": None}), "message.text is not text"),
        (line(WHOLE | {"created_at": "yesterday"}), "message.created_at is not a time"),
        (line(WHOLE | {"created_at": 1795166100}), "message.created_at is not text"),
        (line(WHOLE | {"ours": "no"}), "message.ours is not true or false"),
        (line(WHOLE | {"rating": 4.5}), "message.rating is not a whole number"),
        (line(WHOLE | {"attachments": {}}), "message.attachments is not a list"),
    ],
    ids=range(20),
)
def test_a_bad_line_says_why(bad: bytes, why: str) -> None:
    with pytest.raises(BadLine) as caught:
        parse_line(bad)
    assert why in str(caught.value)


def test_a_byte_order_mark_does_no_harm() -> None:
    assert parse_line(b"\xef\xbb\xbf" + line(WHOLE)) == parse_line(line(WHOLE))


def test_foreign_text_is_cleaned_and_bounded() -> None:
    hostile = WHOLE | {
        "text": "half \ud800 \x1b[2J\x00 of it",
        "author": {"id": "u", "handle": "@@a\nna", "name": "x" * 10_000},
        "attachments": [{"url": "u" * 3_000}] * 300,
        "permalink": "https://x.example/\x07",
    }
    message = parse_line(line(hostile)).message
    assert message.text == "half \N{REPLACEMENT CHARACTER} [2J\N{REPLACEMENT CHARACTER} of it"
    assert message.author.handle == "a na"
    assert len(message.author.name) == 200
    assert len(message.attachments) == 100
    assert message.attachments[0].kind is AttachmentKind.FILE
    assert len(message.attachments[0].url) == 2_000
    assert message.permalink == "https://x.example/"


def test_a_spooled_line_may_leave_the_names_out() -> None:
    unnamed = {key: value for key, value in WHOLE.items() if key not in {"network", "account"}}
    assert parse_spooled(line(unnamed)) == Incoming("", "", parse_line(line(WHOLE)).message)
    assert parse_spooled(line(WHOLE)) == parse_line(line(WHOLE))
    with pytest.raises(BadLine):
        parse_line(line(unnamed))


def test_a_spooled_line_may_say_that_a_message_is_gone() -> None:
    assert parse_spooled(line({"remote_id": "m-1", "deleted": True})) == Deletion("", "m-1")
    assert parse_spooled(line(WHOLE | {"deleted": False})) == parse_line(line(WHOLE))
    with pytest.raises(BadLine, match="remote_id"):
        parse_spooled(line({"deleted": True}))


@pytest.mark.parametrize(
    ("at", "text"),
    [(1_795_166_100_000, "2026-11-20T09:15:00Z"), (1_795_166_100_007, "2026-11-20T09:15:00.007Z")],
)
def test_instants_are_written_in_utc(at: int, text: str) -> None:
    assert to_instant(at) == text
