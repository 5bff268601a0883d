"""Where a person types: one text field for replies, notes, filters and all else."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from cminbox.domain.value import dataclass
from cminbox.tui.harmless import harmless
from cminbox.tui.styles import style
from cminbox.tui.widgets.unbroken import keep_together

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.text import Text
    from textual.binding import BindingType
    from textual.timer import Timer

BURST_SECONDS = 0.015
"""Keys that follow each other faster than this were not typed by a hand."""
SETTLE_SECONDS = 0.25
"""So long after the field has opened, and after the last Enter, an Enter counts as an accident."""
_JOINERS = frozenset("\u200c\u200d")
_UNSEEN = " \n\t\u00a0\u202f\u2009\u200b\u2060\ufeff\u200c\u200d"
keep_together()


@dataclass(frozen=True, slots=True)
class Hooks:
    """What happens when a person sends or leaves what he typed. `keys` are those of the three actions.

    `more` has, by their keys, what else can be done while one types; such a key is text where that returns False.
    """

    send: Callable[[], None]
    leave: Callable[[], None]
    send_keys: tuple[str, ...] = ("enter",)
    newline_keys: tuple[str, ...] = ("ctrl+j",)
    leave_keys: tuple[str, ...] = ("escape",)
    more: Mapping[str, Callable[[], bool]] = field(default_factory=dict)


class Field(TextArea):
    """A text field that a paste can never send, and that no pasted character can steer.

    The screen hands every key to `typed`, in the order of their arrival; the field never takes keys by itself.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+underscore", "undo", show=False)]
    """As in shells: what Textual has for it stops programs there."""
    DEFAULT_CSS = style("field")
    SCOPED_CSS = False

    def __init__(self, *, one_line: bool, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id, highlight_cursor_line=False, compact=True, tab_behavior="focus")
        self.cursor_blink = False
        self.match_cursor_bracket = False
        self._one_line = one_line
        self._hooks: Hooks | None = None
        self.held = False
        """Whether nothing may be changed for the moment: the text is being written elsewhere."""
        self._opened = 0.0
        self._last_key = 0.0
        self._last_enter = 0.0
        self._untouched = True
        """Whether nothing but Enter has come since the field opened."""
        self._sending: Timer | None = None
        self.wrapped_anew: Callable[[], None] | None = None
        """Called when the text was wrapped for another width."""
        self._too_much: int | None = None
        self.keeps: Callable[[str], bool] = lambda _selected: False
        """Whether a selected text gives way to words alone: a place that is to be filled in."""

    def open(self, hooks: Hooks, text: str, caret: int, at: float) -> None:
        """Start with a text and the caret at an offset of it. `at` is the time of the key that opened the field."""
        self._hooks = hooks
        self._opened, self._last_key, self._last_enter = at, at, 0.0
        self._untouched = True
        self._stop_sending()
        self.load_text(harmless(text))
        self.caret = caret
        self.focus(scroll_visible=False)

    def close(self) -> None:
        """Stop taking keys."""
        self._hooks = None
        self._stop_sending()
        self._too_much = None
        self.load_text("")
        if self.has_focus:
            self.screen.set_focus(None)

    def settle(self, at: float) -> None:
        """Let an Enter that is on its way count as an accident: something has changed that was not read yet."""
        self._opened = at
        self._stop_sending()

    @property
    def too_much(self) -> int | None:
        """The offset from where on the text is too much, None when all of it fits."""
        return self._too_much

    @too_much.setter
    def too_much(self, offset: int | None) -> None:
        if offset != self._too_much:
            self._too_much = offset
            self._line_cache.clear()
            self.refresh()

    def get_line(self, line_index: int) -> Text:
        """Return a line for Textual, with what is too much in it reversed and underlined."""
        line = super().get_line(line_index)
        if self._too_much is not None:
            start = sum(len(self.document[above]) + 1 for above in range(line_index))
            if start + len(line) > self._too_much:
                line.stylize("reverse underline", max(0, self._too_much - start))
        return line

    def become(self, text: str) -> None:
        """Take another text, with the caret at its end; undoing brings the one before back."""
        first, last = self.document.start, self.document.end
        self.replace(harmless(text), first, last, maintain_selection_offset=False)

    @property
    def caret(self) -> int:
        """The caret's offset in the text."""
        line, column = self.cursor_location
        return sum(len(self.document[above]) + 1 for above in range(line)) + column

    @caret.setter
    def caret(self, offset: int) -> None:
        before = self.text[: max(0, offset)]
        self.move_cursor((before.count("\n"), len(before) - (before.rfind("\n") + 1)))

    def decide(self, event: events.Key) -> bool:
        """Decide on an Enter that waits for the next key, now that one has come; return whether one did wait.

        It may have closed this field: then the key is meant for what has come in its place.
        """
        waits = self._sending is not None
        self._end_sending(burst=self._in_burst(event))
        return waits

    def _in_burst(self, event: events.Key) -> bool:
        return event.time - self._last_key < BURST_SECONDS and not self._typed_for_sure()

    async def typed(self, event: events.Key) -> None:
        """Take a key. What is not text is left to the bindings for moving and deleting."""
        self.decide(event)
        hooks = self._hooks
        if hooks is None or self.held:
            return
        burst = self._in_burst(event)
        self._last_key = event.time
        if event.key in hooks.send_keys:
            event.stop()
            event.prevent_default()
            self._enter(event.time, burst=burst)
            return
        self._untouched = False
        if event.key in hooks.leave_keys or self._gives_up(event.key):
            event.stop()
            event.prevent_default()
            hooks.leave()
        elif (
            event.key in hooks.newline_keys
            or event.character in _JOINERS
            or (event.is_printable and self._spares(event.character))
        ):
            event.stop()
            event.prevent_default()
            self._insert("\n" if event.key in hooks.newline_keys else event.character or "")
        elif not burst and self._did_more(hooks, event):
            event.stop()
            event.prevent_default()
        else:
            await TextArea._on_key(self, event)  # noqa: SLF001 - our base class

    def _gives_up(self, key: str) -> bool:
        """Whether a key gives up one line, as in shells; where something is selected, or in a text, it copies."""
        return key == "ctrl+c" and self._one_line and not self.selected_text

    def _typed_for_sure(self) -> bool:
        """Whether keys are no paste, however fast they come: the terminal marks pastes, and one answers in one line.

        A link that stalls hands over what was typed all at once, Enter as well. A reply is another matter: there an
        Enter in a burst never counts.
        """
        from cminbox.tui.terminal_app import TerminalApp  # noqa: PLC0415 - it is running already

        return self._one_line and isinstance(self.app, TerminalApp) and self.app.marks_pastes

    def paste(self, text: str) -> None:
        """Insert a pasted text at the caret."""
        if self.held:
            return
        self._end_sending(burst=True)
        self._untouched = False
        self._insert(harmless(text))

    def action_delete_word_left(self) -> None:
        """Delete back to the blank before the word, as shells do: a full stop goes with its word."""
        line, column = self.cursor_location
        before = self.document[line][:column]
        if self.selection.start != self.selection.end or not before.strip():
            super().action_delete_word_left()
            return
        start = before.rstrip().rfind(" ") + 1
        self.replace("", (line, start), (line, column), maintain_selection_offset=False)

    def put(self, text: str) -> int:
        """Put a text in the place of what is selected, else at the caret; return the offset where it begins."""
        first, last = sorted(self.selection)
        start = len(self.get_text_range((0, 0), first))
        self.replace(harmless(text), first, last, maintain_selection_offset=False)
        return start

    def choose(self, start: int, end: int) -> None:
        """Select what stands between two offsets, so that what is typed takes its place."""
        self.caret = start
        first = self.cursor_location
        self.caret = end
        self.selection = Selection(first, self.cursor_location)

    def on_resize(self) -> None:
        """Let those know who give it its height, once the text is wrapped for its new width."""
        # Textual wraps when it handles the same event, after this.
        if self.wrapped_anew is not None:
            self.call_later(self.wrapped_anew)

    def wrap_for_width(self) -> None:
        """Wrap the text for the width that the field has by now, where that was not known when the text came."""
        if self.wrapped_document._width != self.wrap_width:  # noqa: SLF001 - Textual tells it nowhere else
            self._rewrap_and_refresh_virtual_size()

    def _forward_event(self, event: events.Event) -> None:
        """Leave keys and pastes to the screen, which hands them over in order; Textual would pass them in here."""
        if isinstance(event, events.MouseEvent):
            # The screen has found out already that the mouse is over this field.
            super()._forward_event(event)
        else:
            self.screen._forward_event(event)  # noqa: SLF001 - the same method of Textual's

    def _did_more(self, hooks: Hooks, event: events.Key) -> bool:
        more = hooks.more.get(event.key) or hooks.more.get(event.character or "")
        return more is not None and more()

    def _enter(self, at: float, *, burst: bool) -> None:
        too_soon = at - self._opened < SETTLE_SECONDS or at - self._last_enter < SETTLE_SECONDS
        self._last_enter = at
        if burst:
            self._break_line()
        elif not too_soon:
            # A carriage return at the head of a paste looks like Enter until the next byte comes.
            self._sending = self.set_timer(BURST_SECONDS, self._send)

    def _send(self) -> None:
        self._sending = None
        if self._hooks is not None:
            self._hooks.send()

    def _end_sending(self, *, burst: bool) -> None:
        """Decide on an Enter that was waiting when the next key came."""
        if self._sending is None:
            return
        self._stop_sending()
        if burst:
            self._break_line()
        else:
            self._send()

    def _break_line(self) -> None:
        """Take an Enter out of a burst as a new line.

        Those that a slow link hands over all at once after a suggestion was staged do not count: they would take the
        place of the blank that is chosen to be filled in.
        """
        if not self._untouched and self.selection.is_empty:
            self._insert("\n")

    def _stop_sending(self) -> None:
        if self._sending is not None:
            self._sending.stop()
            self._sending = None

    def _insert(self, text: str) -> None:
        if self._one_line:
            text = text.replace("\n", " ")
        if not text:
            return
        if self._spares(text):
            self.selection = Selection.cursor(max(self.selection))
        self.replace(text, *self.selection, maintain_selection_offset=False)

    def _spares(self, text: str | None) -> bool:
        """Whether a text goes behind what is selected: nothing can be seen of it, so it fills no place in."""
        return text is not None and not text.strip(_UNSEEN) and self.keeps(self.selected_text)
