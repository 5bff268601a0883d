"""What was asked for stands below the conversation: all of it can be read, at every size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.showing import inbox, picture, until
from stage.suggested import composed, footer, offered

from cminbox.tui.ink import Line

if TYPE_CHECKING:
    from stage.showing import Shown

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import Session

SIZES = [(60, 15), (60, 16), (80, 24), (100, 30), (120, 40)]


@pytest.mark.parametrize("size", SIZES)
async def test_its_last_line_is_reached_with_the_key_that_reads_on(
    shown: Shown, suggested: Session, size: tuple[int, int]
) -> None:
    async with shown(suggested, size) as pilot:
        await offered(pilot, "Sorry Ana")
        lines = [Line(f"line {number} of it") for number in range(40)]
        inbox(pilot).details.open("asked", "Asked for", lambda _width: lines)
        await until(pilot, lambda: "line 0 of it" in picture(pilot))
        chosen = inbox(pilot).desk.chosen
        for _ in range(40):
            if "line 39 of it" in picture(pilot):
                break
            await pilot.press("space")
        assert "line 39 of it" in picture(pilot)
        assert inbox(pilot).desk.chosen == chosen
        assert "two weeks" in picture(pilot)
        await pilot.press("space", "space")
        await until(pilot, lambda: inbox(pilot).desk.chosen != chosen)


async def test_suggestions_give_way_only_where_there_is_not_room_for_all(shown: Shown, suggested: Session) -> None:
    for size, beside in (((60, 15), False), ((80, 24), True)):
        async with shown(suggested, size) as pilot:
            await offered(pilot, "Sorry Ana")
            inbox(pilot).details.open("asked", "Asked for", lambda _width: [Line(f"{one} of it") for one in range(4)])
            await until(pilot, lambda: "3 of it" in picture(pilot))
            assert ("Sorry Ana" in picture(pilot)) is beside
            await pilot.press("escape")
            await until(pilot, lambda: "Sorry Ana" in picture(pilot))


async def test_express_sends_nothing_that_is_hidden_behind_what_was_asked_for(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j")
        await offered(pilot, "Yes, to all of Spain.")
        await pilot.press("W")
        await until(pilot, lambda: inbox(pilot).details.what != "")
        await pilot.pause(0.5)
        await pilot.press("s")
        await until(pilot, lambda: composed(pilot) == "Yes, to all of Spain.")
        assert workspace.outbox.outstanding() == []


async def test_the_key_that_closes_it_stands_in_the_last_line(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        assert "Esc close" not in footer(pilot)
        await pilot.press("p")
        await until(pilot, lambda: "Esc close" in footer(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "Esc close" not in footer(pilot))
