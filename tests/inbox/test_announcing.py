"""The command of the settings is told of every stage once, with the conversation on its standard input."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import MINUTE, NOW, wrote
from rehearsal.stage import Stage

import cminbox
from cminbox.domain.message import Kind
from cminbox.inbox.announcing import Announcer
from cminbox.settings.values import Sla
from cminbox.store import telling
from cminbox.store.telling import NOT_FOUND, take

if TYPE_CHECKING:
    from collections.abc import Iterator

RELATIVE = os.path.relpath(Path(cminbox.__file__).parent.parent)
"""Where the program is, as seen from the folder that it was started in."""
TELL = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path / "brand")
    yield made
    made.close()


def announcer(stage: Stage, *command: str, limit: int = 20) -> Announcer:
    """Return an announcer that tells a command; a second one does what a restarted process does."""
    workspace = stage.workspace
    workspace.settings = replace(workspace.settings, sla=Sla(on_stage=command, on_stage_limit=limit))
    return Announcer(workspace)


def late(stage: Stage, *names: str, minutes: int = 200) -> None:
    stage.take(stage.connect(), *(wrote(name, kind=Kind.DM, by=f"by-{name}") for name in names))
    stage.clock.pass_time(minutes * 60)


def states(stage: Stage) -> list[str | None]:
    rows = stage.workspace.database.read().execute("SELECT hook FROM notices ORDER BY id")
    return [row[0] for row in rows]


async def test_a_command_gets_the_conversation_as_json(stage: Stage, tmp_path: Path) -> None:
    late(stage, "question", minutes=50)
    out = tmp_path / "told"
    await announcer(stage, sys.executable, "-c", TELL, str(out)).drain(20)
    (told,) = [json.loads(line) for line in out.read_text().splitlines()]
    assert (told["id"], told["kind"], told["text"], told["stage"]) == (1, "dm", "text of question", "warn")
    assert told["notice"]["stage"] == "warn"
    assert told["notice"]["target"] == "frt"
    assert states(stage) == ["done"]


async def test_a_command_is_told_wherever_the_program_was_loaded_from(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late(stage, "question", minutes=50)
    monkeypatch.setenv("PYTHONPATH", RELATIVE)
    out = tmp_path / "told"
    await announcer(stage, sys.executable, "-c", TELL, str(out)).drain(20)
    assert states(stage) == ["done"]
    assert json.loads(out.read_text())["id"] == 1


async def test_every_stage_is_told_once_in_order_whatever_restarts(stage: Stage, tmp_path: Path) -> None:
    late(stage, "one", "two", "three")
    out = tmp_path / "told"
    for _ in range(3):
        await announcer(stage, sys.executable, "-c", TELL, str(out)).drain(20)
    told = [json.loads(line) for line in out.read_text().splitlines()]
    for number in (1, 2, 3):
        assert [one["notice"]["stage"] for one in told if one["id"] == number] == [
            "warn",
            "urgent",
            "breached",
            "again",
        ]


async def test_words_of_the_command_are_never_a_shell(stage: Stage, tmp_path: Path) -> None:
    late(stage, "question", minutes=50)
    strange = f"; touch {tmp_path}/shell $(id) `id` | cat"
    out = tmp_path / "told"
    program = "import sys; open(sys.argv[1], 'a').write(sys.argv[2])"
    await announcer(stage, sys.executable, "-c", program, str(out), strange).drain(20)
    assert out.read_text() == strange
    assert not (tmp_path / "shell").exists()


async def test_a_command_that_hangs_is_ended(stage: Stage) -> None:
    late(stage, "question", minutes=50)
    began = time.monotonic()
    await announcer(stage, sys.executable, "-c", "import time; time.sleep(60)", limit=1).drain(30)
    assert time.monotonic() - began < 30
    assert states(stage) == ["failed"]


async def test_a_command_that_ignores_its_alarm_is_killed(stage: Stage) -> None:
    late(stage, "question", minutes=50)
    stubborn = "import signal, time; signal.signal(signal.SIGALRM, signal.SIG_IGN); time.sleep(60)"
    await announcer(stage, sys.executable, "-c", stubborn, limit=1).drain(30)
    assert states(stage) == ["failed"]


async def test_a_command_that_is_not_there_is_noted_and_the_rest_goes_on(stage: Stage) -> None:
    late(stage, "question")
    one = announcer(stage, "/nowhere/such-a-command")
    await one.drain(20)
    assert states(stage) == ["failed"] * 4
    log = (stage.workspace.locations.logs / "on-stage.log").read_text()
    assert "/nowhere/such-a-command: No such file or directory" in log


async def test_without_a_command_stages_are_announced_all_the_same(stage: Stage) -> None:
    late(stage, "question")
    one = announcer(stage)
    await one.drain(1)
    assert states(stage) == [None] * 4
    assert not one.busy
    assert [one.notice.value for one in stage.workspace.notices.since(0)] == ["warn", "urgent", "breached", "again"]


def test_an_announcement_is_taken_once(stage: Stage) -> None:
    late(stage, "question", minutes=50)
    stage.workspace.notices.reach(now=stage.clock.now(), hook=True)
    database = str(stage.workspace.database.path)
    assert take(database, 1, "begun")
    assert not take(database, 1, "begun")
    command = [sys.executable, "-P", telling.__file__, database, "1", "5"]
    assert subprocess.run([*command, "/nowhere/x"], check=False).returncode == 0
    assert take(database, 1, "due", instead_of="begun")
    assert subprocess.run([*command, "/nowhere/x"], check=False, capture_output=True).returncode == NOT_FOUND


SERVICE = """
import asyncio, sys, time
from dataclasses import replace
from cminbox.inbox import sync_process
from cminbox.inbox.workspace import Agent, Workspace
from cminbox.settings.locations import locate
from cminbox.settings.values import Settings, Sla
folder, out, offset, program = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
sync_process.CLOCK_SECONDS = 0.02
settings = Settings(sla=Sla(on_stage=(sys.executable, "-S", "-c", program, out)))
now = lambda: time.time_ns() // 1_000_000 + offset
workspace = Workspace(locate(folder, None, {}), settings, Agent("service", "none"), now)
print("begun", flush=True)
asyncio.run(sync_process.watch(workspace, asyncio.Event(), None, while_needed=False))
"""


def kill_and_restart(stage: Stage, out: Path, times: int, rng: random.Random) -> None:
    """Run the service, its clock set to and fro, and kill it without warning, again and again; then let it finish."""
    folder = f"{stage.folder}/"
    for number in range(times + 1):
        last = number == times
        offset = 0 if last else rng.choice((0, 0, -3_600_000, 90 * MINUTE, 3 * 3_600_000))
        command = [sys.executable, "-c", SERVICE, folder, str(out), str(three_hours_on() + offset), TELL]
        with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as service:
            try:
                assert service.stdout is not None
                assert service.stdout.readline() == b"begun\n"
                if last:
                    wait_until_told(stage)
                else:
                    time.sleep(rng.random() * 0.3)
            finally:
                os.kill(service.pid, signal.SIGKILL)


def three_hours_on() -> int:
    """Return by how much the stage's clock differs from this machine's, three hours on."""
    return NOW + 3 * 3_600_000 - time.time_ns() // 1_000_000


def wait_until_told(stage: Stage) -> None:
    until = time.monotonic() + 60
    notices = stage.workspace.notices
    while time.monotonic() < until:
        rows = stage.workspace.database.read().execute(
            "SELECT count(*) FILTER (WHERE hook = 'due'), (SELECT count(*) FROM conversations WHERE notice_at < ?)"
            " FROM notices",
            (NOW + 3 * 3_600_000,),
        )
        if rows.fetchone() == (0, 0) and notices.newest():
            # Those that have just become the command still write.
            time.sleep(1.0)
            return
        time.sleep(0.05)
    pytest.fail("the service did not get done")


def check_restarts(stage: Stage, tmp_path: Path, times: int, conversations: int) -> None:
    account = stage.connect()
    stage.take(account, *(wrote(f"m{n}", kind=Kind.DM, by=f"p{n}", at=NOW - n) for n in range(conversations)))
    # It is nobody's account: the service has nothing to fetch.
    stage.workspace.accounts.remove("brand", agent="ana", now=NOW)
    out = tmp_path / "told"
    kill_and_restart(stage, out, times, random.Random(times))
    told = Counter(
        (one["id"], one["notice"]["target"], one["notice"]["stage"])
        for one in (json.loads(line) for line in out.read_text().splitlines())
    )
    assert set(told.values()) == {1}
    stages = ("warn", "urgent", "breached", "again")
    assert set(told) == {(number, "frt", stage) for number in range(1, conversations + 1) for stage in stages}


def test_a_service_that_is_killed_tells_each_stage_exactly_once(stage: Stage, tmp_path: Path) -> None:
    check_restarts(stage, tmp_path, 4, 6)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_fifty_kills_and_clocks_that_jump_tell_each_stage_exactly_once(stage: Stage, tmp_path: Path) -> None:
    check_restarts(stage, tmp_path, 50, 40)
