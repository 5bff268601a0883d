"""What a row shows of response times is what the clocks say, whatever happened to its conversation in which order."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from rehearsal.people import DAY, HOUR, MINUTE, NOW, wrote

from cminbox.domain.conversation import Priority, QueueRow, Status, Target
from cminbox.domain.grammar import parse_filter
from cminbox.domain.message import Kind, Message
from cminbox.domain.reply import Receipt
from cminbox.domain.saying import say
from cminbox.inbox.clock import ClockState, Stage, clock_of
from cminbox.sla.defaults import definitions
from cminbox.sla.stages import StageRules
from cminbox.store.database import Database
from cminbox.store.ingest import Delivery, Ingest
from cminbox.store.policies import book, put_in_force
from cminbox.store.reviewing import review
from cminbox.store.standing import replayed

if TYPE_CHECKING:
    from rehearsal.stage import Stage as Play

    from cminbox.domain.account import Account
    from cminbox.sla.clocks import Reading

OFFICE = {"tz": "UTC", "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
MONDAY = 1_789_984_800_000
"""10:00 UTC."""
PAUSING = {"resolution": ["pending", "snoozed"], "frt": ["snoozed"], "nrt": ["snoozed"]}


def policy(name: str = "all", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of a policy
    return {
        "name": name,
        "match": {},
        "targets": {"frt": 3600, "nrt": 3600},
        "pause": {"resolution": ["pending", "snoozed"]},
        "schedule": None,
    } | changes


def enforce(stage: Play, *policies: dict[str, Any], look: bool = True) -> None:
    put_in_force(stage.workspace.database, policies, StageRules(), now=stage.clock.now())
    while look and review(stage.workspace.database, now=stage.clock.now()):
        continue


def only_row(stage: Play) -> QueueRow:
    (row,) = stage.everything()
    return row


def clocks(stage: Play, conversation_id: int) -> dict[Target, list[Reading]]:
    found: dict[Target, list[Reading]] = {}
    for one in stage.workspace.targets.of_conversation(conversation_id, now=stage.clock.now()):
        found.setdefault(one.target, []).append(one.reading)
    return found


def delete(stage: Play, account: Account, *remote_ids: str) -> None:
    Ingest(stage.workspace.database).take(Delivery(account.id, (), stage.clock.now(), deleted=remote_ids))


def answer(stage: Play, conversation_id: int, *, meanwhile: tuple[Message, ...] = (), account: Account) -> None:
    """Send a reply, with messages arriving between the decision and the network's word."""
    reply = stage.decide(conversation_id)
    stage.take(account, *meanwhile)
    stage.hold_lease()
    stage.workspace.outbox.begin(reply.id, holder="me", now=stage.clock.now())
    stage.clock.pass_time(60)
    stage.workspace.outbox.sent(reply.id, Receipt(f"sent-{reply.id}", None), now=stage.clock.now())


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


# Any order, any story


def story(rng: random.Random) -> list[Message]:
    """Return a conversation that went on in several places, at times that are all different."""
    messages = [wrote("m0", at=NOW - 40 * HOUR)]
    t = NOW - 40 * HOUR
    for number in range(1, rng.randrange(2, 9)):
        t += rng.randrange(1, 5 * 60) * MINUTE
        ours = rng.random() < 0.4
        parent = rng.choice(messages).remote_id
        messages.append(wrote(f"m{number}", at=t, parent=parent, ours=ours, by="brand" if ours else "ana"))
    return messages


def check_order(stage: Play, account: Account, rng: random.Random, tale: list[Message], prefix: str) -> None:
    """Take in a story in its order and in another one, each under ids of its own, and compare."""
    found = []
    for number, order in enumerate((tale, rng.sample(tale, len(tale)))):
        name = f"{prefix}-{number}-"
        renamed = [
            replace(one, remote_id=name + one.remote_id, parent=None if one.parent is None else name + one.parent)
            for one in order
        ]
        at = 0
        while at < len(renamed):
            size = rng.randrange(1, 4)
            stage.take(account, *renamed[at : at + size])
            at += size
        row = next(row for row in stage.everything() if row.text.startswith("text of"))
        ids = {row.id for row in stage.everything()}
        mine = [
            row
            for row in (stage.workspace.queue.row(one) for one in ids)
            if row is not None and stage.workspace.conversations.messages(row.id)[0].remote_id.startswith(name)
        ]
        (row,) = mine
        marks = (row.warn_at, row.urgent_at, row.due, row.late_at, row.again_at)
        shown = (row.status, row.target, row.clock_start, marks)
        found.append((shown, clocks(stage, row.id)))
    assert found[0] == found[1]


POLICIES = (
    policy(),
    policy(schedule=OFFICE),
    policy(schedule=OFFICE, targets={"frt": 7200, "nrt": 3600, "resolution": 36_000}, pause=PAUSING),
)


