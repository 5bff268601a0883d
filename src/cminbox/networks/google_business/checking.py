"""What a sign-in is good for, and what can be seen with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.contract import AccountReport
from cminbox.network_kit.failures import SignInAgain
from cminbox.networks.google_business.account import SCOPE

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying
    from cminbox.networks.google_business.account import GoogleBusinessAccount
    from cminbox.networks.google_business.api import Api
    from cminbox.networks.google_business.places import Place, Places

_MOST_NAMED = 10


async def report_on(api: Api, account: GoogleBusinessAccount) -> AccountReport:
    """Return which business it is, which of its places can be seen, and what with one. Raises NetworkFailure."""
    places = await api.directory.places(fresh=True)
    token = await api.tokens.current()
    missing: tuple[str, ...] = () if token.grants(SCOPE) else (SCOPE,)
    remarks = _places(places)
    if places.found and not missing:
        try:
            remarks.append(await _reviews(api, next(iter(places.found.values()))))
        except SignInAgain as failure:
            if failure.missing_scope is None:
                raise
            missing = (failure.missing_scope,)
    if token.dies_at is not None:
        day = datetime.fromtimestamp(token.dies_at / 1000, UTC).date().isoformat()
        remarks.append(say("This sign-in ends on {day}: the application is in testing; publish it at Google", day=day))
    return AccountReport(
        me=await api.me(),
        missing_scopes=missing,
        expires_at=token.dies_at,
        remarks=tuple(remarks),
        facts={
            "places": " ".join(places.found),
            "places_not_verified": " ".join(place.id for place in places.silent),
            "api_version": account.api_version,
        },
    )


def _places(places: Places) -> list[Saying]:
    shown = [f"{safe(place.title, limit=60)} ({place.id})" for place in places.found.values()]
    said = [say("Places whose reviews are read: {count}", count=len(shown))]
    if shown:
        names = ", ".join(shown[:_MOST_NAMED]) + (", ..." if len(shown) > _MOST_NAMED else "")
        said = [say("Places whose reviews are read: {count}: {names}", count=len(shown), names=names)]
    if places.silent:
        left_out = ", ".join(f"{safe(place.title, limit=60)} ({place.id})" for place in places.silent[:_MOST_NAMED])
        said.append(say("Places that are left out, because Google has not verified them: {names}", names=left_out))
    return said


async def _reviews(api: Api, place: Place) -> Saying:
    """Return what the reviews of one place show: who sees none at a busy place is often somebody else."""
    count, average = await api.figures(place)
    title = safe(place.title, limit=60)
    if count == 0:
        return say("No review of {place} can be seen", place=title)
    if average is None:
        return say("Reviews of {place}: {count}", place=title, count=count)
    return say("Reviews of {place}: {count}, {stars} of 5 stars", place=title, count=count, stars=f"{average:.1f}")
