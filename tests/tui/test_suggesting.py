"""Suggestions on the screen: shown below the message, renewed, explained, and never in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.scenery import Said, arrive, deliver, messages
from stage.showing import inbox, picture, until
from stage.suggested import footer, offered, strip

from cminbox.domain.message import Kind
from cminbox.inbox.suggestions import Suggester
from cminbox.suggestions import filling
from cminbox.tui.widgets import suggestion_strip

if TYPE_CHECKING:
    from pathlib import Path

    from stage.showing import Shown

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import Session


async def test_suggestions_stand_below_the_message_with_digit_score_and_text(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        lines = strip(pilot)
        assert [line[0] for line in lines] == ["1", "2", "3"]
        assert all(line[1] == " " and line[2:4].strip().isdigit() and line[4] == " " for line in lines)
        assert lines[0][5:].startswith("Sorry Ana: ⟦status⟧, ⟦day⟧.")
        assert lines[0] in picture(pilot)
        assert "Enter use 1" in footer(pilot)
        assert "l open" in footer(pilot)


@pytest.mark.parametrize(("size", "each"), [((80, 24), 1), ((120, 40), 2), ((200, 50), 2), ((120, 20), 1)])
async def test_there_are_two_lines_for_each_where_there_is_room(
    shown: Shown, suggested: Session, size: tuple[int, int], each: int
) -> None:
    async with shown(suggested, size) as pilot:
        await offered(pilot, "Sorry Ana")
        suggesting = inbox(pilot).suggesting
        assert suggesting is not None
        assert suggesting.strip.size.height == 3 * each


async def test_moving_on_shows_those_of_the_next_message(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        await pilot.press("j")
        await offered(pilot, "Yes, to all of Spain.")


async def test_nothing_is_asked_while_one_moves_fast(
    shown: Shown, suggested: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        asked: list[int] = []
        suggest = Suggester.suggest

        def counted(self: Suggester, view: object) -> object:
            asked.append(1)
            return suggest(self, view)  # type: ignore[arg-type]  # as it was given

        monkeypatch.setattr(Suggester, "suggest", counted)
        monkeypatch.setattr("cminbox.tui.suggesting.PAUSE_SECONDS", 1.0)
        await pilot.press(*"jjjkkkjjjkkkj")
        assert asked == []
        await offered(pilot, "Yes, to all of Spain.")
        assert len(asked) == 1


async def test_a_message_without_a_reply_says_so_and_enter_opens_it(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j", "j", "j", "j", "j")
        await offered(pilot, "No canned reply fits")
        await pilot.press("enter")
        assert inbox(pilot).has_class("-thread")


async def test_why_is_told_in_words_until_one_goes_on(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        await pilot.press("W")
        await until(pilot, lambda: "It knows the words" in picture(pilot))
        await pilot.press("j")
        await offered(pilot, "Yes, to all of Spain.")
        assert "It knows the words" not in picture(pilot)


async def test_a_file_that_was_written_meanwhile_is_suggested(
    shown: Shown, suggested: Session, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cminbox.inbox.current_library.STALE_SECONDS", 0.0)
    monkeypatch.setattr("cminbox.tui.suggesting.LOOK_MILLISECONDS", 0)
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        file = library / "en" / "order.md"
        file.write_text(file.read_text().replace("Sorry", "So sorry"))
        await offered(pilot, "So sorry Ana")


async def test_a_broken_file_is_told_and_the_others_work(shown: Shown, suggested: Session, library: Path) -> None:
    (library / "en" / "broken.md").write_bytes(b"\xff")
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        await until(pilot, lambda: "broken.md:1: it is not UTF-8" in footer(pilot))


async def test_a_customer_who_writes_again_gets_other_suggestions(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        again = Said("brand", "ana", "Ana Lopez", Kind.MENTION, 1, "love this, does it ship to Spain?")
        deliver(workspace, workspace.accounts.get("brand").id, messages(again, workspace.now()))
        await offered(pilot, "Yes, to all of Spain.")


async def test_an_arrival_moves_no_suggestion(shown: Shown, suggested: Session, workspace: Workspace) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        before = strip(pilot)
        arrive(workspace)
        await until(pilot, lambda: inbox(pilot).desk.arrived == 1)
        assert strip(pilot) == before


async def test_without_suggestions_the_screen_is_as_it_was(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("c")
        assert "There are no canned replies here" in footer(pilot)
        await pilot.press("escape", "enter")
        assert inbox(pilot).has_class("-thread")


def test_the_marks_of_blanks_are_those_of_filled_replies() -> None:
    assert (suggestion_strip.OPENS, suggestion_strip.CLOSES) == (filling.OPENS, filling.CLOSES)


async def test_what_a_colleague_teaches_is_suggested_here_without_a_key(
    shown: Shown, suggested: Session, workspace: Workspace, colleague: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cminbox.tui.suggesting.LOOK_MILLISECONDS", 0)
    async with shown(suggested) as pilot:
        await pilot.press("j", "j", "j", "j", "j")
        await offered(pilot, "No canned reply fits")
        view = inbox(pilot).view
        assert view is not None
        theirs = Suggester(colleague)
        theirs.picked(view, "en/wait", sent_as=None).result()
        theirs.close()
        await offered(pilot, "It takes a little longer.")
        assert set(workspace.picks.picked()) == {"en/wait"}
