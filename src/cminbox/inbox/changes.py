"""What changed since one last looked, whoever changed it: this screen, a colleague's, or the syncing process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from cminbox.inbox.workspace import Workspace
    from cminbox.store.stirring import Stirring

MANY = 1000


@dataclass(frozen=True, slots=True)
class Changed:
    """Conversations that changed, by id; `many` when there are too many to name, so that all is read again."""

    ids: tuple[int, ...]
    many: bool


class Changes:
    """Watches a workspace; ask every 250 ms while something happens, else once a second and when `stirring` tells."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._version = workspace.database.version()
        self._change, _ = workspace.queue.changed_since(0, limit=0)

    def stirring(self) -> Stirring:
        """Return what tells that `poll` is worth a call sooner; whoever asked for it closes it."""
        # Not before the first paint.
        from cminbox.store.stirring import stirring  # noqa: PLC0415 - as above

        return stirring(self._workspace.database.path)

    def poll(self) -> Changed | None:
        """Return what changed since the last call, None when nothing did."""
        version = self._workspace.database.version()
        if version == self._version:
            return None
        self._version = version
        newest, ids = self._workspace.queue.changed_since(self._change, limit=MANY)
        if newest == self._change:
            return None
        self._change = newest
        return Changed(tuple(ids), many=len(ids) == MANY)
