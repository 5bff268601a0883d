"""Replies on their way: count-downs, what is in doubt, what was left unsent, and what one can do about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stage.opening import Clock, session
from stage.scenery import MINUTE
from stage.showing import enter, inbox, picture, until

from cminbox.domain.account import Health, HealthState
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.store.leases import SYNC
from cminbox.tui.screens.base import KeyScreen
from cminbox.tui.screens.inbox import InboxScreen
from cminbox.tui.screens.outbox import OutboxScreen

if TYPE_CHECKING:
    import pytest
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session


def screen(pilot: Pilot[ExitResult]) -> KeyScreen:
    found = pilot.app.screen
    assert isinstance(found, KeyScreen)
    return found


def says(pilot: Pilot[ExitResult]) -> str:
    return screen(pilot).footer.text


def lose(workspace: Workspace, given: Session, *, next_try_in: int | None = None) -> int:
    """Let nobody know whether a reply was sent."""
    now = workspace.now()
    reply = given.acting.reply(1, "hello", now=True)
    workspace.leases.take(SYNC, holder="sync", host="here", pid=1, now=now, seconds=60)
    workspace.outbox.begin(reply.id, holder="sync", now=now)
    next_try_at = None if next_try_in is None else now + next_try_in
    workspace.outbox.unknown(reply.id, say("No answer came"), now=now, next_try_at=next_try_at)
    return reply.id


def interrupt(workspace: Workspace, given: Session, clock: Clock, conversation: int = 1) -> int:
    """Let the screen that held a reply die."""
    reply = given.acting.reply(conversation, "hello")
    clock.forward(MINUTE)
    workspace.outbox.interrupt_stale(clock())
    return reply.id


async def go(pilot: Pilot[ExitResult]) -> None:
    await pilot.press("g", "o")
    await pilot.pause()
    assert isinstance(pilot.app.screen, OutboxScreen)


async def test_a_held_reply_counts_down(shown: Shown, given: Session, clock: Clock) -> None:
    async with shown(given) as pilot:
        await pilot.press("r", *"On its way")
        await enter(pilot)
        await until(pilot, lambda: inbox(pilot).field is None)
        await go(pilot)
        assert "goes out in 8 s" in picture(pilot)
        clock.forward(5_000)
        await until(pilot, lambda: "goes out in 3 s" in picture(pilot))


async def test_what_a_colleague_holds_is_his(shown: Shown, given: Session, colleague: Workspace) -> None:
    session(colleague).acting.reply(2, "his")
    async with shown(given, (120, 30)) as pilot:
        await go(pilot)
        assert "held at another screen of bob" in picture(pilot)


async def test_a_reply_waits_for_its_account_and_says_for_what(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    given.acting.reply(1, "hello", now=True)
    account = workspace.accounts.get("brand")
    ill = Health(HealthState.SIGN_IN, say("The token was revoked").to_json())
    workspace.accounts.set_health(account.id, ill, next_fetch_at=0)
    async with shown(given, (120, 30)) as pilot:
        await go(pilot)
        assert "waits: brand sign in" in picture(pilot)


async def test_what_is_in_doubt_and_looked_for_says_when(shown: Shown, given: Session, workspace: Workspace) -> None:
    lose(workspace, given, next_try_in=40_000)
    async with shown(given, (120, 30)) as pilot:
        await go(pilot)
        assert "in doubt; looked for in 40 s" in picture(pilot)


async def test_doubt_that_a_person_decides_has_its_choices_spelled_out(
    shown: Shown, given: Session, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = lose(workspace, given)
    async with shown(given, (120, 30)) as pilot:
        await go(pilot)
        text = picture(pilot)
        assert "Look on the network: is it there? It is never sent twice by itself." in text
        assert "i it is there  w link  r send again  d give up" in text
        copied: list[str] = []

        def copy(link: str) -> bool:
            copied.append(link)
            return True

        monkeypatch.setattr(pilot.app, "copy", copy)
        await pilot.press("w")
        assert copied == ["https://example.org/brand-ana/0"]
        await pilot.press("i")
        await until(pilot, lambda: workspace.outbox.get(reply).state is ReplyState.SENT)


async def test_saying_that_it_is_there_is_only_for_what_is_in_doubt(
    shown: Shown, given: Session, workspace: Workspace, clock: Clock
) -> None:
    reply = interrupt(workspace, given, clock)
    async with shown(given) as pilot:
        await pilot.press("escape")
        await go(pilot)
        await pilot.press("i")
        assert workspace.outbox.get(reply).state is ReplyState.HELD
        assert "so it was not sent. Nothing" in picture(pilot)


async def test_what_was_left_unsent_is_offered_for_review_at_the_start(
    shown: Shown, given: Session, workspace: Workspace, clock: Clock
) -> None:
    reply = interrupt(workspace, given, clock)
    interrupt(workspace, given, clock, conversation=2)
    async with shown(given) as pilot:
        await until(pilot, lambda: "2 replies were not sent.  Enter review  Esc later" in says(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, OutboxScreen))
        assert "hello" in picture(pilot)
        assert workspace.outbox.get(reply).state is ReplyState.HELD


async def test_the_offer_keeps_nobody_from_working(
    shown: Shown, given: Session, workspace: Workspace, clock: Clock
) -> None:
    interrupt(workspace, given, clock)
    async with shown(given) as pilot:
        await until(pilot, lambda: "Enter review" in says(pilot))
        await pilot.press("j")
        assert inbox(pilot).desk.chosen == 1
        assert "Enter review" not in says(pilot)


async def test_one_goes_from_a_reply_to_its_conversation(
    shown: Shown, given: Session, workspace: Workspace, clock: Clock
) -> None:
    interrupt(workspace, given, clock, conversation=3)
    async with shown(given) as pilot:
        await pilot.press("escape")
        await go(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
        row = inbox(pilot).desk.row
        assert row is not None
        assert row.id == 3
