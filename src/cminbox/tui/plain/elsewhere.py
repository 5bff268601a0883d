"""Answering where a message stands, line by line: where that is is said, a draft is said to be copied, then done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.closed import CLOSED
from cminbox.domain.problem import Problem
from cminbox.i18n import _
from cminbox.tui.plain import closely
from cminbox.tui.verbs.elsewhere import why_elsewhere

if TYPE_CHECKING:
    from cminbox.tui.plain.inbox import PlainInbox


def may_begin(inbox: PlainInbox, conversation_id: int) -> bool:
    """Whether one writes now: where the network takes no answer, it is said where to answer, and asked.

    Raises Problem on a network that nobody can answer on any more.
    """
    account = inbox.view_of(conversation_id).account
    closed = CLOSED.get(account.network) if account.manifest is None else None
    if closed is not None and closed.retired:
        raise Problem(closed.why)
    why = why_elsewhere(account)
    if why is None:
        return True
    link = _link(inbox, conversation_id)
    inbox.tell(why, *([link] if link else []))
    with_link = _("r writes a draft to copy, w opens the link, Enter leaves it:")
    answer = inbox.ask(with_link if link else _("r writes a draft to copy, Enter leaves it:"))
    if answer == "w" and link:
        closely.open_link(inbox, link)
    return answer == "r"


def hand_over(inbox: PlainInbox, conversation_id: int, text: str) -> str:
    """Say a text with its link, for whoever copies it with his terminal; return what he answers to whether it is done.

    `y` stands for done, `e` for going on with the text, everything else for later.
    """
    link = _link(inbox, conversation_id)
    inbox.tell(_("To copy:"), f"{text.strip()}\n\n{link}" if link else text.strip())
    question = _("Answered there? y marks it as done, e goes on, Enter keeps the draft:")
    if not link:
        return inbox.ask(question)
    question = _("Answered there? y marks it as done, w opens the link, e goes on, Enter keeps the draft:")
    while (answer := inbox.ask(question)) == "w":
        closely.open_link(inbox, link)
    return answer


def _link(inbox: PlainInbox, conversation_id: int) -> str:
    try:
        return closely.permalink(inbox.view_of(conversation_id))
    except Problem:
        return ""
