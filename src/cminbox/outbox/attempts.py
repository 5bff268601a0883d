"""One attempt at one reply: the commit that says so, the request, and the record of what it came to."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.network import Capability
from cminbox.domain.problem import StoreProblem
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe
from cminbox.domain.waiting import back_off
from cminbox.network_kit.failures import Gone, NetworkFailure, NotSupported, Refused, SignInAgain, TryLater
from cminbox.outbox.outcomes import (
    SIGN_IN_PAUSE,
    Declined,
    Doubtful,
    Outcome,
    Postponed,
    Sent,
    outcome_of,
    window_closed,
)
from cminbox.outbox.recording import record
from cminbox.outbox.recovery import Doubt, Next, after_not_found, first_look, next_look, recognised
from cminbox.outbox.rereading import overtaken
from cminbox.outbox.spending import price_for, too_dear

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cminbox.domain.account import Account
    from cminbox.domain.reply import Receipt, StoredReply
    from cminbox.network_kit.contract import Network
    from cminbox.store.ingest import Ingest
    from cminbox.store.outbox import Begun, Outbox

_LOG = logging.getLogger(__name__)
MOST_FAILED_LOOKS = 20
_LOOK_LATER = 15 * 60.0
_ASK = say("It is not known whether this was published; look on the network before you send it again")


@dataclass(slots=True)
class Tally:
    """What came of everything so far. `unknown` holds the replies whose outcome is not known now."""

    sent: int = 0
    refused: int = 0
    unknown: set[int] = field(default_factory=set)
    acts_done: int = 0
    acts_refused: int = 0


def _no_limit(_account: str) -> float | None:
    return None


@dataclass(frozen=True, slots=True)
class Desk:
    """What sending needs: the store's records, the way to a network, the holder of the lease, clock and chance.

    `ingest` stores what is found while a thread is read before sending.

    `sign_in_failed` is told when a network no longer takes an account's credentials.
    """

    outbox: Outbox
    ingest: Ingest
    network_of: Callable[[Account], Awaitable[Network]]
    holder: str
    now: Callable[[], int]
    chance: Callable[[], float]
    sign_in_failed: Callable[[Account, SignInAgain], Awaitable[None]]
    limit_of: Callable[[str], float | None] = _no_limit
    """What an account may spend in a day, by its name; None is no limit."""
    tally: Tally = field(default_factory=Tally)
    in_flight: set[int] = field(default_factory=set)
    """Replies that are between their begin and the record of their outcome."""


async def send(desk: Desk, account: Account, row: StoredReply) -> float:
    """Try to send a queued reply; return the seconds for which the account has to pause, 0 for none.

    Cancelled in the middle of the request it stays `sending`, and recovery finds out. Raises LeaseLost before
    anything is sent when another process has taken over, StoreProblem when the begin cannot be written.
    """
    try:
        network = await desk.network_of(account)
    except SignInAgain as failure:
        await desk.sign_in_failed(account, failure)
        return SIGN_IN_PAUSE
    refusal = await _closed(desk, account, network, row) or await too_dear(desk, account, network, row)
    if refusal is not None:
        await _record(desk, row, Declined(refusal))
        return 0.0
    # A reply in doubt is looked for first: what stands in the thread by now may be the reply itself.
    if row.doubtful_since is None and (stop := await overtaken(desk, account, network, row)) is not None:
        return await _keep_back(desk, row, stop)
    # Marked before its begin is written: what is `sending` on disk and not marked was left by a dead process.
    desk.in_flight.add(row.id)
    try:
        price = await price_for(desk, account, network, row)
        begin = partial(desk.outbox.begin, row.id, holder=desk.holder, now=desk.now(), price=price)
        begun = await asyncio.to_thread(begin)
        if begun is None:
            return 0.0
        outcome = await _publish(desk, account, network, row, begun)
        await _record(desk, row, outcome, insisted=begun.insisted)
        return outcome.pause if isinstance(outcome, Postponed) else 0.0
    finally:
        desk.in_flight.discard(row.id)


async def look(desk: Desk, account: Account, row: StoredReply) -> float:
    """Look for a reply in doubt on its network and act on what is found; return the account's pause in seconds.

    Raises StoreProblem when the database cannot be used; nothing is decided then.
    """
    reason = _ASK if row.reason is None else Saying.from_json(row.reason)
    try:
        network = await desk.network_of(account)
        found, can_look = await _look_once(desk, network, row)
    except NetworkFailure as failure:
        if isinstance(failure, SignInAgain):
            await desk.sign_in_failed(account, failure)
        return await _look_later(desk, row, reason, failure)
    except StoreProblem:
        raise
    except Exception:  # noqa: BLE001 - whatever the network's module failed at, it is looked for later
        _LOG.exception("%s: a fault while looking for a reply", safe(account.name))
        return await _look_later(desk, row, reason, None)
    if found is not None:
        await _record(desk, row, Sent(found))
        return 0.0
    await _act_on_absence(desk, network, row, reason, can_look=can_look)
    return 0.0


async def _look_once(desk: Desk, network: Network, row: StoredReply) -> tuple[Receipt | None, bool]:
    """Return what is found, and whether looking makes sense here."""
    if not network.manifest.can(Capability.FIND_SENT):
        return None, False
    try:
        return await _find(desk, network, row), True
    except (NotSupported, Refused):
        # The network shows too little to say. After the usual looks it is as if nobody could look at all.
        now = desk.now()
        return None, next_look(row.tried_at or now, now) is not None


async def strand(desk: Desk) -> None:
    """Put every reply in doubt whose process died while it was being sent; what was only prepared is taken up again."""
    for row in desk.outbox.stranded(desk.in_flight):
        now = desk.now()
        progress = desk.outbox.publishable(row.id).steps.progress
        if progress is not None and not progress.begun:
            reason = say("The program was interrupted before it was published")
            await record(partial(desk.outbox.again, row.id, reason, now=now, next_try_at=now))
            continue
        reason = say("The program was interrupted while sending; it may have been published")
        look_at = first_look(row.tried_at or now, now)
        await record(partial(desk.outbox.unknown, row.id, reason, now=now, next_try_at=look_at))
        desk.tally.unknown.add(row.id)


async def _closed(desk: Desk, account: Account, network: Network, row: StoredReply) -> Saying | None:
    reply = desk.outbox.publishable(row.id)
    last_heard = desk.outbox.last_heard(row.conversation_id)
    manifest = account.manifest or network.manifest
    return window_closed(manifest.windows.get(reply.kind), last_heard, desk.now())


async def _keep_back(desk: Desk, row: StoredReply, stop: Outcome) -> float:
    """Record that a queued reply is not begun now; return the account's pause in seconds."""
    if not isinstance(stop, Postponed):
        await _record(desk, row, stop)
        return 0.0
    now = desk.now()
    at = now + round(stop.wait * 1000)
    await record(partial(desk.outbox.put_off, row.id, stop.reason, now=now, next_try_at=at))
    return stop.pause


