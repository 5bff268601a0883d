"""Colleagues see within a second who looks and who writes; whoever lost his terminal goes on where he was."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stage.opening import Clock, open_workspace, session
from stage.showing import enter, inbox, picture, until

from cminbox.domain.conversation import Status
from cminbox.domain.reply import needs_a_person
from cminbox.domain.saying import say
from cminbox.inbox.presence import LONGEST_AWAY_MILLISECONDS, Presences
from cminbox.store.whereabouts import SECONDS, Whereabouts
from cminbox.sync.lease_keeper import Holder
from cminbox.tui.views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session


def arrived(workspace: Workspace) -> Presences:
    presences = Presences(workspace)
    presences.arrive()
    return presences


def chosen(pilot: Pilot[ExitResult]) -> int:
    row = inbox(pilot).desk.row
    assert row is not None
    return row.id


def rule(pilot: Pilot[ExitResult]) -> str:
    return inbox(pilot).rule.text


async def test_a_colleague_who_looks_is_named_above_the_conversation(
    shown: Shown, given: Session, colleague: Workspace
) -> None:
    async with shown(given) as pilot:
        bob = arrived(colleague)
        bob.be_at(chosen(pilot), "all", writing=False)
        await until(pilot, lambda: "bob is looking" in rule(pilot))
        bob.be_at(None, "all", writing=False)
        await until(pilot, lambda: "bob" not in rule(pilot))


async def test_a_colleague_who_writes_is_named_in_the_line_too(
    shown: Shown, given: Session, colleague: Workspace
) -> None:
    async with shown(given) as pilot:
        bob, where = arrived(colleague), chosen(pilot)
        bob.be_at(where, "all", writing=True)
        session(colleague).acting.claim(where)
        await until(pilot, lambda: "bob is writing" in rule(pilot))
        await until(pilot, lambda: "[bob writes]" in picture(pilot))


async def test_one_is_seen_where_one_rests(shown: Shown, given: Session, colleague: Workspace) -> None:
    async with shown(given) as pilot:
        bob, first = arrived(colleague), chosen(pilot)
        await until(pilot, lambda: [one.agent for one in bob.others(first)] == ["kim"])
        await pilot.press("j")
        second = chosen(pilot)
        await until(pilot, lambda: [one.agent for one in bob.others(second)] == ["kim"])
        assert bob.others(first) == []
        await pilot.press("r")
        await until(pilot, lambda: [one.writing for one in bob.others(second)] == [True])


async def test_who_leaves_is_gone_at_once(shown: Shown, given: Session, colleague: Workspace) -> None:
    async with shown(given) as pilot:
        bob, where = arrived(colleague), chosen(pilot)
        await until(pilot, lambda: bob.others(where) != [])
        await pilot.press("q")
        assert bob.others(where) == []


async def test_a_screen_that_died_is_gone_within_a_minute(
    shown: Shown, given: Session, colleague: Workspace, clock: Clock
) -> None:
    async with shown(given) as pilot:
        where = chosen(pilot)
        people = Whereabouts(colleague.database)
        people.arrive("bob", "pts/9", holder="elsewhere", host="elsewhere", pid=1, now=clock())
        people.be_at("bob", "pts/9", where, view="all", writing=False, now=clock()).result()
        colleague.claims.take(where, agent="bob", terminal="pts/9", now=clock())
        await until(pilot, lambda: "bob is writing" in rule(pilot) and "[bob writes]" in picture(pilot))
        clock.forward(SECONDS * 1000)
        await until(pilot, lambda: "bob" not in rule(pilot))
        clock.forward(10_000)
        await until(pilot, lambda: "[bob writes]" not in picture(pilot))
        assert SECONDS + 10 < 60


async def test_being_seen_costs_no_byte_while_nobody_moves(
    shown: Shown, given: Session, colleague: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(given) as pilot:
        bob, where = arrived(colleague), chosen(pilot)
        bob.be_at(where, "all", writing=False)
        await until(pilot, lambda: "bob is looking" in rule(pilot))
        drawn: list[object] = []
        monkeypatch.setattr(inbox(pilot).rule, "repaint", drawn.append)
        await pilot.pause(0.6)
        assert drawn == []


# Who died, and who writes


def dead_screen(workspace: Workspace, clock: Clock, agent: str, terminal: str) -> None:
    """Leave the traces of a screen whose process was killed on this machine a moment ago."""
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    here = Holder.of_this_process()
    place = here.name.rpartition("/")[0].rpartition("/")[0]
    people = Whereabouts(workspace.database)
    people.arrive(agent, terminal, holder=f"{place}/1/killed", host=here.host, pid=process.pid, now=clock())


async def test_done_asks_where_a_colleague_is_writing(
    shown: Shown, given: Session, colleague: Workspace, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        where = chosen(pilot)
        session(colleague).acting.claim(where)
        await pilot.press("e")
        assert "bob is writing an answer here" in inbox(pilot).footer.text
        await pilot.press("e")
        row = workspace.queue.row(where)
        assert row is not None
        assert row.status is Status.OPEN
        await pilot.press("x", "x", "e", "y")
        row = workspace.queue.row(where)
        assert row is not None
        assert row.status is Status.DONE


async def test_what_a_killed_screen_claimed_and_held_is_free_at_once(
    shown: Shown, given: Session, colleague: Workspace, clock: Clock
) -> None:
    clock.forward(1)
    dead_screen(colleague, clock, "bob", colleague.agent.terminal)
    bob = session(colleague).acting
    held = bob.reply(2, "almost sent")
    bob.claim(1)
    async with shown(given) as pilot:
        assert inbox(pilot).desk.unsent == ()
        await pilot.press("r")
        assert "Reply to @ana" in picture(pilot), "a claim of the dead stands in nobody's way"
        await pilot.press("escape")
        clock.forward(2_000)
        await until(pilot, lambda: [one.id for one in inbox(pilot).desk.unsent] == [held.id], "the hold needs a person")
        await pilot.press("g", "o")
        await until(pilot, lambda: "not sent" in picture(pilot))
        assert "another screen" not in picture(pilot)


def test_a_screen_that_comes_back_finds_its_held_reply_at_once(
    given: Session, workspace: Workspace, clock: Clock
) -> None:
    Presences(workspace).arrive()
    held = given.acting.reply(1, "almost sent")
    clock.forward(1_000)
    Presences(workspace).arrive()
    (found,) = workspace.outbox.outstanding()
    assert (found.id, found.interrupted) == (held.id, True)
    assert needs_a_person(found, clock())


def test_a_living_screen_keeps_its_hold(given: Session, workspace: Workspace, colleague: Workspace) -> None:
    Presences(workspace).arrive()
    given.acting.reply(1, "soon sent")
    bob = arrived(colleague)
    bob.bury_dead()
    (found,) = workspace.outbox.outstanding()
    assert not found.interrupted


# Coming back


def left_behind(workspace: Workspace, index: int, *, view: str = "all", writing: bool = False) -> int:
    """Leave a screen at a line of a view as a lost terminal does; return the conversation."""
    wanted = {one.id: one for one in VIEWS}[view].base
    where = workspace.queue.page(wanted, now=workspace.now())[index].row.id
    presences = arrived(workspace)
    presences.be_at(where, view, writing=writing)
    presences.leave(to_come_back=True)
    return where


@contextmanager
def elsewhere(workspace: Workspace, clock: Clock) -> Iterator[Session]:
    """The same agent at another terminal."""
    other = open_workspace(workspace.locations.folder, clock, terminal="pts/7")
    try:
        yield session(other)
    finally:
        other.close()


async def test_another_terminal_finds_the_same_item_in_the_same_view(
    shown: Shown, workspace: Workspace, clock: Clock
) -> None:
    where = left_behind(workspace, 2, view="dms")
    with elsewhere(workspace, clock) as again:
        async with shown(again) as pilot:
            await until(pilot, lambda: chosen(pilot) == where)
            assert inbox(pilot).desk.view.id == "dms"
            assert inbox(pilot).field is None


async def test_another_terminal_finds_the_same_text_and_the_same_caret(
    shown: Shown, workspace: Workspace, clock: Clock
) -> None:
    where = left_behind(workspace, 3, writing=True)
    session(workspace).acting.save_draft_soon(where, "half a reply", 4).result()
    with elsewhere(workspace, clock) as again:
        async with shown(again) as pilot:
            await until(pilot, lambda: inbox(pilot).field is not None)
            field = inbox(pilot).field
            assert field is not None
            assert (field.text, field.caret) == ("half a reply", 4)
            assert chosen(pilot) == where
            await enter(pilot)
            # Sent from here, it is no draft at the lost terminal any more.
            assert [one.text for one in workspace.outbox.outstanding()] == ["half a reply"]
            assert workspace.drafts.of("kim") == []


async def test_a_draft_at_a_terminal_where_one_still_works_stays_there(
    shown: Shown, workspace: Workspace, clock: Clock
) -> None:
    presences = arrived(workspace)
    where = workspace.queue.page(now=clock())[0].row.id
    presences.be_at(None, "all", writing=False)
    session(workspace).acting.save_draft_soon(where, "half a reply", 4).result()
    with elsewhere(workspace, clock) as again:
        async with shown(again) as pilot:
            await pilot.press("r")
            await until(pilot, lambda: inbox(pilot).field is not None)
            await enter(pilot)
    assert [(one.text, one.terminal) for one in workspace.drafts.of("kim")] == [("half a reply", "pts/1")]


async def test_ones_own_claim_on_a_screen_that_died_stands_in_nobodys_way(
    shown: Shown, workspace: Workspace, clock: Clock
) -> None:
    where = left_behind(workspace, 0, writing=True)
    session(workspace).acting.claim(where)
    with elsewhere(workspace, clock) as again:
        async with shown(again) as pilot:
            await until(pilot, lambda: inbox(pilot).field is not None)
            claim = workspace.claims.current(where, now=clock())
            assert claim is not None
            assert claim.terminal == "pts/7"


async def test_whoever_left_begins_at_the_top(shown: Shown, given: Session, workspace: Workspace, clock: Clock) -> None:
    async with shown(given) as pilot:
        await pilot.press("j", "j")
        await pilot.pause(0.6)
        await pilot.press("q")
    with elsewhere(workspace, clock) as again:
        async with shown(again) as pilot:
            await pilot.pause(0.3)
            assert inbox(pilot).desk.chosen == 0


async def test_a_colleague_does_not_get_ones_place(shown: Shown, workspace: Workspace, colleague: Workspace) -> None:
    left_behind(workspace, 3)
    async with shown(session(colleague)) as pilot:
        await pilot.pause(0.3)
        assert inbox(pilot).desk.chosen == 0


async def test_a_screen_that_lives_keeps_its_place(shown: Shown, workspace: Workspace, clock: Clock) -> None:
    presences = arrived(workspace)
    presences.be_at(workspace.queue.page(now=clock())[3].row.id, "all", writing=False)
    with elsewhere(workspace, clock) as again:
        async with shown(again) as pilot:
            await pilot.pause(0.3)
            assert inbox(pilot).desk.chosen == 0
    assert "pts/1" in [stay.terminal for stay in Whereabouts(workspace.database).of("kim")]


async def test_after_a_day_one_begins_anew(shown: Shown, workspace: Workspace, clock: Clock) -> None:
    left_behind(workspace, 3)
    clock.forward(LONGEST_AWAY_MILLISECONDS + 1)
    with elsewhere(workspace, clock) as again:
        async with shown(again) as pilot:
            await pilot.pause(0.3)
            assert inbox(pilot).desk.chosen == 0


async def test_a_place_that_is_handled_by_now_is_no_place(shown: Shown, workspace: Workspace, clock: Clock) -> None:
    where = left_behind(workspace, 3)
    session(workspace).acting.done([where])
    with elsewhere(workspace, clock) as again:
        async with shown(again) as pilot:
            await pilot.pause(0.3)
            assert inbox(pilot).desk.chosen == 0


async def test_what_one_ought_to_know_of_the_place_is_told_at_the_start(shown: Shown, given: Session) -> None:
    given.warning = lambda: say("the folder lies far away")
    async with shown(given) as pilot:
        assert "the folder lies far away" in inbox(pilot).footer.text


# A database that is locked


async def test_while_the_database_is_locked_keys_answer_and_what_is_typed_is_kept_later(
    shown: Shown, workspace: Workspace, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cminbox.store.database.BUSY_SECONDS", 0.2)
    patient = open_workspace(workspace.locations.folder, clock, terminal="pts/8")
    async with shown(session(patient)) as pilot:
        where = chosen(pilot)
        await pilot.press("r", "a")
        other = sqlite3.connect(workspace.database.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("b")
        await until(pilot, lambda: "Not kept on disk yet" in inbox(pilot).footer.text)
        await pilot.press("c")
        field = inbox(pilot).field
        assert field is not None
        assert field.text == "abc"
        other.execute("ROLLBACK")
        other.close()
        clock.forward(2_000)
        await until(pilot, lambda: [one.text for one in patient.drafts.of("kim")] == ["abc"])
        assert chosen(pilot) == where
    patient.close()


async def test_a_composer_whose_text_cannot_be_kept_stays_open(
    shown: Shown, workspace: Workspace, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cminbox.store.database.BUSY_SECONDS", 0.2)
    patient = open_workspace(workspace.locations.folder, clock, terminal="pts/8")
    async with shown(session(patient)) as pilot:
        await pilot.press("r", "a")
        other = sqlite3.connect(workspace.database.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("escape")
        field = inbox(pilot).field
        assert field is not None
        await until(pilot, lambda: "locked by another program" in inbox(pilot).footer.text)
        await pilot.press("b")
        assert field.text == "ab"
        other.execute("ROLLBACK")
        other.close()
        await pilot.press("escape")
        assert inbox(pilot).field is None
        assert [one.text for one in patient.drafts.of("kim")] == ["ab"]
    patient.close()


async def test_a_full_disk_leaves_the_text_where_it_is_until_there_is_room(
    shown: Shown, given: Session, workspace: Workspace, clock: Clock
) -> None:
    writing = workspace.database._write_connection
    async with shown(given) as pilot:
        await pilot.press("r", "a")
        pages = writing.execute("PRAGMA page_count").fetchone()[0]
        writing.execute(f"PRAGMA max_page_count = {pages}")
        field = inbox(pilot).field
        assert field is not None
        field.paste("x" * 400_000)
        await until(pilot, lambda: "The disk of" in inbox(pilot).footer.text)
        assert len(field.text) == 400_001
        writing.execute("PRAGMA max_page_count = 1000000")
        clock.forward(2_000)
        await until(pilot, lambda: [len(one.text) for one in workspace.drafts.of("kim")] == [400_001])
        await until(pilot, lambda: "The disk of" not in inbox(pilot).footer.text)
