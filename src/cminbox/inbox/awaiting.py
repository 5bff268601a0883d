"""Waiting for what was asked of a network: by whoever syncs, or by syncing here when nobody does."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from cminbox.domain.account import HealthState
from cminbox.domain.problem import Problem
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe
from cminbox.inbox.syncing import SETTLE_SECONDS, can_sync, run_once, who_syncs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.workspace import Workspace

PATIENCE_SECONDS = 300.0
QUIET_SECONDS = 2.0
"""Who waits no longer than this is told nothing; then each reason once."""
_LOOK_AGAIN = 0.1
_ON_THEIR_WAY = frozenset({ReplyState.HELD, ReplyState.QUEUED, ReplyState.SENDING})
_WELL = frozenset({HealthState.OK, HealthState.NEW})


def outcome_of_reply(
    workspace: Workspace,
    reply_id: int,
    *,
    patience: float = PATIENCE_SECONDS,
    tell: Callable[[Saying], None] | None = None,
) -> StoredReply:
    """Wait until a reply is sent, refused, unknown or taken back, and return it. Raises Problem after `patience` s.

    `tell` is called from another thread with what it waits for.
    """

    def settled() -> bool:
        return workspace.outbox.get(reply_id).state not in _ON_THEIR_WAY

    def due() -> bool:
        reply = workspace.outbox.get(reply_id)
        begins = reply.hold_until if reply.state is ReplyState.HELD else reply.next_try_at
        return begins is None or begins <= workspace.now()

    with _telling(lambda: _why(workspace, reply_id), tell):
        _wait(workspace, settled, due, patience)
    return workspace.outbox.get(reply_id)


def outcome_of_act(
    workspace: Workspace,
    act_id: int,
    *,
    patience: float = PATIENCE_SECONDS,
    tell: Callable[[Saying], None] | None = None,
) -> tuple[str, Saying | None]:
    """Wait until an act is done or refused; return which, and why. Raises Problem after `patience` seconds.

    `tell` is called from another thread with what it waits for.
    """

    def settled() -> bool:
        return workspace.acts.outcome(act_id)[0] != "queued"

    def why() -> Saying:
        trouble = _trouble(workspace, workspace.acts.account_of(act_id))
        return trouble or say("The network has not answered yet; waiting for it")

    with _telling(why, tell):
        _wait(workspace, settled, lambda: True, patience)
    return workspace.acts.outcome(act_id)


def _why(workspace: Workspace, reply_id: int) -> Saying:
    """Return what a reply waits for."""
    reply = workspace.outbox.get(reply_id)
    if reply.state is ReplyState.HELD:
        return say("Reply {id} can still be taken back; waiting until that time is over", id=reply_id)
    if reply.reason is not None and reply.state is ReplyState.QUEUED:
        return say("Waiting, it is tried again: {why}", why=Saying.from_json(reply.reason))
    trouble = _trouble(workspace, reply.account_id)
    return trouble or say("The network has not answered yet; waiting for it")


def _trouble(workspace: Workspace, account_id: int) -> Saying | None:
    """Return what is wrong with an account, None when nothing is known."""
    account = next((one for one in workspace.accounts.all() if one.id == account_id), None)
    if account is None or account.health.state in _WELL or not account.health.reason:
        return None
    why = Saying.from_json(account.health.reason)
    return say("Waiting for {account}: {why}", account=safe(account.name), why=why)


@contextmanager
def _telling(why: Callable[[], Saying], tell: Callable[[Saying], None] | None) -> Iterator[None]:
    """Tell beside the waiting, which may stand still while a network is asked."""
    over = threading.Event()

    def watch(speak: Callable[[Saying], None]) -> None:
        told = None
        while not over.wait(QUIET_SECONDS):
            with suppress(Problem):
                said = why()
                if said != told and not over.is_set():
                    told = said
                    speak(said)

    thread = None if tell is None else threading.Thread(target=watch, args=(tell,), daemon=True)
    if thread is not None:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if thread is not None:
            thread.join()


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
            run_once(workspace, settle=max(0.0, min(SETTLE_SECONDS, until - time.monotonic())))
        time.sleep(0 if settled() else _LOOK_AGAIN)