async def _publish(desk: Desk, account: Account, network: Network, row: StoredReply, begun: Begun) -> Outcome:
    try:
        if begun.doubtful_since is not None:
            known = await _look_first(desk, network, row, begun, begun.doubtful_since)
            known = known or await overtaken(desk, account, network, row)
            if known is not None:
                return known
        return Sent(await network.reply(begun.reply))
    except NetworkFailure as failure:
        if isinstance(failure, SignInAgain):
            await desk.sign_in_failed(account, failure)
        return outcome_of(failure, begun.attempt, desk.chance)
    except StoreProblem:
        # How far the send has come could not be kept, so that it went no further.
        raise
    except Exception:  # noqa: BLE001 - whatever a network's module did, the request may have left
        _LOG.exception("%s: a fault while sending", safe(account.name))
        return Doubtful(say("cminbox made a mistake while sending; the message may have been published"))


async def _look_first(desk: Desk, network: Network, row: StoredReply, begun: Begun, since: int) -> Outcome | None:
    """Return what an earlier attempt came to, None when the reply may be sent once more."""
    if network.manifest.can(Capability.FIND_SENT):
        try:
            found = await _find(desk, network, row)
        except SignInAgain:
            raise
        except NetworkFailure as failure:
            wait = back_off(begun.attempt, desk.chance, failure.after if isinstance(failure, TryLater) else None)
            if begun.attempt >= MOST_FAILED_LOOKS:
                return Doubtful(failure.saying, by_person=True)
            return Postponed(failure.saying, wait)
        if found is not None:
            return Sent(found)
    if begun.insisted or recognised(network.manifest, begun.reply.kind, since, desk.now()):
        return None
    return Doubtful(_ASK, by_person=True)


async def _find(desk: Desk, network: Network, row: StoredReply) -> Receipt | None:
    try:
        found = await network.find_sent(desk.outbox.publishable(row.id))
    except Gone:
        # What it answers is gone, and an answer to it with it.
        return None
    # Many networks can only be searched by words, and an agent may have said the same before.
    return None if found is not None and desk.outbox.is_another(row.id, found.remote_id) else found


async def _act_on_absence(desk: Desk, network: Network, row: StoredReply, reason: Saying, *, can_look: bool) -> None:
    now = desk.now()
    tried_at = now if row.tried_at is None else row.tried_at
    since = tried_at if row.doubtful_since is None else row.doubtful_since
    kind = desk.outbox.publishable(row.id).kind
    doubt = Doubt(since, tried_at, row.doubts, kind)
    match after_not_found(doubt, network.manifest, can_look=can_look, now=now):
        case Next.LOOK_AGAIN:
            again_at = next_look(tried_at, now)
            await record(partial(desk.outbox.unknown, row.id, reason, now=now, next_try_at=again_at))
        case Next.SEND_AGAIN:
            await record(partial(desk.outbox.again, row.id, reason, now=now, next_try_at=now))
        case Next.ASK_A_PERSON:
            await record(partial(desk.outbox.unknown, row.id, _ASK, now=now, next_try_at=None))


async def _look_later(desk: Desk, row: StoredReply, reason: Saying, failure: NetworkFailure | None) -> float:
    now = desk.now()
    waited = (now - (row.tried_at or now)) / 1000
    wait = min(max(waited / 2, 5.0), _LOOK_LATER)
    if isinstance(failure, TryLater) and failure.after is not None:
        wait = max(wait, failure.after)
    look_at = now + round(wait * 1000)
    await record(partial(desk.outbox.unknown, row.id, reason, now=now, next_try_at=look_at))
    return 0.0


async def _record(desk: Desk, row: StoredReply, outcome: Outcome, *, insisted: bool = False) -> None:
    now = desk.now()
    match outcome:
        case Sent(receipt):
            await record(partial(desk.outbox.sent, row.id, receipt, now=now))
            desk.tally.sent += 1
            desk.tally.unknown.discard(row.id)
        case Declined(reason):
            await record(partial(desk.outbox.refused, row.id, reason, now=now))
            desk.tally.refused += 1
            desk.tally.unknown.discard(row.id)
        case Postponed(reason, wait, _):
            at = now + round(wait * 1000)
            await record(partial(desk.outbox.again, row.id, reason, now=now, next_try_at=at, insisted=insisted))
        case Doubtful(reason, by_person):
            look_at = None if by_person else first_look(now, now)
            await record(partial(desk.outbox.unknown, row.id, reason, now=now, next_try_at=look_at, ended_at=now))
            desk.tally.unknown.add(row.id)
