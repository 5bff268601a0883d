"""Asking a network for what stands around a thread that a person opens: once in a while, and beside the screen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.account import HealthState
from cminbox.domain.network import Capability
from cminbox.inbox.surroundings import surroundings

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from cminbox.domain.problem import Problem
    from cminbox.inbox.reading import ConversationView
    from cminbox.tui.screens.inbox import InboxScreen

AGAIN_MILLISECONDS = 10 * 60 * 1000
"""What was read so short a time ago is not read again."""
_READS = frozenset({HealthState.OK, HealthState.NEW, HealthState.OFFLINE})


def ask_around(screen: InboxScreen) -> Awaitable[None] | None:
    """Have the surroundings of the conversation read, unless they are known or its network shows none."""
    view = screen.view
    if view is None or not _worth_asking(view, screen.desk.now):
        return None
    act = partial(screen.desk.session.acting.ask_network, view.row.id, Capability.THREAD)
    return screen.beside.run(act, _done, _given_up)


def _worth_asking(view: ConversationView, now: int) -> bool:
    account = view.account
    able = account.manifest is not None and account.manifest.can(Capability.THREAD)
    if not able or account.connected_at is None or account.health.state not in _READS:
        return False
    asked = [one.at for one in view.events if one.what == Capability.THREAD.value]
    known = surroundings(view)
    latest = max([*asked[-1:], *(() if known is None else (known.at,))], default=None)
    return latest is None or not 0 <= now - latest < AGAIN_MILLISECONDS


def _done(_act: int) -> None:
    """Nothing to say: what was read appears in the thread."""


def _given_up(_problem: Problem) -> None:
    """Nothing to say: the conversation itself is there."""
