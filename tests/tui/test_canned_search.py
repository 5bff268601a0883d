"""Canned replies that are searched, put into a text, learnt from, and made of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stage.showing import enter, inbox, picture, until
from stage.suggested import composed, footer, offered

if TYPE_CHECKING:
    from stage.showing import Shown

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import Session


async def test_a_search_shows_what_matches_and_puts_the_chosen_one_in(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        await pilot.press("c")
        await until(pilot, lambda: "No one answered my order" in picture(pilot))
        await pilot.press(*"samdi")
        await until(pilot, lambda: "De neuf heures à midi." in picture(pilot))
        assert "Does it ship" not in picture(pilot)
        await enter(pilot)
        await until(pilot, lambda: composed(pilot) == "De neuf heures à midi.")


async def test_a_search_walks_with_the_arrows_and_escape_changes_nothing(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        await pilot.press("c")
        await until(pilot, lambda: "── en/order" in picture(pilot))
        await pilot.press("down")
        await until(pilot, lambda: "── en/nobody" in picture(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: inbox(pilot).field is None)
        assert "Sorry Ana" in picture(pilot)


async def test_a_slash_at_the_start_of_a_line_puts_a_reply_in_and_several_are_stacked(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("r", *"a/b", "ctrl+j", "/")
        await until(pilot, lambda: "type to search" in picture(pilot))
        await pilot.press(*"longer")
        await until(pilot, lambda: "It takes a little longer." in picture(pilot))
        await enter(pilot)
        await until(pilot, lambda: composed(pilot) == "a/b\nIt takes a little longer.")
        await pilot.press("ctrl+j", "/")
        await until(pilot, lambda: "type to search" in picture(pilot))
        await pilot.press(*"spain")
        await until(pilot, lambda: "Yes, to all of Spain." in picture(pilot))
        await enter(pilot)
        await until(pilot, lambda: composed(pilot) == "a/b\nIt takes a little longer.\nYes, to all of Spain.")
        await enter(pilot)
        await until(pilot, lambda: set(workspace.picks.picked()) == {"en/spain", "en/wait"})


async def test_a_text_that_was_written_anew_teaches_nothing(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j")
        await offered(pilot, "Yes, to all of Spain.")
        await pilot.press("1")
        await until(pilot, lambda: composed(pilot) != "")
        await pilot.press("ctrl+u", *"No.")
        await enter(pilot)
        await until(pilot, lambda: bool(workspace.outbox.outstanding()))
        await pilot.pause(0.1)
        assert workspace.picks.picked() == {}


async def test_an_answer_is_kept_as_a_canned_reply_with_the_message_as_its_example(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("C")
        assert "There is no answer of ours here to keep" in footer(pilot)
        await pilot.press("r", *"Hi Ana, parcels take three weeks.")
        await enter(pilot)
        await until(pilot, lambda: bool(workspace.outbox.outstanding()))
        await pilot.press("k", "C")
        await until(pilot, lambda: inbox(pilot).field is not None)
        await pilot.press("ctrl+u", *"Three weeks")
        await enter(pilot)
        await until(pilot, lambda: "Kept as en/three-weeks" in footer(pilot))
        text = (workspace.locations.canned_replies / "en" / "three-weeks.md").read_text()
        assert "Hi {name}, parcels take three weeks." in text
        assert "Where is my order? It has been two weeks" in text
