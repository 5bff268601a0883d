"""Likes, hides, deletions and the like: done or refused. Doing one twice does no harm, so they are retried."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.network import Capability
from cminbox.domain.problem import StoreProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.waiting import back_off
from cminbox.network_kit.failures import Gone, NetworkFailure, SendOutcomeUnknown, SignInAgain, TryLater
from cminbox.outbox.outcomes import MOST_UNREADABLE, SIGN_IN_PAUSE
from cminbox.outbox.recording import record
from cminbox.store.ingest import Delivery

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from cminbox.domain.account import Account
    from cminbox.domain.message import Message
    from cminbox.domain.saying import Saying
    from cminbox.network_kit.contract import Network
    from cminbox.outbox.attempts import Desk
    from cminbox.store.acts import Act, Acts

_LOG = logging.getLogger(__name__)

HOW: Mapping[Capability, Callable[[Network, Act], Awaitable[None]]] = {
    Capability.HIDE: lambda network, act: network.hide(act.subject),
    Capability.UNHIDE: lambda network, act: network.unhide(act.subject),
    Capability.APPROVE: lambda network, act: network.approve(act.subject),
    Capability.DELETE: lambda network, act: network.delete(act.subject),
    Capability.LIKE: lambda network, act: network.like(act.subject),
    Capability.UNLIKE: lambda network, act: network.unlike(act.subject),
    Capability.BOOST: lambda network, act: network.boost(act.subject),
    Capability.UNBOOST: lambda network, act: network.unboost(act.subject),
    Capability.BLOCK: lambda network, act: network.block(act.subject),
    Capability.MUTE: lambda network, act: network.mute(act.subject),
    Capability.UNMUTE: lambda network, act: network.unmute(act.subject),
    Capability.REPORT: lambda network, act: network.report(act.subject, act.detail),
    Capability.MARK_READ: lambda network, act: network.mark_read(act.subject),
}
"""How each capability that an agent can ask for is carried out."""


async def carry_out(desk: Desk, acts: Acts, account: Account, act: Act) -> float:
    """Do one act; return the seconds for which the account has to pause, 0 for none.

    Raises StoreProblem when the database cannot be used; the act is due as before.
    """
    try:
        network = await desk.network_of(account)
        how = HOW.get(act.capability)
        reads = act.capability is Capability.THREAD
        if (how is None and not reads) or not network.manifest.can(act.capability):
            return await _refuse(desk, acts, act, network.unsupported(act.capability.value).saying)
        thread = await network.thread(act.subject) if reads else None
        if how is not None:
            await how(network, act)
    except NetworkFailure as failure:
        return await _failed(desk, acts, account, act, failure)
    except StoreProblem:
        # Not the network's doing: whoever serves the account waits for the database.
        raise
    except Exception:  # noqa: BLE001 - an act at which a network's module fails is refused, so that the others go on
        _LOG.exception("%s: a fault while doing %s", safe(account.name), act.capability.value)
        return await _refuse(desk, acts, act, say("cminbox made a mistake while doing this; its log says where"))
    if thread is not None:
        await record(partial(acts.keep_around, act, thread.above, thread.below, now=desk.now()))
        await record(partial(_fill_in, desk, acts, act, (*thread.above, thread.message, *thread.below)))
    await record(partial(acts.done, act, now=desk.now()))
    desk.tally.acts_done += 1
    return 0.0


def _fill_in(desk: Desk, acts: Acts, act: Act, given: Sequence[Message]) -> None:
    """Keep anew the words of messages that were kept no longer, now that the network has given them again."""
    gone = acts.gone_of(act, [one.remote_id for one in given])
    if gone:
        desk.ingest.take(Delivery(act.account_id, [one for one in given if one.remote_id in gone], desk.now()))


async def _failed(desk: Desk, acts: Acts, account: Account, act: Act, failure: NetworkFailure) -> float:
    if isinstance(failure, Gone) and act.capability is Capability.DELETE:
        await record(partial(acts.done, act, now=desk.now()))
        desk.tally.acts_done += 1
        return 0.0
    if isinstance(failure, SignInAgain):
        await desk.sign_in_failed(account, failure)
        return SIGN_IN_PAUSE if failure.missing_scope is None else await _refuse(desk, acts, act, failure.saying)
    if isinstance(failure, TryLater):
        wait = back_off(act.attempt + 1, desk.chance, failure.after)
        await _postpone(desk, acts, act, wait)
        return wait
    if isinstance(failure, SendOutcomeUnknown) and act.attempt < MOST_UNREADABLE:
        await _postpone(desk, acts, act, back_off(act.attempt + 1, desk.chance))
        return 0.0
    return await _refuse(desk, acts, act, failure.saying)


async def _postpone(desk: Desk, acts: Acts, act: Act, wait: float) -> None:
    next_try_at = desk.now() + round(wait * 1000)
    await asyncio.to_thread(acts.again, act, next_try_at=next_try_at)


async def _refuse(desk: Desk, acts: Acts, act: Act, reason: Saying) -> float:
    await record(partial(acts.refused, act, reason, now=desk.now()))
    desk.tally.acts_refused += 1
    return 0.0
