"""What the commands do: answers, statuses, tags, notes, undo, and what is asked of a network."""

from __future__ import annotations

import json
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.network import Capability
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., CompletedProcess[str]]
Line = Callable[..., dict[str, Any]]
Open = Callable[[], Any]


def shown(cminbox: Run, conversation: int = 1) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(cminbox("show", str(conversation), "--json").stdout)
    return whole


@pytest.mark.usefixtures("connected")
def test_a_reply_is_held_and_left_to_the_syncing_process(cminbox: Run, opened: Open) -> None:
    said = cminbox("reply", "1", "--text", "On its way!")
    assert said.returncode == 0
    assert "held for 8 s" in said.stdout
    assert "cminbox sync" in said.stderr
    (reply,) = shown(cminbox)["replies"]
    assert (reply["state"], reply["text"]) == ("held", "On its way!")
    workspace = opened()
    assert workspace.outbox.release_expired(workspace.now() + 8_001) == [reply["id"]]


@pytest.mark.usefixtures("connected")
def test_now_skips_the_time_to_take_it_back(cminbox: Run) -> None:
    said = cminbox("reply", "1", "--text", "Hello", "--now", "--json")
    assert json.loads(said.stdout)["state"] == "queued"
    assert shown(cminbox)["replies"][0]["hold_until"] is None


@pytest.mark.usefixtures("connected")
def test_the_undo_window_is_the_one_of_the_settings(cminbox: Run, folder: Path) -> None:
    (folder / "config.toml").write_text('[undo]\npublic = "30s"\n[undo.networks.mastodon]\npublic = "45s"\n')
    assert "held for 45 s" in cminbox("reply", "1", "--text", "Hello").stdout


