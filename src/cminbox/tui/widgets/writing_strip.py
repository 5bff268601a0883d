"""Where a person writes: a line that says what for, and a field below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from cminbox.tui.styles import style
from cminbox.tui.widgets.field import Field
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.widgets import TextArea

    from cminbox.tui.ink import Line
    from cminbox.tui.widgets.field import Hooks

_LEAST = 3
_SHARE = 0.4


class WritingStrip(Widget):
    """One strip for replies and for one-line answers alike; it grows with the text up to 40 % of the screen.

    `changed` is called whenever a person has changed it.
    """

    DEFAULT_CSS = style("writing_strip")
    SCOPED_CSS = False

    def __init__(self, *, one_line: bool, id: str, changed: Callable[[], None]) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._changed = changed
        self.title_line = Lines(lambda width: (self._title(width),) if self._title is not None else ())
        self.foot = Lines(self._warned)
        self.foot.display = False
        self.field = Field(one_line=one_line)
        self.field.wrapped_anew = self._fit_again
        self._one_line = one_line
        self._title: Callable[[int], Line] | None = None
        self._warnings: Callable[[int], Sequence[Line]] | None = None
        self.display = False

    def compose(self) -> ComposeResult:
        """Put the title above the field, and what has to be known of the text below it."""
        yield self.title_line
        yield self.field
        yield self.foot

    def open(
        self,
        title: Callable[[int], Line],
        hooks: Hooks,
        text: str = "",
        caret: int = 0,
        *,
        at: float = 0.0,
        warnings: Callable[[int], Sequence[Line]] | None = None,
    ) -> None:
        """Show the strip with a text to go on with.

        `title` gives the line above it for a width, `warnings` those below it. `at` is the time of the key that opened
        it, in seconds of a steady clock.
        """
        self._title, self._warnings = title, warnings
        self.display = True
        self.field.open(hooks, text, caret, at)
        self.redraw_lines()
        self.fit()
        # When something scrolls meanwhile, Textual tells nobody that a hidden widget is back at the size it had.
        self.call_after_refresh(self._wrap_again)

    def redraw_lines(self) -> None:
        """Draw the lines above and below the field again."""
        self.title_line.redraw()
        count = len(self._warned(self.screen.size.width))
        if not self.foot.display or self.foot.styles.height is None or self.foot.styles.height.value != count:
            self.foot.display = bool(count)
            self.foot.styles.height = count
        self.foot.redraw()

    def _warned(self, width: int) -> Sequence[Line]:
        return () if self._warnings is None else self._warnings(width)

    def close(self) -> None:
        """Hide the strip."""
        self.display = False
        self.field.close()

    def fit(self) -> None:
        """Make the field as high as its text needs."""
        if self._one_line:
            return
        most = max(_LEAST, int(self.screen.size.height * _SHARE))
        height = max(_LEAST, min(most, self.field.wrapped_document.height + 1))
        if self.field.styles.height is None or self.field.styles.height.value != height:
            self.field.styles.height = height

    def _wrap_again(self) -> None:
        if self.display:
            self.field.wrap_for_width()
            self._fit_again()

    def _fit_again(self) -> None:
        """Take the height that the text needs at another width: at the first it was wrapped for none."""
        if self.display:
            self.fit()
            # What was chosen in a text that stood there before it had its height may have been scrolled away.
            self.field.scroll_cursor_visible()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Grow with the text."""
        event.stop()
        if self.display:
            self.fit()
            self._changed()
