"""The mouse: it chooses rows, turns the wheel, puts the caret; it never acts on what stands somewhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stage.scenery import deliver
from stage.showing import inbox, picture, until
from textual import events
from textual.geometry import Offset

from cminbox.domain.message import Kind, Message, Person
from cminbox.tui.screens.people import PeopleScreen
from cminbox.tui.widgets.field import Field

if TYPE_CHECKING:
    from stage.showing import Shown
    from textual.pilot import Pilot
    from textual.widget import Widget

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session


def field(pilot: Pilot[ExitResult]) -> Field:
    found = inbox(pilot).field
    assert isinstance(found, Field)
    return found


async def compose(pilot: Pilot[ExitResult]) -> None:
    await pilot.press("r")
    await pilot.pause()
    for line in ("one first", "second", "third"):
        await pilot.press(*line.replace(" ", "_"), "ctrl+j")
    await until(pilot, lambda: field(pilot).text == "one_first\nsecond\nthird\n")


async def turn(pilot: Pilot[ExitResult], over: Widget, kind: type[events.MouseEvent], times: int = 1) -> None:
    at = over.region.offset + Offset(1, 1)
    for _ in range(times):
        pilot.app.post_message(kind(None, at.x, at.y, 0, 1, 0, False, False, False))  # noqa: FBT003 - as Textual has it
        await pilot.pause()


async def test_a_click_chooses_the_row_below_it_and_the_wheel_goes_on(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        screen = inbox(pilot)
        await pilot.click(screen.list, offset=(5, 3))
        assert screen.desk.chosen == 3
        await turn(pilot, screen.list, events.MouseScrollDown, 2)
        assert screen.desk.chosen == 5
        await turn(pilot, screen.list, events.MouseScrollUp)
        assert screen.desk.chosen == 4


async def test_the_wheel_scrolls_what_one_reads_also_while_one_writes(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    lines = "\n".join(f"line {number}" for number in range(60))
    message = Message("m-long", Kind.DM, Person("p-ida", "ida", "Ida"), lines, workspace.now(), "c-long")
    deliver(workspace, workspace.accounts.get("brand").id, [message])
    async with shown(given, size=(80, 24)) as pilot:
        screen = inbox(pilot)
        found = next(one.row.id for one in workspace.queue.page() if one.row.text.startswith("line 0"))
        assert screen.desk.choose_conversation(found)
        screen.list.reload()
        screen.read_conversation()
        await until(pilot, lambda: "line 59" in screen.preview.text)
        for _ in range(2):
            await turn(pilot, screen.preview, events.MouseScrollUp, 30)
            assert screen.preview.offset_lines == 0
            await turn(pilot, screen.preview, events.MouseScrollDown)
            assert screen.preview.offset_lines == 3
            await pilot.press("r")
            await pilot.pause()
        assert screen.acts.row.id == found


async def test_a_list_of_its_own_is_chosen_from_in_the_same_way(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("g", "p")
        await until(pilot, lambda: isinstance(pilot.app.screen, PeopleScreen))
        screen = pilot.app.screen
        assert isinstance(screen, PeopleScreen)
        await until(pilot, lambda: len(screen._rows) > 5)
        await pilot.click(screen._list, offset=(5, 3))
        assert screen._chosen == 3
        await turn(pilot, screen._list, events.MouseScrollDown, 2)
        assert screen._chosen == 5
        await pilot.press("slash", "a")
        await until(pilot, lambda: screen._query == "a" and screen._chosen == 0)
        await pilot.click(screen._list, offset=(5, 1))
        await turn(pilot, screen._list, events.MouseScrollDown)
        assert screen._chosen == 0


async def test_a_click_in_the_composer_puts_the_caret_there_and_chooses_nothing_else(
    shown: Shown, given: Session
) -> None:
    async with shown(given, size=(120, 40)) as pilot:
        await compose(pilot)
        chosen = inbox(pilot).desk.chosen
        for row, column, offset in ((0, 3, 3), (1, 2, 12), (2, 5, 22)):
            await pilot.click(field(pilot), offset=(column, row))
            assert field(pilot).caret == offset
        await pilot.press("X")
        assert "thirdX" in field(pilot).text
        assert inbox(pilot).desk.chosen == chosen


async def test_while_one_writes_a_click_elsewhere_leaves_the_text_and_its_conversation_alone(
    shown: Shown, given: Session
) -> None:
    async with shown(given, size=(120, 40)) as pilot:
        await compose(pilot)
        screen = inbox(pilot)
        before = picture(pilot).splitlines()
        row = screen.acts.row.id
        await pilot.click(screen.list, offset=(5, 5))
        await turn(pilot, screen.list, events.MouseScrollDown, 2)
        await pilot.press("X")
        assert field(pilot).text.endswith("X")
        assert screen.writing is not None
        assert screen.writing.row is not None
        assert screen.writing.row.id == row
        assert screen.acts.row.id == row
        assert picture(pilot).splitlines()[1] == before[1]
