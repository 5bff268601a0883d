"""What each action does line by line: the ids and letters are those of the screen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Priority
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import _
from cminbox.tui import later, wording
from cminbox.tui.actions import Place
from cminbox.tui.plain import replies, telling
from cminbox.tui.views import VIEWS, view

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.inbox.suggestions import Option
    from cminbox.tui.bulk import Deed
    from cminbox.tui.plain.inbox import Effect, PlainInbox

_EXPLAINED = 3
_LONGEST_NUMBER = 3
_QUOTED = 80
_MODERATION = ("boost", "hide", "approve", "delete", "block", "mute", "report")
_PATIENCE_SECONDS = 5.0


def effects(inbox: PlainInbox) -> Mapping[str, Effect]:
    """Return what the actions do, by their ids; each is given what was typed behind it."""
    acts = inbox.acts
    plain: dict[str, Callable[[], object]] = {
        "down": inbox.read_next,
        "up": lambda: inbox.read_next(-1),
        "top": lambda: inbox.list_page(0),
        "bottom": lambda: inbox.list_page(inbox.desk.window.load_end()),
        "open": lambda: inbox.read(whole=True),
        "scroll": lambda: inbox.read(whole=True),
        "next_view": lambda: _turn_view(inbox, 1),
        "previous_view": lambda: _turn_view(inbox, -1),
        "clear_filter": lambda: _filter(inbox, ""),
        "merge": lambda: _merge(inbox),
        "undo": inbox.undo,
        "repeat": lambda: _repeat(inbox),
        "link": lambda: _link(inbox),
        "outbox": lambda: replies.show(inbox),
        "accounts": lambda: _accounts(inbox),
        "mark": lambda: _mark(inbox),
        "clear_marks": lambda: _clear_marks(inbox),
        "reply": lambda: inbox.writing.reply(acts.row.id),
        "express": lambda: _use(inbox, ""),
        "why": lambda: _why(inbox),
        "quit": lambda: _quit(inbox),
        **{f"view_{one.id}": partial(_go, inbox, one.id) for one in VIEWS},
        **{name: partial(_moderate, inbox, name) for name in _MODERATION},
    }
    use: dict[str, Effect] = {"use": lambda rest: _use(inbox, rest)}
    return {**{name: _ignoring(effect) for name, effect in plain.items()}, **use, **_deeds(inbox), **_asking(inbox)}


def _ignoring(effect: Callable[[], object]) -> Effect:
    def done(_rest: str) -> None:
        effect()

    return done


def _deeds(inbox: PlainInbox) -> Mapping[str, Effect]:
    acts = inbox.acts
    deeds: dict[str, Callable[[], Deed]] = {
        "done": acts.done,
        "snooze_hour": lambda: acts.snooze(later.in_an_hour),
        "snooze_tomorrow": lambda: acts.snooze(later.tomorrow),
        "snooze_week": lambda: acts.snooze(later.in_a_week),
        "snooze_monday": lambda: acts.snooze(later.monday),
        "snooze_reply": acts.wait,
        "reopen": acts.reopen,
        **{f"priority_{one.value}": partial(acts.prioritise, one) for one in Priority},
        "take": acts.take,
        "flag": lambda: acts.flag(acts.ids),
        "like": acts.like,
    }

    def once(deed: Callable[[], Deed], _rest: str) -> None:
        inbox.do(deed())
        inbox.desk.repeat = lambda: inbox.do(deed())

    return {
        **{name: partial(once, deed) for name, deed in deeds.items()},
        "done_post": lambda _rest: inbox.do(acts.done(), acts.same_posts(acts.ids)),
    }


def _asking(inbox: PlainInbox) -> Mapping[str, Effect]:
    acts = inbox.acts
    questions: dict[str, tuple[str, Callable[[str], Deed]]] = {
        "snooze_custom": (_("Put off for how long? 30m, 2h, 3d or 14:30"), acts.snooze_typed),
        "assign": (_("Assign to whom? Nothing for nobody"), acts.assign),
        "tag": (_("Tags to add; with a minus to take away"), acts.tag),
    }

    def asked(question: str, deed: Callable[[str], Deed], rest: str) -> None:
        ids = acts.ids
        inbox.do(deed(rest or inbox.ask(f"{question}:")), ids)

    return {
        **{name: partial(asked, question, deed) for name, (question, deed) in questions.items()},
        "note": partial(_note, inbox),
        "filter": lambda rest: _filter(inbox, rest or inbox.ask(_("Show only what matches:"))),
        "canned": partial(_canned, inbox),
        "help": partial(_help, inbox),
        "page_down": lambda _rest: inbox.obey("more"),
    }


# Lists


def _go(inbox: PlainInbox, name: str) -> None:
    inbox.desk.go_to_view(view(name))
    inbox.list_page(inbox.desk.chosen - inbox.desk.chosen % telling.PAGE)


def _turn_view(inbox: PlainInbox, by: int) -> None:
    place = [one.id for one in VIEWS].index(inbox.desk.view.id)
    _go(inbox, VIEWS[(place + by) % len(VIEWS)].id)


def _filter(inbox: PlainInbox, typed: str) -> None:
    inbox.desk.filter(typed)
    inbox.list_page(0)


def _merge(inbox: PlainInbox) -> None:
    inbox.desk.merge()
    inbox.list_page(0)


def _mark(inbox: PlainInbox) -> None:
    desk = inbox.desk
    here = desk.window[desk.chosen] if desk.row is not None else None
    if here is None:
        raise Problem(say("No conversation is chosen"))
    desk.marks.toggle(here.row.id, here.place)
    inbox.tell(telling.row_line(desk, desk.chosen))


def _clear_marks(inbox: PlainInbox) -> None:
    inbox.desk.marks.clear()
    inbox.tell(_("Nothing is marked"))


def _accounts(inbox: PlainInbox) -> None:
    now = inbox.desk.now
    for account in inbox.desk.accounts.values():
        state = wording.health(account, now) if account.connected_at is not None else _("imported, not connected")
        parts = (account.name, wording.network_of(account), wording.speaker(account), state)
        inbox.tell(", ".join(safe(part) for part in parts))
        reason = wording.kept(account.health.reason)
        if reason:
            inbox.tell(reason)


def _help(inbox: PlainInbox, wanted: str) -> None:
    """Say what can be typed now, or what of it holds a word."""
    keymap = inbox.desk.keymap
    known = effects(inbox)
    lines = [_("{typed}: {what}").format(typed=_("Enter"), what=_("Read the next conversation"))]
    lines += [_("{typed}: {what}").format(typed=_("a number"), what=_("Read that conversation of the list"))]
    lines += [_("{typed}: {what}").format(typed="list, more", what=_("Say the list again, or its next part"))]
    for one in keymap.valid(Place.QUEUE, inbox.facts()):
        if one.id in known:
            typed = next((key for key in keymap.keys(one) if len(key.replace(" ", "")) <= 2), one.id)  # noqa: PLR2004 - letters
            typed = one.id if one.id.startswith("use") else typed
            lines.append(_("{typed}: {what}").format(typed=typed, what=_(one.help)))
    found = [line for line in lines if wanted.casefold() in line.casefold()]
    inbox.tell(*(found or [_("Nothing holds “{word}”").format(word=wanted)]))


# Answers


def _use(inbox: PlainInbox, typed: str) -> None:
    """Begin a reply with the suggestion whose number was typed, with the first for nothing."""
    options = () if inbox.suggested is None else inbox.suggested.options
    wanted = typed.strip() or "1"
    if not wanted.isdecimal() or len(wanted) > _LONGEST_NUMBER:
        raise Problem(say("Type the number of the suggestion"))
    number = int(wanted)
    if not 1 <= number <= len(options):
        raise Problem(say("There is no suggestion {number}", number=number))
    inbox.writing.reply(inbox.acts.row.id, options[number - 1])


def _why(inbox: PlainInbox) -> None:
    from cminbox.i18n import render  # noqa: PLC0415 - seldom asked

    options = () if inbox.suggested is None else inbox.suggested.options
    if inbox.session.suggestions is None or not options:
        raise Problem(say("Nothing is suggested here"))
    seen = inbox.view_of(inbox.acts.row.id)
    reasons = inbox.session.suggestions.why(seen, [one.reply.key for one in options[:_EXPLAINED]]).result(
        _PATIENCE_SECONDS
    )
    for option, sayings in zip(options[:_EXPLAINED], reasons, strict=True):
        inbox.tell(f"{safe(option.reply.title)}: {', '.join(render(one) for one in sayings)}")


def _canned(inbox: PlainInbox, rest: str) -> None:
    """Search the canned replies and begin a reply with one of them."""
    suggestions = inbox.session.suggestions
    if suggestions is None:
        raise Problem(say("There are no canned replies here"))
    row = inbox.acts.row
    query = rest or inbox.ask(_("Canned replies with which words?"))
    found: list[Option] = suggestions.search(inbox.view_of(row.id), query).result(_PATIENCE_SECONDS)
    if not found:
        raise Problem(say("No canned reply fits “{query}”", query=query))
    for number, option in enumerate(found[: telling.PAGE], 1):
        inbox.tell(f"{number}. {safe(option.reply.title)}: {' '.join(option.text.split())}")
    chosen = inbox.ask(_("Which number? Enter takes none:"))
    if chosen.isdecimal() and 1 <= int(chosen) <= min(len(found), telling.PAGE):
        inbox.writing.reply(row.id, found[int(chosen) - 1])


def _note(inbox: PlainInbox, typed: str) -> None:
    ids = inbox.acts.ids
    inbox.writing.note(inbox.acts.row.id, typed, lambda text: inbox.do(inbox.acts.note(text), ids))


def _link(inbox: PlainInbox) -> None:
    theirs = [one for one in inbox.view_of(inbox.acts.row.id).messages if not one.ours]
    link = theirs[-1].permalink if theirs else None
    inbox.tell(link or _("This message has no link"))


def _repeat(inbox: PlainInbox) -> None:
    if inbox.desk.repeat is None:
        raise Problem(say("There is nothing to repeat yet"))
    inbox.desk.repeat()


def _moderate(inbox: PlainInbox, name: str) -> None:
    """Ask the network for something about the newest message, after a letter where it cannot be undone."""
    from cminbox.tui.verbs.moderating import VERBS  # noqa: PLC0415 - brings the parts of the screen along

    verb, acting = VERBS[name], inbox.session.acting
    row = acting.check_offered(inbox.acts.row.id, verb.capability)
    theirs = [one for one in inbox.view_of(row.id).messages if not one.ours and one.deleted_at is None]
    if not theirs:
        raise Problem(say("Every message of conversation {id} was deleted", id=row.id))
    message, person = theirs[-1], wording.person(row.person)
    detail = ""
    if verb.asks or not acting.can_undo(row.id, verb.capability):
        question = _(verb.question).format(person=person, text=safe(message.text, limit=_QUOTED))
        reasons = {key: (_(label), word) for key, label, word in verb.reasons or (("y", _("yes"), ""),)}
        choices = ", ".join(f"{key} {label}" for key, (label, _word) in reasons.items())
        answer = inbox.ask(f"{question} {choices}:")
        if answer not in reasons:
            inbox.tell(_("Nothing was done"))
            return
        detail = reasons[answer][1]
    said = _(verb.said).format(person=person)
    inbox.do(inbox.acts.asks_about(message.remote_id, verb.capability, said, detail=detail), [row.id])


def _quit(inbox: PlainInbox) -> None:
    held = list(inbox.desk.holds.until)
    if held:
        choices = _("s sends now, k keeps as drafts, Enter stays")
        answer = inbox.ask(f"{wording.ask_holds(len(held))} {choices}:")
        if answer not in {"s", "k"}:
            return
        for reply_id in held:
            if answer == "s":
                inbox.release(reply_id)
            else:
                inbox.session.acting.take_back(reply_id)
                inbox.desk.holds.drop(reply_id)
    inbox.leave()
