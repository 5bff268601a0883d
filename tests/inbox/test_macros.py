"""What a canned reply does beside answering: all of it at once, on many, undone as one step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.canned import NOTHING, Macro
from cminbox.domain.conversation import Priority, QueueRow, Status
from cminbox.domain.message import Kind, Message, Person
from cminbox.inbox.acting import Acting
from cminbox.inbox.macros import apply_macro
from cminbox.inbox.reading import Reading
from cminbox.inbox.workspace import Agent, Workspace
from cminbox.settings.locations import Locations
from cminbox.settings.values import DEFAULTS
from cminbox.store.ingest import Delivery, Ingest

if TYPE_CHECKING:
    from pathlib import Path

START = 1_700_000_000_000
DAY = 86_400
FULL = Macro(("refund", "vip"), "cleo", None, Priority.HIGH, done=True)

Rows = Callable[[], list[QueueRow]]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with three conversations, of which the second has a tag already."""
    locations = Locations("brand", tmp_path / "brand", tmp_path / "config.toml")
    opened = Workspace(locations, DEFAULTS, Agent("bo", "tests"), lambda: START)
    account = opened.accounts.for_import("toy", "main")
    messages = [
        Message(f"m-{one}", Kind.DM, Person(f"u{one}", f"u{one}"), "Hello", START, conversation=f"c-{one}")
        for one in (1, 2, 3)
    ]
    Ingest(opened.database).take(Delivery(account, messages, START))
    opened.conversations.tag([2], add=["vip"], agent="ana", now=START - 1)
    yield opened
    opened.close()


@pytest.fixture
def rows(workspace: Workspace) -> Rows:
    return lambda: [Reading(workspace).show(one).row for one in (1, 2, 3)]


def test_a_macro_tags_assigns_sets_the_priority_and_closes(workspace: Workspace, rows: Rows) -> None:
    applied = apply_macro(workspace, [1, 2], FULL)
    assert (applied.done, applied.refused) == ((1, 2), {})
    for row in rows()[:2]:
        assert (row.tags, row.assignee) == (("refund", "vip"), "cleo")
        assert (row.priority, row.status) == (Priority.HIGH, Status.DONE)
    assert rows()[2].status is Status.OPEN


def test_a_macro_puts_off(workspace: Workspace, rows: Rows) -> None:
    apply_macro(workspace, [1], Macro(snooze_seconds=2 * DAY))
    assert (rows()[0].status, rows()[0].snoozed_until) == (Status.SNOOZED, START + 2 * DAY * 1000)


def test_one_undo_takes_a_macro_back_from_all_conversations(workspace: Workspace, rows: Rows) -> None:
    before = rows()
    applied = apply_macro(workspace, [1, 2, 3], FULL)
    assert sorted(set(Acting(workspace).undo(applied.events))) == [1, 2, 3]
    assert rows() == before
    apply_macro(workspace, [1, 2, 3], FULL)
    Acting(workspace).undo()
    assert rows() == before


def test_a_conversation_that_is_none_keeps_no_other_from_it(workspace: Workspace, rows: Rows) -> None:
    applied = apply_macro(workspace, [1, 99, 3], FULL)
    assert applied.done == (1, 3)
    assert "no conversation 99" in str(applied.refused[99])
    assert [row.status for row in rows()] == [Status.DONE, Status.OPEN, Status.DONE]


def test_a_conversation_gets_all_of_a_macro_or_nothing(workspace: Workspace, rows: Rows) -> None:
    before = rows()
    applied = apply_macro(workspace, [1, 2], Macro(("fine", " "), "cleo", done=True))
    assert (applied.done, sorted(applied.refused), applied.events) == ((), [1, 2], ())
    assert rows() == before


def test_a_macro_can_give_a_conversation_to_whoever_uses_it(workspace: Workspace, rows: Rows) -> None:
    apply_macro(workspace, [1], Macro(assign="me"))
    assert rows()[0].assignee == "bo"


def test_a_macro_that_does_nothing_leaves_no_trace(workspace: Workspace, rows: Rows) -> None:
    before = rows()
    applied = apply_macro(workspace, [1, 1], NOTHING)
    assert (applied.done, applied.events) == ((1,), ())
    assert rows() == before
    assert not NOTHING
