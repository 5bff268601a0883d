"""Three suggestions below a conversation: each with its digit, its score in per cent and what would be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.i18n import _, render
from cminbox.tui.ink import EMPTY, Ink, Line, cells, cut, wrapped
from cminbox.tui.styles import style
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cminbox.domain.saying import Saying
    from cminbox.inbox.options import Option, Suggested

OPENS, CLOSES = "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}", "\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"
"""What stands around a place that is still to be typed; see `cminbox.suggestions.filling`."""
SHOWN = 3
_WIDE, _TALL = 100, 30
_MARGIN = 5
"""Cells before the text: the digit, the score and their blanks."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the strip says: suggestions, and for whom where that is not the chosen conversation; or one sentence."""

    suggested: Suggested | None = None
    sentence: str = ""
    whom: str = ""


class SuggestionStrip(Lines):
    """Shows suggestions, and repaints only the lines that differ from those before."""

    DEFAULT_CSS = style("suggestion_strip")
    SCOPED_CSS = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(self._draw, id=id)
        self.shown = Shown()

    def show(self, shown: Shown) -> None:
        """Show something else."""
        self.shown = shown
        self.redraw()

    def fit(self, width: int, height: int) -> None:
        """Take two lines for each suggestion where the screen has the room."""
        self.set_class(width >= _WIDE and height >= _TALL, "-roomy")

    def _draw(self, width: int) -> list[Line]:
        each = 2 if self.has_class("-roomy") else 1
        return strip_lines(self.shown, width, each)


def strip_lines(shown: Shown, width: int, each: int) -> list[Line]:
    """Return what the strip shows: `each` lines for every suggestion."""
    if shown.suggested is None or not shown.suggested.options:
        return [Line().column(shown.sentence, width, Ink.FAINT)] if shown.sentence else []
    lines: list[Line] = []
    unsure = "" if shown.suggested.confident else _("not sure")
    for index, option in enumerate(shown.suggested.options[:SHOWN]):
        mark = option.reply.tone.value if option.off_tone and option.reply.tone else unsure if index == 0 else ""
        mark = ", ".join(one for one in (mark, shown.whom) if one) if index == 0 else mark
        first = Ink.STRONG if index == 0 and shown.suggested.confident else Ink.PLAIN
        lines += _suggestion(_head(index, option, first), option.text, mark, width, each)
    return lines


def why_lines(reasons: Sequence[tuple[Option, Sequence[Saying]]], width: int) -> list[Line]:
    """Return why each of some replies is suggested: its digit, its score and its title, and the reasons below."""
    lines: list[Line] = []
    for index, (option, why) in enumerate(reasons):
        lines.append(_head(index, option, Ink.STRONG).add(option.reply.title, Ink.STRONG))
        for reason in why:
            lines += wrapped(render(reason), width, indent=" " * _MARGIN)
    return lines


def _head(index: int, option: Option, ink: Ink) -> Line:
    share = min(99, round(100 * (option.score or 0.0)))
    return Line(f"{index + 1}", Ink.KEY).add(f" {share:2} ", ink)


def _suggestion(head: Line, text: str, mark: str, width: int, each: int) -> Iterator[Line]:
    room = max(1, width - _MARGIN)
    flat = " ".join(safe(text).split())
    space = room - cells(mark) - 2 if mark else room
    first, rest = (flat, "") if each == 1 else _broken(flat, space)
    line = head.join(marked(cut(first, space)))
    if mark and space > 0:
        line.fill(width - cells(mark)).add(mark, Ink.FAINT)
    yield line
    for _number in range(1, each):
        yield Line(" " * _MARGIN).join(marked(cut(rest, room))) if rest else EMPTY


def _broken(text: str, width: int) -> tuple[str, str]:
    """Return what fits into a line, broken at a blank where there is one, and the rest."""
    first = str(wrapped(text, width)[0])
    return first, text[len(first) :].lstrip()


def marked(text: str) -> Line:
    """Return a text in which the places that are still to be typed stand out."""
    line = Line()
    for index, piece in enumerate(text.split(OPENS)):
        blank, closed, rest = piece.partition(CLOSES) if index else ("", "", piece)
        if index:
            line.add(f"{OPENS}{blank}{closed}", Ink.KEY)
        line.add(rest)
    return line
