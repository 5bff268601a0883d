"""R9: credentials die while the program reads and sends; a person renews them, or the program does by itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cminbox.domain.account import HealthState
from cminbox.domain.reply import ReplyState
from cminbox.inbox.connecting import renew
from cminbox.simulators.wire import Fault
from rig.judge import Verdict, judge
from rig.office import opened
from rig.report import Family, Order
from rig.spoiling import Style
from rig.stage import ACCOUNTS, Promise, Stage
from rig.town import APP_PASSWORD, TOKEN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from random import Random

    from rig.office import Office

MOST_REQUESTS = 8
"""So many requests may still be made with dead credentials: one look, and what was under way."""
_HALF_HOUR = 1800.0
_NOTICED = 20.0
_AN_HOUR_AND_MORE = 3700.0


@dataclass
class Shift:
    """A round of deaths: who has which credentials now, and what was promised."""

    office: Office
    chance: Random
    verdict: Verdict = field(default_factory=Verdict)
    promises: list[Promise] = field(default_factory=list)
    token: str = TOKEN
    password: str = APP_PASSWORD
    round: int = 0

    @property
    def stage(self) -> Stage:
        """The stage that it is played on."""
        return self.office.stage

    def health(self, account: str) -> HealthState:
        """Return how an account stands."""
        return self.stage.workspace.accounts.get(account).health.state

    def new_secrets(self) -> None:
        """Let the networks take other credentials from now on."""
        self.round += 1
        self.token, self.password = f"{TOKEN}-{self.round}", f"{APP_PASSWORD}-{self.round}"

    async def dies_for_good(self, account: str) -> None:
        """Let credentials die of which only a person can bring new ones, and bring them."""
        old = (self.token, self.password)
        self.new_secrets()
        if account == "masto":
            self.password = old[1]
        else:
            self.token = old[0]
            self.stage.town("end_sessions", refresh=True)
        self.stage.town("set_secrets", self.token, self.password)
        theirs = [style for style in Style if ACCOUNTS[style] == account]
        await self._others_go_on(account, theirs)
        secret = {"access_token": self.token} if account == "masto" else {"app_password": self.password}
        await asyncio.to_thread(renew, self.stage.workspace, account, secret)
        self.stage.clock.pass_time(_NOTICED)
        await self.office.work_off()
        self.verdict.expect(self.health(account) is HealthState.OK, f"{account} is not well after its renewal")

    async def _others_go_on(self, account: str, theirs: list[Style]) -> None:
        await self.office.turn()
        for one in self.promises[-len(Style) :]:
            state = self.stage.workspace.outbox.get(one.id).state
            wanted = ReplyState.QUEUED if one.style in theirs else ReplyState.SENT
            self.verdict.expect(state is wanted, f"{one.style} is {state} while {account} is signed out")
        self.stage.clock.pass_time(60.0)
        await self.office.turn()
        self.verdict.expect(self.health(account) is HealthState.SIGN_IN, f"nobody is told that {account} is signed out")
        before = sum(self.stage.town("received")[style] for style in theirs)
        for _ in range(10):
            self.stage.clock.pass_time(_HALF_HOUR / 10)
            await self.office.turn()
        asked = sum(self.stage.town("received")[style] for style in theirs) - before
        self.verdict.expect(asked <= MOST_REQUESTS, f"{asked} requests with dead credentials in half an hour")

    async def access_expires(self) -> None:
        """Let access tokens expire; the refresh token brings new ones."""
        self.stage.town("end_sessions", refresh=False)
        await self._unnoticed()

    async def sessions_end(self) -> None:
        """Let all tokens die; the app password brings new ones."""
        self.stage.town("end_sessions", refresh=True)
        await self._unnoticed()

    async def _unnoticed(self) -> None:
        await self.office.turn()
        for one in self.promises[-len(Style) :]:
            state = self.stage.workspace.outbox.get(one.id).state
            self.verdict.expect(state is ReplyState.SENT, f"{one.style} is {state} after a renewal that needs nobody")

    async def one_refusal(self) -> None:
        """Let the server take the token for dead once, at the very request that publishes."""
        self.stage.town("fail_publishing", Style.KEY, Fault.UNAUTHORIZED)
        await self.office.turn()
        self.stage.clock.pass_time(_AN_HOUR_AND_MORE)
        await self.office.work_off()


def run(order: Order) -> Verdict:
    """Let credentials die in every way."""
    chance = order.chance("R9")
    amount = order.amount(100, 10)
    with Stage(order.folder / "r09", chance) as stage:
        stage.questions(amount)
        shift = asyncio.run(_play(stage, chance, amount))
        verdict = shift.verdict.add(judge(stage, shift.promises))
        for one in shift.promises:
            state = stage.workspace.outbox.get(one.id).state
            verdict.expect(state is ReplyState.SENT, f"reply {one.id} ({one.style}) is {state} in the end")
    verdict.amount = amount
    verdict.figures = {"replies": len(shift.promises)}
    return verdict


async def _play(stage: Stage, chance: Random, amount: int) -> Shift:
    async with opened(stage) as office:
        await office.turn()
        shift = Shift(office, chance)
        deaths: list[Callable[[], Awaitable[None]]] = [
            lambda: shift.dies_for_good("masto"),
            lambda: shift.dies_for_good("sky"),
            shift.access_expires,
            shift.sessions_end,
            shift.one_refusal,
        ]
        waiting = {style: stage.conversations(style) for style in Style}
        for number in range(amount):
            shift.promises += [stage.promise(style, waiting[style].pop()) for style in Style]
            await deaths[number % len(deaths)]()
    return shift


FAMILY = Family("R9", "credentials die", run)
