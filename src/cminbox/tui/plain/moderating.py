"""Share, hide, delete, block, report, mute line by line: asked first wherever it cannot be undone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.network import Capability
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import _, ngettext
from cminbox.tui import wording
from cminbox.tui.bulk import AT_ONCE
from cminbox.tui.plain.spots import ignoring
from cminbox.tui.verbs.moderating import VERBS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.domain.conversation import StoredMessage
    from cminbox.tui.plain.inbox import Effect, PlainInbox
    from cminbox.tui.verbs.moderating import Verb

_QUOTED = 80


def effects(inbox: PlainInbox) -> Mapping[str, Effect]:
    """Return the actions that ask a network to moderate."""
    verbs = {name: ignoring(partial(_moderate, inbox, verb)) for name, verb in VERBS.items()}
    return verbs | {"delete_own": ignoring(lambda: _delete_own(inbox))}


def _moderate(inbox: PlainInbox, verb: Verb) -> None:
    """Ask for something about the newest message, or about those of everything that is marked."""
    inbox.desk.repeat = partial(_moderate, inbox, verb)
    if inbox.desk.marks.some:
        _moderate_many(inbox, verb)
        return
    acting = inbox.session.acting
    row = acting.check_offered(inbox.acts.row.id, verb.capability)
    message, person = _newest(inbox, row.id), wording.person(row.person)
    detail: str | None = ""
    if verb.asks or not acting.can_undo(row.id, verb.capability):
        detail = _asked(inbox, verb, _(verb.question).format(person=person, text=safe(message.text, limit=_QUOTED)))
    if detail is not None:
        said = _(verb.said).format(person=person)
        deed = inbox.acts.asks_about(message.remote_id, verb.capability, said, _(verb.title), detail=detail)
        inbox.do(deed, [row.id])


def _moderate_many(inbox: PlainInbox, verb: Verb) -> None:
    ids, title = inbox.acts.ids, _(verb.title)
    can_undo = inbox.session.acting.can_undo
    detail: str | None = ""
    if verb.asks or len(ids) > AT_ONCE or not all(can_undo(one, verb.capability) for one in ids):
        text = ngettext("{act}: {count} conversation, for good?", "{act}: {count} conversations, for good?", len(ids))
        detail = _asked(inbox, verb, text.format(act=title, count=len(ids)))
    if detail is not None:
        inbox.do(inbox.acts.asks(verb.capability, title, title, detail=detail), ids)


def _asked(inbox: PlainInbox, verb: Verb | None, question: str) -> str | None:
    """Ask for the letter without which it is not done; return the word for the network, None for a no."""
    given = () if verb is None else verb.reasons
    reasons = {key: (_(label), word) for key, label, word in given or (("y", _("yes"), ""),)}
    choices = ", ".join(f"{key} {label}" for key, (label, _word) in reasons.items())
    answer = inbox.ask(_("{question} {choices}, Enter leaves it:").format(question=question, choices=choices))
    if answer in reasons:
        return reasons[answer][1]
    inbox.tell(_("Nothing was done"))
    return None


def _newest(inbox: PlainInbox, conversation_id: int) -> StoredMessage:
    messages = inbox.view_of(conversation_id).messages
    theirs = [one for one in messages if not one.ours and one.deleted_at is None]
    if not theirs:
        raise Problem(say("Every message of conversation {id} was deleted", id=conversation_id))
    return theirs[-1]


def _delete_own(inbox: PlainInbox) -> None:
    """Delete our newest answer from the network, after a letter."""
    row = inbox.acts.row
    ours = [one for one in inbox.view_of(row.id).messages if one.ours and one.deleted_at is None]
    if not ours:
        raise Problem(say("There is no answer of ours here"))
    message = ours[-1]
    inbox.session.acting.check_offered(row.id, Capability.DELETE, message.remote_id)
    question = _("Delete our answer “{text}” for good?").format(text=safe(message.text, limit=_QUOTED))
    if _asked(inbox, None, question) is not None:
        said = _("Our answer will be deleted")
        inbox.do(inbox.acts.asks_about(message.remote_id, Capability.DELETE, said), [row.id])
