"""`cminbox canned show`: one canned reply, as it is or as it would be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import canned_forms
from cminbox.cli.numbers import positive
from cminbox.domain.text import row, safe
from cminbox.i18n import N_, _, language

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context
    from cminbox.domain.canned import CannedReply

HELP = N_("Show a canned reply, as it is or as it would be sent")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument(
        "name", metavar=_("NAME"), help=_("its file's name, its shortcut, or its key such as fr/refund")
    )
    parser.add_argument("--for", dest="id", type=positive, metavar="ID", help=_("filled in for this conversation"))
    parser.add_argument("--json", action="store_true", help=_("print the reply as JSON"))


def run(context: Context) -> int:
    """Print the reply; with --for the text for that conversation, and what is still to be typed."""
    from cminbox.inbox import canned  # noqa: PLC0415 - help needs no library

    replies = canned.library(context.workplace.locations).replies
    if context.arguments.id is None:
        reply = canned.by_name(replies, context.arguments.name, [language()])
        text, blanks = reply.body, None
    else:
        view = context.reading.show(context.arguments.id)
        reply = canned.by_name(replies, context.arguments.name, canned.languages_of(view))
        filled = canned.filled_for(context.workspace, reply, view)
        text, blanks = filled.text, filled.blanks
    if context.arguments.json:
        sent = {} if blanks is None else {"text": text, "blanks": [blank.name for blank in blanks]}
        context.out.json(canned_forms.canned(reply) | sent)
        return 0
    _print(context, reply, text)
    for blank in blanks or ():
        name = f"{blank.label} ({blank.name})" if blank.label else blank.name
        context.out.line(_("still to be typed: {name}").format(name=safe(name)))
    return 0


def _print(context: Context, reply: CannedReply, text: str) -> None:
    out = context.out
    said = [row(reply.key), canned_forms.source(reply.source), *([reply.tone.value] if reply.tone else [])]
    out.line(f"{row(reply.title)}  ({', '.join(said)})")
    out.line(safe(str(reply.file)))
    if reply.macro:
        out.line(_("It also does this: {acts}").format(acts=", ".join(canned_forms.macro_words(reply.macro))))
    if reply.attachments:
        out.line(canned_forms.by_hand(reply.attachments))
    out.line()
    out.block(text)
    for variant in () if context.arguments.id is not None else reply.variants:
        out.line()
        out.line(f"--- {row(', '.join(variant.networks))} ---")
        out.block(variant.body)
