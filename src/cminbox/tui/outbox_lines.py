"""A reply that is not a message yet, in words: where it stands, when something happens to it, what one can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.account import HealthState
from cminbox.domain.reply import ReplyState
from cminbox.i18n import _
from cminbox.i18n.durations import span
from cminbox.tui import wording
from cminbox.tui.ink import EMPTY, Ink, Line, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.account import Account
    from cminbox.domain.reply import StoredReply
    from cminbox.tui.desk import Desk

_FINE = frozenset({HealthState.OK, HealthState.NEW})


def standing(reply: StoredReply, desk: Desk, account: Account | None) -> str:
    """Return where a reply stands, and when something happens to it."""
    now = desk.now
    if reply.state is ReplyState.HELD:
        return _held(reply, desk)
    if reply.state is ReplyState.QUEUED:
        if account is not None and account.health.state not in _FINE:
            return _("waits: {account} {state}").format(account=account.name, state=wording.health(account, now))
        return _waiting(reply, now) or wording.reply_state(reply.state)
    if reply.state is ReplyState.UNKNOWN and reply.next_try_at is not None:
        left = span(max(0, reply.next_try_at - now) / 1000)
        return _("in doubt; looked for in {time}").format(time=left)
    return wording.reply_state(reply.state)


def _held(reply: StoredReply, desk: Desk) -> str:
    until = desk.holds.until.get(reply.id)
    if until is not None:
        return _("goes out in {seconds} s").format(seconds=max(1, -(-(until - desk.now) // 1000)))
    if reply in desk.unsent:
        return wording.reply_state(reply.state, interrupted=True)
    return _("held at another screen of {agent}").format(agent=reply.agent)


def _waiting(reply: StoredReply, now: int) -> str:
    if reply.next_try_at is None or reply.next_try_at <= now:
        return ""
    return _("tried again in {time}").format(time=span((reply.next_try_at - now) / 1000))


def about(reply: StoredReply, desk: Desk, choices: Sequence[tuple[str, str]], width: int) -> list[Line]:
    """Return a reply in full: who wrote it, why it stands where it does, what one can do, its text."""
    head = Line(_("Reply of {agent}").format(agent=reply.agent), Ink.STRONG).add(" ")
    lines = [head.fill(width, Ink.FAINT, character=wording.RULE)]
    reason = wording.kept(reply.reason)
    lines += wrapped(reason, width, ink=Ink.LATE) if reason else []
    if reply in desk.unsent:
        lines += wrapped(why(reply), width, ink=Ink.SOON)
    said = Line()
    for key, label in choices:
        said.add("  " if said.width else "").add(key, Ink.KEY).add(f" {label}")
    return [*lines, said, EMPTY, *wrapped(reply.text, width, indent="  ")]


def why(reply: StoredReply) -> str:
    """Return why a reply waits for a person."""
    if reply.state is ReplyState.HELD:
        return _("It was held when its screen ended, so it was not sent. Nothing happens to it until you decide.")
    if reply.state is ReplyState.UNKNOWN:
        return _("No answer came back. Look on the network: is it there? It is never sent twice by itself.")
    return _("The network refused it. The text is kept.")
