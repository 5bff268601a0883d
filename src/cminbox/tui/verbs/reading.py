"""Reading closely: what was said before an edit, where links lead, what came attached."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import _
from cminbox.tui import attachments, links
from cminbox.tui.browser import browse
from cminbox.tui.ink import Ink
from cminbox.tui.verbs.writing import open_composer
from cminbox.tui.widgets.person_panel import person_lines

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from cminbox.tui.links import Link
    from cminbox.tui.screens.base import Effect
    from cminbox.tui.screens.inbox import InboxScreen

_SHORT = 60
_PERSON = "person"


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return the actions that show more of what came."""
    return {
        "attachment": lambda: attachments.show(screen),
        "reply_private": lambda: _reply_privately(screen),
        "person": lambda: _person(screen),
        "people": screen.program.show_people,
        "close_details": lambda: _close_details(screen),
        "earlier": lambda: _earlier(screen),
        "link": lambda: _show_link(screen),
        "copy_link": lambda: copy(screen, permalink(screen)),
        "copy_numbered": lambda: _copy_numbered(screen),
    }


def copy(screen: InboxScreen, text: str) -> None:
    """Hand text to the terminal's clipboard, and say so."""
    shown = safe(text, lines=True)
    if screen.program.copy(shown):
        screen.tell(_("Sent to the clipboard of the terminal: {text}").format(text=safe(shown, limit=_SHORT)))
    else:
        screen.tell(_("Too long for the clipboard of a terminal; T m gives the mouse back, to select it"), Ink.LATE)


def _reply_privately(screen: InboxScreen) -> Awaitable[None] | None:
    """Answer in the private conversation with the person; what was said in public stays as it is."""
    row = screen.acts.row
    if not row.kind.public:
        return open_composer(screen, row.id)
    find = screen.desk.session.reading.persons.private_conversation
    return screen.beside.run(partial(find, row), partial(open_composer, screen))


def _person(screen: InboxScreen) -> None:
    """Show who writes below the conversation, or hide and show the pane at the right where there is one."""
    if screen.has_class("-broad"):
        screen.context.toggle_class("-hidden")
        screen.call_after_refresh(screen.follow_person)
        return
    if screen.details.what == _PERSON:
        _close_details(screen)
        return
    row = screen.acts.row
    view = screen.desk.session.reading.persons.of_conversation(row)
    if view is not None:
        others, now = screen.company.others, screen.desk.now
        body = partial(person_lines, view, now=now, row=row, others=others)
        screen.details.open(_PERSON, _("Person"), body)


def _close_details(screen: InboxScreen) -> None:
    screen.details.close()
    screen.paint_footer()


def _earlier(screen: InboxScreen) -> None:
    if not screen.preview.turn_earlier():
        raise Problem(say("Nothing here was edited"))


def permalink(screen: InboxScreen) -> str:
    """Return the address of the newest message that has one. Raises Problem when none has."""
    view = screen.at_hand()
    for message in reversed(() if view is None else view.messages):
        link = None if message.permalink is None else links.link_of(message.permalink)
        if link is not None:
            return link.url
    raise Problem(say("This conversation has no link"))


def _show_link(screen: InboxScreen) -> None:
    """Show the address of the message: in the browser where one would appear before the person, else to be copied."""
    link = permalink(screen)
    if browse(link, os.environ):
        screen.tell(_("Opened in your browser: {link}").format(link=link))
    elif screen.program.copy(link):
        screen.tell(_("{link} (sent to the clipboard)").format(link=link))
    else:
        screen.tell(link)


def _copy_numbered(screen: InboxScreen) -> None:
    last = screen.typed[-1:]
    if not last.isdecimal():
        raise Problem(say("Type the number of the link: y 1 copies the first"))
    found = _numbered(screen, int(last))
    copy(screen, found.url)
    if found.oddity is not None:
        odd = _(found.oddity.value).format(said=safe(found.said, limit=_SHORT))
        screen.tell(_("Copied, but be careful: it leads to {host}; {odd}").format(host=found.ascii_host, odd=odd))


def _numbered(screen: InboxScreen, number: int) -> Link:
    found = links.by_number(screen.view.messages) if screen.view is not None else {}
    if number not in found:
        raise Problem(say("There is no link {number} here", number=number))
    return found[number]
