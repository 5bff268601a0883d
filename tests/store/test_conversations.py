"""An agent's acts: each in the history, each undone as it was, none over a newer one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rehearsal.people import DAY, NOW, wrote

from cminbox.domain.conversation import Priority, Status
from cminbox.domain.problem import NotFound, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from rehearsal.stage import Stage

    from cminbox.store.conversations import Conversations

    Act = Callable[[Conversations, list[int]], list[int]]


@pytest.fixture
def two(stage: Stage) -> list[int]:
    account = stage.connect()
    stage.take(account, wrote("a"), wrote("b", by="bob"))
    return sorted(row.id for row in stage.rows())


ACTS: dict[str, Act] = {
    "done": lambda c, ids: c.set_status(ids, Status.DONE, agent="ana", now=NOW),
    "pending": lambda c, ids: c.set_status(ids, Status.PENDING, agent="ana", now=NOW),
    "snooze": lambda c, ids: c.set_status(ids, Status.SNOOZED, agent="ana", now=NOW, until=NOW + DAY),
    "assign": lambda c, ids: c.assign(ids, "bob", agent="ana", now=NOW),
    "priority": lambda c, ids: c.set_priority(ids, Priority.HIGH, agent="ana", now=NOW),
    "tag": lambda c, ids: c.tag(ids, add=["x", "y"], agent="ana", now=NOW),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_on_many_is_undone_as_one(stage: Stage, two: list[int], name: str) -> None:
    conversations = stage.workspace.conversations
    before = stage.everything()
    events = ACTS[name](conversations, two)
    assert stage.everything() != before
    assert sorted(conversations.last_undoable("ana")) == sorted(events)
    assert conversations.last_undoable("bob") == []
    assert sorted(conversations.undo(events, agent="ana", now=NOW + 1)) == two
    assert stage.everything() == before
    with pytest.raises(Problem, match="cannot be undone"):
        conversations.undo(events, agent="ana", now=NOW + 2)


def test_an_act_over_which_somebody_acted_since_is_not_undone(stage: Stage, two: list[int]) -> None:
    conversations = stage.workspace.conversations
    events = conversations.assign(two, "bob", agent="ana", now=NOW)
    conversations.assign(two[:1], "eve", agent="bob", now=NOW + 1)
    before = stage.everything()
    with pytest.raises(Problem, match="has changed since"):
        conversations.undo(events, agent="ana", now=NOW + 2)
    assert stage.everything() == before


def test_an_act_on_one_that_is_not_there_changes_none(stage: Stage, two: list[int]) -> None:
    before = stage.everything()
    for act in ACTS.values():
        with pytest.raises(NotFound):
            act(stage.workspace.conversations, [*two, 99])
    assert stage.everything() == before


def test_tags_are_plain_words(stage: Stage, two: list[int]) -> None:
    conversations = stage.workspace.conversations
    conversations.tag(two[:1], add=["  Two  Words ", "VIP", "vip", "a\x1fb"], agent="ana", now=NOW)
    row = stage.workspace.queue.row(two[0], now=NOW)
    assert row is not None
    assert row.tags == ("a-b", "two-words", "vip")
    conversations.tag(two[:1], remove=["VIP"], agent="ana", now=NOW)
    with pytest.raises(Problem, match="at least one letter"):
        conversations.tag(two[:1], add=["  "], agent="ana", now=NOW)


def test_notes_stay_in_order_and_never_reach_the_outbox(stage: Stage, two: list[int]) -> None:
    conversations = stage.workspace.conversations
    conversations.note(two[0], "first", agent="ana", now=NOW)
    conversations.note(two[0], "second\x00", agent="bob", now=NOW)
    assert [(note.agent, note.text) for note in conversations.notes(two[0])] == [
        ("ana", "first"),
        ("bob", "second\ufffd"),
    ]
    assert stage.workspace.outbox.of_conversation(two[0]) == []


def test_snoozed_ones_wake_when_their_time_comes(stage: Stage, two: list[int]) -> None:
    conversations = stage.workspace.conversations
    conversations.set_status(two[:1], Status.SNOOZED, agent="ana", now=NOW, until=NOW + DAY)
    assert conversations.wake(NOW + DAY - 1) == []
    assert conversations.wake(NOW + DAY) == two[:1]
    assert conversations.wake(NOW + DAY) == []
    row = stage.workspace.queue.row(two[0], now=NOW)
    assert row is not None
    assert (row.status, row.snoozed_until) == (Status.OPEN, None)


def test_only_the_newest_messages_are_read_when_there_are_many(stage: Stage) -> None:
    account = stage.connect("other")
    stage.take(account, *(wrote(f"m{number:03}", at=NOW - 1000 + number, conversation="c") for number in range(50)))
    where = next(row.id for row in stage.rows() if row.account == "other")
    shown = [message.remote_id for message in stage.workspace.conversations.messages(where, 3)]
    assert shown == ["m047", "m048", "m049"]


def test_the_history_tells_who_when_what_before_and_after(stage: Stage, two: list[int]) -> None:
    stage.workspace.conversations.assign(two[:1], "bob", agent="ana", now=NOW)
    (event,) = stage.workspace.conversations.events(two[0])
    assert (event.agent, event.at, event.what) == ("ana", NOW, "assign")
    assert (event.before, event.after) == ({"assignee": None}, {"assignee": "bob"})
