"""The real program, killed at every step of publishing on Threads: after a restart there is one post, or none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from rehearsal.guest_book import serving

from cminbox.domain.message import Kind
from cminbox.domain.reply import ReplyState
from cminbox.inbox.workspace import Agent, Workspace
from cminbox.networks.threads.account import MANIFEST
from cminbox.settings.locations import locate
from cminbox.settings.secrets import SecretStore
from cminbox.settings.values import Settings
from cminbox.simulators.threads import SimulatedThreads
from cminbox.simulators.wire import Fault, Request, Response, Wire
from cminbox.store.outbox import Decision

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOKEN = "simulated-threads-token"
CHILD = """
import sys
from cminbox.domain import waiting
from cminbox.inbox.syncing import run_once
from cminbox.inbox.workspace import Agent, Workspace
from cminbox.outbox import recovery
from cminbox.settings.locations import locate
from cminbox.settings.values import Settings
waiting.FIRST_RETRY, waiting.LONGEST_RETRY = 0.02, 0.1
recovery.LOOKS = (0.05, 0.1)
workspace = Workspace(locate(f"{sys.argv[1]}/", None, {}), Settings(), Agent("service", "none"))
run_once(workspace)
workspace.close()
"""
POINTS: dict[str, Callable[[Request], bool]] = {
    "preparing": lambda asked: asked.method == "POST" and asked.path.endswith("/threads"),
    "looking at what is prepared": lambda asked: asked.first("fields") == "id,status",
    "publishing": lambda asked: asked.path.endswith("/threads_publish"),
    "reading back": lambda asked: (asked.first("fields") or "").startswith("id,permalink"),
}


class Deadly(SimulatedThreads):
    """A server at which whoever asks for a certain thing dies: when it is `received`, or once it is carried out."""

    victim = 0
    point = ""
    received = True

    def answer(self, request: Request) -> Response:
        """Answer, unless somebody dies before."""
        if not self.victim or not POINTS[self.point](request):
            return super().answer(request)
        response = self.error(Fault.UNAVAILABLE) if self.received else super().answer(request)
        os.kill(self.victim, signal.SIGKILL)
        self.victim = 0
        return response


def connected(folder: Path, url: str) -> Workspace:
    workspace = Workspace(locate(f"{folder}/", None, {}), Settings(), Agent("ana", "tty1"))
    SecretStore(workspace.locations.secrets).write("threads", {"access_token": TOKEN})
    settings = {"username": "acme", "base_url": url}
    workspace.accounts.add("threads", MANIFEST, settings, handle="acme", agent="ana", now=workspace.now())
    return workspace


def program(folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen([sys.executable, "-c", CHILD, str(folder)], env=environment, stderr=subprocess.PIPE)


def run(folder: Path) -> int:
    process = program(folder)
    errors = process.communicate(timeout=60)[1]
    assert process.returncode == 0, errors.decode()
    return process.returncode


def queued(workspace: Workspace) -> int:
    (row,) = workspace.database.read().execute("SELECT id FROM conversations").fetchall()
    decision = Decision(row[0], "the answer", "ana", "tty1", workspace.now(), hold=0)
    return workspace.outbox.decide(decision).id


QUICK = {("preparing", False), ("publishing", True)}
CASES = [
    pytest.param(point, received, marks=[] if (point, received) in QUICK else pytest.mark.slow)
    for point in POINTS
    for received in (True, False)
]


@pytest.mark.parametrize(("point", "received"), CASES)
def test_there_is_one_post_and_where_nobody_knows_a_person_is_asked(
    tmp_path: Path, point: str, *, received: bool
) -> None:
    server = Deadly(lambda: round(time.time() * 1000), token=TOKEN)
    server.someone_writes(Kind.COMMENT, "ana.lima", "a question")
    with serving(Wire(server)) as url:
        workspace = connected(tmp_path / "brand", url)
        run(tmp_path / "brand")
        reply = queued(workspace)
        process = program(tmp_path / "brand")
        server.point, server.received, server.victim = point, received, process.pid
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
        assert workspace.outbox.get(reply).state is ReplyState.SENDING
        run(tmp_path / "brand")
        state = workspace.outbox.get(reply).state
        workspace.close()
    published = [post.text for post in server.published()]
    if point == "publishing" and received:
        assert (published, state) == ([], ReplyState.UNKNOWN)
    else:
        assert (published, state) == (["the answer"], ReplyState.SENT)
