"""The words of the screen for canned replies: what one is about, what else it does, and its text with its blanks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.text import safe
from cminbox.i18n import _
from cminbox.i18n.durations import span
from cminbox.tui import wording
from cminbox.tui.ink import Ink, wrapped
from cminbox.tui.widgets.suggestion_strip import marked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.canned import CannedReply, Macro
    from cminbox.tui.ink import Line

_NAME = 60


def about(reply: CannedReply) -> str:
    """Return in one line what there is to know of a reply beside its text."""
    parts = [reply.key, *(f"#{tag}" for tag in reply.tags)]
    if reply.tone is not None:
        parts.append(reply.tone.value)
    if reply.stars:
        parts.append(" ".join(f"{number}/5" for number in reply.stars))
    if reply.express:
        parts.append(_("express"))
    if reply.macro:
        parts.append(does(reply.macro))
    return f" {wording.DOT} ".join(parts)


def does(macro: Macro) -> str:
    """Return what a reply does beside answering, in a few words."""
    parts = [f"+#{tag}" for tag in macro.tags]
    if macro.assign is not None:
        parts.append(_("assigns to {agent}").format(agent=macro.assign))
    if macro.priority is not None:
        parts.append(_("priority {priority}").format(priority=_(macro.priority.value)))
    if macro.snooze_seconds is not None:
        parts.append(_("puts off for {time}").format(time=span(macro.snooze_seconds)))
    if macro.done:
        parts.append(_("marks as done"))
    return ", ".join(parts)


def not_attached(files: Sequence[str]) -> str:
    """Return that the files of a reply are not sent with it."""
    names = ", ".join(safe(name, limit=_NAME) for name in files)
    return _("cminbox sends no files; to be added by hand: {names}").format(names=names)


def reply_lines(reply: CannedReply, text: str, width: int) -> list[Line]:
    """Return a reply as it would be sent, and below it what of it would not be."""
    files = wrapped(not_attached(reply.attachments), width, ink=Ink.LATE) if reply.attachments else []
    return [*preview_lines(text, width), *files]


def preview_lines(text: str, width: int) -> list[Line]:
    """Return a filled reply as lines in which its blanks stand out."""
    return [marked(str(line)) for line in wrapped(text, width)]
