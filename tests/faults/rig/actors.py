"""What runs in processes of its own and may be killed: agents who decide, and the process that sends."""

from __future__ import annotations

import asyncio
import time
import traceback
from typing import TYPE_CHECKING

from cminbox.inbox import sync_process
from cminbox.store.outbox import Decision
from rig.points import arm
from rig.stage import open_workspace

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

ENDED = "ended"
TURN_SECONDS = 0.02
"""How soon the sending process looks again; the clock of a run is faster than the wall's, and so is this."""


def decide_and_send(
    folder: Path,
    clock: Path,
    wanted: list[tuple[int, str]],
    bomb: tuple[str | None, int],
    settle: float,
    line: Connection,
) -> None:
    """Decide to send replies, say the id of each, then sync and send until nothing is due."""
    try:
        sync_process.TICK_SECONDS = TURN_SECONDS
        arm(*bomb)
        workspace = open_workspace(folder, clock)
        agent = workspace.agent
        for conversation, text in wanted:
            decision = Decision(conversation, text, agent.name, agent.terminal, workspace.now(), 0)
            line.send(workspace.outbox.decide(decision).id)
        asyncio.run(sync_process.once(workspace, None, wait=30.0, settle=settle))
        workspace.close()
        line.send(ENDED)
    except Exception:  # noqa: BLE001 - told to whoever started this
        line.send(traceback.format_exc())


def hold_open(folder: Path, clock: Path, note: str, conversation: int, line: Connection) -> None:
    """Write a little, say so, and keep the database open until killed: its journal holds what was written."""
    workspace = open_workspace(folder, clock)
    workspace.conversations.note(conversation, note, agent="ana", now=workspace.now())
    line.send(ENDED)
    time.sleep(600)
