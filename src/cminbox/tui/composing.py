"""What stands around a text that is being written: whom it is for, what is too much of it, what it will cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.spending import amount
from cminbox.domain.text import first_line, safe
from cminbox.i18n import _, ngettext
from cminbox.i18n.durations import span
from cminbox.tui import wording
from cminbox.tui.ink import Ink, Line, cells, cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cminbox.domain.account import Account
    from cminbox.domain.conversation import QueueRow
    from cminbox.inbox.composing import Appraisal
    from cminbox.tui.answering import Answering
    from cminbox.tui.keymap import Keymap
    from cminbox.tui.widgets.field import Field

_GAP = 2
_SOON_CLOSED = 24 * 60 * 60 * 1000
"""A time after which the network takes no reply any more is told from so many milliseconds before it."""


class Appraising:
    """Keeps up with a reply while it is written: its count, what has to be known of it, where it becomes too much.

    `now` is UTC milliseconds.
    """

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
    """Return the line above a reply: to whom, and how much of the limit is used, as the network counts.

    Where there is little room the name becomes shorter, never the count.
    """
    count = Line()
    if appraisal is not None and appraisal.maximum:
        over = appraisal.used > appraisal.maximum
        count.add(f" {appraisal.used}/{appraisal.maximum} ", Ink.LATE if over else Ink.PLAIN)
    line = Line(f"{wording.RULE}{wording.RULE} ", Ink.FAINT)
    line.add(cut(safe(title), max(1, width - count.width - line.width - 1)), Ink.STRONG).add(" ")
    line.fill(width - count.width - 2, Ink.FAINT, character=wording.RULE).join(count)
    return line.fill(width, Ink.FAINT, character=wording.RULE)


def voices(account: Account, row: QueueRow, width: int) -> Iterator[str]:
    """Yield who speaks and who will read it, the longest wording first; the last one has at most `width` cells.

    The network gives way first, then the end of the speaker's name; who will read it never does.
    """
    speaker, visibility = wording.speaker(account), wording.visibility(row)
    network = wording.network_of(account)
    yield _("as {speaker} on {network}, {visibility}").format(speaker=speaker, network=network, visibility=visibility)
    yield f"{speaker}, {visibility}"
    room = width - cells(visibility) - 2
    yield f"{cut(safe(speaker), room)}, {visibility}" if room > 1 else visibility


Keyed = tuple[str, str]
"""A key as it is written on the screen, and what it does."""


def sending_line(before: Sequence[Keyed], send: tuple[str, Iterable[str]], after: Sequence[Keyed], width: int) -> Line:
    """Return the last line of the composer: what Enter sends stands in the longest of its wordings that fits.

    The other keys stand before and after it as far as there is room.
    """
    key, wordings = send
    texts = list(wordings)
    said = next((text for text in texts if cells(f"{key} {text}") <= width), texts[-1])
    room = width - cells(f"{key} {said}")
    first = keys_line(before, room - _GAP)
    if first.width:
        first.add(" " * _GAP)
    line = first.add(key, Ink.KEY).add(f" {said}")
    rest = keys_line(after, width - line.width - _GAP)
    return line.add(" " * _GAP).join(rest) if rest.width else line


def keyed(keymap: Keymap, names: str, **labels: str) -> list[Keyed]:
    """Return the keys of some actions, named with blanks between, with what they do or with other labels."""
    known = {one.id: one for one in keymap.actions}
    bound = [(known[name], keymap.keys(known[name])) for name in names.split()]
    return [(wording.key_name(keys[0]), labels.get(one.id, _(one.label))) for one, keys in bound if keys]


def keys_line(keys: Sequence[Keyed], width: int) -> Line:
    """Return keys with what they do, as many as fit."""
    line = Line()
    for key, label in keys:
        pair = Line(" " * _GAP if line.width else "").add(key, Ink.KEY).add(f" {label}")
        if line.width + pair.width <= width:
            line.join(pair)
    return line


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
