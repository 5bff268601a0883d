"""One spool folder as a network."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from cminbox.domain.message import Person
from cminbox.domain.reply import Receipt
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.contract import AccountReport, Network, Page
from cminbox.network_kit.failures import Refused, SendOutcomeUnknown, TryLater
from cminbox.network_kit.limits import check_fits
from cminbox.networks.relay.account import MANIFEST, MONTH_SECONDS, RelayAccount
from cminbox.networks.relay.arriving import Coming, Place, claim, forget_claimed
from cminbox.networks.relay.leaving import answer, hand_out, was_handed_out
from cminbox.networks.relay.spool import Lock, Spool, forget_older

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    import httpx

    from cminbox.domain.reply import Reply
    from cminbox.network_kit.contract import AccountSettings, Credentials
    from cminbox.network_kit.failures import Gone

PAGE = 200
PATIENCE = (0.05, 0.1, 0.2, 0.4, 0.75, 1.5)
"""The pauses between looks for the script's answer, in seconds; then the outcome counts as unknown for now."""
_ASK_AGAIN_SECONDS = 10.0
_REMEMBERED_MS = 2 * MONTH_SECONDS * 1000
_T = TypeVar("_T")


class Relay(Network):
    """Everything that a script can bring: it puts messages into a folder and takes replies out of it.

    What the script has not answered within a few seconds is SendOutcomeUnknown: the reply lies in the folder, and
    `find_sent` reads the script's answer whenever it comes. Sending again hands nothing out a second time.
    """

    manifest = MANIFEST
    Account: ClassVar[type[AccountSettings]] = RelayAccount
    account: RelayAccount

    def __init__(
        self,
        account: RelayAccount,
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        super().__init__(account, http, credentials, now)
        self.spool = Spool(Path(account.folder))
        self.page_size = PAGE
        self.pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Claim the files that have come and yield what stands in them, see `Network.fetch`.

        Only one reader at a time; another one gets TryLater. A file stays on disk until its cursor was given back and
        a week has passed.
        """
        place = Place.of(cursor)
        await self._on_disk(self.spool.make)
        lock = self._lock()
        try:
            left = await self._on_disk(partial(claim, self.spool, place, self.now()))
            if left:
                yield Page((), str(place), skipped=tuple(left))
            label, size = self.account.network, self.page_size
            coming = await self._on_disk(partial(Coming, self.spool, place, since, label, size))
            while (page := await self._on_disk(coming.page)) is not None:
                yield page
            await self._on_disk(partial(self._forget, place))
        finally:
            lock.release()

    async def check(self) -> AccountReport:
        """Make the folder's parts and name the account after what the script connects, see `Network.check`.

        Raises Refused when the folder cannot be used.
        """
        try:
            await asyncio.to_thread(self.spool.make)
        except OSError as error:
            raise Refused(
                say("{folder} cannot be used as a spool folder ({reason})", **self._where(error)),
            ) from None
        label = self.account.network
        remark = say("The script puts messages into {folder} and finds replies in {out}", **self._places())
        return AccountReport(Person(label, label), remarks=(remark,))

    async def reply(self, reply: Reply) -> Receipt:
        """Hand the reply out once and wait a few seconds for the script's answer, see `Network.reply`."""
        check_fits(reply, self.manifest)
        told = await self._answer(reply)
        if told is None:
            await self._hand_out(reply)
        for seconds in PATIENCE if told is None else ():
            await self.pause(seconds)
            try:
                told = await self._answer(reply)
            except TryLater:
                # The reply lies in the folder: from here on nothing is certain but the script's answer.
                continue
            if told is not None:
                break
        if told is None:
            raise SendOutcomeUnknown(say("The script of {network} has not answered yet", network=self.account.network))
        if isinstance(told, Receipt):
            return told
        raise told

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Read the script's answer; None when the reply was refused or never handed out, see `Network.find_sent`.

        Raises TryLater while the script has the reply and says nothing.
        """
        told = await self._answer(reply)
        if isinstance(told, Receipt):
            return told
        if told is None and await self._on_disk(partial(was_handed_out, self.spool, reply.send_key)):
            raise TryLater(
                say("The script of {network} has not answered yet", network=self.account.network),
                _ASK_AGAIN_SECONDS,
            )
        return None

    async def _hand_out(self, reply: Reply) -> None:
        try:
            await self._on_disk(partial(hand_out, self.spool, reply, self.account.network))
        except TryLater as failure:
            if was_handed_out(self.spool, reply.send_key):
                raise SendOutcomeUnknown(failure.saying) from None
            raise

    async def _answer(self, reply: Reply) -> Receipt | Refused | Gone | None:
        return await self._on_disk(partial(answer, self.spool, reply.send_key))

    async def _on_disk(self, act: Callable[[], _T]) -> _T:
        """Run what may wait for a disk without holding up anybody else. Raises TryLater.

        What was begun is ended before a cancellation passes, so that nobody else finds it half done.
        """
        acting = asyncio.ensure_future(asyncio.to_thread(act))
        try:
            return await asyncio.shield(acting)
        except asyncio.CancelledError:
            await asyncio.wait({acting})
            # What went wrong meanwhile is of no interest any more.
            acting.exception()
            raise
        except OSError as error:
            raise TryLater(say("{folder} cannot be used right now ({reason})", **self._where(error))) from None

    def _lock(self) -> Lock:
        try:
            return self.spool.lock()
        except BlockingIOError:
            busy = say("Another program is reading {folder}", folder=self._places()["folder"])
            raise TryLater(busy, _ASK_AGAIN_SECONDS) from None
        except OSError as error:
            raise TryLater(say("{folder} cannot be used right now ({reason})", **self._where(error))) from None

    def _forget(self, place: Place) -> None:
        now = self.now()
        forget_claimed(self.spool, place, now)
        for part in (self.spool.handed, self.spool.done):
            forget_older(part, now - _REMEMBERED_MS)

    def _places(self) -> Mapping[str, str]:
        return {"folder": safe(str(self.spool.incoming)), "out": safe(str(self.spool.outgoing))}

    def _where(self, error: OSError) -> Mapping[str, str]:
        return {"folder": safe(self.account.folder), "reason": safe(error.strerror or type(error).__name__)}
