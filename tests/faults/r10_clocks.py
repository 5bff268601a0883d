"""R10: the wall clock jumps, forward and back, a machine sleeps, the zone changes, all in the middle of sending."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from typing import TYPE_CHECKING
from unittest.mock import patch

from cminbox.domain.reply import ReplyState
from cminbox.simulators.wire import Fault
from rig.judge import Verdict, judge
from rig.office import Office, opened
from rig.report import Family, Order
from rig.spoiling import Lost, Style
from rig.stage import Promise, Stage

if TYPE_CHECKING:
    from random import Random

    from cminbox.domain.account import Account
    from cminbox.sync.looking import Looked

HOUR = 3600.0
JUMPS = (HOUR, -HOUR, 24 * HOUR, -24 * HOUR, 8 * HOUR, 0.0)
"""In seconds; 0 is a change of the zone alone."""
ZONES = ("Asia/Tokyo", "America/New_York", "Pacific/Chatham", "UTC")
HOLD_SECONDS = 8.0
SETTLED_SECONDS = 1000.0
"""So long after a jump everything that was under way has its outcome, whatever the clock says."""
_TURN = 5.0
_SHORTLY = 10.0


def run(order: Order) -> Verdict:
    """Let the clock jump while replies are held, put off and in doubt."""
    chance = order.chance("R10")
    amount = order.amount(60, 6)
    with Stage(order.folder / "r10", chance) as stage:
        stage.questions(amount)
        verdict = Verdict()
        promises = asyncio.run(_play(stage, chance, amount, verdict))
        verdict.add(judge(stage, promises))
    verdict.amount = amount
    verdict.figures = {"replies": len(promises)}
    return verdict


async def _play(stage: Stage, chance: Random, amount: int, verdict: Verdict) -> list[Promise]:
    promises: list[Promise] = []
    async with opened(stage) as office:
        looks = _counted(office)
        await office.turn()
        waiting = {style: stage.conversations(style) for style in Style}
        for number in range(amount):
            made = await _under_way(office, chance, {style: waiting[style].pop() for style in Style})
            promises += made
            jump = JUMPS[number % len(JUMPS)]
            dues = _dues(stage)
            looks.clear()
            with _zone(chance.choice(ZONES) if jump == 0.0 else "UTC"):
                stage.clock.jump(jump)
                await _afterwards(office, jump, made, looks, verdict)
            gone = set(dues.items()) - set(_dues(stage).items())
            answered = {one.conversation for one in made}
            verdict.expect({one for one, _ in gone} <= answered, f"a jump of {jump} s moved due times")
    return promises


async def _under_way(office: Office, chance: Random, where: dict[Style, int]) -> list[Promise]:
    """Bring a reply into each state in which time matters: put off, in doubt, held."""
    stage = office.stage
    stage.town("mend")
    stage.town("fail_publishing", Style.KEY, Fault.RATE_LIMIT)
    stage.town("spoil", Style.CLIENT_ID, chance.choice((Lost.RESET, Lost.ERROR_504)), made=True)
    made = [
        stage.promise(style, conversation, hold=HOLD_SECONDS if style is Style.NO_KEY else 0.0)
        for style, conversation in where.items()
    ]
    await office.turn()
    stage.clock.pass_time(chance.uniform(0.0, 2.0))
    return made


async def _afterwards(office: Office, jump: float, made: list[Promise], looks: Counter[str], verdict: Verdict) -> None:
    """Let time pass after a jump, and note what does not go on as if nothing had been."""
    stage = office.stage
    for _ in range(round(_SHORTLY / _TURN)):
        await office.turn()
        stage.clock.pass_time(_TURN)
    burst = {account: amount for account, amount in looks.items() if amount > 1}
    verdict.expect(not burst, f"a jump of {jump} s brought several looks at once: {burst}")
    until = stage.clock.steady() + SETTLED_SECONDS
    while stage.clock.steady() < until:
        await office.turn()
        stage.clock.pass_time(_TURN * 4)
    for one in made:
        state = stage.workspace.outbox.get(one.id).state
        verdict.expect(state is ReplyState.SENT, f"{one.style} is still {state} long after a jump of {jump} s")
    silent = {"masto", "sky"} - set(looks)
    verdict.expect(not silent, f"after a jump of {jump} s nobody looked at {silent}")


def _counted(office: Office) -> Counter[str]:
    """Count the looks at each account."""
    looks: Counter[str] = Counter()
    look = office.process.looker.look

    async def counted(account: Account) -> Looked:
        looks[account.name] += 1
        return await look(account)

    patch.object(office.process.looker, "look", counted).start()
    return looks


def _dues(stage: Stage) -> dict[int, object]:
    """Return when each open conversation has to be answered."""
    rows = stage.rows("SELECT id, due FROM conversations WHERE status = 'open' AND due IS NOT NULL")
    return {int(str(conversation)): due for conversation, due in rows}


class _zone:  # noqa: N801 - reads as a word of the sentence
    """The zone of this process while a `with` block lasts."""

    def __init__(self, name: str) -> None:
        self._environ = patch.dict(os.environ, {"TZ": name})

    def __enter__(self) -> None:
        self._environ.start()
        time.tzset()

    def __exit__(self, *_: object) -> None:
        self._environ.stop()
        time.tzset()


FAMILY = Family("R10", "clock jumps", run)
