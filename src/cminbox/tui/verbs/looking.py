"""Views, filter, arrivals and the other screens."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.i18n import _, render
from cminbox.tui import naming, wording
from cminbox.tui.ink import Ink
from cminbox.tui.screens.base import Answer
from cminbox.tui.verbs.reading import copy
from cminbox.tui.verbs.views import settle_held
from cminbox.tui.views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from cminbox.tui.screens.base import Effect
    from cminbox.tui.screens.inbox import InboxScreen
    from cminbox.tui.views import View


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return the actions that show something else."""
    return {
        **{f"view_{one.id}": _goes_to(screen, one) for one in VIEWS},
        "next_view": lambda: _turn(screen, 1),
        "previous_view": lambda: _turn(screen, -1),
        "merge": lambda: _merge(screen),
        "filter": lambda: _filter(screen),
        "among_names": lambda: _narrow(screen, naming.wanted(screen.desk)),
        "clear_filter": lambda: _narrow(screen, ""),
        "copy_text": lambda: copy(screen, _newest_text(screen)),
        "copy_person": lambda: copy(screen, wording.person(screen.acts.row.person)),
        "outbox": screen.program.show_outbox,
        "accounts": screen.program.show_accounts,
        "figures": screen.program.show_figures,
        "redraw": screen.program.redraw,
        "quit": lambda: _quit(screen),
    }


def _goes_to(screen: InboxScreen, view: View) -> Effect:
    return lambda: _show(screen, view)


def _show(screen: InboxScreen, view: View) -> None:
    screen.desk.go_to_view(view)
    screen.reload()


def _turn(screen: InboxScreen, by: int) -> None:
    views = screen.desk.views
    at = next((at for at, one in enumerate(views) if one.id == screen.desk.view.id), 0)
    _show(screen, views[(at + by) % len(views)])


def _merge(screen: InboxScreen) -> None:
    screen.desk.merge()
    screen.reload()


async def _filter(screen: InboxScreen) -> None:
    writing = await screen.start_writing()
    before = screen.desk.query
    writing.prompt(
        _("Filter: words, @name, net: kind: tag: is:late …"),
        before,
        sent=lambda text: _narrow(screen, text),
        left=lambda: _narrow(screen, ""),
        changed=lambda text: _narrow_live(screen, text),
        labels={"send": _("keep the filter"), "leave": _("show all")},
    )


def _narrow(screen: InboxScreen, text: str) -> None:
    screen.desk.filter(text)
    screen.reload()


def _narrow_live(screen: InboxScreen, text: str) -> None:
    try:
        _narrow(screen, text)
    except Problem as problem:
        # Somebody who types `kind:` has not finished; the list stays as it was until he has.
        screen.tell(render(problem.saying), Ink.FAINT)


def _newest_text(screen: InboxScreen) -> str:
    view = screen.at_hand()
    messages = [] if view is None else [one for one in view.messages if not one.ours]
    return messages[-1].text if messages else screen.acts.row.text


def _quit(screen: InboxScreen) -> None:
    desk = screen.desk
    if not len(desk.holds):
        screen.program.leave()
        return
    screen.ask(
        wording.ask_holds(len(desk.holds)),
        (
            Answer("s", _("send now"), partial(_leave_after, screen, send=True)),
            Answer("k", _("keep as drafts"), partial(_leave_after, screen, send=False)),
            Answer("escape", _("stay"), lambda: None),
        ),
    )


def _leave_after(screen: InboxScreen, *, send: bool) -> Awaitable[None] | None:
    """Leave once every held reply is settled; one that cannot be now keeps the person here."""
    return settle_held(screen, lambda _count: screen.program.leave(), send=send)
