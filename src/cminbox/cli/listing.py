"""A list of conversations as lines: what `queue` and `search` print."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from cminbox.cli import forms
from cminbox.cli.numbers import positive
from cminbox.cli.words import word
from cminbox.domain.grammar import in_names
from cminbox.domain.text import first_line
from cminbox.domain.text import row as one_row
from cminbox.i18n import _
from cminbox.i18n.durations import time_left

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator, Sequence

    from cminbox.cli.context import Context
    from cminbox.domain.conversation import QueueRow
    from cminbox.domain.filter import Filter

_PAGE = 500
_TEXT = 100


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments that every list has."""
    parser.add_argument("--limit", type=positive, metavar="N", help=_("print at most N conversations"))
    parser.add_argument("--json", action="store_true", help=_("print one JSON object per line"))


def run(context: Context, wanted: Filter, *, asked: str = "") -> int:
    """Print the conversations that fit, in their order. `asked` is what a person typed, for saying that none does."""
    now = context.workspace.now()
    rows = islice(_rows(context, wanted), context.arguments.limit)
    if context.arguments.json:
        for row in rows:
            context.out.json(forms.queue_row(row, now))
        return 0
    lines = [line(row, context.reading.time_left(row, now)) for row in rows]
    context.out.table(lines)
    if not lines:
        context.out.line(_empty(context, asked))
    return 0


def _rows(context: Context, wanted: Filter) -> Iterator[QueueRow]:
    page = context.reading.page(wanted, limit=_PAGE)
    while page:
        for placed in page:
            yield placed.row
        page = context.reading.page(wanted, after=page[-1].place, limit=_PAGE) if len(page) == _PAGE else []


def line(row: QueueRow, left: int | None) -> Sequence[str]:
    """Return a conversation as the cells of a line; everything foreign in it is made harmless.

    `left` is the working time that is left, as `Reading.time_left` says it.
    """
    marks = [f"#{one_row(tag)}" for tag in row.tags]
    if row.claimed_by is not None:
        marks.append(_("({agent} is on it)").format(agent=one_row(row.claimed_by)))
    return (
        str(row.id),
        "-" if left is None else time_left(left / 1000),
        word(row.status),
        row.network,
        word(row.kind),
        f"@{first_line(row.person.handle, 30)}",
        " ".join([first_line(row.text, _TEXT), *marks]),
    )


def _names_instead(asked: str) -> str:
    """Return one more line for who may have looked for a name: plain words look into texts only."""
    instead = in_names(asked)
    if instead is None:
        return ""
    told = _("Words look into texts only; {filter} looks among names")
    return "\n" + told.format(filter=first_line(instead, _TEXT))


def _empty(context: Context, asked: str) -> str:
    if context.reading.accounts():
        if asked:
            said = _("Nothing matches “{query}”.").format(query=first_line(asked, _TEXT))
            return said + _names_instead(asked)
        return _("Nothing is waiting here.")
    return _("No account is connected yet; begin with cminbox accounts add, or try cminbox demo.")
