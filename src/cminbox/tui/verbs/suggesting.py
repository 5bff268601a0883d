"""Using a canned reply: staged by Enter or a digit, sent by express, searched for; and why it is suggested."""

from __future__ import annotations

import asyncio
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.tui import wording
from cminbox.tui.verbs.writing import open_composer
from cminbox.tui.widgets import field as fields

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.suggestions import Option
    from cminbox.tui.screens.base import Effect
    from cminbox.tui.screens.inbox import InboxScreen
    from cminbox.tui.suggesting import Suggesting

    Use = Callable[[Option], Awaitable[None]]


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return the actions that use canned replies."""
    return {
        "use": lambda: _use_first(screen),
        "use_1": lambda: _use(screen, 1),
        "use_2": lambda: _use(screen, 2),
        "use_3": lambda: _use(screen, 3),
        "express": lambda: _express(screen),
        "why": lambda: _suggesting(screen).why(),
        "canned": lambda: _search(screen),
    }


def _suggesting(screen: InboxScreen) -> Suggesting:
    if screen.suggesting is None:
        raise Problem(say("There are no canned replies here"))
    return screen.suggesting


async def _use_first(screen: InboxScreen) -> None:
    """Stage the first suggestion; where there is none, show the thread. An Enter that repeats itself does nothing."""
    suggesting = _suggesting(screen)
    now = monotonic()
    too_soon = now - suggesting.entered_at < fields.SETTLE_SECONDS
    suggesting.entered_at = now
    if too_soon:
        return
    found = await suggesting.current()
    if found.options:
        await _stage(screen, found.options[0])
    else:
        await screen.attempt(screen.effects()["open"])


async def _use(screen: InboxScreen, number: int) -> None:
    found = await _suggesting(screen).current()
    if number > len(found.options):
        raise Problem(say("There is no suggestion {number}", number=number))
    await _stage(screen, found.options[number - 1])


async def _stage(screen: InboxScreen, option: Option) -> None:
    await open_composer(screen, screen.acts.row.id, option=option)


async def _express(screen: InboxScreen) -> None:
    """Send the first suggestion if it may go without another look; else stage it."""
    suggesting = _suggesting(screen)
    found = await suggesting.current()
    view = suggesting.view
    if not found.options or view is None:
        raise Problem(say("Nothing is suggested here"))
    option = found.options[0]
    if not found.express or not suggesting.seen(fields.SETTLE_SECONDS) or screen.program.behind:
        await _stage(screen, option)
        return
    acting = screen.desk.session.acting

    def sent(reply: StoredReply) -> None:
        suggesting.learn(view, {option.reply.key: option.text}, option.text, reply.id)
        screen.finish(screen.acts.sent(reply, wording.person(view.row.person)))

    screen.beside.run(
        lambda: acting.reply(view.row.id, option.text, caret=len(option.text), seen=view.change),
        sent,
    )


async def _search(screen: InboxScreen) -> None:
    """Search the library for a reply to the chosen conversation."""
    conversation_id = screen.acts.row.id

    async def use(option: Option) -> None:
        await open_composer(screen, conversation_id, option=option)

    await _open_panel(screen, use)


async def search_for_composer(screen: InboxScreen) -> None:
    """Search the library for a reply to put in at the caret of the text that is being written."""

    async def use(option: Option) -> None:
        if screen.writing is not None:
            screen.writing.insert(option)

    await screen.attempt(lambda: _open_panel(screen, use))


async def _open_panel(screen: InboxScreen, use: Use) -> None:
    suggesting = _suggesting(screen)
    view = screen.view
    panel = await suggesting.open_panel()

    def search(query: str) -> None:
        screen.run_worker(partial(_find, query), group="canned search", exclusive=True, exit_on_error=False)

    async def _find(query: str) -> None:
        options = await asyncio.wrap_future(suggesting.suggester.search(view, query))
        panel.found(query, options)

    def chosen(option: Option) -> None:
        leave()
        screen.call_later(screen.attempt, lambda: use(option))

    def leave() -> None:
        panel.close()
        suggesting.show_strip()
        if screen.writing is not None:
            screen.writing.focus()
        screen.paint_footer()

    suggesting.strip.display = False
    panel.open(search, chosen, leave)
    screen.paint_footer()
