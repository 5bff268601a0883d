from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from cminbox.domain.conversation import Status, Target
from cminbox.sla.calendar import Calendar
from cminbox.sla.clocks import ClockState, Reading, courses, readings
from cminbox.sla.events import ClockEvent, Inbound, InboundDeleted, Outbound, Policy, PolicySet, StatusSet
from cminbox.sla.hours import Schedule, Window

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
START = 1_790_000_040_000
"""A Monday, 14:14 UTC, on the minute."""
HOURLY = Policy({Target.FRT: HOUR, Target.NRT: 2 * HOUR, Target.RESOLUTION: 8 * HOUR})
OFFICE = Calendar(Schedule("UTC", ((Window(540, 1020),),) * 5 + ((),) * 2))
PAUSING = {
    Target.RESOLUTION: frozenset({Status.PENDING, Status.SNOOZED}),
    Target.FRT: frozenset({Status.SNOOZED}),
}
POLICIES = (
    HOURLY,
    Policy(HOURLY.targets, OFFICE, PAUSING),
    Policy({Target.FRT: 3 * HOUR, Target.NRT: 30 * MINUTE}, OFFICE),
    Policy({Target.FRT: 20 * MINUTE, Target.NRT: 20 * MINUTE, Target.RESOLUTION: HOUR}, None, PAUSING),
    None,
)


def random_story(rng: random.Random, *, deletions: bool = True, policies: bool = True) -> list[ClockEvent]:
    """Return what may happen to a conversation, at instants that are all different, on the minute."""
    story: list[ClockEvent] = []
    t = START
    for number in range(rng.randrange(1, 15)):
        t += rng.randrange(1, 90 if rng.random() < 0.8 else 2000) * MINUTE
        moves: list[ClockEvent] = [
            Inbound(t, f"m{number}"),
            Inbound(t, f"m{number}"),
            Outbound(t),
            Outbound(t, closes=True),
            Outbound(t, counts=False),
            StatusSet(t, rng.choice(list(Status))),
        ]
        if deletions:
            moves.append(InboundDeleted(t, f"m{rng.randrange(number + 1)}"))
        if policies:
            moves.append(PolicySet(t, rng.choice(POLICIES)))
        story.append(rng.choice(moves))
    return story


@pytest.mark.parametrize("part", range(10))
def test_a_thousand_orders_of_arrival_give_the_same_clocks(part: int) -> None:
    rng = random.Random(part)
    for _ in range(100):
        story, policy = random_story(rng), rng.choice(POLICIES)
        shuffled = rng.sample(story, len(story))
        at = START + rng.randrange(0, 4000) * MINUTE
        assert readings(shuffled, policy, at) == readings(story, policy, at)


@pytest.mark.parametrize("part", range(10))
def test_what_has_happened_does_not_depend_on_who_looked_when(part: int) -> None:
    rng = random.Random(part)
    for _ in range(50):
        story, policy = random_story(rng, deletions=False, policies=False), rng.choice(POLICIES)
        at = story[-1].t + rng.randrange(0, 3000) * MINUTE
        # Somebody looks, and something happens that no clock cares about, at any instant.
        looked = [*story, *(Outbound(rng.randrange(START, at + 1), counts=False) for _ in range(5))]
        assert readings(looked, policy, at) == readings(story, policy, at)


@dataclass
class Wait:
    """A wait of a conversation, in minutes."""

    target: Target
    start: int
    used: int = 0
    used_up_at: int | None = None
    over: bool = False


