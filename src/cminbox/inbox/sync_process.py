"""The process that holds the lease: it fetches, sends, and keeps the clocks of holds and snoozes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from cminbox.inbox.syncing import SyncReport
    from cminbox.inbox.workspace import Workspace
    from cminbox.sync.connecting import Connector


async def once(workspace: Workspace, connector: Connector | None, *, wait: float, settle: float) -> SyncReport:
    """Do what `cminbox.inbox.syncing.sync_once` says."""
    raise NotImplementedError


async def watch(workspace: Workspace, stop: asyncio.Event, connector: Connector | None, *, while_needed: bool) -> None:
    """Do what `cminbox.inbox.syncing.sync_watch` says."""
    raise NotImplementedError
