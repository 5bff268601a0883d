"""Canned replies line by line: used, sent at once where that is safe, searched for, explained, sent to many."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import first_line, safe
from cminbox.i18n import _, ngettext, render
from cminbox.tui import wording
from cminbox.tui.bulk import Deed
from cminbox.tui.costing import costs
from cminbox.tui.palette import Entry
from cminbox.tui.plain.picking import pick
from cminbox.tui.plain.spots import ignoring
from cminbox.tui.plain.telling import spoken
from cminbox.tui.plain.writing import LEAVE
from cminbox.tui.verbs.suggesting import newest_answer
from cminbox.tui.verbs.together import Sending, remarks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

    from cminbox.inbox.options import Option
    from cminbox.inbox.reading import ConversationView
    from cminbox.inbox.suggestions import Suggester
    from cminbox.inbox.together import Plan
    from cminbox.tui.plain.inbox import Effect, PlainInbox

T = TypeVar("T")

_EXPLAINED = 3
_LONGEST_NUMBER = 3
_TITLE = 60
_NUMBERS = 9
PATIENCE_SECONDS = 5.0
_PATIENCE_FOR_MANY_SECONDS = 15.0


def effects(inbox: PlainInbox) -> Mapping[str, Effect]:
    """Return the actions that use canned replies."""
    return {
        "use": partial(_use, inbox),
        "use_numbered": partial(_use_numbered, inbox),
        "express": ignoring(lambda: _express(inbox)),
        "why": ignoring(lambda: _why(inbox)),
        "canned": partial(_canned, inbox),
        "save_canned": partial(_keep_answer, inbox),
        "mark_alike": ignoring(lambda: _mark_alike(inbox)),
    }


def suggester(inbox: PlainInbox) -> Suggester:
    """Return what suggests canned replies. Raises Problem where nothing does."""
    if inbox.session.suggestions is None:
        raise Problem(say("There are no canned replies here"))
    return inbox.session.suggestions


def wait(future: Future[T], seconds: float = PATIENCE_SECONDS) -> T:
    """Return what is being worked out. Raises Problem when it takes too long."""
    try:
        return future.result(seconds)
    except TimeoutError:
        raise Problem(say("This takes too long; try again in a moment")) from None


def _options(inbox: PlainInbox) -> tuple[Option, ...]:
    """Return what was read out for the chosen conversation. Raises Problem where nothing was."""
    options = inbox.suggested.options
    if not options:
        raise Problem(say("Nothing is suggested here"))
    return options


def _use(inbox: PlainInbox, typed: str) -> None:
    """Begin a reply with the suggestion whose number was typed, with the first for nothing."""
    wanted = typed.strip() or "1"
    if not wanted.isdecimal() or len(wanted) > _LONGEST_NUMBER:
        raise Problem(say("Type the number of the suggestion"))
    options, number = _options(inbox), int(wanted)
    if not 1 <= number <= len(options):
        raise Problem(say("There is no suggestion {number}", number=number))
    _take(inbox, options[number - 1])


def _use_numbered(inbox: PlainInbox, typed: str) -> None:
    """Use the suggestion that the typed sign stands for: those below the digits of other keyboards count as well."""
    keymap = inbox.desk.keymap
    keys = next(keymap.keys(one) for one in keymap.actions if one.id == "use_numbered")
    sign = inbox.typed
    _use(inbox, typed or (str(keys.index(sign) % _NUMBERS + 1) if sign in keys else ""))


def _take(inbox: PlainInbox, option: Option) -> None:
    """Begin a reply to the chosen conversation, or say what all that is marked would be sent."""
    row = inbox.acts.row
    if inbox.desk.marked() not in ([], [row.id]):
        _to_all(inbox, option)
    else:
        inbox.writing.reply(row.id, option)


def _express(inbox: PlainInbox) -> None:
    """Send the first suggestion if it may go without another look; else begin a reply with it."""
    option = _options(inbox)[0]
    view = inbox.suggested_for
    sure = inbox.suggested.express and view is not None and not inbox.desk.marks.some
    if view is None or not sure or costs(inbox.session.acting, view, option.text):
        _take(inbox, option)
        return
    reply = inbox.session.acting.reply(view.row.id, option.text, caret=len(option.text), seen=view.change)
    suggester(inbox).picked(view, option.reply.key, sent_as=reply.id)
    inbox.finish(inbox.acts.sent(reply, wording.person(view.row.person)))


def _why(inbox: PlainInbox) -> None:
    options, view = _options(inbox)[:_EXPLAINED], inbox.suggested_for
    if view is None:
        raise Problem(say("Nothing is suggested here"))
    reasons = wait(suggester(inbox).why(view, [one.reply.key for one in options]))
    for option, sayings in zip(options, reasons, strict=True):
        said = "; ".join(render(one) for one in sayings)
        inbox.tell(_("{title}: {why}").format(title=safe(option.reply.title), why=said))


def search(inbox: PlainInbox, view: ConversationView | None, rest: str) -> Option | None:
    """Return a canned reply that is searched for and chosen, None for none. Raises Problem."""
    query = rest or inbox.ask(_("Canned replies with which words?"))
    found = wait(suggester(inbox).search(view, query))
    if not found:
        raise Problem(say("No canned reply fits “{query}”", query=query))
    chosen: list[Option] = []

    def entry(one: Option) -> Entry:
        text = spoken(" ".join(one.text.split()))
        return Entry(one.reply.key, one.reply.title, partial(chosen.append, one), text)

    pick(inbox, _("Which one?"), [entry(one) for one in found], always=True)
    return chosen[0] if chosen else None


def _canned(inbox: PlainInbox, rest: str) -> None:
    """Search the canned replies and begin a reply with one of them, or send it to all that is marked."""
    option = search(inbox, inbox.view_of(inbox.acts.row.id), rest)
    if option is not None:
        _take(inbox, option)


def _keep_answer(inbox: PlainInbox, rest: str) -> None:
    """Keep our newest answer as a canned reply; the customer's words are its first example."""
    row = inbox.acts.row
    view = inbox.view_of(row.id)
    answer = newest_answer(view)
    if answer is None:
        raise Problem(say("There is no answer of ours here to keep"))
    inbox.tell(answer)
    title = rest or inbox.ask(_("Title of the new canned reply; Enter keeps none:"))
    if not title:
        inbox.tell(_("Nothing was done"))
        return
    reply = wait(suggester(inbox).keep_answer(view, answer, first_line(title, _TITLE)))
    inbox.tell(_("Kept as {name}: {file}").format(name=reply.key, file=safe(str(reply.file))))


