"""Share, hide, delete, block, report, mute: at once where it can be undone, after a letter where it cannot.

Sharing asks in any case: others see it at once.
"""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from cminbox.domain.network import Capability
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.i18n import N_, _, ngettext
from cminbox.tui import wording
from cminbox.tui.bulk import AT_ONCE
from cminbox.tui.ink import Ink
from cminbox.tui.screens.base import Answer
from cminbox.tui.verbs.doing import do
from cminbox.tui.widgets import field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.domain.conversation import QueueRow, StoredMessage
    from cminbox.tui.screens.base import Effect
    from cminbox.tui.screens.inbox import InboxScreen

_QUOTED = 24


@dataclass(frozen=True, slots=True)
class Verb:
    """What is asked before it is done, and what is said after it; both English, of a {person} and a {text}.

    `title` names it where it is done to many.
    """

    capability: Capability
    title: str
    question: str
    said: str
    reasons: tuple[tuple[str, str, str], ...] = ()
    """Where one has to choose why: the letter, its label, the word for the network."""
    asks: bool = False
    """Whether it is asked before, also where it can be undone: others see it at once."""


_BOOST = Verb(
    Capability.BOOST,
    N_("Share"),
    N_("Share “{text}” of {person} with our followers?"),
    N_("What {person} wrote will be shared"),
    asks=True,
)
_HIDE = Verb(
    Capability.HIDE,
    N_("Hide"),
    N_("Hide “{text}” of {person} for good?"),
    N_("What {person} wrote will be hidden"),
)
_APPROVE = Verb(
    Capability.APPROVE,
    N_("Approve"),
    N_("Publish “{text}” of {person}?"),
    N_("What {person} wrote will be published"),
)
_DELETE = Verb(
    Capability.DELETE,
    N_("Delete"),
    N_("Delete “{text}” of {person} for good?"),
    N_("What {person} wrote will be deleted"),
)
_BLOCK = Verb(
    Capability.BLOCK,
    N_("Block"),
    N_("Block {person}? Only the network can undo it."),
    N_("{person} will be blocked"),
)
_MUTE = Verb(
    Capability.MUTE,
    N_("Mute"),
    N_("Mute {person}? Only the network can undo it."),
    N_("{person} will be muted"),
)
_REPORT = Verb(
    Capability.REPORT,
    N_("Report"),
    N_("Report {person} for"),
    N_("What {person} wrote will be reported"),
    (
        ("s", N_("spam"), "spam"),
        ("i", N_("insult"), "rude"),
        ("v", N_("against the rules"), "violation"),
        ("o", N_("other"), ""),
    ),
)


VERBS = {
    "boost": _BOOST,
    "hide": _HIDE,
    "approve": _APPROVE,
    "delete": _DELETE,
    "block": _BLOCK,
    "mute": _MUTE,
    "report": _REPORT,
}
"""By the ids of their actions."""


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return the actions that ask a network to moderate."""
    verbs: dict[str, Effect] = {name: partial(_moderate, screen, verb) for name, verb in VERBS.items()}
    return verbs | {"delete_own": partial(_delete_own, screen)}


def _delete_own(screen: InboxScreen) -> None:
    """Delete our newest answer from the network, after a letter."""
    row = screen.acts.row
    view = screen.at_hand()
    messages = () if view is None else view.messages
    ours = [one for one in messages if one.ours and one.deleted_at is None]
    if not ours:
        raise Problem(say("There is no answer of ours here"))
    message = ours[-1]
    screen.desk.session.acting.check_offered(row.id, Capability.DELETE, message.remote_id)

    def act(_detail: str) -> None:
        said = _("Our answer will be deleted")
        do(screen, screen.acts.asks_about(message.remote_id, Capability.DELETE, said), (row.id,))

    question = _("Delete our answer “{text}” for good?").format(text=safe(message.text, limit=_QUOTED))
    _asks(screen, _DELETE, question, act)


def _moderate(screen: InboxScreen, verb: Verb) -> None:
    """Act on the message that is shown, not on one that comes while the question is being read."""
    screen.desk.repeat = partial(_moderate, screen, verb)
    if screen.desk.marks.some:
        _moderate_many(screen, verb)
        return
    row = screen.desk.session.acting.check_offered(screen.acts.row.id, verb.capability)
    message = _shown(screen, row)
    person = wording.person(row.person)

    def act(detail: str = "") -> None:
        said = _(verb.said).format(person=person)
        deed = screen.acts.asks_about(message.remote_id, verb.capability, said, _(verb.title), detail=detail)
        do(screen, deed, (row.id,))

    if not verb.asks and screen.desk.session.acting.can_undo(row.id, verb.capability):
        act()
        return
    _asks(screen, verb, _(verb.question).format(person=person, text=safe(message.text, limit=_QUOTED)), act)


def _moderate_many(screen: InboxScreen, verb: Verb) -> None:
    """Act on the newest message of everything that is marked; asked first unless all of it can be undone."""
    ids = screen.acts.ids
    title = _(verb.title)

    def act(detail: str = "") -> None:
        do(screen, screen.acts.asks(verb.capability, title, title, detail=detail), ids)

    can_undo = screen.desk.session.acting.can_undo
    if not verb.asks and len(ids) <= AT_ONCE and all(can_undo(one, verb.capability) for one in ids):
        act()
        return
    question = ngettext("{act}: {count} conversation, for good?", "{act}: {count} conversations, for good?", len(ids))
    _asks(screen, verb, question.format(act=title, count=len(ids)), act)


def _asks(screen: InboxScreen, verb: Verb, question: str, act: Callable[[str], None]) -> None:
    reasons = verb.reasons or (("y", N_("yes"), ""),)
    at = monotonic()
    answers = [Answer(key, _(label), partial(_meant, screen, at, partial(act, word))) for key, label, word in reasons]
    screen.ask(question, (*answers, Answer("escape", _("no"), lambda: None)))


def _meant(screen: InboxScreen, asked_at: float, act: Callable[[], None]) -> None:
    """Do it, unless the letter came before the question could be read."""
    if screen.program.behind or monotonic() - asked_at < field.SETTLE_SECONDS:
        screen.tell(_("That was too fast to be an answer; nothing was done"), Ink.LATE)
        return
    act()


def _shown(screen: InboxScreen, row: QueueRow) -> StoredMessage:
    """Return the newest message of the other side, as the conversation is shown."""
    view = screen.at_hand()
    messages = () if view is None else view.messages
    theirs = [one for one in messages if not one.ours and one.deleted_at is None]
    if not theirs:
        raise Problem(say("Every message of conversation {id} was deleted", id=row.id))
    return theirs[-1]
