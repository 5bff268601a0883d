"""The program around the screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.showing import enter, inbox, until
from textual import events

from cminbox.tui.app import InboxApp, wants_mouse
from cminbox.tui.session import Ending

if TYPE_CHECKING:
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session


@pytest.mark.parametrize(
    ("mouse", "over_ssh", "environ", "wanted"),
    [
        (True, False, {}, True),
        (False, True, {}, False),
        (True, False, {"SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}, False),
        (True, False, {"SSH_TTY": "/dev/pts/3"}, False),
        (True, True, {"SSH_TTY": "/dev/pts/3"}, True),
    ],
)
def test_over_ssh_the_mouse_stays_with_the_terminal_unless_it_is_asked_for(
    given: Session, *, mouse: bool, over_ssh: bool, environ: dict[str, str], wanted: bool
) -> None:
    given.mouse, given.mouse_over_ssh = mouse, over_ssh
    assert wants_mouse(given, environ) is wanted


async def test_what_a_stalled_terminal_has_not_shown_is_not_sent(
    shown: Shown, given: Session, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(given) as pilot:
        await pilot.press("r", *"hello")
        with monkeypatch.context() as stalled:
            stalled.setattr(InboxApp, "behind", True)
            await enter(pilot)
        assert "not shown all of this yet" in inbox(pilot).footer.text
        assert workspace.outbox.outstanding() == []
        await enter(pilot)
        assert len(workspace.outbox.outstanding()) == 1


async def test_syncing_is_started_once_after_the_first_paint(shown: Shown, given: Session) -> None:
    started: list[str] = []
    given.start_sync = lambda: started.append(inbox_text())

    def inbox_text() -> str:
        return "started"

    async with shown(given) as pilot:
        await until(pilot, lambda: bool(started))
        await pilot.press("j")
    assert started == ["started"]


async def test_a_hang_up_keeps_what_is_being_written(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("r", *"half")
        app = pilot.app
        assert isinstance(app, InboxApp)
        conversation = inbox(pilot).desk.window[0].row.id
        app._hang_up()
        draft = given.reading.draft(conversation)
        assert draft is not None
        assert draft.text == "half"
        assert app.return_value is not None
        assert (app.return_value.ending, app.return_value.exit_code) == (Ending.HANG_UP, 129)


async def test_a_fault_is_kept_for_the_caller_and_nothing_is_printed(
    given: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    app = InboxApp(given)

    async def fail() -> None:
        async with app.run_test() as pilot:
            secret = "hunter2"
            app.call_later(lambda: 1 / (len(secret) - 7))
            await pilot.pause(0.2)

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert isinstance(app.fault, ZeroDivisionError)
    printed = capsys.readouterr()
    assert "hunter2" not in printed.out + printed.err
    assert "Traceback" not in printed.out + printed.err


async def burst(pilot: Pilot[ExitResult], *keys: str) -> None:
    """Hand over keys that all came at the same moment, as a stalled link does."""
    at = events.Key("x", "x").time
    for key in keys:
        event = events.Key(key, "\r" if key == "enter" else key)
        event.time = at
        pilot.app.screen.post_message(event)
    await pilot.pause(0.05)


@pytest.mark.parametrize("how", ["a paste was marked before", "the terminal is of a kind that marks pastes", "tmux"])
async def test_enter_counts_in_a_prompt_however_fast_it_came_where_pastes_are_marked(
    shown: Shown, given: Session, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr("cminbox.tui.widgets.field.BURST_SECONDS", 0.015)
    monkeypatch.delenv("TMUX", raising=False)
    async with shown(given) as pilot:
        await pilot.press("t")
        await burst(pilot, *"late", "enter")
        field = inbox(pilot).field
        assert field is not None, "nobody knows that this is no paste"
        assert field.text == "late "
        await pilot.press("escape")
        if how == "tmux":
            monkeypatch.setenv("TMUX", "/run/tmux,1,0")
        elif how.startswith("a paste"):
            pilot.app.screen.post_message(events.Paste("no\nthing"))
        else:
            pilot.app._sync_available = True
        await pilot.press("t")
        await burst(pilot, *"late", "enter")
        await until(pilot, lambda: inbox(pilot).field is None)
        assert inbox(pilot).desk.window[0].row.tags == ("late",)


async def test_a_marked_paste_never_answers_a_prompt(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("t")
        pilot.app.screen.post_message(events.Paste("late\nd\n"))
        await pilot.pause(0.05)
        field = inbox(pilot).field
        assert field is not None
        assert field.text == "late d "


async def test_enter_in_a_burst_sends_no_reply_even_where_pastes_are_marked(
    shown: Shown, given: Session, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cminbox.tui.widgets.field.BURST_SECONDS", 0.015)
    async with shown(given) as pilot:
        pilot.app._sync_available = True
        await pilot.press("r")
        await burst(pilot, *"yes", "enter")
        await pilot.pause(0.05)
        assert inbox(pilot).field is not None
        assert workspace.outbox.outstanding() == []
