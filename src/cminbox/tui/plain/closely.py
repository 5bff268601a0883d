"""Reading closely line by line: who writes, where links lead, what came attached, what was said before an edit.

What the screen copies is said here alone on its line: whoever reads line by line copies with his terminal.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import _
from cminbox.tui import links, wording
from cminbox.tui.attachments import attachments_of
from cminbox.tui.browser import browse
from cminbox.tui.plain import telling
from cminbox.tui.plain.spots import ignoring
from cminbox.tui.thread import Wishes, attachment_line, edits_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.inbox.reading import ConversationView
    from cminbox.tui.plain.inbox import Effect, PlainInbox

_SHORT = 60


def effects(inbox: PlainInbox) -> Mapping[str, Effect]:
    """Return the actions that say more of what came."""
    plain: dict[str, Callable[[], object]] = {
        "person": lambda: _person(inbox),
        "attachment": lambda: _attachments(inbox),
        "earlier": lambda: _earlier(inbox),
        "link": lambda: _link(inbox),
        "copy_link": lambda: inbox.tell(permalink(_view(inbox))),
        "copy_text": lambda: inbox.tell(_newest_text(inbox)),
        "copy_person": lambda: inbox.tell(wording.person(inbox.acts.row.person)),
        "reply_private": lambda: _reply_privately(inbox),
    }
    numbered: dict[str, Effect] = {"copy_numbered": partial(_numbered, inbox)}
    return {**{name: ignoring(effect) for name, effect in plain.items()}, **numbered}


def _view(inbox: PlainInbox) -> ConversationView:
    return inbox.view_of(inbox.acts.row.id)


def _person(inbox: PlainInbox) -> None:
    view = inbox.session.reading.persons.of_conversation(inbox.acts.row)
    if view is not None:
        inbox.tell(*telling.person_texts(view, inbox.desk.now, inbox.acts.row))


def _attachments(inbox: PlainInbox) -> None:
    found = attachments_of(_view(inbox))
    if not found:
        raise Problem(say("Nothing came attached"))
    for number, one in enumerate(found, 1):
        link = links.link_of(one.url)
        inbox.tell(f"{number}. {attachment_line(one)}", one.url if link is None else link.url)


def _earlier(inbox: PlainInbox) -> None:
    view = _view(inbox)
    if not edits_of(view):
        raise Problem(say("Nothing here was edited"))
    inbox.tell(*telling.thread_texts(view, inbox.desk.now, Wishes(earlier=True, spoken=True)))


def permalink(view: ConversationView) -> str:
    """Return the newest link of a conversation. Raises Problem where it has none."""
    for message in reversed(view.messages):
        link = None if message.permalink is None else links.link_of(message.permalink)
        if link is not None:
            return link.url
    raise Problem(say("This conversation has no link"))


def _link(inbox: PlainInbox) -> None:
    open_link(inbox, permalink(_view(inbox)))


def open_link(inbox: PlainInbox, link: str) -> None:
    """Open a link in the person's browser where there is one, else say it."""
    inbox.tell(_("Opened in your browser: {link}").format(link=link) if browse(link, os.environ) else link)


def _numbered(inbox: PlainInbox, rest: str) -> None:
    """Say the link of a number, and what is odd about it."""
    typed = rest or inbox.typed[-1:]
    if not typed.isdecimal():
        raise Problem(say("Type the number of the link, such as y 1"))
    found = links.by_number(_view(inbox).messages).get(int(typed))
    if found is None:
        raise Problem(say("There is no link {number} here", number=int(typed)))
    inbox.tell(found.url)
    if found.oddity is not None:
        odd = _(found.oddity.value).format(said=safe(found.said, limit=_SHORT))
        inbox.tell(_("Be careful: it leads to {host}; {odd}").format(host=found.ascii_host, odd=odd))


def _newest_text(inbox: PlainInbox) -> str:
    theirs = [one for one in _view(inbox).messages if not one.ours]
    return theirs[-1].text if theirs else inbox.acts.row.text


def _reply_privately(inbox: PlainInbox) -> None:
    """Answer in the private conversation with the person; what was said in public stays as it is."""
    row = inbox.acts.row
    private = row.id if not row.kind.public else inbox.session.reading.persons.private_conversation(row)
    inbox.writing.reply(private)
