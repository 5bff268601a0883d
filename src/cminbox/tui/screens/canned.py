"""The library of canned replies: each with its language and how often it was picked, and what is wrong with files."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.value import dataclass
from cminbox.i18n import N_, _, ngettext, render
from cminbox.i18n.durations import span
from cminbox.tui import wording
from cminbox.tui.actions import Place
from cminbox.tui.canned_words import about, reply_lines
from cminbox.tui.edited import content_of, edited_line
from cminbox.tui.ink import EMPTY, Ink, Line, wrapped
from cminbox.tui.screens.base import Answer
from cminbox.tui.screens.list_screen import SearchedScreen
from cminbox.tui.styles import style

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from cminbox.domain.canned import CannedReply, Fault
    from cminbox.inbox.options import Shelf
    from cminbox.inbox.suggestions import Suggester
    from cminbox.tui.desk import Desk
    from cminbox.tui.screens.base import Effect, Program

_SIGN, _NAME, _LANG, _TIMES, _AGE, _SOURCE = 2, 22, 4, 7, 8, 11
_LOOK_MILLISECONDS = 3_000
_SOURCES = {"personal": N_("yours"), "workspace": N_("brand"), "starter": N_("cminbox")}


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the list: a reply, or a file with faults."""

    reply: CannedReply | None = None
    faults: tuple[Fault, ...] = ()


