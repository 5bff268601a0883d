"""A look always ends with an account's health, and never with an exception."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from rehearsal.clock import half
from rehearsal.network import ScriptedConnector, ScriptedNetwork, Server
from rehearsal.people import NOW, SECOND, wrote

from cminbox.domain.account import HealthState
from cminbox.domain.problem import Problem
from cminbox.domain.saying import Saying, say
from cminbox.network_kit.failures import SignInAgain, TryLater
from cminbox.store.ingest import Ingest
from cminbox.sync.connecting import Connections
from cminbox.sync.engine import Engine
from cminbox.sync.looking import Looked, Looker
from cminbox.sync.pace import Bounds

if TYPE_CHECKING:
    from rehearsal.stage import Stage


class Watching:
    """A looker over one account."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.server = Server([wrote("a")])
        stage.connect()
        self.connector = ScriptedConnector({"brand": ScriptedNetwork.over(self.server)})
        workspace = stage.workspace
        self.looker = Looker(
            workspace.accounts,
            Engine(workspace.accounts, Ingest(workspace.database), stage.clock.now, 30),
            Connections(workspace.accounts, self.connector),
            Bounds(30, 900),
            now=stage.clock.now,
            chance=half,
        )

    async def look(self) -> Looked:
        return await self.looker.look(self.stage.workspace.accounts.get("brand"))


@pytest.fixture
def watching(stage: Stage) -> Watching:
    return Watching(stage)


async def test_a_look_that_goes_well_is_stored_as_such(stage: Stage, watching: Watching) -> None:
    looked = await watching.look()
    health = stage.workspace.accounts.get("brand").health
    assert (looked.complete, looked.new, looked.wait) == (True, 1, 30)
    assert (health.state, health.last_complete_fetch, health.failures) == (HealthState.OK, NOW, 0)
    assert stage.workspace.accounts.next_fetches() == {looked.account.id: NOW + 30 * SECOND}


async def test_quiet_accounts_are_left_alone_longer(watching: Watching) -> None:
    waits = [(await watching.look()).wait for _ in range(4)]
    assert waits == [30, 45, 67.5, 101.25]


async def test_a_failure_is_stored_with_its_reason_and_mended_by_success(stage: Stage, watching: Watching) -> None:
    watching.server.fetch_failures.extend([TryLater(say("a pause"), 300, rate_limited=True), None])
    looked = await watching.look()
    health = stage.workspace.accounts.get("brand").health
    assert not looked.complete
    assert (health.state, str(Saying.from_json(health.reason))) == (HealthState.RATE_LIMITED, "a pause")
    assert (health.retry_at or 0) >= NOW + 300 * SECOND
    assert (await watching.look()).complete
    health = stage.workspace.accounts.get("brand").health
    assert (health.state, health.reason, health.retry_at, health.failures) == (HealthState.OK, "", None, 0)


async def test_a_fault_in_a_networks_module_stops_nothing_else(
    stage: Stage, watching: Watching, caplog: pytest.LogCaptureFixture
) -> None:
    watching.server.fetch_failures.append(KeyError("what nobody foresaw"))
    with caplog.at_level(logging.ERROR, logger="cminbox"):
        looked = await watching.look()
    assert looked.health.state is HealthState.UNREADABLE
    assert stage.workspace.accounts.get("brand").health.state is HealthState.UNREADABLE
    assert "a fault in the module of scripted" in caplog.text
    assert (await watching.look()).complete


@pytest.mark.parametrize("failure", [SignInAgain(say("no secret")), Problem(say("other users may read this"))])
async def test_an_account_that_cannot_be_set_up_asks_for_a_person(
    stage: Stage, watching: Watching, failure: Exception
) -> None:
    watching.connector.failure = failure
    looked = await watching.look()
    health = stage.workspace.accounts.get("brand").health
    assert (looked.complete, health.state) == (False, HealthState.SIGN_IN)
    assert str(Saying.from_json(health.reason)) == str(failure)


async def test_a_full_disk_says_nothing_of_the_account(stage: Stage, watching: Watching) -> None:
    connection = stage.workspace.database._write_connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    watching.server.items[:] = [wrote(f"m{number}", text="x" * 90_000) for number in range(9)]
    watching.server.page_size = 9
    looked = await watching.look()
    assert (looked.complete, looked.next_at, looked.health.state) == (False, None, HealthState.NEW)
    connection.execute("PRAGMA max_page_count = 1000000")
    assert (await watching.look()).new == 9
