"""The offer, at the start, to look at what was not sent: it never goes out by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import _, pgettext
from cminbox.tui import wording
from cminbox.tui.screens.base import Answer

if TYPE_CHECKING:
    from cminbox.tui.screens.inbox import InboxScreen


def offer(screen: InboxScreen) -> None:
    """Ask once; any other key than Enter does what it always does. Nothing is asked of somebody who writes."""
    count = len(screen.desk.unsent)
    if not count or screen.field is not None:
        return
    answers = (
        Answer("enter", pgettext("to look at again", "review"), screen.program.show_outbox),
        Answer("escape", _("later"), lambda: None),
    )
    screen.ask(wording.left_unsent(count), answers, passing=True)
