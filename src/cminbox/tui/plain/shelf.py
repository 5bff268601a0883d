"""The library of canned replies line by line: faulty files first, then each with how often it was picked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import N_, _, ngettext, render
from cminbox.tui.actions import Place
from cminbox.tui.canned_words import about
from cminbox.tui.plain.answers import suggester, wait
from cminbox.tui.plain.spots import Spot, ignoring

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cminbox.domain.canned import CannedReply, Fault
    from cminbox.inbox.options import Shelf as Stock
    from cminbox.tui.plain.inbox import Effect

_EXAMPLES = 3


class Shelf(Spot):
    """Every canned reply, and every file that is none because of a fault."""

    PLACE = Place.CANNED
    TITLE = N_("Canned replies")
    EMPTY = N_("There are no canned replies here")

    _stock: Stock | None = None
    _rows: Sequence[CannedReply | tuple[Fault, ...]] = ()
    _query = ""

    def load(self) -> None:
        """Read the library. Raises Problem."""
        engine = suggester(self.inbox)
        self._stock = wait(engine.shelf())
        found = wait(engine.search(None, self._query, limit=max(1, len(self._stock.replies))))
        faults: dict[object, list[Fault]] = {}
        for fault in self._stock.faults:
            faults.setdefault(fault.file, []).append(fault)
        broken = [tuple(some) for some in faults.values()] if not self._query else []
        self._rows = [*broken, *(one.reply for one in found)]

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._rows)

    def line(self, index: int) -> str:
        """Return a reply's title, its short name and how often it was picked; of a faulty file what is wrong."""
        row = self._rows[index]
        if isinstance(row, tuple):
            said = _("{file}: {fault}")
            return said.format(file=safe(row[0].file.name), fault=render(row[0].sentence))
        picked = None if self._stock is None else self._stock.picked.get(row.key)
        times = "" if picked is None else ngettext("picked once", "picked {count} times", picked.times)
        parts = (row.title, row.shortcut, row.lang or "", times.format(count=0 if picked is None else picked.times))
        return ", ".join(safe(part) for part in parts if part)

    def about(self, index: int) -> Iterator[str]:
        """Yield a reply in full, or what is wrong with a file and how that is mended."""
        row = self._rows[index]
        if isinstance(row, tuple):
            for fault in row:
                yield str(fault.file) if fault.line is None else f"{fault.file}:{fault.line}"
                yield render(fault.sentence)
                yield render(fault.mend)
            return
        yield about(row)
        yield row.body
        yield str(row.file)
        for example in row.examples[:_EXAMPLES]:
            yield _("Example: {text}").format(text=example)
        more = len(row.examples) - _EXAMPLES
        if more > 0:
            yield ngettext("{count} more example", "{count} more examples", more).format(count=more)

    def own_effects(self) -> Mapping[str, Effect]:
        """Return what can be done with canned replies."""
        return {
            "find_canned": self._find,
            "edit_canned": ignoring(self._edit),
            "forget_canned": ignoring(self._forget),
        }

    def _find(self, rest: str) -> None:
        self._query = rest or self.inbox.ask(_("Canned replies with which words?"))
        self.chosen, self._was_read = 0, False
        self.enter()

    def _reply(self) -> CannedReply:
        self.check()
        row = self._rows[self.chosen]
        if isinstance(row, tuple):
            raise Problem(say("No canned reply is chosen"))
        return row

    def _edit(self) -> None:
        """Open the file of the chosen reply, or one with faults, in the person's own editor."""
        from cminbox.tui.plain.tending import edit  # noqa: PLC0415 - seldom needed

        self.check()
        row = self._rows[self.chosen]
        if isinstance(row, tuple):
            edit(self.inbox, row[0].file)
        else:
            copy = wait(suggester(self.inbox).editable(row.key))
            edit(self.inbox, copy.file)
            wait(suggester(self.inbox).edited(copy))
        self.reload()

    def _forget(self) -> None:
        reply = self._reply()
        question = _("Forget all that was learnt for “{title}”? y forgets it, Enter leaves it:")
        if self.inbox.ask(question.format(title=safe(reply.title))) != "y":
            self.inbox.tell(_("Nothing was done"))
            return
        count = wait(suggester(self.inbox).forget([reply.key]))
        self.inbox.tell(ngettext("{count} pick forgotten", "{count} picks forgotten", count).format(count=count))
        self.reload()
