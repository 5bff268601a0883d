"""The town as a process: it comes, answers, and goes without leaving anything, however its parent ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from cminbox.domain.problem import Problem
from cminbox.simulators.town.beside import TownBeside

if TYPE_CHECKING:
    from collections.abc import Callable

PARENT = """
import sys, time
from cminbox.simulators.town.beside import TownBeside
town = TownBeside(1, 0.0)
town.ready()
print(town.pid, town.folder, flush=True)
time.sleep(600)
"""


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which temporary files are made."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    return folder


def gone(pid: int) -> bool:
    """Whether a process has ended, though nobody may have asked for its exit code yet."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def eventually(check: Callable[[], bool], seconds: float = 20.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if check():
            return True
        time.sleep(0.02)
    return False


def test_it_serves_networks_on_loopback_and_leaves_nothing(scratch: Path) -> None:
    with TownBeside(1, 0.0) as town:
        offered = {one.network: one.given for one in town.accounts}
        folder, pid = town.folder, town.pid
        address = offered["mastodon"]["base_url"]
        assert httpx.get(f"{address}/api/v2/instance").status_code == 200
        assert scratch in folder.parents
    assert gone(pid)
    assert list(scratch.iterdir()) == []
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


def test_a_folder_that_was_given_stays(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with TownBeside(1, 0.0, kept) as town:
        assert town.folder == kept
        kept.joinpath("something").write_text("of ours")
    assert kept.joinpath("something").read_text() == "of ours"


def test_a_file_in_the_current_folder_is_not_taken_for_a_module(
    scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scratch.is_dir()
    tmp_path.joinpath("json.py").write_text("raise SystemExit('this is not the library')")
    monkeypatch.chdir(tmp_path)
    with TownBeside(1, 0.0) as town:
        assert len(town.accounts) == 3


def test_what_nobody_said_is_not_found(scratch: Path) -> None:
    assert scratch.is_dir()
    with TownBeside(1, 0.0) as town:
        town.ready()
        assert town.find("mastodon", "1") is None


def test_ending_twice_is_fine(scratch: Path) -> None:
    town = TownBeside(1, 0.0)
    town.end()
    town.end()
    assert list(scratch.iterdir()) == []


def test_a_parent_that_is_killed_leaves_neither_process_nor_folder(scratch: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        word, folder = parent.stdout.readline().split()
        assert Path(folder).parent.is_dir()
        parent.send_signal(signal.SIGKILL)
    assert eventually(lambda: gone(int(word)))
    assert eventually(lambda: list(scratch.iterdir()) == [])


def test_a_town_that_dies_is_a_problem_with_its_reason(scratch: Path) -> None:
    assert scratch.is_dir()
    with TownBeside(1, 0.0) as town:
        town.ready()
        os.kill(town.pid, signal.SIGKILL)
        with pytest.raises(Problem, match="simulated networks do not answer"):
            town.find("mastodon", "1")


def test_a_town_that_cannot_begin_says_why(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    with TownBeside(1, 0.0, file / "folder") as town, pytest.raises(Problem, match="File exists"):
        town.ready()
