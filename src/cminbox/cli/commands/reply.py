"""`cminbox reply`: answer a conversation."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

from cminbox.cli import canned_forms, forms, given, waiting
from cminbox.cli.numbers import positive
from cminbox.domain.problem import Answered, Problem, UsageProblem
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import N_, _, render

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context
    from cminbox.domain.reply import StoredReply

HELP = N_("Answer a conversation")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("id", type=positive, metavar="ID", help=_("the conversation, as in cminbox queue"))
    where = given.add_text_arguments(parser)
    where.add_argument("--canned", metavar=_("NAME"), help=_("a canned reply, by its file's name or its shortcut"))
    parser.add_argument(
        "--fill",
        action="append",
        default=[],
        metavar=_("NAME=WORDS"),
        help=_("what the canned reply's placeholder NAME stands for; may be given again"),
    )
    parser.add_argument(
        "--macro",
        action="store_true",
        help=_("do what the canned reply does besides: tags, assignee, priority, status"),
    )
    parser.add_argument("--now", action="store_true", help=_("skip the time in which it can be taken back"))
    waiting.add_arguments(parser, _("wait until the network has accepted or refused it"))
    parser.add_argument(
        "--anyway", action="store_true", help=_("send it although somebody else answers or has answered")
    )
    parser.add_argument("--json", action="store_true", help=_("print the reply as JSON"))


def run(context: Context) -> int:
    """Decide to send; with --wait 0 only when the network has accepted it.

    Raises UsageProblem for what belongs to --canned alone, Problem for a reply that was waited for and not sent.
    """
    asked = context.arguments
    text = given.text_of(asked)
    if text is not None and (asked.fill or asked.macro):
        raise UsageProblem(say("--fill and --macro belong to --canned"))
    reply = _canned(context) if text is None else _decided(context, text)
    if asked.wait:
        from cminbox.inbox.awaiting import outcome_of_reply  # noqa: PLC0415 - only for those who wait

        reply = outcome_of_reply(context.workspace, reply.id, patience=asked.timeout, tell=waiting.tell)
    if asked.json:
        context.out.json(forms.reply(reply))
    else:
        context.out.line(_said(reply, context.workspace.now()))
    if asked.wait and reply.state is not ReplyState.SENT:
        raise _not_sent(reply)
    if not asked.wait:
        _warn_when_alone(context)
    return 0


def _canned(context: Context) -> StoredReply:
    """Decide to send a canned reply, learn from it, and do what it does besides where that was asked for."""
    from cminbox.inbox import canned  # noqa: PLC0415 - only for canned replies

    asked, workspace = context.arguments, context.workspace
    view = context.reading.show(asked.id)
    one, text = canned.ready(workspace, asked.canned, view, given.pairs(asked.fill, "--fill"))
    reply = _decided(context, text)
    canned.learn(workspace, view, one, reply.id)
    if one.attachments:
        print(canned_forms.by_hand(one.attachments), file=sys.stderr)
    if one.macro:
        acts = ", ".join(canned_forms.macro_words(one.macro))
        if asked.macro:
            from cminbox.inbox.macros import apply_macro  # noqa: PLC0415 - only for those that do more

            apply_macro(workspace, [asked.id], one.macro)
            said = _("Done besides: {acts}; cminbox undo takes it back.")
        else:
            said = _("This canned reply also does: {acts}; --macro does it.")
        print(said.format(acts=acts), file=sys.stderr)
    return reply


def _decided(context: Context, text: str) -> StoredReply:
    """Decide to send; a text that stands back behind a colleague's answer is kept as a draft."""
    asked = context.arguments
    accepted = context.reading.show(asked.id).change if asked.anyway else 0
    try:
        return context.acting.reply(asked.id, text, now=asked.now, released_by_sync=True, accepted=accepted)
    except Answered as answered:
        context.acting.keep_text(asked.id, text)
        raise Problem(
            say("{what}; your text is kept as a draft, --anyway sends it all the same", what=render(answered.saying))
        ) from None


def _said(reply: StoredReply, now: int) -> str:
    match reply.state:
        case ReplyState.HELD if reply.hold_until is not None:
            seconds = max(0, math.ceil((reply.hold_until - now) / 1000))
            return _("Reply {id} is held for {seconds} s; cminbox undo --reply {id} takes it back.").format(
                id=reply.id, seconds=seconds
            )
        case ReplyState.QUEUED:
            return _("Reply {id} is on its way.").format(id=reply.id)
        case ReplyState.SENT:
            return _("Reply {id} was sent: {permalink}").format(
                id=reply.id, permalink=safe(reply.permalink or reply.remote_id or "", limit=300)
            )
        case _:
            return _("Reply {id} was not sent.").format(id=reply.id)


def _not_sent(reply: StoredReply) -> Problem:
    why = forms.reason(reply.reason) or ""
    if reply.state is ReplyState.REFUSED:
        return Problem(say("Reply {id} was refused: {why}", id=reply.id, why=why))
    if reply.state is ReplyState.UNKNOWN:
        return Problem(say("Nobody knows whether reply {id} was published: {why}", id=reply.id, why=why))
    return Problem(say("Reply {id} was taken back", id=reply.id))


def _warn_when_alone(context: Context) -> None:
    from cminbox.inbox.syncing import who_syncs  # noqa: PLC0415 - only for those who do not wait

    if who_syncs(context.workspace) is None:
        print(_("Nobody fetches and sends now; cminbox sync does it once."), file=sys.stderr)
