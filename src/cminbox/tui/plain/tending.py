"""Looking after accounts, files and settings line by line, from wherever one is."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import _, render, use
from cminbox.tui import wording
from cminbox.tui.diagnosing import diagnosed
from cminbox.tui.edited import content_of, edited_line
from cminbox.tui.keymap import Keymap
from cminbox.tui.layouts import meanings
from cminbox.tui.palette import Entry
from cminbox.tui.plain.accounts import connect
from cminbox.tui.plain.answers import suggester, wait
from cminbox.tui.plain.lending import lend
from cminbox.tui.plain.picking import pick
from cminbox.tui.plain.spots import ignoring
from cminbox.tui.verbs.tending import offline_text, online_text, pausing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cminbox.domain.account import Account
    from cminbox.tui.plain.inbox import Effect, PlainInbox


def effects(inbox: PlainInbox) -> Mapping[str, Effect]:
    """Return the actions that look after accounts, canned replies, keys and settings."""
    return {
        "connect_account": ignoring(lambda: connect(inbox)),
        "sign_in_again": partial(_sign_in_again, inbox),
        "sync_everything": ignoring(lambda: _sync(inbox)),
        "pause_account": partial(_pause, inbox),
        "work_offline": ignoring(lambda: _switch_offline(inbox)),
        "edit_template": partial(_edit_template, inbox),
        "key_map": partial(_key_map, inbox),
        "handover": ignoring(lambda: inbox.tell(*(render(one) for one in inbox.session.reading.handover()))),
        "reload": ignoring(lambda: _reload(inbox)),
        "diagnostics": ignoring(lambda: inbox.tell(diagnosed(inbox.desk))),
    }


# Accounts


def _connected(inbox: PlainInbox) -> list[Account]:
    found = [one for one in inbox.desk.accounts.values() if one.connected_at is not None]
    if not found:
        raise Problem(say("No account is connected yet"))
    return found


def _entry(inbox: PlainInbox, account: Account, what: str, act: Callable[[], object]) -> Entry:
    note = f"{wording.network_of(account)}, {wording.health(account, inbox.desk.now)}"

    def run() -> None:
        act()

    return Entry(f"{what} {account.id}", account.name, run, note)


def _sign_in_again(inbox: PlainInbox, rest: str) -> None:
    command = inbox.session.acting.tending.command
    accounts = sorted(_connected(inbox), key=lambda one: not wording.needs_sign_in(one))
    entries = [
        _entry(inbox, one, "sign in", partial(lend, inbox, command("accounts", "sign-in", one.name)))
        for one in accounts
    ]
    pick(inbox, _("Sign in again with which account?"), entries, rest)


def _sync(inbox: PlainInbox) -> None:
    inbox.session.acting.tending.sync_now()
    inbox.tell(_("Every account is being looked at, and what is due is sent"))


def _pause(inbox: PlainInbox, rest: str) -> None:
    entries = [_entry(inbox, one, "pause", partial(_turn_pause, inbox, one)) for one in _connected(inbox)]
    pick(inbox, _("Pause which account, or let it go on?"), entries, rest)


def _turn_pause(inbox: PlainInbox, account: Account) -> None:
    act, text = pausing(inbox.session.acting.tending, account)
    act()
    inbox.look()
    inbox.tell(text)


def _switch_offline(inbox: PlainInbox) -> None:
    """Stop fetching and sending for everybody, after a letter; or let it go on."""
    tending = inbox.session.acting.tending
    if wording.works_offline(inbox.desk.accounts.values()):
        inbox.tell(online_text(tending.go_online()))
        return
    _connected(inbox)
    question = _("Work offline? Nothing is fetched or sent, for all of you.")
    if inbox.ask(_("{question} y does it, Enter leaves it:").format(question=question)) == "y":
        inbox.tell(offline_text(tending.go_offline()))
    else:
        inbox.tell(_("Nothing was done"))


# Files and settings


def _edit_template(inbox: PlainInbox, rest: str) -> None:
    shelf = wait(suggester(inbox).shelf())
    entries = [
        Entry(f"edit {one.key}", one.title, partial(_open_template, inbox, one.key), one.shortcut or one.id)
        for one in shelf.replies
    ]
    pick(inbox, _("Edit which canned reply?"), entries, rest)


def _open_template(inbox: PlainInbox, key: str) -> None:
    copy = wait(suggester(inbox).editable(key))
    edit(inbox, copy.file)
    wait(suggester(inbox).edited(copy))


def edit(inbox: PlainInbox, file: Path) -> None:
    """Open a file in the person's own editor. Raises Problem."""
    from cminbox.tui.editor import command_of  # noqa: PLC0415 - seldom needed

    before = content_of(file)
    lend(inbox, [*command_of(os.environ), str(file)])
    inbox.tell(edited_line(file, before))


def _key_map(inbox: PlainInbox, rest: str) -> None:
    """List every action with its keys and the name by which [keys] gives it others; picking one opens the settings."""
    keymap = inbox.desk.keymap
    entries = [
        Entry(
            f"key {one.id}",
            _(one.label),
            partial(_edit_keys, inbox),
            f"{one.id}: {_(one.help)}",
            " ".join(wording.key_name(key) for key in keymap.keys(one)[:2]),
        )
        for one in keymap.actions
    ]
    pick(inbox, _("Which key? What is picked opens your settings."), entries, rest)


def _edit_keys(inbox: PlainInbox) -> None:
    file = inbox.session.settings_file
    if file is None:
        raise Problem(say("The settings of this screen cannot be read again"))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        path, reason = safe(str(file.parent)), str(error.strerror)
        raise Problem(say("{path}: this folder cannot be made ({reason})", path=path, reason=reason)) from None
    edit(inbox, file)
    _reload(inbox)


def _reload(inbox: PlainInbox) -> None:
    desk = inbox.desk
    if desk.session.preferences is None:
        raise Problem(say("The settings of this screen cannot be read again"))
    found = desk.session.preferences()
    desk.keymap = Keymap(own=found.keys, signs=meanings(found.layout, found.signs))
    desk.advance = found.advance
    if found.language is not None:
        use(found.language)
        inbox.speak_anew()
    faults = [*desk.read_views(), *desk.keymap.faults()]
    inbox.tell(render(faults[0]) if faults else _("The settings and the saved views were read again"))
    if found.later:
        more = _("what fetches and sends takes {names} over at its next start")
        inbox.tell(more.format(names=", ".join(found.later)))
