"""What every screen does alike: one way for keys to become actions, a last line that says which, and the help."""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual import events
from textual.screen import Screen

from cminbox.domain.problem import Problem
from cminbox.domain.value import dataclass
from cminbox.i18n import _, render
from cminbox.tui.ink import EMPTY, Ink, Line
from cminbox.tui.question import NO, Question
from cminbox.tui.strips import Strips
from cminbox.tui.widgets.footer import chord_line, strip_line
from cminbox.tui.widgets.header import key_of
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from cminbox.domain.reply import StoredReply
    from cminbox.tui.actions import Action, Fact, Place
    from cminbox.tui.ahead import Ahead
    from cminbox.tui.desk import Desk, News
    from cminbox.tui.palette import Entry
    from cminbox.tui.session import Preferences
    from cminbox.tui.widgets.field import Field

    Effect = Callable[[], Awaitable[None] | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question: its key, what it says, what it does; `read` whether that must have been read first."""

    key: str
    label: str
    effect: Callable[[], Awaitable[None] | None]
    read: bool = False


class Program(Protocol):
    """What a screen may ask of the program as a whole."""

    @property
    def behind(self) -> bool:
        """Whether the terminal does not yet show what it should."""

    def heard_paste(self) -> None:
        """Learn that the terminal has marked a paste as one."""

    def copy(self, text: str) -> bool:
        """Hand text to the terminal's clipboard; return False when it is too long."""

    async def lend(self, command: Sequence[str]) -> int:
        """Give the terminal to another program until that ends; return its exit code. Raises Problem."""

    def redraw(self) -> None:
        """Draw everything again, whatever the terminal shows."""

    def leave(self) -> None:
        """End the program."""

    def leave_for_demo(self) -> None:
        """End the program and ask the caller to start the demo."""

    def leave_for(self, workspace: str) -> None:
        """End the program and ask the caller to open another workspace."""

    def wear(self, name: str) -> None:
        """Draw in the colours of the theme of that name."""

    def adopt(self, found: Preferences) -> None:
        """Take over what settings say of colours, room, mouse and alerts."""

    def switch_mouse(self) -> bool:
        """Take the mouse from the terminal or give it back; return whether it is taken now."""

    def change_density(self) -> bool:
        """Give the queue more room or less; return whether it has more now."""

    def show_outbox(self) -> None:
        """Show the replies that are on their way or were not sent."""

    def show_people(self) -> None:
        """Show the persons who write."""

    def show_canned(self) -> None:
        """Show the library of canned replies. Raises Problem where there is none."""

    def show_accounts(self) -> None:
        """Show the accounts and how they are doing."""

    def show_figures(self) -> None:
        """Show the figures of response times."""

    def show_conversations(self, ids: Sequence[int], what: str) -> None:
        """Go to the inbox and list these conversations there; `what` says in a word or two why they are listed."""

    def show_inbox(self, reply: StoredReply | None = None) -> None:
        """Go back to the inbox, to edit a reply that was taken back if there is one."""


class KeyScreen(Screen[None], inherit_bindings=False):
    """A screen that is worked by keys. Every key comes here first, so that fast typing keeps its order."""

    BINDINGS: ClassVar[list[BindingType]] = []
    PLACE: ClassVar[Place]
    AUTO_FOCUS = ""
    BLANK = True

    def __init__(self, desk: Desk, program: Program) -> None:
        super().__init__()
        self.desk = desk
        self.program = program
        self.footer = Lines(lambda width: (self._footer_line(width),), id="footer")
        self._was_left = False
        self._strip: tuple[tuple[Place, frozenset[Fact], int], Line] | None = None
        self._chord = self.typed = ""
        self._notice: Line | None = None
        self._in_turn: list[Callable[[], None]] = []
        self._question: Question | None = None
        self._owed: list[Effect] = []
        self.ahead: Ahead | None = None
        self.doing: Action | None = None
        self.strips = Strips(self)

    # What a screen has to say for itself

    def effects(self) -> Mapping[str, Effect]:
        """Return what the actions of this place do, by their ids."""
        raise NotImplementedError

    def facts(self) -> frozenset[Fact]:
        """Return what holds now."""
        return self.desk.facts()

    @property
    def place(self) -> Place:
        """Where the person is."""
        return self.PLACE

    @property
    def field(self) -> Field | None:
        """The field that takes what is typed, None while keys are commands."""
        return self.strips.field

    def tick(self, now: int) -> None:
        """Let time pass: `now` is UTC milliseconds. Called a few times a second."""

    def take(self, news: News) -> None:
        """Show what has changed in the store."""

    def fit(self) -> None:
        """Take the layout that is wanted by now."""

    def keep(self) -> None:
        """Write down what would be lost if the terminal went away now."""

    # Keys

    def _forward_event(self, event: events.Event) -> None:
        """Take every key and every paste here, also those that Textual would hand to the focused widget."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            event._set_forwarded()  # noqa: SLF001 - as the method that this one replaces
            self.post_message(event)
            return
        super()._forward_event(event)

    async def on_key(self, event: events.Key) -> None:
        """Turn a key into text or into an action."""
        if self.app.screen is not self:
            self._pass_on(event)
            return
        await self._do_owed()
        if self.ahead is not None and self.field is None and self._question is None and self.ahead.took(event):
            return
        had_notice, self._notice = self._notice is not None, None
        if self.field is not None and self.field.decide(event):
            await self._do_owed()
        field = self.field
        if field is not None:
            if had_notice:
                self.paint_footer()
            if not self.strips.took(event):
                await field.typed(event)
            return
        event.stop()
        event.prevent_default()
        if self._question is not None:
            await self._answer(event)
        else:
            key = event.character if event.is_printable and event.key != "space" else event.key
            await self.press(key or event.key)
        self._say_next()

    def _pass_on(self, event: events.Key) -> None:
        """Hand a key to the screen that is shown by now: it was typed ahead, and is meant for that one."""
        event.stop()
        event.prevent_default()
        same = event.copy()
        same.time = event.time
        same._set_forwarded()  # noqa: SLF001 - as in _forward_event
        self.app.screen.post_message(same)

    def next_up(self, effect: Effect) -> None:
        """Do something before the next key is heard, also where that was typed ahead: it may ask or open a field."""
        self._owed.append(effect)
        self.call_later(self._do_owed)

    async def _do_owed(self) -> None:
        while self._owed:
            await self.attempt(self._owed.pop(0))

    async def press(self, key: str) -> None:
        """Do what a key does here, as a part of a chord or alone."""
        keymap = self.desk.keymap
        typed = keymap.meant(self._chord, key, self.place)
        action = keymap.find(typed, self.place, self.facts())
        self._chord = typed if action is None and keymap.starts(typed, self.place) else ""
        self.strips.chord(self._chord)
        self.typed = typed
        if action is not None:
            await self.perform(action)
        elif key == "ctrl+c":
            # Hands that know other programs; it must not end this one by accident.
            self.tell(_("{key} leaves cminbox").format(key=key_of(self.desk, "quit")))
        self.paint_footer()

    def on_paste(self, event: events.Paste) -> None:
        """Take a pasted text where one can type; elsewhere it does nothing."""
        event.stop()
        self.program.heard_paste()
        if self.field is not None:
            self.field.paste(event.text)

    async def perform(self, action: Action) -> None:
        """Do an action; what stops it is said in the last line."""
        effect = self.effects().get(action.id) or self._looks()[action.id]
        self.doing = action
        if not await self.attempt(effect):
            from cminbox.tui.ahead import guard  # noqa: PLC0415 - seldom needed

            guard(self, action)
        self.doing = None

    def _looks(self) -> Mapping[str, Effect]:
        from cminbox.tui.verbs import looks  # noqa: PLC0415 - not before the first paint

        return looks.effects(self)

    async def attempt(self, effect: Effect) -> bool:
        """Do something; what stops it is said in the last line. Return whether nothing did."""
        try:
            result = effect()
            if inspect.isawaitable(result):
                await result
        except Problem as problem:
            self.tell(render(problem.saying), Ink.LATE)
            return False
        return True

    # The last line

    def tell(self, text: str, ink: Ink = Ink.PLAIN) -> None:
        """Say something in the last line until the next key."""
        self._notice = Line(text, ink)
        if self._notice.width > self.size.width:
            self.desk.remember_remark(text)
        self.paint_footer()

    def tell_in_turn(self, texts: Sequence[str]) -> None:
        """Say several things in the last line: the first now, each other one once a key has been pressed."""
        count = len(texts)
        for place, text in enumerate(texts, 1):
            said = f"{text} ({place}/{count})" if count > 1 else text
            self.in_turn(partial(self.tell, said, Ink.LATE))

    def in_turn(self, say: Callable[[], None]) -> None:
        """Say or ask something in the last line as soon as nothing else stands there."""
        self._in_turn.append(say)
        self._say_next()

    def _say_next(self) -> None:
        while self._in_turn and not self.speaks and self.field is None:
            self._in_turn.pop(0)()

    @property
    def speaks(self) -> bool:
        """Whether the last line says something to a person now, beside what keys do."""
        return self._notice is not None or self.asks or bool(self._chord)

    @property
    def asks(self) -> bool:
        """Whether the last line waits for an answer."""
        return self._question is not None

    def withdraw(self, text: str) -> None:
        """Say something no longer, if it still stands in the last line."""
        if self._notice is not None and str(self._notice) == str(Line(text)):
            self._notice = None
            self.paint_footer()

    def ask(self, question: str, answers: Sequence[Answer], *, passing: bool = False) -> None:
        """Ask something that one key answers. Esc, Ctrl+C and `n` are a no, any other key leaves it standing.

        A `passing` question is an offer: any other key takes it away and does what it always does.
        """
        self._question = Question(question, answers, passing=passing)
        self.paint_footer()

    async def _answer(self, event: events.Key) -> None:
        question = self._question
        assert question is not None
        key, chosen = question.meant(event, self.desk.keymap.signs)
        if chosen is None and key != NO and not question.passing:
            # What was typed ahead of a question must act on nothing else.
            question.missed = True
            self.paint_footer()
            return
        self._question = None
        if chosen is not None:
            await self.attempt(chosen.effect)
        elif question.passing:
            await self.on_key(event)
        self.paint_footer()

    def paint_footer(self) -> None:
        """Draw the last line."""
        self.footer.redraw()

    def _footer_line(self, width: int) -> Line:
        if self._question is not None:
            return self._question.line(width)
        if self._chord:
            return chord_line(self._chord)
        if self._notice is not None:
            return self._notice.within(width)
        return self.standing_line(width) if self.strips.field is None else EMPTY

    def standing_line(self, width: int) -> Line:
        """Return what the last line says when nothing else has to be said."""
        wanted = (self.place, self.facts(), width)
        if self._strip is None or self._strip[0] != wanted:
            self._strip = wanted, strip_line(self.desk.keymap, *wanted)
        return self._strip[1]

    def speak_anew(self) -> None:
        """Forget what was worded in another language."""
        self._strip = None

    async def show_help(self) -> None:
        """Open the list of the keys that work now."""
        await self.strips.show_help()

    async def show_palette(self) -> None:
        """Open the list of everything that can be done now, found by some of its letters."""
        from cminbox.tui.palette import offer  # noqa: PLC0415 - not before the first paint

        await offer(self, self.more_to_do())

    def more_to_do(self) -> Sequence[Entry]:
        """Return what the palette offers here besides actions."""
        return ()

    # Drawing

    def compose(self) -> ComposeResult:
        """Put the last line below everything else."""
        yield from self.compose_above()
        yield self.footer

    def compose_above(self) -> ComposeResult:
        """Yield what stands above the last line."""
        raise NotImplementedError

    def on_resize(self) -> None:
        """Keep the strips where they belong."""
        self.strips.place()

    def on_screen_suspend(self) -> None:
        """Remember that another screen is shown."""
        self._was_left = True

    def on_screen_resume(self) -> None:
        """Draw what has changed while another screen was shown."""
        if self._was_left:
            self.repaint_all()

    def repaint_all(self) -> None:
        """Draw everything that this screen shows."""
        self.paint_footer()
