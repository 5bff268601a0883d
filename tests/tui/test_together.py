"""One reply for many on the screen: marked alike, shown first, asked for by a letter, paced, undone as one."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from stage.scenery import Said, deliver, messages
from stage.showing import inbox, picture, until

from cminbox.domain.conversation import Status
from cminbox.domain.message import Kind
from cminbox.inbox.suggestions import Suggester
from cminbox.inbox.together import APART

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stage.opening import Clock
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session

MACRO = "macro:\n  tag: [down]\n  priority: high"
WHO = ("una", "vic", "wim", "xan")


@pytest.fixture
def suggested(
    given: Session, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Session]:
    (tmp_path / "starters").mkdir()
    monkeypatch.setattr("cminbox.assets.canned_replies", lambda: tmp_path / "starters")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = workspace.locations.canned_replies / "en"
    folder.mkdir(parents=True)
    head = "title: We are down\ntags: [down, site]\nexamples: [Your site is down, is the site down]"
    (folder / "down.md").write_text(f"---\n{head}\n---\nWe know, {{name}}.\n")
    for number, handle in enumerate(WHO):
        said = Said("brand", handle, handle.title(), Kind.MENTION, 500 - number, "Your site is down!")
        deliver(workspace, workspace.accounts.get("brand").id, messages(said, workspace.now()))
    given.suggestions = Suggester(workspace)
    yield given
    given.suggestions.close()


def footer(pilot: Pilot[ExitResult]) -> str:
    return inbox(pilot).footer.text


async def offered(pilot: Pilot[ExitResult], word: str) -> None:
    suggesting = inbox(pilot).suggesting
    assert suggesting is not None
    await until(pilot, lambda: word in suggesting.strip.text, word)


def texts(workspace: Workspace) -> list[str]:
    return [one.text for one in workspace.outbox.outstanding()]


async def test_the_same_answer_to_all_alike_takes_four_keys(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "We know, Una.")
        await pilot.press("S")
        await until(pilot, lambda: "4 ask the same and are marked" in footer(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "4 replies, the first to @una" in picture(pilot))
        assert texts(workspace) == []
        await pilot.press("enter")
        assert "Send 4 replies?" in footer(pilot)
        assert texts(workspace) == []
        await pilot.press("y")
        await until(pilot, lambda: len(texts(workspace)) == 4)
        assert texts(workspace) == [f"We know, {handle.title()}." for handle in WHO]
        assert "Answered: 4 conversations" in footer(pilot)
        assert not inbox(pilot).desk.marks.some


async def test_blanks_are_typed_once_for_all(shown: Shown, suggested: Session, workspace: Workspace) -> None:
    file = workspace.locations.canned_replies / "en" / "down.md"
    file.write_text(file.read_text().replace("We know, {name}.", "{name}, back by {time?}: {why?}."))
    async with shown(suggested) as pilot:
        await offered(pilot, "Una, back by")
        await pilot.press("S")
        await until(pilot, lambda: inbox(pilot).desk.marks.some)
        await pilot.press("enter")
        await until(pilot, lambda: "To be filled in once for all: time, why" in picture(pilot))
        await pilot.pause(0.3)
        await pilot.press("enter")
        await until(pilot, lambda: "time (1 of 2), for all 4 replies" in picture(pilot))
        await pilot.press("tab")
        await until(pilot, lambda: "Nothing was typed for time" in footer(pilot))
        await pilot.press(*"ten", "tab")
        await until(pilot, lambda: "why (2 of 2), for all 4 replies" in picture(pilot))
        assert "Una, back by ten: " in picture(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: inbox(pilot).field is None)
        assert "To be filled in once for all: why" in picture(pilot)
        await pilot.pause(0.3)
        await pilot.press("enter")
        await until(pilot, lambda: "why (2 of 2), for all 4 replies" in picture(pilot))
        await pilot.press(*"a mouse")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await until(pilot, lambda: "Una, back by ten: a mouse." in picture(pilot))
        assert "once for all" not in picture(pilot)
        assert texts(workspace) == []
        await pilot.pause(0.3)
        await pilot.press("enter", "y")
        await until(pilot, lambda: len(texts(workspace)) == 4)
        assert texts(workspace) == [f"{handle.title()}, back by ten: a mouse." for handle in WHO]


async def test_many_go_out_one_after_the_other_and_what_is_held_is_taken_back_as_one(
    shown: Shown, suggested: Session, workspace: Workspace, clock: Clock
) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "We know, Una.")
        await pilot.press("S")
        await until(pilot, lambda: inbox(pilot).desk.marks.some)
        await pilot.press("1")
        await until(pilot, lambda: "4 replies" in picture(pilot))
        await pilot.press("enter", "y")
        await until(pilot, lambda: len(texts(workspace)) == 4)
        ends = [one.hold_until or 0 for one in workspace.outbox.outstanding()]
        assert [later - sooner for sooner, later in pairwise(ends)] == [APART] * 3
        clock.at = ends[0]
        await until(pilot, lambda: len(inbox(pilot).desk.holds) == 3)
        await pilot.press("u")
        await until(pilot, lambda: "3 replies taken back as drafts" in footer(pilot))
        assert texts(workspace) == ["We know, Una."]
        await until(pilot, lambda: [one.times for one in workspace.picks.picked().values()] == [1])


async def test_anything_but_the_letter_sends_nothing(shown: Shown, suggested: Session, workspace: Workspace) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "We know, Una.")
        await pilot.press("S")
        await until(pilot, lambda: inbox(pilot).desk.marks.some)
        await pilot.press("enter")
        await until(pilot, lambda: "4 replies" in picture(pilot))
        await pilot.press("enter", "enter", "escape")
        assert texts(workspace) == []
        await pilot.press("escape")
        assert "4 replies, the first" not in picture(pilot)


async def test_escape_closes_what_would_be_sent_before_it_takes_the_marks_off(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "We know, Una.")
        await pilot.press("S")
        await until(pilot, lambda: "4 ask the same and are marked" in footer(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "4 replies" in picture(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "4 replies" not in picture(pilot), "closed")
        assert len(inbox(pilot).desk.marked()) == 4
        assert "use 1" in footer(pilot)


async def test_what_would_be_sent_is_closed_when_other_lines_are_marked(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "We know, Una.")
        await pilot.press("S")
        await until(pilot, lambda: "4 ask the same and are marked" in footer(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "4 replies" in picture(pilot))
        await pilot.press("V")
        await until(pilot, lambda: "4 replies" not in picture(pilot), "closed")
        assert "send all" not in footer(pilot)
        assert texts(workspace) == []


async def test_an_own_selection_gets_the_reply_of_the_chosen_line_and_says_who_is_left_out(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("x", "x", "k")
        await offered(pilot, "We know, Vic.")
        workspace.outbox.interrupt_stale(workspace.now())
        await pilot.press("enter")
        await until(pilot, lambda: "2 replies, the first to @una" in picture(pilot))
        await pilot.press("enter", "y")
        await until(pilot, lambda: len(texts(workspace)) == 2)
        await pilot.press("g", "g", "x", "x", "x", "k")
        await offered(pilot, "We know, Wim.")
        await pilot.press("enter")
        await until(pilot, lambda: "2 are left out: An answer is on its way already" in picture(pilot))


async def test_the_same_public_text_is_warned_of(shown: Shown, suggested: Session, workspace: Workspace) -> None:
    file = workspace.locations.canned_replies / "en" / "down.md"
    file.write_text(file.read_text().replace(", {name}", ""))
    async with shown(suggested) as pilot:
        await offered(pilot, "We know.")
        await pilot.press("S")
        await until(pilot, lambda: inbox(pilot).desk.marks.some)
        await pilot.press("enter")
        await until(pilot, lambda: "4 of them publish exactly the same text" in picture(pilot))


async def test_what_a_reply_does_besides_is_shown_done_to_each_and_undone_with_it(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    file = workspace.locations.canned_replies / "en" / "down.md"
    file.write_text(file.read_text().replace("title:", f"{MACRO}\ntitle:"))
    async with shown(suggested) as pilot:
        await offered(pilot, "We know, Una.")
        await pilot.press("S")
        await until(pilot, lambda: inbox(pilot).desk.marks.some)
        await pilot.press("enter")
        await until(pilot, lambda: "Besides, each: +#down, priority high" in picture(pilot))
        await pilot.press("enter", "y")
        await until(pilot, lambda: len(texts(workspace)) == 4)
        ids = [one.conversation_id for one in workspace.outbox.outstanding()]
        assert all(row.tags == ("down",) for row in workspace.queue.rows(ids, now=workspace.now()).values())
        await pilot.press("u")
        await until(pilot, lambda: texts(workspace) == [])
        assert all(row.tags == () for row in workspace.queue.rows(ids, now=workspace.now()).values())


async def test_a_single_reply_says_what_it_does_besides_and_one_undo_takes_both_back(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    file = workspace.locations.canned_replies / "en" / "down.md"
    file.write_text(file.read_text().replace("title:", "macro:\n  tag: [down]\n  done: true\nexpress: true\ntitle:"))
    async with shown(suggested) as pilot:
        await offered(pilot, "We know, Una.")
        await pilot.press("s")
        await until(pilot, lambda: "Besides: +#down, marks as done" in picture(pilot))
        assert texts(workspace) == []
        await pilot.press("enter")
        await until(pilot, lambda: texts(workspace) == ["We know, Una."])
        (reply,) = workspace.outbox.outstanding()
        row = workspace.queue.row(reply.conversation_id, now=workspace.now())
        assert row is not None
        assert (row.tags, row.status) == (("down",), Status.DONE)
        await pilot.press("u")
        await until(pilot, lambda: texts(workspace) == [])
        row = workspace.queue.row(reply.conversation_id, now=workspace.now())
        assert row is not None
        assert (row.tags, row.status) == ((), Status.OPEN)


async def test_what_is_proposed_fits_what_is_marked_and_not_the_line_below_it(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "We know, Una.")
        await pilot.press("j", "j", "x", "x")
        screen = inbox(pilot)
        assert screen.desk.row is not None
        assert screen.desk.row.id not in screen.desk.marks.ids
        await offered(pilot, "We know, Wim.")
        await offered(pilot, "for the 2 marked")
        await pilot.press("j")
        await pilot.pause(0.1)
        await offered(pilot, "We know, Wim.")
        await pilot.press("enter")
        await until(pilot, lambda: "2 replies, the first to @wim" in picture(pilot))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: not screen.desk.marks.some)
        suggesting = screen.suggesting
        assert suggesting is not None
        await until(pilot, lambda: "marked" not in suggesting.strip.text and "Wim" not in suggesting.strip.text)


async def test_a_key_right_after_the_mark_proposes_for_what_is_marked(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "We know, Una.")
        await pilot.press("j", "x", "1")
        await until(pilot, lambda: "1 reply, to @vic" in picture(pilot))


async def test_a_reply_that_is_searched_for_goes_to_all_that_is_marked(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "We know, Una.")
        await pilot.press("x", "x", "c", *"down")
        await until(pilot, lambda: "We know, Una." in picture(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "2 replies, the first to @una" in picture(pilot))
