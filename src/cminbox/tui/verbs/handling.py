"""Done, later, whose, tags, notes, likes, and undoing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import _
from cminbox.tui import later
from cminbox.tui.verbs.writing import edit_again

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.tui.acts import Outcome
    from cminbox.tui.screens.base import Effect
    from cminbox.tui.screens.inbox import InboxScreen


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return the actions that handle the chosen conversation."""
    acts = screen.acts
    return {
        "done": lambda: screen.finish(acts.done()),
        "done_post": lambda: screen.finish(acts.done_post()),
        "snooze_hour": lambda: screen.finish(acts.snooze(later.in_an_hour)),
        "snooze_tomorrow": lambda: screen.finish(acts.snooze(later.tomorrow)),
        "snooze_week": lambda: screen.finish(acts.snooze(later.in_a_week)),
        "snooze_monday": lambda: screen.finish(acts.snooze(later.monday)),
        "snooze_custom": lambda: _asks(screen, _("Put off for how long? 30m, 2h, 3d or 14:30"), acts.snooze_typed),
        "snooze_reply": lambda: screen.finish(acts.wait()),
        "take": lambda: screen.finish(acts.take()),
        "assign": lambda: _asks(screen, _("Assign to whom? Nothing for nobody"), acts.assign),
        "tag": lambda: _asks(screen, _("Tags to add; with a minus to take away"), acts.tag),
        "note": lambda: _asks(screen, _("# INTERNAL NOTE — is never sent"), acts.note),
        "like": lambda: screen.finish(acts.like()),
        "undo": lambda: _undo(screen),
    }


async def _asks(screen: InboxScreen, title: str, act: Callable[[str], Outcome]) -> None:
    _chosen = screen.acts.row
    writing = await screen.start_writing()
    writing.prompt(title, "", sent=lambda text: screen.finish(act(text)))


async def _undo(screen: InboxScreen) -> None:
    outcome = screen.acts.undo()
    screen.finish(outcome)
    if outcome.reply is not None:
        await edit_again(screen, outcome.reply)
    elif outcome.ids and screen.desk.choose_conversation(outcome.ids[0]):
        screen.list.reload()
        screen.read_conversation()
