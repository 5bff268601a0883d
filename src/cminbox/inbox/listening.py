"""Waiting for networks that announce what is new, so that it is fetched at once and not at the next interval."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from cminbox.domain.account import HealthState
from cminbox.domain.network import Capability
from cminbox.domain.problem import Problem
from cminbox.domain.text import safe
from cminbox.network_kit.failures import NetworkFailure, NotSupported

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.domain.account import Account
    from cminbox.sync.connecting import Connections

_LOG = logging.getLogger(__name__)
SHORTEST_SECONDS = 2.0
"""A network that announces something all the time is listened to no more often than this."""
AFTER_FAILURE_SECONDS = 60.0
AFTER_FAULT_SECONDS = 900.0


class Listening:
    """One listener for each account in order whose network can announce what is new."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._listeners: dict[int, asyncio.Task[None]] = {}
        self._heard: set[int] = set()

    def heard(self, accounts: Mapping[int, Account]) -> set[int]:
        """Listen for these accounts and no others; return those of which something was heard since the last time."""
        wanted = {key: one for key, one in accounts.items() if _listens(one)}
        for key in self._listeners.keys() - wanted.keys():
            self._listeners.pop(key).cancel()
        for key, account in wanted.items():
            listener = self._listeners.get(key)
            if listener is None or listener.done():
                self._listeners[key] = asyncio.create_task(self._listen(account), name=f"listening for account {key}")
        heard, self._heard = self._heard & wanted.keys(), set()
        return heard

    async def stop(self) -> None:
        """End all listening."""
        listeners = [*self._listeners.values()]
        self._listeners.clear()
        for listener in listeners:
            listener.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)

    async def _listen(self, account: Account) -> None:
        while True:
            began = time.monotonic()
            pause = await self._once(account)
            await asyncio.sleep(max(pause, SHORTEST_SECONDS - (time.monotonic() - began)))

    async def _once(self, account: Account) -> float:
        """Listen until something is announced; return for how long to leave the network alone, in seconds."""
        try:
            network = await self._connections.network(account)
            await network.stream()
        except NotSupported:
            # Not with this server, whatever the network offers.
            return AFTER_FAULT_SECONDS
        except (NetworkFailure, Problem) as failure:
            # Whoever fetches meets the same failure and tells it; here one only comes back later.
            _LOG.debug("%s: not listening now, %s", safe(account.name), failure)
            return AFTER_FAILURE_SECONDS
        except Exception:  # noqa: BLE001 - whatever its module failed at, it is listened to again later
            _LOG.exception("%s: a fault while listening", safe(account.name))
            return AFTER_FAULT_SECONDS
        self._heard.add(account.id)
        return 0.0


def _listens(account: Account) -> bool:
    announces = account.manifest is not None and account.manifest.can(Capability.STREAM)
    return announces and account.health.state is HealthState.OK
