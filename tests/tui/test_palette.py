"""The palette: everything that can be done, found by some of its letters, in eight rows above the last line."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from stage.showing import enter, inbox, picture, until

from cminbox.domain.conversation import Status
from cminbox.i18n import use
from cminbox.inbox.saved_views import SavedViews
from cminbox.tui.actions import Place
from cminbox.tui.keymap import Keymap
from cminbox.tui.palette import Entry, closeness, entries_of, ranked
from cminbox.tui.widgets.lines import Lines
from cminbox.tui.widgets.palette_strip import PaletteStrip
from cminbox.tui.widgets.which_strip import columns

if TYPE_CHECKING:
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.ink import Line
    from cminbox.tui.session import ExitResult, Session


def entry(text: str, note: str = "", keys: str = "") -> Entry:
    return Entry(text, text, lambda: None, note, keys)


def found(pilot: Pilot[ExitResult]) -> list[str]:
    return [one.id for one in pilot.app.query_one(PaletteStrip).found]


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ("done", "done"),
        ("ad", "all done"),
        ("hid", "hide"),
        ("Écrire", "ecrire"),
        ("rpl", "reply"),
        ("next week", "next week"),
    ],
)
def test_the_closest_entry_comes_first(typed: str, best: str) -> None:
    names = ("all done", "done", "reply", "hide", "until they answer", "next week", "ecrire", "redraw")
    entries = [entry(name) for name in names]
    assert ranked(entries, typed)[0].text == best


def test_letters_in_another_order_are_no_match() -> None:
    assert closeness("enod", entry("done")) is None


def test_what_was_picked_recently_stands_first_among_equals_and_while_nothing_is_typed() -> None:
    entries = [entry("tag"), entry("take"), entry("done")]
    assert [one.text for one in ranked(entries, "", ("done", "take"))] == ["done", "take", "tag"]
    assert [one.text for one in ranked(entries, "ta", ("take",))] == ["take", "tag"]
    assert ranked(entries, "tag", ("take",))[0].text == "tag"


def test_a_remark_is_found_by_its_words() -> None:
    entries = [entry("done", "Mark as done and go on"), entry("note", "Write an internal note")]
    assert [one.text for one in ranked(entries, "internal")] == ["note"]


@pytest.mark.parametrize(
    ("typed", "best"),
    [("reveiws", "reviews"), ("tomorow", "tomorrow"), ("snoze", "put off"), ("priv mesages", "messages"), ("xyzw", "")],
)
def test_a_slip_of_a_finger_finds_what_was_meant_where_nothing_else_fits(typed: str, best: str) -> None:
    entries = [
        entry("reviews"),
        entry("tomorrow"),
        Entry("snooze_hour", "put off", lambda: None, also="snooze hour"),
        entry("messages", "Go to the private messages"),
    ]
    assert [one.text for one in ranked(entries, typed)] == ([best] if best else [])


def test_an_entry_is_found_by_its_id_and_in_english_too() -> None:
    use("fr")
    entries = entries_of(Keymap(), Keymap().actions, lambda _action: lambda: None)
    wanted = {"snooze": "snooze_hour", "Reviews": "view_reviews", "theme": "theme", "avis": "view_reviews"}
    assert {typed: ranked(entries, typed)[0].id for typed in wanted} == wanted


async def test_a_view_of_ones_own_is_gone_to_by_its_name_from_the_palette(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    given.saved_views = SavedViews(workspace.locations.folder)
    given.saved_views.save("Ünser Spain", "spain")
    async with shown(given) as pilot:
        for typed in ("unser", "unsre"):
            await pilot.press("g", "i", ":", *typed)
            await pilot.pause()
            assert "Ünser Spain" in picture(pilot)
            assert "Go to the saved view: spain" in picture(pilot)
            await enter(pilot)
            await until(pilot, lambda: inbox(pilot).desk.view.title == "Ünser Spain")


def test_everything_that_can_be_done_is_in_it_except_moves() -> None:
    keymap = Keymap(own={"like": ()})
    actions = keymap.doable(Place.QUEUE, frozenset())
    entries = entries_of(keymap, actions, lambda _action: lambda: None)
    assert {"help", "quit", "view_late", "filter"} <= {one.id for one in entries}
    assert not {"down", "up", "page_down"} & {one.id for one in entries}


async def test_a_few_letters_and_enter_do_it(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press(":", *"tomor")
        await pilot.pause()
        assert "z t" in picture(pilot)
        await enter(pilot)
        await until(pilot, lambda: inbox(pilot).desk.window[0].row.status is Status.SNOOZED, "it is done")
        assert inbox(pilot).field is None


async def test_letters_that_are_typed_into_it_do_nothing_else(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("ctrl+k", *"eee")
        await pilot.press("escape")
        assert inbox(pilot).field is None
        assert inbox(pilot).desk.window[0].row.status is Status.OPEN


async def test_arrows_choose_another_entry(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press(":", *"view")
        await pilot.pause()
        second = found(pilot)[1]
        await pilot.press("down")
        await enter(pilot)
        await until(pilot, lambda: inbox(pilot).desk.recent == [second], "the second one was done")


@pytest.mark.parametrize(("opener", "key"), [(":", "pagedown"), ("?", "pagedown"), (":", "down")])
async def test_a_list_that_moves_below_the_choice_is_painted_whole(
    shown: Shown, given: Session, opener: str, key: str
) -> None:
    async with shown(given) as pilot:
        await pilot.press(opener)
        await pilot.pause()
        for _time in range(9):
            await pilot.press(key)
            await pilot.pause()
            panel = inbox(pilot).query_one("#palette-list" if opener == ":" else "#help-list", Lines)
            first, count = panel.offset_lines, panel.size.height
            wanted = [line.rstrip() for line in panel.text.splitlines()[first : first + count]]
            top = panel.region.y
            assert [line.rstrip() for line in picture(pilot).splitlines()[top : top + count]] == wanted


async def test_what_was_picked_stands_first_the_next_time(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press(":", *"late")
        await enter(pilot)
        await until(pilot, lambda: inbox(pilot).desk.view.id == "late")
        await pilot.press(":")
        await pilot.pause()
        assert found(pilot)[0] == "view_late"


async def test_it_takes_eight_rows_and_no_more(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.pause()
        before = picture(pilot).splitlines()
        await pilot.press(":")
        await pilot.pause()
        after = picture(pilot).splitlines()
        assert pilot.app.query_one(PaletteStrip).region.height == 8
        assert after[:15] == before[:15]


async def test_nothing_that_matches_is_said_and_enter_does_nothing(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press(":", *"qqqq")
        await pilot.pause()
        assert "Nothing matches" in picture(pilot)
        await enter(pilot)
        assert inbox(pilot).field is not None


def test_how_a_chord_goes_on_stands_in_columns_each_action_once() -> None:
    rows: list[Line] = columns(Keymap().starts("z", Place.QUEUE), 80)
    text = "\n".join(str(row) for row in rows)
    assert text.count("1 hour") == 1
    assert "t tomorrow" in text
    assert all(row.width <= 80 for row in rows)
    assert columns([], 80) == []


async def test_a_chord_that_ended_meanwhile_shows_nothing_of_how_it_might_have_gone_on(
    shown: Shown, given: Session
) -> None:
    async with shown(given) as pilot:
        before = picture(pilot)
        strips = inbox(pilot).strips
        strips.chord("g")
        showing = asyncio.ensure_future(strips._show_which("g"))
        await asyncio.sleep(0)
        # While the strip is being made, the chord ends.
        strips.chord("")
        await showing
        await pilot.pause()
        assert picture(pilot) == before
