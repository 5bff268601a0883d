"""Replies on their way, or left unsent, by command: seen, sent again, taken back, given up, said to be sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.store.outbox import Decision

if TYPE_CHECKING:
    from cminbox.inbox.workspace import Workspace

Run = Callable[..., CompletedProcess[str]]
Open = Callable[[], Any]


@pytest.fixture
def workspace(opened: Open, connected: int) -> Workspace:
    workspace: Workspace = opened()
    workspace.leases.take("sync", holder="me", host="h", pid=1, now=workspace.now(), seconds=60)
    assert connected == 1
    return workspace


def decide(workspace: Workspace, *, hold: int = 0, agent: str = "bo", ago: int = 0) -> int:
    now = workspace.now() - ago
    return workspace.outbox.decide(Decision(1, "hello", agent, "tty", now, hold)).id


def in_state(workspace: Workspace, state: str) -> int:
    """Bring a reply into a state that waits for a person."""
    outbox, now = workspace.outbox, workspace.now()
    if state == "interrupted":
        reply_id = decide(workspace, hold=1, ago=60_000)
        outbox.interrupt_stale(now)
        return reply_id
    reply_id = decide(workspace)
    if state != "queued":
        assert outbox.begin(reply_id, holder="me", now=now) is not None
    if state == "refused":
        outbox.refused(reply_id, say("too rude"), now=now)
    if state == "unknown":
        outbox.unknown(reply_id, say("no answer came"), now=now, next_try_at=None)
    return reply_id


def state_of(workspace: Workspace, reply_id: int) -> ReplyState:
    return workspace.outbox.get(reply_id).state


def test_nothing_on_its_way_is_said(cminbox: Run) -> None:
    done = cminbox("outbox")
    assert (done.returncode, done.stdout) == (0, "No reply is on its way, and none was left unsent.\n")
    assert cminbox("outbox", "list", "--json").stdout == ""


@pytest.mark.parametrize(
    ("state", "words", "mend"),
    [
        ("queued", "queued: bo to @ana", None),
        ("refused", "too rude", "cminbox outbox retry 1 sends it"),
        ("interrupted", "not sent, its screen ended", "cminbox outbox retry 1 sends it"),
        ("unknown", "no answer came", "cminbox outbox sent 1 if it is there"),
    ],
)
def test_each_reply_says_how_it_stands_and_what_can_be_done(
    cminbox: Run, workspace: Workspace, state: str, words: str, mend: str | None
) -> None:
    in_state(workspace, state)
    said = cminbox("outbox").stdout
    assert words in said
    assert "hello" in said
    assert mend in said if mend else "cminbox" not in said


def test_a_program_gets_every_reply_with_where_it_goes(cminbox: Run, workspace: Workspace) -> None:
    in_state(workspace, "refused")
    decide(workspace)
    first, second = map(json.loads, cminbox("outbox", "--json").stdout.splitlines())
    assert (first["state"], first["needs_a_person"], first["reason"]) == ("refused", True, "too rude")
    assert (second["state"], second["needs_a_person"]) == ("queued", False)
    assert (first["conversation"], first["network"], first["account"]) == (1, "mastodon", "brand")
    assert first["person"] == {"handle": "ana", "name": "Ana"}


@pytest.mark.parametrize("state", ["refused", "interrupted"])
def test_what_was_not_sent_is_sent_on_request(cminbox: Run, workspace: Workspace, state: str) -> None:
    reply_id = in_state(workspace, state)
    done = cminbox("outbox", "retry", str(reply_id))
    assert (done.returncode, done.stdout) == (0, f"Reply {reply_id} is on its way.\n")
    assert state_of(workspace, reply_id) is ReplyState.QUEUED


def test_what_may_have_arrived_is_sent_again_only_by_one_more_word(cminbox: Run, workspace: Workspace) -> None:
    reply_id = in_state(workspace, "unknown")
    refused = cminbox("outbox", "retry", str(reply_id))
    assert refused.returncode == 1
    assert "--anyway" in refused.stderr
    assert state_of(workspace, reply_id) is ReplyState.UNKNOWN
    assert cminbox("outbox", "retry", str(reply_id), "--anyway").returncode == 0
    assert state_of(workspace, reply_id) is ReplyState.QUEUED


def test_a_hold_that_somebody_may_still_end_is_left_to_him(cminbox: Run, workspace: Workspace) -> None:
    reply_id = decide(workspace, hold=60_000)
    assert cminbox("outbox", "retry", str(reply_id)).returncode == 1
    assert state_of(workspace, reply_id) is ReplyState.HELD


def test_it_is_taken_back_as_a_draft(cminbox: Run, workspace: Workspace) -> None:
    reply_id = in_state(workspace, "refused")
    assert "is a draft again, in conversation 1" in cminbox("outbox", "take-back", str(reply_id)).stdout
    assert [one.text for one in workspace.drafts.of("bo")] == ["hello"]


def test_it_is_given_up(cminbox: Run, workspace: Workspace) -> None:
    reply_id = in_state(workspace, "unknown")
    assert cminbox("outbox", "cancel", str(reply_id)).returncode == 0
    assert state_of(workspace, reply_id) is ReplyState.CANCELLED


def test_a_person_who_saw_it_ends_the_doubt(cminbox: Run, workspace: Workspace) -> None:
    reply_id = in_state(workspace, "unknown")
    assert cminbox("outbox", "sent", str(reply_id)).stdout == f"Reply {reply_id} counts as sent.\n"
    assert state_of(workspace, reply_id) is ReplyState.SENT
    assert workspace.queue.page(now=workspace.now()) == []


@pytest.mark.parametrize("state", ["queued", "refused"])
def test_only_a_doubt_is_ended_by_a_word(cminbox: Run, workspace: Workspace, state: str) -> None:
    done = cminbox("outbox", "sent", str(in_state(workspace, state)))
    assert done.returncode == 1
    assert "only an unknown one" in done.stderr


@pytest.mark.parametrize("command", ["retry", "take-back", "cancel", "sent"])
def test_a_reply_that_is_none_is_a_sentence(cminbox: Run, workspace: Workspace, command: str) -> None:
    done = cminbox("outbox", command, "99")
    assert (done.returncode, done.stderr) == (1, "cminbox: There is no reply 99\n")
    assert workspace.outbox.outstanding() == []


def test_a_colleagues_answer_on_its_way_keeps_the_text_as_a_draft(
    cminbox: Run, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMINBOX_AGENT", "kim")
    decide(workspace, agent="bo")
    done = cminbox("reply", "1", "--text", "me too", "--now")
    assert done.returncode == 1
    assert "A reply of bo to this is on its way; your text is kept as a draft" in done.stderr
    assert [one.text for one in workspace.drafts.of("kim")] == ["me too"]
    assert cminbox("reply", "1", "--text", "me too", "--now", "--anyway").returncode == 0
    assert [one.agent for one in workspace.outbox.outstanding()] == ["bo", "kim"]