# Many at once


def _mark_alike(inbox: PlainInbox) -> None:
    """Mark everything in this view that the first suggestion answers as well."""
    _options(inbox)
    desk, view = inbox.desk, inbox.suggested_for
    if view is None:
        raise Problem(say("Nothing is suggested here"))
    ids = desk.session.reading.ids(desk.wanted)
    alike = wait(suggester(inbox).alike(view, ids), _PATIENCE_FOR_MANY_SECONDS)
    desk.marks.add(alike)
    text = ngettext("{count} asks the same and is marked", "{count} ask the same and are marked", len(alike))
    inbox.tell(text.format(count=len(alike)))


def _to_all(inbox: PlainInbox, option: Option) -> None:
    """Say what all that is marked would be sent, and send it after a letter."""
    plan = _planned(inbox, option.reply.id, {})
    while plan.wanted:
        blank = plan.wanted[0]
        said = inbox.ask(_("{name}, once for all? Enter leaves it:").format(name=safe(blank.called, limit=_TITLE)))
        if said in {"", LEAVE}:
            inbox.tell(_("Nothing was sent."))
            return
        plan = _planned(inbox, option.reply.id, {**plan.given, blank.name: said})
    count, first = len(plan.parts), wording.person(plan.parts[0].view.row.person)
    title = ngettext("{count} reply, to {person}", "{count} replies, the first to {person}", count)
    inbox.tell(_("{title}:").format(title=title.format(count=count, person=first)), spoken(plan.parts[0].option.text))
    inbox.tell(*(sentence for sentence, _ink in remarks(plan, inbox.session.acting)))
    question = ngettext("Send {count} reply?", "Send {count} replies?", count).format(count=count)
    if inbox.ask(_("{question} y sends, Enter leaves it:").format(question=question)) != "y":
        inbox.tell(_("Nothing was sent."))
        return
    _send_all(inbox, plan)


def _planned(inbox: PlainInbox, reply: str, given: Mapping[str, str]) -> Plan:
    plan = wait(suggester(inbox).plan(inbox.desk.marked(), reply, given), _PATIENCE_FOR_MANY_SECONDS)
    if not plan.parts:
        raise Problem(next(iter(plan.refused.values()), say("Nothing is marked")))
    return plan


def _send_all(inbox: PlainInbox, plan: Plan) -> None:
    person = wording.person(plan.parts[0].view.row.person)
    said = _("The reply to {person} will be sent").format(person=person)

    def learn(view: ConversationView, used: Mapping[str, Option], _text: str, sent_as: int) -> None:
        for key in used:
            suggester(inbox).picked(view, key, sent_as=sent_as)

    sending = Sending(inbox.session.acting, learn, plan.parts)
    inbox.do(Deed(said, _("Answered"), sending, alone=True), [part.view.row.id for part in plan.parts])
