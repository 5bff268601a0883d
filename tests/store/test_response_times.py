"""What a row shows of response times is what the clocks say, whatever happened to its conversation in which order."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from rehearsal.people import DAY, HOUR, MINUTE, NOW, wrote
from rehearsal.response_times import MONDAY, OFFICE, PAUSING, answer, clocks, enforce, only_row, policy

from cminbox.domain.conversation import Priority, Status, Target
from cminbox.domain.grammar import parse_filter
from cminbox.domain.message import Kind
from cminbox.domain.saying import say
from cminbox.inbox.clock import ClockState, Stage, clock_of
from cminbox.sla.defaults import definitions
from cminbox.sla.stages import StageRules
from cminbox.store.database import Database
from cminbox.store.policies import put_in_force
from cminbox.store.reviewing import review

if TYPE_CHECKING:
    from rehearsal.stage import Stage as Play


# Rows


@pytest.mark.parametrize(("kind", "hours"), [(Kind.DM, 1), (Kind.MENTION, 2), (Kind.COMMENT, 4), (Kind.REVIEW, 24)])
def test_every_kind_has_its_default_target(stage: Play, kind: Kind, hours: int) -> None:
    stage.take(stage.connect(), wrote("question", kind=kind, at=NOW - 10 * MINUTE))
    row = only_row(stage)
    assert (row.target, row.clock_start, row.due) == (Target.FRT, NOW - 10 * MINUTE, NOW - 10 * MINUTE + hours * HOUR)
    assert (row.late_at, row.time_left) == (row.due, None)


def test_the_queue_is_ordered_by_the_time_that_is_left(stage: Play) -> None:
    account = stage.connect()
    stage.take(account, wrote("old comment", at=NOW - 2 * HOUR), wrote("new dm", kind=Kind.DM, by="bob"))
    assert [row.text for row in stage.rows()] == ["text of new dm", "text of old comment"]


def test_business_hours_move_the_due_time_and_the_stages(stage: Play) -> None:
    enforce(stage, policy(schedule=OFFICE, targets={"frt": 4 * 3600}))
    stage.clock.wall = MONDAY + 5 * HOUR
    stage.take(stage.connect(), wrote("question", at=MONDAY + 5 * HOUR))
    row = only_row(stage)
    morning = MONDAY + 23 * HOUR
    assert (row.due, row.warn_at, row.urgent_at) == (
        morning + 2 * HOUR,
        morning + HOUR,
        morning + 96 * MINUTE,
    )
    clock = clock_of(row, MONDAY + 20 * HOUR)
    assert clock is not None
    assert (clock.state, clock.stage) == (ClockState.RUNNING, Stage.QUIET)


def test_a_target_that_ends_at_closing_is_late_only_from_the_next_opening(stage: Play) -> None:
    enforce(stage, policy(schedule=OFFICE, targets={"frt": 2 * 3600}))
    stage.clock.wall = MONDAY + 5 * HOUR
    stage.take(stage.connect(), wrote("question", at=MONDAY + 5 * HOUR))
    closing, morning = MONDAY + 7 * HOUR, MONDAY + 23 * HOUR
    row = only_row(stage)
    assert (row.due, row.late_at) == (closing, morning)
    stage.clock.wall = morning
    assert stage.workspace.queue.counts(now=morning).late == 0
    assert stage.workspace.queue.counts(now=morning + 1).late == 1
    late = parse_filter("is:late")
    assert [len(stage.workspace.queue.page(late, now=now)) for now in (morning, morning + 1)] == [0, 1]


def test_a_resolution_target_counts_when_it_is_due_first(stage: Play) -> None:
    enforce(stage, policy(targets={"frt": 7200, "nrt": 7200, "resolution": 10_800}))
    account = stage.connect()
    stage.take(account, wrote("question", at=NOW - HOUR))
    row = only_row(stage)
    assert (row.target, row.due) == (Target.FRT, NOW + HOUR)
    answer(stage, row.id, account=account)
    stage.take(account, wrote("more", parent="question", at=stage.clock.now()))
    row = only_row(stage)
    assert (row.target, row.due) == (Target.RESOLUTION, NOW + 2 * HOUR)


def test_reopened_by_hand_it_waits_for_its_resolution_only(stage: Play) -> None:
    enforce(stage, policy(targets={"frt": 3600, "resolution": 10_800}))
    stage.take(stage.connect(), wrote("question", at=NOW - HOUR))
    identity = only_row(stage).id
    stage.workspace.conversations.set_status([identity], Status.DONE, agent="ana", now=NOW)
    assert only_row(stage).target is None
    stage.clock.pass_time(600)
    stage.workspace.conversations.set_status([identity], Status.OPEN, agent="ana", now=stage.clock.now())
    row = only_row(stage)
    assert (row.target, row.due, row.unanswered) == (Target.RESOLUTION, stage.clock.now() + 2 * HOUR, 0)


def test_what_we_put_off_without_an_answer_goes_on_being_awaited(stage: Play) -> None:
    stage.take(stage.connect(), wrote("question", at=NOW - HOUR))
    identity = only_row(stage).id
    stage.workspace.conversations.set_status([identity], Status.PENDING, agent="ana", now=NOW)
    row = only_row(stage)
    assert (row.status, row.target, row.due) == (Status.PENDING, Target.FRT, NOW + 3 * HOUR)
    assert stage.rows() == []


def test_a_clock_that_its_policy_pauses_shows_what_is_left_and_no_due_time(stage: Play) -> None:
    enforce(stage, policy(pause=PAUSING))
    account = stage.connect()
    stage.take(account, wrote("question", at=NOW - 20 * MINUTE))
    identity = only_row(stage).id
    stage.workspace.conversations.set_status([identity], Status.SNOOZED, agent="ana", now=NOW, until=NOW + 3 * HOUR)
    row = only_row(stage)
    assert (row.target, row.due, row.time_left, row.warn_at, row.late_at) == (
        Target.FRT,
        None,
        40 * MINUTE,
        None,
        None,
    )
    clock = clock_of(row, NOW)
    assert clock is not None
    assert (clock.state, clock.left) == (ClockState.PAUSED, 40 * MINUTE)
    stage.clock.pass_time(3 * 3600)
    stage.workspace.conversations.wake(stage.clock.now())
    assert (only_row(stage).due, only_row(stage).time_left) == (stage.clock.now() + 40 * MINUTE, None)


def test_undoing_an_act_lets_the_clock_run_as_if_it_had_never_been(stage: Play) -> None:
    stage.take(stage.connect(), wrote("question", at=NOW - HOUR))
    before = only_row(stage)
    events = stage.workspace.conversations.set_status([before.id], Status.DONE, agent="ana", now=NOW)
    assert only_row(stage).due is None
    stage.workspace.conversations.undo(events, agent="ana", now=NOW + MINUTE)
    assert only_row(stage) == before
    (reading,) = clocks(stage, before.id)[Target.FRT]
    assert reading.state is ClockState.RUNNING


def test_when_no_policy_fits_it_stands_behind_those_with_a_target(stage: Play) -> None:
    enforce(stage, policy(match={"kind": ["dm"]}))
    account = stage.connect()
    stage.take(account, wrote("comment", at=NOW - DAY), wrote("dm", kind=Kind.DM, by="bob"))
    rows = stage.rows()
    assert [(row.text, row.target) for row in rows] == [("text of dm", Target.FRT), ("text of comment", None)]


def test_a_schedule_that_has_ended_leaves_who_waits_in_the_queue(stage: Play) -> None:
    past = {"tz": "UTC", "hours": {}, "shifts": {"2020-01-01": [["09:00", "10:00"]]}}
    enforce(stage, policy(schedule=past, targets={"frt": 3600, "resolution": 7200}))
    stage.take(stage.connect(), wrote("question"))
    (row,) = stage.rows()
    assert (row.due, row.unanswered) == (None, 1)
    assert clocks(stage, row.id)[Target.FRT][0].due is None
    enforce(stage, policy(schedule=past))
    assert stage.rows()[0].due is None


def test_counts_of_what_is_late_and_at_risk_are_those_of_looking_at_every_row(stage: Play) -> None:
    enforce(stage, *definitions(OFFICE))
    rng = random.Random(1)
    stage.clock.wall = MONDAY + 3 * HOUR
    account = stage.connect()
    kinds = list(Kind)
    messages = [
        wrote(f"m{n}", by=f"p{n}", kind=rng.choice(kinds), at=stage.clock.now() - rng.randrange(80) * HOUR)
        for n in range(300)
    ]
    stage.take(account, *messages)
    for hours in range(0, 80, 7):
        now = MONDAY + hours * HOUR + rng.randrange(HOUR)
        found = [clock_of(row, now) for row in stage.everything()]
        counts = stage.workspace.queue.counts(now=now)
        assert counts.at_risk == sum(one is not None and one.at_risk for one in found)
        assert counts.late == sum(one is not None and one.stage is Stage.BREACHED for one in found)


# Answers


def test_an_answer_sent_elsewhere_counts_at_its_own_time_however_late_it_is_fetched(stage: Play) -> None:
    account = stage.connect()
    stage.take(account, wrote("question", kind=Kind.DM, at=NOW - 3 * HOUR))
    stage.take(account, wrote("answer", kind=Kind.DM, ours=True, parent="question", at=NOW - 3 * HOUR + 10 * MINUTE))
    (reading,) = clocks(stage, only_row(stage).id)[Target.FRT]
    assert (reading.state, reading.elapsed) == (ClockState.MET, 10 * MINUTE)


def test_our_own_reply_counts_when_the_network_has_accepted_it(stage: Play) -> None:
    account = stage.connect()
    stage.take(account, wrote("question", kind=Kind.DM, at=NOW - 10 * MINUTE))
    identity = only_row(stage).id
    reply = stage.decide(identity)
    assert clocks(stage, identity)[Target.FRT][0].state is ClockState.RUNNING
    stage.workspace.outbox.refused(reply.id, say("no"), now=NOW)
    assert clocks(stage, identity)[Target.FRT][0].state is ClockState.RUNNING
    answer(stage, identity, account=account)
    (reading,) = clocks(stage, identity)[Target.FRT]
    assert (reading.state, reading.elapsed) == (ClockState.MET, 11 * MINUTE)


def test_a_message_that_an_answer_did_not_know_waits_from_its_own_arrival(stage: Play) -> None:
    account = stage.connect()
    stage.take(account, wrote("question", at=NOW - HOUR))
    identity = only_row(stage).id
    answer(stage, identity, account=account, meanwhile=(wrote("more", parent="question", at=NOW - 30 * MINUTE),))
    row = only_row(stage)
    assert (row.status, row.target, row.clock_start) == (Status.OPEN, Target.NRT, NOW - 30 * MINUTE)
    found = clocks(stage, identity)
    assert [one.state for one in found[Target.FRT]] == [ClockState.MET]
    assert [one.start for one in found[Target.NRT]] == [NOW - 30 * MINUTE]


def test_a_message_that_was_not_here_when_it_was_closed_waits_from_its_own_arrival(stage: Play) -> None:
    account = stage.connect()
    stage.take(account, wrote("question", at=NOW - HOUR))
    identity = only_row(stage).id
    stage.workspace.conversations.set_status([identity], Status.DONE, agent="ana", now=NOW)
    stage.take(account, wrote("more", parent="question", at=NOW - 10 * MINUTE))
    row = only_row(stage)
    assert (row.status, row.target, row.clock_start) == (Status.OPEN, Target.FRT, NOW - 10 * MINUTE)
    states = [(one.state, one.start) for one in clocks(stage, identity)[Target.FRT]]
    assert states == [(ClockState.CANCELLED, NOW - HOUR), (ClockState.RUNNING, NOW - 10 * MINUTE)]


def test_history_has_no_clock(stage: Play) -> None:
    account = stage.connect()
    stage.take(account, wrote("old", at=NOW - 5 * DAY), done_before=NOW - 2 * DAY)
    stage.take(account, wrote("fresh", at=NOW - HOUR, parent="old"), done_before=NOW - 2 * DAY)
    found = clocks(stage, only_row(stage).id)
    assert [(one.start, one.state) for one in found[Target.FRT]] == [(NOW - HOUR, ClockState.RUNNING)]


def test_two_conversations_that_become_one_let_nobody_out(stage: Play) -> None:
    account = stage.connect()
    stage.take(account, wrote("b", parent="a", at=NOW - HOUR), wrote("c", parent="x", by="bob", at=NOW - 2 * HOUR))
    settled = next(row.id for row in stage.rows() if row.text == "text of b")
    stage.workspace.conversations.set_status([settled], Status.DONE, agent="ana", now=NOW)
    stage.take(account, wrote("x", parent="a", by="eve", at=NOW - 3 * HOUR))
    waiting = [row for row in stage.everything() if row.unanswered]
    assert all(row.due is not None for row in waiting)


# Policies


def test_a_tag_brings_another_policy_that_keeps_the_time_used(stage: Play) -> None:
    enforce(stage, policy("vip", match={"tag": ["vip"]}, targets={"frt": 1800}), policy("rest"))
    stage.take(stage.connect(), wrote("question", at=NOW - 10 * MINUTE))
    identity = only_row(stage).id
    assert only_row(stage).due == NOW + 50 * MINUTE
    stage.workspace.conversations.tag([identity], add=["vip"], agent="ana", now=NOW)
    row = only_row(stage)
    assert (row.due, row.clock_start) == (NOW + 20 * MINUTE, NOW - 10 * MINUTE)
    changes = [one for one in stage.workspace.conversations.events(identity) if one.what == "policy"]
    assert [(one.before, one.after) for one in changes] == [
        ({"policy": 6, "name": "rest"}, {"policy": 5, "name": "vip"}),
    ]
    stage.workspace.conversations.undo(stage.workspace.conversations.last_undoable("ana"), agent="ana", now=NOW)
    assert only_row(stage).due == NOW + 50 * MINUTE


def test_a_higher_priority_that_makes_it_late_is_late_from_then_on(stage: Play) -> None:
    enforce(stage, policy("high", match={"priority": ["high"]}, targets={"frt": 60}), policy("rest"))
    stage.take(stage.connect(), wrote("question", at=NOW - 10 * MINUTE))
    identity = only_row(stage).id
    stage.workspace.conversations.set_priority([identity], Priority.HIGH, agent="ana", now=NOW)
    stage.clock.pass_time(60)
    (reading,) = clocks(stage, identity)[Target.FRT]
    assert (reading.state, reading.breached_at, reading.elapsed) == (ClockState.BREACHED, NOW, 11 * MINUTE)
    assert only_row(stage).due == NOW


def test_other_settings_hold_for_open_conversations_and_leave_verdicts_alone(stage: Play) -> None:
    account = stage.connect()
    stage.take(account, wrote("answered", kind=Kind.DM, at=NOW - 50 * MINUTE))
    answered = only_row(stage).id
    answer(stage, answered, account=account)
    stage.take(account, wrote("waiting", kind=Kind.DM, by="bob", at=NOW - 20 * MINUTE))
    before = clocks(stage, answered)
    enforce(stage, policy("short", targets={"frt": 1800, "nrt": 1800}))
    (row,) = stage.rows()
    assert row.due == NOW + 10 * MINUTE
    assert clocks(stage, answered) == before
    assert before[Target.FRT][0].state is ClockState.MET
    what = [one.what for one in stage.workspace.conversations.events(row.id)]
    assert what.count("policy") == 1
    # It is done: nothing of it is looked at before it is opened again.
    assert "policy" not in [one.what for one in stage.workspace.conversations.events(answered)]


def test_the_same_settings_again_change_nothing(stage: Play) -> None:
    database = stage.workspace.database
    assert not put_in_force(database, definitions(None), StageRules(), now=NOW)
    assert put_in_force(database, [policy()], StageRules(), now=NOW)
    assert not put_in_force(database, [policy()], StageRules(), now=NOW)
    assert put_in_force(database, [policy()], StageRules(warn=0.5), now=NOW)


def test_open_conversations_are_looked_at_in_batches_from_wherever_it_was_left(stage: Play) -> None:
    account = stage.connect()
    stage.take(account, *(wrote(f"m{n}", by=f"p{n}", at=NOW - n * MINUTE) for n in range(25)))
    enforce(stage, policy(targets={"frt": 600}), look=False)
    assert review(stage.workspace.database, now=NOW, limit=10)
    # Another process goes on.
    other = Database(stage.workspace.database.path)
    assert review(other, now=NOW, limit=10)
    assert not review(other, now=NOW, limit=10)
    other.close()
    # What the new target makes late is late from now on.
    assert {row.due for row in stage.rows()} == {max(NOW, NOW - n * MINUTE + 600_000) for n in range(25)}
    assert not review(stage.workspace.database, now=NOW)


def test_a_conversation_is_judged_by_the_newest_policies_as_soon_as_it_is_touched(stage: Play) -> None:
    account = stage.connect()
    stage.take(account, wrote("question", at=NOW - 10 * MINUTE))
    enforce(stage, policy(targets={"frt": 1800}), look=False)
    stage.take(account, wrote("more", parent="question"))
    assert only_row(stage).due == NOW + 20 * MINUTE


def test_what_a_message_tells_of_a_conversation_was_always_so(stage: Play) -> None:
    enforce(stage, policy("bad", match={"rating": [1, 2]}, targets={"frt": 600}), policy("rest"))
    account = stage.connect()
    first = replace(wrote("opener", kind=Kind.REVIEW, at=NOW - 5 * MINUTE), rating=1)
    stage.take(account, wrote("later", kind=Kind.REVIEW, parent="opener", at=NOW - MINUTE))
    assert only_row(stage).due == NOW - MINUTE + HOUR
    stage.take(account, first)
    row = only_row(stage)
    assert row.due == NOW + 5 * MINUTE
    assert [one for one in stage.workspace.conversations.events(row.id) if one.what == "policy"] == []


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ({"network": ["scripted"]}, True),
        ({"network": ["mastodon"]}, False),
        ({"account": ["brand"]}, True),
        ({"account": ["other"]}, False),
        ({"person": ["@ana"]}, True),
        ({"person": ["bob"]}, False),
        ({"language": ["fr"]}, True),
        ({"language": ["en"]}, False),
        ({"rating": [4]}, True),
        ({"rating": [1]}, False),
        ({"kind": ["review"]}, True),
        ({"priority": ["normal"]}, True),
        ({"tag": ["vip"]}, False),
    ],
)
def test_policies_look_at_the_facts_of_a_conversation(stage: Play, match: dict[str, Any], *, fits: bool) -> None:
    enforce(stage, policy(match=match))
    stage.take(stage.connect(), replace(wrote("question", kind=Kind.REVIEW), lang="fr-BE", rating=4))
    assert (only_row(stage).due is not None) is fits
