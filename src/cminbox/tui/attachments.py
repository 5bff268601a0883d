"""What came attached: a list with every description in full, and a picture only when it is asked for twice."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cminbox.domain.message import AttachmentKind
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import _, render
from cminbox.tui import links
from cminbox.tui.ink import EMPTY, Ink, Line, wrapped
from cminbox.tui.screens.base import Answer
from cminbox.tui.thread import kind_of_attachment
from cminbox.tui.widgets.header import key_of

if TYPE_CHECKING:
    from cminbox.domain.message import Attachment
    from cminbox.inbox.reading import ConversationView
    from cminbox.tui.screens.inbox import InboxScreen

WHAT = "attachments"
_MOST = 9
_WORDS = 300
_MISSING, _UNREADABLE = 3, 4


def show(screen: InboxScreen) -> None:
    """List what came attached; where that is listed already, fetch a picture of it and show it. Raises Problem."""
    found = attachments_of(screen.view)
    if not found:
        raise Problem(say("Nothing came attached"))
    if screen.details.what != WHAT:
        screen.details.open(WHAT, _("Attachments"), lambda width: _lines(screen, found, width))
        return
    pictures = [one for one in found if one.kind is AttachmentKind.IMAGE and links.link_of(one.url) is not None]
    if not pictures:
        raise Problem(say("There is no picture to show"))
    if len(pictures) == 1:
        _begin(screen, pictures[0])
        return
    numbers = [(str(found.index(one) + 1), one) for one in pictures]
    answers = [Answer(number, _called(one), partial(_begin, screen, one)) for number, one in numbers]
    screen.ask(_("Fetch and show which picture?"), (*answers, Answer("escape", _("none"), lambda: None)))


def attachments_of(view: ConversationView | None) -> list[Attachment]:
    """Return what came with a conversation, the newest first, as much as has a number."""
    messages = [] if view is None else [one for one in view.messages if one.deleted_at is None]
    return [attachment for message in reversed(messages) for attachment in message.attachments][:_MOST]


def _lines(screen: InboxScreen, found: list[Attachment], width: int) -> list[Line]:
    lines: list[Line] = []
    for number, one in enumerate(found, 1):
        link = links.link_of(one.url)
        lines.append(Line(f" {number} ", Ink.KEY).add(f" {kind_of_attachment(one)} {one.name}".rstrip(), Ink.STRONG))
        lines += wrapped(one.alt or _("not described"), width, indent="    ", ink=Ink.PLAIN if one.alt else Ink.FAINT)
        lines += [_from(link)] if link is not None else wrapped(one.url, width, indent="    ", ink=Ink.FAINT)
    if any(one.kind is AttachmentKind.IMAGE for one in found):
        key = key_of(screen.desk, "attachment")
        hint = _("{key} again fetches a picture and shows it; its server learns of that").format(key=key)
        lines += [EMPTY, *wrapped(hint, width, indent="    ", ink=Ink.FAINT)]
    return lines


def _from(link: links.Link) -> Line:
    line = Line("    ").add(link.host, Ink.STRONG)
    if link.ascii_host != link.host:
        line.add(f" ({link.ascii_host})", Ink.STRONG)
    return line.add(link.rest, Ink.FAINT)


def _called(one: Attachment) -> str:
    return safe(one.name or one.alt or kind_of_attachment(one), limit=20)


def _begin(screen: InboxScreen, one: Attachment) -> None:
    screen.run_worker(_fetch_and_show(screen, one), group="picture", exclusive=True)


async def _fetch_and_show(screen: InboxScreen, one: Attachment) -> None:
    view, link = screen.view, links.link_of(one.url)
    if view is None or link is None:
        return
    screen.tell(_("The picture is being fetched from {host} …").format(host=link.ascii_host))
    try:
        data = await asyncio.to_thread(screen.desk.session.reading.picture, view.account, one.url)
        await _draw(screen, data, one.alt)
    except Problem as problem:
        screen.tell(render(problem.saying), Ink.LATE)


async def _draw(screen: InboxScreen, data: bytes, words: str) -> None:
    """Let another process draw a picture at the terminal. Raises Problem."""
    with tempfile.TemporaryDirectory(prefix="cminbox-") as folder:
        file = Path(folder) / "picture"
        file.write_bytes(data)
        back = _("Any key goes back.")
        command = [sys.executable, "-m", "cminbox.tui.picture", str(file), safe(words, limit=_WORDS), back]
        code = await screen.program.lend(command)
    if code == _MISSING:
        raise Problem(say("Pictures need an addition: pip install 'cminbox[images]'"))
    if code:
        raise Problem(say("This picture cannot be shown"))
    screen.tell("")
