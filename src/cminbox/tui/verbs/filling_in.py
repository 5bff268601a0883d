"""What is typed once for many: the blanks that all replies to them have in common, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import ngettext

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from cminbox.inbox.together import Plan
    from cminbox.tui.screens.inbox import InboxScreen

    Show = Callable[[Mapping[str, str]], Awaitable[None]]

_NAME = 60


async def ask_for_all(screen: InboxScreen, plan: Plan, show: Show) -> None:
    """Ask for the first blank of a plan; `show` gets what was typed so far, by names, and shows the plan with it.

    Tab and Enter go to the next. Leaving it keeps what was typed before.
    """
    blank = plan.wanted[0]

    def sent(typed: str) -> None:
        if not typed.strip():
            raise Problem(say("Nothing was typed for {name}", name=safe(blank.called, limit=_NAME)))
        given = {**plan.given, blank.name: typed.strip()}
        screen.next_up(lambda: show(given))

    writing = await screen.start_writing()
    writing.prompt(_title(plan), "", sent=sent, tab=True)


def _title(plan: Plan) -> str:
    place, all_, count = len(plan.given) + 1, len(plan.given) + len(plan.wanted), len(plan.parts)
    text = ngettext(
        "{name} ({place} of {all}), for {count} reply", "{name} ({place} of {all}), for all {count} replies", count
    )
    return text.format(name=safe(plan.wanted[0].called, limit=_NAME), place=place, all=all_, count=count)
