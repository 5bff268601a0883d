"""What stands around a text that is being written: whom it is for, what is too much of it, what it will cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.spending import amount
from cminbox.domain.text import first_line
from cminbox.i18n import _, ngettext
from cminbox.i18n.durations import span
from cminbox.tui import wording
from cminbox.tui.ink import Ink, Line, cells, cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.inbox.composing import Appraisal
    from cminbox.tui.answering import Answering
    from cminbox.tui.widgets.field import Field

_SOON_CLOSED = 24 * 60 * 60 * 1000
"""A time after which the network takes no reply any more is told from so many milliseconds before it."""


class Appraising:
    """Keeps up with a reply while it is written: its count, what has to be known of it, where it becomes too much."""

    def __init__(self, answering: Answering, field: Field) -> None:
        self._answering = answering
        self._field = field
        self._known: tuple[str, int, Appraisal | None] = ("", 0, None)

    def title(self, width: int) -> Line:
        """Return the line above a reply: to whom, and how much of the limit is used."""
        row = self._answering.row
        who = "" if row is None else wording.person(row.person)
        return title_line(_("Reply to {person}").format(person=who), self._appraisal(), width)

    def warnings(self, width: int, now: int) -> list[Line]:
        """Return what a person has to know before he sends."""
        appraisal = self._appraisal()
        return [] if appraisal is None else warning_lines(appraisal, self._field.text, self._answering.left(now), width)

    def mark(self) -> None:
        """Show in the field what is too much."""
        appraisal = self._appraisal()
        self._field.too_much = None if appraisal is None else appraisal.fits

    def _appraisal(self) -> Appraisal | None:
        text, view = self._field.text, self._answering.view
        key = (text, id(view))
        if self._known[:2] != key:
            self._known = (*key, self._answering.appraise(text))
        return self._known[2]


def title_line(title: str, appraisal: Appraisal | None, width: int) -> Line:
    """Return the line above a reply: to whom, and how much of the limit is used, as the network counts."""
    line = Line(f"{wording.RULE}{wording.RULE} ", Ink.FAINT).add(title, Ink.STRONG).add(" ")
    count = Line()
    if appraisal is not None and appraisal.maximum:
        over = appraisal.used > appraisal.maximum
        count.add(f" {appraisal.used}/{appraisal.maximum} ", Ink.LATE if over else Ink.PLAIN)
    line.fill(width - count.width - 2, Ink.FAINT, character=wording.RULE).join(count)
    return line.fill(width, Ink.FAINT, character=wording.RULE)


def note_line(title: str, width: int) -> Line:
    """Return the line above a note: another character and another ink, all the way across."""
    return Line(f"## {title} ", Ink.NOTE).fill(width, Ink.NOTE, character="#")


def warning_lines(appraisal: Appraisal, text: str, left: int | None, width: int) -> list[Line]:
    """Return what a person has to know before he sends; `left` is how long the network still takes a reply (ms)."""
    return [Line(cut(first_line(said, width * 2), width), ink) for said, ink in _warnings(appraisal, text, left, width)]


def _warnings(appraisal: Appraisal, text: str, left: int | None, width: int) -> Iterator[tuple[str, Ink]]:
    if left is not None and left <= 0:
        yield _("! The network takes no reply here any more"), Ink.LATE
    elif left is not None and left < _SOON_CLOSED:
        yield _("! The network takes a reply for {time} more").format(time=span(left / 1000)), Ink.SOON
    if appraisal.fits is not None:
        yield _too_much(appraisal, text[appraisal.fits :], width), Ink.LATE
    if appraisal.too_dear:
        yield (
            _("x Costs {price}, and no more than {budget} may be spent today; {spent} are").format(
                price=amount(appraisal.price), budget=amount(appraisal.budget or 0), spent=amount(appraisal.spent)
            ),
            Ink.LATE,
        )
    elif appraisal.price:
        yield _price(appraisal), Ink.SOON
    if appraisal.names:
        names = " ".join(f"@{name}" for name in appraisal.names)
        yield _("{names} will stand in front, and count").format(names=names), Ink.FAINT


def _too_much(appraisal: Appraisal, rest: str, width: int) -> str:
    over = appraisal.used - appraisal.maximum
    said = ngettext("x {count} too many, from here on: ", "x {count} too many, from here on: ", over).format(count=over)
    return f"{said}“{cut(first_line(rest, width), max(4, width - cells(said) - 2))}”"


def _price(appraisal: Appraisal) -> str:
    price = amount(appraisal.price)
    if appraisal.budget is None:
        return _("Sending it costs {price}; {spent} were spent today").format(
            price=price, spent=amount(appraisal.spent)
        )
    return _("Sending it costs {price}; {spent} of {budget} were spent today").format(
        price=price, spent=amount(appraisal.spent), budget=amount(appraisal.budget)
    )
