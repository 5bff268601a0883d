"""Writing a reply: drafts, claims, limits, sending and taking back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stage.opening import Clock, open_workspace, session
from stage.scenery import MINUTE, Said, arrive, deliver, messages
from stage.showing import enter, inbox, picture, until

from cminbox.domain.message import Kind
from cminbox.domain.reply import ReplyState
from cminbox.settings.values import Settings, Undo
from cminbox.tui import question

if TYPE_CHECKING:
    import pytest
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session

TICK = 0.4


def replies(workspace: Workspace) -> list[StoredReply]:
    return workspace.outbox.outstanding()


def first(pilot: Pilot[ExitResult]) -> int:
    return inbox(pilot).desk.window[0].row.id


async def write(pilot: Pilot[ExitResult], text: str) -> None:
    await pilot.press("r", *text)
    await pilot.pause()


async def send(pilot: Pilot[ExitResult], text: str) -> None:
    await write(pilot, text)
    await enter(pilot)


async def test_a_reply_is_held_its_row_leaves_and_the_next_one_is_there(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        await send(pilot, "On its way")
        (reply,) = replies(workspace)
        assert (reply.state, reply.text) == (ReplyState.HELD, "On its way")
        screen = inbox(pilot)
        assert screen.desk.row is not None
        assert screen.desk.row.person.handle == "joe.sky.example"
        assert "1 held (8 s) u undoes" in screen.header.text
        assert screen.desk.counts.queue == 11
        assert "goes out in 8 s" in screen.footer.text


async def test_the_hold_ends_by_itself(shown: Shown, given: Session, workspace: Workspace, clock: Clock) -> None:
    async with shown(given) as pilot:
        await send(pilot, "One")
        await send(pilot, "Two")
        assert "2 held" in inbox(pilot).header.text
        clock.forward(8_001)
        await until(pilot, lambda: "held" not in inbox(pilot).header.text)
        assert [one.state for one in replies(workspace)] == [ReplyState.QUEUED, ReplyState.QUEUED]


async def test_an_undo_is_offered_only_while_there_is_one(shown: Shown, given: Session, clock: Clock) -> None:
    async with shown(given) as pilot:
        await send(pilot, "One")
        assert "undoes" in inbox(pilot).footer.text
        clock.forward(8_001)
        await until(pilot, lambda: "held" not in inbox(pilot).header.text)
        await until(pilot, lambda: "undoes" not in inbox(pilot).footer.text, "the offer is withdrawn")


async def test_undo_brings_back_text_and_caret(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await write(pilot, "On its way")
        await pilot.press("left", "left", "left")
        await enter(pilot)
        await pilot.press("u")
        await pilot.pause()
        field = inbox(pilot).field
        assert field is not None
        assert (field.text, field.caret) == ("On its way", 7)
        assert replies(workspace) == []
        assert inbox(pilot).desk.chosen == 0


async def test_a_reply_that_has_gone_out_cannot_be_undone(
    shown: Shown, given: Session, workspace: Workspace, clock: Clock
) -> None:
    async with shown(given) as pilot:
        await send(pilot, "One")
        clock.forward(8_001)
        await until(pilot, lambda: "held" not in inbox(pilot).header.text)
        await pilot.press("u")
        assert "nothing to undo" in inbox(pilot).footer.text
        assert len(replies(workspace)) == 1


async def test_without_an_undo_window_a_reply_goes_at_once(shown: Shown, workspace: Workspace, clock: Clock) -> None:
    settings = Settings(undo=Undo(public=0, dm=0))
    hasty = open_workspace(workspace.locations.folder, clock, settings=settings)
    async with shown(session(hasty)) as pilot:
        await send(pilot, "Now")
        assert [one.state for one in replies(workspace)] == [ReplyState.QUEUED]
        assert "held" not in inbox(pilot).header.text
    hasty.close()


async def test_escape_keeps_the_draft_and_r_goes_on_with_it(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await write(pilot, "half a")
        await pilot.press("left", "escape")
        draft = given.reading.draft(first(pilot))
        assert draft is not None
        assert (draft.text, draft.cursor) == ("half a", 5)
        assert "draft is kept" in inbox(pilot).footer.text
        await pilot.press("r", "n")
        await pilot.pause()
        field = inbox(pilot).field
        assert field is not None
        assert field.text == "half na"


async def test_a_draft_is_on_disk_within_a_second_of_the_last_key(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await write(pilot, "half a")

        def kept() -> str:
            draft = given.reading.draft(first(pilot))
            return "" if draft is None else draft.text

        # On a slow machine the beginning is on disk before the last key is pressed.
        await until(pilot, lambda: kept() == "half a")


async def test_an_emptied_draft_is_forgotten(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await write(pilot, "x")
        await pilot.press("escape", "r", "backspace", "escape")
        assert given.reading.draft(first(pilot)) is None


async def test_opening_claims_and_leaving_frees(shown: Shown, given: Session, colleague: Workspace) -> None:
    async with shown(given) as pilot:
        await write(pilot, "x")
        claim = colleague.claims.current(first(pilot), now=colleague.now())
        assert claim is not None
        assert claim.agent == "kim"
        await pilot.press("escape")
        assert colleague.claims.current(first(pilot), now=colleague.now()) is None


async def test_a_claim_is_kept_alive_while_one_writes(
    shown: Shown, given: Session, colleague: Workspace, clock: Clock
) -> None:
    async with shown(given) as pilot:
        await write(pilot, "x")
        for _ in range(3):
            clock.forward(25_000)
            await pilot.pause(TICK)
        assert colleague.claims.current(first(pilot), now=clock()) is not None


async def test_a_colleagues_claim_is_shown_and_stands_until_it_is_taken_over(
    shown: Shown, given: Session, colleague: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question, "READ_SECONDS", 60.0)
    async with shown(given) as pilot:
        colleague.claims.take(first(pilot), agent="bob", terminal="pts/2", now=colleague.now())
        await until(pilot, lambda: "[bob writes]" in picture(pilot))
        await pilot.press("r")
        assert "bob has been writing an answer for" in inbox(pilot).footer.text
        await pilot.press("escape")
        assert inbox(pilot).field is None
        await pilot.press("r", *"thatt")
        # The text of somebody who has not seen the question takes nothing over.
        assert inbox(pilot).field is None
        claim = colleague.claims.current(first(pilot), now=colleague.now())
        assert claim is not None
        assert claim.agent == "bob"
        monkeypatch.setattr(question, "READ_SECONDS", 0.0)
        await pilot.press("t")
        await pilot.pause()
        assert inbox(pilot).field is not None
        claim = colleague.claims.current(first(pilot), now=colleague.now())
        assert claim is not None
        assert claim.agent == "kim"


async def test_a_colleagues_answer_is_shown_before_enter_counts(
    shown: Shown, given: Session, workspace: Workspace, colleague: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The answer comes in the moment between two looks at the store.
    monkeypatch.setattr("cminbox.tui.app.POLL_SECONDS", 60.0)
    async with shown(given) as pilot:
        await write(pilot, "mine")
        other = session(colleague)
        other.acting.reply(first(pilot), "his", accepted=2**40)
        await enter(pilot)
        assert "bob has answered it meanwhile" in inbox(pilot).footer.text
        assert [one.agent for one in replies(workspace)] == ["bob"]
        await enter(pilot)
        assert [one.agent for one in replies(workspace)] == ["bob", "kim"]


async def test_a_message_that_comes_while_one_writes_is_told(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        await pilot.press("j", "j")
        await write(pilot, "x")
        arrive(workspace, "sam", "never mind, it works now")
        await until(pilot, lambda: "never mind" in inbox(pilot).preview.text)
        assert "new message" in inbox(pilot).footer.text


async def test_the_count_is_the_networks_and_too_long_is_refused_with_the_text_kept(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        await pilot.press("j")
        await write(pilot, "abc")
        assert "3/300" in picture(pilot)
        field = inbox(pilot).field
        assert field is not None
        field.paste("x" * 300)
        await pilot.pause(0.02)
        await enter(pilot)
        assert "at most 300" in inbox(pilot).footer.text
        assert replies(workspace) == []
        assert len(field.text) == 303


async def test_an_empty_reply_is_not_sent(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await send(pilot, "")
        assert replies(workspace) == []
        assert inbox(pilot).field is not None


async def test_who_speaks_is_spelled_out_beside_send(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await write(pilot, "x")
        assert "Enter send as @brand@social.example on Mastodon, public" in inbox(pilot).footer.text


async def test_letters_typed_fast_after_r_are_text_and_never_commands(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        for key in ("r", "e", "e", "u", "q"):
            pilot.app.simulate_key(key)
        await pilot.pause(0.2)
        assert workspace.queue.counts().queue == 12


async def test_imported_conversations_cannot_be_answered_and_say_why(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    account = workspace.accounts.for_import("instagram", "@brand")

    deliver(workspace, account, messages(Said("brand", "old", "Old", Kind.DM, 500, "hi"), workspace.now()))
    async with shown(given) as pilot:
        await send(pilot, "x")
        assert "not connected" in inbox(pilot).footer.text
        assert replies(workspace) == []


async def test_leaving_with_held_replies_asks(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await send(pilot, "One")
        await pilot.press("q")
        assert "1 reply is still held" in inbox(pilot).footer.text
        await pilot.press("escape")
        assert pilot.app.return_value is None
        await pilot.press("q", "s")
        assert [one.state for one in replies(workspace)] == [ReplyState.QUEUED]
        assert pilot.app.return_value is not None


async def test_held_replies_can_be_kept_as_drafts_when_one_leaves(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        conversation = first(pilot)
        await send(pilot, "One")
        await pilot.press("q", "k")
        assert replies(workspace) == []
        draft = given.reading.draft(conversation)
        assert draft is not None
        assert draft.text == "One"


async def test_a_reply_left_by_a_screen_that_died_is_listed_at_the_next_start(
    shown: Shown, given: Session, workspace: Workspace, clock: Clock
) -> None:
    given.acting.reply(1, "left behind")
    clock.forward(MINUTE)
    workspace.outbox.interrupt_stale(clock())
    async with shown(given, (120, 40)) as pilot:
        assert "1 reply was not sent: g o reviews" in inbox(pilot).header.text
        clock.forward(10 * MINUTE)
        await pilot.pause(TICK)
        assert [one.state for one in replies(workspace)] == [ReplyState.HELD]


async def test_a_conversation_that_was_taken_over_is_sent_only_on_a_second_enter(
    shown: Shown, given: Session, workspace: Workspace, colleague: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It is taken over in the moment between two looks at the store.
    monkeypatch.setattr("cminbox.tui.app.POLL_SECONDS", 60.0)
    async with shown(given) as pilot:
        await write(pilot, "mine")
        now = colleague.now()
        colleague.claims.take(first(pilot), agent="bob", terminal="pts/2", now=now, take_over=True)
        await enter(pilot)
        assert "bob has taken this over. Enter sends all the same." in inbox(pilot).footer.text
        assert replies(workspace) == []
        await enter(pilot)
        assert [one.agent for one in replies(workspace)] == ["kim"]
