"""R1: the process that decides and sends is killed, at named points and at any moment, and another takes its place."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig import actors, processes
from rig.judge import Verdict, judge
from rig.points import POINTS
from rig.report import Family, Order
from rig.spoiling import Style
from rig.stage import Promise, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

PACE = 200.0
"""How much faster than the wall's the clock of these runs is, so that the waits of recovery are short."""
SETTLE_SECONDS = 400.0
RESTART_SECONDS = 5.0
KILLED = -9
_LONGEST_RUN = 0.25
_FEW_POINTS = 6


@dataclass(frozen=True, slots=True)
class Case:
    """One kill: at the `nth` coming of `point`, or after `seconds`; the process that recovers may be killed as well."""

    point: str | None
    nth: int
    seconds: float
    again_after: float | None


def run(order: Order) -> Verdict:
    """Kill and recover, then hold every reply against the servers."""
    chance = order.chance("R1")
    cases = [*_named(order.amount(25, 0), chance), *_at_random(order.amount(200, 3), chance)]
    chance.shuffle(cases)
    verdict = Verdict()
    promises: list[Promise] = []
    slowest = 0.0
    with Stage(order.folder / "r01", chance) as stage:
        stage.questions(len(cases))
        stage.sync()
        stage.clock.run(PACE)
        waiting = {style: stage.conversations(style) for style in Style}
        for case in cases:
            wanted = [(waiting[style].pop(0), stage.text(style), style) for style in Style]
            chance.shuffle(wanted)
            promises += _killed(stage, case, wanted, verdict)
            slowest = max(slowest, _recovered(stage, case, verdict))
        verdict.add(judge(stage, promises))
    if order.full:
        verdict.expect(slowest <= RESTART_SECONDS, f"a restart took {slowest:.1f} s to settle or list every reply")
    verdict.amount = len(cases)
    verdict.figures = {"replies": len(promises), "slowest restart (s)": f"{slowest:.2f}"}
    return verdict


def _named(seeds: int, chance: Random) -> Iterator[Case]:
    """Yield so many kills at each point; 0 stands for one at some of them."""
    points = list(POINTS) if seeds else chance.sample(list(POINTS), _FEW_POINTS)
    for point in points:
        for _ in range(max(seeds, 1)):
            again = chance.uniform(0.0, _LONGEST_RUN) if chance.random() < 1 / 3 else None
            yield Case(point, chance.randint(1, len(Style)), 0.0, again)


def _at_random(amount: int, chance: Random) -> Iterator[Case]:
    for _ in range(amount):
        again = chance.uniform(0.0, _LONGEST_RUN) if chance.random() < 1 / 3 else None
        yield Case(None, 1, chance.uniform(0.0, _LONGEST_RUN), again)


def _killed(stage: Stage, case: Case, wanted: list[tuple[int, str, Style]], verdict: Verdict) -> list[Promise]:
    """Run until the kill; return the replies that were accepted before it."""
    given = [(conversation, text) for conversation, text, _ in wanted]
    actor = _sending(stage, given, case.point, case.nth)
    if case.point is None:
        actor.said(wait=5.0)
        time.sleep(case.seconds)
        actor.kill()
    code = actor.end()
    if case.point is not None and code != KILLED:
        verdict.say(f"{case.point} ({case.nth}) never came: {actor.said()}")
    accepted = []
    for conversation, text, style in wanted:
        rows = stage.rows("SELECT id FROM replies WHERE text = ?", text)
        accepted += [Promise(int(str(row[0])), style, conversation, text) for row in rows]
    said = {one for one in actor.said() if isinstance(one, int)}
    verdict.lost += len(said - {one.id for one in accepted})
    return accepted


def _recovered(stage: Stage, case: Case, verdict: Verdict) -> float:
    """Start again, after one more kill if wanted; return the seconds until every reply had an outcome or was listed."""
    if case.again_after is not None:
        actor = _sending(stage)
        time.sleep(case.again_after)
        actor.kill()
    begun = time.monotonic()
    actor = _sending(stage)
    while actor.running and _under_way(stage):
        time.sleep(0.01)
    took = time.monotonic() - begun
    code = actor.end()
    verdict.expect(code == 0 and actor.said() == [actors.ENDED], f"a restart after {case}: {code} {actor.said()}")
    return took


def _sending(
    stage: Stage, wanted: list[tuple[int, str]] | None = None, point: str | None = None, nth: int = 1
) -> processes.Actor:
    return processes.Actor(
        actors.decide_and_send, stage.home, stage.clock.path, wanted or [], (point, nth), SETTLE_SECONDS
    )


def _under_way(stage: Stage) -> bool:
    return bool(stage.rows("SELECT 1 FROM replies WHERE state IN ('queued', 'sending')"))


FAMILY = Family("R1", "kill -9 while sending", run)
