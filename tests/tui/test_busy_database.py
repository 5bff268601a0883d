"""Another program keeps the database busy: keys answer all the same, and acts are written when they can be."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace, session
from stage.showing import enter, inbox, picture, until

from cminbox.domain.conversation import Status
from cminbox.domain.reply import ReplyState
from cminbox.inbox.reading import Reading
from cminbox.tui.screens.inbox import InboxScreen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult

pytestmark = pytest.mark.timeout(30)


@contextmanager
def busy(workspace: Workspace) -> Iterator[None]:
    """Hold the database in this very thread: whoever waits for it here waits for ever."""
    connection = sqlite3.connect(workspace.database.path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


@pytest.fixture
def hasty(workspace: Workspace, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A workspace that soon gives up what cannot be written."""
    monkeypatch.setattr("cminbox.store.database.BUSY_SECONDS", 0.3)
    opened = open_workspace(workspace.locations.folder, clock, terminal="pts/8")
    yield opened
    opened.close()


def text(pilot: Pilot[ExitResult]) -> str | None:
    field = inbox(pilot).field
    return None if field is None else field.text


async def test_a_reply_is_decided_on_when_the_database_is_free_and_nothing_is_added_to_it(
    shown: Shown, workspace: Workspace
) -> None:
    async with shown(session(workspace)) as pilot:
        await pilot.press("r", *"Thanks")
        with busy(workspace):
            await enter(pilot)
            await pilot.press("x")
            assert text(pilot) == "Thanks"
            assert "Being written" in inbox(pilot).footer.text
        await until(pilot, lambda: text(pilot) is None)
        (reply,) = workspace.outbox.outstanding()
        assert (reply.state, reply.text) == (ReplyState.HELD, "Thanks")
        assert workspace.drafts.of("kim") == []
        await until(pilot, lambda: "goes out in" in inbox(pilot).footer.text)


async def test_a_reply_that_cannot_be_decided_on_stays_and_is_typed_on(shown: Shown, hasty: Workspace) -> None:
    async with shown(session(hasty)) as pilot:
        await pilot.press("r", *"Thanks")
        with busy(hasty):
            await enter(pilot)
            await until(pilot, lambda: "locked by another program" in inbox(pilot).footer.text)
            await pilot.press("!")
            assert text(pilot) == "Thanks!"
            assert hasty.outbox.outstanding() == []
        await enter(pilot)
        await until(pilot, lambda: text(pilot) is None)
        assert [one.text for one in hasty.outbox.outstanding()] == ["Thanks!"]


async def test_a_composer_closes_once_its_text_is_on_disk(shown: Shown, workspace: Workspace) -> None:
    async with shown(session(workspace)) as pilot:
        with busy(workspace):
            await pilot.press("r", *"half", "escape", "x")
            assert text(pilot) == "half"
        await until(pilot, lambda: text(pilot) is None)
        assert [one.text for one in workspace.drafts.of("kim")] == ["half"]


async def test_a_terminal_that_goes_away_meanwhile_leaves_a_reply_or_a_draft_and_never_both(
    shown: Shown, workspace: Workspace
) -> None:
    async with shown(session(workspace)) as pilot:
        await pilot.press("r", *"Thanks")
        with busy(workspace):
            await enter(pilot)
            assert text(pilot) == "Thanks"
        inbox(pilot).keep()
        kept = [*workspace.drafts.of("kim"), *workspace.outbox.outstanding()]
        assert [(one.state, one.text) for one in kept] == [(ReplyState.HELD, "Thanks")]


async def test_a_terminal_that_goes_away_while_nothing_can_be_written_keeps_the_draft_there_was(
    shown: Shown, hasty: Workspace
) -> None:
    async with shown(session(hasty)) as pilot:
        await pilot.press("r", *"Thanks")
        await until(pilot, lambda: [one.text for one in hasty.drafts.of("kim")] == ["Thanks"])
        with busy(hasty):
            await enter(pilot)
            await until(pilot, lambda: "locked by another program" in inbox(pilot).footer.text)
            pilot.app._attempt(inbox(pilot).keep)  # type: ignore[attr-defined]  # the inbox's own
        assert [one.text for one in hasty.drafts.of("kim")] == ["Thanks"]
        assert hasty.outbox.outstanding() == []


async def test_what_a_key_did_shows_when_it_is_written_and_one_has_moved_meanwhile(
    shown: Shown, workspace: Workspace
) -> None:
    async with shown(session(workspace)) as pilot:
        first = inbox(pilot).desk.window[0].row.id
        with busy(workspace):
            await pilot.press("e")
            assert "Being written" in inbox(pilot).footer.text
            await pilot.press("j", "j")
            assert inbox(pilot).desk.chosen == 2
            await pilot.press("e")
            assert "what was done before is still being written" in inbox(pilot).footer.text
        await until(pilot, lambda: "Done" in inbox(pilot).footer.text)
        assert inbox(pilot).desk.chosen == 2
        statuses = {row.id: row.status for row in Reading(workspace).rows([first]).values()}
        assert statuses == {first: Status.DONE}
        await pilot.press("u")
        await until(pilot, lambda: Reading(workspace).rows([first])[first].status is Status.OPEN)


