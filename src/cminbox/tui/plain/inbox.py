"""The plain inbox: one line is read, its action is done, what came of it is said."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from cminbox.domain.filter import Filter
from cminbox.domain.problem import NotFound, Problem, StoreProblem
from cminbox.i18n import _, ngettext, render
from cminbox.i18n.numbers import per_cent
from cminbox.inbox.options import NOTHING
from cminbox.tui.actions import Fact
from cminbox.tui.acts import Acts
from cminbox.tui.bulk import Bulk
from cminbox.tui.company import Company
from cminbox.tui.desk import Desk
from cminbox.tui.plain import telling
from cminbox.tui.plain.commands import Commands, as_typed
from cminbox.tui.plain.lines import EndedError, InputEndedError, LineTerminal
from cminbox.tui.plain.marking import tell_left, tell_meant
from cminbox.tui.plain.picking import run_bulk
from cminbox.tui.plain.writing import Writing
from cminbox.tui.remembering import Remembering
from cminbox.tui.session import Ending, ExitResult
from cminbox.tui.widgets.header import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType
    from typing import TextIO

    from cminbox.inbox.options import Suggested
    from cminbox.inbox.reading import ConversationView
    from cminbox.tui.acts import Outcome
    from cminbox.tui.bulk import Deed
    from cminbox.tui.holds import Undoable
    from cminbox.tui.plain.spots import Spot
    from cminbox.tui.session import Session

    Effect = Callable[[str], None]

_HUNG_UP = 129
_SUGGESTED = 3
_LONGEST_NUMBER = 9


class PlainInbox:
    """One person at one terminal, line by line."""

    def __init__(self, session: Session, source: int, out: TextIO) -> None:
        self.session = session
        self.desk = Desk.of(session)
        self.acts = Acts(self.desk)
        self.company = Company(session.presence)
        self.terminal = LineTerminal(source, out, unicode=session.unicode, tick=self.tick)
        self.remembering = Remembering(self.desk)
        self.writing = Writing(self)
        self.commands = Commands(self)
        self.spot: Spot | None = None
        """Where one is beside the queue, None in the queue."""
        self.result: ExitResult | None = None
        self._suggested: tuple[ConversationView, Suggested] | None = None
        self._page = 0
        self._read: int | None = None
        self._told: tuple[object, ...] = ()

    # From the first line to the last

    def run(self) -> ExitResult:
        """Work until the person leaves, the terminal goes or the process is to end."""
        self._arrive()
        try:
            while self.result is None:
                self._turn()
        except (InputEndedError, EndedError) as end:
            gone = isinstance(end, EndedError)
            self.result = ExitResult(Ending.HANG_UP, _HUNG_UP) if gone or len(self.desk.holds) else ExitResult()
        finally:
            self.writing.end()
            hung_up = self.result is None or self.result.ending is Ending.HANG_UP
            if hung_up:
                self.remembering.keep_last()
            else:
                self.remembering.forget()
            if self.session.presence is not None:
                self.session.presence.leave(to_come_back=hung_up)
        return self.result

    def _arrive(self) -> None:
        if self.session.start_sync is not None:
            self.attempt(self.session.start_sync)
        left = None if self.session.presence is None else self.session.presence.arrive()
        self.tell(
            _(
                "cminbox, line by line. Enter reads the next conversation, a number reads that one, "
                "? or help says the rest."
            )
        )
        warning = None if self.session.warning is None else self.session.warning()
        if warning is not None:
            self.tell(render(warning))
        for fault in self.desk.keymap.faults()[:1]:
            self.tell(render(fault))
        if left is not None and self.desk.resume(left):
            self.tell(_("You are where you were when the line was lost."))
        if self.desk.empty:
            from cminbox.tui.plain.welcome import Welcome  # noqa: PLC0415 - for a first start alone

            self.spot = Welcome(self)
            self.attempt(self.spot.enter)
        else:
            tell_left(self)
            self.tell_list()

    def _turn(self) -> None:
        self._tell_news()
        try:
            self.obey(self.terminal.ask(">" if self.spot is None else f"{_(self.spot.TITLE)} >"))
        except KeyboardInterrupt:
            self.tell("", _("{key} leaves cminbox").format(key=key_of(self.desk, "quit") or "quit"))

    def obey(self, typed: str) -> None:
        """Do what a typed line says."""
        typed = as_typed(typed)
        place = self if self.spot is None else self.spot
        if not typed:
            self.attempt(place.read_next)
        elif typed.isdecimal():
            self.attempt(lambda: place.read_number(int(typed[:_LONGEST_NUMBER])))
        else:
            self.commands.obey(typed)

    @property
    def typed(self) -> str:
        """The keys or the id of the action that is being done, as they were typed."""
        return self.commands.typed

    def facts(self) -> frozenset[Fact]:
        """Return what holds in the queue now."""
        also = {
            Fact.SUGGESTION: bool(self.suggested.options),
            # What was left marked can be forgotten as well.
            Fact.MARKS: self.desk.left_marks is not None,
        }
        return self.desk.facts() | {fact for fact, true in also.items() if true}

    @cached_property
    def effects(self) -> Mapping[str, Effect]:
        """What the actions do in the queue, by their ids."""
        from cminbox.tui.plain import verbs  # noqa: PLC0415 - they know this module

        return verbs.effects(self)

    def speak_anew(self) -> None:
        """Say everything in the language that is spoken from now on."""
        vars(self).pop("effects", None)

    # Where one is

    def go_home(self, *, say_where: bool = True) -> None:
        """Go back to the queue, and say what is chosen there."""
        self.spot = None
        if say_where and self.desk.row is not None:
            row = telling.row_line(self.desk, self.desk.chosen)
            self.tell(_("{view}: {row}").format(view=self.desk.view.title, row=row))
        elif say_where:
            self.tell_list()

    def leave(self, result: ExitResult | None = None) -> None:
        """End when the present line is done."""
        self.result = ExitResult() if result is None else result

    def list_conversations(self, ids: Sequence[int], what: str) -> None:
        """Go to the queue and list these conversations; `what` says in a word or two why they are listed."""
        self.desk.narrow(Filter(everything=True, ids=tuple(ids)))
        text = ngettext("{count} conversation: {what}", "{count} conversations: {what}", len(ids))
        self.tell(text.format(count=len(ids), what=what))
        self.spot = None
        self.tell_list()

    # While a line is awaited

    def tick(self) -> None:
        """Let held replies go whose time has come, and say where one is. Nothing is written to the terminal."""
        for reply_id in self.desk.holds.ended(self.desk.now):
            with suppress(Problem):
                self.release(reply_id)
        with suppress(Problem):
            self.writing.tick(self.desk.now)
        self.remembering.look()
        here = self.writing.conversation or (None if self.desk.row is None else self.desk.row.id)
        self.company.tell(here, self.desk.view.id, writing=self.writing.conversation is not None)

    def release(self, reply_id: int) -> None:
        """Let a held reply go. Raises Problem; then it stays held."""
        with suppress(NotFound):
            self.session.acting.release(reply_id)
        self.desk.holds.drop(reply_id)
        self.desk.history.forget_reply(reply_id)

    def _tell_news(self) -> None:
        """Say once what has come to be since the last line."""
        self.attempt(self.look)
        news = list(telling.news(self.desk, self.commands.key_of("outbox")))
        fresh = [one for one in news if one not in self._told]
        self._told = tuple(news)
        self.tell(*fresh)
        self.tell(*self.acts.refusals())

    def look(self) -> None:
        """See what has changed. Raises Problem."""
        self.desk.poll()
        state = None if self.session.sync_state is None else self.session.sync_state()
        self.desk.sync = "" if state is None else render(state)

    # What is said

    def tell(self, *texts: str) -> None:
        """Say something."""
        self.terminal.tell(*texts)

    def ask(self, question: str) -> str:
        """Ask something and return the answer; an interruption is an empty one."""
        try:
            return self.terminal.ask(question).strip()
        except KeyboardInterrupt:
            self.tell("")
            return ""

    def attempt(self, effect: Callable[[], object]) -> None:
        """Do something; what stops it is said."""
        try:
            effect()
        except Problem as problem:
            self.tell(render(problem.saying))

    def tell_list(self) -> None:
        """Say the part of the list where the chosen conversation stands."""
        self._tell_page(self.desk.chosen)

    def say_again(self) -> None:
        """Say the part of the list again that was said last."""
        self._tell_page(self._page)

    def more(self, by: int = telling.PAGE) -> None:
        """Say the next part of the list, or another one."""
        self._tell_page(self._page + by)

    def _tell_page(self, first: int) -> None:
        first = max(0, first)
        self.desk.reach(first, first + telling.PAGE)
        self._page = max(0, min(first, len(self.desk.window) - 1))
        self._page -= self._page % telling.PAGE
        self.tell(*telling.list_lines(self.desk, self._page))

    def read_next(self, by: int = 1) -> None:
        """Read the chosen conversation the first time, else the one after it."""
        row = self.desk.row
        if row is not None and self._read == row.id:
            self.desk.reach(self.desk.chosen - 1, self.desk.chosen + 2)
            if not self.desk.choose(self.desk.chosen + by):
                self.tell(_("There is no other one"))
                return
        self.read()

    def read_number(self, number: int) -> None:
        """Read the conversation with that number in the list."""
        self.desk.reach(number - 1, number)
        if not 1 <= number <= len(self.desk.window):
            self.tell(_("The list has no number {number}").format(number=number))
            return
        self.desk.choose(number - 1)
        self.read()

    def forget_read(self) -> None:
        """Let Enter read the chosen conversation, which another one was before."""
        self._read = None

    def read(self, *, whole: bool = False) -> None:
        """Read the chosen conversation, and what is suggested as its answer. Raises Problem."""
        row = self.desk.row
        if row is None:
            self.tell(_("Nothing is waiting here."))
            return
        view = self.view_of(row.id)
        self._read = row.id
        self.company.tell(row.id, self.desk.view.id, writing=False, at_once=True)
        self.company.look(row.id)
        others = [one.agent for one in self.company.others]
        lines = telling.conversation_lines(self.desk, view, others, whole=whole)
        self.tell(f"{self.desk.chosen + 1}. {next(lines)}", *lines)
        tell_meant(self)
        if not whole or not self.suggested.options:
            self._suggest(view)

    def view_of(self, conversation_id: int) -> ConversationView:
        """Return a conversation in full. Raises Problem."""
        return self.session.reading.show(conversation_id, limit=50)

    @property
    def suggested(self) -> Suggested:
        """What was read out as an answer to the chosen conversation; nothing for one that was not read."""
        row = self.desk.row
        if self._suggested is None or row is None or self._suggested[0].row.id != row.id:
            return NOTHING
        return self._suggested[1]

    @property
    def suggested_for(self) -> ConversationView | None:
        """The conversation as it was when answers to it were read out."""
        return None if self._suggested is None else self._suggested[0]

    def _suggest(self, view: ConversationView) -> None:
        self._suggested = None
        if self.session.suggestions is None:
            return
        from cminbox.tui.plain.answers import wait  # noqa: PLC0415 - it knows this module

        found = wait(self.session.suggestions.suggest(view))
        self._suggested = view, found
        for number, option in enumerate(found.options[:_SUGGESTED], 1):
            score = per_cent(round((option.score or 0) * 100))
            said = _("use {number}, fits by {score}: {text}")
            self.tell(said.format(number=number, score=score, text=telling.spoken(" ".join(option.text.split()))))

    # What is done

    def do(self, deed: Deed, ids: Sequence[int] | None = None) -> None:
        """Do a deed to these conversations, by default to what is marked or chosen. Raises Problem."""
        bulk = Bulk(deed, self.acts.ids if ids is None else ids)
        run_bulk(self, bulk)
        if len(bulk.ids) == 1 and bulk.refused:
            raise Problem(next(iter(bulk.refused.values())))
        marked, done = set(self.desk.marked()), set(bulk.done)
        self.desk.marks.clear()
        # What was refused stays marked.
        self.desk.marks.add(one for one in bulk.ids if one in marked and one not in done)
        self.finish(self.acts.outcome(bulk))

    def finish(self, outcome: Outcome) -> None:
        """Say what was done, and go on where it was the last to do here."""
        self.desk.refresh(outcome.ids)
        self.tell(outcome.text)
        here = self.desk.row
        acted = outcome.advance and here is not None and here.id in outcome.ids
        following = self.desk.following() if acted else None
        if following is not None and self.desk.choose(following):
            self.tell(_("Next: {row}").format(row=telling.row_line(self.desk, self.desk.chosen)))
            self._read = None

    def undo(self, step: Undoable | None = None) -> None:
        """Take back a step of this terminal, the newest one by default. Raises Problem."""
        history = self.desk.history
        step = step or (history.steps[-1] if history.steps else None)
        try:
            outcome = self.acts.undo(step)
        except StoreProblem:
            raise
        except Problem:
            # What can never be undone would else stand in the way of what was done before it.
            if step is not None:
                history.take(step)
            raise
        if step is not None:
            self.acts.undone(step)
        if isinstance(outcome, Bulk):
            run_bulk(self, outcome)
            outcome = self.acts.outcome(outcome)
        self.finish(outcome)
        if outcome.ids and self.desk.choose_conversation(outcome.ids[0]):
            self._read = None
            if outcome.reply is None:
                self.tell(_("You are at: {row}").format(row=telling.row_line(self.desk, self.desk.chosen)))
        if outcome.reply is not None:
            self.writing.reply(outcome.reply.conversation_id)


def run(session: Session) -> ExitResult:
    """Work line by line at the standard streams until the person leaves; return why it ended."""
    inbox = PlainInbox(session, sys.stdin.fileno(), sys.stdout)

    def end(_number: int, _frame: FrameType | None) -> None:
        inbox.terminal.ended = True

    before = {number: signal.signal(number, end) for number in (signal.SIGHUP, signal.SIGTERM)}
    try:
        return inbox.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
