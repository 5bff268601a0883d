"""Waiting for what was asked of a network: by whoever syncs, or by syncing here when nobody does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import Saying, say
from cminbox.inbox.syncing import can_sync, run_once, who_syncs

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.workspace import Workspace

PATIENCE_SECONDS = 300.0
_LOOK_AGAIN = 0.1
_ON_THEIR_WAY = frozenset({ReplyState.HELD, ReplyState.QUEUED, ReplyState.SENDING})


def outcome_of_reply(workspace: Workspace, reply_id: int, *, patience: float = PATIENCE_SECONDS) -> StoredReply:
    """Wait until a reply is sent, refused, unknown or taken back, and return it. Raises Problem after `patience` s."""

    def settled() -> bool:
        return workspace.outbox.get(reply_id).state not in _ON_THEIR_WAY

    def due() -> bool:
        reply = workspace.outbox.get(reply_id)
        begins = reply.hold_until if reply.state is ReplyState.HELD else reply.next_try_at
        return begins is None or begins <= workspace.now()

    _wait(workspace, settled, due, patience)
    return workspace.outbox.get(reply_id)


def outcome_of_act(
    workspace: Workspace, act_id: int, *, patience: float = PATIENCE_SECONDS
) -> tuple[str, Saying | None]:
    """Wait until an act is done or refused; return which, and why. Raises Problem after `patience` seconds."""

    def settled() -> bool:
        return workspace.acts.outcome(act_id)[0] != "queued"

    _wait(workspace, settled, lambda: True, patience)
    return workspace.acts.outcome(act_id)


def _wait(workspace: Workspace, settled: Callable[[], bool], due: Callable[[], bool], patience: float) -> None:
    until = time.monotonic() + patience
    while not settled():
        if time.monotonic() > until:
            raise Problem(say("No outcome within {seconds} s; cminbox sync goes on with it", seconds=round(patience)))
        if due() and who_syncs(workspace) is None:
            if not can_sync(workspace):
                raise Problem(
                    say("Nobody fetches and sends, and you may not read the secrets; it waits for cminbox sync --watch")
                )
            run_once(workspace)
        time.sleep(0 if settled() else _LOOK_AGAIN)
