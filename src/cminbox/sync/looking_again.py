"""Whether what waits for an answer is still there, on networks whose fetch looks back for a short time only."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from cminbox.domain.text import safe
from cminbox.network_kit.failures import NetworkFailure
from cminbox.store.ingest import Delivery
from cminbox.store.looked_again import Round

if TYPE_CHECKING:
    from cminbox.domain.account import Account
    from cminbox.network_kit.contract import Network
    from cminbox.store.ingest import Ingest

_LOG = logging.getLogger(__name__)
_HOUR = 3600 * 1000
EVERY = 4 * _HOUR
"""So often it is asked: nobody sees words in his queue for long that their author has taken back (milliseconds)."""
BEFORE = _HOUR
"""What came later is still looked at by `fetch` (milliseconds)."""


async def look_again(account: Account, network: Network, ingest: Ingest, now: int) -> int:
    """Take what has vanished for deleted; return how many messages these were.

    A failure of the network is left to the next fetch, and so is a limit of costs. Raises StoreProblem. `now` is UTC
    milliseconds.
    """
    if network.looks_again_at < 1:
        return 0
    turn = Round(EVERY, BEFORE, network.looks_again_at)
    asked = await asyncio.to_thread(ingest.due_again, account.id, turn, now)
    if not asked:
        return 0
    try:
        gone = tuple(await network.vanished(asked))
    except NetworkFailure as failure:
        _LOG.info("%s: what waits was not looked for: %s", safe(account.name), safe(str(failure), limit=500))
        return 0
    if not gone:
        return 0
    taken = await asyncio.to_thread(ingest.take, Delivery(account.id, (), now, deleted=gone))
    return taken.changed
