"""A few cases of every family of faults, so that no commit breaks a promise unnoticed; `run.py --full` has them all."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

import model
import r02_lost_answers
import run
from cminbox.domain.reply import ReplyState
from cminbox.network_kit import answers
from cminbox.network_kit.failures import TryLater
from cminbox.outbox import attempts
from cminbox.outbox.recovery import Next
from cminbox.simulators.wire import Fault
from rig.judge import judge
from rig.office import opened
from rig.report import Order
from rig.spoiling import Lost, Style
from rig.stage import Promise, Stage

if TYPE_CHECKING:
    from pathlib import Path

    from rig.judge import Verdict
    from rig.report import Family

SEED = 20


@pytest.mark.parametrize("family", run.families(), ids=lambda family: str(family.name))
def test_it_holds(family: Family, tmp_path: Path) -> None:
    verdict = family.run(Order(tmp_path, SEED, full=False))
    assert verdict.amount > 0
    assert (verdict.lost, verdict.doubled, verdict.false, verdict.wrong) == (0, 0, 0, [])


def test_the_model_sees_a_blind_resend(tmp_path: Path) -> None:
    blind = patch.object(attempts, "after_not_found", lambda *_, **__: Next.SEND_AGAIN)
    with blind, patch.object(attempts, "recognised", lambda *_: True):
        verdict = model.run(Order(tmp_path, SEED, full=False))
    assert verdict.doubled > 0


def test_the_judge_sees_a_lost_answer_that_is_taken_for_a_no(tmp_path: Path) -> None:
    with patch.object(answers, "SendOutcomeUnknown", TryLater):
        verdict = _three_lost_answers(tmp_path)
    assert not verdict.holds


def test_the_judge_sees_a_reply_that_is_called_sent_and_is_not(tmp_path: Path) -> None:
    with Stage(tmp_path / "stage", Order(tmp_path, SEED, full=False).chance()) as stage:
        stage.questions(1)
        stage.sync()
        where = stage.conversations(Style.KEY)[0]
        promise = stage.promise(Style.KEY, where)
        other = Promise(promise.id, promise.style, where, "another text")
        stage.workspace.outbox.cancel(promise.id, agent="ana", now=stage.clock.now())
        assert judge(stage, [promise]).wrong
        assert judge(stage, [other]).lost == 1
        stage.workspace.database.write(lambda connection: connection.execute("UPDATE replies SET state = 'sent'"))
        assert judge(stage, [promise]).false == 1


def test_the_judge_counts_no_request_that_was_turned_away_for_its_credentials(tmp_path: Path) -> None:
    with Stage(tmp_path / "stage", Order(tmp_path, SEED, full=False).chance()) as stage:
        stage.questions(1)
        stage.sync()
        promise = stage.promise(Style.NO_KEY, stage.conversations(Style.NO_KEY)[0])
        stage.town("fail_publishing", Style.NO_KEY, Fault.UNAUTHORIZED)
        asyncio.run(_send(stage))
        assert stage.workspace.outbox.get(promise.id).state is ReplyState.SENT
        assert judge(stage, [promise]).holds


async def _send(stage: Stage) -> None:
    async with opened(stage) as office:
        await office.turn()


def _three_lost_answers(tmp_path: Path) -> Verdict:
    order = Order(tmp_path, SEED, full=False)
    lost = r02_lost_answers.Round(Lost.ERROR_502, made=True, lag=0.0, blind=0)
    with Stage(order.folder / "stage", order.chance()) as stage:
        stage.questions(1)
        promises = asyncio.run(_play(stage, lost))
        return judge(stage, promises)


async def _play(stage: Stage, lost: r02_lost_answers.Round) -> list[Promise]:
    async with opened(stage) as office:
        await office.turn()
        where = {style: stage.conversations(style)[0] for style in Style}
        return await r02_lost_answers._round(office, lost, where)
