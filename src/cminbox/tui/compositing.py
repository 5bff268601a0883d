"""Painting a few lines: only the parts that say they have changed are asked for their lines.

Textual asks everything that lies within the smallest rectangle around all changes, and cuts the whole screen into
pieces for it, however little has changed. With the next conversation that is most of what a key costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from textual._compositor import Compositor, CompositorUpdate, ReflowResult
from textual.geometry import Region

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, RenderableType
    from textual.geometry import Size
    from textual.strip import Strip
    from textual.widget import Widget

    Piece = tuple[int, int, Strip]


class Pieces(CompositorUpdate):
    """Pieces of lines with their places (row, column), in the order of painting: what comes later lies above."""

    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = pieces

    def render_segments(self, console: Console) -> str:
        """Return what draws the pieces."""
        return "".join(f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for y, x, strip in self.pieces)


class _Part(NamedTuple):
    """A widget, the rectangle around what has changed of it, and the rows that have."""

    widget: Widget
    region: Region
    rows: frozenset[int]


class SparseCompositor(Compositor):
    """Textual's, but for updates of a few widgets that nothing else on the screen has to be asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[_Part] = []
        self._from_parts: set[Region] = set()

    def update_widgets(self, widgets: set[Widget]) -> None:
        """Take note of what these widgets want painted."""
        visible = self.visible_widgets
        if not self._dirty_regions:
            self._forget()
        if self._dirty_regions - self._from_parts or not visible.keys() >= widgets:
            super().update_widgets(widgets)
            return
        for widget in widgets:
            region, clip = visible[widget]
            wanted = (one.translate(region.offset) for one in widget._exchange_repaint_regions())  # noqa: SLF001 - as Textual's own
            regions = [shown for one in wanted if (shown := clip.intersection(one))]
            if regions:
                rows = frozenset(y for one in regions for y in one.line_range)
                self._parts.append(_Part(widget, Region.from_union(regions), rows))
                self._from_parts.update(regions)
        self._dirty_regions |= self._from_parts

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """Lay everything out; what was noted has its place no more, and is painted with all the rest."""
        self._forget()
        return super().reflow(parent, size)

    def reflow_visible(self, parent: Widget, size: Size) -> set[Widget]:
        """Lay out what is in sight, as `reflow`."""
        self._forget()
        return super().reflow_visible(parent, size)

    def render_update(self, *given: Any, **named: Any) -> RenderableType | None:  # noqa: ANN401 - as Textual's
        """Return what paints the changes, or everything: nothing that was noted is left in any case."""
        found = super().render_update(*given, **named)
        self._forget()
        return found

    def _forget(self) -> None:
        self._parts, self._from_parts = [], set()

    def render_partial_update(self) -> CompositorUpdate | None:  # type: ignore[override]  # its own kind of update
        """Return what paints the changes, None where there is none."""
        if not self._parts or self._dirty_regions != self._from_parts:
            return super().render_partial_update()
        self._dirty_regions.clear()
        return Pieces([piece for part in self._parts for piece in self._painted(part)])

    def _painted(self, part: _Part) -> Iterator[Piece]:
        """Yield the lines of one part, and above them those of whatever lies before it."""
        before: list[tuple[Widget, Region]] = []
        for widget, (region, clip) in self.visible_widgets.items():
            shown = part.region.intersection(clip.intersection(region))
            if not shown:
                continue
            before.append((widget, shown))
            if widget is part.widget:
                break
        for widget, shown in reversed(before):
            offset = self.visible_widgets[widget][0].offset
            strips = widget.render_lines(shown.translate(-offset))
            yield from (
                (y, shown.x, strip) for y, strip in zip(shown.line_range, strips, strict=True) if y in part.rows
            )