async def test_what_cannot_be_written_is_told_and_nothing_has_changed(shown: Shown, hasty: Workspace) -> None:
    async with shown(session(hasty)) as pilot:
        first = inbox(pilot).desk.window[0].row.id
        await pilot.press("e")
        with busy(hasty):
            await pilot.press("u")
            await until(pilot, lambda: "locked by another program" in inbox(pilot).footer.text)
            await pilot.press("g", "g", "f")
            await until(pilot, lambda: "locked by another program" in inbox(pilot).footer.text)
        assert Reading(hasty).rows([first])[first].status is Status.DONE
        await pilot.press("u")
        await until(pilot, lambda: Reading(hasty).rows([first])[first].status is Status.OPEN)


async def test_a_reply_in_the_list_of_replies_is_taken_back_when_that_is_written(
    shown: Shown, workspace: Workspace
) -> None:
    async with shown(session(workspace)) as pilot:
        await pilot.press("r", *"Thanks")
        await enter(pilot)
        await until(pilot, lambda: text(pilot) is None)
        await pilot.press("g", "o")
        await pilot.pause()
        with busy(workspace):
            await pilot.press("e")
            assert "Being written" in picture(pilot)
        await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen) and text(pilot) == "Thanks")
        assert workspace.outbox.outstanding() == []


async def test_what_cannot_be_written_when_the_terminal_goes_is_there_at_the_next_screen(
    shown: Shown, hasty: Workspace, clock: Clock
) -> None:
    async with shown(session(hasty)) as pilot:
        await pilot.press("r", *"Tha")
        await until(pilot, lambda: [one.text for one in hasty.drafts.of("kim")] == ["Tha"])
        with busy(hasty):
            await pilot.press(*"nks")
            inbox(pilot).keep()
        assert [one.text for one in hasty.drafts.of("kim")] == ["Tha"]
        (file,) = hasty.locations.folder.glob("unsaved-*")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    elsewhere = open_workspace(hasty.locations.folder, clock, terminal="pts/9")
    async with shown(session(elsewhere)) as pilot:
        await until(pilot, lambda: [one.text for one in elsewhere.drafts.of("kim")] == ["Thanks"])
        assert list(hasty.locations.folder.glob("unsaved-*")) == []
    elsewhere.close()


async def test_a_reply_that_nobody_could_wait_for_is_put_aside_until_it_is_known(
    shown: Shown, workspace: Workspace, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cminbox.tui.beside.LAST_SECONDS", 0.1)
    async with shown(session(workspace)) as pilot:
        await pilot.press("r", *"Thanks")
        with busy(workspace):
            await enter(pilot)
            inbox(pilot).keep()
            assert len(list(workspace.locations.folder.glob("unsaved-*"))) == 1
        await until(pilot, lambda: len(workspace.outbox.outstanding()) == 1)
    elsewhere = open_workspace(workspace.locations.folder, clock, terminal="pts/9")
    async with shown(session(elsewhere)) as pilot:
        await until(pilot, lambda: list(workspace.locations.folder.glob("unsaved-*")) == [])
        assert elsewhere.drafts.of("kim") == []
    elsewhere.close()


@pytest.mark.parametrize(("key", "state"), [("s", ReplyState.QUEUED), ("k", ReplyState.DRAFT)])
async def test_leaving_with_held_replies_waits_for_the_database_beside_the_keys(
    shown: Shown, hasty: Workspace, workspace: Workspace, key: str, state: ReplyState
) -> None:
    async with shown(session(hasty)) as pilot:
        await pilot.press("r", *"soon")
        await enter(pilot)
        await until(pilot, lambda: len(inbox(pilot).desk.holds) == 1)
        await pilot.press("q")
        with busy(workspace):
            await pilot.press(key)
            await until(pilot, lambda: "locked" in inbox(pilot).footer.text or "busy" in inbox(pilot).footer.text)
            await until(pilot, lambda: inbox(pilot).beside._act is None, "it is given up, and one is still here")
            assert len(inbox(pilot).desk.holds) == 1
        await pilot.press("q", key)
        await until(pilot, lambda: pilot.app._exit, "one leaves once all is settled")
        (left,) = [*hasty.outbox.outstanding(), *hasty.drafts.of("kim")]
        assert left.state is state


async def test_a_draft_of_a_dead_screen_is_taken_over_beside_the_keys(
    shown: Shown, hasty: Workspace, workspace: Workspace, clock: Clock
) -> None:
    away = open_workspace(workspace.locations.folder, clock, terminal="pts/3")
    session(away).acting.save_draft_soon(1, "begun elsewhere", 3).result()
    away.close()
    async with shown(session(hasty)) as pilot:
        with busy(workspace):
            await pilot.press("r")
            assert text(pilot) == "begun elsewhere"
            await pilot.press("end", "!")
            assert text(pilot) == "begun elsewhere!"
        await until(pilot, lambda: [one.text for one in hasty.drafts.of("kim")] == ["begun elsewhere!"])
