"""Pages go into the store one by one, each with its cursor, whatever happens between them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from rehearsal.network import ScriptedNetwork, Server
from rehearsal.people import DAY, HOUR, MINUTE, NOW, wrote

from cminbox.domain.account import Health, HealthState
from cminbox.domain.saying import say
from cminbox.network_kit.failures import CursorExpired, TryLater, Unreadable
from cminbox.store.ingest import Ingest
from cminbox.sync.engine import FRESH, Engine

if TYPE_CHECKING:
    from rehearsal.stage import Stage

    from cminbox.domain.account import Account
    from cminbox.sync.engine import Fetched

HISTORY_DAYS = 30


def engine(stage: Stage) -> Engine:
    workspace = stage.workspace
    return Engine(workspace.accounts, Ingest(workspace.database), stage.clock.now, HISTORY_DAYS)


async def fetch(stage: Stage, server: Server, name: str = "brand") -> Fetched:
    return await engine(stage).fetch(stage.workspace.accounts.get(name), ScriptedNetwork.over(server))


def ids(stage: Stage) -> set[str]:
    return {
        message.remote_id for row in stage.everything() for message in stage.workspace.conversations.messages(row.id)
    }


def cursor(stage: Stage, account: Account) -> str | None:
    return stage.workspace.accounts.progress(account.id)[0]


def complete(stage: Stage, account: Account, at: int) -> None:
    stage.workspace.accounts.set_health(account.id, Health(HealthState.OK, last_complete_fetch=at), next_fetch_at=0)


async def test_everything_is_read_and_the_cursor_stands_behind_it(stage: Stage) -> None:
    account = stage.connect()
    fetched = await fetch(stage, Server([wrote(f"m{number}") for number in range(5)]))
    assert (fetched.new, fetched.failure, fetched.read_at) == (5, None, NOW)
    assert ids(stage) == {f"m{number}" for number in range(5)}
    assert cursor(stage, account) == "5"


async def test_the_second_time_only_what_is_new_is_asked_for(stage: Stage) -> None:
    stage.connect()
    server = Server([wrote("a"), wrote("b")])
    await fetch(stage, server)
    server.items.append(wrote("c"))
    fetched = await fetch(stage, server)
    assert fetched.new == 1
    assert [asked for asked, _ in server.fetches] == [None, "2"]


async def test_what_came_before_a_failure_stays_and_the_rest_follows(stage: Stage) -> None:
    account = stage.connect()
    server = Server([wrote(f"m{number}") for number in range(6)], after_page=2)
    server.fetch_failures.append(TryLater(say("broken off")))
    fetched = await fetch(stage, server)
    assert isinstance(fetched.failure, TryLater)
    assert (fetched.new, cursor(stage, account)) == (4, "4")
    again = await fetch(stage, server)
    assert (again.new, again.failure) == (2, None)
    assert server.fetches[-1][0] == "4"


async def test_an_expired_cursor_starts_over_and_repeats_are_known(stage: Stage) -> None:
    account = stage.connect()
    server = Server([wrote("a"), wrote("b")])
    await fetch(stage, server)
    complete(stage, account, NOW - 10 * DAY)
    server.items.append(wrote("c"))
    server.fetch_failures.append(CursorExpired(say("too old")))
    fetched = await fetch(stage, server)
    assert (fetched.new, fetched.failure) == (1, None)
    assert server.fetches[-1] == (None, NOW - 11 * DAY)


async def test_a_network_that_knows_no_beginning_is_unreadable_and_not_asked_for_ever(stage: Stage) -> None:
    stage.connect()
    server = Server([wrote("a")])
    server.fetch_failures.extend([CursorExpired(say("too old"))] * 5)
    fetched = await fetch(stage, server)
    assert isinstance(fetched.failure, Unreadable)
    assert len(server.fetches) == 1
    await fetch(stage, Server([wrote("a")]))
    expired = Server([wrote("a")])
    expired.fetch_failures.extend([CursorExpired(say("too old"))] * 5)
    assert isinstance((await fetch(stage, expired)).failure, Unreadable)
    assert len(expired.fetches) == 2


async def test_the_first_time_history_is_read_and_arrives_done(stage: Stage) -> None:
    account = stage.connect()
    assert account.connected_at is not None
    server = Server(
        [
            wrote("old", at=NOW - FRESH - MINUTE),
            wrote("fresh", at=NOW - FRESH + MINUTE, by="bob"),
        ],
        page_size=1,
    )
    await fetch(stage, server)
    assert [row.text for row in stage.rows()] == ["text of fresh"]
    assert len(stage.everything()) == 2
    assert server.fetches == [(None, NOW - HISTORY_DAYS * DAY)]


async def test_history_stays_history_when_the_first_fetch_takes_days(stage: Stage) -> None:
    account = stage.connect()
    server = Server([wrote("one", at=NOW - HOUR), wrote("two", at=NOW - FRESH - HOUR, by="bob")], page_size=1)
    server.after_page = 1
    server.fetch_failures.append(TryLater(say("later")))
    await fetch(stage, server)
    stage.clock.pass_time(3 * 24 * 3600)
    await fetch(stage, server)
    assert cursor(stage, account) == "2"
    assert [row.text for row in stage.rows()] == ["text of one"]


async def test_after_the_first_time_old_messages_that_turn_up_wait(stage: Stage) -> None:
    account = stage.connect()
    complete(stage, account, NOW - MINUTE)
    await fetch(stage, Server([wrote("back-dated", at=NOW - 5 * DAY)]))
    (row,) = stage.rows()
    assert row.waiting_since == NOW - MINUTE


async def test_quiet_costs_no_write(stage: Stage) -> None:
    stage.connect()
    server = Server([wrote("a")])
    await fetch(stage, server)
    version = stage.workspace.database.version()
    await fetch(stage, server)
    assert stage.workspace.database.version() == version


async def test_deletions_are_stored(stage: Stage) -> None:
    stage.connect()
    server = Server([wrote("a")])
    await fetch(stage, server)
    server.deleted = ("a",)
    server.items.append(wrote("b"))
    await fetch(stage, server)
    assert [row.text for row in stage.rows()] == ["text of b"]


async def test_what_cannot_be_read_is_reported_and_logged_once(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.connect()
    server = Server([wrote("a"), wrote("")], skipped=(say("item {id} is no item", id="\x1b[2J7"),))
    reader = engine(stage)
    account = stage.workspace.accounts.get("brand")
    with caplog.at_level(logging.WARNING, logger="cminbox"):
        first = await reader.fetch(account, ScriptedNetwork.over(server))
        stage.workspace.accounts.forget_cursor(account.id)
        second = await reader.fetch(account, ScriptedNetwork.over(server))
    assert (len(first.skipped), len(second.skipped)) == (2, 2)
    assert first.failure is None
    assert len(caplog.records) == 2
    assert "\x1b" not in caplog.text
    assert ids(stage) == {"a"}


async def test_a_fault_of_a_networks_module_is_not_swallowed_here(stage: Stage) -> None:
    stage.connect()
    server = Server([wrote("a"), wrote("b"), wrote("c")], after_page=1)
    server.fetch_failures.append(KeyError("a fault"))
    with pytest.raises(KeyError):
        await fetch(stage, server)
    assert ids(stage) == {"a", "b"}
