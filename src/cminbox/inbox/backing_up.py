"""The backups that are made by themselves: when one is due, and what becomes of them when a person is forgotten."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from cminbox.domain.text import safe
from cminbox.store import backups

if TYPE_CHECKING:
    from cminbox.inbox.workspace import Workspace

_LOG = logging.getLogger(__name__)
BACKUP_MILLISECONDS = 24 * 3600 * 1000
FIRST_BACKUP_MILLISECONDS = 3600 * 1000
"""So long after its first account was connected a workspace gets its first backup."""


def back_up_when_due(workspace: Workspace, now: int) -> backups.Backup | None:
    """Make the day's backup unless it is made, and remove what is no longer kept. Raises Problem.

    `now` is UTC milliseconds.
    """
    kept = workspace.settings.backups
    if not kept.daily and not kept.weekly:
        return None
    database = workspace.database
    made = backups.backups_in(backups.folder_of(database.path))
    if not _due(workspace, made, now):
        return None
    backup = backups.make(database.read(), database.path, now)
    _LOG.info("made the backup %s", safe(str(backup.path)))
    backups.drop(backups.surplus([backup, *made], daily=kept.daily, weekly=kept.weekly))
    return backup


def _due(workspace: Workspace, made: list[backups.Backup], now: int) -> bool:
    last = next((one.at for one in made if not one.upgrade), None)
    if last is not None:
        # One from the future was made by a clock that was wrong.
        return not 0 <= now - last < BACKUP_MILLISECONDS
    connected = [one.connected_at for one in workspace.accounts.connected() if one.connected_at is not None]
    return any(now - at >= FIRST_BACKUP_MILLISECONDS for at in connected)


def forget_backups(workspace: Workspace) -> None:
    """Replace all backups that were made by themselves by one of now: what was erased is in none of them any more.

    Raises Problem, and then all of them are there still.
    """
    database = workspace.database
    old = backups.backups_in(backups.folder_of(database.path))
    if old:
        new = backups.make(database.read(), database.path, workspace.now())
        backups.drop(one for one in old if one.path != new.path)
