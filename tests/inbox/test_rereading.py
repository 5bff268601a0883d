"""Response times that change while the syncing process runs."""

from __future__ import annotations

import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import MINUTE, NOW, wrote
from rehearsal.stage import Stage

from cminbox.domain.message import Kind
from cminbox.inbox import rereading
from cminbox.inbox.announcing import Announcer
from cminbox.inbox.rereading import Rereader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DM_IN = '[[sla.policies]]\nname = "dm"\nmatch = {{ kind = "dm" }}\ntargets = {{ frt = "{frt}" }}\n'
WRONG = '[[sla.policies]]\nname = "dm"\ntargets = { frt = "soon" }\n'
PATIENCE = 60


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path / "brand")
    made.take(made.connect(), wrote("question", kind=Kind.DM))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rereading, "EVERY_SECONDS", 0.0)


def write(stage: Stage, text: str) -> None:
    """Write the configuration as an editor does: another file takes the place of the old one."""
    config = stage.workspace.locations.configs[0]
    fresh = config.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(config)


async def minutes(stage: Stage, rereader: Rereader) -> int:
    """Let the process look, and return how many minutes the answer may take now."""
    await rereader.tend()
    stage.workspace.review_response_times(1)
    (row,) = stage.rows()
    assert row.due is not None
    return (row.due - NOW) // MINUTE


async def test_changed_policies_hold_without_a_restart(stage: Stage) -> None:
    rereader = Rereader(stage.workspace)
    assert await minutes(stage, rereader) == 60
    write(stage, DM_IN.format(frt="30m"))
    assert await minutes(stage, rereader) == 30
    write(stage, "")
    assert await minutes(stage, rereader) == 60
    stage.workspace.locations.configs[0].unlink()
    assert await minutes(stage, rereader) == 60


async def test_a_wrong_file_is_told_once_and_the_policies_from_before_stay(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    rereader = Rereader(stage.workspace)
    write(stage, DM_IN.format(frt="30m"))
    assert await minutes(stage, rereader) == 30
    write(stage, WRONG)
    for _ in range(3):
        assert await minutes(stage, rereader) == 30
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(told) == 1
    assert "config.toml:3" in told[0]
    assert "soon" in told[0]
    write(stage, DM_IN.format(frt="20m"))
    assert await minutes(stage, rereader) == 20


async def test_nothing_is_read_while_no_file_changes(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    rereader = Rereader(stage.workspace)
    monkeypatch.setattr(rereading, "load_settings", lambda *_: pytest.fail("it was read"))
    for _ in range(3):
        await rereader.tend()


async def test_another_command_is_told_from_then_on(stage: Stage, tmp_path: Path) -> None:
    announcer = Announcer(stage.workspace)
    rereader = Rereader(stage.workspace)
    told = tmp_path / "told"
    program = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"
    write(stage, f"[sla]\non_stage = {json.dumps([sys.executable, '-c', program, str(told)])}\n")
    await rereader.tend()
    stage.clock.pass_time(50 * 60)
    await announcer.drain(20)
    assert json.loads(told.read_text())["notice"]["stage"] == "warn"


def due_in_the_file(folder: Path) -> int | None:
    """Return the due time that the database holds; no program of ours is asked, for it would read the settings."""
    connection = sqlite3.connect(f"file:{folder / 'inbox.sqlite3'}?mode=ro", uri=True)
    try:
        (due,) = connection.execute("SELECT due FROM conversations").fetchone()
    finally:
        connection.close()
    return None if due is None else int(due)


def wait_for_due(folder: Path, other_than: int | None) -> int:
    until = time.monotonic() + PATIENCE
    while (due := due_in_the_file(folder)) in {None, other_than}:
        assert time.monotonic() < until, "the service has not noticed"
        time.sleep(0.1)
    assert due is not None
    return due


def test_a_running_service_notices_a_changed_file(tmp_path: Path) -> None:
    folder = tmp_path / "brand"
    command = [sys.executable, "-P", "-m", "cminbox", "--workspace", f"{folder}/"]
    message = {
        "network": "instagram",
        "account": "@brand",
        "kind": "dm",
        "conversation": "c",
        "remote_id": "m",
        "author": {"id": "u", "handle": "ana", "name": "Ana"},
        "text": "When do you open?",
        "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    environ = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "none")}
    told = json.dumps(message)
    subprocess.run([*command, "import", "-"], input=told, text=True, check=True, capture_output=True, env=environ)
    with subprocess.Popen([*command, "sync", "--watch"], stdout=subprocess.DEVNULL, env=environ) as service:
        try:
            first = wait_for_due(folder, None)
            (folder / "config.toml").write_text(DM_IN.format(frt="2h"))
            second = wait_for_due(folder, first)
        finally:
            service.send_signal(signal.SIGTERM)
    assert second - first == 60 * MINUTE
    assert service.returncode == 0
