"""R2, twins: the same words twice in one conversation, where finding the first looks like finding the second."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cminbox.domain.reply import ReplyState
from rig.judge import Verdict
from rig.office import opened
from rig.report import Family, Order
from rig.spoiling import Lost, Style
from rig.stage import Promise, Stage

if TYPE_CHECKING:
    from random import Random

_NOT_MADE = [lost for lost in Lost if lost is not Lost.WITHOUT_ID]


def run(order: Order) -> Verdict:
    """Send a text, then the same one once more while the answer to it, or the request, gets lost."""
    chance = order.chance("twins")
    amount = order.amount(20, 2)
    with Stage(order.folder / "twins", chance) as stage:
        stage.questions(amount)
        pairs = asyncio.run(_play(stage, chance, amount))
        verdict = Verdict(amount=len(pairs))
        for first, second in pairs:
            _judge(stage, first, second, verdict)
    return verdict


async def _play(stage: Stage, chance: Random, amount: int) -> list[tuple[Promise, Promise]]:
    pairs: list[tuple[Promise, Promise]] = []
    async with opened(stage) as office:
        await office.turn()
        for number in range(amount):
            stage.town("mend")
            where = {style: stage.conversations(style)[number] for style in Style}
            first = [stage.promise(style, conversation) for style, conversation in where.items()]
            if chance.random() < 1 / 2:
                await office.work_off()
            made = chance.random() < 1 / 2
            second = [stage.promise(one.style, one.conversation, one.text) for one in first]
            if stage.workspace.outbox.get(first[0].id).state is ReplyState.QUEUED:
                for style in Style:
                    stage.town("spare", style)
            for style in Style:
                stage.town("spoil", style, chance.choice(list(Lost) if made else _NOT_MADE), made=made)
            await office.work_off()
            pairs += zip(first, second, strict=True)
    return pairs


def _judge(stage: Stage, first: Promise, second: Promise, verdict: Verdict) -> None:
    posts = sum(post.text.endswith(first.text) for post in stage.town("posts"))
    states = [stage.workspace.outbox.get(one.id).state for one in (first, second)]
    said = states.count(ReplyState.SENT)
    verdict.doubled += max(0, posts - 2)
    verdict.false += max(0, said - posts)
    verdict.expect(states[0] is ReplyState.SENT, f"the first of {first.style} is {states[0]}")
    settled = {ReplyState.SENT, ReplyState.UNKNOWN}
    verdict.expect(states[1] in settled, f"the second of {second.style} is {states[1]}")


FAMILY = Family("R2t", "the same words twice", run)
