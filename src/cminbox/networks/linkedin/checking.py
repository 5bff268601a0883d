"""What a sign-in is good for: with a wrong role LinkedIn answers with empty lists, and with no error."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.contract import AccountReport
from cminbox.network_kit.failures import SignInAgain
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.linkedin.account import ADMINISTRATOR, NEEDED, POSTS
from cminbox.networks.linkedin.entities import read_notice
from cminbox.networks.linkedin.fetching import ACTIONS
from cminbox.networks.linkedin.people import read_profile
from cminbox.networks.linkedin.tokens import DAY_MS, REFRESH_MS, Facts
from cminbox.networks.linkedin.urns import encoded, listed
from cminbox.networks.linkedin.versions import end_of

if TYPE_CHECKING:
    from cminbox.domain.message import Person
    from cminbox.domain.saying import Saying
    from cminbox.networks.linkedin.api import Api

_APPROVED = "APPROVED"
_SEEN_DAYS = 7
_SOON_MS = 14 * DAY_MS


async def check_role(api: Api) -> None:
    """Make sure that the person who signed in is an administrator of the Page. Raises SignInAgain, NetworkFailure."""
    roles: set[str] = set()
    async for part in api.every("/organizationAcls", f"q=roleAssignee&state={_APPROVED}"):
        for item in part.items:
            role = _role(item, api.me)
            if role == ADMINISTRATOR:
                return
            if role:
                roles.add(role)
    if roles:
        raise SignInAgain(
            say(
                "The person who signed in has the role {role} at this Page, with which LinkedIn shows empty lists; it "
                "has to be {wanted}",
                role=", ".join(sorted(roles)),
                wanted=ADMINISTRATOR,
            )
        )
    raise SignInAgain(
        say(
            "The person who signed in has no role at the Page {page}; sign in as an administrator of it, or mend its "
            "number",
            page=api.account.organization_id,
        )
    )


def _role(item: object, me: str) -> str:
    """Return the role that an entry gives at a Page, empty where it gives none."""
    if not isinstance(item, dict) or me not in (item.get("organization"), item.get("organizationTarget")):
        return ""
    role = item.get("role")
    approved = item.get("state") in (None, _APPROVED)
    return safe(role, limit=60) if approved and isinstance(role, str) else ""


async def report_on(api: Api) -> AccountReport:
    """Return which Page it is, what the sign-in lacks, when it ends, and what can be seen. Raises NetworkFailure."""
    await check_role(api)
    me = await _page(api)
    facts = await api.tokens.facts()
    missing = tuple(scope for scope in NEEDED if facts.scopes and scope not in facts.scopes)
    remarks: list[Saying] = []
    if not missing:
        remarks.append(await _seen(api))
    if facts.scopes and POSTS not in facts.scopes:
        remarks.append(say("Without the permission {scope} posts that mention the Page may be closed", scope=POSTS))
    expires_at = _end(facts, renewable=api.tokens.renewable)
    if expires_at is not None and not api.tokens.renewable:
        remarks.append(
            say(
                "LinkedIn gave no token to renew this sign-in with: it ends on {day}; sign in again before",
                day=_day(expires_at),
            )
        )
    elif expires_at is not None and expires_at - api.now() < _SOON_MS:
        remarks.append(
            say("This sign-in ends on {day}, a year after it began; sign in again before", day=_day(expires_at))
        )
    return AccountReport(
        me=me,
        missing_scopes=missing,
        expires_at=expires_at,
        remarks=tuple(remarks),
        facts={
            "organization": api.me,
            "api_version": api.account.api_version,
            "api_version_ends": end_of(api.account.api_version).isoformat(),
        },
    )


async def _page(api: Api) -> Person:
    try:
        return read_profile(await api.get(f"/organizations/{encoded(api.account.organization_id)}"), api.me)
    except Shape as shape:
        raise unreadable(shape) from None


async def _seen(api: Api) -> Saying:
    """Return what the notifications of the last days show."""
    now = api.now()
    query = (
        f"q=criteria&actions={listed(ACTIONS)}&organizationalEntity={encoded(api.me)}"
        f"&timeRange=(start:{now - _SEEN_DAYS * DAY_MS},end:{now})"
    )
    part = await api.page("/organizationalEntityNotifications", query)
    count = len(part.items)
    times = [moment for moment in map(_moment, part.items) if moment is not None]
    if not count or not times:
        return say("Nothing was written below the Page's posts, or about it, in the last {days} days", days=_SEEN_DAYS)
    return say("Written in the last {days} days: {count}, the newest from {day}", days=_SEEN_DAYS,
               count=f"{count}+" if part.next_start is not None else count, day=_day(max(times)))  # fmt: skip


def _moment(item: object) -> int | None:
    try:
        return read_notice(item).at
    except Shape:
        return None


def _end(facts: Facts, *, renewable: bool) -> int | None:
    """Return when a person has to sign in again: a year after the last time where the token can be renewed."""
    if renewable:
        return None if facts.authorized_at is None else facts.authorized_at + REFRESH_MS
    return facts.expires_at


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).date().isoformat()
