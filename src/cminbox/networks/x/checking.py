"""What a sign-in is good for, what can be seen with it, and what it has cost today."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cminbox.domain.message import Person
from cminbox.domain.saying import say
from cminbox.domain.spending import PRIVATE_REPLY, REPLY, REPLY_WITH_LINK, amount
from cminbox.network_kit.contract import AccountReport
from cminbox.network_kit.failures import Refused, SignInAgain
from cminbox.network_kit.reading import Shape
from cminbox.networks.x import events
from cminbox.networks.x.account import BROWSER, MANIFEST, PAY_PER_USE
from cminbox.networks.x.api import Cost
from cminbox.networks.x.fetching import listed
from cminbox.networks.x.posts import FIELDS, beside, read_post
from cminbox.networks.x.purse import MESSAGE

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying
    from cminbox.networks.x.api import Api

_FREE = {REPLY: 0.0, REPLY_WITH_LINK: 0.0, PRIVATE_REPLY: 0.0}
_OFFLINE = "offline.access"


async def report_on(api: Api) -> AccountReport:
    """Return who we are, which permissions are missing, what can be seen, and what it costs. Raises NetworkFailure."""
    me = await api.me(fresh=True)
    missing = list(api.lacking())
    remarks: list[Saying] = []
    remarks += await _mentions(api, me.id, missing)
    if api.account.read_dms:
        remarks += await _messages(api, missing)
    if api.account.api_version != MANIFEST.api_version:
        remarks.append(
            say(
                "Version {version} of X's interface is asked for; cminbox was made for {known}",
                version=api.account.api_version,
                known=MANIFEST.api_version,
            )
        )
    remarks += [said for said in (api.purse.report(),) if said is not None]
    await api.purse.keep(everything=True)
    if _OFFLINE in missing:
        remarks.append(say("Without the permission {scope} this sign-in ends after two hours", scope=_OFFLINE))
    return AccountReport(
        me=Person(me.id, me.handle, me.name),
        missing_scopes=tuple(dict.fromkeys(missing)),
        remarks=tuple(remarks),
        prices={} if api.account.plan == PAY_PER_USE else _FREE,
        facts={
            "api_version": api.account.api_version,
            "plan": api.account.plan,
            "sign_in": "OAuth 2.0" if api.account.sign_in == BROWSER else "OAuth 1.0a",
            "spent_today": amount(api.purse.spent),
            "calls_per_day": amount(api.purse.limit),
        },
    )


async def _mentions(api: Api, me: str, missing: list[str]) -> list[Saying]:
    """Look at the newest mentions: a sign-in that sees none is often that of another account."""
    cost = Cost("posts", api.purse.owned)
    try:
        body = await api.get(f"/users/{me}/mentions", (*FIELDS, ("max_results", "5")), cost, "tweet.read")
    except SignInAgain as failure:
        _note(failure, missing)
        return []
    times = []
    for item in listed(body):
        try:
            times.append(read_post(item, beside(body)).at)
        except Shape:
            # It is named when it is fetched.
            continue
    if not times:
        return [say("No mention can be seen")]
    day = datetime.fromtimestamp(max(times) / 1000, UTC).date().isoformat()
    return [say("The newest mention that can be seen is from {day}", day=day)]


async def _messages(api: Api, missing: list[str]) -> list[Saying]:
    """Look whether private messages may be read."""
    params = (*events.FIELDS, ("max_results", "1"))
    try:
        found = listed(await api.get("/dm_events", params, Cost("messages", MESSAGE), "dm.read"))
    except SignInAgain as failure:
        _note(failure, missing)
        return []
    except Refused as failure:
        return [say("Private messages cannot be read: {why}", why=failure.saying)]
    if not found:
        return [say("No private message of the last 30 days can be seen; X shows encrypted ones to no program")]
    return []


def _note(failure: SignInAgain, missing: list[str]) -> None:
    if failure.missing_scope is None:
        raise failure
    missing.append(failure.missing_scope)
