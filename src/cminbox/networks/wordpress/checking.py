"""What an application password is good for, and what can be seen with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cminbox.domain.message import Person
from cminbox.domain.saying import say
from cminbox.network_kit.contract import AccountReport
from cminbox.network_kit.failures import SignInAgain
from cminbox.network_kit.reading import Shape
from cminbox.networks.wordpress.account import MODERATES
from cminbox.networks.wordpress.comments import HELD, read_comment
from cminbox.networks.wordpress.lists import WAITING_TOO

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying
    from cminbox.networks.wordpress.account import WordpressAccount
    from cminbox.networks.wordpress.api import Api


async def report_on(api: Api, account: WordpressAccount) -> AccountReport:
    """Return whose password it is, whether the role may moderate, and what can be seen. Raises NetworkFailure."""
    me = await api.me(fresh=True)
    role = ", ".join(me.roles) or "?"
    remarks: list[Saying] = [say("The role of this user in WordPress: {role}", role=role)]
    missing = () if MODERATES in me.capabilities else (MODERATES,)
    if missing:
        # Such a password is accepted, and sees published comments only: nothing would seem wrong.
        remarks.append(
            say("This role cannot moderate comments; make the user an Editor, or take another user's password")
        )
    else:
        try:
            remarks += await _seen(api)
        except SignInAgain as failure:
            if failure.missing_scope is None:
                raise
            missing = (failure.missing_scope,)
    if await api.has_shop():
        remarks.append(say("This site is a WooCommerce shop: its product reviews come in as well"))
    return AccountReport(
        me=Person(me.person, me.handle, me.name),
        missing_scopes=missing,
        remarks=tuple(remarks),
        facts={"api_version": account.api_version, "role": role},
    )


async def _seen(api: Api) -> list[Saying]:
    """Return what can be seen: how many comments, from when the newest is, and how many wait."""
    newest = (("context", "edit"), ("orderby", "date_gmt"), ("order", "desc"), ("per_page", "1"))
    listed = await api.list(api.comments, (*newest, ("status", WAITING_TOO)))
    if not listed.items:
        return [say("No comment can be seen")]
    waiting = await api.list(api.comments, (*newest, ("status", HELD)))
    count = len(listed.items) if listed.total is None else listed.total
    try:
        day = datetime.fromtimestamp(read_comment(listed.items[0]).at / 1000, UTC).date().isoformat()
    except Shape:
        return [say("Comments that can be seen: {count}", count=count)]
    held = len(waiting.items) if waiting.total is None else waiting.total
    seen = say("Comments that can be seen: {count}, the newest from {day}", count=count, day=day)
    return [seen, say("Comments that wait for approval: {count}", count=held)]
