"""The list line by line: moving, views, filter, order, and what is picked from a list that is read out."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.filter import Order
from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.saying import say
from cminbox.domain.text import first_line, safe
from cminbox.i18n import _, ngettext, render
from cminbox.i18n.durations import span
from cminbox.tui import naming, wording
from cminbox.tui.palette import Entry
from cminbox.tui.plain import telling
from cminbox.tui.plain.picking import pick
from cminbox.tui.plain.spots import ignoring
from cminbox.tui.session import Ending, ExitResult
from cminbox.tui.verbs.views import ADVANCE, ORDERS
from cminbox.tui.views import VIEWS, View, view

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.domain.undoing import Undoables
    from cminbox.tui.holds import Undoable
    from cminbox.tui.plain.inbox import Effect, PlainInbox

_TEXT = 80


def effects(inbox: PlainInbox) -> Mapping[str, Effect]:
    """Return the actions that move in the list, or change what it is."""
    plain: dict[str, Callable[[], object]] = {
        "down": inbox.read_next,
        "up": lambda: inbox.read_next(-1),
        "top": lambda: _to(inbox, 0),
        "bottom": lambda: _to(inbox, inbox.desk.window.load_end()),
        "page_down": inbox.more,
        "page_up": lambda: inbox.more(-telling.PAGE),
        "open": lambda: inbox.read(whole=True),
        "scroll": lambda: inbox.read(whole=True),
        "next_view": lambda: _turn_view(inbox, 1),
        "previous_view": lambda: _turn_view(inbox, -1),
        "among_names": lambda: _filter(inbox, naming.wanted(inbox.desk)),
        "clear_filter": lambda: _filter(inbox, ""),
        "merge": lambda: _merge(inbox),
        "forget_view": lambda: _forget(inbox),
        "drafts": lambda: _drafts(inbox),
        "history": lambda: _history(inbox),
        "workspaces": lambda: _workspaces(inbox),
        "advance": lambda: _advance(inbox),
        **{f"order_{one.value}": partial(_order, inbox, one) for one in Order},
        **{f"view_{one.id}": partial(go, inbox, view(one.id)) for one in VIEWS},
    }
    asking: dict[str, Effect] = {
        "views": partial(_views, inbox),
        "save_view": partial(_save, inbox),
        "filter": lambda rest: _filter(inbox, rest or inbox.ask(_("Show only what matches:"))),
    }
    return {**{name: ignoring(effect) for name, effect in plain.items()}, **asking}


def go(inbox: PlainInbox, wanted: View) -> None:
    """Go to a view and say what it holds. Raises Problem."""
    inbox.desk.go_to_view(wanted)
    inbox.tell_list()


def _to(inbox: PlainInbox, index: int) -> None:
    inbox.desk.choose(index)
    inbox.forget_read()
    inbox.tell_list()


def _turn_view(inbox: PlainInbox, by: int) -> None:
    views = inbox.desk.views
    at = next((at for at, one in enumerate(views) if one.id == inbox.desk.view.id), 0)
    go(inbox, views[(at + by) % len(views)])


def _filter(inbox: PlainInbox, typed: str) -> None:
    inbox.desk.filter(typed)
    inbox.tell_list()


def _merge(inbox: PlainInbox) -> None:
    inbox.desk.merge()
    inbox.tell_list()


def _order(inbox: PlainInbox, order: Order) -> None:
    inbox.desk.order = None if order is Order.DUE else order
    inbox.desk.read_anew()
    inbox.tell(_(ORDERS[order]))
    inbox.tell_list()


def _advance(inbox: PlainInbox) -> None:
    ways, desk = list(ADVANCE), inbox.desk
    desk.advance = ways[(ways.index(desk.advance) + 1) % len(ways)]
    inbox.tell(_(ADVANCE[desk.advance]))


# Views


def _views(inbox: PlainInbox, rest: str) -> None:
    def entry(one: View) -> Entry:
        count = inbox.desk.count_of(one)
        return Entry(f"view {one.id}", one.title, partial(go, inbox, one), "" if count is None else str(count))

    pick(inbox, _("Go to which view?"), [entry(one) for one in inbox.desk.views], rest)


def _save(inbox: PlainInbox, rest: str) -> None:
    desk, saved = inbox.desk, inbox.session.saved_views
    if saved is None or not desk.query:
        raise Problem(say("There is no filter to save; type one first"))
    name = rest or inbox.ask(_("Name of the view for: {filter}").format(filter=safe(desk.query, limit=_TEXT)))
    if not name:
        inbox.tell(_("Nothing was done"))
        return
    saved.save(name, desk.query)
    desk.read_views()
    inbox.tell(_("Saved as the view “{name}”").format(name=safe(name, limit=_TEXT)))
    found = desk.view_called(name)
    desk.filter("")
    if found is not None:
        go(inbox, found)


def _forget(inbox: PlainInbox) -> None:
    saved, own = inbox.session.saved_views, inbox.desk.view
    if saved is None or not own.own:
        raise Problem(say("Only a view of your own can be forgotten; go to it first"))
    saved.forget(own.label)
    inbox.desk.read_views()
    text = _("The view “{name}” is forgotten; its filter was {filter}")
    inbox.tell(text.format(name=safe(own.label, limit=_TEXT), filter=safe(own.typed, limit=_TEXT)))
    go(inbox, inbox.desk.views[0])


# What is picked


def _drafts(inbox: PlainInbox) -> None:
    reading = inbox.session.reading
    drafts = reading.drafts()
    if not drafts:
        raise Problem(say("You have no drafts here"))
    rows = reading.rows([one.conversation_id for one in drafts])

    def write(conversation_id: int) -> None:
        inbox.desk.choose_conversation(conversation_id)
        inbox.writing.reply(conversation_id)

    entries = [
        Entry(
            f"draft {one.id}",
            wording.person(rows[one.conversation_id].person),
            partial(write, one.conversation_id),
            first_line(one.text, _TEXT),
        )
        for one in drafts
        if one.conversation_id in rows
    ]
    pick(inbox, _("Go on with which draft?"), entries)


def _workspaces(inbox: PlainInbox) -> None:
    others = inbox.session.workspaces
    names = [] if others is None else [name for name in others() if name != inbox.session.brand]
    if not names:
        raise Problem(say("There is no other workspace; cminbox --workspace NAME makes one"))
    entries = [Entry(f"workspace {name}", name, partial(_switch, inbox, name)) for name in names]
    pick(inbox, _("Go to which workspace?"), entries)


def _switch(inbox: PlainInbox, name: str) -> None:
    if len(inbox.desk.holds):
        raise Problem(say("Replies are still held; send them or take them back first"))
    inbox.leave(ExitResult(Ending.WORKSPACE, workspace=name))


def _history(inbox: PlainInbox) -> None:
    """Say what can be undone, the newest first, and undo what is chosen."""
    steps = [_step(inbox, one) for one in reversed(inbox.desk.history.steps)]
    known = {event for one in inbox.desk.history.steps for event in one.events}
    older = inbox.session.acting.undoables()
    entries = steps + [_group(inbox, one) for one in older if not known.intersection(one.events)]
    if not entries:
        raise Problem(say("There is nothing to undo"))
    pick(inbox, _("Undo which act?"), entries)


def _step(inbox: PlainInbox, step: Undoable) -> Entry:
    note = _("you, {time} ago").format(time=_ago(inbox, step.at))
    return Entry(f"step {id(step)}", step.what, partial(inbox.undo, step), note)


def _group(inbox: PlainInbox, group: Undoables) -> Entry:
    act, count = render(group.what), len(group.events)
    many = ngettext("{act}: {count} conversation", "{act}: {count} conversations", count)
    text = act if count == 1 else many.format(act=act, count=count)

    def undo() -> None:
        ids = inbox.session.acting.undo(group.events)
        inbox.desk.refresh(ids)
        inbox.tell(wording.undone(act, count))

    note = _("{agent}, {time} ago").format(agent=safe(group.agent, limit=_TEXT), time=_ago(inbox, group.at))
    return Entry(f"group {group.events[0]}", text, undo, note)


def _ago(inbox: PlainInbox, at: int) -> str:
    return span(max(0, inbox.desk.now - at) / 1000)


def held(inbox: PlainInbox, *, send: bool) -> None:
    """Send every held reply now, or take all of them back. Raises Problem."""
    ids = list(inbox.desk.holds.until)
    for reply_id in ids:
        if send:
            inbox.release(reply_id)
        else:
            take_back(inbox, reply_id)
    text = (
        ngettext("{count} reply is sent now", "{count} replies are sent now", len(ids))
        if send
        else ngettext("{count} reply is a draft again", "{count} replies are drafts again", len(ids))
    )
    inbox.tell(text.format(count=len(ids)))


def take_back(inbox: PlainInbox, reply_id: int) -> None:
    """Make a held reply a draft again, unless somebody was quicker."""
    # A colleague, or the syncing process, may have been quicker.
    with suppress(NotFound):
        inbox.session.acting.take_back(reply_id)
    inbox.desk.holds.drop(reply_id)
