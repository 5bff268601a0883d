"""Every figure equals a count by hand, and opens to its conversations."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from rehearsal.people import HOUR, MINUTE, NOW, manifest, wrote
from rehearsal.stage import Stage

from cminbox.domain.conversation import Status, Target
from cminbox.domain.message import Kind
from cminbox.domain.reply import Receipt
from cminbox.inbox.reading import Reading
from cminbox.inbox.reporting import DIMENSIONS, Asked, Report, Tally, Verdict, expected, report
from cminbox.settings.values import Settings, Sla
from cminbox.sla.clocks import ClockState
from cminbox.sla.stages import StageRules
from cminbox.store.outbox import Decision
from cminbox.store.policies import put_in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from cminbox.domain.account import Account
    from cminbox.store.targets import TargetNow

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE: dict[str, Any] = {
    "tz": "Europe/Berlin",
    "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
}
POLICIES: list[dict[str, Any]] = [
    {
        "name": "fast",
        "match": {"kind": ["dm"]},
        "targets": {"frt": 3600, "nrt": 1800, "resolution": 36_000},
        "pause": {"resolution": ["pending", "snoozed"], "nrt": ["snoozed"]},
        "schedule": None,
    },
    {"name": "slow", "match": {}, "targets": {"frt": 7200, "nrt": 7200}, "pause": {}, "schedule": OFFICE},
]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path / "brand")
    made.workspace.settings = Settings(sla=Sla(schedule=OFFICE, policies=tuple(POLICIES)))
    put_in_force(made.workspace.database, POLICIES, StageRules(), now=NOW)
    yield made
    made.close()


def publish(stage: Stage, conversation_id: int, agent: str) -> None:
    workspace = stage.workspace
    # Whoever else has answered: it is sent all the same.
    now = stage.clock.now()
    reply = workspace.outbox.decide(Decision(conversation_id, "thanks", agent, "t", now, 0, accepted=10**9))
    stage.hold_lease()
    workspace.outbox.begin(reply.id, holder="me", now=stage.clock.now())
    workspace.outbox.sent(reply.id, Receipt(f"sent-{reply.id}", None), now=stage.clock.now())


def live(stage: Stage, seed: int, steps: int = 120) -> None:
    """Let a week of a brand's life pass, at random."""
    rng = random.Random(seed)
    accounts = [stage.connect("one"), stage.connect("two", manifest(name="other"))]
    written: list[tuple[Account, str]] = []
    for number in range(steps):
        stage.clock.pass_time(rng.randrange(60, 9000))
        now = stage.clock.now()
        rows = stage.everything()
        move = rng.random()
        if move < 0.5 or not rows:
            account = rng.choice(accounts)
            mine = [name for owner, name in written if owner is account]
            parent = rng.choice(mine) if mine and rng.random() < 0.5 else None
            ours = parent is not None and rng.random() < 0.2
            name = f"m{number}"
            kind = rng.choice([Kind.DM, Kind.COMMENT])
            at = now - rng.randrange(3 * HOUR)
            stage.take(account, wrote(name, at=at, by=f"p{number}", kind=kind, parent=parent, ours=ours))
            written.append((account, name))
        elif move < 0.75:
            publish(stage, rng.choice(rows).id, rng.choice(["ana", "bob"]))
        elif move < 0.85:
            row = rng.choice(rows)
            stage.workspace.conversations.assign([row.id], rng.choice(["ana", "bob"]), agent="ana", now=now)
        else:
            status = rng.choice([Status.DONE, Status.PENDING, Status.OPEN])
            stage.workspace.conversations.set_status([rng.choice(rows).id], status, agent="bob", now=now)


def everything(stage: Stage, **only: Any) -> Asked:  # noqa: ANN401 - parts of what is asked
    return Asked(0, stage.clock.now() + 1, {}, **only)


def by_hand(stage: Stage, since: int, until: int) -> list[tuple[int, str, TargetNow]]:
    """Return every clock that began in a time, with its conversation and network, one conversation after the other."""
    targets = stage.workspace.targets
    return [
        (row.id, row.network, one)
        for row in stage.everything()
        for one in targets.of_conversation(row.id, now=stage.clock.now())
        if since <= one.reading.start < until
    ]


def check_tally(found: Tally | None, clocks: Iterable[TargetNow]) -> None:
    many = [one.reading for one in clocks]
    states = Counter(one.state for one in many)
    if not many:
        assert found is None
        return
    assert found is not None
    assert (found.met, found.breached) == (states[ClockState.MET], states[ClockState.BREACHED])
    assert found.cancelled == states[ClockState.CANCELLED]
    assert found.running == states[ClockState.RUNNING] + states[ClockState.PAUSED]
    known = found.met + found.breached
    assert found.attainment == (found.met / known if known else None)
    for values, median, ninetieth in (
        ([one.elapsed for one in many if one.fulfilled_at is not None], found.median_business, found.p90_business),
        (
            [one.fulfilled_at - one.start for one in many if one.fulfilled_at is not None],
            found.median_wall,
            found.p90_wall,
        ),
    ):
        for share, rank in ((0.5, median), (0.9, ninetieth)):
            # The smallest value that at least that share of all values does not exceed.
            fitting = [one for one in values if sum(other <= one for other in values) >= share * len(values)]
            assert rank == (min(fitting) if values else None)


