"""Each stage of each wait is announced once, and none while the clock stands still."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rehearsal.people import HOUR, MINUTE, NOW, wrote

from cminbox.domain.conversation import Status, Target
from cminbox.domain.message import Kind
from cminbox.sla.stages import StageRules
from cminbox.store.database import Database
from cminbox.store.ingest import Delivery, Ingest
from cminbox.store.notices import Notices
from cminbox.store.policies import put_in_force

if TYPE_CHECKING:
    from rehearsal.stage import Stage as Play

PAUSING = {
    "name": "all",
    "match": {},
    "targets": {"frt": 3600, "nrt": 3600, "resolution": 7200},
    "pause": {"frt": ["snoozed"], "resolution": ["snoozed"]},
    "schedule": None,
}


@pytest.fixture
def notices(stage: Play) -> Notices:
    return stage.workspace.notices


def announced(stage: Play, *, hook: bool = False) -> list[tuple[str, str]]:
    found = stage.workspace.notices.reach(now=stage.clock.now(), hook=hook)
    return [(one.target.value, one.notice.value) for one in found]


def test_each_stage_is_announced_when_it_is_reached_and_once(stage: Play) -> None:
    stage.take(stage.connect(), wrote("question", kind=Kind.DM))
    said = []
    for _ in range(150):
        stage.clock.pass_time(60)
        said += [(stage.clock.now() - NOW, *one) for one in announced(stage)]
    assert [(minutes // MINUTE, notice) for minutes, _, notice in said] == [
        (45, "warn"),
        (54, "urgent"),
        (61, "breached"),
        (120, "again"),
    ]


def test_what_was_passed_while_nobody_looked_is_announced_in_its_order(stage: Play) -> None:
    stage.take(stage.connect(), wrote("question", kind=Kind.DM))
    stage.clock.pass_time(3 * 3600)
    assert announced(stage) == [("frt", "warn"), ("frt", "urgent"), ("frt", "breached"), ("frt", "again")]
    found = stage.workspace.notices.since(0)
    assert [one.reached_at - NOW for one in found] == [45 * MINUTE, 54 * MINUTE, HOUR + 1, 2 * HOUR]
    assert {one.announced_at for one in found} == {stage.clock.now()}


def test_a_clock_that_jumps_announces_nothing_twice(stage: Play) -> None:
    stage.take(stage.connect(), wrote("question", kind=Kind.DM))
    stage.clock.jump(5 * 3600)
    assert len(announced(stage)) == 4
    stage.clock.jump(-5 * 3600)
    for _ in range(20):
        stage.clock.pass_time(1800)
        assert announced(stage) == []


def test_several_processes_announce_each_stage_once(stage: Play) -> None:
    stage.take(stage.connect(), wrote("question", kind=Kind.DM))
    other = Database(stage.workspace.database.path)
    stage.clock.pass_time(3000)
    found = [
        *Notices(other).reach(now=stage.clock.now(), hook=False),
        *stage.workspace.notices.reach(now=stage.clock.now(), hook=False),
    ]
    other.close()
    assert [one.notice.value for one in found] == ["warn"]


def test_an_answer_in_time_leaves_nothing_to_announce_and_the_next_wait_begins_anew(stage: Play) -> None:
    account = stage.connect()
    stage.take(account, wrote("question", kind=Kind.DM))
    stage.clock.pass_time(50 * 60)
    assert announced(stage) == [("frt", "warn")]
    stage.take(account, wrote("answer", kind=Kind.DM, parent="question", ours=True, at=stage.clock.now()))
    stage.clock.pass_time(5 * 3600)
    assert announced(stage) == []
    stage.take(account, wrote("more", kind=Kind.DM, parent="question", at=stage.clock.now()))
    stage.clock.pass_time(50 * 60)
    assert announced(stage) == [("nrt", "warn")]


def test_nothing_is_announced_while_a_clock_stands_still(stage: Play) -> None:
    put_in_force(stage.workspace.database, [PAUSING], StageRules(), now=NOW)
    stage.take(stage.connect(), wrote("question"))
    (row,) = stage.rows()
    stage.clock.pass_time(600)
    now = stage.clock.now()
    stage.workspace.conversations.set_status([row.id], Status.SNOOZED, agent="ana", now=now, until=now + 5 * HOUR)
    stage.clock.pass_time(4 * 3600)
    assert announced(stage) == []
    stage.workspace.conversations.set_status([row.id], Status.OPEN, agent="ana", now=stage.clock.now())
    stage.clock.pass_time(34 * 60)
    assert announced(stage) == []
    stage.clock.pass_time(60)
    assert announced(stage) == [("frt", "warn")]


def test_two_clocks_are_announced_each_by_itself(stage: Play) -> None:
    put_in_force(stage.workspace.database, [PAUSING], StageRules(), now=NOW)
    stage.take(stage.connect(), wrote("question"))
    stage.clock.pass_time(5 * 3600)
    assert sorted(announced(stage)) == sorted(
        (target, notice) for target in ("frt", "resolution") for notice in ("warn", "urgent", "breached", "again")
    )
    assert announced(stage) == []


def test_a_change_of_policy_announces_no_stage_of_the_same_wait_again(stage: Play) -> None:
    longer = {**PAUSING, "targets": {"frt": 7200}, "pause": {}}
    short = {**longer, "targets": {"frt": 3600}}
    put_in_force(stage.workspace.database, [short], StageRules(), now=NOW)
    account = stage.connect()
    stage.take(account, wrote("question"))
    stage.clock.pass_time(3500)
    assert announced(stage) == [("frt", "warn"), ("frt", "urgent")]
    put_in_force(stage.workspace.database, [longer], StageRules(), now=stage.clock.now())
    stage.workspace.review_response_times(1.0)
    stage.clock.pass_time(3600)
    assert announced(stage) == []
    stage.clock.pass_time(600)
    assert announced(stage) == [("frt", "breached")]


def test_a_deleted_message_takes_its_stages_with_it(stage: Play) -> None:
    account = stage.connect()
    stage.take(account, wrote("first", kind=Kind.DM), wrote("second", kind=Kind.DM, parent="first", at=NOW + 1))
    Ingest(stage.workspace.database).take(Delivery(account.id, (), NOW, deleted=["first", "second"]))
    stage.clock.pass_time(5 * 3600)
    assert announced(stage) == []


def test_history_is_never_announced(stage: Play) -> None:
    stage.take(stage.connect(), wrote("old", at=NOW - 100 * HOUR), done_before=NOW - 48 * HOUR)
    assert announced(stage) == []


def test_a_command_is_told_what_it_has_not_been_told(stage: Play, notices: Notices) -> None:
    stage.take(stage.connect(), wrote("question", kind=Kind.DM))
    stage.clock.pass_time(50 * 60)
    announced(stage)
    assert notices.untold() == []
    stage.clock.pass_time(5 * 60)
    announced(stage, hook=True)
    (untold,) = notices.untold()
    assert (untold.notice.value, untold.target) == ("urgent", Target.FRT)
    assert notices.untold(but=[untold.conversation_id]) == []
    # What did not begin is told again.
    notices.told(untold.id, "done")
    assert notices.untold() == [untold]
    assert notices.newest() == untold.id
    assert [one.notice.value for one in notices.since(untold.id - 1)] == ["urgent"]


def test_many_are_announced_in_batches(stage: Play, notices: Notices) -> None:
    account = stage.connect()
    stage.take(account, *(wrote(f"m{n}", kind=Kind.DM, by=f"p{n}", at=NOW - n) for n in range(30)))
    stage.clock.pass_time(50 * 60)
    sizes = [len(notices.reach(now=stage.clock.now(), hook=False, limit=12)) for _ in range(4)]
    assert sizes == [12, 12, 6, 0]