class CannedScreen(SearchedScreen[_Row]):
    """Lists replies and faulty files above the text of the chosen one."""

    PLACE = Place.CANNED
    DEFAULT_CSS = style("canned")

    def __init__(self, desk: Desk, program: Program, suggester: Suggester) -> None:
        super().__init__(desk, program)
        self._suggester = suggester
        self._shelf: Shelf | None = None
        self._looked_at = 0

    def _own_effects(self) -> Mapping[str, Effect]:
        return {
            "find_canned": self._open_search,
            "edit_canned": self._edit,
            "forget_canned": self._ask_to_forget,
        }

    def tick(self, now: int) -> None:
        """Look now and then for files that were changed elsewhere."""
        if not 0 <= now - self._looked_at < _LOOK_MILLISECONDS:
            self._looked_at = now
            self._read()

    def _read(self) -> None:
        # The first frame is drawn before.
        self._work(self._reading, "canned")

    def _typed(self) -> None:
        self._read()

    def _work(self, work: Callable[[], Awaitable[object]], group: str) -> None:
        # Given as a function: a coroutine that is given up before it begins would never be awaited.
        self.run_worker(work, group=group, exclusive=True, exit_on_error=False)

    async def _reading(self) -> None:
        query = self._search.text if self._search.display else ""
        try:
            self._shelf = await asyncio.wrap_future(self._suggester.shelf())
            found = await asyncio.wrap_future(self._suggester.search(None, query, limit=len(self._shelf.replies)))
        except Problem as problem:
            self.tell(render(problem.saying), Ink.LATE)
            return
        before = self._row.reply.key if self._row is not None and self._row.reply is not None else None
        faults: dict[object, list[Fault]] = {}
        for fault in self._shelf.faults:
            faults.setdefault(fault.file, []).append(fault)
        rows = [_Row(faults=tuple(some)) for some in faults.values()] if not query else []
        self._rows = [*rows, *(_Row(option.reply) for option in found)]
        same = [at for at, row in enumerate(self._rows) if row.reply is not None and row.reply.key == before]
        self._choose(same[0] if same and not query else min(self._chosen, max(0, len(self._rows) - 1)))

    def _reply(self) -> CannedReply:
        row = self._row
        if row is None or row.reply is None:
            raise Problem(say("No canned reply is chosen"))
        return row.reply

    # Words

    def _title_line(self) -> Line:
        line = Line(_("Canned replies"), Ink.STRONG)
        if self._shelf is None:
            return line
        count = len(self._shelf.replies)
        line.add("  ").add(ngettext("{count} reply", "{count} replies", count).format(count=count))
        files = len({fault.file for fault in self._shelf.faults})
        if files:
            text = ngettext("{count} file with a fault", "{count} files with faults", files).format(count=files)
            line.add("  ").add(text, Ink.LATE)
        return line

    def _lines(self, width: int) -> list[Line]:
        lines = [self._line(index, width) for index in range(len(self._rows))]
        return lines or ([Line(_("Nothing matches"), Ink.FAINT)] if self._shelf is not None else [])

    def _line(self, index: int, width: int) -> Line:
        row = self._rows[index]
        ink = Ink.MARKED if index == self._chosen else Ink.PLAIN
        if row.reply is None:
            fault = row.faults[0]
            line = Line().column("x", _SIGN, ink if ink is Ink.MARKED else Ink.FAILED)
            line.column(fault.file.name, _NAME, ink)
            return line.column(render(fault.sentence), max(1, width - line.width), ink)
        reply = row.reply
        picked = None if self._shelf is None else self._shelf.picked.get(reply.key)
        ago = "" if picked is None else span(max(0, self.desk.now - picked.last_at) / 1000)
        line = Line().column("", _SIGN, ink).column(reply.shortcut or reply.id, _NAME, ink)
        line.column(reply.lang or "", _LANG, ink)
        line.column("" if picked is None else f"{picked.times}\N{MULTIPLICATION SIGN}", _TIMES, ink, right=True)
        line.column(ago, _AGE, ink, right=True).column("", 2, ink)
        line.column(_(_SOURCES[reply.source.value]), _SOURCE, ink)
        return line.column(reply.title, max(1, width - line.width), ink)

    def _about(self, width: int) -> list[Line]:
        row = self._row
        if row is None:
            return []
        if row.reply is None:
            return _fault_lines(row.faults, width)
        reply = row.reply
        head = Line(about(reply), Ink.STRONG).add(" ")
        lines = [head.fill(width, Ink.FAINT, character=wording.RULE), *reply_lines(reply, reply.body, width), EMPTY]
        lines += wrapped(str(reply.file), width, ink=Ink.FAINT)
        if reply.expires is not None:
            lines += wrapped(_("Its last day is {day}").format(day=reply.expires.isoformat()), width)
        for example in reply.examples:
            lines += wrapped(_("“{example}”").format(example=example), width, ink=Ink.FAINT)
        return lines

    # Acts

    def _open_search(self) -> None:
        self._open_field("", self._close_search, self._close_search)

    def _close_search(self) -> None:
        """Go on where the search has led."""
        chosen = self._row
        self._close_field()
        if chosen is not None and chosen.reply is not None:
            self._chosen = self._rows.index(chosen)
        self._read()

    def _edit(self) -> None:
        """Open the file of the chosen reply, or one with faults, in the person's own editor."""
        # Beside the keys: while the editor has the terminal, this screen must still hear of its end.
        self._work(partial(self.attempt, self._editing), "editor")

    async def _editing(self) -> None:
        from cminbox.tui.editor import command_of  # noqa: PLC0415 - seldom needed

        row = self._row
        command = command_of(os.environ)
        copy = None
        if row is not None and row.reply is None:
            file = row.faults[0].file
        else:
            copy = await asyncio.wrap_future(self._suggester.editable(self._reply().key))
            file = copy.file
        before = content_of(file)
        await self.program.lend([*command, str(file)])
        self.tell(edited_line(file, before))
        if copy is not None:
            await asyncio.wrap_future(self._suggester.edited(copy))
        self._read()

    def _ask_to_forget(self) -> None:
        reply = self._reply()
        self.ask(
            _("Forget all that was learnt for “{title}”?").format(title=reply.title),
            (Answer("y", _("forget it"), lambda: self._forget(reply)), Answer("escape", _("leave it"), lambda: None)),
        )

    async def _forget(self, reply: CannedReply) -> None:
        count = await asyncio.wrap_future(self._suggester.forget([reply.key]))
        self.tell(ngettext("{count} pick forgotten", "{count} picks forgotten", count).format(count=count))
        self._read()


def _fault_lines(faults: Sequence[Fault], width: int) -> list[Line]:
    lines: list[Line] = []
    for fault in {(one.line, render(one.sentence)): one for one in faults}.values():
        where = str(fault.file) if fault.line is None else f"{fault.file}:{fault.line}"
        lines += wrapped(where, width, ink=Ink.STRONG)
        lines += wrapped(render(fault.sentence), width, indent="  ")
        lines += wrapped(render(fault.mend), width, indent="  ")
        if fault.left_out:
            lines += wrapped(_("Its reply is left out until then; the others work."), width, indent="  ", ink=Ink.LATE)
    return lines