@pytest.mark.parametrize("seed", range(6))
def test_every_figure_equals_a_count_by_hand(stage: Stage, seed: int) -> None:
    live(stage, seed)
    since, until = NOW + 10 * HOUR, stage.clock.now() - 5 * HOUR
    found = report(stage.workspace, Asked(since, until, {}))
    hand = by_hand(stage, since, until)
    assert len(found.waits) == len(hand)
    for target in Target:
        check_tally(found.totals.get(target), [one for _, _, one in hand if one.target is target])
        for network in ("scripted", "other"):
            clocks = [one for _, name, one in hand if one.target is target and name == network]
            check_tally(found.groups["network"].get(network, {}).get(target), clocks)
    cells: Counter[tuple[int, int]] = Counter()
    for _, _, one in hand:
        if one.target is not Target.RESOLUTION:
            moment = datetime.fromtimestamp(one.reading.start / 1000, UTC).astimezone(BERLIN)
            cells[moment.weekday(), moment.hour] += 1
    assert {(day, hour): n for day, hours in enumerate(found.heat) for hour, n in enumerate(hours) if n} == cells


@pytest.mark.parametrize("seed", range(3))
def test_every_figure_opens_to_its_conversations(stage: Stage, seed: int) -> None:
    live(stage, seed)
    whole = report(stage.workspace, everything(stage))
    assert whole.waits
    for dimension, groups in whole.groups.items():
        assert sum(tally.waits for tallies in groups.values() for tally in tallies.values()) == len(whole.waits)
        for value, tallies in groups.items():
            for target, tally in tallies.items():
                for verdict in Verdict:
                    asked = Asked(0, stage.clock.now() + 1, {dimension: value}, target, verdict)
                    opened = report(stage.workspace, asked)
                    assert len(opened.waits) == getattr(tally, verdict.value)
                    assert opened.conversations() == sorted({wait.conversation_id for wait in opened.waits})
                    assert all(DIMENSIONS[dimension](wait) == value for wait in opened.waits)


def test_a_cell_of_the_week_opens_to_its_conversations(stage: Stage) -> None:
    live(stage, 1)
    whole = report(stage.workspace, everything(stage))
    for weekday, hours in enumerate(whole.heat):
        for hour, count in enumerate(hours):
            opened = report(stage.workspace, everything(stage, weekday=weekday, hour=hour))
            assert sum(wait.target is not Target.RESOLUTION for wait in opened.waits) == count
            late = report(stage.workspace, everything(stage, weekday=weekday, hour=hour, verdict=Verdict.BREACHED))
            assert sum(wait.target is not Target.RESOLUTION for wait in late.waits) == whole.late[weekday][hour]


def only(found: Report, target: Target = Target.FRT) -> tuple[str, str]:
    (wait,) = [wait for wait in found.waits if wait.target is target]
    return wait.agent, wait.policy


def test_an_answer_belongs_to_who_gave_it_and_a_wait_to_whom_it_is_assigned(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("question", kind=Kind.DM))
    (row,) = stage.rows()
    assert only(report(stage.workspace, everything(stage))) == ("", "fast")
    stage.workspace.conversations.assign([row.id], "eve", agent="ana", now=NOW)
    assert only(report(stage.workspace, everything(stage))) == ("eve", "fast")
    publish(stage, row.id, "bob")
    found = report(stage.workspace, everything(stage))
    assert only(found) == ("bob", "fast")
    assert only(found, Target.RESOLUTION) == ("bob", "fast")


def test_an_answer_from_elsewhere_is_nobodys(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("question"), wrote("answer", parent="question", ours=True, at=NOW + MINUTE))
    assert only(report(stage.workspace, everything(stage))) == ("elsewhere", "slow")


def test_a_wait_belongs_to_the_period_in_which_it_began(stage: Stage) -> None:
    stage.take(stage.connect(), wrote("question", at=NOW - HOUR))
    for since, until, count in ((NOW - HOUR, NOW, 1), (NOW - HOUR + 1, NOW, 0), (0, NOW - HOUR, 0)):
        assert len(report(stage.workspace, Asked(since, until, {})).waits) == count


def test_a_day_of_25_hours_has_its_double_hour_in_one_cell(stage: Stage) -> None:
    sunday = round(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp()) * 1000
    stage.clock.wall = sunday + 2 * HOUR
    account = stage.connect()
    stage.take(account, wrote("a", at=sunday), wrote("b", by="bob", at=sunday + HOUR))
    heat = report(stage.workspace, everything(stage)).heat
    assert heat[6][2] == 2


def test_what_is_expected_is_told_by_the_queue_and_the_pace(stage: Stage) -> None:
    monday = round(datetime(2026, 9, 21, 9, 0, tzinfo=UTC).timestamp()) * 1000
    stage.clock.wall = monday
    account = stage.connect()
    stage.take(account, *(wrote(f"m{n}", by=f"p{n}", kind=Kind.DM, at=monday + n) for n in range(10)))
    found = expected(stage.workspace)
    assert (found.late, found.per_hour) == (10, None)
    assert found.ends_at == monday + 6 * HOUR
    for row in stage.rows()[:4]:
        publish(stage, row.id, "ana")
    # Four answers in the two hours since opening: two an hour, so two of six are in time.
    found = Reading(stage.workspace).forecast()
    assert (found.late, found.per_hour) == (4, 2)
