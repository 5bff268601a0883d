"""The line protocol: what is loaded, asked and picked, one object per line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cminbox.domain.problem import Problem
from cminbox.inbox.suggesting import Suggesting

LIBRARY = {
    "op": "load",
    "replies": [
        {"id": "r1", "title": "Where is my order", "tags": ["parcel"], "body": "", "lang": "en", "examples": []},
        {"id": "r2", "title": "Refund", "shortcut": "refund"},
    ],
}


@pytest.fixture
def suggesting() -> Suggesting:
    found = Suggesting()
    assert tell(found, LIBRARY) == {"ok": True}
    return found


def tell(suggesting: Suggesting, asked: object) -> dict[str, Any]:
    return suggesting.answer(json.dumps(asked).encode())


def test_a_message_is_answered_with_its_id_and_scored_replies(suggesting: Suggesting) -> None:
    found = tell(suggesting, {"op": "suggest", "id": "q1", "text": "refund please", "lang": "en"})
    assert found["id"] == "q1"
    assert [one["reply"] for one in found["suggestions"]] == ["r2"]
    assert 0 < found["suggestions"][0]["score"] <= 1
    assert found["confident"] in {True, False}


def test_the_id_is_given_back_as_it_came(suggesting: Suggesting) -> None:
    for name in ("q", 7, None, ["a"]):
        assert tell(suggesting, {"op": "suggest", "id": name, "text": "refund"})["id"] == name


def test_a_pick_is_learnt_and_a_load_forgets_it(suggesting: Suggesting) -> None:
    ask = {"op": "suggest", "id": "q", "text": "zzzz qqqq"}
    assert tell(suggesting, ask)["suggestions"] == []
    assert tell(suggesting, {"op": "picked", "text": "zzzz qqqq", "reply": "r1"}) == {"ok": True}
    assert [one["reply"] for one in tell(suggesting, ask)["suggestions"]] == ["r1"]
    tell(suggesting, LIBRARY)
    assert tell(suggesting, ask)["suggestions"] == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"", "not JSON"),
        (b"x", "not JSON"),
        (b"\xff\xfe{}", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", "op: this is missing"),
        (b'{"op": 3}', "op: this is missing"),
        (b'{"op": "sing"}', "op: there is no sing; there are: load, suggest, picked"),
        (b'{"op": "load"}', "replies: this is missing"),
        (b'{"op": "load", "replies": [3]}', "replies: this is missing"),
        (b'{"op": "load", "replies": [{"title": "x"}]}', "id: this is missing"),
        (b'{"op": "load", "replies": [{"id": "x", "tags": "y"}]}', "tags: this is missing"),
        (b'{"op": "load", "replies": [{"id": "x", "examples": [1]}]}', "examples: this is missing"),
        (b'{"op": "suggest", "id": "q"}', "text: this is missing"),
        (b'{"op": "suggest", "id": "q", "text": "a", "lang": 1}', "lang: this is missing"),
        (b'{"op": "picked", "text": "a"}', "reply: this is missing"),
        (b'{"op": "picked", "text": "a", "reply": "r\\u001b9"}', "There is no reply r\u241b9"),
    ],
)
def test_a_bad_line_is_one_sentence_and_changes_nothing(suggesting: Suggesting, line: bytes, said: str) -> None:
    with pytest.raises(Problem) as caught:
        suggesting.answer(line)
    assert said in str(caught.value.saying)
    found = tell(suggesting, {"op": "suggest", "id": "q", "text": "refund"})
    assert [one["reply"] for one in found["suggestions"]] == ["r2"]
