"""The replies that are on their way or were not sent, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.reply import ReplyState
from cminbox.domain.text import first_line
from cminbox.i18n import _
from cminbox.tui import wording

if TYPE_CHECKING:
    from cminbox.domain.reply import StoredReply
    from cminbox.tui.plain.inbox import PlainInbox

_TEXT = 160


def show(inbox: PlainInbox) -> None:
    """Say every reply that has not arrived, and do with one of them what is typed. Raises Problem."""
    desk = inbox.desk
    desk.read_unsent()
    found = sorted(desk.session.reading.outstanding(), key=lambda one: (one not in desk.unsent, one.id))
    if not found:
        inbox.tell(_("No reply is waiting."))
        return
    rows = desk.session.reading.rows([one.conversation_id for one in found])
    for number, reply in enumerate(found, 1):
        row = rows.get(reply.conversation_id)
        interrupted = reply.state is ReplyState.HELD and reply in desk.unsent
        parts = (
            "" if row is None else wording.person(row.person),
            wording.reply_state(reply.state, interrupted=interrupted),
            wording.kept(reply.reason),
        )
        said = ", ".join(part for part in parts if part)
        inbox.tell(f"{number}. {said}: {first_line(reply.text, _TEXT)}")
    typed = inbox.ask(_("A number and r to send again, e to edit, d to give up; Enter goes back:"))
    chosen, letter = typed[:-1].strip(), typed[-1:]
    if chosen.isdecimal() and 1 <= int(chosen) <= len(found):
        _do(inbox, found[int(chosen) - 1], letter)


def _do(inbox: PlainInbox, reply: StoredReply, letter: str) -> None:
    acting, desk = inbox.session.acting, inbox.desk
    if letter == "r":
        _send_again(inbox, reply)
    elif letter == "e":
        taken = acting.take_back(reply.id)
        _forget(inbox, reply)
        desk.choose_conversation(taken.conversation_id)
        inbox.writing.reply(taken.conversation_id)
    elif letter == "d" and inbox.ask(_("Give this reply up for good? d gives it up, Enter leaves it:")) == "d":
        acting.cancel(reply.id)
        _forget(inbox, reply)
        inbox.tell(_("Given up"))
    desk.read_unsent()


def _send_again(inbox: PlainInbox, reply: StoredReply) -> None:
    if reply.state is ReplyState.UNKNOWN:
        # A second one may appear in public.
        answer = inbox.ask(_("It may have been sent already. i: it is there, s sends it once more, Enter leaves it:"))
        if answer == "i":
            inbox.session.acting.said_sent(reply.id)
            inbox.tell(_("It counts as sent"))
        if answer != "s":
            return
    if reply.id in inbox.desk.holds.until:
        inbox.release(reply.id)
    else:
        inbox.session.acting.send_again(reply.id, anyway=True)
    inbox.tell(_("It will be sent"))


def _forget(inbox: PlainInbox, reply: StoredReply) -> None:
    inbox.desk.holds.drop(reply.id)
    inbox.desk.history.forget_reply(reply.id)
