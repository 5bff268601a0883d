"""Suggestions on the screen: shown below the message, staged, sent, searched, and never in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.scenery import Said, arrive, deliver, messages
from stage.showing import enter, inbox, picture, until

from cminbox.domain.message import Kind
from cminbox.domain.reply import ReplyState
from cminbox.inbox.acting import Acting
from cminbox.inbox.suggestions import Suggester
from cminbox.suggestions import filling
from cminbox.tui.widgets import suggestion_strip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session

LIBRARY = {
    "en/order": (
        "title: Where is my order?\nshortcut: order\ntags: [order, weeks, answers]",
        "Sorry {name}: {status?}, {day?}.",
    ),
    "en/wait": ("title: The order takes a little longer\nshortcut: longer\ntags: [order]", "It takes a little longer."),
    "en/nobody": ("title: No one answered my order\nshortcut: sorry\ntags: [answers]", "We are here now, {name}."),
    "en/spain": (
        "title: Does it ship to Spain?\nshortcut: spain\ntags: [ship, love]\nexpress: true",
        "Yes, to all of Spain.",
    ),
    "fr/samedi": ("title: Ouvert le samedi\nshortcut: samedi\ntags: [heure, ouvrez, samedi]", "De neuf heures à midi."),
}
EXAMPLE = '\nexamples: ["love this, does it ship to Spain?"]'


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, workspace: Workspace) -> Path:
    (tmp_path / "starters").mkdir()
    monkeypatch.setattr("cminbox.assets.canned_replies", lambda: tmp_path / "starters")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = workspace.locations.canned_replies
    for name, (head, body) in LIBRARY.items():
        file = folder / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\n{head}{EXAMPLE if name == 'en/spain' else ''}\n---\n{body}\n", encoding="utf-8")
    return folder


@pytest.fixture
def suggested(given: Session, workspace: Workspace, library: Path) -> Iterator[Session]:
    del library
    given.suggestions = Suggester(workspace)
    yield given
    given.suggestions.close()


def strip(pilot: Pilot[ExitResult]) -> list[str]:
    suggesting = inbox(pilot).suggesting
    assert suggesting is not None
    return suggesting.strip.text.splitlines()


async def offered(pilot: Pilot[ExitResult], word: str) -> None:
    await until(pilot, lambda: word in "\n".join(strip(pilot)), f"suggested: {word}")


def composed(pilot: Pilot[ExitResult]) -> str:
    field = inbox(pilot).field
    return "" if field is None else field.text


def footer(pilot: Pilot[ExitResult]) -> str:
    return inbox(pilot).footer.text


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
        await until(pilot, lambda: composed(pilot) == "Hello\nYes, to all of Spain.")
        await pilot.press("escape")
        await until(pilot, lambda: [one.text for one in workspace.drafts.of("kim")] == ["Hello\nYes, to all of Spain."])


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
        await pilot.press("s")
        await until(pilot, lambda: bool(workspace.outbox.outstanding()))
        assert inbox(pilot).desk.chosen == 2
        await pilot.press("u")
        await until(pilot, lambda: composed(pilot) == "Yes, to all of Spain.")
        assert workspace.outbox.outstanding() == []
        await until(pilot, lambda: workspace.picks.picked() == {})


async def test_express_stages_everything_else(shown: Shown, suggested: Session, workspace: Workspace) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        await pilot.press("s")
        await until(pilot, lambda: composed(pilot).startswith("Sorry Ana"))
        assert workspace.outbox.outstanding() == []


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


async def test_why_is_told_in_words_until_one_goes_on(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        await pilot.press("W")
        await until(pilot, lambda: "It knows the words" in picture(pilot))
        await pilot.press("j")
        await offered(pilot, "Yes, to all of Spain.")
        assert "It knows the words" not in picture(pilot)


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


async def test_a_file_that_was_written_meanwhile_is_suggested(
    shown: Shown, suggested: Session, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cminbox.inbox.suggestions._STALE_SECONDS", 0.0)
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


async def test_what_has_an_answer_on_its_way_is_offered_no_second_one(shown: Shown, suggested: Session) -> None:
    async with shown(suggested) as pilot:
        await pilot.press("j")
        await offered(pilot, "Yes, to all of Spain.")
        await pilot.press("s")
        await until(pilot, lambda: len(inbox(pilot).desk.holds) == 1)
        await pilot.press("k")
        await offered(pilot, "An answer is on its way.")
        await pilot.press("enter")
        assert inbox(pilot).has_class("-thread")


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
        await pilot.press("enter")
        assert inbox(pilot).has_class("-thread")


def test_the_marks_of_blanks_are_those_of_filled_replies() -> None:
    assert (suggestion_strip.OPENS, suggestion_strip.CLOSES) == (filling.OPENS, filling.CLOSES)


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
