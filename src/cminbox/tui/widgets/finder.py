"""A panel above the last line: a title, what fits to what was typed, and the field; Enter does the chosen one."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.widget import Widget

from cminbox.i18n import _
from cminbox.tui import wording
from cminbox.tui.ink import Ink, Line
from cminbox.tui.widgets.field import Field, Hooks
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.widgets import TextArea

T = TypeVar("T")


class Finder(Widget, Generic[T]):
    """Lists what fits, moves the choice, and hands over what a person picks. Each kind says what fits and how it looks.

    `steps` are the keys that move the choice, by how many lines.
    """

    SCOPED_CSS = False
    steps: ClassVar[Mapping[str, int]]

    def __init__(self, name: str) -> None:
        super().__init__(id=name, classes="-above")
        self.field = Field(one_line=True, id=f"{name}-field")
        self._title = Lines(self._title_line, id=f"{name}-title")
        self._list = Lines(self._list_lines, id=f"{name}-list")
        self._found: Sequence[T] = ()
        self._chosen = 0
        self._looked_for = ""
        self.display = False

    @abstractmethod
    def rows(self, height: int) -> int:
        """Return how many rows it takes of a screen of `height` rows."""

    @abstractmethod
    def _fitting(self, typed: str) -> Sequence[T]:
        """Return what fits to what was typed."""

    @abstractmethod
    def _heading(self) -> Line:
        """Return what the title says."""

    @abstractmethod
    def _line(self, item: T, width: int, *, chosen: bool) -> Line:
        """Return an item as a line of `width` cells."""

    @property
    def found(self) -> Sequence[T]:
        """What fits to what was typed."""
        return self._found

    def compose(self) -> ComposeResult:
        """Put the title, the list and the field below each other."""
        yield self._title
        yield self._list
        yield self.field

    def close(self) -> None:
        """Hide it, and let go of what was typed into it."""
        self.display = False
        self.field.close()

    def took(self, key: str) -> bool:
        """Move the choice where a key says so; return whether it did."""
        by = self.steps.get(key)
        if by is None:
            return False
        self._catch_up()
        self._chosen = max(0, min(self._chosen + by, len(self._found) - 1))
        self._paint()
        return True

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """List what fits to what has been typed."""
        event.stop()
        self._catch_up()

    def _show(self, run: Callable[[T], None], leave: Callable[[], None]) -> None:
        self.display = True
        self.field.open(Hooks(lambda: self._run(run), leave, newline_keys=()), "", 0, 0.0)
        self._title.redraw()
        self._look()

    def _catch_up(self) -> None:
        """List what fits by now: fast keys are here before the field has told of those before them."""
        if self.display and self._looked_for != self.field.text:
            self._look()

    def _look(self) -> None:
        self._looked_for = self.field.text
        self._found = self._fitting(self._looked_for)
        self._chosen = 0
        self._paint()

    def _paint(self) -> None:
        self._list.wanted = max(0, self._chosen - max(1, self._list.size.height) + 1)
        self._list.redraw()

    def _title_line(self, width: int) -> tuple[Line]:
        return (self._heading().add(" ").fill(width, Ink.FAINT, character=wording.RULE),)

    def _list_lines(self, width: int) -> list[Line]:
        lines = [self._line(item, width, chosen=index == self._chosen) for index, item in enumerate(self._found)]
        return lines or [Line(_("Nothing matches"), Ink.FAINT)]

    def _run(self, run: Callable[[T], None]) -> None:
        self._catch_up()
        if self._found:
            run(self._found[self._chosen])


def titled(text: str) -> Line:
    """Return the beginning of a title: a rule, then the text."""
    return Line(f"{wording.RULE}{wording.RULE} ", Ink.FAINT).add(text, Ink.STRONG)
