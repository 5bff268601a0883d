"""The accounts: what each needs, what Enter does about it, what it costs, what its network cannot do."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace, session
from stage.scenery import HOUR, MINUTE, manifest
from stage.showing import picture, until

from cminbox.domain.account import Health, HealthState
from cminbox.domain.message import Kind
from cminbox.domain.network import Bound, Capability
from cminbox.domain.saying import say
from cminbox.domain.spending import MILLION
from cminbox.inbox.tending import Spent
from cminbox.settings.values import Settings, Spending
from cminbox.store.leases import SYNC
from cminbox.tui.account_lines import about, account_line
from cminbox.tui.ink import Ink
from cminbox.tui.screens.accounts import AccountsScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.domain.account import Account
    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session


def screen(pilot: Pilot[ExitResult]) -> AccountsScreen:
    found = pilot.app.screen
    assert isinstance(found, AccountsScreen)
    return found


def says(pilot: Pilot[ExitResult]) -> str:
    return screen(pilot).footer.text


def ail(workspace: Workspace, state: HealthState, reason: str = "", retry_in: int | None = None) -> Account:
    account = workspace.accounts.get("brand")
    retry_at = None if retry_in is None else workspace.now() + retry_in
    told = say(reason).to_json() if reason else ""
    workspace.accounts.set_health(account.id, Health(state, told, retry_at), next_fetch_at=0)
    return workspace.accounts.get("brand")


def words(account: Account, now: int, spent: Spent | None = None) -> str:
    return "\n".join(str(line) for line in about(account, spent or Spent(0, None), 100, now))


@pytest.mark.parametrize(
    ("state", "chip", "does"),
    [
        (HealthState.OK, "ok", "looks at it now"),
        (HealthState.OFFLINE, "offline 3 min", "tries again now; replies wait"),
        (HealthState.RATE_LIMITED, "limited 3 min", "asks again once its network allows it; replies wait"),
        (HealthState.SIGN_IN, "sign in 3 min", "signs in again; replies wait"),
        (HealthState.MISSING_SCOPE, "permission 3 min", "signs in again; replies wait"),
        (HealthState.PAUSED, "paused", "lets it go on; replies wait"),
    ],
)
def test_each_state_has_its_word_its_time_and_what_enter_does(
    workspace: Workspace, state: HealthState, chip: str, does: str
) -> None:
    account = ail(workspace, state, "" if state is HealthState.OK else "It said why", 3 * MINUTE)
    assert chip in str(account_line(account, 80, workspace.now(), Ink.PLAIN))
    text = words(account, workspace.now())
    assert f"Enter {does}" in text
    assert ("It said why" in text) is (state is not HealthState.OK)


def test_units_that_a_network_grants_are_told_and_are_no_money(workspace: Workspace) -> None:
    told = replace(manifest("mastodon", "Ma", acts=False), prices={"units for a reply": 50, "units a day": 10_000})
    workspace.accounts.refresh_facts(workspace.accounts.get("brand").id, told, "brand")
    text = words(workspace.accounts.get("brand"), workspace.now(), Spent(0, None))
    assert "A reply takes 50 of the 10000 units that are granted in a day; reading takes some as well." in text
    assert "spent today" not in text


def test_money_windows_and_what_is_not_possible_are_told(workspace: Workspace) -> None:
    told = replace(
        manifest("mastodon", "Ma", acts=False),
        prices={"reply": 0.01, "reply with link": 0.2, "private reply": 0.015},
        windows={Kind.DM: 24 * 3600},
        api_ends="2027-03-01",
        bounds={Capability.REPLY: Bound("Only comments can be liked.", (Kind.COMMENT,))},
    )
    workspace.accounts.refresh_facts(workspace.accounts.get("brand").id, told, "brand")
    account = workspace.accounts.get("brand")
    text = words(account, workspace.now(), Spent(400_000, 5 * MILLION))
    assert "A reply costs 0.01, one with a link 0.20." in text
    assert "0.40 of 5.00 were spent today." in text
    assert "Direct message: replies are taken for 1 d after the customer's last message." in text
    cannot = "Not possible: hiding, deleting, liking, sharing, blocking, muting, reporting. its API has no such call"
    assert cannot in " ".join(text.split())
    assert "Only comments can be liked." in text
    assert "Version of its interface: 1; it ends on 2027-03-01." in text
    assert "A private reply costs 0.015." in text


def test_what_was_only_imported_is_nothing_to_mend(workspace: Workspace) -> None:
    workspace.accounts.for_import("instagram", "old")
    text = words(workspace.accounts.get("old"), workspace.now())
    assert "imported, not connected" in text
    assert "Enter" not in text


async def test_an_account_is_paused_and_goes_on(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await pilot.press("g", "a", "p")
        await until(pilot, lambda: "paused" in picture(pilot).splitlines()[1])
        assert "brand is paused; replies wait until it goes on" in says(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "not read yet" in picture(pilot).splitlines()[1])
        assert workspace.accounts.get("brand").health.state is HealthState.NEW


async def test_asking_again_respects_a_limit_and_asks_otherwise(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        await pilot.press("g", "a", "enter")
        assert "brand is being looked at" in says(pilot)
        ail(workspace, HealthState.RATE_LIMITED, "Too many requests", 90_000)
        await until(pilot, lambda: "limited" in picture(pilot).splitlines()[1])
        await pilot.press("enter")
        assert "left alone for 90 s more" in says(pilot)


async def test_every_account_is_looked_at_by_whoever_syncs(
    shown: Shown, given: Session, workspace: Workspace, clock: Clock
) -> None:
    async with shown(given) as pilot:
        await pilot.press("g", "a", "s")
        assert "Nobody fetches and sends" in says(pilot)
        workspace.leases.take(SYNC, holder="sync", host="here", pid=1, now=clock(), seconds=60)
        await pilot.press("s")
        assert "Every account is being looked at" in says(pilot)
        assert workspace.leases.wanted(SYNC) == (1, 0)


async def test_signing_in_and_connecting_are_left_to_commands_at_the_terminal(
    shown: Shown, given: Session, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent: list[Sequence[str]] = []

    async def lend(_app: object, command: Sequence[str]) -> int:
        lent.append(command)
        return 0

    monkeypatch.setattr("cminbox.tui.app.InboxApp.lend", lend)
    ail(workspace, HealthState.SIGN_IN, "The token was revoked")
    async with shown(given) as pilot:
        await pilot.press("g", "a", "enter")
        await until(pilot, lambda: len(lent) == 1)
        assert lent[0][:3] == [sys.executable, "-m", "cminbox.tui.errand"]
        assert lent[0][-3:] == ["accounts", "sign-in", "brand"]
        assert f"{workspace.locations.folder}/" in lent[0]
        await pilot.press("a")
        await pilot.press(*"masto", "enter")
        await until(pilot, lambda: len(lent) == 2)
        assert lent[1][-3:] == ["accounts", "add", "mastodon"]


async def test_what_was_spent_is_that_of_the_account(shown: Shown, workspace: Workspace, clock: Clock) -> None:
    told = replace(manifest("mastodon", "Ma"), prices={"reply": 0.01})
    workspace.accounts.refresh_facts(workspace.accounts.get("brand").id, told, "brand")
    thrifty = open_workspace(workspace.locations.folder, clock, settings=Settings(spending=Spending(per_day=2.5)))
    async with shown(session(thrifty)) as pilot:
        await pilot.press("g", "a")
        await until(pilot, lambda: "0.00 of 2.50 were spent today." in picture(pilot))
    thrifty.close()


async def test_how_long_ago_it_was_read_runs_on(
    shown: Shown, given: Session, workspace: Workspace, clock: Clock
) -> None:
    account = workspace.accounts.get("brand")
    read = Health(HealthState.OK, last_complete_fetch=clock() - HOUR)
    workspace.accounts.set_health(account.id, read, next_fetch_at=0)
    async with shown(given) as pilot:
        await pilot.press("g", "a")
        await until(pilot, lambda: "read to its end 1 h ago" in picture(pilot))
        clock.forward(HOUR)
        await until(pilot, lambda: "read to its end 2 h ago" in picture(pilot))
