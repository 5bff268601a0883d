"""What a service account is good for, and what can be seen with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.contract import AccountReport
from cminbox.network_kit.failures import SignInAgain
from cminbox.network_kit.google.service_account import read_key

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying
    from cminbox.network_kit.reviews.review import Listed
    from cminbox.networks.google_play.account import GooglePlayAccount
    from cminbox.networks.google_play.api import Api


async def report_on(api: Api, account: GooglePlayAccount) -> AccountReport:
    """Return which app it is and which of its reviews can be seen. Raises NetworkFailure."""
    key = read_key(account.key_file)
    missing: tuple[str, ...] = ()
    remarks: list[Saying] = []
    try:
        async for page in api.newest():
            remarks.append(_seen(page))
            break
    except SignInAgain as failure:
        if failure.missing_scope is None:
            raise
        missing = (failure.missing_scope,)
    remarks.append(api.quota.report())
    return AccountReport(
        me=await api.me(),
        missing_scopes=missing,
        remarks=tuple(remarks),
        facts={
            "package_name": account.package_name,
            "service_account": key.email,
            "api_version": account.api_version,
            "gets_per_hour": str(account.gets_per_hour),
        },
    )


def _seen(page: Listed) -> Saying:
    """Return what the newest reviews show: who sees none in a busy week has often named the wrong app."""
    if not page.reviews:
        return say("No review can be seen; Google Play shows those of the last week that have words")
    day = datetime.fromtimestamp(max(one.changed_at for one in page.reviews) / 1000, UTC).date().isoformat()
    if page.more:
        return say(
            "Reviews that can be seen: more than {count}, the newest from {day}", count=len(page.reviews), day=day
        )
    return say("Reviews that can be seen: {count}, the newest from {day}", count=len(page.reviews), day=day)
