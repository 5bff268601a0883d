"""Views of one's own, other orders, other workspaces, drafts, and what can be undone: all picked from a strip."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.filter import Order
from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.saying import say
from cminbox.domain.text import first_line, safe
from cminbox.i18n import N_, _, ngettext, render
from cminbox.i18n.durations import span
from cminbox.tui import wording
from cminbox.tui.palette import Entry
from cminbox.tui.verbs.handling import undo
from cminbox.tui.verbs.writing import open_composer
from cminbox.tui.views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from cminbox.domain.undoing import Undoables
    from cminbox.tui.holds import Undoable
    from cminbox.tui.screens.base import Effect
    from cminbox.tui.screens.inbox import InboxScreen
    from cminbox.tui.views import View

_TEXT = 60
ORDERS = {
    Order.DUE: N_("Least time left first"),
    Order.NEWEST: N_("Newest first"),
    Order.OLDEST: N_("Oldest first"),
    Order.PRIORITY: N_("By priority, then least time left"),
}
ADVANCE = {
    "next": N_("After an act the next one is chosen"),
    "previous": N_("After an act the one before is chosen"),
    "stay": N_("After an act one stays where one is"),
}


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return the actions that open a strip, or change what the list is."""
    return {
        **{f"order_{one.value}": partial(_order, screen, one) for one in Order},
        "views": lambda: _views(screen),
        "save_view": lambda: _save(screen),
        "forget_view": lambda: _forget(screen),
        "drafts": lambda: _drafts(screen),
        "history": lambda: _history(screen),
        "workspaces": lambda: _workspaces(screen),
        "advance": lambda: _advance(screen),
        "send_held": lambda: _held(screen, send=True),
        "recall_held": lambda: _held(screen, send=False),
    }


# Views


async def _views(screen: InboxScreen) -> None:
    def entry(view: View) -> Entry:
        count = screen.desk.count_of(view)
        return Entry(f"view {view.id}", view.title, lambda: go(screen, view), "" if count is None else str(count))

    await screen.strips.pick(_("Go to which view?"), [entry(one) for one in screen.desk.views])


def own_views(views: Sequence[View], go: Callable[[View], None]) -> list[Entry]:
    """Return those views that somebody has saved as what one can `go` to; those of the inbox are actions."""
    note = _("Go to the saved view: {filter}")
    return [
        Entry(f"view {one.id}", one.title, partial(go, one), note.format(filter=safe(one.typed, limit=_TEXT)))
        for one in views
        if one.own
    ]


def go(screen: InboxScreen, view: View) -> None:
    """Show another view, where it was left."""
    screen.desk.go_to_view(view)
    screen.reload()


async def _save(screen: InboxScreen) -> None:
    saved, typed = screen.desk.session.saved_views, screen.desk.query
    if saved is None or not typed:
        raise Problem(say("There is no filter to save; type one first"))
    writing = await screen.start_writing()

    def sent(name: str) -> None:
        _check_own(name)
        saved.save(name, typed)
        screen.desk.read_views()
        view = screen.desk.view_called(name)
        screen.desk.filter("")
        if view is not None:
            go(screen, view)
        screen.tallying.look()
        screen.tell(_("Saved as the view “{name}”").format(name=safe(" ".join(name.split()), limit=_TEXT)))

    writing.prompt(_("Name of the view for: {filter}").format(filter=safe(typed, limit=_TEXT)), "", sent=sent)


def _check_own(name: str) -> None:
    """Raise Problem where a name is that of a view which the inbox has by itself: nobody could tell the two apart."""
    wanted = " ".join(name.split()).casefold()
    taken = {word.casefold() for one in VIEWS for word in (one.id, one.title, one.label)}
    if wanted in taken:
        raise Problem(say("“{name}” is a view of the inbox itself; choose another name", name=safe(name, limit=_TEXT)))


def _forget(screen: InboxScreen) -> None:
    saved, view = screen.desk.session.saved_views, screen.desk.view
    if saved is None or not view.own:
        raise Problem(say("Only a view of your own can be forgotten; go to it first"))
    saved.forget(view.label)
    screen.desk.read_views()
    go(screen, screen.desk.views[0])
    # It can be had again: the filter stands in the sentence.
    text = _("The view “{name}” is forgotten; its filter was {filter}")
    screen.tell(text.format(name=safe(view.label), filter=safe(view.typed, limit=_TEXT)))


def _order(screen: InboxScreen, order: Order) -> None:
    screen.desk.order = None if order is Order.DUE else order
    screen.desk.read_anew()
    screen.reload()
    screen.tell(_(ORDERS[order]))


