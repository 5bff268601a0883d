"""What a person sees who has connected nothing yet: how to begin, in five lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import _
from cminbox.tui import wording
from cminbox.tui.actions import Fact, Place
from cminbox.tui.ink import EMPTY, Ink, Line, cells, wrapped
from cminbox.tui.screens.base import KeyScreen
from cminbox.tui.styles import style
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from textual.app import ComposeResult

    from cminbox.tui.desk import Desk, News
    from cminbox.tui.screens.base import Effect, Program

_INDENT = "  "
_MOST = 9


class WelcomeScreen(KeyScreen):
    """Gives way to the inbox as soon as there is an account or a message."""

    PLACE = Place.WELCOME
    DEFAULT_CSS = style("welcome")
    SCOPED_CSS = False

    def __init__(self, desk: Desk, program: Program) -> None:
        super().__init__(desk, program)
        self._networks: list[str] = []
        self._more = False
        self._body = Lines(self._lines, id="welcome")

    def compose_above(self) -> ComposeResult:
        """Fill the screen with the lines."""
        yield self._body

    def effects(self) -> Mapping[str, Effect]:
        """Return what the keys do here."""
        return {
            "demo": self.program.leave_for_demo,
            "connect_first": self._connect,
            "connect_other": self._connect_other,
            "redraw": self.program.redraw,
            "help": self.show_help,
            "palette": self.show_palette,
            "quit": self.program.leave,
        }

    def facts(self) -> frozenset[Fact]:
        """Nothing holds here."""
        return frozenset()

    def on_mount(self) -> None:
        """Name the networks once the rest is seen."""
        self.call_after_refresh(self._name_networks)

    def _name_networks(self) -> None:
        names = self.desk.session.acting.tending.networks()
        self._networks, self._more = names[:_MOST], len(names) > _MOST
        self._body.redraw()

    def _connect(self) -> None:
        """Connect an account at this terminal, where it may ask for secrets without showing them. Raises Problem."""
        number = int(self.typed) if self.typed.isdecimal() else 0
        if not 0 < number <= len(self._networks):
            raise Problem(say("There is no network {number} here", number=safe(self.typed)))
        from cminbox.tui.verbs.tending import run  # noqa: PLC0415 - not before the first paint

        run(self, "accounts", "add", self._networks[number - 1])

    async def _connect_other(self) -> None:
        from cminbox.tui.verbs.tending import connect  # noqa: PLC0415 - as above

        await connect(self)

    def take(self, news: News) -> None:
        """Go to the inbox once there is something in it."""
        del news
        if not self.desk.empty:
            self.desk.merge()
            self.program.show_inbox()

    def _lines(self, width: int) -> list[Line]:
        """Return a line for each way to begin; where those are too many, the networks stand side by side."""
        lines = self._told(width, self._ways(self._named()))
        return lines if len(lines) < self.size.height else self._told(width, self._ways(()), self._side_by_side(width))

    def _told(self, width: int, ways: Iterable[tuple[str, str]], more: Sequence[Line] = ()) -> list[Line]:
        lines = wrapped(_("No account is connected yet."), width, indent=_INDENT, ink=Ink.STRONG)
        if not more:
            lines = [EMPTY, *lines, EMPTY]
        for key, text in ways:
            first, *rest = wrapped(text, max(1, width - cells(key) - 2 * len(_INDENT)))
            lines.append(Line(_INDENT).add(key, Ink.KEY).add(_INDENT).join(first))
            lines += [Line(" " * (cells(key) + 2 * len(_INDENT))).join(one) for one in rest]
            if key == "d":
                lines += more
        return lines

    def _named(self) -> list[tuple[str, str]]:
        connect = _("connect an account of {network}")
        return [(key, connect.format(network=name)) for key, name in self._numbered()]

    def _numbered(self) -> Iterator[tuple[str, str]]:
        for number, name in enumerate(self._networks, 1):
            yield str(number), wording.network_called(name)

    def _side_by_side(self, width: int) -> list[Line]:
        lines = [Line()]
        for key, name in self._numbered():
            if lines[-1].width and lines[-1].width + cells(f"{_INDENT}{key} {name}") > width:
                lines.append(Line())
            lines[-1].add(_INDENT).add(key, Ink.KEY).add(f" {name}")
        return lines

    def _ways(self, named: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        more = [("c", _("connect an account of another network"))] if self._more else []
        return (
            ("d", _("try the inbox with simulated networks, nothing leaves this machine")),
            *named,
            *more,
            ("$", _("or connect it in another terminal: cminbox accounts add NETWORK")),
            ("$", _("read how, for each network: cminbox guide")),
            ("$", _("or import messages from a file: cminbox import FILE.jsonl")),
            ("q", _("leave")),
        )
