"""What the commands show: the queue, a search, one conversation, figures."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import Any

import pytest

from cminbox.__main__ import main

Run = Callable[..., CompletedProcess[str]]
Line = Callable[..., dict[str, Any]]
KEYS = {
    "id",
    "network",
    "account",
    "kind",
    "person",
    "text",
    "status",
    "assignee",
    "tags",
    "priority",
    "waiting_since",
    "due",
    "target",
    "state",
    "stage",
    "unanswered",
    "claimed_by",
}


def rows(said: CompletedProcess[str]) -> list[dict[str, Any]]:
    assert said.returncode == 0, said.stderr
    return [json.loads(line) for line in said.stdout.splitlines()]


def ids(said: CompletedProcess[str]) -> list[str]:
    return [row["text"] for row in rows(said)]


@pytest.fixture
def three(imported: Run, line: Line) -> None:
    bo = {"id": "u2", "handle": "bo", "name": "Bo", "followers": None}
    imported(
        line("m-3", text="third", created_at="2020-11-20T12:00:00Z", kind="review", author=bo),
        line("m-1", text="first", created_at="2020-11-20T09:00:00Z"),
        line("m-2", text="second", created_at="2020-11-20T09:30:00Z", kind="dm", conversation="c", network="shop"),
    )


def test_a_line_of_the_queue_has_every_key_and_null_for_what_is_absent(cminbox: Run, imported: Run, line: Line) -> None:
    imported(line())
    (row,) = rows(cminbox("queue", "--json"))
    assert set(row) >= KEYS
    expected = {
        "id": 1,
        "network": "mastodon",
        "account": "brand",
        "kind": "mention",
        "person": {"handle": "ana", "name": "Ana"},
        "text": "Where is my parcel?",
        "status": "open",
        "assignee": None,
        "tags": [],
        "priority": "normal",
        "waiting_since": "2020-11-20T09:15:00Z",
        "due": "2020-11-20T11:15:00Z",
        "target": "frt",
        "state": "breached",
        "stage": "breached",
        "unanswered": 1,
        "claimed_by": None,
    }
    assert {key: row[key] for key in KEYS} == expected


@pytest.mark.usefixtures("three")
def test_the_queue_is_ordered_by_due_time_and_can_be_cut(cminbox: Run) -> None:
    assert ids(cminbox("queue", "--json")) == ["second", "first", "third"]
    assert ids(cminbox("queue", "--json", "--limit", "2")) == ["second", "first"]


@pytest.mark.usefixtures("three")
def test_a_view_and_a_filter_narrow_the_queue_together(cminbox: Run) -> None:
    assert ids(cminbox("queue", "--json", "--view", "dms")) == ["second"]
    assert ids(cminbox("queue", "--json", "--filter", "net:mast")) == ["first", "third"]
    assert ids(cminbox("queue", "--json", "--view", "reviews", "--filter", "@bo")) == ["third"]
    assert ids(cminbox("queue", "--json", "--view", "reviews", "--filter", "@ana")) == []


@pytest.mark.usefixtures("three")
def test_a_search_finds_what_is_done_too(cminbox: Run) -> None:
    cminbox("done", "1")
    assert ids(cminbox("queue", "--json")) == ["second", "first"]
    assert ids(cminbox("search", "--json", "third")) == ["third"]
    assert ids(cminbox("search", "--json", "thi")) == ["third"]
    assert ids(cminbox("search", "--json", "is:open", "kind:dm")) == ["second"]
    assert ids(cminbox("search", "--json", "nothing")) == []


@pytest.mark.usefixtures("three")
def test_what_was_searched_in_vain_is_named(cminbox: Run) -> None:
    assert cminbox("search", "nothing", "\x1b[2J").stdout.startswith("Nothing matches “nothing ␛[2J”.\n")
    assert cminbox("queue", "--filter", "is:flagged").stdout == "Nothing matches “is:flagged”.\n"


@pytest.mark.usefixtures("three")
def test_who_looks_for_a_name_among_words_is_told_how_names_are_found(cminbox: Run) -> None:
    told = "Words look into texts only; {} looks among names\n"
    assert cminbox("search", "nothing").stdout == "Nothing matches “nothing”.\n" + told.format("from:nothing")
    assert cminbox("queue", "--filter", "no body is:free").stdout.endswith(told.format('from:"no body" is:free'))
    assert cminbox("search", "--json", "nothing").stdout == ""


def test_a_long_queue_is_printed_whole_and_each_conversation_once(cminbox: Run, imported: Run, line: Line) -> None:
    imported(*(line(f"m-{n}", created_at="2020-11-20T09:00:00Z") for n in range(1203)))
    found = [row["id"] for row in rows(cminbox("queue", "--json"))]
    assert sorted(found) == list(range(1, 1204))


@pytest.mark.usefixtures("three")
def test_without_a_terminal_the_inbox_is_its_queue_as_text(cminbox: Run) -> None:
    said = cminbox()
    assert said.returncode == 0
    assert [row.split()[0] for row in said.stdout.splitlines()] == ["3", "2", "1"]
    assert "@ana" in said.stdout


def test_a_dumb_terminal_gets_text(cminbox: Run, imported: Run, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(line())
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("cminbox.bootstrap.at_terminal", lambda: True)
    said = cminbox()
    assert said.returncode == 0
    assert "Where is my parcel?" in said.stdout


def test_an_empty_inbox_says_how_to_begin(cminbox: Run) -> None:
    said = cminbox("queue")
    assert said.returncode == 0
    assert "cminbox accounts add" in said.stdout
    assert cminbox("queue", "--json").stdout == ""


def test_foreign_text_cannot_steer_the_terminal(cminbox: Run, imported: Run, line: Line) -> None:
    hostile = "\x1b]0;own\x07\x1b[2J\u202e\x9b31m\r\nnext"
    imported(
        line(
            text=hostile,
            author={"id": "u", "handle": hostile, "name": hostile},
            attachments=[{"kind": "image", "url": hostile, "name": hostile, "alt": hostile}],
            permalink=hostile,
        )
    )
    cminbox("tag", "1", hostile)
    cminbox("note", "1", "--text", hostile)
    for words in (["queue"], ["show", "1"], ["accounts", "list"], ["export", "--format", "csv"], ["search", "next"]):
        said = cminbox(*words).stdout
        assert said
        assert [char for char in said if char != "\n" and (ord(char) < 0x20 or 0x7F <= ord(char) <= 0x9F)] == []
        assert "\u202e" not in said


def test_show_prints_everything_of_a_conversation(cminbox: Run, imported: Run, line: Line) -> None:
    imported(line(), line("m-2", parent="m-1", text="Hello?", created_at="2020-11-20T10:00:00Z"))
    cminbox("note", "1", "--text", "she is right")
    cminbox("tag", "1", "vip")
    (whole,) = rows(cminbox("show", "1", "--json"))
    assert set(whole) >= KEYS | {"messages", "targets", "notes", "events", "replies"}
    assert [message["text"] for message in whole["messages"]] == ["Where is my parcel?", "Hello?"]
    assert whole["messages"][0]["author"] == {"id": "u1", "handle": "ana", "name": "Ana", "followers": 120}
    assert whole["messages"][0]["created_at"] == "2020-11-20T09:15:00Z"
    assert whole["unanswered"] == 2
    assert [note["text"] for note in whole["notes"]] == ["she is right"]
    assert [event["what"] for event in whole["events"]] == ["note", "tag"]
    (target,) = whole["targets"]
    assert (target["target"], target["state"], target["due"]) == ("frt", "breached", "2020-11-20T11:15:00Z")
    text = cminbox("show", "1").stdout
    assert all(part in text for part in ("Where is my parcel?", "Hello?", "she is right", "#vip", "@ana"))


def test_a_draft_is_among_the_replies(cminbox: Run, connected: int, opened: Callable[[], Any]) -> None:
    workspace = opened()
    workspace.drafts.save(connected, "Dear A", caret=6, agent="bo", terminal="tests", now=workspace.now())
    (whole,) = rows(cminbox("show", str(connected), "--json"))
    (reply,) = whole["replies"]
    assert (reply["state"], reply["text"], reply["agent"]) == ("draft", "Dear A", "bo")


@pytest.mark.usefixtures("three")
def test_figures_fit_into_a_status_bar(cminbox: Run) -> None:
    assert cminbox("count").stdout == "3 waiting, 3 late\n"
    assert cminbox("count", "--late").stdout == "3\n"
    assert cminbox("count", "--at-risk").stdout == "3\n"
    (figures,) = rows(cminbox("count", "--json"))
    assert (figures["queue"], figures["late"], figures["at_risk"]) == (3, 3, 3)
    assert figures["kinds"] == {"comment": 0, "mention": 1, "dm": 1, "review": 1}
    assert figures["accounts"] == {"brand": 2, "shop:brand": 1}
    assert figures["statuses"]["open"] == 3


def test_the_workspace_can_come_from_the_environment(
    folder: object, imported: Run, line: Line, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(line())
    monkeypatch.setenv("CMINBOX_WORKSPACE", f"{folder}/")
    assert main(["count"]) == 0
    assert capsys.readouterr().out == "1 waiting, 1 late\n"


def test_the_queue_speaks_french_when_asked(cminbox: Run, imported: Run, line: Line) -> None:
    imported(line())
    cminbox("done", "1")
    assert "traitée" in cminbox("show", "1", "--lang", "fr").stdout
