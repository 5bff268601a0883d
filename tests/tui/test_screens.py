"""The other screens: replies on their way, accounts, the welcome, the help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, session
from stage.scenery import MINUTE, connect
from stage.showing import enter, inbox, picture, until

from cminbox.domain.account import Health, HealthState
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.inbox.suggestions import Suggester
from cminbox.store.leases import SYNC
from cminbox.tui.actions import ACTIONS, Place
from cminbox.tui.screens.accounts import AccountsScreen
from cminbox.tui.screens.base import KeyScreen
from cminbox.tui.screens.canned import CannedScreen
from cminbox.tui.screens.figures import FiguresScreen
from cminbox.tui.screens.inbox import InboxScreen
from cminbox.tui.screens.outbox import OutboxScreen
from cminbox.tui.screens.people import PeopleScreen
from cminbox.tui.screens.welcome import WelcomeScreen
from cminbox.tui.session import Ending

if TYPE_CHECKING:
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


def begin(workspace: Workspace, reply_id: int) -> None:
    """Let the syncing process begin to send a reply."""
    workspace.leases.take(SYNC, holder="sync", host="here", pid=1, now=workspace.now(), seconds=60)
    workspace.outbox.begin(reply_id, holder="sync", now=workspace.now())


def refuse(workspace: Workspace, given: Session, text: str = "hello", conversation: int = 1) -> int:
    """Let a reply be refused by its network."""
    reply = given.acting.reply(conversation, text, now=True)
    begin(workspace, reply.id)
    workspace.outbox.refused(reply.id, say("The account is suspended"), now=workspace.now())
    return reply.id


def lose(workspace: Workspace, given: Session) -> int:
    """Let nobody know whether a reply was sent."""
    reply = given.acting.reply(1, "hello", now=True)
    begin(workspace, reply.id)
    workspace.outbox.unknown(reply.id, say("No answer came"), now=workspace.now(), next_try_at=None)
    return reply.id


def interrupt(workspace: Workspace, given: Session, clock: Clock) -> int:
    """Let the screen that held a reply die."""
    reply = given.acting.reply(1, "hello")
    clock.forward(MINUTE)
    workspace.outbox.interrupt_stale(clock())
    return reply.id


async def test_a_refused_reply_comes_back_with_its_reason(shown: Shown, given: Session, workspace: Workspace) -> None:
    refuse(workspace, given)
    async with shown(given) as pilot:
        assert picture(pilot).splitlines()[1].startswith("x  Ma @ana")
        assert "The account is suspended" in inbox(pilot).preview.text
        await pilot.press("g", "o")
        await pilot.pause()
        assert isinstance(screen(pilot), OutboxScreen)
        assert "The account is suspended" in picture(pilot)


async def test_a_reply_whose_screen_has_ended_is_not_shown_as_on_its_way(
    shown: Shown, given: Session, workspace: Workspace, clock: Clock
) -> None:
    interrupt(workspace, given, clock)
    async with shown(given) as pilot:
        assert picture(pilot).splitlines()[1].startswith("x  Ma @ana")


async def test_a_refused_reply_is_sent_again(shown: Shown, given: Session, workspace: Workspace) -> None:
    reply = refuse(workspace, given)
    async with shown(given) as pilot:
        await pilot.press("g", "o")
        await pilot.pause()
        await pilot.press("r")
        assert workspace.outbox.get(reply).state is ReplyState.QUEUED
        await pilot.press("q")
        await pilot.pause()
        assert isinstance(screen(pilot), InboxScreen)


async def test_a_reply_that_may_have_arrived_is_sent_again_only_after_a_question(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    reply = lose(workspace, given)
    async with shown(given) as pilot:
        await pilot.press("g", "o")
        await pilot.pause()
        await pilot.press("r")
        assert "may have been sent already" in says(pilot)
        await pilot.press("enter")
        assert workspace.outbox.get(reply).state is ReplyState.UNKNOWN
        await pilot.press("r", "s")
        assert workspace.outbox.get(reply).state is ReplyState.QUEUED


async def test_a_person_who_has_seen_a_reply_says_so(shown: Shown, given: Session, workspace: Workspace) -> None:
    reply = lose(workspace, given)
    async with shown(given) as pilot:
        await pilot.press("g", "o")
        await pilot.pause()
        await pilot.press("r", "i")
        assert workspace.outbox.get(reply).state is ReplyState.SENT


async def test_an_interrupted_reply_waits_for_a_person_and_then_goes(
    shown: Shown, given: Session, workspace: Workspace, clock: Clock
) -> None:
    reply = interrupt(workspace, given, clock)
    async with shown(given) as pilot:
        await pilot.press("g", "o")
        await pilot.pause()
        assert "its screen ended" in picture(pilot)
        await pilot.press("r")
        assert workspace.outbox.get(reply).state is ReplyState.QUEUED


async def test_an_interrupted_reply_can_be_edited(
    shown: Shown, given: Session, workspace: Workspace, clock: Clock
) -> None:
    reply = interrupt(workspace, given, clock)
    async with shown(given) as pilot:
        await pilot.press("g", "o")
        await pilot.pause()
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen) and inbox(pilot).field is not None)
        field = inbox(pilot).field
        assert field is not None
        assert field.text == "hello"
        assert workspace.outbox.get(reply).state is ReplyState.DRAFT


async def test_giving_a_reply_up_asks_first(shown: Shown, given: Session, workspace: Workspace) -> None:
    reply = refuse(workspace, given)
    async with shown(given) as pilot:
        await pilot.press("g", "o")
        await pilot.pause()
        await pilot.press("d", "enter")
        assert workspace.outbox.get(reply).state is ReplyState.REFUSED
        await pilot.press("d", "d")
        assert workspace.outbox.get(reply).state is ReplyState.CANCELLED
        assert "No reply is waiting" in picture(pilot)


async def test_one_moves_among_the_replies(shown: Shown, given: Session, workspace: Workspace) -> None:
    for number in range(1, 5):
        refuse(workspace, given, f"text {number}", number)
    async with shown(given) as pilot:
        await pilot.press("g", "o")
        await pilot.pause()
        for key, text in (
            ("j", "text 2"),
            ("G", "text 4"),
            ("k", "text 3"),
            ("home", "text 1"),
            ("pagedown", "text 4"),
        ):
            await pilot.press(key)
            assert f"\n  {text} " in picture(pilot)


async def test_the_accounts_say_how_they_are_doing_and_what_to_do(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    health = Health(HealthState.SIGN_IN, say("The token was revoked").to_json())
    workspace.accounts.set_health(workspace.accounts.get("brand").id, health, next_fetch_at=0)
    given.sync_state = lambda: say("Nobody fetches; start cminbox sync --watch")
    async with shown(given) as pilot:
        await until(pilot, lambda: "Ma sign in" in inbox(pilot).header.text and bool(inbox(pilot).desk.sync))
        await pilot.press("!")
        await pilot.pause()
        assert isinstance(screen(pilot), AccountsScreen)
        text = picture(pilot)
        assert "The token was revoked" in text
        assert "Nobody fetches; start cminbox sync --watch" in text
        assert "Enter signs in again; replies wait until then" in text
        await pilot.press("j", "k", "G", "q")
        await pilot.pause()
        assert isinstance(screen(pilot), InboxScreen)


async def test_without_an_account_one_is_told_how_to_begin(shown: Shown, empty: Workspace) -> None:
    async with shown(session(empty)) as pilot:
        assert isinstance(screen(pilot), WelcomeScreen)
        assert "cminbox accounts add" in picture(pilot)
        await pilot.press("e", "r", "j")
        await pilot.press("d")
        assert pilot.app.return_value is not None
        assert pilot.app.return_value.ending is Ending.DEMO


async def test_the_welcome_gives_way_to_the_inbox_when_an_account_is_connected(shown: Shown, empty: Workspace) -> None:
    async with shown(session(empty)) as pilot:
        connect(empty)
        await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
        await until(pilot, lambda: "Nothing waiting." in picture(pilot))


async def test_the_help_lists_the_keys_of_this_moment_and_searches(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("?")
        await until(pilot, lambda: "Keys that work now" in picture(pilot))
        await pilot.press(*"put off")
        await until(pilot, lambda: "Put off until Monday" in picture(pilot))
        assert "Write a reply" not in picture(pilot)
        await pilot.press("escape", "j")
        assert inbox(pilot).desk.chosen == 1
        assert "Keys that work now" not in picture(pilot)


async def test_the_help_says_where_it_cuts(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("?", *"matches")
        (line,) = [one for one in picture(pilot).splitlines() if "Show only what matches" in one]
        assert line.rstrip().endswith("…")


async def test_enter_in_the_help_does_what_is_chosen(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("?", *"as done")
        await until(pilot, lambda: "Mark as done" in picture(pilot))
        await pilot.press("down", "up")
        await enter(pilot)
        await until(pilot, lambda: inbox(pilot).desk.chosen == 1)
        assert inbox(pilot).desk.window[0].row.status.value == "done"


async def test_what_matches_nothing_in_the_help_does_nothing(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("?", *"xyzzy")
        await until(pilot, lambda: "Nothing matches" in picture(pilot))
        await enter(pilot)
        assert inbox(pilot).desk.chosen == 0


@pytest.mark.parametrize("keys", [("?",), ("g", "o"), ("g", "a")])
async def test_every_screen_can_be_left_by_escape(shown: Shown, given: Session, keys: tuple[str, ...]) -> None:
    async with shown(given) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(screen(pilot), InboxScreen)
        await pilot.press("q")
        assert pilot.app.return_value is not None
        assert pilot.app.return_value.ending is Ending.QUIT


@pytest.mark.parametrize(
    "place",
    [
        Place.OUTBOX,
        Place.ACCOUNTS,
        Place.FIGURES,
        Place.WELCOME,
        Place.QUEUE,
        Place.THREAD,
        Place.PEOPLE,
        Place.CANNED,
    ],
)
async def test_every_action_has_an_effect_wherever_it_applies(
    shown: Shown, given: Session, workspace: Workspace, place: Place
) -> None:
    async with shown(given) as pilot:
        home = inbox(pilot)
        made: dict[Place, KeyScreen] = {
            Place.OUTBOX: OutboxScreen(home.desk, home.program),
            Place.ACCOUNTS: AccountsScreen(home.desk, home.program),
            Place.FIGURES: FiguresScreen(home.desk, home.program),
            Place.WELCOME: WelcomeScreen(home.desk, home.program),
            Place.PEOPLE: PeopleScreen(home.desk, home.program),
            Place.CANNED: CannedScreen(home.desk, home.program, Suggester(workspace)),
        }
        wanted = {one.id for one in ACTIONS if place in one.places}
        screen = made.get(place, home)
        assert wanted <= {*screen.effects(), *screen._looks()}