def _advance(screen: InboxScreen) -> None:
    ways = list(ADVANCE)
    desk = screen.desk
    desk.advance = ways[(ways.index(desk.advance) + 1) % len(ways)]
    screen.tell(_(ADVANCE[desk.advance]))


async def _workspaces(screen: InboxScreen) -> None:
    others = screen.desk.session.workspaces
    names = [] if others is None else [name for name in others() if name != screen.desk.session.brand]
    if not names:
        raise Problem(say("There is no other workspace; cminbox --workspace NAME makes one"))
    entries = [Entry(f"workspace {name}", name, partial(_switch, screen, name)) for name in names]
    await screen.strips.pick(_("Go to which workspace?"), entries)


def _switch(screen: InboxScreen, name: str) -> None:
    if len(screen.desk.holds):
        raise Problem(say("Replies are still held; send them or take them back first"))
    screen.program.leave_for(name)


# Drafts and held replies


async def _drafts(screen: InboxScreen) -> None:
    reading = screen.desk.session.reading
    drafts = await asyncio.to_thread(reading.drafts)
    if not drafts:
        raise Problem(say("You have no drafts here"))
    rows = reading.rows([one.conversation_id for one in drafts])
    entries = [
        Entry(
            f"draft {one.id}",
            wording.person(rows[one.conversation_id].person),
            partial(_open_draft, screen, one.conversation_id),
            first_line(one.text, _TEXT),
        )
        for one in drafts
        if one.conversation_id in rows
    ]
    await screen.strips.pick(_("Go on with which draft?"), entries)


async def _open_draft(screen: InboxScreen, conversation_id: int) -> None:
    if screen.desk.choose_conversation(conversation_id):
        screen.list.reload()
    await open_composer(screen, conversation_id)


def settle_held(screen: InboxScreen, then: Callable[[int], None], *, send: bool) -> Awaitable[None] | None:
    """Send every held reply now, or make drafts of them, beside the screen; `then` hears how many there were.

    Raises Problem while another act is being written.
    """
    desk = screen.desk
    ids = list(desk.holds.until)
    one = desk.session.acting.release if send else desk.session.acting.take_back

    def act() -> None:
        for reply_id in ids:
            # A colleague, or the syncing process, may have been quicker.
            with suppress(NotFound):
                one(reply_id)

    def settled(_nothing: None) -> None:
        for reply_id in ids:
            desk.holds.drop(reply_id)
            if send:
                desk.history.forget_reply(reply_id)
        then(len(ids))

    return screen.beside.run(act, settled)


def _held(screen: InboxScreen, *, send: bool) -> Awaitable[None] | None:
    def then(count: int) -> None:
        screen.header.redraw()
        text = (
            ngettext("{count} reply is sent now", "{count} replies are sent now", count)
            if send
            else ngettext("{count} reply is a draft again", "{count} replies are drafts again", count)
        )
        screen.tell(text.format(count=count))

    return settle_held(screen, then, send=send)


# What can be undone


async def _history(screen: InboxScreen) -> None:
    desk = screen.desk
    steps = [_step(screen, one) for one in reversed(desk.history.steps)]
    known = {event for one in desk.history.steps for event in one.events}
    older = await asyncio.to_thread(desk.session.acting.undoables)
    entries = steps + [_group(screen, one) for one in older if not known.intersection(one.events)]
    if not entries:
        raise Problem(say("There is nothing to undo"))
    await screen.strips.pick(_("Undo which act? The newest stands first"), entries)


def _step(screen: InboxScreen, step: Undoable) -> Entry:
    note = _("you, {time} ago").format(time=span(max(0, screen.desk.now - step.at) / 1000))
    return Entry(f"step {id(step)}", step.what, lambda: undo(screen, step), note)


def _group(screen: InboxScreen, group: Undoables) -> Entry:
    ago = span(max(0, screen.desk.now - group.at) / 1000)
    note = _("{agent}, {time} ago").format(agent=safe(group.agent, limit=_TEXT), time=ago)
    act, count = render(group.what), len(group.events)
    many = ngettext("{act}: {count} conversation", "{act}: {count} conversations", count)
    text = act if count == 1 else many.format(act=act, count=count)

    def undone(ids: Sequence[int]) -> None:
        screen.take(screen.desk.refresh(ids))
        if ids and screen.desk.choose_conversation(ids[0]):
            screen.list.reload()
        screen.read_conversation()
        screen.tell(wording.undone(act, count))

    undo_it = partial(screen.desk.session.acting.undo, group.events)
    return Entry(f"group {group.events[0]}", text, lambda: screen.beside.run(undo_it, undone), note)
