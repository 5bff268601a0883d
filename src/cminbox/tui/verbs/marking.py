"""Marking lines, one by one, as a range, or all of a view: what is marked is what the next verb acts on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cminbox.tui.marks import unseen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.tui.screens.base import Effect
    from cminbox.tui.screens.inbox import InboxScreen


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return the actions that mark."""
    return {
        "mark": lambda: _mark(screen),
        "range": lambda: _range(screen),
        "mark_to_here": lambda: _mark_to_here(screen),
        "mark_view": lambda: _mark_view(screen),
        "clear_marks": lambda: _clear(screen),
        "marks_again": screen.remembering.mark_again,
    }


def _mark(screen: InboxScreen) -> None:
    desk = screen.desk
    here = desk.window[desk.chosen]
    desk.marks.toggle(here.row.id, here.place)
    screen.list.redraw((desk.chosen,))
    screen.list.move(1)
    _suggest_anew(screen)


def _range(screen: InboxScreen) -> None:
    """Begin a range, or keep the one that was drawn as marks."""
    desk = screen.desk
    if desk.marks.anchor is None:
        desk.marks.anchor = desk.window[desk.chosen].place
    else:
        desk.marks.add(desk.marked())
        desk.marks.latest, desk.marks.anchor = desk.window[desk.chosen].place, None
    screen.list.redraw((desk.chosen,))
    _suggest_anew(screen)


def _mark_to_here(screen: InboxScreen) -> None:
    desk = screen.desk
    here = desk.window[desk.chosen].place
    desk.marks.anchor = desk.marks.anchor or desk.marks.latest or here
    _range(screen)
    _redraw(screen)


async def _mark_view(screen: InboxScreen) -> None:
    """Mark what the view holds now, but for what has come and nobody has seen; what arrives later is not meant."""
    desk = screen.desk
    desk.marks.clear()
    held = await asyncio.to_thread(desk.session.reading.ids, desk.wanted)
    hidden = unseen(desk)
    desk.marks.add(one for one in held if one not in hidden)
    _redraw(screen)


def _clear(screen: InboxScreen) -> None:
    screen.desk.marks.clear()
    _redraw(screen)


def _redraw(screen: InboxScreen) -> None:
    _suggest_anew(screen)
    screen.list.redraw(range(len(screen.desk.window)))


def _suggest_anew(screen: InboxScreen) -> None:
    """Let what is suggested fit what is marked now."""
    if screen.suggesting is not None:
        screen.suggesting.drop_plan()
