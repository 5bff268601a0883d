"""Marking line by line: what is marked is what the next verb acts on. Numbers may be typed behind a verb."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.i18n import _, ngettext
from cminbox.tui.marks import unseen
from cminbox.tui.plain import telling
from cminbox.tui.plain.spots import ignoring

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cminbox.tui.plain.inbox import Effect, PlainInbox

_NUMBERS = re.compile(r"([0-9]{1,7})(?:\s*-\s*([0-9]{1,7}))?")
_MOST = 1_000
"""So many rows may be named by their numbers at a time; V marks more."""


def effects(inbox: PlainInbox) -> Mapping[str, Effect]:
    """Return the actions that mark."""
    return {
        "mark": partial(_mark, inbox),
        "range": partial(_range, inbox),
        "mark_to_here": ignoring(lambda: _mark_to_here(inbox)),
        "mark_view": ignoring(lambda: _mark_view(inbox)),
        "clear_marks": ignoring(lambda: _clear(inbox)),
        "marks_again": ignoring(lambda: _mark_again(inbox)),
    }


def tell_marked(inbox: PlainInbox) -> None:
    """Say how many are marked by now."""
    count = inbox.desk.count_marked()
    inbox.tell(ngettext("{count} is marked", "{count} are marked", count).format(count=count))


def _mark(inbox: PlainInbox, rest: str) -> None:
    """Mark the chosen row and go down, or mark the rows whose numbers were typed: `x 3`, `x 2-5 9`."""
    desk = inbox.desk
    if rest:
        _add_numbers(inbox, rest)
        return
    if desk.row is None:
        raise Problem(say("No conversation is chosen"))
    here = desk.window[desk.chosen]
    desk.marks.toggle(here.row.id, here.place)
    inbox.tell(telling.row_line(desk, desk.chosen))
    desk.reach(desk.chosen, desk.chosen + 2)
    if desk.choose(desk.chosen + 1):
        inbox.forget_read()
        inbox.tell(_("Next: {row}").format(row=telling.row_line(desk, desk.chosen)))


def _add_numbers(inbox: PlainInbox, typed: str) -> None:
    desk = inbox.desk
    for index in _indexes(typed):
        desk.reach(index, index + 1)
        if index >= len(desk.window):
            raise Problem(say("The list has no number {number}", number=index + 1))
        one = desk.window[index]
        desk.marks.add([one.row.id])
        desk.marks.latest = one.place
    tell_marked(inbox)


def _indexes(typed: str) -> Iterator[int]:
    """Yield the indexes that numbers and ranges of them stand for. Raises Problem."""
    for part in re.split(r"[\s,]+", re.sub(r"\s*-\s*", "-", typed.strip())):
        found = _NUMBERS.fullmatch(part)
        if found is None:
            raise Problem(say("Type numbers of the list, such as 3 or 2-5"))
        first, last = int(found[1]), int(found[2] or found[1])
        if not 1 <= first <= last or last - first >= _MOST:
            raise Problem(say("Type numbers of the list, such as 3 or 2-5"))
        yield from range(first - 1, last)


def _range(inbox: PlainInbox, rest: str) -> None:
    """Begin a range that moves extend, or keep it as marks; `v 2-5` marks these at once."""
    desk = inbox.desk
    if rest:
        _add_numbers(inbox, rest)
        return
    if desk.row is None:
        raise Problem(say("No conversation is chosen"))
    here = desk.window[desk.chosen].place
    if desk.marks.anchor is None:
        desk.marks.anchor = here
        begun = _("A range begins at {number}; every move extends it, v again keeps it")
        inbox.tell(begun.format(number=desk.chosen + 1))
        return
    desk.marks.add(desk.marked())
    desk.marks.latest, desk.marks.anchor = here, None
    tell_marked(inbox)


def _mark_to_here(inbox: PlainInbox) -> None:
    desk = inbox.desk
    if desk.row is None:
        raise Problem(say("No conversation is chosen"))
    desk.marks.anchor = desk.marks.anchor or desk.marks.latest or desk.window[desk.chosen].place
    _range(inbox, "")


def _mark_view(inbox: PlainInbox) -> None:
    """Mark what the view holds now, but for what has come and was not listed; what arrives later is not meant."""
    desk = inbox.desk
    desk.marks.clear()
    hidden = unseen(desk)
    desk.marks.add(one for one in desk.session.reading.ids(desk.wanted) if one not in hidden)
    tell_marked(inbox)


def _clear(inbox: PlainInbox) -> None:
    """Mark nothing; what was left marked is forgotten where nothing else is."""
    if not inbox.desk.marks.some:
        inbox.remembering.forget_left()
    inbox.desk.marks.clear()
    inbox.tell(_("Nothing is marked"))


def tell_left(inbox: PlainInbox) -> None:
    """Say what was left marked when a terminal was lost: marks that one does not hear of must not count."""
    if inbox.remembering.take_over():
        ways = _("“marks again” marks them again, “clear marks” forgets them.")
        inbox.tell(f"{inbox.remembering.said} {ways}")


def tell_meant(inbox: PlainInbox) -> None:
    """Say that verbs mean something else than what was just read: nobody hears what is marked."""
    desk = inbox.desk
    if not desk.marks.some or desk.row is None or desk.marked() == [desk.row.id]:
        return
    count = desk.count_marked()
    text = ngettext(
        "{count} is marked: verbs act on that, not on this one alone; clear marks ends it",
        "{count} are marked: verbs act on them, not on this one alone; clear marks ends it",
        count,
    )
    inbox.tell(text.format(count=count))


def _mark_again(inbox: PlainInbox) -> None:
    """Mark again what was left marked, in the view where it was."""
    before = inbox.desk.view.id
    inbox.remembering.restore()
    tell_marked(inbox)
    if inbox.desk.view.id != before:
        inbox.tell_list()
