"""Views, filters, threads, links and keys of one's own: what changes only what one sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stage.scenery import arrive
from stage.showing import enter, inbox, picture, until
from textual import events

from cminbox.domain.conversation import Status
from cminbox.store.queue import Counts, Queue

if TYPE_CHECKING:
    import pytest
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
            counted.remove(None)
            await pilot.pause(0.5)
            assert None not in counted, "what one has changed oneself is counted all the same when it is noticed"
