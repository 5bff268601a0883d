"""What an empty list says: that nothing waits, or what has only just come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stage.showing import picture, until

if TYPE_CHECKING:
    from stage.showing import Shown

    from cminbox.tui.session import Session


async def test_what_comes_back_into_an_empty_list_is_not_denied(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("V", "e")
        await until(pilot, lambda: "Inbox 0" in picture(pilot))
        await pilot.press(",")
        await until(pilot, lambda: "Nothing waiting." in picture(pilot))
        await pilot.press("u")
        await until(pilot, lambda: "12 new: , shows them" in picture(pilot))
        assert "Nothing waiting." not in picture(pilot)
        await pilot.press(",")
        await until(pilot, lambda: "Where is my order?" in picture(pilot))
