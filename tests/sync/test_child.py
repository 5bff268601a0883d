"""The process that a screen brings along: there while somebody looks, replaced when it dies."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.problem import Problem
from cminbox.inbox import syncing
from cminbox.inbox.syncing import Attendance, can_sync, child_command, start_child, who_syncs
from cminbox.inbox.workspace import Agent, Workspace
from cminbox.networks import load
from cminbox.settings.locations import locate
from cminbox.settings.values import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCREEN = """
import sys
from cminbox.inbox import syncing
from cminbox.inbox.syncing import Attendance
from cminbox.inbox.workspace import Agent, Workspace
from cminbox.settings.locations import locate
from cminbox.settings.values import Settings
workspace = Workspace(locate(sys.argv[1], None, {}), Settings(), Agent("ana", "tty1"))
attendance = Attendance(workspace)
attendance.ensure()
print("present", flush=True)
input()
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    # A child starts in the root folder, where a relative path of the caller leads nowhere.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path))
    made = Workspace(locate(f"{tmp_path}/brand/", None, {}), Settings(), Agent("ana", "tty1"))
    (tmp_path / "spool").mkdir()
    settings = {"folder": str(tmp_path / "spool"), "network": "shop"}
    made.accounts.add("shop", load("relay").manifest, settings, handle="shop", agent="ana", now=made.now())
    yield made
    lease = who_syncs(made)
    if lease is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(lease.pid, signal.SIGTERM)
    made.close()


def until(true: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it does not come true"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def somebody_writes(workspace: Workspace, remote_id: str) -> None:
    spool = workspace.locations.folder.parent / "spool" / "in"
    spool.mkdir(exist_ok=True)
    line = {"kind": "comment", "remote_id": remote_id, "author": {"id": "u", "handle": "ana"}, "text": "hello",
            "created_at": "2026-11-20T09:15:00Z"}  # fmt: skip
    part = spool / f".{remote_id}.part"
    part.write_text(json.dumps(line), encoding="utf-8")
    part.rename(spool / f"{remote_id}.jsonl")


def messages(workspace: Workspace) -> int:
    (count,) = workspace.database.read().execute("SELECT count(*) FROM messages").fetchone()
    return int(count)


def test_a_screen_brings_a_child_that_ends_after_it(workspace: Workspace) -> None:
    somebody_writes(workspace, "m1")
    attendance = Attendance(workspace)
    assert attendance.ensure() is None
    until(lambda: attendance.ensure() is not None)
    until(lambda: messages(workspace) == 1)
    attendance.close()
    until(lambda: who_syncs(workspace) is None)
    child = attendance._child
    assert child is not None
    assert child.wait(30) == 0
    assert (workspace.locations.logs / "sync-start.log").read_text(encoding="utf-8") == ""


def test_a_child_that_is_killed_is_replaced_without_waiting_for_its_lease(workspace: Workspace) -> None:
    attendance = Attendance(workspace)
    until(lambda: attendance.ensure() is not None)
    first = who_syncs(workspace)
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    until(lambda: (lease := attendance.ensure()) is not None and lease.pid != first.pid, seconds=15)
    attendance.close(with_child=True)
    assert who_syncs(workspace) is None


def test_a_screen_that_is_killed_leaves_no_child_behind(workspace: Workspace) -> None:
    screen = subprocess.Popen(
        [sys.executable, "-c", SCREEN, f"{workspace.locations.folder}/"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert screen.stdout is not None
    assert screen.stdout.readline() == b"present\n"
    until(lambda: who_syncs(workspace) is not None)
    lease = who_syncs(workspace)
    assert lease is not None
    screen.kill()
    screen.communicate()
    until(lambda: gone(lease.pid))
    assert who_syncs(workspace) is None


def test_a_second_child_ends_at_once(workspace: Workspace) -> None:
    attendance = Attendance(workspace)
    until(lambda: attendance.ensure() is not None)
    lease = who_syncs(workspace)
    second = start_child(workspace)
    assert second.wait(30) == 1
    assert lease == (now := who_syncs(workspace)) or (now is not None and lease is not None and now.pid == lease.pid)
    attendance.close(with_child=True)


def test_a_child_has_no_terminal_and_a_session_of_its_own(workspace: Workspace) -> None:
    attendance = Attendance(workspace)
    until(lambda: attendance.ensure() is not None)
    child = attendance._child
    assert child is not None
    assert os.getsid(child.pid) == child.pid
    assert Path(f"/proc/{child.pid}/fd/0").readlink() == Path("/dev/null")
    attendance.close(with_child=True)


def test_the_service_ends_by_a_signal_and_gives_the_lease_back(workspace: Workspace) -> None:
    command = [part for part in child_command(workspace) if part != "--while-needed"]
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        service = subprocess.Popen(command, stderr=subprocess.PIPE)
        until(lambda pid=service.pid: (lease := who_syncs(workspace)) is not None and lease.pid == pid)  # type: ignore[misc]
        service.send_signal(number)
        assert (service.communicate(timeout=30)[1], service.returncode) == (b"", 0)
        assert who_syncs(workspace) is None


def test_without_an_account_or_its_secrets_no_child_is_started(tmp_path: Path) -> None:
    empty = Workspace(locate(f"{tmp_path}/empty/", None, {}), Settings(), Agent("ana", "tty1"))
    attendance = Attendance(empty)
    assert not can_sync(empty)
    assert attendance.ensure() is None
    assert attendance._child is None
    attendance.close()
    empty.close()


def test_a_child_that_fails_at_once_is_not_started_again_and_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = []

    def failing(_workspace: Workspace) -> list[str]:
        starts.append(time.monotonic())
        return [sys.executable, "-c", "raise SystemExit('a fault of its own')"]

    monkeypatch.setattr(syncing, "child_command", failing)
    attendance = Attendance(workspace)
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        assert attendance.ensure() is None
        time.sleep(0.02)
    assert len(starts) == 1
    log = workspace.locations.logs / "sync-start.log"
    assert "a fault of its own" in log.read_text(encoding="utf-8")
    attendance.close()


def test_a_presence_that_cannot_be_told_is_a_sentence(workspace: Workspace) -> None:
    (workspace.locations.folder / "screens.lock").mkdir()
    with pytest.raises(Problem, match=r"screens\.lock cannot be opened"):
        Attendance(workspace)
