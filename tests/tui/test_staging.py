"""A suggestion that is used: staged, completed, sent, given up; and the one that goes by express."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.showing import enter, inbox, picture, until
from stage.suggested import composed, footer, offered, strip

from cminbox.domain.reply import ReplyState
from cminbox.inbox.acting import Acting

if TYPE_CHECKING:
    from pathlib import Path

    from stage.showing import Shown

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import Session


async def test_enter_stages_the_first_and_enter_again_sends_and_goes_on(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j")
        await offered(pilot, "Yes, to all of Spain.")
        await pilot.press("enter")
        await until(pilot, lambda: composed(pilot) == "Yes, to all of Spain.")
        await enter(pilot)
        await until(pilot, lambda: composed(pilot) == "")
        (reply,) = workspace.outbox.outstanding()
        assert (reply.text, reply.state) == ("Yes, to all of Spain.", ReplyState.HELD)
        assert inbox(pilot).desk.chosen == 2
        await until(pilot, lambda: bool(workspace.picks.picked()))
        assert set(workspace.picks.picked()) == {"en/spain"}


@pytest.mark.parametrize(("key", "text"), [("2", 1), ("é", 1), ("1", 0), ("ampersand", 0), ("quotation_mark", 2)])
async def test_a_digit_stages_that_one_also_as_it_is_typed_on_azerty(
    shown: Shown, suggested: Session, key: str, text: int
) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        wanted = strip(pilot)[text][5:].rstrip(" …").split("  not sure")[0]
        await pilot.press(key)
        await until(pilot, lambda: composed(pilot).startswith(wanted[:20]))


async def test_a_key_that_comes_before_the_suggestions_waits_for_them(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j", "enter")
        await until(pilot, lambda: composed(pilot) == "Yes, to all of Spain.")


async def test_a_reply_with_a_blank_is_not_sent_and_tab_goes_to_the_next_one(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        await pilot.press("enter")
        await until(pilot, lambda: composed(pilot).startswith("Sorry Ana"))
        assert "Tab next blank" in footer(pilot)
        await enter(pilot)
        assert "Still to be filled in: status" in footer(pilot)
        assert workspace.outbox.outstanding() == []
        await pilot.press(*"gone", "tab", *"today")
        assert composed(pilot) == "Sorry Ana: gone, today."
        await enter(pilot)
        await until(pilot, lambda: composed(pilot) == "")
        assert [one.text for one in workspace.outbox.outstanding()] == ["Sorry Ana: gone, today."]
        await until(pilot, lambda: "en/order" in workspace.picks.picked())


@pytest.mark.parametrize("keys", [("ctrl+j",), ("space",), ("space", "ctrl+j", "space")])
async def test_blanks_and_line_ends_go_behind_a_place_to_fill_in_which_still_keeps_the_reply_from_going(
    shown: Shown, suggested: Session, workspace: Workspace, keys: tuple[str, ...]
) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        await pilot.press("enter")
        await until(pilot, lambda: composed(pilot).startswith("Sorry Ana"))
        staged = composed(pilot)
        first, rest = staged.split(",", 1)
        await pilot.press(*keys)
        typed = "".join("\n" if key == "ctrl+j" else " " for key in keys)
        assert composed(pilot) == f"{first}{typed},{rest}"
        await enter(pilot)
        assert "Still to be filled in: status" in footer(pilot)
        assert workspace.outbox.outstanding() == []
        await pilot.press(*"gone")
        assert composed(pilot).startswith(f"Sorry Ana: gone{typed},")


async def test_what_was_only_staged_leaves_no_draft(shown: Shown, suggested: Session, workspace: Workspace) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        await pilot.press("enter")
        await until(pilot, lambda: composed(pilot).startswith("Sorry Ana"))
        await pilot.press("escape")
        await until(pilot, lambda: inbox(pilot).field is None)
        assert workspace.drafts.of("kim") == []


async def test_what_was_changed_is_kept_and_a_reply_goes_below_it(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j", "r", *"Hello")
        await pilot.press("escape")
        await until(pilot, lambda: [one.text for one in workspace.drafts.of("kim")] == ["Hello"])
        await offered(pilot, "Yes, to all of Spain.")
        await pilot.press("1")
        await until(pilot, lambda: composed(pilot) == "Hello\n\nYes, to all of Spain.")
        await pilot.press("escape")
        both = "Hello\n\nYes, to all of Spain."
        await until(pilot, lambda: [one.text for one in workspace.drafts.of("kim")] == [both])


async def test_a_staged_reply_is_given_up_when_a_colleague_has_answered(
    shown: Shown, suggested: Session, workspace: Workspace, colleague: Workspace
) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j")
        await offered(pilot, "Yes, to all of Spain.")
        await pilot.press("enter")
        await until(pilot, lambda: composed(pilot) != "")
        row = inbox(pilot).desk.row
        assert row is not None
        workspace.claims.give_back(row.id, agent="kim", terminal="pts/1")
        Acting(colleague).reply(row.id, "I have this")
        await until(pilot, lambda: "bob has answered it meanwhile. Nothing was sent." in footer(pilot))
        assert inbox(pilot).field is None
        assert workspace.drafts.of("kim") == []
        assert [one.agent for one in workspace.outbox.outstanding()] == ["bob"]


async def test_a_reply_that_was_changed_is_kept_when_a_colleague_has_answered(
    shown: Shown, suggested: Session, workspace: Workspace, colleague: Workspace
) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j")
        await offered(pilot, "Yes, to all of Spain.")
        await pilot.press("enter")
        await until(pilot, lambda: composed(pilot) != "")
        await pilot.press("!")
        row = inbox(pilot).desk.row
        assert row is not None
        workspace.claims.give_back(row.id, agent="kim", terminal="pts/1")
        Acting(colleague).reply(row.id, "I have this")
        await until(pilot, lambda: "bob has answered it meanwhile" in footer(pilot))
        assert composed(pilot) == "Yes, to all of Spain.!"


async def test_express_sends_what_is_meant_for_it_with_one_key(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j")
        await offered(pilot, "Yes, to all of Spain.")
        await pilot.pause(0.2)
        await pilot.press("s")
        await until(pilot, lambda: bool(workspace.outbox.outstanding()))
        assert inbox(pilot).desk.chosen == 2
        await pilot.press("u")
        await until(pilot, lambda: composed(pilot) == "Yes, to all of Spain.")
        assert workspace.outbox.outstanding() == []
        await until(pilot, lambda: workspace.picks.picked() == {})


async def test_files_of_a_reply_are_said_not_to_be_sent_along_and_keep_it_from_express(
    shown: Shown, suggested: Session, workspace: Workspace, library: Path
) -> None:
    file = library / "en" / "spain.md"
    file.write_text(file.read_text().replace("express: true", "express: true\nattachments: [prices.pdf]"))
    async with shown(suggested) as pilot:
        await pilot.press("j")
        await offered(pilot, "Yes, to all of Spain.")
        await pilot.pause(0.2)
        await pilot.press("s")
        await until(pilot, lambda: "cminbox sends no files; to be added by hand: prices.pdf" in picture(pilot))
        assert workspace.outbox.outstanding() == []


async def test_express_stages_everything_else(shown: Shown, suggested: Session, workspace: Workspace) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        await pilot.press("s")
        await until(pilot, lambda: composed(pilot).startswith("Sorry Ana"))
        assert workspace.outbox.outstanding() == []


async def test_what_has_an_answer_on_its_way_is_offered_no_second_one(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j")
        await offered(pilot, "Yes, to all of Spain.")
        await pilot.pause(0.2)
        await pilot.press("s")
        await until(pilot, lambda: len(inbox(pilot).desk.holds) == 1)
        await pilot.press("k")
        await offered(pilot, "An answer is on its way.")
        await pilot.press("enter")
        assert inbox(pilot).has_class("-thread")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_all_of_a_staged_reply_is_on_the_screen_also_the_first_time(
    shown: Shown, suggested: Session, library: Path, size: tuple[int, int]
) -> None:
    long = " ".join(f"word{number}" for number in range(45)) + " end."
    file = library / "en" / "order.md"
    file.write_text(file.read_text().replace("Sorry {name}: {status?}, {day?}.", long))
    async with shown(suggested, size) as pilot:
        await offered(pilot, "word0")
        await pilot.press("1")
        await until(pilot, lambda: composed(pilot).endswith("end."))
        await until(pilot, lambda: "word0" in picture(pilot) and "end." in picture(pilot))


async def test_express_sends_nothing_that_has_only_just_appeared(
    shown: Shown, suggested: Session, workspace: Workspace
) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j", "s")
        await until(pilot, lambda: composed(pilot) == "Yes, to all of Spain.")
        assert workspace.outbox.outstanding() == []


async def test_a_key_of_express_that_is_held_down_acts_once(
    shown: Shown, suggested: Session, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j")
        await offered(pilot, "Yes, to all of Spain.")
        await pilot.pause(0.2)
        monkeypatch.setattr("cminbox.tui.widgets.field.SETTLE_SECONDS", 60.0)
        await pilot.press(*"ssssssss")
        await until(pilot, lambda: len(workspace.outbox.outstanding()) == 1)
        await pilot.pause(0.3)
        assert inbox(pilot).field is None
        assert len(workspace.outbox.outstanding()) == 1


async def test_a_digit_without_a_suggestion_says_so_and_a_lower_one_that_is_not_shown_is_staged(
    shown: Shown, suggested: Session, library: Path
) -> None:
    text = "---\ntitle: My order again {number}\ntags: [order]\n---\nThe order number {number}.\n"
    for number in (1, 2):
        (library / "en" / f"more{number}.md").write_text(text.replace("{number}", str(number)))
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        assert len(strip(pilot)) == 3
        await pilot.press("9")
        assert "There is no suggestion 9" in footer(pilot)
        await pilot.press("left_parenthesis")
        await until(pilot, lambda: composed(pilot).startswith(("The order number", "It takes")))


@pytest.mark.parametrize("key", ["enter", "1", "s", "c"])
async def test_a_key_right_after_a_fast_move_means_the_conversation_one_has_come_to(
    shown: Shown, suggested: Session, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        await pilot.press("j")
        await offered(pilot, "Yes, to all of Spain.")
        # Fast moves draw the conversation only once they pause; here they never do.
        monkeypatch.setattr("cminbox.tui.screens.inbox._FAST_SECONDS", 60.0)
        monkeypatch.setattr("cminbox.tui.screens.inbox._PAUSE_SECONDS", 60.0)
        await pilot.press("k", key)
        if key == "c":
            await until(pilot, lambda: "type to search" in picture(pilot))
            await pilot.press(*"sorry")
            await until(pilot, lambda: "We are here now, Ana." in picture(pilot))
        else:
            await until(pilot, lambda: composed(pilot).startswith("Sorry Ana"))
            assert "Reply to @ana" in picture(pilot)
