"""The inbox at every size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from stage.opening import session
from stage.scenery import arrive, crowd
from stage.showing import inbox, picture, until

from cminbox.i18n import use

if TYPE_CHECKING:
    from stage.showing import Shown

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import Session

SIZES = [(60, 15), (80, 24), (100, 30), (120, 40), (160, 40), (200, 50)]


@pytest.mark.parametrize("size", SIZES)
async def test_queue_keys_and_counts_are_seen_at_every_size(
    shown: Shown, given: Session, size: tuple[int, int]
) -> None:
    async with shown(given, size) as pilot:
        lines = picture(pilot).splitlines()
        assert all(cell_len(line) == size[0] for line in lines)
        assert lines[0].startswith("Inbox 12")
        # The widest screens have the views at the left of the list.
        assert lines[1][23 if size[0] >= 160 else 0 :].startswith("L  Ma @ana")
        assert "r reply" in lines[-1]
        assert picture(pilot).count("Where is my order?") > 1 or size[0] == 60


@pytest.mark.parametrize("size", [(20, 5), (10, 3), (1, 1), (40, 8)])
async def test_a_terminal_that_is_far_too_small_breaks_nothing(
    shown: Shown, given: Session, size: tuple[int, int]
) -> None:
    async with shown(given, size) as pilot:
        await pilot.press("j", "r", "x", "escape", "?", "escape", "g", "o", "q", "slash", "a", "escape")
        assert inbox(pilot).desk.row is not None
        assert inbox(pilot).field is None


async def test_the_list_stands_above_the_thread_and_from_100_columns_beside_it(shown: Shown, given: Session) -> None:
    async with shown(given, (99, 30)) as pilot:
        assert inbox(pilot).list.size.width == 99
        await pilot.resize_terminal(100, 30)
        await until(pilot, lambda: inbox(pilot).list.size.width == 46)
        await pilot.resize_terminal(160, 30)
        await until(pilot, lambda: inbox(pilot).rail.region.width == 22)
        assert inbox(pilot).list.size.width == 46
        await pilot.resize_terminal(200, 30)
        await until(pilot, lambda: inbox(pilot).list.size.width == 62)


async def test_another_size_keeps_the_draft_and_the_choice(shown: Shown, given: Session) -> None:
    async with shown(given, (120, 40)) as pilot:
        await pilot.press("j", "j", "r", *"kept")
        for size in [(80, 24), (60, 15), (200, 50), (80, 24)]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
        field = inbox(pilot).field
        assert field is not None
        assert field.text == "kept"
        assert inbox(pilot).desk.chosen == 2
        await until(pilot, lambda: "Reply to @sam" in picture(pilot))


async def test_the_chosen_row_stays_in_sight_when_the_list_shrinks(shown: Shown, given: Session) -> None:
    async with shown(given, (80, 40)) as pilot:
        await pilot.press("G")
        await pilot.resize_terminal(80, 18)
        await until(pilot, lambda: "@tom" in picture(pilot).split("──")[0])


async def test_the_composer_grows_with_its_text_up_to_a_share(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("r")
        field = inbox(pilot).field
        assert field is not None
        await until(pilot, lambda: field.size.height == 3)
        field.paste("\n".join(str(number) for number in range(30)))
        await until(pilot, lambda: field.size.height == 9)


async def test_a_list_of_many_pages_is_walked_with_one_row_moving(shown: Shown, empty: Workspace) -> None:
    crowd(empty, 450)
    async with shown(session(empty)) as pilot:
        await pilot.press("G")
        assert "user0000" in picture(pilot)
        assert inbox(pilot).desk.row is not None
        await pilot.press("pageup", "pageup", "g", "g")
        assert inbox(pilot).desk.chosen == 0


async def test_what_presses_is_never_cut_for_the_views(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given, (60, 15)) as pilot:
        arrive(workspace)
        await until(pilot, lambda: inbox(pilot).header.text.rstrip().endswith("+1"))
        assert inbox(pilot).header.text.startswith("Inbox")


@pytest.mark.parametrize("size", SIZES)
async def test_french_fits_as_well(shown: Shown, given: Session, size: tuple[int, int]) -> None:
    use("fr")
    async with shown(given, size) as pilot:
        lines = picture(pilot).splitlines()
        assert all(cell_len(line) == size[0] for line in lines)
        assert "12" in lines[0]
        assert "reply" not in lines[-1]


async def test_words_that_the_terminal_cannot_agree_on_break_no_column(shown: Shown, given: Session) -> None:
    async with shown(given, (120, 40)) as pilot:
        rows = picture(pilot).splitlines()[1:13]
        assert all("️" not in row for row in rows)
        assert all(cell_len(row) == 120 for row in rows)
