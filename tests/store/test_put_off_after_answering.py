"""What an agent put off while his answer was on its way stays put off when the network has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rehearsal.people import HOUR, MINUTE, NOW, wrote

from cminbox.domain.conversation import Status
from cminbox.domain.reply import Receipt

if TYPE_CHECKING:
    from rehearsal.stage import Stage


@pytest.fixture
def where(stage: Stage) -> int:
    stage.take(stage.connect(), wrote("question"))
    stage.hold_lease()
    return stage.rows()[0].id


def put_off(stage: Stage, where: int, *, now: int) -> list[int]:
    conversations = stage.workspace.conversations
    return conversations.set_status([where], Status.SNOOZED, agent="ana", now=now, until=NOW + 9 * HOUR)


def answered(stage: Stage, where: int) -> Status:
    outbox = stage.workspace.outbox
    (reply,) = [one for one in outbox.of_conversation(where) if one.send_key]
    assert outbox.begin(reply.id, holder="me", now=NOW + 2 * MINUTE) is not None
    outbox.sent(reply.id, Receipt("r1", None), now=NOW + 2 * MINUTE)
    row = stage.workspace.queue.row(where, now=NOW + 3 * MINUTE)
    assert row is not None
    return row.status


def test_what_is_answered_is_done(stage: Stage, where: int) -> None:
    stage.decide(where)
    assert answered(stage, where) is Status.DONE


def test_what_was_put_off_since_stays_so(stage: Stage, where: int) -> None:
    stage.decide(where)
    put_off(stage, where, now=NOW + MINUTE)
    assert answered(stage, where) is Status.SNOOZED
    row = stage.workspace.queue.row(where, now=NOW + 3 * MINUTE)
    assert row is not None
    assert row.snoozed_until == NOW + 9 * HOUR


def test_what_was_put_off_before_the_answer_is_done_by_it(stage: Stage, where: int) -> None:
    put_off(stage, where, now=NOW - MINUTE)
    stage.decide(where)
    assert answered(stage, where) is Status.DONE


def test_a_putting_off_that_was_undone_counts_no_more(stage: Stage, where: int) -> None:
    stage.decide(where)
    events = put_off(stage, where, now=NOW + MINUTE)
    stage.workspace.conversations.undo(events, agent="ana", now=NOW + MINUTE)
    assert answered(stage, where) is Status.DONE
