"""R8: hundreds of replies over a network that comes and goes, is slow, lies, and loses answers."""

from __future__ import annotations

import asyncio
from collections import defaultdict
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

REPLIES = 300
PER_CONVERSATION = 5
QUEUED = 20
MINUTES = 30.0
READ_SECONDS = 0.2
_LONGEST_STEP = 20.0
_LOST_QUICKLY = [lost for lost in Lost if lost is not Lost.SILENCE]


def run(order: Order) -> Verdict:
    """Queue replies a few at a time while the network flaps, then let a person look at what is left in doubt."""
    chance = order.chance("R8")
    amount = order.amount(REPLIES, 30)
    with Stage(order.folder / "r08", chance) as stage:
        stage.questions(-(-amount // PER_CONVERSATION // len(Style)))
        begun = stage.clock.now()
        promises, decided = asyncio.run(_shift(stage, chance, amount))
        verdict = judge(stage, promises, by_person=decided)
        for one in promises:
            state = stage.workspace.outbox.get(one.id).state
            verdict.expect(state is ReplyState.SENT, f"reply {one.id} ({one.style}) is {state}")
        _in_order(stage, promises, verdict)
        minutes = (stage.clock.now() - begun) / 60_000
    verdict.figures = {"minutes of fault plan": f"{minutes:.0f}", "decided by a person": len(decided)}
    return verdict


async def _shift(stage: Stage, chance: Random, amount: int) -> tuple[list[Promise], frozenset[int]]:
    promises: list[Promise] = []
    async with opened(stage, READ_SECONDS) as office:
        await office.turn()
        wanted = [
            (style, conversation)
            for style in Style
            for conversation in stage.conversations(style)
            for _ in range(PER_CONVERSATION)
        ][:amount]
        chance.shuffle(wanted)
        until = stage.clock.now() + MINUTES * 60_000
        while wanted or stage.clock.now() < until:
            room = QUEUED - len(stage.workspace.outbox.in_state(ReplyState.QUEUED))
            for style, conversation in (wanted.pop() for _ in range(min(max(room, 0), len(wanted)))):
                promises.append(stage.promise(style, conversation))
            _weather(stage, chance)
            await office.turn()
            stage.clock.pass_time(chance.uniform(1.0, _LONGEST_STEP))
        stage.town("up")
        stage.town("mend")
        decided = await _by_a_person(office)
    return promises, decided


def _weather(stage: Stage, chance: Random) -> None:
    """Let the network be up, down, or worse, until the next time."""
    stage.town("mend")
    if chance.random() < 1 / 4:
        stage.town("down")
        return
    stage.town("up")
    for style in Style:
        fortune = chance.random()
        if fortune < 1 / 3:
            lost = chance.choice(_LOST_QUICKLY) if chance.random() < 9 / 10 else Lost.SILENCE
            stage.town("spoil", style, lost, made=lost is Lost.WITHOUT_ID or chance.random() < 1 / 2)
        elif fortune < 1 / 2:
            stage.town("fail_reading", style, chance.choice((Lost.ERROR_502, Lost.RESET, Lost.WEB_PAGE)))


async def _by_a_person(office: Office) -> frozenset[int]:
    """Work everything off; a person has what is left in doubt sent again, which looks for it first."""
    decided: set[int] = set()
    outbox = office.stage.workspace.outbox
    await office.work_off()
    while left := outbox.in_state(ReplyState.UNKNOWN):
        for row in left:
            outbox.retry(row.id, agent="ana", now=office.stage.clock.now())
            decided.add(row.id)
        await office.work_off()
    return frozenset(decided)


def _in_order(stage: Stage, promises: list[Promise], verdict: Verdict) -> None:
    """Note conversations whose replies were not published in the order in which they were decided."""
    marks = [post.text.split()[-1] for post in stage.town("posts")]
    places = {mark: place for place, mark in enumerate(marks)}
    threads: defaultdict[int, list[int]] = defaultdict(list)
    for one in promises:
        threads[one.conversation].append(places.get(one.mark, -1))
    for conversation, found in threads.items():
        verdict.expect(found == sorted(found), f"conversation {conversation} was answered out of order")


FAMILY = Family("R8", "flapping network", run)
