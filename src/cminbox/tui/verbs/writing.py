"""Writing a reply, and every shorter text that is asked for in one line."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from cminbox.domain.problem import Answered, Problem
from cminbox.i18n import _, render
from cminbox.i18n.durations import span
from cminbox.tui import wording
from cminbox.tui.answering import KEEP_SECONDS, Answering
from cminbox.tui.canned_text import CannedText, at_line_start
from cminbox.tui.composing import Appraising, keyed, keys_line, sending_line, title_line, voices
from cminbox.tui.editor import Outside
from cminbox.tui.ink import Ink, Line, cells
from cminbox.tui.keeping import Remark
from cminbox.tui.noting import Noting
from cminbox.tui.screens.base import Answer
from cminbox.tui.verbs import elsewhere
from cminbox.tui.widgets.field import Hooks
from cminbox.tui.widgets.writing_strip import WritingStrip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.timer import Timer

    from cminbox.domain.conversation import QueueRow
    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.options import Option
    from cminbox.tui.canned_text import Sent
    from cminbox.tui.composing import Keyed
    from cminbox.tui.screens.base import Effect
    from cminbox.tui.screens.inbox import InboxScreen
    from cminbox.tui.widgets.field import Field


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return the action that opens the composer."""
    return {"reply": lambda: elsewhere.reply(screen)}


