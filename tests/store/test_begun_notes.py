"""A note that was begun is kept like a draft, apart from replies, until it is added or emptied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rehearsal.people import NOW, wrote
from rehearsal.stage import Stage

from cminbox.domain.problem import NotFound
from cminbox.store import erasing
from cminbox.store.begun_notes import BegunNote
from cminbox.store.merging import merge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path / "brand")
    account = made.connect()
    made.take(account, *(wrote(f"m{number}", conversation=f"c{number}", by=f"p{number}") for number in range(3)))
    yield made
    made.close()


def begin(stage: Stage, where: int, text: str, terminal: str = "tty1", caret: int = 0, at: int = NOW) -> None:
    stage.workspace.begun_notes.save_soon(where, text, caret=caret, agent="ana", terminal=terminal, now=at).result()


def begun(stage: Stage, where: int, terminal: str = "tty1") -> BegunNote | None:
    return stage.workspace.begun_notes.get(where, agent="ana", terminal=terminal)


def places(stage: Stage) -> list[int]:
    return [row.id for row in stage.rows()]


def test_it_comes_back_with_its_caret(stage: Stage) -> None:
    where, other = places(stage)[:2]
    begin(stage, where, "ask the warehouse", caret=3)
    begin(stage, where, "ask the warehouse about", caret=5)
    assert begun(stage, where) == BegunNote("ask the warehouse about", 5, "tty1")
    assert begun(stage, other) is None
    assert stage.workspace.begun_notes.get(where, agent="bob", terminal="tty1") is None


def test_emptied_it_is_forgotten(stage: Stage) -> None:
    where = places(stage)[0]
    begin(stage, where, "ask")
    begin(stage, where, "  ")
    assert begun(stage, where) is None


def test_added_it_is_forgotten_at_that_terminal_alone(stage: Stage) -> None:
    where = places(stage)[0]
    begin(stage, where, "half")
    begin(stage, where, "another one", terminal="tty2")
    stage.workspace.conversations.note(where, "half a sentence", agent="ana", now=NOW, terminal="tty1")
    found = begun(stage, where)
    assert found is not None
    assert found.text == "another one"
    assert [note.text for note in stage.workspace.conversations.notes(where)] == ["half a sentence"]


def test_another_terminal_goes_on_with_the_newest_and_may_take_it(stage: Stage) -> None:
    where = places(stage)[0]
    begin(stage, where, "older", terminal="tty1", at=NOW)
    begin(stage, where, "newer", terminal="tty2", at=NOW + 1)
    found = begun(stage, where, "tty3")
    assert found is not None
    assert found == BegunNote("newer", 0, "tty2")
    stage.workspace.begun_notes.adopt(where, agent="ana", old="tty2", new="tty3").result()
    begin(stage, where, "newest", terminal="tty3")
    assert begun(stage, where, "tty2") is not None
    assert begun(stage, where, "tty3") == BegunNote("newest", 0, "tty3")


def test_it_is_no_draft_and_no_reply(stage: Stage) -> None:
    where = places(stage)[0]
    begin(stage, where, "never to be sent")
    assert stage.workspace.drafts.of("ana") == []
    assert stage.workspace.outbox.of_conversation(where) == []


def test_conversations_that_turn_out_to_be_one_lose_neither_text(stage: Stage) -> None:
    kept, gone, third = places(stage)
    begin(stage, kept, "first half")
    begin(stage, gone, "second half")
    begin(stage, third, "elsewhere")
    stage.workspace.database.write(lambda connection: merge(connection, gone, kept, 99))
    stage.workspace.database.write(lambda connection: merge(connection, third, kept, 100))
    found = begun(stage, kept)
    assert found is not None
    assert found.text == "first half\nsecond half\nelsewhere"
    assert begun(stage, gone) == found


def test_it_goes_with_the_person_whom_it_is_about(stage: Stage) -> None:
    for where in places(stage):
        begin(stage, where, "his address is")
    people = erasing.find_people(stage.workspace.database, "p1")
    assert people
    erasing.erase(stage.workspace.database, people, agent="ana", now=NOW)
    kept = stage.workspace.database.read().execute("SELECT count(*) FROM begun_notes").fetchone()
    assert kept == (2,)
    assert None not in [begun(stage, where) for where in places(stage)]


def test_it_needs_a_conversation(stage: Stage) -> None:
    with pytest.raises(NotFound):
        begin(stage, 999, "where?")
