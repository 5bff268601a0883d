"""Answering where a message stands, when its network takes no answer from programs: copy, open, then done by hand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.closed import CLOSED
from cminbox.domain.network import Capability
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.i18n import _
from cminbox.tui.ink import Ink
from cminbox.tui.screens.base import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.account import Account
    from cminbox.tui.screens.inbox import InboxScreen


def why_elsewhere(account: Account) -> str | None:
    """Return where to answer what came to an account, None where it can be answered here. In the reader's language."""
    manifest = account.manifest
    if manifest is None or account.connected_at is None:
        return None
    why = manifest.why_not(Capability.REPLY)
    if why is None:
        return None
    return _(why) if why else _("Not possible on {network}").format(network=manifest.title)


def is_due(account: Account | None) -> bool:
    """Whether what came to an account has to be answered elsewhere."""
    return account is not None and why_elsewhere(account) is not None


async def reply(screen: InboxScreen) -> None:
    """Open the composer; where the network takes no answer, say where to answer and offer what helps.

    Raises Problem when several are marked, and where the network has ended.
    """
    from cminbox.tui.verbs.writing import open_composer  # noqa: PLC0415 - it uses this module

    row = screen.acts.row
    if screen.acts.ids != [row.id]:
        raise Problem(say("A reply is written to one conversation: first take the marks away"))
    account = screen.desk.session.reading.show(row.id).account
    closed = CLOSED.get(account.network) if account.manifest is None else None
    if closed is not None and closed.retired:
        raise Problem(closed.why)
    why = why_elsewhere(account)
    if why is None:
        await open_composer(screen, row.id)
        return
    screen.desk.remember_remark(why)
    screen.ask(
        why,
        (
            Answer("r", _("draft"), partial(open_composer, screen, row.id)),
            Answer("y", _("copy link"), partial(_link, screen, "copy_link")),
            Answer("w", _("open it"), partial(_link, screen, "link")),
        ),
    )


def hand_over(screen: InboxScreen, conversation_id: int, text: str, leave: Callable[[], None]) -> None:
    """Hand a draft to the clipboard with the link to where it belongs and leave; then ask whether it was answered."""
    from cminbox.tui.verbs.reading import permalink  # noqa: PLC0415 - it uses the module that uses this one

    if not text.strip():
        screen.tell(_("There is nothing to copy yet"), Ink.LATE)
        return
    try:
        text = f"{text.strip()}\n\n{permalink(screen)}\n"
    except Problem:
        # What has no link can be copied all the same.
        text = f"{text.strip()}\n"
    if not screen.program.copy(text):
        screen.tell(_("Too long for the clipboard of a terminal; T m gives the mouse back, to select it"), Ink.LATE)
        return
    leave()
    screen.next_up(lambda: _ask_whether_done(screen, conversation_id))


def _ask_whether_done(screen: InboxScreen, conversation_id: int) -> None:
    screen.ask(
        _("Copied. Answered there?"),
        (
            Answer("e", _("yes, done"), partial(_done, screen, conversation_id)),
            Answer("w", _("open it"), partial(_link, screen, "link")),
            Answer("escape", _("later"), lambda: None),
        ),
    )


def _done(screen: InboxScreen, conversation_id: int) -> None:
    """Mark the conversation as done; its draft stands elsewhere now."""
    from cminbox.tui.verbs.doing import do  # noqa: PLC0415 - as in reply

    screen.desk.session.acting.save_draft_soon(conversation_id, "", 0)
    do(screen, screen.acts.done(), [conversation_id])


def _link(screen: InboxScreen, action: str) -> None:
    from cminbox.tui.verbs.reading import effects  # noqa: PLC0415 - as in hand_over

    effects(screen)[action]()