@pytest.mark.parametrize("seed", range(20))
def test_any_order_of_arrival_gives_the_same_clocks(stage: Play, seed: int) -> None:
    rng = random.Random(seed)
    enforce(stage, rng.choice(POLICIES))
    check_order(stage, stage.connect(), rng, story(rng), "a")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(20))
def test_a_thousand_orders_of_arrival_give_the_same_clocks(stage: Play, part: int) -> None:
    rng = random.Random(1000 + part)
    enforce(stage, rng.choice(POLICIES))
    account = stage.connect()
    for number in range(50):
        check_order(stage, account, rng, story(rng), f"s{number}")
        stage.workspace.database.write(lambda connection: connection.execute("UPDATE messages SET text = ''"))


class Life:
    """Things that happen to the conversations of an account, at random."""

    def __init__(self, stage: Play, seed: int) -> None:
        self.stage = stage
        self.rng = random.Random(seed)
        self.account = stage.connect()
        self.written: list[str] = []

    def step(self) -> None:
        self.stage.clock.pass_time(self.rng.randrange(1, 7200))
        moves = [self.write, self.write, self.write_late, self.answer, self.answer_elsewhere, self.set_status]
        self.rng.choice([*moves, self.delete, self.tag, self.undo, self.change_policies])()

    def some(self) -> int | None:
        rows = self.stage.everything()
        return self.rng.choice(rows).id if rows else None

    def message(self, *, at: int, ours: bool = False) -> Message:
        name = f"m{len(self.written)}"
        parent = self.rng.choice(self.written) if self.written and (ours or self.rng.random() < 0.7) else None
        self.written.append(name)
        return wrote(name, at=at, parent=parent, ours=ours, by="brand" if ours else self.rng.choice("ab"))

    def write(self) -> None:
        self.stage.take(self.account, self.message(at=self.stage.clock.now()))

    def write_late(self) -> None:
        self.stage.take(self.account, self.message(at=self.stage.clock.now() - self.rng.randrange(5 * HOUR)))

    def answer_elsewhere(self) -> None:
        if self.written:
            at = self.stage.clock.now() - self.rng.randrange(2 * HOUR)
            self.stage.take(self.account, self.message(at=at, ours=True))

    def answer(self) -> None:
        identity = self.some()
        if identity is not None and any(one.deleted_at is None for one in self.messages(identity)):
            meanwhile = (self.message(at=self.stage.clock.now()),) if self.rng.random() < 0.3 else ()
            answer(self.stage, identity, account=self.account, meanwhile=meanwhile)

    def messages(self, identity: int) -> list[Any]:
        return self.stage.workspace.conversations.messages(identity)

    def set_status(self) -> None:
        identity, status = self.some(), self.rng.choice(list(Status))
        until = self.stage.clock.now() + HOUR if status is Status.SNOOZED else None
        if identity is not None:
            now = self.stage.clock.now()
            self.stage.workspace.conversations.set_status([identity], status, agent="ana", now=now, until=until)

    def delete(self) -> None:
        if self.written:
            delete(self.stage, self.account, self.rng.choice(self.written))

    def tag(self) -> None:
        identity = self.some()
        if identity is not None:
            now = self.stage.clock.now()
            self.stage.workspace.conversations.tag([identity], add=[self.rng.choice("xy")], agent="ana", now=now)

    def undo(self) -> None:
        events = self.stage.workspace.conversations.last_undoable("ana")
        newest = self.stage.workspace.conversations.events(self.some() or 0)
        if events and newest and newest[-1].id == events[-1]:
            self.stage.workspace.conversations.undo(events, agent="ana", now=self.stage.clock.now())

    def change_policies(self) -> None:
        if self.rng.random() < 0.3:
            tagged = policy("x", match={"tag": ["x"]}, targets={"frt": 1200, "nrt": 1200}, schedule=OFFICE)
            enforce(self.stage, *([tagged] if self.rng.random() < 0.5 else []), self.rng.choice(POLICIES))


def check_rows(stage: Play) -> None:
    """Every row shows what its whole story tells, though most rows were worked out by one addition."""
    connection = stage.workspace.database.read()
    policies = book(connection)
    now = stage.clock.now()
    for row in stage.everything():
        told = replayed(connection, row.id, policies, None, now)
        if row.unanswered and not told.waits:
            # Only where two conversations became one.
            continue
        if row.status is Status.DONE and not row.unanswered:
            assert row.target is None
            continue
        marks = told.marks
        due = None if marks is None else marks.due
        assert (row.target, row.clock_start, row.due) == (told.target, told.start, due), row
        if marks is not None:
            shown = (row.warn_at, row.urgent_at, row.late_at, row.again_at)
            assert shown == (marks.warn, marks.urgent, marks.late, marks.again), row


@pytest.mark.parametrize("seed", range(12))
def test_every_row_shows_what_its_whole_story_tells(stage: Play, seed: int) -> None:
    life = Life(stage, seed)
    for _ in range(40):
        life.step()
        check_rows(stage)
