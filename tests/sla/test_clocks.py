from __future__ import annotations

import json
import random
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from cminbox.domain.conversation import Status, Target
from cminbox.sla.calendar import Calendar
from cminbox.sla.clocks import (
    ClockEvent,
    ClockState,
    Inbound,
    InboundDeleted,
    Outbound,
    Policy,
    PolicySet,
    Reading,
    StatusSet,
    readings,
)
from cminbox.sla.hours import Schedule, Window

SCENARIOS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("scenarios.json").read_text())
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = 60_000
HOUR = 60 * MINUTE
START = 1_790_000_000_000
HOURLY = Policy({Target.FRT: HOUR, Target.NRT: 2 * HOUR, Target.RESOLUTION: 8 * HOUR})


def instant(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def windows(many: list[list[str]]) -> tuple[Window, ...]:
    def minutes(text: str) -> int:
        return int(text[:2]) * 60 + int(text[3:])

    return tuple(Window(minutes(opens), minutes(closes)) for opens, closes in many)


def policy_of(data: dict[str, Any] | None) -> Policy | None:
    if data is None:
        return None
    calendar = None
    if (given := data.get("schedule")) is not None:
        weekly = tuple(windows(given["hours"].get(day, [])) for day in DAYS)
        holidays = frozenset(date.fromisoformat(day) for day in given.get("holidays", ()))
        calendar = Calendar(Schedule(given["tz"], weekly, holidays=holidays))
    pause = {Target(name): frozenset(map(Status, many)) for name, many in data.get("pause", {}).items()}
    return Policy({Target(name): seconds * 1000 for name, seconds in data["targets"].items()}, calendar, pause)


def event_of(data: dict[str, Any], policies: dict[str, Policy | None]) -> ClockEvent:
    t = instant(data["t"])
    match data["type"]:
        case "inbound":
            return Inbound(t, data.get("id"))
        case "outbound":
            return Outbound(t, counts=not data.get("auto") and data.get("result", "ok") == "ok")
        case "status":
            return StatusSet(t, Status(data["status"]))
        case _:
            return PolicySet(t, policies.get(data["policy"]))


def as_given(reading: Reading) -> dict[str, Any]:
    form = {
        "start": reading.start,
        "elapsed_s": reading.elapsed // 1000,
        "remaining_s": reading.remaining // 1000,
        "state": reading.state.value,
        "due": reading.due,
        "fulfilled_at": reading.fulfilled_at,
        "breached_at": reading.breached_at,
        "ended_at": reading.ended_at,
    }
    return {name: value for name, value in form.items() if value is not None}


def expected(data: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            name: instant(value) if name in {"start", "due"} or name.endswith("_at") else value
            for name, value in one.items()
        }
        for one in data
        if one["state"] != "none"
    ]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario["id"] for scenario in SCENARIOS])
def test_a_worked_scenario_comes_out_to_the_second(scenario: dict[str, Any]) -> None:
    policies = {name: policy_of(data) for name, data in scenario["policies"].items()}
    events = [event_of(data, policies) for data in scenario["events"]]
    for check in scenario["checks"]:
        found = readings(events, policies[scenario["policy"]], instant(check["at"]))
        for name, wanted in check["expect"].items():
            assert [as_given(one) for one in found[Target(name)]] == expected(wanted)


def random_story(rng: random.Random) -> list[ClockEvent]:
    story: list[ClockEvent] = []
    t = START
    for number in range(rng.randrange(1, 15)):
        t += rng.randrange(1, 90) * MINUTE
        moves: list[ClockEvent] = [
            Inbound(t, f"m{number}"),
            Inbound(t, f"m{number}"),
            Outbound(t),
            Outbound(t, counts=False),
            StatusSet(t, rng.choice(list(Status))),
            InboundDeleted(t, f"m{rng.randrange(number + 1)}"),
        ]
        story.append(rng.choice(moves))
    return story


def test_a_thousand_orders_of_arrival_give_the_same_clocks() -> None:
    rng = random.Random(20261121)
    pause = {Target.RESOLUTION: frozenset({Status.PENDING, Status.SNOOZED})}
    policy = Policy(HOURLY.targets, None, pause)
    for _ in range(1000):
        story = random_story(rng)
        shuffled = rng.sample(story, len(story))
        at = START + rng.randrange(0, 30) * HOUR
        assert readings(shuffled, policy, at) == readings(story, policy, at)


def test_a_breach_has_the_same_date_whenever_one_looks() -> None:
    story: list[ClockEvent] = [Inbound(START, "a")]
    seen = {readings(story, HOURLY, START + n * HOUR)[Target.FRT][0].breached_at for n in range(2, 50)}
    assert seen == {START + HOUR}


def test_deleting_the_only_message_cancels_its_wait() -> None:
    story: list[ClockEvent] = [Inbound(START, "a"), InboundDeleted(START + 10 * MINUTE, "a")]
    found = readings(story, HOURLY, START + 5 * HOUR)
    assert found[Target.FRT][0].state is ClockState.CANCELLED
    assert found[Target.FRT][0].elapsed == 10 * MINUTE
    assert found[Target.RESOLUTION][0].state is ClockState.CANCELLED


def test_deleting_the_first_message_moves_the_wait_to_the_next_one() -> None:
    story: list[ClockEvent] = [
        Inbound(START, "a"),
        Inbound(START + 20 * MINUTE, "b"),
        InboundDeleted(START + 30 * MINUTE, "a"),
    ]
    (clock,) = readings(story, HOURLY, START + 40 * MINUTE)[Target.FRT]
    assert (clock.start, clock.elapsed, clock.due) == (START + 20 * MINUTE, 20 * MINUTE, START + 80 * MINUTE)


def test_deleting_a_message_that_was_answered_changes_nothing() -> None:
    story: list[ClockEvent] = [Inbound(START, "a"), Outbound(START + 5 * MINUTE)]
    deleted = [*story, InboundDeleted(START + 10 * MINUTE, "a")]
    at = START + HOUR
    assert readings(deleted, HOURLY, at)[Target.FRT] == readings(story, HOURLY, at)[Target.FRT]


def test_a_shorter_target_breaches_at_the_change_that_made_it_so() -> None:
    shorter = Policy({Target.FRT: 10 * MINUTE})
    story: list[ClockEvent] = [Inbound(START, "a"), PolicySet(START + 30 * MINUTE, shorter)]
    (clock,) = readings(story, HOURLY, START + 40 * MINUTE)[Target.FRT]
    assert (clock.state, clock.breached_at, clock.elapsed) == (
        ClockState.BREACHED,
        START + 30 * MINUTE,
        40 * MINUTE,
    )


def test_a_fulfilled_target_keeps_its_verdict_under_a_new_policy() -> None:
    story: list[ClockEvent] = [
        Inbound(START, "a"),
        Outbound(START + 30 * MINUTE),
        PolicySet(START + HOUR, Policy({Target.FRT: MINUTE})),
    ]
    (clock,) = readings(story, HOURLY, START + 2 * HOUR)[Target.FRT]
    assert clock.state is ClockState.MET
