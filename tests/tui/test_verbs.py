"""Each verb, pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.opening import NOON
from stage.scenery import HOUR, MINUTE, arrive
from stage.showing import enter, inbox, picture, until
from textual import events

from cminbox.domain.conversation import Priority, Status
from cminbox.store.queue import Counts, Queue

if TYPE_CHECKING:
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session


def chosen(pilot: Pilot[ExitResult]) -> str:
    row = inbox(pilot).desk.row
    assert row is not None
    return row.person.handle


def says(pilot: Pilot[ExitResult]) -> str:
    return inbox(pilot).footer.text


async def test_letters_and_arrows_move(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("j", "down")
        assert chosen(pilot) == "sam"
        await pilot.press("k", "up", "k")
        assert chosen(pilot) == "ana"


async def test_the_ends_of_the_list_are_a_chord_and_a_capital_away(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("G")
        assert chosen(pilot) == "tom"
        await pilot.press("g", "g")
        assert chosen(pilot) == "ana"
        await pilot.press("end", "home")
        assert chosen(pilot) == "ana"


async def test_pages_go_down_and_up(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("pagedown")
        assert inbox(pilot).desk.chosen == 7
        await pilot.press("pageup")
        assert inbox(pilot).desk.chosen == 0


async def test_a_chord_shows_how_it_goes_on_and_a_wrong_key_ends_it(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("z")
        assert says(pilot) == "z …"
        await until(pilot, lambda: "tomorrow" in picture(pilot), "who hesitates is told")
        await pilot.press("j")
        await pilot.pause()
        assert "tomorrow" not in picture(pilot)
        assert chosen(pilot) == "ana"


async def test_done_greys_the_row_in_place_and_goes_on(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await pilot.press("j", "e")
        screen = inbox(pilot)
        assert screen.desk.window[1].row.status is Status.DONE
        assert chosen(pilot) == "sam"
        assert len(screen.desk.window) == 12
        assert workspace.queue.counts().queue == 11
        assert "u undoes" in says(pilot)


async def test_undo_brings_it_back_and_goes_there(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await pilot.press("e", "e", "u")
        assert chosen(pilot) == "joe.sky.example"
        await pilot.press("u")
        assert chosen(pilot) == "ana"
        assert workspace.queue.counts().queue == 12
        await pilot.press("u")
        assert "nothing to undo" in says(pilot)


@pytest.mark.parametrize(
    ("keys", "until"),
    [
        (("z", "1"), NOON + HOUR),
        (("z", "ampersand"), NOON + HOUR),
        (("z", "t"), NOON - 61 * MINUTE + 24 * HOUR),
        (("z", "w"), NOON - 61 * MINUTE + 7 * 24 * HOUR),
        (("z", "m"), NOON - 61 * MINUTE + 3 * 24 * HOUR),
        (("z", "c", "2", "h"), NOON + 2 * HOUR),
    ],
)
async def test_later(shown: Shown, given: Session, workspace: Workspace, keys: tuple[str, ...], until: int) -> None:
    async with shown(given) as pilot:
        first = inbox(pilot).desk.window[0].row.id
        await pilot.press(*keys)
        if inbox(pilot).field is not None:
            await enter(pilot)
        row = workspace.queue.row(first)
        assert row is not None
        assert (row.status, row.snoozed_until) == (Status.SNOOZED, until)
        assert chosen(pilot) == "joe.sky.example"


async def test_until_they_answer(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("z", "r")
        assert inbox(pilot).desk.window[0].row.status is Status.PENDING


async def test_a_time_that_is_none_is_refused_in_words(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("z", "c", *"soon")
        await enter(pilot)
        assert "no time" in says(pilot)
        assert inbox(pilot).desk.window[0].row.status is Status.OPEN


async def test_what_is_done_or_put_off_is_opened_again(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        first = inbox(pilot).desk.window[0].row.id
        await pilot.press("e", "k", "O")
        assert "Back in the queue" in says(pilot)
        row = workspace.queue.row(first)
        assert row is not None
        assert row.status is Status.OPEN
        assert chosen(pilot) == "ana"
        await pilot.press("z", "1", "k", "O")
        row = workspace.queue.row(first)
        assert row is not None
        assert (row.status, row.snoozed_until) == (Status.OPEN, None)
        await pilot.press("u")
        row = workspace.queue.row(first)
        assert row is not None
        assert row.status is Status.SNOOZED


@pytest.mark.parametrize("letter", ["u", "h", "l"])
async def test_priorities_are_set_shown_and_undone(
    shown: Shown, given: Session, workspace: Workspace, letter: str
) -> None:
    meant = {"u": Priority.URGENT, "h": Priority.HIGH, "l": Priority.LOW}[letter]
    async with shown(given) as pilot:
        first = inbox(pilot).desk.window[0].row.id
        await pilot.press("P", letter)
        row = workspace.queue.row(first)
        assert row is not None
        assert row.priority is meant
        assert f"priority {meant.value}" in inbox(pilot).rule.text
        await pilot.press("P", "n")
        assert "priority" not in inbox(pilot).rule.text
        await pilot.press("u", "u")
        row = workspace.queue.row(first)
        assert row is not None
        assert row.priority is Priority.NORMAL


async def test_taking_and_assigning(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("A")
        assert inbox(pilot).desk.window[0].row.assignee == "kim"
        await pilot.press("a", *"@bob")
        await enter(pilot)
        assert inbox(pilot).desk.window[0].row.assignee == "bob"
        assert chosen(pilot) == "ana"
        assert "assigned to bob" in inbox(pilot).rule.text


async def test_tags_are_added_and_taken_away(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("t", *"Order #late")
        await enter(pilot)
        assert inbox(pilot).desk.window[0].row.tags == ("late", "order")
        assert "Tagged #Order #late" in says(pilot)
        await pilot.press("t", *"-late")
        await enter(pilot)
        assert inbox(pilot).desk.window[0].row.tags == ("order",)
        assert "No longer tagged #late" in says(pilot)
        await pilot.press("t", *"vip -order")
        await enter(pilot)
        assert "Tagged #vip, no longer #order" in says(pilot)


async def test_a_note_is_told_apart_by_its_words(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await pilot.press("n")
        assert "INTERNAL NOTE" in picture(pilot)
        await pilot.press(*"call her")
        await enter(pilot)
        assert "# internal note of kim" in inbox(pilot).preview.text
        assert workspace.outbox.outstanding() == []


async def test_a_like_is_asked_for_where_the_network_has_one(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("L")
        assert "like" in says(pilot)
        await pilot.press("j", "L")
        assert "Not possible on Bluesky: its API has no such call" in says(pilot)


async def test_each_prompt_says_what_it_is_for(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("n")
        assert "INTERNAL NOTE" in picture(pilot)
        await pilot.press("escape", "slash")
        assert "Filter:" in picture(pilot)
        assert "INTERNAL NOTE" not in picture(pilot)


async def test_each_reply_says_to_whom_it_goes(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("r")
        assert "Reply to @ana" in picture(pilot)
        await pilot.press("escape", "j", "r")
        assert f"Reply to @{chosen(pilot)}" in picture(pilot)
        assert "Reply to @ana" not in picture(pilot)


async def test_what_a_prompt_refuses_stays_to_be_mended_and_nothing_of_it_acts(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("z", "c", *"never", "enter")
        assert "“never” is no time" in says(pilot)
        assert "never" in picture(pilot)
        await pilot.press("e", "r")
        assert "neverer" in picture(pilot)
        await pilot.press(*["backspace"] * 7, "2", "h", "enter")
        await until(pilot, lambda: "Put off" in says(pilot))


async def test_a_reply_is_written_to_one_conversation_and_not_beside_those_that_are_marked(
    shown: Shown, given: Session
) -> None:
    async with shown(given) as pilot:
        await pilot.press("x", "x", "r")
        assert "first take the marks away" in says(pilot)
        assert "Reply to" not in picture(pilot)
        await pilot.press("escape", "r")
        assert "Reply to" in picture(pilot)


async def test_leaving_a_prompt_changes_nothing(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("t", *"order", "escape")
        await pilot.pause()
        assert inbox(pilot).desk.window[0].row.tags == ()
        await pilot.press("j")
        assert chosen(pilot) == "joe.sky.example"


async def test_tab_and_g_turn_the_views(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("tab")
        assert inbox(pilot).desk.view.id == "mentions"
        await pilot.press("shift+tab", "shift+tab")
        assert inbox(pilot).desk.view.id == "snoozed"
        for letter, name in zip(
            "imdcvls", ("all", "mentions", "dms", "comments", "reviews", "late", "snoozed"), strict=True
        ):
            await pilot.press("g", letter)
            assert inbox(pilot).desk.view.id == name


async def test_a_filter_narrows_while_one_types_is_kept_by_enter_and_ended_by_escape(
    shown: Shown, given: Session
) -> None:
    async with shown(given) as pilot:
        desk = inbox(pilot).desk
        await pilot.press("slash", *"cups")
        await pilot.pause()
        assert len(desk.window) == 2
        await enter(pilot)
        assert len(desk.window) == 2
        assert inbox(pilot).field is None
        await pilot.press("escape")
        assert len(desk.window) == 12


async def test_a_filter_that_is_not_finished_is_no_error_that_stops(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("slash", *"kind:d")
        await pilot.pause()
        assert "none of" in says(pilot)
        await pilot.press("m")
        await pilot.pause()
        assert len(inbox(pilot).desk.window) == 3


async def test_a_filter_that_finds_nothing_says_so(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("slash", *"xyzzy")
        await enter(pilot)
        text = picture(pilot)
        assert "Nothing matches “xyzzy”." in text
        assert "12 without the filter" in text
        await pilot.press("j", "k", "e", "r", "space")
        assert inbox(pilot).desk.row is None


async def test_space_reads_on_and_at_the_end_goes_on(shown: Shown, given: Session) -> None:
    async with shown(given, (80, 18)) as pilot:
        acts = inbox(pilot).acts
        acts.note("\n".join(f"line {number}" for number in range(30))).act(acts.ids)
        inbox(pilot).read_conversation()
        await pilot.press("space", "space")
        assert chosen(pilot) == "ana"
        for _ in range(20):
            if chosen(pilot) == "ana":
                await pilot.press("space")
        assert chosen(pilot) == "joe.sky.example"


async def test_enter_opens_the_thread_and_q_goes_back(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert not inbox(pilot).list.display
        await pilot.press("j")
        assert chosen(pilot) == "joe.sky.example"
        assert "love this" in inbox(pilot).preview.text
        await pilot.press("q")
        await pilot.pause()
        assert inbox(pilot).list.display


async def test_the_link_is_shown_and_copied(shown: Shown, given: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown(given) as pilot:
        copied: list[str] = []
        monkeypatch.setattr(pilot.app, "_write", copied.append)
        await pilot.press("w")
        assert "https://example.org/brand-ana/0" in says(pilot)
        await pilot.press("y", "l")
        await pilot.press("y", "u")
        await pilot.press("y", "t")
        assert [text.partition(";c;")[2].rstrip("\x07") for text in copied if ";c;" in text] == [
            "aHR0cHM6Ly9leGFtcGxlLm9yZy9icmFuZC1hbmEvMA==",
            "aHR0cHM6Ly9leGFtcGxlLm9yZy9icmFuZC1hbmEvMA==",
            "QGFuYQ==",
            "V2hlcmUgaXMgbXkgb3JkZXI/IEl0IGhhcyBiZWVuIHR3byB3ZWVrcyBhbmQgbm8gb25lIGFuc3dlcnMu",
        ]


async def test_a_text_too_long_for_a_clipboard_is_not_sent_to_it(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        assert not inbox(pilot).program.copy("x" * 9000)


async def test_all_under_one_post_is_one_step(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await pilot.press("E")
        assert "Done" in says(pilot)
        await pilot.press("u")
        assert workspace.queue.counts().queue == 12


async def test_own_keys_work_and_the_old_ones_do_not(shown: Shown, given: Session) -> None:
    given.keys = {"done": ("D",)}
    async with shown(given) as pilot:
        await pilot.press("e")
        assert inbox(pilot).desk.window[0].row.status is Status.OPEN
        await pilot.press("D")
        assert inbox(pilot).desk.window[0].row.status is Status.DONE


async def test_a_clash_of_own_keys_is_said_at_the_start(shown: Shown, given: Session) -> None:
    given.keys = {"done": ("r",)}
    async with shown(given) as pilot:
        await pilot.pause()
        assert "[keys]" in says(pilot)


async def test_control_c_says_how_one_leaves(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("ctrl+c")
        assert "q leaves" in says(pilot)


async def test_every_action_of_the_inbox_has_an_effect(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        screen = inbox(pilot)
        for place in (screen.PLACE,):
            wanted = {one.id for one in screen.desk.keymap.actions if place in one.places}
            assert wanted <= set(screen.effects())


async def test_a_paste_among_commands_does_nothing(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        pilot.app.post_message(events.Paste("eee\nrrr"))
        await pilot.pause()
        assert inbox(pilot).desk.window[0].row.status is Status.OPEN
        assert inbox(pilot).field is None


async def test_new_arrivals_are_shown_on_demand(shown: Shown, given: Session, colleague: Workspace) -> None:
    async with shown(given) as pilot:
        arrive(colleague)
        await until(pilot, lambda: "+1" in inbox(pilot).header.text)
        await pilot.press(",")
        assert "+1" not in inbox(pilot).header.text
        assert len(inbox(pilot).desk.window) == 13


async def test_no_key_counts_what_is_late_and_the_first_line_is_right_all_the_same(
    shown: Shown, given: Session, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[object] = []
    honest = Queue.counts

    def counts(queue: Queue, *, now: int | None = None, pressing: tuple[int, int] | None = None) -> Counts:
        counted.append(pressing)
        return honest(queue, now=now, pressing=pressing)

    async with shown(given) as pilot:
        await pilot.pause(0.3)
        monkeypatch.setattr(Queue, "counts", counts)
        for keys in (("e",), ("u",), ("z", "1"), ("u",), ("f",), ("x", "x", "x", "e"), ("u",)):
            counted.clear()
            await pilot.press(*keys)
            assert any(one is not None for one in counted)
            now = workspace.queue.counts(now=workspace.now())
            found = inbox(pilot).desk.counts
            assert (found.late, found.at_risk, found.queue) == (now.late, now.at_risk, now.queue), keys
            await pilot.pause(0.3)
