"""`cminbox canned add`: a new canned reply, written by hand or kept from an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import canned_forms, given
from cminbox.cli.numbers import positive
from cminbox.domain.canned import CannedReply, Source
from cminbox.domain.problem import Problem, UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.text import first_line, safe
from cminbox.i18n import N_, _, language

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Keep a new canned reply")
_TITLE = 80


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("name", metavar=_("NAME"), help=_("what its file is called, such as refund-delay"))
    given.add_text_arguments(parser, required=False)
    parser.add_argument(
        "--from",
        dest="ids",
        action="append",
        type=positive,
        default=[],
        metavar="ID",
        help=_("take the customer's words in this conversation as an example, and our answer where no text is given"),
    )
    parser.add_argument("--title", metavar=_("TITLE"), help=_("its title; else the first example"))
    parser.add_argument("--shortcut", default="", metavar=_("WORD"), help=_("a short word for finding it"))
    parser.add_argument("--tag", action="append", default=[], metavar=_("TAG"), help=_("a tag; may be given again"))
    parser.add_argument(
        "--example", action="append", default=[], metavar=_("TEXT"), help=_("a message that it answers; again for more")
    )
    parser.add_argument("--language", metavar=_("LANGUAGE"), help=_("its language; else told by its words"))
    parser.add_argument("--personal", action="store_true", help=_("for yourself alone, in every workspace"))
    parser.add_argument("--json", action="store_true", help=_("print the reply as JSON"))


def run(context: Context) -> int:
    """Write one file and say where it is. Raises UsageProblem without a text."""
    asked = context.arguments
    text = given.text_of(asked)
    if text is None and not asked.ids:
        raise UsageProblem(say("One of these is needed: --text --text-file --from; see cminbox canned add --help"))
    kept = _kept(context, text)
    if asked.json:
        context.out.json(canned_forms.canned(kept))
    else:
        context.out.line(_("Kept in {file}").format(file=safe(str(kept.file))))
    return 0


def _kept(context: Context, text: str | None) -> CannedReply:
    from cminbox.inbox import canned_keeping  # noqa: PLC0415 - help needs no library

    asked = context.arguments
    locations = context.workplace.locations
    views = [context.reading.show(one) for one in asked.ids]
    examples = [*asked.example, *canned_keeping.examples_of(views)]
    body = text
    if body is None:
        body = canned_keeping.answer_of(context.workspace, views[0])
        if body is None:
            raise Problem(say("Conversation {id} has no answer of ours; give the text with --text", id=views[0].row.id))
    title = asked.title or (first_line(examples[0], _TITLE) if examples else "")
    source = Source.PERSONAL if asked.personal else Source.WORKSPACE
    lang = asked.language or canned_keeping.language_told(body) or language()
    return canned_keeping.add(
        locations,
        CannedReply(
            id=asked.name,
            lang=lang,
            title=title,
            body=body,
            source=source,
            file=locations.canned_replies,
            shortcut=asked.shortcut,
            tags=tuple(asked.tag),
            examples=tuple(examples),
        ),
    )
