"""Writing a reply, and every shorter text that is asked for in one line."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from cminbox.domain.problem import Answered, Problem
from cminbox.i18n import _, render
from cminbox.tui import wording
from cminbox.tui.answering import KEEP_SECONDS, Answering
from cminbox.tui.ink import Ink, Line
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
    claim = writing.answering.begin(conversation_id, screen.desk.now, take_over=take_over)
    if claim is None:
        writing.compose_reply()
        return
    screen.ask(
        _("{agent} is answering this.").format(agent=claim.agent),
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
        self.parts = (self._composer, self._prompt)

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
        self._composer.open(self._reply_title, hooks, text, caret, at=monotonic())
        self._screen.read_conversation()
        self._screen.paint_footer()

    def keep(self) -> None:
        """Put what was typed on disk."""
        if self._keeping is not None:
            self._keeping.stop()
            self._keeping = None
        if self.answering.row is not None:
            field = self._composer.field
            self.answering.keep(field.text, field.caret)

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
        """Keep the claim alive."""
        self.answering.renew(now)

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
        field = self._composer.field
        row = self.answering.row
        assert row is not None
        try:
            reply = self.answering.send(field.text, field.caret)
        except Answered as answered:
            said = _("{news}. Enter sends all the same.").format(news=render(answered.saying))
            self._screen.tell(said, Ink.LATE)
            self._screen.read_conversation()
            return
        self._close_composer()
        self._screen.finish(self._screen.acts.sent(reply, wording.person(row.person)))

    def _leave(self) -> None:
        self._attempt(self.keep)
        kept = bool(self._composer.field.text.strip())
        self._close_composer()
        if kept:
            self._screen.tell(_("The draft is kept"))

    def _close_composer(self) -> None:
        if self._keeping is not None:
            self._keeping.stop()
            self._keeping = None
        self._attempt(self.answering.end)
        self._composer.close()
        self._screen.read_conversation()
        self._screen.paint_footer()

    def _reply_changed(self) -> None:
        if self.answering.row is None:
            return
        if self._keeping is None:
            self._keeping = self._screen.set_timer(KEEP_SECONDS, lambda: self._attempt(self.keep))
        self._composer.redraw_title()

    def _reply_title(self, width: int) -> Line:
        """Return the line above the reply: to whom, and how much of the limit is used."""
        row = self.answering.row
        who = "" if row is None else wording.person(row.person)
        line = Line(f"{wording.RULE}{wording.RULE} ", Ink.FAINT)
        line.add(_("Reply to {person}").format(person=who), Ink.STRONG).add(" ")
        room = self.answering.room(self._composer.field.text)
        count = Line() if room is None else Line(f" {room[0]}/{room[1]} ", Ink.LATE if room[0] > room[1] else Ink.PLAIN)
        line.fill(width - count.width - 2, Ink.FAINT, character=wording.RULE).join(count)
        return line.fill(width, Ink.FAINT, character=wording.RULE)

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

        def head(width: int) -> Line:
            line = Line(f"{wording.RULE}{wording.RULE} ", Ink.FAINT).add(title, Ink.STRONG).add(" ")
            return line.fill(width, Ink.FAINT, character=wording.RULE)

        self._prompt.open(head, self._hooks(send, leave), text, len(text), at=0.0)
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
        if self._composer.display:
            self._composer.fit()

    def footer_line(self, width: int) -> Line | None:
        """Return what the last line says while one writes."""
        if self._composer.display:
            return self._line(
                (("send", f"{_('send')} {self.answering.voice()}"), ("leave", ""), ("newline", "")), width
            )
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
