"""Writing a reply, and every shorter text that is asked for in one line."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from cminbox.domain.problem import Answered, Problem
from cminbox.i18n import _, render
from cminbox.i18n.durations import span
from cminbox.tui import wording
from cminbox.tui.answering import KEEP_SECONDS, Answering
from cminbox.tui.composing import Appraising, title_line
from cminbox.tui.editor import Outside
from cminbox.tui.ink import Ink, Line
from cminbox.tui.noting import Noting
from cminbox.tui.screens.base import Answer
from cminbox.tui.widgets.field import Hooks
from cminbox.tui.widgets.writing_strip import WritingStrip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.timer import Timer

    from cminbox.domain.conversation import QueueRow
    from cminbox.domain.reply import StoredReply
    from cminbox.tui.screens.base import Effect
    from cminbox.tui.screens.inbox import InboxScreen
    from cminbox.tui.widgets.field import Field


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return the action that opens the composer."""
    return {"reply": lambda: open_composer(screen, screen.acts.row.id)}


async def open_composer(screen: InboxScreen, conversation_id: int, *, take_over: bool = False) -> None:
    """Begin to write a reply, unless a colleague is writing one; then ask."""
    writing = await screen.start_writing()
    begin = writing.answering.begin
    claim = begin(conversation_id, screen.desk.now, take_over=take_over)
    if claim is not None and screen.company.is_free(claim.agent, claim.terminal, screen.desk.session.agent):
        claim = begin(conversation_id, screen.desk.now, take_over=True)
    if claim is None:
        writing.compose_reply()
        return
    since = span(max(0, screen.desk.now - claim.since) / 1000)
    screen.ask(
        _("{agent} has been writing an answer for {time}.").format(agent=claim.agent, time=since),
        (
            Answer("t", _("take it over"), lambda: open_composer(screen, conversation_id, take_over=True)),
            Answer("escape", _("leave it"), lambda: None),
        ),
    )


async def edit_again(screen: InboxScreen, reply: StoredReply) -> None:
    """Go on writing a reply that was taken back."""
    if screen.desk.choose_conversation(reply.conversation_id):
        screen.list.reload()
    await open_composer(screen, reply.conversation_id)


