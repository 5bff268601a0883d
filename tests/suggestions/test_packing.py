"""What a library teaches is kept between two starts, and nothing but exactly that is ever taken back."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cminbox.suggestions import packing
from cminbox.suggestions.engine import Engine
from cminbox.suggestions.packing import library_key, unpack

if TYPE_CHECKING:
    from tests.suggestions.conftest import Sent

    from cminbox.suggestions.entries import Entry


class Kept:
    """A store in memory that counts what is put into it."""

    def __init__(self, data: bytes | None = None) -> None:
        self.data = data
        self.times = 0

    def get(self) -> bytes | None:
        return self.data

    def put(self, data: bytes) -> None:
        self.data = data
        self.times += 1


@pytest.fixture
def kept(library: list[Entry]) -> Kept:
    """What was kept of the bakery's replies."""
    store = Kept()
    Engine().load(library, store=store)
    return store


def _loaded(library: list[Entry], store: Kept) -> Engine:
    engine = Engine()
    engine.load(library, store=store)
    return engine


def _key(library: list[Entry]) -> str:
    found = library_key(library)
    assert found is not None
    return found


def test_what_was_kept_answers_as_what_is_worked_out(
    library: list[Entry], engine: Engine, kept: Kept, messages: list[Sent]
) -> None:
    again = _loaded(library, kept)
    assert kept.times == 1
    for sent in messages:
        assert again.suggest(sent.text, sent.lang) == engine.suggest(sent.text, sent.lang)
        assert again.why(sent.text, sent.reply) == engine.why(sent.text, sent.reply)


def test_it_learns_and_forgets_as_well(library: list[Entry], engine: Engine, kept: Kept, messages: list[Sent]) -> None:
    again = _loaded(library, kept)
    for one in (engine, again):
        for sent in messages[::3]:
            one.pick(sent.text, sent.reply, sent.lang)
        for sent in messages[::6]:
            one.forget(sent.text, sent.reply, sent.lang)
    for sent in messages:
        assert again.suggest(sent.text, sent.lang) == engine.suggest(sent.text, sent.lang)


def test_another_library_is_worked_out_and_kept_in_its_place(library: list[Entry], kept: Kept) -> None:
    changed = [replace(library[0], title="Something else entirely"), *library[1:]]
    engine = _loaded(changed, kept)
    assert kept.times == 2
    assert engine.suggest("something else entirely", "en").suggestions[0].reply == library[0].id
    _loaded(changed, kept)
    assert kept.times == 2


def test_another_engine_does_not_take_it(library: list[Entry], kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "engine_key", lambda: "another")
    _loaded(library, kept)
    assert kept.times == 2


def test_a_program_without_its_source_keeps_nothing(library: list[Entry], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "engine_key", lambda: None)
    store = Kept()
    assert _loaded(library, store).suggest("vegan", "en").suggestions
    assert store.times == 0


def test_the_key_of_the_engine_changes_with_its_code_and_its_words(
    library: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _key(library)
    monkeypatch.setattr(packing, "_CODE", packing._CODE[:-1])
    packing.engine_key.cache_clear()
    try:
        assert _key(library) != before
    finally:
        packing.engine_key.cache_clear()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_damage_is_always_seen(library: list[Entry], kept: Kept, data: st.DataObject) -> None:
    assert kept.data is not None
    at = data.draw(st.integers(0, len(kept.data) - 1))
    damaged = bytearray(kept.data)
    damaged[at] ^= data.draw(st.integers(1, 255))
    assert unpack(bytes(damaged), _key(library)) is None
    assert unpack(kept.data[:at], _key(library)) is None


def _forged(kept: bytes, key: str, made: bytes | None = None, **changes: object) -> bytes:
    """Return what was kept with another head and body, its digest right for it."""
    line, _, body = kept.partition(b"\n")
    made = body if made is None else made
    head = packing._Head(*json.loads(line))._asdict() | {"key": key, "digest": sha256(made).hexdigest()} | changes
    return json.dumps(list(head.values())).encode() + b"\n" + made


def test_what_was_made_up_with_a_right_digest_is_refused_where_it_does_not_hold_together(
    library: list[Entry], kept: Kept
) -> None:
    assert kept.data is not None
    key = _key(library)
    line, _, body = kept.data.partition(b"\n")
    head = packing._Head(*json.loads(line))
    assert unpack(_forged(kept.data, key), key) is not None
    amounts_end = len(body) - 8 * head.replies
    replies_end = amounts_end - 4 * head.postings
    lengths_end = replies_end - 4 * head.postings

    def with_(at: int, packed: bytes) -> bytes:
        return _forged(kept.data or b"", key, body[:at] + packed + body[at + len(packed) :])

    forged = [
        with_(amounts_end - 4, struct.pack("f", float("nan"))),
        with_(amounts_end - 4, struct.pack("f", float("inf"))),
        with_(amounts_end - 4, struct.pack("f", -1.0)),
        with_(len(body) - 8, struct.pack("d", float("nan"))),
        with_(replies_end - 4, struct.pack("I", head.replies)),
        with_(lengths_end - 4, struct.pack("I", 0)),
        with_(lengths_end - 4, struct.pack("I", 4_000_000_000)),
        with_(0, b"\xff\xff"),
        _forged(kept.data, key, features=head.features + 1),
        _forged(kept.data, key, replies=head.replies + 1),
        _forged(kept.data, key, words=head.words - 1),
        _forged(kept.data, key, postings=-1),
        _forged(kept.data, key, machine="big 4 4 8"),
        _forged(kept.data, key, replies="8"),
    ]
    assert [number for number, data in enumerate(forged) if unpack(data, key) is not None] == []


@pytest.mark.parametrize("data", [b"", b"\n", b"[]\n", b"{}\n", b"[" * 900 + b"\n", b"x" * 5_000, b"null\nrest"])
def test_what_is_something_else_is_refused(library: list[Entry], data: bytes) -> None:
    assert unpack(data, _key(library)) is None
