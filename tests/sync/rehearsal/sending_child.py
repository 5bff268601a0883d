"""A process that sends the queued replies of a workspace to a guest book, and is killed at a named point.

Its arguments: the workspace's folder, the guest book's address, the style of the network, the point.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cminbox.domain.network import Capability
from cminbox.inbox.syncing import sync_once
from cminbox.inbox.workspace import Agent, Workspace, clock
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import KeptInMemory
from cminbox.outbox import recovery
from cminbox.settings.locations import locate
from cminbox.settings.values import Settings
from cminbox.store.outbox import Outbox
from toy.guestbook import Guestbook, GuestbookAccount

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.domain.account import Account
    from cminbox.domain.network import Manifest
    from cminbox.network_kit.contract import Network

TOKEN = "guest-book-token"
POINTS = {
    "before begin": (Outbox, "begin", "before"),
    "after begin": (Outbox, "begin", "after"),
    "before request": (Guestbook, "reply", "before"),
    "after answer": (Guestbook, "reply", "after"),
    "before sent": (Outbox, "sent", "before"),
    "after sent": (Outbox, "sent", "after"),
    "before unknown": (Outbox, "unknown", "before"),
    "after unknown": (Outbox, "unknown", "after"),
    "before look": (Guestbook, "find_sent", "before"),
    "after look": (Guestbook, "find_sent", "after"),
    "before again": (Outbox, "again", "before"),
    "after again": (Outbox, "again", "after"),
}
"""Where the process ends: a method, and whether right before it does anything or right after it has done it."""


def facts(style: str) -> Manifest:
    """Return what the network is said to offer: "key and look", "look only" or "neither"."""
    known = Guestbook.manifest
    if style == "key and look":
        return known
    capabilities = known.capabilities if style == "look only" else known.capabilities - {Capability.FIND_SENT}
    return replace(known, idempotent_for={}, capabilities=capabilities)


class Connector:
    """Connects every account to the one guest book."""

    def __init__(self, url: str, style: str) -> None:
        self.url = url
        self.kind = type("Styled", (Guestbook,), {"manifest": facts(style)})

    def fingerprint(self, account: Account, settings: Mapping[str, Any]) -> str:
        """Return a text that never changes."""
        del account, settings
        return self.url

    def connect(self, account: Account, settings: Mapping[str, Any]) -> Network:
        """Return the guest book."""
        del account, settings
        made: Network = self.kind(GuestbookAccount(base_url=self.url, token=TOKEN), new_client(), KeptInMemory(), clock)
        return made


def die() -> None:
    """End as a process ends whose machine loses power."""
    os.kill(os.getpid(), signal.SIGKILL)


def end_at(holder: type, name: str, when: str) -> None:
    """Let a method be the last thing that the process does."""
    original: Callable[..., Any] = getattr(holder, name)

    def synchronous(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the method takes
        if when == "after":
            original(*arguments, **named)
        die()

    async def asynchronous(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as above
        if when == "after":
            await original(*arguments, **named)
        die()

    setattr(holder, name, asynchronous if asyncio.iscoroutinefunction(original) else synchronous)


def main() -> None:
    """Send what is queued."""
    folder, url, style, point = sys.argv[1:]
    # The looks of a minute and a half, in a moment.
    recovery.LOOKS = (0.02, 0.04, 0.06, 0.08, 0.1)
    if point in POINTS:
        end_at(*POINTS[point])
    connector = Connector(url, style)
    workspace = Workspace(locate(f"{folder}/", None, {}), Settings(), Agent("service", "none"))
    asyncio.run(sync_once(workspace, connector=connector, settle=3))
    workspace.close()


if __name__ == "__main__":
    main()
