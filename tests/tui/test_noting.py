"""An internal note is kept like a draft: while it is typed, after a lost terminal, while the database is busy."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace, session
from stage.showing import enter, inbox, until

from cminbox.inbox.presence import Presences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session

pytestmark = pytest.mark.timeout(30)


@contextmanager
def busy(workspace: Workspace) -> Iterator[None]:
    """Hold the database."""
    connection = sqlite3.connect(workspace.database.path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def chosen(pilot: Pilot[ExitResult]) -> int:
    row = inbox(pilot).desk.row
    assert row is not None
    return row.id


async def note(pilot: Pilot[ExitResult], *keys: str) -> int:
    """Begin a note about the chosen conversation and type."""
    where = chosen(pilot)
    writing = await inbox(pilot).start_writing()

    def add(typed: str) -> None:
        inbox(pilot).desk.session.acting.note(where, typed)

    writing.noting.open(where, add)
    await pilot.press(*keys)
    await pilot.pause()
    return where


def begun(workspace: Workspace, where: int) -> tuple[str, int] | None:
    found = workspace.begun_notes.get(where, agent="kim", terminal=workspace.agent.terminal)
    return None if found is None else (found.text, found.caret)


async def test_it_is_on_disk_soon_after_the_last_key(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        where = await note(pilot, *"ask Ana")
        await until(pilot, lambda: begun(workspace, where) == ("ask Ana", 7))
        assert workspace.drafts.of("kim") == []


async def test_a_lost_terminal_keeps_the_last_letter(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        where = await note(pilot, *"ask Ana")
        inbox(pilot).keep()
        assert begun(workspace, where) == ("ask Ana", 7)


async def test_left_it_is_there_again_and_added_it_is_gone(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        where = await note(pilot, *"ask", "escape")
        assert inbox(pilot).field is None
        assert "not added yet" in inbox(pilot).footer.text
        await note(pilot, *" Ana")
        await enter(pilot)
        await until(pilot, lambda: [one.text for one in workspace.conversations.notes(where)] == ["ask Ana"])
        assert begun(workspace, where) is None
        assert inbox(pilot).field is None


async def test_the_next_screen_says_that_a_note_was_begun(shown: Shown, workspace: Workspace, clock: Clock) -> None:
    async with shown(session(workspace)) as pilot:
        await pilot.press("j")
        where = await note(pilot, *"ask Ana")
        await until(pilot, lambda: Presences(workspace)._store.of("kim")[0].conversation_id == where)
        pilot.app._hang_up()  # type: ignore[attr-defined]  # the inbox's own
    elsewhere = open_workspace(workspace.locations.folder, clock, terminal="pts/8")
    async with shown(session(elsewhere)) as pilot:
        await until(pilot, lambda: chosen(pilot) == where)
        assert "A note was begun here; n goes on with it" in inbox(pilot).footer.text
        await note(pilot, "!")
        field = inbox(pilot).field
        assert field is not None
        assert field.text == "ask Ana!"
        inbox(pilot).keep()
        rows = elsewhere.database.read().execute("SELECT terminal, text FROM begun_notes").fetchall()
        assert rows == [("pts/8", "ask Ana!")]
    elsewhere.close()


async def test_while_the_database_is_busy_it_stays_open_with_its_text(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        where = await note(pilot, *"ask")
        with busy(workspace):
            await enter(pilot)
            await pilot.press("escape", "!")
            field = inbox(pilot).field
            assert field is not None
            assert field.text == "ask!"
        await until(pilot, lambda: begun(workspace, where) == ("ask!", 4))
        assert workspace.conversations.notes(where) == []


async def test_an_empty_note_is_neither_added_nor_kept(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        where = await note(pilot, " ")
        await pilot.pause(0.3)
        await enter(pilot)
        assert "The note is empty" in inbox(pilot).footer.text
        await pilot.press("escape")
        assert inbox(pilot).field is None
        assert begun(workspace, where) is None
