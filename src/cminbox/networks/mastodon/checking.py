"""What an account's token is good for, and what can be seen with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.contract import AccountReport
from cminbox.network_kit.failures import Gone, Refused, SignInAgain
from cminbox.network_kit.reading import Reader, Shape, mapping, unreadable
from cminbox.networks.mastodon.account import SCOPES, limits_of
from cminbox.networks.mastodon.lists import read_page
from cminbox.networks.mastodon.sources import WRITTEN, Notifications
from cminbox.networks.mastodon.statuses import read_person

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying
    from cminbox.networks.mastodon.api import Api
    from cminbox.networks.mastodon.sources import Entries


async def report_on(api: Api, entries: Entries) -> AccountReport:
    """Return who we are, which permissions are missing, the server's limits, and what can be seen.

    Raises NetworkFailure.
    """
    me = await api.me(fresh=True)
    facts = await api.facts(fresh=True)
    try:
        person = read_person(me.account)
    except Shape as shape:
        raise unreadable(shape) from None
    granted = await _granted(api)
    missing = [scope for scope in SCOPES if granted is not None and not _covers(granted, scope)]
    remarks: list[Saying] = []
    try:
        remarks.append(await _seen(api, entries, grouped=facts.grouped))
        if facts.grouped:
            remarks += await _filtered(api)
    except SignInAgain as failure:
        if failure.missing_scope is None:
            raise
        missing.append(failure.missing_scope)
    return AccountReport(
        me=person,
        missing_scopes=tuple(dict.fromkeys(missing)),
        remarks=tuple(remarks),
        facts={
            "version": facts.version,
            "max_characters": str(facts.max_characters),
            "characters_reserved_per_url": str(facts.url_length),
            "grouped_notifications": "yes" if facts.grouped else "no",
        },
        limits=limits_of(facts.max_characters, facts.url_length),
    )


async def _granted(api: Api) -> frozenset[str] | None:
    """Return the permissions of the token's application, None where the server does not tell."""
    try:
        answer = await api.get("/api/v1/apps/verify_credentials")
        scopes = mapping(answer.body, api.host).raw("scopes")
    except (Gone, Refused, SignInAgain):
        # The token has just said who we are: a server that knows no application behind it says nothing against it.
        return None
    if isinstance(scopes, str):
        scopes = scopes.split()
    if not isinstance(scopes, list) or not scopes:
        return None
    return frozenset(scope for scope in scopes if isinstance(scope, str))


def _covers(granted: frozenset[str], scope: str) -> bool:
    return scope in granted or scope.partition(":")[0] in granted


async def _seen(api: Api, entries: Entries, *, grouped: bool) -> Saying:
    """Return what the newest notifications show: an account that sees nothing is often a wrong one."""
    reader = Notifications(api, entries, grouped=grouped)
    page = await read_page(api, reader, ())
    written = [item for item in page.items if item.type in WRITTEN and item.status is not None]
    if not written:
        return say("No mention can be seen")
    return say(
        "Recent mentions that can be seen: {count}, the newest from {day}",
        count=len(written),
        day=_day(written[0].status),
    )


async def _filtered(api: Api) -> list[Saying]:
    try:
        answer = await api.get("/api/v2/notifications/policy", scope="read:notifications")
        summary = mapping(answer.body, api.host).maybe_object("summary")
        people = 0 if summary is None else summary.number("pending_requests_count", 0)
    except (Gone, Refused, Shape):
        return []
    if not people:
        return []
    return [say("People whose messages the server filters, and which are read here as well: {count}", count=people)]


def _day(status: object) -> str:
    try:
        return Reader(status, "status").text("created_at", "")[:10]
    except Shape:
        return ""
