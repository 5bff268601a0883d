"""From a network into the store: page by page, each with its cursor, so that a stop at any moment loses nothing.

Delivery is at least once: a page and the cursor behind it are committed together, and what comes twice is known by
its id.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cminbox.domain.text import safe
from cminbox.network_kit.failures import CursorExpired, NetworkFailure, Unreadable
from cminbox.store.ingest import Delivery
from cminbox.sync.looking_again import look_again

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.account import Account
    from cminbox.domain.saying import Saying
    from cminbox.network_kit.contract import Network, Page
    from cminbox.store.accounts import Accounts
    from cminbox.store.ingest import Ingest

_LOG = logging.getLogger(__name__)
_DAY = 24 * 3600 * 1000
FRESH = 2 * _DAY
"""A customer who wrote longer than this before an account was connected waits for nobody any more (milliseconds)."""
_REMEMBERED = 1000
_REPORTED = 50


@dataclass(slots=True)
class Fetched:
    """What a fetch brought. `failure` is None when everything was read; `read_at` is when it began (UTC ms).

    `skipped` holds the first sentences about items that could not be read or stored.
    """

    read_at: int
    new: int = 0
    changed: int = 0
    skipped: list[Saying] = field(default_factory=list)
    failure: NetworkFailure | None = None


class Engine:
    """Fetches accounts. Raises StoreProblem when the database cannot take what comes."""

    def __init__(self, accounts: Accounts, ingest: Ingest, now: Callable[[], int], history_days: int) -> None:
        self._accounts = accounts
        self._ingest = ingest
        self._now = now
        self._history = history_days * _DAY
        self._said: set[str] = set()

    async def fetch(self, account: Account, network: Network) -> Fetched:
        """Read everything that is new for an account. A failure of the network is part of the result."""
        fetched = Fetched(self._now())
        cursor, _ = await asyncio.to_thread(self._accounts.progress, account.id)
        try:
            try:
                await self._pages(account, network, cursor, fetched)
            except CursorExpired as expired:
                if cursor is None:
                    raise Unreadable(expired.saying) from expired
                _LOG.info("%s: starting over, %s", safe(account.name), expired)
                await asyncio.to_thread(self._accounts.forget_cursor, account.id)
                await self._pages(account, network, None, fetched)
        except CursorExpired as expired:
            fetched.failure = Unreadable(expired.saying)
        except NetworkFailure as failure:
            fetched.failure = failure
        if fetched.failure is None:
            fetched.changed += await look_again(account, network, self._ingest, self._now())
        return fetched

    async def _pages(self, account: Account, network: Network, cursor: str | None, fetched: Fetched) -> None:
        pages = network.fetch(cursor, self._since(account, fetched.read_at))
        try:
            async for page in pages:
                await self._store(account, page, cursor, fetched)
                cursor = page.cursor
        finally:
            if isinstance(pages, AsyncGenerator):
                await pages.aclose()

    def _since(self, account: Account, now: int) -> int:
        """Return from when on all must be read: what came since the last time, the history window at the first."""
        last = account.health.last_complete_fetch
        return now - self._history if last is None else last - _DAY

    async def _store(self, account: Account, page: Page, cursor: str | None, fetched: Fetched) -> None:
        self._report(account, page.skipped, fetched)
        if not page.messages and not page.deleted and page.cursor == cursor:
            return
        first_time = account.health.last_complete_fetch is None
        delivery = Delivery(
            account.id,
            page.messages,
            self._now(),
            page.cursor,
            page.deleted,
            # Counted from the connection, so that it is the same for every page and after every restart.
            (account.connected_at or fetched.read_at) - FRESH if first_time else None,
        )
        taken = await asyncio.to_thread(self._ingest.take, delivery)
        fetched.new += taken.new
        fetched.changed += taken.changed
        self._report(account, taken.refused, fetched)

    def _report(self, account: Account, sayings: tuple[Saying, ...] | list[Saying], fetched: Fetched) -> None:
        """Log each sentence once: the same item may come back with every fetch."""
        for saying in sayings:
            if len(fetched.skipped) < _REPORTED:
                fetched.skipped.append(saying)
            line = f"{safe(account.name)}: {safe(str(saying), limit=500)}"
            if line not in self._said and len(self._said) < _REMEMBERED:
                self._said.add(line)
                _LOG.warning("%s", line)
