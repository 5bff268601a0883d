"""Opening a workspace to the members of a group: its data, never its secrets."""

from __future__ import annotations

import grp
import os
from pathlib import Path
from typing import TYPE_CHECKING

from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.store.backups import backups_in, folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.inbox.workspace import Workspace

FOLDER = 0o2770
"""New files in such a folder belong to its group."""
FILE = 0o660


def share(workspace: Workspace, group: str) -> None:
    """Let the members of `group` read and write the workspace's data; its secrets stay the owner's alone.

    SQLite gives its journal files the mode of the database, so that this holds from now on. Raises NotFound for a
    group that is none, Problem where the system does not allow it.
    """
    try:
        group_id = grp.getgrnam(group).gr_gid
    except KeyError:
        raise NotFound(say("There is no group called {group} on this machine", group=safe(group, limit=60))) from None
    for path, mode in _shared(workspace):
        try:
            os.chown(path, -1, group_id)
            path.chmod(mode)
        except OSError as error:
            raise Problem(
                say(
                    "{path} cannot be given to {group} ({reason}); its owner does it, as a member of the group",
                    path=safe(str(path)),
                    group=safe(group),
                    reason=error.strerror or type(error).__name__,
                )
            ) from None


def _shared(workspace: Workspace) -> Iterator[tuple[Path, int]]:
    places = workspace.locations
    yield places.folder, FOLDER
    backups = folder_of(places.database)
    for folder in (places.logs, places.canned_replies, places.spool, backups):
        if folder.is_dir():
            yield folder, FOLDER
    for file in (*places.folder.glob(f"{places.database.name}*"), *(one.path for one in backups_in(backups))):
        yield file, FILE
    if places.config.is_file():
        yield places.config, FILE
    for place, _folders, files in os.walk(places.canned_replies):
        yield Path(place), FOLDER
        # A link may lead out of the workspace.
        found = (Path(place, name) for name in files)
        yield from ((file, FILE) for file in found if not file.is_symlink())
