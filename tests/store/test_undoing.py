"""What can be undone: each act once, whoever did it, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rehearsal.people import MINUTE, NOW, wrote

from cminbox.domain.conversation import Priority, Status
from cminbox.domain.problem import Problem
from cminbox.store.undoing import undoable

if TYPE_CHECKING:
    from rehearsal.stage import Stage


def told(stage: Stage) -> list[tuple[str, int, str]]:
    found = undoable(stage.workspace.database.read())
    return [(str(one.what), len(one.events), one.agent) for one in found]


def test_an_act_is_one_row_however_many_it_meant_and_goes_when_it_is_undone(stage: Stage) -> None:
    stage.take(stage.connect(), *(wrote(name, by=name) for name in ("a", "b", "c")))
    ids = [row.id for row in stage.rows()]
    conversations = stage.workspace.conversations
    first = conversations.set_status(ids, Status.DONE, agent="ana", now=NOW)
    conversations.assign(ids[:1], "bob", agent="bob", now=NOW + MINUTE)
    conversations.assign(ids[:1], None, agent="bob", now=NOW + 2 * MINUTE)
    conversations.tag(ids[1:], add=("vip",), agent="ana", now=NOW + 3 * MINUTE)
    conversations.flag(ids[:2], flagged=True, agent="ana", now=NOW + 4 * MINUTE)
    conversations.flag(ids[:1], flagged=False, agent="ana", now=NOW + 5 * MINUTE)
    conversations.set_priority(ids, Priority.HIGH, agent="ana", now=NOW + 6 * MINUTE)
    assert told(stage) == [
        ("Priority set", 3, "ana"),
        ("Flag taken off", 1, "ana"),
        ("Flagged", 2, "ana"),
        ("Tagged", 2, "ana"),
        ("Assigned to nobody", 1, "bob"),
        ("Assigned to bob", 1, "bob"),
        ("Done", 3, "ana"),
    ]
    conversations.undo(first, agent="ana", now=NOW + 7 * MINUTE)
    assert ("Done", 3, "ana") not in told(stage)


def test_what_was_changed_since_is_not_put_back(stage: Stage) -> None:
    stage.take(stage.connect(), wrote("a"))
    (row,) = stage.rows()
    conversations = stage.workspace.conversations
    flagged = conversations.flag([row.id], flagged=True, agent="ana", now=NOW)
    conversations.flag([row.id], flagged=False, agent="bob", now=NOW + MINUTE)
    with pytest.raises(Problem, match="has changed since"):
        conversations.undo(flagged, agent="ana", now=NOW + 2 * MINUTE)
    assert conversations.undo(conversations.last_undoable("bob"), agent="bob", now=NOW + 3 * MINUTE) == [row.id]
    (row,) = stage.rows()
    assert row.flagged


def test_what_the_program_did_by_itself_is_nobodys_act(stage: Stage) -> None:
    stage.take(stage.connect(), wrote("a"))
    assert told(stage) == []
