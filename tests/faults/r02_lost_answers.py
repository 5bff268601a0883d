"""R2 and R3: the post is made and the answer says otherwise, or nothing; keys are forgotten or refused."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.domain.reply import ReplyState
from rig.judge import Verdict, judge
from rig.office import opened
from rig.report import Family, Order
from rig.spoiling import Lost, Style
from rig.stage import Promise, Stage

if TYPE_CHECKING:
    from random import Random

    from rig.office import Office

LAGS = (0.0, 0.0, 0.0, 4.0, 40.0, 400.0)
"""How many seconds a server's lists may lag behind what was published."""
LOOKED_FOR = 90.0
"""So long (seconds) a reply in doubt is looked for before it is sent again with its key, or a person is asked."""
HOUR = 3600.0
_NEVER_MADE = {Lost.WITHOUT_ID}
"""What makes no sense where nothing was published."""


@dataclass(frozen=True, slots=True)
class Round:
    """One answer that is lost, in each style; `made` says whether the post exists. `lag` is in seconds."""

    lost: Lost
    made: bool
    lag: float
    blind: int

    def outcomes(self, style: Style) -> set[ReplyState]:
        """Return what may be said of the reply in the end."""
        if style is not Style.NO_KEY:
            return {ReplyState.SENT}
        if not self.made:
            return {ReplyState.UNKNOWN}
        return {ReplyState.SENT} if self.lag + self.blind < LOOKED_FOR else {ReplyState.SENT, ReplyState.UNKNOWN}


def run(order: Order) -> Verdict:
    """Lose answers in nine ways, in each style."""
    chance = order.chance("R2")
    rounds = [
        Round(lost, made=made, lag=chance.choice(LAGS), blind=chance.choice((0, 0, 1, 2)))
        for lost in Lost
        for made in (True, False)
        if made or lost not in _NEVER_MADE
        for _ in range(order.amount(20 if made else 5, 1))
    ]
    chance.shuffle(rounds)
    with Stage(order.folder / "r02", chance) as stage:
        stage.questions(len(rounds))
        verdict = Verdict()
        promises = asyncio.run(_play(stage, rounds, verdict))
        verdict.add(judge(stage, promises))
        states = [stage.workspace.outbox.get(one.id).state for one in promises]
    posts = sum(one.made for one in rounds) * len(Style)
    verdict.figures = {"posts made": posts, "left to a person": states.count(ReplyState.UNKNOWN)}
    return verdict


async def _play(stage: Stage, rounds: list[Round], verdict: Verdict) -> list[Promise]:
    promises: list[Promise] = []
    async with opened(stage) as office:
        await office.turn()
        waiting = {style: stage.conversations(style) for style in Style}
        for number, one in enumerate(rounds):
            made = await _round(office, one, {style: waiting[style][number] for style in Style})
            promises += made
            for promise in made:
                state = stage.workspace.outbox.get(promise.id).state
                verdict.expect(state in one.outcomes(promise.style), f"{promise.style} is {state} after {one}")
    return promises


async def _round(office: Office, one: Round, where: dict[Style, int]) -> list[Promise]:
    stage = office.stage
    stage.town("mend")
    for style in Style:
        stage.town("hide_fresh", style, one.lag)
        stage.town("spoil", style, one.lost, made=one.made, blind=one.blind)
    made = [stage.promise(style, conversation) for style, conversation in where.items()]
    await office.work_off()
    return made


def run_keys(order: Order) -> Verdict:
    """Lose an answer, and with it the server's memory of the key, or its patience with a repeated one."""
    chance = order.chance("R3")
    amount = order.amount(20, 3)
    with Stage(order.folder / "r03", chance) as stage:
        stage.questions(2 * amount, (Style.KEY,))
        promises = asyncio.run(_keys(stage, chance, amount))
        verdict = judge(stage, promises)
        states = [stage.workspace.outbox.get(one.id).state for one in promises]
    verdict.figures = {"left to a person": states.count(ReplyState.UNKNOWN)}
    return verdict


async def _keys(stage: Stage, chance: Random, amount: int) -> list[Promise]:
    promises: list[Promise] = []
    async with opened(stage) as office:
        await office.turn()
        waiting = stage.conversations(Style.KEY)
        for _ in range(amount):
            promises.append(await _forgotten(office, chance, waiting.pop()))
            promises.append(await _refused(office, chance, waiting.pop()))
    return promises


async def _forgotten(office: Office, chance: Random, conversation: int) -> Promise:
    """Let the server's lists lag and time pass until its memory of the key is over, then let it all be tried."""
    stage = office.stage
    stage.town("mend")
    stage.town("hide_fresh", Style.KEY, chance.choice((1.2, 3.0, 30.0)) * HOUR)
    stage.town("spoil", Style.KEY, chance.choice(list(Lost)), made=True)
    promise = stage.promise(Style.KEY, conversation)
    await office.turn()
    for _ in range(chance.randrange(4)):
        stage.clock.pass_time(chance.uniform(1.0, 30.0))
        await office.turn()
    away = chance.uniform(1.0, 2.0) * HOUR
    if chance.random() < 1 / 2:
        stage.clock.pass_time(away)
    else:
        stage.clock.jump(away)
    await office.work_off()
    return promise


async def _refused(office: Office, chance: Random, conversation: int) -> Promise:
    """Let lists lag until the key is tried again, and let the server answer that with an error."""
    stage = office.stage
    stage.town("mend")
    stage.town("refuse_repeated_keys")
    stage.town("hide_fresh", Style.KEY, chance.uniform(LOOKED_FOR, 10 * LOOKED_FOR))
    stage.town("spoil", Style.KEY, chance.choice(list(Lost)), made=True)
    promise = stage.promise(Style.KEY, conversation)
    await office.work_off()
    return promise


FAMILY = Family("R2", "post made, answer lost", run)
KEYS = Family("R3", "key forgotten or refused", run_keys)
