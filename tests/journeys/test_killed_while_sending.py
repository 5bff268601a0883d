"""A process that is killed at any point of sending loses no reply, sends none twice, and claims nothing false."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rehearsal import sending_child
from rehearsal.guest_book import Judge, serving
from rehearsal.people import HOUR, wrote
from rehearsal.sending_child import POINTS, facts
from rehearsal.stage import Stage

from cminbox.domain.reply import ReplyState
from cminbox.inbox.workspace import clock
from cminbox.simulators.wire import Fault, Wire
from toy.simulator import Entry

if TYPE_CHECKING:
    from cminbox.store.outbox import Outbox

LOST_BEFORE_ITS_EFFECT = {"before again", "after again"}
LOST_AFTER_ITS_EFFECT = {"before unknown", "after unknown", "before look", "after look"}
EVERYWHERE = [*POINTS, "request received", "request carried out"]
QUICK = {"after begin", "request carried out", "after answer", "before look", "after again"}
NOWHERE_WITHOUT_KEY = {"before again", "after again"}
NOWHERE_WITHOUT_LOOK = {*NOWHERE_WITHOUT_KEY, "before look", "after look"}
CHILD = str(Path(sending_child.__file__))


def child(folder: Path, url: str, style: str, point: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, CHILD, str(folder), url, style, point], env=environment, stderr=subprocess.PIPE
    )


def queued(stage: Stage, judge: Judge, style: str) -> int:
    """Let a visitor write, and queue an answer; return the reply."""
    question = judge.add(Entry("", "entry", "ana", "question", clock() - HOUR))
    account = stage.connect("book", facts(style))
    stage.take(account, wrote(question.id, at=clock() - HOUR))
    return stage.decide(stage.everything()[0].id, "the answer").id


def run(stage: Stage, judge: Judge, url: str, style: str, point: str) -> int:
    process = child(stage.folder, url, style, point)
    judge.victim = process.pid
    judge.kill_when = point
    stderr = process.communicate(timeout=60)[1]
    assert process.returncode in {0, -signal.SIGKILL}, stderr.decode()
    return process.returncode


def killed_then_restarted(tmp_path: Path, style: str, point: str) -> tuple[Judge, Outbox, int]:
    judge = Judge(knows_keys=style == "key and look")
    wire = Wire(judge)
    stage = Stage(tmp_path / "brand")
    stage.clock.wall = clock()
    reply = queued(stage, judge, style)
    if point in LOST_BEFORE_ITS_EFFECT:
        wire.fail_next(Fault.SERVER_ERROR, publishing=True)
    if point in LOST_AFTER_ITS_EFFECT:
        wire.fail_next(Fault.ERROR_AFTER_WRITE, publishing=True)
    with serving(wire) as url:
        assert run(stage, judge, url, style, point) == -signal.SIGKILL
        assert run(stage, judge, url, style, "") == 0
    stage.close()
    return judge, Stage(tmp_path / "brand").workspace.outbox, reply


@pytest.mark.parametrize(
    "point", [point if point in QUICK else pytest.param(point, marks=pytest.mark.slow) for point in EVERYWHERE]
)
def test_with_a_key_and_a_look_it_is_sent_exactly_once(tmp_path: Path, point: str) -> None:
    judge, outbox, reply = killed_then_restarted(tmp_path, "key and look", point)
    assert outbox.get(reply).state is ReplyState.SENT
    assert judge.published() == ["the answer"]


@pytest.mark.slow
@pytest.mark.parametrize("point", [point for point in EVERYWHERE if point not in NOWHERE_WITHOUT_KEY])
def test_with_a_look_only_what_is_there_is_found_and_what_is_not_is_asked_about(tmp_path: Path, point: str) -> None:
    judge, outbox, reply = killed_then_restarted(tmp_path, "look only", point)
    row = outbox.get(reply)
    assert len(judge.published()) <= 1
    if judge.published():
        assert row.state is ReplyState.SENT
    else:
        assert (row.state, row.next_try_at) == (ReplyState.UNKNOWN, None)


@pytest.mark.slow
@pytest.mark.parametrize("point", [point for point in EVERYWHERE if point not in NOWHERE_WITHOUT_LOOK])
def test_with_neither_a_person_is_asked_and_nothing_is_sent_twice(tmp_path: Path, point: str) -> None:
    judge, outbox, reply = killed_then_restarted(tmp_path, "neither", point)
    row = outbox.get(reply)
    assert len(judge.published()) <= 1
    if row.state is ReplyState.SENT:
        assert judge.published() == ["the answer"]
    else:
        assert (row.state, row.next_try_at) == (ReplyState.UNKNOWN, None)
