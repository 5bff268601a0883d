"""The last line: what the keys do now, or what has just happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import _, ngettext
from cminbox.tui import wording
from cminbox.tui.ink import Ink, Line, cells

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.tui.actions import Action, Fact, Place
    from cminbox.tui.bulk import Bulk
    from cminbox.tui.desk import Desk
    from cminbox.tui.keymap import Keymap

_GAP = 2
_ASKED = 24
"""So many cells of a question are worth more than the hint beside it."""


def standing(desk: Desk, bulk: Bulk | None) -> Line:
    """Return what has to be said before the keys: how far a bulk is, how many conversations are marked."""
    line = Line()
    if bulk is not None:
        line.add(bulk.progress(), Ink.HELD).add("  ")
    if desk.marks.some:
        count = desk.count_marked()
        said = ngettext("{count} marked", "{count} marked", count).format(count=wording.counted(count))
        line.add(said, Ink.MARKED).add("  ")
    return line


def strip_line(keymap: Keymap, place: Place, facts: frozenset[Fact], width: int) -> Line:
    """Return the command strip: as many of the keys that work now as fit, the most useful ones first."""
    # A key that does something else before is not shown: what its action can still be done by is.
    taken: set[str] = set()
    free: dict[str, str] = {}
    shown: list[Action] = []
    for one in keymap.valid(place, facts):
        keys = [key for key in keymap.keys(one) if key not in taken]
        taken.update(keys)
        if one.shown and keys:
            free[one.id] = keys[0]
            shown.append(one)
    shown.sort(key=lambda one: one.shown)
    return _pairs(((free[one.id], _(one.label)) for one in shown), width)


def chord_line(typed: str) -> Line:
    """Return that a chord was begun; how it can go on is shown above, to who hesitates."""
    return Line(wording.key_name(typed), Ink.KEY).add(" …")


def question_line(question: str, answers: Iterable[tuple[str, str]], width: int, *, missed: bool = False) -> Line:
    """Return a question with the keys that answer it, which are never crowded out: the question is cut before.

    Where a key has `missed` them they stand out, and it is said that no other one answers if there is room for that.
    """
    keys = _pairs(answers, width, Ink.MARKED if missed else Ink.KEY)
    hint = _("only these keys answer")
    if missed and width - keys.width - cells(hint) - 2 * _GAP >= min(_ASKED, cells(question)):
        keys.add(" " * _GAP).add(hint, Ink.SOON)
    room = max(0, width - keys.width - _GAP)
    asked = Line(question, Ink.STRONG)
    if asked.width > room:
        asked = Line().column(question, room, Ink.STRONG)
    return asked.add(" " * _GAP).join(keys)


def _pairs(pairs: Iterable[tuple[str, str]], width: int, ink: Ink = Ink.KEY) -> Line:
    line = Line()
    for key, label in pairs:
        pair = Line(wording.key_name(key), ink).add(f" {label}")
        gap = _GAP if line.width else 0
        if line.width + gap + pair.width > width:
            break
        line.fill(line.width + gap).join(pair)
    return line
