"""`cminbox suggest --jsonl`: each line is answered by one, in order."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., CompletedProcess[str]]
Lines = Callable[..., tuple[list[dict[str, Any]], int]]
LOAD = {"op": "load", "replies": [{"id": "r1", "title": "Refund", "lang": "en", "examples": ["my money back"]}]}


@pytest.fixture
def lines(cminbox: Run, monkeypatch: pytest.MonkeyPatch) -> Lines:
    """Return a function that gives the command some lines, and gets its answers and its exit code."""

    def run(*given: object) -> tuple[list[dict[str, Any]], int]:
        text = "".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in given)
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        done = cminbox("suggest", "--jsonl")
        return [json.loads(line) for line in done.stdout.splitlines()], done.returncode

    return run


def test_each_line_is_answered_in_order(lines: Lines) -> None:
    ask = {"op": "suggest", "id": "q1", "text": "Refund?", "lang": "en"}
    said, code = lines(LOAD, ask, {"op": "picked", "text": "hm hm", "reply": "r1"}, {**ask, "id": "q2"})
    assert code == 0
    assert said[0] == said[2] == {"ok": True}
    assert [said[1]["id"], said[3]["id"]] == ["q1", "q2"]
    assert said[1]["suggestions"][0]["reply"] == "r1"


def test_a_bad_line_gets_an_error_and_the_others_their_answer(lines: Lines) -> None:
    said, code = lines(LOAD, "{", {"op": "suggest", "id": "\x1b\ud800", "text": "refund"})
    assert code == 3
    assert said[1] == {"error": "This line is not JSON"}
    assert said[2]["id"] == "\x1b\ud800"
    assert said[2]["suggestions"][0]["reply"] == "r1"


def test_nothing_asked_is_nothing_answered(lines: Lines) -> None:
    assert lines() == ([], 0)


def test_the_workspace_is_left_alone(lines: Lines, folder: Path) -> None:
    lines(LOAD)
    assert not folder.exists()


def test_without_a_protocol_there_is_nothing_to_do(cminbox: Run) -> None:
    done = cminbox("suggest")
    assert done.returncode == 2
    assert "--jsonl" in done.stderr