@pytest.mark.usefixtures("connected")
def test_a_text_can_come_from_a_file_and_its_last_line_end_goes(cminbox: Run, tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"
    file.write_text("Hello\nthere\n")
    assert cminbox("reply", "1", "--text-file", str(file)).returncode == 0
    assert shown(cminbox)["replies"][0]["text"] == "Hello\nthere"


@pytest.mark.usefixtures("connected")
def test_a_reply_in_a_canned_form_is_filled_in(cminbox: Run, folder: Path) -> None:
    library = folder / "canned_replies"
    library.mkdir()
    (library / "hi.md").write_text("---\ntitle: Hi\nshortcut: h\n---\nHi {name}!\n")
    (library / "late.md").write_text("---\ntitle: Late\n---\nBy {date?}.\n")
    assert cminbox("reply", "1", "--canned", "hi").returncode == 0
    assert shown(cminbox)["replies"][0]["text"] == "Hi Ana!"
    assert cminbox("reply", "1", "--canned", "h").returncode == 0
    unfilled = cminbox("reply", "1", "--canned", "late")
    assert unfilled.returncode == 1
    assert "{date?}" in unfilled.stderr
    missing = cminbox("reply", "1", "--canned", "nope")
    assert (missing.returncode, "nope" in missing.stderr) == (1, True)


@pytest.mark.usefixtures("connected")
def test_a_reply_that_is_too_long_goes_nowhere(cminbox: Run) -> None:
    said = cminbox("reply", "1", "--text", "x" * 21)
    assert said.returncode == 1
    assert "at most 20 characters; this is 21" in said.stderr
    assert shown(cminbox)["replies"] == []


@pytest.mark.usefixtures("connected")
def test_waiting_ends_with_the_networks_word(cminbox: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = {
        ReplyState.SENT: (0, "was sent"),
        ReplyState.REFUSED: (1, "was refused: too rude"),
        ReplyState.UNKNOWN: (1, "Nobody knows whether reply"),
        ReplyState.CANCELLED: (1, "was taken back"),
    }
    for state, (code, words) in outcomes.items():
        monkeypatch.setattr("cminbox.inbox.awaiting.outcome_of_reply", _settled(state))
        said = cminbox("reply", "1", "--text", "Hello", "--now", "--wait")
        assert said.returncode == code, state
        assert words in said.stdout + said.stderr


def _settled(state: ReplyState) -> Callable[..., Any]:
    def outcome(workspace: Any, reply_id: int, **_: Any) -> Any:  # noqa: ANN401 - as the real one
        workspace.outbox.cancel(reply_id, agent="bo", now=workspace.now())
        reply = workspace.outbox.get(reply_id)
        object.__setattr__(reply, "state", state)
        object.__setattr__(reply, "reason", say("too rude").to_json())
        return reply

    return outcome


def test_nothing_can_be_sent_where_messages_were_only_imported(cminbox: Run, imported: Run, line: Line) -> None:
    imported(line())
    said = cminbox("reply", "1", "--text", "Hello")
    assert said.returncode == 1
    assert "not connected" in said.stderr


@pytest.mark.usefixtures("connected")
def test_a_reply_can_be_taken_back(cminbox: Run) -> None:
    cminbox("reply", "1", "--text", "Oops")
    number = shown(cminbox)["replies"][0]["id"]
    assert cminbox("undo", "--reply", str(number)).returncode == 0
    assert [reply["state"] for reply in shown(cminbox)["replies"]] == ["draft"]


def test_statuses_move_and_come_back(cminbox: Run, imported: Run, line: Line) -> None:
    imported(line(), line("m-2", text="Another"))
    assert cminbox("done", "1", "2").returncode == 0
    assert [shown(cminbox, one)["status"] for one in (1, 2)] == ["done", "done"]
    assert cminbox("undo").returncode == 0
    assert [shown(cminbox, one)["status"] for one in (1, 2)] == ["open", "open"]
    cminbox("pending", "1")
    assert shown(cminbox)["status"] == "pending"
    cminbox("reopen", "1")
    assert shown(cminbox)["status"] == "open"
    cminbox("snooze", "1", "--until", "2h")
    assert shown(cminbox)["status"] == "snoozed"
    assert shown(cminbox)["snoozed_until"] is not None


def test_tags_notes_priority_and_assignee(cminbox: Run, imported: Run, line: Line) -> None:
    imported(line())
    assert "#urgent #vip" in cminbox("tag", "1", "VIP", "urgent").stdout
    assert cminbox("tag", "1", "--remove", "urgent").stdout == "Conversation 1: #vip\n"
    assert cminbox("tag", "1", "--remove", "vip").stdout == "Conversation 1: no tag\n"
    assert cminbox("priority", "1", "high").returncode == 0
    assert shown(cminbox)["priority"] == "high"
    assert cminbox("assign", "1", "cleo").returncode == 0
    assert shown(cminbox)["assignee"] == "cleo"
    assert cminbox("assign", "1", "--nobody").returncode == 0
    assert shown(cminbox)["assignee"] is None
    assert cminbox("note", "1", "--text", "  ").returncode == 1


def test_the_agent_is_named_by_the_environment(
    cminbox: Run, imported: Run, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(line())
    monkeypatch.setenv("CMINBOX_AGENT", "  Cleo \x1b[1m ")
    cminbox("assign", "1")
    assert shown(cminbox)["assignee"] == "Cleo \N{SYMBOL FOR ESCAPE}[1m"


def test_undo_touches_nothing_of_others(
    cminbox: Run, imported: Run, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(line())
    cminbox("done", "1")
    monkeypatch.setenv("CMINBOX_AGENT", "somebody else")
    said = cminbox("undo")
    assert (said.returncode, "nothing to undo" in said.stderr) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ("show", "7"),
        ("done", "7"),
        ("reopen", "7"),
        ("pending", "7"),
        ("snooze", "7", "--until", "1h"),
        ("tag", "7", "vip"),
        ("note", "7", "--text", "x"),
        ("assign", "7"),
        ("priority", "7", "low"),
        ("reply", "7", "--text", "x"),
        ("like", "7"),
        ("show", str(2**63 - 1)),
    ],
)
def test_an_id_that_is_none_is_one_sentence_and_exit_1(cminbox: Run, words: tuple[str, ...]) -> None:
    said = cminbox(*words)
    assert said.returncode == 1
    assert f"There is no conversation {words[1]}" in said.stderr


def test_an_unknown_reply_or_account_is_one_sentence_and_exit_1(cminbox: Run) -> None:
    for words in (["undo", "--reply", "7"], ["accounts", "check", "x"], ["export", "--account", "x"]):
        said = cminbox(*words)
        assert (said.returncode, len(said.stderr.splitlines())) == (1, 1)


@pytest.mark.usefixtures("connected")
def test_what_a_network_can_do_is_asked_of_it(cminbox: Run, opened: Open) -> None:
    assert cminbox("like", "1").returncode == 0
    assert cminbox("block", "1").returncode == 0
    workspace = opened()
    acts = workspace.acts.due(workspace.now())
    assert [(act.capability, act.subject) for act in acts] == [(Capability.LIKE, "m-1"), (Capability.BLOCK, "u1")]


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize(
    "command", ["hide", "unhide", "approve", "unlike", "boost", "unboost", "delete", "mute", "unmute", "report-abuse"]
)
def test_what_a_network_cannot_do_is_refused_at_once(cminbox: Run, opened: Open, command: str) -> None:
    said = cminbox(command, "1")
    assert said.returncode == 1
    assert "Not possible on Mastodon" in said.stderr
    workspace = opened()
    assert workspace.acts.due(workspace.now()) == []


@pytest.mark.usefixtures("connected")
def test_waiting_for_an_act_says_why_it_was_refused(cminbox: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = ("refused", say("the message is gone"))
    monkeypatch.setattr("cminbox.inbox.awaiting.outcome_of_act", lambda _workspace, _act, **_: outcome)
    said = cminbox("like", "1", "--wait")
    assert said.returncode == 1
    assert "the message is gone" in said.stderr
    monkeypatch.setattr("cminbox.inbox.awaiting.outcome_of_act", lambda _workspace, _act, **_: ("done", None))
    assert cminbox("like", "1", "--wait").returncode == 0


@pytest.mark.usefixtures("connected")
def test_what_was_asked_of_a_network_is_listed_with_what_became_of_it(cminbox: Run, opened: Open) -> None:
    assert cminbox("like", "1").returncode == 0
    assert "asked the network to like a message: not done yet" in cminbox("show", "1").stdout
    workspace = opened()
    (act,) = workspace.acts.due(workspace.now())
    workspace.acts.refused(act, say("the message is gone"), now=workspace.now())
    assert "asked the network to like a message: refused. the message is gone" in cminbox("show", "1").stdout
    (request,) = json.loads(cminbox("show", "1", "--json").stdout)["requests"]
    assert (request["what"], request["state"], request["reason"]) == ("like", "refused", "the message is gone")


def test_a_flag_is_put_on_shown_found_and_taken_off(cminbox: Run, imported: Run, line: Line) -> None:
    imported(line())
    assert cminbox("flag", "1").stdout == "Conversation 1 has a flag.\n"
    assert "flagged" in cminbox("show", "1").stdout
    assert cminbox("queue", "--filter", "is:flagged").stdout.startswith("1 ")
    assert cminbox("flag", "1", "--remove").stdout == "Conversation 1 has no flag.\n"
    assert "Nothing matches" in cminbox("queue", "--filter", "is:flagged").stdout
    assert cminbox("flag", "9").returncode == 1
