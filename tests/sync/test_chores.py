"""What the syncing process does for the database beside its work: a backup a day, and a journal that stays small."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from typing import TYPE_CHECKING

from rehearsal.people import HOUR, wrote

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.inbox import chores as module
from cminbox.inbox.backing_up import back_up_when_due, forget_backups
from cminbox.inbox.chores import Chores
from cminbox.settings.values import Backups, Settings
from cminbox.store.backups import backups_in
from cminbox.store.lifetime import journal

if TYPE_CHECKING:
    import pytest
    from rehearsal.stage import Stage


def made(stage: Stage) -> int:
    return len(backups_in(stage.folder / "backups"))


async def tend(stage: Stage, chores: Chores, seconds: float = 0) -> None:
    stage.clock.pass_time(seconds)
    chores.tend()
    await chores.finish()


async def test_the_first_backup_comes_an_hour_after_the_first_account(stage: Stage) -> None:
    chores = Chores(stage.workspace)
    await tend(stage, chores, 3600)
    assert made(stage) == 0
    stage.connect()
    await tend(stage, chores, 3500)
    assert made(stage) == 0
    await tend(stage, chores, 100)
    assert made(stage) == 1


async def test_one_comes_every_day_however_often_one_looks(stage: Stage) -> None:
    stage.connect()
    chores = Chores(stage.workspace)
    for _ in range(3 * 24 * 4):
        await tend(stage, chores, 900)
    assert made(stage) == 3


async def test_another_process_goes_on_where_the_last_one_ended(stage: Stage) -> None:
    stage.connect()
    await tend(stage, Chores(stage.workspace), 3600)
    await tend(stage, Chores(stage.workspace), 23 * 3600)
    assert made(stage) == 1
    await tend(stage, Chores(stage.workspace), 3600)
    assert made(stage) == 2


async def test_old_ones_go(stage: Stage) -> None:
    stage.connect()
    for _ in range(60):
        stage.clock.pass_time(24 * 3600)
        back_up_when_due(stage.workspace, stage.clock.now())
    assert made(stage) == 11


async def test_none_is_made_where_none_is_wanted(stage: Stage) -> None:
    stage.connect()
    stage.workspace.settings = Settings(backups=Backups(0, 0))
    await tend(stage, Chores(stage.workspace), 48 * 3600)
    assert made(stage) == 0


async def test_what_goes_wrong_is_logged_and_tried_again_in_an_hour(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries = []

    def fail(_workspace: object, now: int) -> None:
        tries.append(now)
        raise Problem(say("no room"))

    monkeypatch.setattr(module, "back_up_when_due", fail)
    chores = Chores(stage.workspace)
    with caplog.at_level(logging.WARNING):
        for _ in range(13):
            await tend(stage, chores, 600)
    assert [(after - tries[0]) // HOUR for after in tries] == [0, 1, 2]
    assert "no room" in caplog.text


async def test_a_journal_that_grew_in_a_storm_is_emptied(stage: Stage) -> None:
    database = stage.workspace.database
    reader = sqlite3.connect(database.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM accounts").fetchone()
    for _ in range(18):
        database.write(lambda c: c.execute("INSERT INTO counters VALUES ('x', hex(randomblob(8)), zeroblob(1000000))"))
    chores = Chores(stage.workspace)
    await tend(stage, chores)
    assert journal(database.path).stat().st_size > 16 * 1024 * 1024
    reader.execute("COMMIT")
    await tend(stage, chores, 10)
    assert journal(database.path).stat().st_size == 0
    reader.close()


async def test_chores_run_beside_everything_else_one_at_a_time(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []
    monkeypatch.setattr(module, "back_up_when_due", lambda _workspace, now: begun.append(now))
    chores = Chores(stage.workspace)
    for _ in range(5):
        chores.tend()
    await asyncio.sleep(0)
    await chores.finish()
    assert len(begun) == 1


def test_what_is_erased_is_in_no_backup_any_more(stage: Stage) -> None:
    stage.take(stage.connect(), wrote("a", text="a secret word"))
    for _ in range(2):
        stage.clock.pass_time(24 * 3600)
        back_up_when_due(stage.workspace, stage.clock.now())
    stage.workspace.database.write(lambda c: c.execute("UPDATE messages SET text = ''"))
    stage.clock.pass_time(1)
    forget_backups(stage.workspace)
    (only,) = backups_in(stage.folder / "backups")
    copy = sqlite3.connect(only.path)
    assert copy.execute("SELECT text FROM messages").fetchall() == [("",)]
    copy.close()


def test_where_there_are_no_backups_nothing_is_forgotten(stage: Stage) -> None:
    forget_backups(stage.workspace)
    assert made(stage) == 0
