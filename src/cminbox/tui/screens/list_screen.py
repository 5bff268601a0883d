"""What the screens that list something do alike: one row is chosen, and what is known of it stands below the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from cminbox.tui.actions import Fact
from cminbox.tui.screens.base import KeyScreen
from cminbox.tui.widgets.field import Field, Hooks
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.widgets import TextArea

    from cminbox.tui.desk import Desk
    from cminbox.tui.ink import Line
    from cminbox.tui.screens.base import Effect, Program

RowT = TypeVar("RowT")

_CLOCK_MILLISECONDS = 1_000


class Rows(Lines):
    """Lines of which each of the first ones is a row: a click chooses it, the wheel goes on to the next."""

    def __init__(
        self,
        source: Callable[[int], Sequence[Line]],
        choose: Callable[[int], None],
        turn: Callable[[int], None],
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        super().__init__(source, id=id)
        self._choose = choose
        self._turn = turn

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the mouse."""
        event.stop()
        self._choose(self.offset_lines + event.y)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Go on."""
        event.stop()
        self._turn(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Go back."""
        event.stop()
        self._turn(-1)


class ListScreen(KeyScreen, Generic[RowT]):
    """Lists rows under a title, above what is known of the chosen one. A screen says what they are and how they look.

    What is drawn as a row stands first among the lines of the list: lines that belong to no row follow.
    """

    SCOPED_CSS = False

    def __init__(self, desk: Desk, program: Program) -> None:
        super().__init__(desk, program)
        self._title = Lines(lambda _width: (self._title_line(),), id="header")
        self._list = Rows(self._lines, self._clicked, self._turned, id="list")
        self._detail = Lines(self._about, id="detail")
        self._parts: Sequence[Lines] = (self._title, self._list, self._detail)
        self._rows: Sequence[RowT] = ()
        self._chosen = 0
        self._second = 0

    # What a screen has to say for itself

    def _own_effects(self) -> Mapping[str, Effect]:
        """Return what the keys do that only this screen has."""
        raise NotImplementedError

    def _title_line(self) -> Line:
        """Return the line above the list."""
        raise NotImplementedError

    def _lines(self, width: int) -> Sequence[Line]:
        """Return the rows as lines, or one that says why there is none."""
        raise NotImplementedError

    def _about(self, width: int) -> Sequence[Line]:
        """Return what is known of the chosen row, nothing where there is none."""
        raise NotImplementedError

    # What they do alike

    def compose_above(self) -> ComposeResult:
        """Put the title above the list, and that above what is known of the chosen row."""
        yield from self._parts

    def effects(self) -> Mapping[str, Effect]:
        """Return what the keys do here: move the choice, what every screen does, and what only this one does."""
        page = max(1, self._list.size.height - 1)
        return {
            "down": lambda: self._choose(self._chosen + 1),
            "up": lambda: self._choose(self._chosen - 1),
            "page_down": lambda: self._choose(self._chosen + page),
            "page_up": lambda: self._choose(self._chosen - page),
            "top": lambda: self._choose(0),
            "bottom": lambda: self._choose(len(self._rows) - 1),
            "redraw": self.program.redraw,
            "help": self.show_help,
            "palette": self.show_palette,
            "back": self.program.show_inbox,
            **self._own_effects(),
        }

    def facts(self) -> frozenset[Fact]:
        """Whether there is a row to do something with."""
        return frozenset({Fact.ROW}) if self._rows else frozenset()

    def repaint_all(self) -> None:
        """Draw everything again."""
        self._paint()

    @property
    def _row(self) -> RowT | None:
        """The chosen row, None while there is none."""
        return self._rows[min(self._chosen, len(self._rows) - 1)] if self._rows else None

    def _choose(self, index: int) -> None:
        """Choose a row, the nearest one where there is none of that number."""
        self._chosen = max(0, min(index, len(self._rows) - 1))
        self._paint()

    def _clicked(self, index: int) -> None:
        """Choose the row that was clicked on, unless one types."""
        if self.field is None and index < len(self._rows):
            self._choose(index)

    def _turned(self, by: int) -> None:
        """Go on with the wheel, unless one types."""
        if self.field is None:
            self._choose(self._chosen + by)

    def _paint(self) -> None:
        self._chosen = max(0, min(self._chosen, len(self._rows) - 1))
        self._keep_in_sight()
        self._detail.wanted = 0
        for part in self._parts:
            part.redraw()
        self.paint_footer()

    def _keep_in_sight(self) -> None:
        """Let the list begin where the chosen row is seen."""
        self._list.wanted = max(0, self._chosen - max(1, self._list.size.height) + 1)

    def _run_on(self, now: int) -> None:
        """Let ages and waits run on, once a second; `now` is UTC milliseconds."""
        if now // _CLOCK_MILLISECONDS != self._second:
            self._second = now // _CLOCK_MILLISECONDS
            self._list.redraw()
            self._detail.redraw()


class SearchedScreen(ListScreen[RowT]):
    """A list that is narrowed by what one types below it."""

    def __init__(self, desk: Desk, program: Program) -> None:
        super().__init__(desk, program)
        self._search = Field(one_line=True, id="search")

    def _read(self) -> None:
        """Read the rows, those alone that fit where something is looked for."""
        raise NotImplementedError

    def _typed(self) -> None:
        """Look for what was typed."""
        raise NotImplementedError

    def compose_above(self) -> ComposeResult:
        """Put the field below everything else."""
        yield from super().compose_above()
        yield self._search

    @property
    def field(self) -> Field | None:
        """The field that takes what is typed."""
        return super().field or (self._search if self._search.display else None)

    def on_mount(self) -> None:
        """Read what the first frame shows."""
        self._search.display = False
        self._read()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Look for what was typed."""
        if event.text_area is self._search and self._search.display:
            event.stop()
            self._typed()

    def _open_field(self, text: str, kept: Callable[[], None], left: Callable[[], None]) -> None:
        """Let one type, behind the text that is looked for already; what follows depends on how one ends."""
        self._search.display = True
        keymap = self.desk.keymap
        known = {one.id: keymap.keys(one) for one in keymap.actions}
        self._search.open(Hooks(kept, left, known["send"], (), known["leave"]), text, len(text), 0.0)
        self.paint_footer()

    def _close_field(self) -> None:
        """Take the field away: keys are commands again."""
        self._search.close()
        self._search.display = False