async def open_composer(
    screen: InboxScreen, conversation_id: int, *, take_over: bool = False, option: Option | None = None
) -> None:
    """Begin to write a reply, with a canned one if it is given, unless a colleague is writing one; then ask."""
    writing = await screen.start_writing()
    begin = writing.answering.begin
    claim = begin(conversation_id, screen.desk.now, take_over=take_over)
    if claim is not None and screen.company.is_free(claim.agent, claim.terminal, screen.desk.session.agent):
        claim = begin(conversation_id, screen.desk.now, take_over=True)
    if claim is None:
        writing.compose_reply(option)
        return
    since = span(max(0, screen.desk.now - claim.since) / 1000)
    again = partial(open_composer, screen, conversation_id, take_over=True, option=option)
    screen.ask(
        _("{agent} has been writing an answer for {time}.").format(agent=claim.agent, time=since),
        (Answer("t", _("take it over"), again, read=True), Answer("escape", _("leave it"), lambda: None)),
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
        self._prompt_labels: Mapping[str, str] = {}
        self._keeping: Timer | None = None
        self._leaving = False
        """Whether the composer closes as soon as its text is on disk."""
        self._remark = Remark(screen)
        self.outside = Outside(screen)
        self.noting = Noting(screen, self.outside)
        self._appraising = Appraising(self.answering, self._composer.field)
        self.canned = CannedText(self._composer.field)
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

    def compose_reply(self, option: Option | None = None) -> None:
        """Open the composer with the draft of the conversation that was claimed, and with a canned reply if given."""
        text, caret = self.answering.draft()
        hooks = self._hooks(self._send, self._leave, newline="newline")
        title, warnings = self._appraising.title, self._warnings
        self._composer.open(title, hooks, text, caret, at=monotonic(), warnings=warnings)
        self._appraising.mark()
        self.canned.begin(0 if self.row is None else self.row.id)
        if option is not None:
            self.canned.stage(option)
        self._screen.read_conversation()
        self._screen.paint_footer()

    def insert(self, option: Option) -> None:
        """Put a canned reply in at the caret of the reply that is being written."""
        if self.row is not None:
            self.canned.insert(option)
            self._composer.field.settle(monotonic())

    def focus(self) -> None:
        """Take keys again, after another field has taken them."""
        if self.field is not None:
            self.field.focus(scroll_visible=False)

    def keep(self) -> None:
        """Put what was typed on disk before one goes on. Raises Problem when it cannot be."""
        self._stop_timer()
        self.noting.keep()
        self._screen.beside.finish()
        if self.answering.row is not None:
            self.answering.keep(*self.outside.text_of(self._composer.field))

    def keep_last(self) -> None:
        """Put what was typed on disk, in the database or else beside it. Raises Problem when it is in neither."""
        try:
            self.keep()
        except Problem:
            if self.noting.begun is not None:
                self._screen.desk.session.acting.put_aside(*self.noting.begun, note=True)
            if self.answering.row is not None:
                typed = self.outside.text_of(self._composer.field)
                self._screen.desk.session.acting.put_aside(self.answering.row.id, *typed)

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
        if warning and not self._cancelled():
            self._composer.field.settle(monotonic())
            self._screen.tell(warning, Ink.LATE)
            self._screen.read_conversation()

    def _cancelled(self) -> bool:
        """Give up a reply that was only staged when somebody else has answered meanwhile; return whether it was."""
        overtaken = self.answering.overtaken
        if not overtaken or not self.canned.untouched:
            return False
        self._attempt(self._discard)
        nothing = _("Nothing was sent.")
        self._screen.tell(f"{overtaken} {nothing}", Ink.LATE)
        return True

    def _discard(self) -> None:
        """Close the composer and keep nothing of it."""
        self._composer.field.load_text("")
        self.keep()
        self._close_composer()

    def tick(self, now: int) -> None:
        """Keep the claim alive, and what was typed on its way to the disk."""
        self.noting.tick(now)
        problem = self.answering.look(now)
        if self._leaving and self.answering.kept:
            self._left()
        elif self._leaving and problem is not None:
            self._go_on()
        self._remark.look(problem, kept=self.answering.kept)

    def _send(self) -> None:
        self._attempt(self._try_to_send)

    def _try_to_send(self) -> None:
        if self._screen.program.behind:
            self._screen.tell(_("The terminal has not shown all of this yet; press Enter again"), Ink.LATE)
            return
        warning = self.answering.news()
        if warning:
            if not self._cancelled():
                self._screen.tell(warning, Ink.LATE)
                self._screen.read_conversation()
            return
        self.canned.check()
        field, row = self._composer.field, self.answering.row
        assert row is not None
        if elsewhere.is_due(self.answering.account):
            elsewhere.hand_over(self._screen, row.id, field.text, self._keep_and_leave)
            return
        text = field.text
        self._screen.beside.check_free()
        self._stop_timer()
        decide = self.canned.besides(self.answering.deciding(text, field.caret), self._screen.desk.session.acting)
        self._screen.beside.run(decide, lambda sent: self._sent(sent, row, text), self._not_sent, self._wait)

    def _sent(self, sent: Sent, row: QueueRow, text: str) -> None:
        self.answering.sent()
        self._learn(text, sent.reply)
        self._close_composer()
        self._screen.finish(self._screen.acts.sent(sent.reply, wording.person(row.person), sent.events))
        if sent.refused is not None:
            self._screen.tell(render(sent.refused), Ink.LATE)

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

    def _learn(self, text: str, reply: StoredReply) -> None:
        view, suggesting = self.answering.view, self._screen.suggesting
        if view is not None and suggesting is not None:
            # An Enter that is held down must not go on with the next conversation.
            suggesting.entered_at = monotonic()
            suggesting.learn(view, self.canned.used, text, reply.id)

    def _leave(self) -> None:
        self._attempt(self._keep_and_leave)

    def _keep_and_leave(self) -> None:
        """Close the composer once its text is on disk; until then it stays open. What was only staged is not kept."""
        if self.canned.untouched:
            self._discard()
            return
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
        return [*self._appraising.warnings(width, self._screen.desk.now), *self.canned.remarks(width)]

    def _search_canned(self) -> None:
        """Look for a canned reply to put in at the caret."""
        from cminbox.tui.verbs.suggesting import search_for_composer  # noqa: PLC0415 - seldom needed

        self._screen.next_up(lambda: search_for_composer(self._screen))

    # One-line answers

    def prompt(
        self,
        title: str,
        text: str,
        *,
        sent: Callable[[str], None],
        left: Callable[[], None] | None = None,
        changed: Callable[[str], None] | None = None,
        tab: bool = False,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        """Ask for one line. `sent` gets it, and what it refuses stays to be mended; `changed` hears of every key.

        `labels` say in the last line what its keys do, where there is more to say than that they send and leave.
        """

        def send() -> None:
            typed = self._prompt.field.text
            self._close_prompt()
            try:
                sent(typed)
            except Problem as problem:
                self.prompt(title, typed, sent=sent, left=left, changed=changed, tab=tab, labels=labels)
                self._screen.tell(render(problem.saying), Ink.LATE)

        def leave() -> None:
            self._close_prompt()
            if left is not None:
                self._attempt(left)

        self._prompt_hook, self._prompt_labels = changed, {"send": _("confirm"), **(labels or {})}
        hooks = self._hooks(send, leave, also=("tab",) if tab else ())
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
            return self._sending_line(width)
        if self.noting.strip.display:
            return keys_line(self._keyed("send leave newline editor", send=_("add the note")), width)
        return keys_line(self._keyed("send leave", **self._prompt_labels), width) if self._prompt.display else None

    def _sending_line(self, width: int) -> Line:
        view = self.answering.view
        if elsewhere.is_due(self.answering.account):
            return keys_line(self._keyed("send leave newline editor", send=_("copy with the link")), width)
        send = _("send")
        ((key, _label),) = self._keyed("send")
        room = width - cells(f"{key} {send} ")
        said = [] if view is None else [f"{send} {voice}" for voice in voices(view.account, view.row, room)]
        before = self._keyed("next_blank") if self.canned.blanks else []
        return sending_line(before, (key, said or [send]), self._keyed("leave newline editor"), width)

    def _keyed(self, names: str, **labels: str) -> list[Keyed]:
        return keyed(self._screen.desk.keymap, names, **labels)

    def _hooks(
        self, send: Callable[[], None], leave: Callable[[], None], newline: str = "", also: tuple[str, ...] = ()
    ) -> Hooks:
        keymap = self._screen.desk.keymap
        known = {one.id: keymap.keys(one) for one in keymap.actions}
        keys = ((*known["send"], *also), known[newline] if newline else (), known["leave"])
        return Hooks(send, leave, *keys, more=self._more(known) if newline else {})

    def _more(self, known: Mapping[str, tuple[str, ...]]) -> dict[str, Callable[[], bool]]:
        """Return what else can be done while one writes a reply, by its keys."""
        canned = self.canned
        search = lambda: at_line_start(self._composer.field, self._search_canned)  # noqa: E731 - one of two
        edit = lambda: self.outside.begin(self._composer.field, self.keep)  # noqa: E731 - as above
        acts = {"next_blank": canned.next_blank, "insert_canned": search, "editor": edit}
        return {key: act for name, act in acts.items() for key in known.get(name, ())}

    def _attempt(self, effect: Callable[[], None]) -> None:
        try:
            effect()
        except Problem as problem:
            self._screen.tell(render(problem.saying), Ink.LATE)
