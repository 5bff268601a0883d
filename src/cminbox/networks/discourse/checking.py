"""What an account's key is good for, and what can be seen with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import Person
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.contract import AccountReport
from cminbox.network_kit.failures import Gone, Refused, SignInAgain
from cminbox.network_kit.reading import Reader, Shape
from cminbox.network_kit.text import plain
from cminbox.networks.discourse.account import limits_of
from cminbox.networks.discourse.api import segment
from cminbox.networks.discourse.lists import read_list
from cminbox.networks.discourse.notices import read_notice, read_page
from cminbox.networks.discourse.versions import warning

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying
    from cminbox.networks.discourse.api import Api, Facts, Me

_NOBODYS_POST = "/posts/0.json"
"""A post that no forum has: to change it is "not found" to whoever may write, and forbidden to whoever may not."""


async def report_on(api: Api, pinned: str) -> AccountReport:
    """Return who we are, which permissions are missing, the forum's limits, and what can be seen.

    Raises NetworkFailure.
    """
    me = await _who(api)
    facts = await api.facts(fresh=True)
    version = await _version(api)
    missing: list[str] = []
    remarks: list[Saying] = []
    try:
        remarks.append(await _seen(api))
    except Refused:
        missing.append("read")
    if not await _may_write(api):
        missing.append("write")
    if (warned := warning(version, pinned, api.now())) is not None:
        remarks.append(warned)
    if me.reviews:
        remarks.append(say("The account moderates: what awaits review is shown as well"))
    if me.admin:
        remarks.append(say("The account administers the forum: private exchanges of others are left alone"))
    return AccountReport(
        me=_person(me),
        missing_scopes=tuple(missing),
        remarks=tuple(remarks),
        facts=_told(facts, version),
        limits=limits_of(facts.public, facts.private, facts.maximum) if facts.known else {},
    )


async def _who(api: Api) -> Me:
    """Return who we are; where the forum knows nobody, its public pages may say why."""
    try:
        return await api.me(fresh=True)
    except SignInAgain:
        until = await _suspended(api) if api.username else ""
        if not until:
            raise
    raise SignInAgain(say("The account @{name} is suspended until {day}", name=safe(api.username), day=until)) from None


async def _suspended(api: Api) -> str:
    try:
        user = (await api.get(f"/u/{segment(api.username)}.json")).maybe_object("user")
        return "" if user is None else safe(user.text("suspended_till", "")[:10])
    except (Gone, Refused, SignInAgain, Shape):
        return ""


async def _version(api: Api) -> str:
    try:
        about = (await api.get("/about.json")).maybe_object("about")
        return "" if about is None else safe(about.text("version", ""), limit=40)
    except (Gone, Refused, Shape):
        return ""


async def _seen(api: Api) -> Saying:
    """Return what the newest notifications and posts show: a key that sees nothing is often a wrong one."""
    told = [notice for item in await read_page(api) if (notice := read_notice(item)) is not None]
    posts = await read_list(api, "public")
    if not posts.numbers:
        return say("No post of the forum can be seen with this key; is it the right one?")
    return say(
        "Notifications of posts that can be seen: {count}, the newest post from {day}",
        count=len(told),
        day=_day(posts.items[0]),
    )


async def _may_write(api: Api) -> bool:
    try:
        await api.act("PUT", _NOBODYS_POST, {"post": {"raw": "."}})
    except Gone:
        return True
    except Refused:
        return False
    return True


def _person(me: Me) -> Person:
    name = me.source.raw("name")
    return Person(me.id, plain(me.username).lstrip("@"), plain(name) if isinstance(name, str) else "")


def _told(facts: Facts, version: str) -> dict[str, str]:
    return {
        "version": version,
        "min_post_length": str(facts.public),
        "min_personal_message_post_length": str(facts.private),
        "max_post_length": str(facts.maximum),
    }


def _day(item: object) -> str:
    try:
        return Reader(item, "post").text("created_at", "")[:10]
    except Shape:
        return ""
