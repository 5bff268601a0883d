"""How far a send in several steps has come, kept with its reply."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from cminbox.domain.reply import Progress, Steps
from cminbox.domain.saying import say
from cminbox.store.leases import LeaseLost

if TYPE_CHECKING:
    import sqlite3

    from cminbox.store.database import Database

_KEEP = "UPDATE replies SET progress = ? WHERE id = ? AND send_key = ? AND state = 'sending' AND attempt = ?"


class KeptSteps(Steps):
    """The progress of a reply as one attempt sees it; what belongs to another send key, as of another text, is none."""

    def __init__(self, database: Database, reply_id: int, send_key: str, attempt: int, kept: str | None) -> None:
        super().__init__(_read(kept, send_key))
        self._database = database
        self._reply_id = reply_id
        self._send_key = send_key
        self._attempt = attempt

    async def keep(self, progress: Progress) -> None:
        """Keep it, on disk when this returns. Raises LeaseLost when the attempt is no longer ours, StoreProblem."""
        await asyncio.to_thread(self._write, progress)
        self.progress = progress

    def _write(self, progress: Progress) -> None:
        row = json.dumps({"key": self._send_key, "step": progress.step, "begun": progress.begun})

        def work(connection: sqlite3.Connection) -> None:
            done = connection.execute(_KEEP, (row, self._reply_id, self._send_key, self._attempt))
            if not done.rowcount:
                raise LeaseLost(say("Another process sends this reply now"))

        self._database.write(work)


def _read(kept: str | None, send_key: str) -> Progress | None:
    try:
        match json.loads(kept or "null"):
            case {"key": str(key), "step": str(step), "begun": bool(begun)} if key == send_key:
                return Progress(step, begun)
    except ValueError:
        pass
    return None
