"""Who is served next: every account sends one thing at a time, in order, and no account waits for another."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.account import HealthState
from cminbox.domain.problem import StoreProblem
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.waiting import Appointment
from cminbox.outbox.attempts import Desk, look, send, strand
from cminbox.outbox.recording import record
from cminbox.outbox.together import alike, carry_out_alike
from cminbox.store.leases import LeaseLost

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from cminbox.domain.account import Account
    from cminbox.store.acts import Acts

_LOG = logging.getLogger(__name__)
DATABASE_PAUSE = 5.0
FAULT_PAUSE = 60.0
_FAR = 10 * 365 * 24 * 3600 * 1000


class Sender:
    """Sends what is due. `lost` is set when another process has taken over: nothing is begun any more."""

    def __init__(
        self,
        desk: Desk,
        acts: Acts,
        accounts: Callable[[], Mapping[int, Account]],
        steady: Callable[[], float],
    ) -> None:
        self._desk = desk
        self._acts = acts
        self._accounts = accounts
        self._steady = steady
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._pauses: dict[int, Appointment] = {}
        self._stopping = False
        self.lost = asyncio.Event()

    async def recover(self) -> None:
        """Put what a dead process has left half sent in doubt. Call it after the lease was taken, then now and then."""
        await strand(self._desk)

    async def poke(self) -> None:
        """Begin whatever is due and not yet begun; returns at once."""
        if self._stopping or self.lost.is_set():
            return
        accounts = self._accounts()
        await self._give_up_homeless(accounts)
        for account_id, account in accounts.items():
            if account.health.state is HealthState.PAUSED:
                continue
            if account_id not in self._lanes and not self._paused(account_id) and self._next(account) is not None:
                lane = asyncio.create_task(self._serve(account), name=f"sending for account {account_id}")
                self._lanes[account_id] = lane
                lane.add_done_callback(partial(self._served, account_id))

    def resume(self, account_id: int) -> None:
        """End an account's pause: its credentials were renewed."""
        self._pauses.pop(account_id, None)

    @property
    def busy(self) -> bool:
        """Whether something is being sent right now."""
        return bool(self._lanes)

    def waiting(self, within: float | None = None) -> int:
        """Return how many replies, looks and acts are still to be done, at all or `within` so many seconds."""
        horizon = self._desk.now() + (_FAR if within is None else round(within * 1000))
        accounts = {
            account_id
            for account_id, account in self._accounts().items()
            if within is None
            or (account.health.state is not HealthState.PAUSED and not self._paused_for(account_id, within))
        }
        outbox = self._desk.outbox
        replies = [*outbox.in_state(ReplyState.QUEUED), *outbox.in_state(ReplyState.SENDING), *outbox.doubtful(horizon)]
        near = [one for one in replies if one.account_id in accounts and (one.next_try_at or 0) <= horizon]
        return len(near) + sum(act.account_id in accounts for act in self._acts.due(horizon))

    async def stop(self, grace: float) -> None:
        """Begin nothing any more, and wait at most `grace` seconds for what is being sent."""
        self._stopping = True
        lanes = list(self._lanes.values())
        if lanes:
            await asyncio.wait(lanes, timeout=grace)
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)

    async def _serve(self, account: Account) -> None:
        """Serve one account until nothing is due or it has to pause."""
        try:
            while not self._stopping and not self.lost.is_set() and (begin := self._next(account)) is not None:
                pause = await begin()
                if pause > 0:
                    self._pause(account.id, pause)
                    return
        except LeaseLost:
            self.lost.set()
        except StoreProblem as problem:
            _LOG.error("%s: %s", safe(account.name), problem)
            self._pause(account.id, DATABASE_PAUSE)
        except Exception:  # noqa: BLE001 - the one supervisor of sending: one account's fault stops no other account
            _LOG.exception("%s: a fault while sending", safe(account.name))
            self._pause(account.id, FAULT_PAUSE)

    def _served(self, account_id: int, _lane: asyncio.Task[None]) -> None:
        self._lanes.pop(account_id, None)

    def _next(self, account: Account) -> Callable[[], Awaitable[float]] | None:
        """Return what is to be done first for an account: replies, then looks for lost ones, then other acts."""
        now = self._desk.now()
        current = self._accounts().get(account.id)
        if current is not None and current.health.state is HealthState.PAUSED:
            # Paused while its queue was being sent.
            return None
        for row in self._desk.outbox.due(now):
            if row.account_id == account.id:
                return partial(send, self._desk, account, row)
        for row in self._desk.outbox.doubtful(now):
            if row.account_id == account.id:
                return partial(look, self._desk, account, row)
        acts = [act for act in self._acts.due(now) if act.account_id == account.id]
        return partial(carry_out_alike, self._desk, self._acts, account, alike(acts)) if acts else None

    async def _give_up_homeless(self, accounts: Mapping[int, Account]) -> None:
        """Refuse what belongs to an account that was removed."""
        now = self._desk.now()
        reason = say("The account is no longer connected")
        for row in self._desk.outbox.due(now):
            if row.account_id not in accounts:
                await record(partial(self._desk.outbox.refused, row.id, reason, now=now))
                self._desk.tally.refused += 1
        for act in self._acts.due(now):
            if act.account_id not in accounts:
                await record(partial(self._acts.refused, act, reason, now=now))
                self._desk.tally.acts_refused += 1

    def _pause(self, account_id: int, seconds: float) -> None:
        self._pauses[account_id] = Appointment.in_seconds(seconds, wall=self._desk.now(), steady=self._steady())

    def _paused(self, account_id: int) -> bool:
        return self._paused_for(account_id, 0.0)

    def _paused_for(self, account_id: int, seconds: float) -> bool:
        """Whether an account's pause lasts longer than so many seconds."""
        pause = self._pauses.get(account_id)
        if pause is None:
            return False
        left = pause.wait(wall=self._desk.now(), steady=self._steady())
        if left <= 0:
            del self._pauses[account_id]
        return left > seconds