class ByHand:
    """The same rules, minute after minute."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.status = Status.OPEN
        self.answered = False
        self.waits: list[Wait] = []

    def running(self) -> Wait | None:
        return self.waits[-1] if self.waits and not self.waits[-1].over else None

    def happen(self, event: ClockEvent) -> None:
        wait = self.running()
        if isinstance(event, Inbound):
            self.status = Status.OPEN
            if wait is None:
                self.waits.append(Wait(Target.NRT if self.answered else Target.FRT, event.t))
        elif isinstance(event, Outbound) and event.counts:
            if wait is not None:
                wait.over = True
            self.answered = self.answered or bool(self.waits)
            if event.closes and self.status is Status.OPEN:
                self.status = Status.DONE
        elif isinstance(event, StatusSet):
            self.status = event.status
            if wait is not None and event.status is Status.DONE:
                wait.over = True

    def minute(self, t: int) -> None:
        wait = self.running()
        if wait is None or self.policy.pauses(wait.target, self.status):
            return
        if self.policy.calendar is None or self.policy.calendar.is_open(t):
            wait.used += 1
            if wait.used * MINUTE == self.policy.targets[wait.target]:
                wait.used_up_at = t + MINUTE

    def summary(self) -> list[tuple[str, int, int, int | None]]:
        """Return target, start, minutes used, and when it was used up if more than that was used, for each wait."""
        return [
            (
                wait.target.value,
                wait.start,
                wait.used,
                wait.used_up_at if wait.used * MINUTE > self.policy.targets[wait.target] else None,
            )
            for wait in self.waits
        ]


@pytest.mark.parametrize("part", range(10))
def test_waits_are_those_of_counting_the_minutes(part: int) -> None:
    rng = random.Random(part)
    for _ in range(20):
        policy = rng.choice([one for one in POLICIES if one is not None])
        story = random_story(rng, deletions=False, policies=False)
        at = story[-1].t + rng.randrange(0, 1500) * MINUTE
        hand = ByHand(policy)
        events = iter(sorted(story, key=lambda one: one.t))
        following = next(events, None)
        for t in range(START, at + MINUTE, MINUTE):
            while following is not None and following.t == t:
                hand.happen(following)
                following = next(events, None)
            if t < at:
                hand.minute(t)
        found = readings(story, policy, at)
        rows = [
            (target.value, one.start, one.elapsed // MINUTE, one.breached_at)
            for target in (Target.FRT, Target.NRT)
            for one in found[target]
        ]
        assert sorted(rows, key=lambda row: row[1]) == hand.summary()


def only(found: dict[Target, list[Reading]], target: Target = Target.FRT) -> Reading:
    (reading,) = found[target]
    return reading


def test_a_breach_has_the_same_date_whenever_one_looks() -> None:
    story: list[ClockEvent] = [Inbound(START, "a")]
    seen = {only(readings(story, HOURLY, START + n * HOUR)).breached_at for n in range(2, 50)}
    assert seen == {START + HOUR}


def test_a_shorter_target_breaches_at_the_change_that_made_it_so() -> None:
    shorter = Policy({Target.FRT: 10 * MINUTE})
    story: list[ClockEvent] = [Inbound(START, "a"), PolicySet(START + 30 * MINUTE, shorter)]
    clock = only(readings(story, HOURLY, START + 40 * MINUTE))
    assert (clock.state, clock.breached_at, clock.elapsed) == (
        ClockState.BREACHED,
        START + 30 * MINUTE,
        40 * MINUTE,
    )


def test_the_same_target_under_another_name_changes_nothing() -> None:
    again = Policy({Target.FRT: HOUR}, None, PAUSING)
    story: list[ClockEvent] = [Inbound(START, "a"), PolicySet(START + 2 * HOUR, again)]
    assert only(readings(story, HOURLY, START + 3 * HOUR)).breached_at == START + HOUR


def test_a_message_that_was_not_here_when_we_answered_waits_on_from_its_own_start() -> None:
    answered = START + 30 * MINUTE
    unseen = Inbound(START + 20 * MINUTE, "late fetched", after=answered)
    found = readings([Inbound(START, "a"), Outbound(answered, closes=True), unseen], HOURLY, START + HOUR)
    assert only(found).state is ClockState.MET
    assert only(found, Target.NRT) == Reading(
        START + 20 * MINUTE, 40 * MINUTE, 80 * MINUTE, ClockState.RUNNING, START + 140 * MINUTE
    )
    assert only(found, Target.RESOLUTION).state is ClockState.RUNNING


def test_an_answer_that_closes_leaves_open_who_still_waits_for_it() -> None:
    done = readings([Inbound(START, "a"), Outbound(START + MINUTE, closes=True)], HOURLY, START + HOUR)
    assert only(done, Target.RESOLUTION).fulfilled_at == START + MINUTE
    snoozed: list[ClockEvent] = [
        Inbound(START, "a"),
        StatusSet(START + 1, Status.SNOOZED),
        Outbound(START + 2, closes=True),
    ]
    assert only(readings(snoozed, HOURLY, START + HOUR), Target.RESOLUTION).fulfilled_at is None


def test_a_course_tells_when_any_share_was_or_will_be_used() -> None:
    policy = Policy({Target.FRT: 4 * HOUR}, OFFICE, {Target.FRT: frozenset({Status.SNOOZED})})
    noon = START - 134 * MINUTE
    story: list[ClockEvent] = [
        Inbound(noon, "a"),
        StatusSet(noon + HOUR, Status.SNOOZED),
        StatusSet(noon + 2 * HOUR, Status.OPEN),
    ]
    (course,) = courses(story, policy, noon + 3 * HOUR)[Target.FRT]
    assert [course.when(n * HOUR) for n in (0, 1, 2, 4, 5)] == [
        noon,
        noon + HOUR,
        noon + 3 * HOUR,
        noon + 5 * HOUR,
        noon + 22 * HOUR,
    ]
    assert [(span.elapsed // HOUR, span.paused_in) for span in course.spans] == [
        (1, None),
        (0, Status.SNOOZED),
        (1, None),
    ]
    (paused,) = courses(story, policy, noon + 90 * MINUTE)[Target.FRT]
    assert (paused.when(HOUR), paused.when(2 * HOUR)) == (noon + HOUR, None)