class Writing:
    """The two strips where one types, and what happens to the text."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        session = screen.desk.session
        self.answering = Answering(session.reading, session.acting)
        self._composer = WritingStrip(one_line=False, id="composer", changed=self._reply_changed)
        self._prompt = WritingStrip(one_line=True, id="prompt", changed=self._prompt_changed)
        self._prompt_hook: Callable[[str], None] | None = None
        self._keeping: Timer | None = None
        self.outside = Outside(screen)
        self.noting = Noting(screen, self.outside)
        self._appraising = Appraising(self.answering, self._composer.field)
        self._leaving = False
        """Whether the composer closes as soon as its text is on disk."""
        self.parts = (self._composer, self._prompt, self.noting.strip)

    @property
    def field(self) -> Field | None:
        """The field that takes what is typed, None while none is open."""
        return next((strip.field for strip in self.parts if strip.display), None)

    @property
    def row(self) -> QueueRow | None:
        """The conversation that is answered."""
        return self.answering.row

    # Replies

    def compose_reply(self) -> None:
        """Open the composer with the draft of the conversation that was claimed."""
        text, caret = self.answering.draft()
        hooks = self._hooks(self._send, self._leave, newline="newline")
        title, warnings = self._appraising.title, self._warnings
        self._composer.open(title, hooks, text, caret, at=monotonic(), warnings=warnings)
        self._appraising.mark()
        self._screen.read_conversation()
        self._screen.paint_footer()

    def keep(self) -> None:
        """Put what was typed on disk before one goes on. Raises Problem when it cannot be."""
        self._stop_timer()
        self.noting.keep()
        self._screen.beside.finish()
        if self.answering.row is not None:
            self.answering.keep(*self.outside.text_of(self._composer.field))

    def _keep_soon(self) -> None:
        self._stop_timer()
        field = self._composer.field
        self.answering.keep_soon(field.text, field.caret)

    def _stop_timer(self) -> None:
        if self._keeping is not None:
            self._keeping.stop()
            self._keeping = None

    def news(self) -> None:
        """Look whether somebody else has answered meanwhile."""
        if self.row is None:
            return
        warning = self.answering.news()
        if warning:
            self._composer.field.settle(monotonic())
            self._screen.tell(warning, Ink.LATE)
            self._screen.read_conversation()

    def tick(self, now: int) -> None:
        """Keep the claim alive, and what was typed on its way to the disk."""
        self.noting.tick(now)
        problem = self.answering.look(now)
        if self._leaving and self.answering.kept:
            self._left()
        elif problem is not None:
            if self._leaving:
                self._go_on()
            said = _("Not kept on disk yet: {what}").format(what=render(problem.saying))
            self._screen.tell(said, Ink.LATE)

    def _send(self) -> None:
        self._attempt(self._try_to_send)

    def _try_to_send(self) -> None:
        if self._screen.program.behind:
            self._screen.tell(_("The terminal has not shown all of this yet; press Enter again"), Ink.LATE)
            return
        warning = self.answering.news()
        if warning:
            self._screen.tell(warning, Ink.LATE)
            self._screen.read_conversation()
            return
        field, row = self._composer.field, self.answering.row
        assert row is not None
        self._screen.beside.check_free()
        self._stop_timer()
        decide = self.answering.deciding(field.text, field.caret)
        self._screen.beside.run(decide, lambda reply: self._sent(reply, row), self._not_sent, self._wait)

    def _sent(self, reply: StoredReply, row: QueueRow) -> None:
        self.answering.sent()
        self._close_composer()
        self._screen.finish(self._screen.acts.sent(reply, wording.person(row.person)))

    def _not_sent(self, problem: Problem) -> None:
        """Let one go on with the text as it was."""
        self._go_on()
        self.answering.not_sent(problem)
        said = render(problem.saying)
        if isinstance(problem, Answered):
            said = _("{news}. Enter sends all the same.").format(news=said)
            self._screen.read_conversation()
        self._screen.tell(said, Ink.LATE)

    def _wait(self) -> None:
        """Take nothing more into the text, which is being written elsewhere."""
        self._composer.field.held = True
        self._screen.paint_footer()

    def _go_on(self) -> None:
        self._leaving = False
        self._composer.field.held = False
        self._screen.paint_footer()

    def _leave(self) -> None:
        self._attempt(self._keep_and_leave)

    def _keep_and_leave(self) -> None:
        """Close the composer once its text is on disk; until then it stays open."""
        self._stop_timer()
        field = self._composer.field
        self.answering.keep_at_once(field.text, field.caret)
        if self.answering.kept:
            self._left()
        else:
            self._leaving = True
            self._wait()

    def _left(self) -> None:
        kept = bool(self._composer.field.text.strip())
        self._close_composer()
        if kept:
            self._screen.tell(_("The draft is kept"))

    def _close_composer(self) -> None:
        self._go_on()
        self._stop_timer()
        self._attempt(self.answering.end)
        self._composer.close()
        self._screen.read_conversation()
        self._screen.paint_footer()

    def _reply_changed(self) -> None:
        if self.answering.row is None:
            return
        if self._keeping is None:
            self._keeping = self._screen.set_timer(KEEP_SECONDS, self._keep_soon)
        self._appraising.mark()
        self._composer.redraw_lines()

    def _warnings(self, width: int) -> list[Line]:
        return self._appraising.warnings(width, self._screen.desk.now)

    # One-line answers

    def prompt(
        self,
        title: str,
        text: str,
        *,
        sent: Callable[[str], None],
        left: Callable[[], None] | None = None,
        changed: Callable[[str], None] | None = None,
    ) -> None:
        """Ask for one line. `sent` gets it; `changed` hears of every key."""

        def send() -> None:
            typed = self._prompt.field.text
            self._close_prompt()
            self._attempt(lambda: sent(typed))

        def leave() -> None:
            self._close_prompt()
            if left is not None:
                self._attempt(left)

        self._prompt_hook = changed

        hooks = self._hooks(send, leave)
        self._prompt.open(lambda width: title_line(title, None, width), hooks, text, len(text), at=0.0)
        self._screen.paint_footer()

    def _close_prompt(self) -> None:
        self._prompt_hook = None
        self._prompt.close()
        self._screen.paint_footer()

    def _prompt_changed(self) -> None:
        if self._prompt_hook is not None:
            self._prompt_hook(self._prompt.field.text)

    # Both

    def fit(self) -> None:
        """Take the share of another height."""
        for strip in self.parts:
            if strip.display:
                strip.fit()

    def footer_line(self, width: int) -> Line | None:
        """Return what the last line says while one writes."""
        if self._composer.field.held:
            return Line(_("Being written; the database is busy"), Ink.LATE)
        if self._composer.display:
            send = _("send")
            return self._line((("send", f"{send} {self.answering.voice()}"), ("leave", ""), ("newline", "")), width)
        if self.noting.strip.display:
            return self._line((("send", _("add the note")), ("leave", ""), ("newline", ""), ("editor", "")), width)
        return self._line((("send", _("go")), ("leave", "")), width) if self._prompt.display else None

    def _line(self, labels: tuple[tuple[str, str], ...], width: int) -> Line:
        keymap = self._screen.desk.keymap
        known = {one.id: one for one in keymap.actions}
        line = Line()
        for name, label in labels:
            action = known[name]
            pair = Line("  " if line.width else "").add(wording.key_name(keymap.keys(action)[0]), Ink.KEY)
            pair.add(f" {label or _(action.label)}")
            if line.width + pair.width <= width:
                line.join(pair)
        return line

    def _hooks(self, send: Callable[[], None], leave: Callable[[], None], *, newline: str = "") -> Hooks:
        keymap = self._screen.desk.keymap
        known = {one.id: keymap.keys(one) for one in keymap.actions}
        return Hooks(send, leave, known["send"], known[newline] if newline else (), known["leave"])

    def _attempt(self, effect: Callable[[], None]) -> None:
        try:
            effect()
        except Problem as problem:
            self._screen.tell(render(problem.saying), Ink.LATE)
