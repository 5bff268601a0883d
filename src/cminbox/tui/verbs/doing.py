"""Doing a verb: to the chosen conversation or to all that are marked, at once or beside the screen, and once more."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.i18n import render
from cminbox.tui.bulk import AT_ONCE, Bulk
from cminbox.tui.ink import Ink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.tui.acts import Outcome
    from cminbox.tui.bulk import Deed
    from cminbox.tui.screens.inbox import InboxScreen

_TOLD_SECONDS = 0.25


def do(screen: InboxScreen, deed: Deed, ids: Sequence[int] | None = None) -> None:
    """Do a deed to these conversations, by default to what is marked or chosen. Raises Problem."""
    run(screen, Bulk(deed, screen.acts.ids if ids is None else ids))


def run(screen: InboxScreen, bulk: Bulk) -> None:
    """Run a bulk: a short one now, a long one beside the screen. Raises Problem."""
    if screen.bulk is not None:
        raise Problem(say("Something is still being done to many conversations; let it end, or stop it with Esc"))
    if len(bulk.ids) <= AT_ONCE:
        screen.beside.run(bulk.all_steps, lambda _: _over(screen, bulk), lambda problem: _over(screen, bulk, problem))
        return
    screen.beside.check_free()
    screen.bulk = bulk
    screen.paint_footer()
    screen.run_worker(_beside(screen, bulk), group="bulk", exit_on_error=False)


def show(screen: InboxScreen, outcome: Outcome, tried: Sequence[int]) -> None:
    """Show what was done; what was refused stays marked."""
    marks = screen.desk.marks
    if marks.some:
        marked, done = set(screen.desk.marked()), set(outcome.ids)
        marks.clear()
        marks.add(one for one in tried if one not in done and one in marked)
        screen.list.redraw(range(len(screen.desk.window)))
    screen.finish(outcome)


def _over(screen: InboxScreen, bulk: Bulk, problem: Problem | None = None) -> None:
    """Show what became of a short bulk; `problem` is what stopped it."""
    if problem is None and len(bulk.ids) == 1 and bulk.refused:
        problem = Problem(next(iter(bulk.refused.values())))
    if problem is None or bulk.done:
        show(screen, screen.acts.outcome(bulk), list(bulk.ids))
    if problem is not None:
        screen.tell(render(problem.saying), Ink.LATE)


async def _beside(screen: InboxScreen, bulk: Bulk) -> None:
    problem = None
    told = monotonic()
    try:
        while await asyncio.to_thread(bulk.step):
            if monotonic() - told >= _TOLD_SECONDS:
                told = monotonic()
                screen.paint_footer()
    except Problem as found:
        problem = found
    screen.bulk = None
    show(screen, screen.acts.outcome(bulk), bulk.ids)
    if problem is not None:
        screen.tell(render(problem.saying), Ink.LATE)
