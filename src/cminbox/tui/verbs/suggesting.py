"""Using a canned reply: staged by Enter or a digit, sent by express, searched for; and why it is suggested."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.domain.text import first_line, safe
from cminbox.i18n import _
from cminbox.tui import wording
from cminbox.tui.costing import costs
from cminbox.tui.verbs import together
from cminbox.tui.verbs.together import show_plan
from cminbox.tui.verbs.writing import open_composer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.options import Option
    from cminbox.inbox.reading import ConversationView
    from cminbox.tui.screens.base import Effect
    from cminbox.tui.screens.inbox import InboxScreen
    from cminbox.tui.suggesting import Suggesting

    Use = Callable[[Option], Awaitable[None]]

_TITLE = 60
_NUMBERS = 9
_SEEN_SECONDS = 0.15
"""So long a suggestion has to have been on the screen before it may be sent with one key."""
_DECIDED = frozenset({ReplyState.HELD, ReplyState.QUEUED, ReplyState.SENDING, ReplyState.SENT})


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return the actions that use canned replies."""
    return {
        "use": lambda: _use_first(screen),
        "use_numbered": lambda: _use(screen, _number(screen)),
        "express": lambda: _express(screen),
        "why": lambda: _suggesting(screen).why(),
        "canned": lambda: _search(screen),
        "canned_library": screen.program.show_canned,
        "save_canned": lambda: _keep_answer(screen),
        **together.effects(screen),
    }


def _suggesting(screen: InboxScreen) -> Suggesting:
    if screen.suggesting is None:
        raise Problem(say("There are no canned replies here"))
    return screen.suggesting


async def _use_first(screen: InboxScreen) -> None:
    """Stage the first suggestion; where there is none, show the thread. An Enter that repeats itself does nothing."""
    suggesting = _suggesting(screen)
    if not suggesting.may_enter():
        return
    view, found = suggesting.caught_up(), await suggesting.current()
    if found.options:
        await _take(screen, view, found.options[0])
    else:
        await screen.attempt(screen.effects()["open"])


def _number(screen: InboxScreen) -> int:
    """Return which of the nine the typed key means: the digits stand first among its keys, then signs below them."""
    keymap = screen.desk.keymap
    keys = next(keymap.keys(one) for one in keymap.actions if one.id == "use_numbered")
    if screen.typed not in keys:
        raise Problem(say("Type the number of the suggestion"))
    return keys.index(screen.typed) % _NUMBERS + 1


async def _use(screen: InboxScreen, number: int) -> None:
    suggesting = _suggesting(screen)
    view, found = suggesting.caught_up(), await suggesting.current()
    if number > len(found.options):
        raise Problem(say("There is no suggestion {number}", number=number))
    await _take(screen, view, found.options[number - 1])


async def _take(screen: InboxScreen, view: ConversationView, option: Option) -> None:
    """Stage a reply for the conversation that it was suggested for, or show what all that is marked would get."""
    if screen.desk.marked() not in ([], [view.row.id]):
        await show_plan(screen, option)
    else:
        await open_composer(screen, view.row.id, option=option)


async def _express(screen: InboxScreen) -> None:
    """Send the first suggestion if it may go without another look; else stage it. A key held down does it once."""
    suggesting = _suggesting(screen)
    if not suggesting.may_enter():
        return
    view, found = suggesting.caught_up(), await suggesting.current()
    if not found.options:
        raise Problem(say("Nothing is suggested here"))
    option = found.options[0]
    seen = suggesting.seen(_SEEN_SECONDS) and not screen.program.behind
    acting = screen.desk.session.acting
    if not found.express or not seen or screen.desk.marks.some or costs(acting, view, option.text):
        await _take(screen, view, option)
        return

    def sent(reply: StoredReply) -> None:
        suggesting.learn(view, {option.reply.key: option}, option.text, reply.id)
        screen.finish(screen.acts.sent(reply, wording.person(view.row.person)))

    screen.beside.run(
        lambda: acting.reply(view.row.id, option.text, caret=len(option.text), seen=view.change),
        sent,
    )


async def _search(screen: InboxScreen) -> None:
    """Search the library for a reply to the chosen conversation, or to all that is marked."""
    suggesting = _suggesting(screen)
    view, subject = suggesting.caught_up(), suggesting.subject()

    async def use(option: Option) -> None:
        await _take(screen, view, option)

    await _open_panel(screen, subject, use)


async def _keep_answer(screen: InboxScreen) -> None:
    """Ask for a title, then keep our newest answer as a canned reply; the customer's words are its first example."""
    suggesting = _suggesting(screen)
    view = suggesting.caught_up()
    answer = newest_answer(view)
    if answer is None:
        raise Problem(say("There is no answer of ours here to keep"))

    async def keep(title: str) -> None:
        reply = await suggesting.wait_for(suggesting.suggester.keep_answer(view, answer, title))
        screen.tell(_("Kept as {name}: {file}").format(name=reply.key, file=safe(str(reply.file))))

    def sent(title: str) -> None:
        screen.next_up(lambda: keep(title))

    writing = await screen.start_writing()
    writing.prompt(_("Title of the new canned reply"), first_line(screen.acts.row.text, _TITLE), sent=sent)


def newest_answer(view: ConversationView) -> str | None:
    """Return what we answered last in a conversation, on its way or published; None for nothing."""
    found = [(one.decided_at or 0, one.text) for one in view.replies if one.state in _DECIDED]
    found += [(one.created_at, one.text) for one in view.messages if one.ours and one.deleted_at is None]
    return max(found)[1] if found else None


async def search_for_composer(screen: InboxScreen) -> None:
    """Search the library for a reply to put in at the caret of the text that is being written."""

    async def use(option: Option) -> None:
        if screen.writing is not None:
            screen.writing.insert(option)

    view = None if screen.writing is None else screen.writing.answering.view
    await screen.attempt(lambda: _open_panel(screen, view, use))


async def _open_panel(screen: InboxScreen, view: ConversationView | None, use: Use) -> None:
    suggesting = _suggesting(screen)
    panel = await suggesting.open_panel()

    def search(query: str) -> None:
        suggesting.beside(partial(_find, query), "canned search")

    async def _find(query: str) -> None:
        options = await asyncio.wrap_future(suggesting.suggester.search(view, query))
        panel.found(query, options)

    def chosen(option: Option) -> None:
        leave()
        screen.next_up(lambda: use(option))

    def leave() -> None:
        panel.close()
        suggesting.show_strip()
        if screen.writing is not None:
            screen.writing.focus()
        screen.paint_footer()

    suggesting.strip.display = False
    panel.open(search, chosen, leave, screen.next_up)
    screen.paint_footer()
