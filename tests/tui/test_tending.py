"""What is reached from the palette alone: accounts, files, the note for the next shift, the terminal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from stage.showing import enter, inbox, picture, until

from cminbox.domain.account import Health, HealthState
from cminbox.domain.saying import say
from cminbox.store.leases import SYNC
from cminbox.tui.probing import CLUSTERS, advice, told
from cminbox.tui.widgets.palette_strip import PaletteStrip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stage.opening import Clock
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session


def says(pilot: Pilot[ExitResult]) -> str:
    return inbox(pilot).footer.text


async def pick(pilot: Pilot[ExitResult], typed: str, *then: str) -> None:
    """Do what the palette finds for some letters."""
    await pilot.press(":", *typed)
    await enter(pilot)
    await pilot.press(*then)
    await pilot.pause()


@pytest.fixture
def lent(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    commands: list[Sequence[str]] = []

    async def lend(_app: object, command: Sequence[str]) -> int:
        commands.append(command)
        return 0

    monkeypatch.setattr("cminbox.tui.app.InboxApp.lend", lend)
    return commands


async def test_the_palette_holds_all_that_is_on_screens_of_its_own(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press(":")
        found = {one.id for one in pilot.app.query_one(PaletteStrip).found}
    assert {
        *("connect_account", "sign_in_again", "sync_everything", "pause_account", "work_offline", "edit_template"),
        *("key_map", "handover", "terminal", "diagnostics", "reload", "figures", "save_canned", "canned", "theme"),
        *("density", "mouse", "advance", "views", "quit", "reopen", "priority_high", "boost"),
    } <= found


async def test_connecting_and_signing_in_run_their_commands(
    shown: Shown, given: Session, workspace: Workspace, lent: list[Sequence[str]]
) -> None:
    account = workspace.accounts.get("brand")
    broken = Health(HealthState.SIGN_IN, say("The token was revoked").to_json())
    workspace.accounts.set_health(account.id, broken, next_fetch_at=0)
    async with shown(given) as pilot:
        await pick(pilot, "connect acc")
        await until(pilot, lambda: inbox(pilot).field is not None)
        await pilot.press(*"masto")
        await enter(pilot)
        await until(pilot, lambda: len(lent) == 1)
        assert lent[0][-3:] == ["accounts", "add", "mastodon"]
        await pick(pilot, "sign in again")
        await until(pilot, lambda: inbox(pilot).field is not None)
        assert pilot.app.query_one(PaletteStrip).found[0].text.startswith("brand"), "who needs it stands first"
        await enter(pilot)
        await until(pilot, lambda: len(lent) == 2)
        assert lent[1][-3:] == ["accounts", "sign-in", "brand"]


async def test_an_account_is_paused_and_all_are_looked_at(
    shown: Shown, given: Session, workspace: Workspace, clock: Clock
) -> None:
    workspace.leases.take(SYNC, holder="sync", host="here", pid=1, now=clock(), seconds=60)
    async with shown(given) as pilot:
        await pick(pilot, "sync now")
        await until(pilot, lambda: "Every account is being looked at" in says(pilot))
        await pick(pilot, "pause net")
        await until(pilot, lambda: inbox(pilot).field is not None)
        await pilot.press(*"brand")
        await enter(pilot)
        await until(pilot, lambda: "brand is paused" in says(pilot))
        assert workspace.accounts.get("brand").health.state is HealthState.PAUSED


async def test_working_offline_asks_stops_all_and_lets_only_those_go_on(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    names = [one.name for one in workspace.accounts.connected()]
    workspace.accounts.pause(workspace.accounts.get(names[0]).id, agent="kim", now=workspace.now())

    def states() -> list[HealthState]:
        return [workspace.accounts.get(name).health.state for name in names]

    async with shown(given) as pilot:
        await pick(pilot, "work offline")
        await until(pilot, lambda: "for all of you" in says(pilot))
        await pilot.press("escape")
        assert states().count(HealthState.PAUSED) == 1
        await pick(pilot, "work offline")
        await until(pilot, lambda: "for all of you" in says(pilot))
        await pilot.press("y")
        await until(pilot, lambda: "replies wait" in says(pilot))
        assert states() == [HealthState.PAUSED] * len(names)
        await until(pilot, lambda: "offline" in picture(pilot).splitlines()[0], "the first line says so")
        await pick(pilot, "work offline")
        await until(pilot, lambda: "Online again" in says(pilot))
        assert [state is HealthState.PAUSED for state in states()] == [True, *[False] * (len(names) - 1)]


async def test_an_expired_token_is_shown_with_the_key_that_leads_to_its_mend(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    account = workspace.accounts.get("brand")
    workspace.accounts.set_health(account.id, Health(HealthState.SIGN_IN), next_fetch_at=0)
    async with shown(given) as pilot:
        assert "sign in g a" in picture(pilot).splitlines()[0]


async def test_a_canned_reply_is_edited_in_the_persons_editor(
    shown: Shown, suggested: Session, lent: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "cat -A")
    async with shown(suggested) as pilot:
        await pick(pilot, "edit canned")
        await until(pilot, lambda: bool(pilot.app.query_one(PaletteStrip).found))
        wanted = pilot.app.query_one(PaletteStrip).found[0]
        await enter(pilot)
        await until(pilot, lambda: len(lent) == 1)
        assert lent[0][:2] == ["cat", "-A"]
        key = wanted.id.removeprefix("edit ")
        assert lent[0][2].endswith(".md")
        assert key.rpartition("/")[2] in lent[0][2]


async def test_all_keys_are_listed_with_the_names_that_settings_give_them(
    shown: Shown, given: Session, lent: list[Sequence[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "cat")
    given.settings_file = tmp_path / "own" / "config.toml"
    async with shown(given) as pilot:
        await pick(pilot, "all keys")
        await until(pilot, lambda: inbox(pilot).field is not None)
        await pilot.press(*"snooze_tomorrow")
        entry = pilot.app.query_one(PaletteStrip).found[0]
        assert (entry.keys, entry.note.split()[0]) == ("z t", "snooze_tomorrow")
        await enter(pilot)
        await until(pilot, lambda: len(lent) == 1)
        assert lent[0] == ["cat", str(given.settings_file)]
        assert given.settings_file.parent.is_dir()


async def test_the_note_for_the_next_shift_is_shown_and_copied(
    shown: Shown, given: Session, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []

    def take(_app: object, text: str) -> bool:
        copied.append(text)
        return True

    monkeypatch.setattr("cminbox.tui.app.InboxApp.copy", take)
    first = workspace.queue.page(limit=1)[0].row
    workspace.conversations.assign([first.id], "kim", agent="kim", now=workspace.now())
    async with shown(given, (100, 40)) as pilot:
        await pick(pilot, "handover")
        await until(pilot, lambda: bool(copied))
        assert "Handover by kim" in picture(pilot)
        (text,) = copied
        assert "12 waiting" in text
        assert f"{first.id} @{first.person.handle}" in text.partition("Assigned to me:")[2]


async def test_the_terminal_is_lent_to_what_looks_at_it(
    shown: Shown, given: Session, lent: list[Sequence[str]]
) -> None:
    async with shown(given) as pilot:
        await pick(pilot, "diagnose")
        await until(pilot, lambda: len(lent) == 1)
        assert lent[0][-2:] == ["cminbox.tui.probing", "en"]


def test_a_terminal_is_told_by_its_variables_and_its_columns() -> None:
    environ = {"TERM": "screen", "TMUX": "/run/tmux-1000/default,1,0", "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}
    text = "\n".join(told(environ, "utf-8", lambda text: 3 if text == CLUSTERS[3][0] else 2))
    assert "TERM: screen" in text
    assert "192.0.2.1" not in text
    assert "VS16: 3 / " in text
    assert "set-clipboard on" in text


def test_a_terminal_that_does_not_answer_is_not_asked_again() -> None:
    asked: list[str] = []

    def silent(text: str) -> None:
        asked.append(text)

    lines = list(told({"TERM": "xterm-256color"}, "utf-8", silent))
    assert lines[-1].endswith("does not tell where its cursor is.")
    assert len(asked) == 1


def test_a_good_terminal_needs_no_advice() -> None:
    assert list(advice({"TERM": "xterm-256color", "COLORTERM": "truecolor"})) == []


def test_a_note_names_no_more_than_a_few(workspace: Workspace) -> None:
    from cminbox.inbox.handover import handover  # noqa: PLC0415 - what the screen calls

    agent = replace(workspace.agent, name="\x1b[31mkim")
    workspace.agent = agent
    lines = [str(one) for one in handover(workspace)]
    assert "\x1b" not in "".join(lines)
    assert lines[1].startswith("12 waiting, ")
