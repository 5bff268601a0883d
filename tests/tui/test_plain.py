"""The inbox line by line does all that the screen does: every action is there, or says why not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from stage.line import Line
from stage.opening import open_workspace, session
from stage.shelf import Shelved

from cminbox.domain.saying import say
from cminbox.tui.actions import ACTIONS, Place
from cminbox.tui.plain.absent import ABSENT, WRITTEN
from cminbox.tui.plain.verbs import ALL_SPOTS
from cminbox.tui.session import Ending

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from stage.opening import Clock

    from cminbox.inbox.workspace import Workspace

    Typed = Callable[..., str]
_ELSEWHERE = {Place.THREAD: Place.QUEUE}
_TEXTS = frozenset({Place.COMPOSER, Place.PROMPT, Place.HELP})


def test_every_action_of_the_registry_is_done_here_or_says_why_not(line: Line) -> None:
    effects = {Place.QUEUE: frozenset(line.inbox.effects)}
    effects |= {spot.PLACE: frozenset(spot(line.inbox).effects()) for spot in ALL_SPOTS}
    everywhere = frozenset({"help", "palette"})
    missing = [
        f"{action.id} in {place.name}"
        for action in ACTIONS
        for place in {_ELSEWHERE.get(place, place) for place in action.places} - _TEXTS
        if action.id not in effects[place] | everywhere | ABSENT.keys()
    ]
    assert missing == []
    written = [one.id for one in ACTIONS if one.places <= _TEXTS and one.id not in WRITTEN]
    assert written == []


def test_nothing_is_said_to_be_absent_that_is_there(line: Line) -> None:
    known = {one.id for one in ACTIONS}
    assert known >= {*ABSENT, *WRITTEN, *line.inbox.effects} - {"back"}
    assert not {*ABSENT, *WRITTEN} & line.inbox.effects.keys()
    for spot in ALL_SPOTS:
        assert spot(line.inbox).effects().keys() <= known


def test_each_action_that_is_left_out_says_why(typed: Typed) -> None:
    assert "no colours are used here" in typed("theme")
    assert "Ctrl+C stops" not in typed("density")


def test_numbers_behind_a_mark_are_marked_and_a_verb_does_it_to_all(line: Line, typed: Typed) -> None:
    assert "4 are marked" in typed("x 1 3-5")
    assert "marked" in typed("list")
    assert "Done: 4 conversations" in typed("e")
    assert not line.inbox.desk.marks.some
    assert "“Done” is undone for 4 conversations" in typed("u")


def test_a_range_grows_with_every_move_and_is_kept(line: Line, typed: Typed) -> None:
    assert "A range begins at 1" in typed("v")
    typed("3")
    assert "3 are marked" in typed("v")
    typed("5")
    assert "5 are marked" in typed("X")
    assert "Type numbers" in typed("x 5-2")
    assert "no number 99" in typed("x 99")
    assert "Nothing is marked" in typed("clear marks")
    assert f"{len(line.inbox.desk.window)} are marked" in typed("V")


def test_moderation_acts_on_everything_that_is_marked_after_a_letter(typed: Typed) -> None:
    typed("x 1 3 5")
    said = typed("d b", "y")
    assert "Block: 3 conversations, for good?" in said
    assert "Block: " in said.partition("good?")[2]
    typed("clear marks")
    typed("x 1 3 5")
    assert "Nothing was done" in typed("d b", "")


def test_what_is_refused_stays_marked(line: Line, typed: Typed) -> None:
    # The second is of a network that can do nothing of the kind.
    typed("x 1-3")
    assert "1 refused" in typed("d h", "y")
    assert len(line.inbox.desk.marked()) == 1


def test_a_reply_goes_to_all_that_is_marked_after_what_they_get_was_read_out(
    line: Line, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed("x 2-3")
    monkeypatch.setattr(Shelved, "plan", plan_of(line), raising=False)
    typed("1")
    said = typed("use", "y")
    assert "2 replies, the first to" in said
    assert Shelved.OPTIONS[0].text in said
    assert "Answered: 2 conversations" in said
    assert len(line.inbox.desk.holds) == 2


def plan_of(line: Line) -> Callable[..., object]:
    from concurrent.futures import Future  # noqa: PLC0415 - here alone

    from cminbox.inbox.together import Part, Plan  # noqa: PLC0415 - as above

    def plan(_self: object, ids: list[int], _reply: str, _given: object = None) -> Future[Plan]:
        future: Future[Plan] = Future()
        parts = tuple(Part(line.inbox.view_of(one), Shelved.OPTIONS[0]) for one in ids)
        future.set_result(Plan(parts, {}))
        return future

    return plan


def test_a_suggestion_of_the_one_before_is_no_suggestion_for_the_next(line: Line, typed: Typed) -> None:
    assert "use 1" in typed("")
    typed("e")
    assert line.inbox.suggested.options == ()
    assert "Enter reads the conversation first" in typed("use 1")


def test_a_filter_becomes_a_view_that_one_goes_to_and_forgets(typed: Typed) -> None:
    typed("/ parcel")
    said = typed("+", "Parcels")
    assert "Saved as the view “Parcels”" in said
    assert "Parcels, 1:" in said
    typed("g i")
    assert "Parcels" in typed("views parc")
    assert "is forgotten" in typed("forget view")
    assert "Only a view of your own" in typed("/ x") + typed("forget view") or "nothing to act on"


def test_views_can_be_picked_by_number(typed: Typed) -> None:
    said = typed("views", "3")
    assert "3. Messages" in said
    assert said.rstrip().splitlines()[-1] != ""
    assert "Messages, " in said.partition("takes none:")[2]


def test_the_history_undoes_what_is_picked(typed: Typed, colleague: Workspace) -> None:
    typed("e")
    typed("3")
    typed("t vip")
    said = typed("U", "2")
    assert "1. Tagged" in said
    assert "“Done” is undone" in said
    row = colleague.queue.page(limit=20)
    assert any(one.row.tags == ("vip",) for one in row)


def test_drafts_are_gone_on_with(line: Line, typed: Typed) -> None:
    typed("r", "On its way", ".q")
    assert "@ana" in typed("g w", "1", ".q")
    assert line.inbox.writing.conversation is None


def test_persons_are_found_read_and_their_messages_listed(line: Line, typed: Typed) -> None:
    said = typed("g p")
    assert "Persons who were in touch last" in said
    assert "1. @" in said
    assert "@ana" in typed("/ ana")
    assert "1 message, 2 h ago" in typed("1")
    assert "filter from:ana" in typed("person messages")
    assert line.inbox.spot is None


def test_what_a_person_wrote_whose_name_is_not_ascii_is_listed(typed: Typed) -> None:
    typed("g p")
    typed("/ zoé")
    said = typed("person messages")
    assert ", 1, filter from:zoé is:all:" in said
    assert "la livraison" in said


def test_figures_are_sentences_that_open(line: Line, typed: Typed) -> None:
    said = typed("g h")
    assert "Figures, this shift, since" in said
    assert "first response, late: " in said
    assert "  " not in said
    number = next(one for one in said.splitlines() if "first response, running" in one or ", late" in one).split(".")[0]
    typed(number)
    opened = typed("open figure")
    assert "conversation" in opened
    assert line.inbox.spot is None
    typed("g h")
    assert "seven days" in typed("other period")
    typed("q")
    assert line.inbox.spot is None


def test_accounts_are_read_out_paused_and_looked_at(line: Line, typed: Typed) -> None:
    assert "1. brand, Mastodon" in typed("g a")
    assert "mend looks at it now" in typed("1")
    assert "brand is paused" in typed("p")
    assert "brand, Mastodon, @brand@social.example, paused" in typed("list")
    assert "brand goes on" in typed("mend")
    assert "Inbox, " in typed("g i")
    assert line.inbox.spot is None


def test_replies_on_their_way_are_edited_and_given_up(line: Line, typed: Typed, workspace: Workspace) -> None:
    reply = line.inbox.session.acting.reply(1, "On its way", now=True)
    workspace.outbox.refused(reply.id, say("No such thread"), now=line.inbox.desk.now)
    assert "1. @" in typed("g o")
    read = typed("1")
    assert "No such thread" in read
    assert "On its way" in read
    assert "Given up" in typed("d", "d")
    assert line.inbox.session.reading.outstanding() == []


def test_the_library_is_read_and_searched(line: Line, typed: Typed) -> None:
    assert "1. Order status" in typed("g t")
    assert "I am sorry that you wait" in typed("1")
    typed("q")
    assert line.inbox.spot is None


def test_what_the_screen_copies_is_said_alone(typed: Typed) -> None:
    assert typed("y u") == "@ana\n"
    assert typed("y t").startswith("Where is my order?")
    assert "no link 9" in typed("y 9")


def test_the_person_and_what_came_before_are_said(typed: Typed) -> None:
    assert "@ana" in typed("p")
    assert "Nothing came attached" in typed("i")


def test_a_word_finds_what_can_be_done_and_does_it(line: Line, typed: Typed) -> None:
    assert "Put off until" in typed(": tomorrow")
    assert "Nothing holds “xyzzy”" in typed("palette xyzzy")
    assert "no second" not in typed("?")
    del line


def test_the_palette_goes_to_a_saved_view_by_its_name(line: Line, typed: Typed) -> None:
    typed("/ spain")
    typed("+ Olé")
    typed("g i")
    typed(": ole", "1")
    assert line.inbox.desk.view.title == "Olé"


def test_enter_and_numbers_mean_the_place_one_is_in(line: Line, typed: Typed) -> None:
    typed("g a")
    assert "sky" in typed("2")
    assert "There is no other one" in typed("")
    assert "The list has no number 7" in typed("7")
    assert "says nothing here" in typed("e")
    typed("back")
    assert line.inbox.spot is None


def test_more_says_the_next_part_and_page_up_the_one_before(typed: Typed) -> None:
    assert "1. " in typed("list")
    assert "\n11. " in typed("more")
    assert "\n1. " in typed("page up")
    assert "\n12. " in typed("bottom")


def test_a_canned_reply_is_put_in_while_one_writes(line: Line, typed: Typed) -> None:
    said = typed("r", "Dear Ana,", ".c order", "1", ".", "y")
    assert Shelved.OPTIONS[0].text in said
    assert "goes out in" in said
    sent = line.inbox.session.reading.outstanding()[0].text
    assert sent == f"Dear Ana,\n{Shelved.OPTIONS[0].text}"


def test_an_own_editor_writes_on(line: Line, typed: Typed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "and more" >> "$1"\n', encoding="ascii")
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    typed("r", "Hello", ".e", ".", "y")
    assert line.inbox.session.reading.outstanding()[0].text == "Hello\nand more"


def test_who_has_connected_nothing_hears_how_to_begin(empty: Workspace) -> None:
    terminal = Line(session(empty))
    terminal.inbox._arrive()
    assert "No account is connected yet" in terminal.out.getvalue()
    assert "d tries the inbox" in terminal.out.getvalue()
    terminal.type("d")
    result = terminal.inbox.result
    terminal.close()
    assert result is not None
    assert result.ending is Ending.DEMO


def test_another_workspace_is_gone_to_by_its_name(line: Line, typed: Typed) -> None:
    line.inbox.session.workspaces = lambda: ("brand", "north")
    line.inbox.session.brand = "brand"
    typed("g b", "north")
    assert line.inbox.result is not None
    assert line.inbox.result.workspace == "north"


def test_held_replies_are_sent_or_taken_back_together(line: Line, typed: Typed) -> None:
    typed("r", "One", ".", "y")
    typed("r", "Two", ".", "y")
    assert "2 replies are drafts again" in typed("recall held")
    assert len(line.inbox.desk.holds) == 0


def test_the_order_and_the_way_to_go_on_can_be_chosen(line: Line, typed: Typed) -> None:
    assert "Newest first" in typed("order newest")
    assert "the one before is chosen" in typed("advance")
    assert line.inbox.desk.advance == "previous"


def test_a_colleague_who_writes_stands_in_the_way(
    typed: Typed, colleague: Workspace, workspace: Workspace, clock: Clock
) -> None:
    del workspace, clock
    other = Line(session(colleague))
    os.write(other._writing, b"Half")
    other.inbox.writing._answering.begin(1, other.inbox.desk.now)
    assert "bob is writing an answer" in typed("r", "")
    other.close()


def test_another_terminal_can_open_the_same_workspace(workspace: Workspace, clock: Clock) -> None:
    again = open_workspace(workspace.locations.folder, clock, terminal="pts/9")
    terminal = Line(session(again))
    assert "Where is my order?" in terminal.type("1")
    terminal.close()
    again.close()
