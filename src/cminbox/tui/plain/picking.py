"""Picking from a list that is read out: by a number, or by letters that only one has. And running what takes long."""

from __future__ import annotations

import signal
from time import monotonic
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.i18n import _, ngettext
from cminbox.tui.palette import ranked
from cminbox.tui.plain.telling import PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from cminbox.tui.bulk import Bulk
    from cminbox.tui.palette import Entry
    from cminbox.tui.plain.inbox import PlainInbox

_LONGEST_NUMBER = 9
_TOLD_SECONDS = 3.0
"""So often it is said how far something is that takes long."""


def pick(inbox: PlainInbox, question: str, entries: Sequence[Entry], typed: str = "", *, always: bool = False) -> None:
    """Read out what can be picked, and do what is. Raises Problem.

    What was `typed` already narrows it; what is alone then is done at once, unless it is `always` asked.
    """
    narrowed, recent = bool(typed), inbox.desk.recent
    found = ranked(entries, typed, recent)
    while found and not (len(found) == 1 and narrowed and not always):
        _read_out(inbox, found)
        typed = inbox.ask(_("{question} A number or letters; Enter takes none:").format(question=question))
        if not typed:
            return
        if typed.isdecimal() and 1 <= int(typed[:_LONGEST_NUMBER]) <= min(len(found), PAGE):
            found = [found[int(typed) - 1]]
        else:
            found = ranked(entries, typed, recent)
        narrowed, always = True, False
    if not found:
        raise Problem(say("Nothing holds “{word}”", word=typed))
    inbox.desk.remember(found[0].id)
    found[0].run()


def _read_out(inbox: PlainInbox, found: Sequence[Entry]) -> None:
    for number, one in enumerate(found[:PAGE], 1):
        inbox.tell(", ".join(part for part in (f"{number}. {one.text}", one.keys, one.note) if part))
    more = len(found) - PAGE
    if more > 0:
        text = ngettext("{count} more; letters narrow them", "{count} more; letters narrow them", more)
        inbox.tell(text.format(count=more))


def run_bulk(inbox: PlainInbox, bulk: Bulk) -> None:
    """Run a bulk to its end, or until Ctrl+C stops it. Raises StoreProblem."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        bulk.stopped = True

    before = signal.signal(signal.SIGINT, stop)
    told = monotonic()
    try:
        while bulk.step():
            if monotonic() - told >= _TOLD_SECONDS:
                told = monotonic()
                inbox.tell(bulk.progress())
    finally:
        signal.signal(signal.SIGINT, before)
