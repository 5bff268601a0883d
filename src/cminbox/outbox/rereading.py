"""The last look before a reply leaves: whether somebody else has answered, and what it answers is still there.

The store is asked first, then the network, where it shows threads. Only a network that cannot be reached, or that
wants its credentials renewed, makes a reply wait: a thread that cannot be read for another reason (no permission, an
answer that nobody understands) holds nothing back, because what the store knows was looked at, and a reply that
is never sent is no safer.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from cminbox.domain.network import Capability
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe
from cminbox.domain.waiting import back_off
from cminbox.network_kit.failures import Gone, NetworkFailure, SignInAgain, TryLater
from cminbox.outbox.outcomes import SIGN_IN_PAUSE, Declined, Doubtful, Outcome, Postponed
from cminbox.outbox.recording import record
from cminbox.store.ingest import Delivery

if TYPE_CHECKING:
    from cminbox.domain.account import Account
    from cminbox.domain.message import Message
    from cminbox.domain.reply import StoredReply
    from cminbox.network_kit.contract import Network
    from cminbox.outbox.attempts import Desk

_LOG = logging.getLogger(__name__)
FRESH_SECONDS = 3.0
"""A network that was read to its end so short a time ago, and after the reply was decided on, is not asked again."""
_ELSEWHERE = say("This was answered from another program meanwhile, so this reply was not sent")
_PERHAPS = say("An answer of ours stands there by now; look on the network whether it is this one")


async def overtaken(desk: Desk, account: Account, network: Network, row: StoredReply) -> Outcome | None:
    """Return what becomes of a reply that must not go out as things stand, None when it may.

    An answer of ours that its agent did not know is stored, so that he sees it. Of a reply in doubt nobody knows
    whether that answer is the reply itself.
    """
    in_doubt = row.doubtful_since is not None
    known = await asyncio.to_thread(desk.outbox.answered_meanwhile, row.id)
    if known is not None:
        return _stopped(known, in_doubt=in_doubt)
    reply = desk.outbox.publishable(row.id)
    # Where an answer takes the place of another one, nothing that was read before is sure enough.
    trusted = reply.kind not in network.manifest.replaces and _just_read(account, row, desk.now())
    if trusted or not network.manifest.can(Capability.THREAD):
        return None
    try:
        thread = await network.thread(reply.to)
    except NetworkFailure as failure:
        return await _unread(desk, account, row, failure)
    except Exception:  # noqa: BLE001 - a fault in reading says nothing against the reply, which must not wait for it
        _LOG.exception("%s: a fault while reading a thread", safe(account.name))
        return None
    answers = {message.remote_id: message for message in thread.below if message.ours}
    new = await asyncio.to_thread(desk.outbox.unknown_answers, row.id, answers)
    if not new:
        return None
    await _store(desk, account, [message for key, message in answers.items() if key in new])
    reason = await asyncio.to_thread(desk.outbox.answered_meanwhile, row.id)
    return _stopped(reason or _ELSEWHERE, in_doubt=in_doubt)


def _just_read(account: Account, row: StoredReply, now: int) -> bool:
    read_at, decided_at = account.health.last_complete_fetch, row.decided_at
    if read_at is None or decided_at is None:
        return False
    return decided_at <= read_at and 0 <= now - read_at < FRESH_SECONDS * 1000


def _stopped(reason: Saying, *, in_doubt: bool) -> Outcome:
    return Doubtful(_PERHAPS, by_person=True) if in_doubt else Declined(reason)


async def _unread(desk: Desk, account: Account, row: StoredReply, failure: NetworkFailure) -> Outcome | None:
    if isinstance(failure, Gone):
        return Declined(failure.saying)
    if isinstance(failure, TryLater):
        wait = back_off(row.put_off + 1, desk.chance, failure.after)
        return Postponed(failure.saying, wait, pause=wait)
    if isinstance(failure, SignInAgain) and failure.missing_scope is None:
        await desk.sign_in_failed(account, failure)
        return Postponed(failure.saying, 0.0, pause=SIGN_IN_PAUSE)
    _LOG.warning("%s: a thread could not be read before sending: %s", safe(account.name), safe(str(failure), limit=500))
    return None


async def _store(desk: Desk, account: Account, messages: list[Message]) -> None:
    delivery = Delivery(account.id, messages, desk.now())

    def write() -> None:
        taken = desk.ingest.take(delivery)
        for refused in taken.refused:
            _LOG.warning("%s: %s", safe(account.name), refused)

    await record(write)
