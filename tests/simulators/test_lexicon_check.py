"""What the lexicons allow, and what they do not."""

from __future__ import annotations

from typing import Any

import pytest

from cminbox.simulators.bluesky.server import lexicons
from cminbox.simulators.wire import SpecViolation

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
POST = {"$type": "app.bsky.feed.post", "text": "hello", "createdAt": "2026-11-21T07:32:30.000Z"}
JSON = "application/json"
LIST = "app.bsky.notification.listNotifications"
SEEN = "app.bsky.notification.updateSeen"


def test_parameters_are_typed_and_get_their_defaults() -> None:
    assert lexicons().query(LIST, (("limit", "7"), ("reasons", "mention"), ("reasons", "reply"))) == {
        "limit": 7,
        "reasons": ["mention", "reply"],
    }
    assert lexicons().query(LIST, ()) == {"limit": 50}


@pytest.mark.parametrize(
    ("method", "pairs"),
    [
        ("app.bsky.notification.unheardOf", ()),
        ("app.bsky.feed.defs", ()),
        (SEEN, ()),
        (LIST, (("limits", "7"),)),
        (LIST, (("limit", "101"),)),
        (LIST, (("limit", "0"),)),
        (LIST, (("limit", "many"),)),
        (LIST, (("limit", "7"), ("limit", "8"))),
        (LIST, (("priority", "yes"),)),
        ("app.bsky.feed.getPosts", ()),
        ("app.bsky.feed.getPosts", tuple(("uris", f"at://{DID}/app.bsky.feed.post/3k{n}") for n in range(26))),
        ("app.bsky.feed.getPosts", (("uris", "https://bsky.app/"),)),
        ("app.bsky.actor.getProfile", (("actor", "@a.example"),)),
    ],
)
def test_a_query_that_is_not_documented_is_a_violation(method: str, pairs: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(SpecViolation):
        lexicons().query(method, pairs)


@pytest.mark.parametrize(
    ("method", "pairs", "body", "content_type"),
    [
        (LIST, (), {}, JSON),
        (SEEN, (), None, JSON),
        (SEEN, (), {}, JSON),
        (SEEN, (), {"seenAt": "yesterday"}, JSON),
        (SEEN, (), {"seenAt": "2026-11-21T07:32:30"}, JSON),
        (SEEN, (), {"seenAt": "2026-13-21T07:32:30Z"}, JSON),
        (SEEN, (), {"seenAt": "2026-11-21T07:32:30Z", "why": "because"}, JSON),
        (SEEN, (("a", "b"),), {"seenAt": "2026-11-21T07:32:30Z"}, JSON),
        (SEEN, (), {"seenAt": "2026-11-21T07:32:30Z"}, "text/plain"),
        ("com.atproto.server.refreshSession", (), {}, JSON),
        ("app.bsky.graph.muteActor", (), {"actor": "nobody"}, JSON),
        ("chat.bsky.convo.sendMessage", (), {"convoId": "1", "message": {"text": "a" * 1001}}, JSON),
        ("com.atproto.repo.putRecord", (), {"repo": DID, "collection": "a.b.c", "rkey": "..", "record": {}}, JSON),
        ("com.atproto.moderation.createReport", (), {"reasonType": "spam", "subject": {"uri": "at://x"}}, JSON),
    ],
)
def test_a_procedure_that_is_not_documented_is_a_violation(
    method: str, pairs: tuple[tuple[str, str], ...], body: object, content_type: str
) -> None:
    with pytest.raises(SpecViolation):
        lexicons().procedure(method, pairs, body, content_type)


def test_a_documented_procedure_passes() -> None:
    lexicons().procedure(SEEN, (), {"seenAt": "2026-11-21T07:32:30.123Z"}, "application/json; charset=utf-8")
    swap: dict[str, Any] = {"repo": DID, "collection": "a.b.c", "rkey": "3k", "record": {}, "swapRecord": None}
    lexicons().procedure("com.atproto.repo.putRecord", (), swap, JSON)
    with pytest.raises(SpecViolation):
        lexicons().procedure("com.atproto.repo.putRecord", (), swap | {"swapCommit": None}, JSON)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "é" * 301},
        {"text": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 121},
        {"text": 17},
        {"createdAt": "now"},
        {"langs": ["en", "fr", "de", "it"]},
        {"langs": ["english please"]},
        {"mood": "good"},
        {"reply": {"root": {"uri": "at://x"}, "parent": {}}},
        {"facets": [{"index": {"byteStart": -1, "byteEnd": 2}, "features": []}]},
        {"facets": [{"index": {"byteStart": 0, "byteEnd": 2}, "features": [{"did": DID}]}]},
        {"embed": {"$type": "app.bsky.embed.record", "record": {"uri": "at://x", "cid": "no"}}},
        {"$type": "app.bsky.feed.like"},
    ],
)
def test_a_record_that_is_not_documented_is_a_violation(change: dict[str, Any]) -> None:
    with pytest.raises(SpecViolation):
        lexicons().record("app.bsky.feed.post", POST | change, None)


def test_records_at_their_limits_pass() -> None:
    lexicons().record("app.bsky.feed.post", POST | {"text": "é" * 300}, "3kabcdefghijk")
    families = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 120
    lexicons().record("app.bsky.feed.post", POST | {"text": families}, None)


@pytest.mark.parametrize("rkey", ["self", "3k", "zzzzzzzzzzzzz", "3kabcdefghij!"])
def test_a_post_needs_a_key_that_stands_for_an_instant(rkey: str) -> None:
    with pytest.raises(SpecViolation):
        lexicons().record("app.bsky.feed.post", POST, rkey)


def test_a_collection_that_is_none_is_a_violation() -> None:
    with pytest.raises(SpecViolation):
        lexicons().record("app.bsky.feed.getPosts", POST, None)


def test_members_of_open_unions_that_nobody_knows_pass() -> None:
    facet = {"index": {"byteStart": 0, "byteEnd": 2}, "features": [{"$type": "app.bsky.future#thing", "of": 1}]}
    lexicons().record("app.bsky.feed.post", POST | {"facets": [facet]}, None)


@pytest.mark.parametrize("body", [None, {}, {"notifications": [{}]}, {"notifications": [], "more": 1}, []])
def test_an_answer_of_another_shape_is_a_violation(body: object) -> None:
    with pytest.raises(SpecViolation):
        lexicons().answer(LIST, body)


def test_the_reduced_lexicons_hold_facts_and_no_prose() -> None:
    text = str(lexicons().definitions)
    assert "app.bsky.feed.post#main" in text
    assert "'description': '" not in text
    assert len(text) < 80_000
