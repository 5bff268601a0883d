"""Looking after accounts, files and the terminal from wherever one is: picked from the palette, seldom from a key."""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.account import HealthState
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import _, language, ngettext, render
from cminbox.tui import wording
from cminbox.tui.edited import content_of, edited_line
from cminbox.tui.errand import command_for
from cminbox.tui.ink import Ink, Line, wrapped
from cminbox.tui.palette import Entry
from cminbox.tui.screens.base import Answer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

    from cminbox.domain.account import Account
    from cminbox.domain.canned import CannedReply
    from cminbox.inbox.tending import Tending
    from cminbox.tui.screens.base import Effect, KeyScreen
    from cminbox.tui.screens.inbox import InboxScreen

_HANDOVER, _REMARKS = "handover", "remarks"


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return the actions that look after accounts, canned replies, keys and the terminal."""
    return {
        "connect_account": partial(connect, screen),
        "sign_in_again": partial(_sign_in_again, screen),
        "sync_everything": partial(sync_everything, screen),
        "pause_account": partial(_pick_to_pause, screen),
        "work_offline": partial(_switch_offline, screen),
        "edit_template": partial(_edit_template, screen),
        "key_map": partial(_key_map, screen),
        "handover": partial(_hand_over, screen),
        "remarks": partial(_show_remarks, screen),
        "terminal": lambda: lend(screen, [sys.executable, "-m", "cminbox.tui.probing", language()]),
    }


def lend(screen: KeyScreen, command: Sequence[str]) -> None:
    """Run a command at this terminal until a person has read what it says."""
    back = _("Enter goes back to cminbox")
    # Beside the keys: while the other program has the terminal, this screen must still hear of its end.
    _beside(screen, partial(screen.program.lend, command_for(back, command)))


def _beside(screen: KeyScreen, effect: Callable[[], Awaitable[object]]) -> None:
    work: Callable[[], Awaitable[None]] = partial(_told, screen, effect)
    screen.run_worker(work, group="errand", exclusive=True)


async def _told(screen: KeyScreen, effect: Callable[[], Awaitable[object]]) -> None:
    try:
        await effect()
    except Problem as problem:
        screen.tell(render(problem.saying), Ink.LATE)


# Accounts


def _tending(screen: KeyScreen) -> Tending:
    return screen.desk.session.acting.tending


async def connect(screen: KeyScreen) -> None:
    """Ask for a network, and connect an account of it."""
    names = _tending(screen).networks()
    entries = [
        Entry(f"network {name}", wording.network_called(name), partial(run, screen, "accounts", "add", name))
        for name in names
    ]
    await screen.strips.pick(_("Connect an account of which network?"), entries)


def run(screen: KeyScreen, *words: str) -> None:
    """Run a command of cminbox at this terminal, where it may ask for secrets without showing them."""
    lend(screen, _tending(screen).command(*words))


async def _sign_in_again(screen: KeyScreen) -> None:
    accounts = sorted(_connected(screen), key=lambda one: not wording.needs_sign_in(one))
    now = screen.desk.now
    entries = [
        Entry(
            f"sign in {one.id}",
            _named(one),
            partial(run, screen, "accounts", "sign-in", one.name),
            wording.health(one, now),
        )
        for one in accounts
    ]
    await screen.strips.pick(_("Sign in again with which account?"), entries)


def _connected(screen: KeyScreen) -> list[Account]:
    found = [one for one in screen.desk.accounts.values() if one.connected_at is not None]
    if not found:
        raise Problem(say("No account is connected yet"))
    return found


def _named(account: Account) -> str:
    return f"{account.name} {wording.DOT} {wording.network_of(account)}"


def sync_everything(screen: KeyScreen) -> None:
    """Have every account looked at now, and what is due sent."""
    _tending(screen).sync_now()
    screen.tell(_("Every account is being looked at, and what is due is sent"))


async def _pick_to_pause(screen: InboxScreen) -> None:
    entries = [
        Entry(f"pause {one.id}", _named(one), partial(_turn_pause, screen, one), wording.health(one, screen.desk.now))
        for one in _connected(screen)
    ]
    await screen.strips.pick(_("Pause which account, or let it go on?"), entries)


def _turn_pause(screen: InboxScreen, account: Account) -> None:
    act, text = pausing(_tending(screen), account)
    screen.beside.run(act, lambda _done: screen.tell(text))


def pausing(tending: Tending, account: Account) -> tuple[partial[None], str]:
    """Return what pauses an account, or lets a paused one go on, and the sentence that tells of it."""
    if account.health.state is HealthState.PAUSED:
        return partial(tending.go_on, account.name), _("{account} goes on").format(account=safe(account.name))
    text = _("{account} is paused; replies wait until it goes on")
    return partial(tending.pause, account.name), text.format(account=safe(account.name))


def _switch_offline(screen: InboxScreen) -> None:
    """Stop fetching and sending for everybody, after a letter; or let it go on."""
    tending = _tending(screen)
    if wording.works_offline(screen.desk.accounts.values()):
        screen.beside.run(tending.go_online, lambda count: screen.tell(online_text(count)))
        return
    _connected(screen)

    def yes() -> None:
        screen.beside.run(tending.go_offline, lambda count: screen.tell(offline_text(count)))

    question = _("Work offline? Nothing is fetched or sent, for all of you.")
    screen.ask(question, (Answer("y", _("yes"), yes), Answer("escape", _("no"), lambda: None)))


def offline_text(count: int) -> str:
    """Return what was done for so many accounts when nothing is fetched or sent any more."""
    if not count:
        return _("Every account was paused already")
    text = ngettext(
        "Offline: {count} account rests, replies wait; the palette brings it back online",
        "Offline: {count} accounts rest, replies wait; the palette brings them back online",
        count,
    )
    return text.format(count=count)


def online_text(count: int) -> str:
    """Return what was done for so many accounts when all goes on."""
    text = ngettext("Online again: {count} account goes on", "Online again: {count} accounts go on", count)
    return text.format(count=count)


# Files


async def _edit_template(screen: InboxScreen) -> None:
    suggester = screen.desk.session.suggestions
    if suggester is None:
        raise Problem(say("There are no canned replies here"))
    shelf = await asyncio.wrap_future(suggester.shelf())

    def entry(reply: CannedReply) -> Entry:
        return Entry(
            f"edit {reply.key}", reply.title, partial(_open_template, screen, reply.key), reply.shortcut or reply.id
        )

    await screen.strips.pick(_("Edit which canned reply?"), [entry(one) for one in shelf.replies])


def _open_template(screen: InboxScreen, key: str) -> None:
    suggester = screen.desk.session.suggestions
    assert suggester is not None

    async def editing() -> None:
        copy = await asyncio.wrap_future(suggester.editable(key))
        await _edit(screen, copy.file)
        await asyncio.wrap_future(suggester.edited(copy))

    _beside(screen, editing)


async def _edit(screen: KeyScreen, file: Path) -> None:
    from cminbox.tui.editor import command_of  # noqa: PLC0415 - seldom needed

    before = content_of(file)
    await screen.program.lend([*command_of(os.environ), str(file)])
    screen.tell(edited_line(file, before))


async def _key_map(screen: InboxScreen) -> None:
    """List every action with its keys and the name by which [keys] gives it others; Enter opens the settings."""
    keymap = screen.desk.keymap
    entries = [
        Entry(
            f"key {one.id}",
            _(one.label),
            partial(_edit_keys, screen),
            f"{one.id} {wording.DOT} {_(one.help)}",
            " ".join(wording.key_name(key) for key in keymap.keys(one)[:2]),
        )
        for one in keymap.actions
    ]
    await screen.strips.pick(_('All keys; Enter opens your settings: [keys], name = "key"'), entries)


def _edit_keys(screen: InboxScreen) -> None:
    file = screen.desk.session.settings_file
    if file is None:
        raise Problem(say("The settings of this screen cannot be read again"))

    async def editing() -> None:
        from cminbox.tui.verbs.resettling import reload  # noqa: PLC0415 - seldom needed

        try:
            await asyncio.to_thread(file.parent.mkdir, parents=True, exist_ok=True)
        except OSError as error:
            raise Problem(
                say(
                    "{path}: this folder cannot be made ({reason})",
                    path=safe(str(file.parent)),
                    reason=str(error.strerror),
                )
            ) from None
        await _edit(screen, file)
        reload(screen)

    _beside(screen, editing)


# Telling


def _show_remarks(screen: InboxScreen) -> None:
    """List what was said at the start, or was cut, in full."""
    remarks = screen.desk.remarks
    if not remarks:
        raise Problem(say("Nothing was said that could not be read"))

    def body(width: int) -> list[Line]:
        return [line for text in remarks for line in wrapped(text, width)]

    screen.details.open(_REMARKS, _("What was said"), body)
    screen.paint_footer()


async def _hand_over(screen: InboxScreen) -> None:
    """Show what the next shift has to know, and hand it to the clipboard."""
    reading = screen.desk.session.reading
    sayings = await asyncio.to_thread(reading.handover)
    texts = [render(one) for one in sayings]

    def body(width: int) -> list[Line]:
        return [line for text in texts for line in wrapped(text, width)]

    screen.details.open(_HANDOVER, _("Handover note"), body)
    screen.paint_footer()
    if screen.program.copy("\n".join(texts)):
        screen.tell(_("The note was sent to the clipboard of the terminal; cminbox handover prints it as well"))
    else:
        screen.tell(_("Too long for the clipboard of a terminal; cminbox handover prints it"), Ink.LATE)
