"""The plain inbox: one line is read, its action is done, what came of it is said."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from cminbox.domain.problem import NotFound, Problem, StoreProblem
from cminbox.i18n import _, ngettext, render
from cminbox.tui.actions import Fact, Place
from cminbox.tui.acts import Acts
from cminbox.tui.bulk import Bulk
from cminbox.tui.company import Company
from cminbox.tui.desk import Desk
from cminbox.tui.plain import telling
from cminbox.tui.plain.lines import EndedError, InputEndedError, LineTerminal
from cminbox.tui.plain.writing import Writing
from cminbox.tui.session import Ending, ExitResult

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType
    from typing import TextIO

    from cminbox.inbox.reading import ConversationView
    from cminbox.inbox.suggestions import Suggested
    from cminbox.tui.actions import Action
    from cminbox.tui.acts import Outcome
    from cminbox.tui.bulk import Deed
    from cminbox.tui.session import Session

    Effect = Callable[[str], None]

_HUNG_UP = 129
_LONGEST_CHORD = 2
_SUGGESTED = 3
_PATIENCE_SECONDS = 5.0


class PlainInbox:
    """One person at one terminal, line by line."""

    def __init__(self, session: Session, source: int, out: TextIO) -> None:
        self.session = session
        self.desk = Desk.of(session)
        self.acts = Acts(self.desk)
        self.company = Company(session.presence)
        self.terminal = LineTerminal(source, out, unicode=session.unicode, tick=self.tick)
        self.writing = Writing(self)
        self.suggested: Suggested | None = None
        self.result: ExitResult | None = None
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
            if self.session.presence is not None:
                hung_up = self.result is None or self.result.ending is Ending.HANG_UP
                self.session.presence.leave(to_come_back=hung_up)
        return self.result

    def _arrive(self) -> None:
        if self.session.start_sync is not None:
            self.attempt(self.session.start_sync)
        left = None if self.session.presence is None else self.session.presence.arrive()
        self.tell(
            _("cminbox, line by line. Enter reads the next conversation, a number reads that one, ? says the rest.")
        )
        warning = None if self.session.warning is None else self.session.warning()
        if warning is not None:
            self.tell(render(warning))
        for fault in self.desk.keymap.faults()[:1]:
            self.tell(render(fault))
        if left is not None and self.desk.resume(left):
            self.tell(_("You are where you were when the line was lost."))
        if self.desk.empty:
            self.tell(_("No account is connected. Leave with q, then: cminbox accounts add, or cminbox demo"))
        self.list_page(self.desk.chosen - self.desk.chosen % telling.PAGE)

    def _turn(self) -> None:
        self._tell_news()
        try:
            self.obey(self.terminal.ask(">"))
        except KeyboardInterrupt:
            self.tell("", _("{key} leaves cminbox").format(key="q"))

    def obey(self, typed: str) -> None:
        """Do what a typed line says."""
        typed = " ".join(typed.split())
        if not typed:
            self.read_next()
        elif typed.isdecimal():
            self.read_number(int(typed))
        else:
            action, rest = self._find(typed)
            effect = self._own_words.get(typed) if action is None else self._effects.get(action.id)
            if effect is not None:
                self.attempt(lambda: effect(rest))
            elif action is not None:
                self.tell(_("“{name}” is for the screen alone").format(name=_(action.label)))
            else:
                self.tell(_("“{typed}” says nothing here; ? lists what does").format(typed=typed))

    def _find(self, typed: str) -> tuple[Action | None, str]:
        """Return the action that a line begins with, by its keys or its id, and what follows it."""
        facts = self.facts()
        known = {one.id: one for one in self.desk.keymap.valid(Place.QUEUE, facts)}
        words = typed.split(" ")
        for count in range(len(words), 0, -1):
            head, rest = words[:count], " ".join(words[count:])
            spelled = [" ".join(head)] if count > 1 or len(head[0]) > _LONGEST_CHORD else [head[0], " ".join(head[0])]
            for one in spelled:
                found = known.get("_".join(head)) or self.desk.keymap.find(one, Place.QUEUE, facts)
                if found is not None:
                    return found, rest
        return None, ""

    def facts(self) -> frozenset[Fact]:
        """Return what holds now."""
        suggested = self.suggested is not None and bool(self.suggested.options)
        return self.desk.facts() | ({Fact.SUGGESTION} if suggested else frozenset())

    @cached_property
    def _effects(self) -> Mapping[str, Effect]:
        from cminbox.tui.plain import verbs  # noqa: PLC0415 - they know this module

        return verbs.effects(self)

    @cached_property
    def _own_words(self) -> Mapping[str, Effect]:
        return {
            "list": lambda _rest: self.list_page(self._page),
            "more": lambda _rest: self.list_page(self._page + telling.PAGE),
        }

    # While a line is awaited

    def tick(self) -> None:
        """Let held replies go whose time has come, and say where one is. Nothing is written to the terminal."""
        for reply_id in self.desk.holds.ended(self.desk.now):
            with suppress(Problem):
                self.release(reply_id)
        with suppress(Problem):
            self.writing.tick(self.desk.now)
        here = self.writing.conversation or (None if self.desk.row is None else self.desk.row.id)
        self.company.tell(here, self.desk.view.id, writing=self.writing.conversation is not None)

    def leave(self) -> None:
        """End when the present line is done."""
        self.result = ExitResult()

    def release(self, reply_id: int) -> None:
        """Let a held reply go. Raises Problem; then it stays held."""
        with suppress(NotFound):
            self.session.acting.release(reply_id)
        self.desk.holds.drop(reply_id)
        self.desk.history.forget_reply(reply_id)

    def _tell_news(self) -> None:
        """Say once what has come to be since the last line."""
        self.attempt(self._look)
        news: list[str] = []
        if self.desk.arrived:
            count = self.desk.arrived
            news.append(ngettext("{count} new; , shows it", "{count} new; , shows them", count).format(count=count))
        if self.desk.unsent:
            count = len(self.desk.unsent)
            text = ngettext("{count} reply was not sent; g o", "{count} replies were not sent; g o", count)
            news.append(text.format(count=count))
        if self.desk.sync:
            news.append(self.desk.sync)
        fresh = [one for one in news if one not in self._told]
        self._told = tuple(news)
        self.tell(*fresh)
        self.tell(*self.acts.refusals())

    def _look(self) -> None:
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

    def list_page(self, first: int) -> None:
        """Say what a page of the list holds."""
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

    def read(self, *, whole: bool = False) -> None:
        """Read the chosen conversation, and what is suggested as its answer."""
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
        self._suggest(view)

    def view_of(self, conversation_id: int) -> ConversationView:
        """Return a conversation in full. Raises Problem."""
        return self.session.reading.show(conversation_id, limit=50)

    def _suggest(self, view: ConversationView) -> None:
        self.suggested = None
        if self.session.suggestions is None:
            return
        self.suggested = self.session.suggestions.suggest(view).result(_PATIENCE_SECONDS)
        for number, option in enumerate(self.suggested.options[:_SUGGESTED], 1):
            score = round((option.score or 0) * 100)
            said = _("use {number}, fits by {score} %: {text}")
            self.tell(said.format(number=number, score=score, text=" ".join(option.text.split())))

    # What is done

    def do(self, deed: Deed, ids: Sequence[int] | None = None) -> None:
        """Do a deed to these conversations, by default to what is marked or chosen. Raises Problem."""
        bulk = Bulk(deed, self.acts.ids if ids is None else ids)
        bulk.all_steps()
        if len(bulk.ids) == 1 and bulk.refused:
            raise Problem(next(iter(bulk.refused.values())))
        self.desk.marks.clear()
        self.finish(self.acts.outcome(bulk))

    def finish(self, outcome: Outcome) -> None:
        """Say what was done, and go on where it was the last to do here."""
        self.desk.refresh(outcome.ids)
        self.tell(outcome.text)
        following = self.desk.next_waiting() if outcome.advance else None
        if following is not None and self.desk.choose(following):
            self.tell(_("Next: {row}").format(row=telling.row_line(self.desk, self.desk.chosen)))
            self._read = None

    def undo(self) -> None:
        """Take back the last step. Raises Problem."""
        history = self.desk.history
        step = history.steps[-1] if history.steps else None
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
            outcome.all_steps()
            outcome = self.acts.outcome(outcome)
        self.finish(outcome)
        if outcome.ids and self.desk.choose_conversation(outcome.ids[0]):
            self._read = None
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
