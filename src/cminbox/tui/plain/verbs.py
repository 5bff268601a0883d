"""What each action does line by line: the ids and letters are those of the screen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Priority
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.i18n import _
from cminbox.tui import later
from cminbox.tui.plain import answers, closely, elsewhere, lists, marking, moderating, tending
from cminbox.tui.plain.accounts import Accounts
from cminbox.tui.plain.figures import Figures
from cminbox.tui.plain.persons import Persons
from cminbox.tui.plain.replies import Replies
from cminbox.tui.plain.shelf import Shelf
from cminbox.tui.plain.spots import ignoring
from cminbox.tui.plain.welcome import Welcome, leave
from cminbox.tui.verbs.handling import who_writes_question

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.tui.bulk import Deed
    from cminbox.tui.plain.inbox import Effect, PlainInbox
    from cminbox.tui.plain.spots import Spot

SPOTS: Mapping[str, type[Spot]] = {
    "outbox": Replies,
    "accounts": Accounts,
    "people": Persons,
    "figures": Figures,
    "canned_library": Shelf,
}
"""The places beside the queue, by the ids of the actions that lead there."""
ALL_SPOTS: tuple[type[Spot], ...] = (*SPOTS.values(), Welcome)


def effects(inbox: PlainInbox) -> Mapping[str, Effect]:
    """Return what the actions do in the queue, by their ids; each is given what was typed behind it."""
    plain: dict[str, Callable[[], object]] = {
        "undo": inbox.undo,
        "repeat": lambda: _repeat(inbox),
        "reply": lambda: _reply(inbox),
        "send_held": lambda: lists.held(inbox, send=True),
        "recall_held": lambda: lists.held(inbox, send=False),
        "quit": lambda: leave(inbox),
        "back": lambda: inbox.tell(_("This is the queue; q leaves cminbox")),
        **{name: partial(_go, inbox, spot) for name, spot in SPOTS.items()},
    }
    return {
        **{name: ignoring(effect) for name, effect in plain.items()},
        **lists.effects(inbox),
        **marking.effects(inbox),
        **moderating.effects(inbox),
        **answers.effects(inbox),
        **closely.effects(inbox),
        **tending.effects(inbox),
        **_deeds(inbox),
        **_asking(inbox),
    }


def _go(inbox: PlainInbox, spot: type[Spot]) -> None:
    """Go to a place beside the queue; where nothing is there, stay. Raises Problem."""
    there = spot(inbox)
    there.enter()
    if there.count or spot is Accounts:
        inbox.spot = there
    elif inbox.spot is None:
        inbox.tell(_("You are still in the inbox."))


def _deeds(inbox: PlainInbox) -> Mapping[str, Effect]:
    acts = inbox.acts
    deeds: dict[str, Callable[[], Deed]] = {
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

    def once(deed: Callable[[], Deed]) -> None:
        inbox.do(deed())
        inbox.desk.repeat = partial(once, deed)

    found = {name: ignoring(partial(once, deed)) for name, deed in deeds.items()}
    return {
        **found,
        "done": ignoring(partial(_done, inbox)),
        "done_post": ignoring(partial(_done, inbox, posts=True)),
    }


def _done(inbox: PlainInbox, *, posts: bool = False) -> None:
    """Mark as done, or all under the same posts; asked first where a colleague is just writing an answer."""
    acts = inbox.acts
    ids = acts.same_posts(acts.ids) if posts else acts.ids
    writer = acts.who_writes(ids)
    if writer is not None:
        question = who_writes_question(writer, len(ids))
        if inbox.ask(_("{question} y does it, Enter leaves it:").format(question=question)) != "y":
            inbox.tell(_("Nothing was done"))
            return
    inbox.do(acts.done(), ids)
    inbox.desk.repeat = partial(_done, inbox, posts=posts)


def _asking(inbox: PlainInbox) -> Mapping[str, Effect]:
    acts = inbox.acts
    questions: dict[str, tuple[str, Callable[[str], Deed]]] = {
        "snooze_custom": (_("Put off for how long? 30m, 2h, 3d or 14:30"), acts.snooze_typed),
        "assign": (_("Assign to whom? Nothing for nobody"), acts.assign),
        "tag": (_("Tags to add; with a minus to take away"), acts.tag),
    }

    def asked(question: str, deed: Callable[[str], Deed], rest: str) -> None:
        ids = acts.ids
        typed = rest or inbox.ask(_("{question}:").format(question=question))
        if not typed and deed != acts.assign:
            inbox.tell(_("Nothing was done"))
            return
        inbox.do(deed(typed), ids)
        inbox.desk.repeat = lambda: inbox.do(deed(typed))

    return {
        **{name: partial(asked, question, deed) for name, (question, deed) in questions.items()},
        "note": partial(_note, inbox),
    }


def _note(inbox: PlainInbox, typed: str) -> None:
    ids = inbox.acts.ids
    inbox.writing.note(inbox.acts.row.id, typed, lambda text: inbox.do(inbox.acts.note(text), ids))


def _reply(inbox: PlainInbox) -> None:
    row = inbox.acts.row
    if inbox.acts.ids != [row.id]:
        raise Problem(say("A reply is written to one conversation: first take the marks away"))
    if elsewhere.may_begin(inbox, row.id):
        inbox.writing.reply(row.id)


def _repeat(inbox: PlainInbox) -> None:
    if inbox.desk.repeat is None:
        raise Problem(say("There is nothing to repeat yet"))
    inbox.desk.repeat()
