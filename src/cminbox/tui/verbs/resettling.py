"""Settings that were changed while the screen is shown: what can hold at once does, the rest is named."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.i18n import _, render, use
from cminbox.tui.ink import Ink
from cminbox.tui.keymap import Keymap
from cminbox.tui.layouts import meanings

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from cminbox.tui.screens.inbox import InboxScreen
    from cminbox.tui.session import Preferences


def reload(screen: InboxScreen) -> Awaitable[None] | None:
    """Read the settings and the saved views again. Raises Problem."""
    read = screen.desk.session.preferences
    if read is None:
        raise Problem(say("The settings of this screen cannot be read again"))
    return screen.beside.run(read, partial(_adopt, screen))


def _adopt(screen: InboxScreen, found: Preferences) -> None:
    desk = screen.desk
    desk.keymap = Keymap(own=found.keys, signs=meanings(found.layout, found.signs))
    desk.advance = found.advance
    screen.program.adopt(found)
    if found.language is not None:
        use(found.language)
        screen.speak_anew()
    faults = [*desk.read_views(), *desk.keymap.faults()]
    screen.repaint_all()
    screen.redraw_views()
    if faults:
        screen.tell(render(faults[0]), Ink.LATE)
        return
    if found.later:
        text = _("Settings read again; from the next start of syncing on: {names}")
        screen.tell(text.format(names=", ".join(found.later)))
    else:
        screen.tell(_("The settings and the saved views were read again"))
