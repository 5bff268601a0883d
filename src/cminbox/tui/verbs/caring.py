"""Care for the screen itself: settings read again, and what a bug report needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.i18n import _, render
from cminbox.tui.ink import Ink
from cminbox.tui.keymap import Keymap
from cminbox.tui.layouts import meanings
from cminbox.tui.verbs.reading import copy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.tui.screens.base import Effect
    from cminbox.tui.screens.inbox import InboxScreen


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return the actions that look after the screen."""
    return {"reload": lambda: _reload(screen), "diagnostics": lambda: copy(screen, diagnostics(screen))}


def _reload(screen: InboxScreen) -> None:
    desk = screen.desk
    if desk.session.preferences is None:
        raise Problem(say("The settings of this screen cannot be read again"))
    found = desk.session.preferences()
    desk.keymap = Keymap(own=found.keys, signs=meanings(found.layout, found.signs))
    desk.advance = found.advance
    faults = [*desk.read_views(), *desk.keymap.faults()]
    screen.redraw_views()
    if faults:
        screen.tell(render(faults[0]), Ink.LATE)
    else:
        screen.tell(_("The settings and the saved views were read again"))


def diagnostics(screen: InboxScreen) -> str:
    """Return what a bug report needs: versions, the terminal, sizes and states; no name and no word of anybody."""
    from cminbox.inbox.doctor import versions  # noqa: PLC0415 - only here

    desk, size = screen.desk, screen.size
    accounts = sorted(f"{one.network} {one.health.state.value}" for one in desk.accounts.values())
    lines = [f"{name} {value}" for name, value in versions().items()]
    lines += [f"size {size.width}x{size.height}", f"colour {desk.session.colour}", f"unicode {desk.session.unicode}"]
    lines += [f"theme {desk.session.theme}", f"waiting {desk.counts.queue}", f"accounts {', '.join(accounts) or '-'}"]
    return "\n".join(lines)
