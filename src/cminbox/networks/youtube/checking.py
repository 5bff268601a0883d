"""What a sign-in is good for, and what can be seen with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cminbox.domain.message import Person
from cminbox.domain.saying import say
from cminbox.domain.spending import UNITS_A_DAY
from cminbox.network_kit.contract import AccountReport
from cminbox.network_kit.failures import SignInAgain
from cminbox.networks.youtube import walking
from cminbox.networks.youtube.account import SCOPE
from cminbox.networks.youtube.comments import PUBLISHED

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying
    from cminbox.networks.youtube.account import YoutubeAccount
    from cminbox.networks.youtube.api import Api


async def report_on(api: Api, account: YoutubeAccount) -> AccountReport:
    """Return which channel it is, whether the permission is there, when the sign-in ends, and what can be seen.

    Raises NetworkFailure.
    """
    me = await api.me(fresh=True)
    token = await api.tokens.current()
    remarks: list[Saying] = [_channel(me.title, me.videos)]
    missing = () if token.grants(SCOPE) else (SCOPE,)
    if not missing:
        try:
            remarks.append(_seen(await walking.queue(api, PUBLISHED, 1)))
        except SignInAgain as failure:
            if failure.missing_scope is None:
                raise
            missing = (failure.missing_scope,)
    if token.dies_at is not None:
        remarks.append(
            say(
                "This sign-in ends on {day}: the application is in testing; publish it at Google",
                day=_day(token.dies_at),
            )
        )
    remarks.append(api.budget.report())
    await api.budget.keep(everything=True)
    return AccountReport(
        me=Person(me.id, me.handle, me.title),
        missing_scopes=missing,
        expires_at=token.dies_at,
        remarks=tuple(remarks),
        prices={UNITS_A_DAY: api.budget.daily},
        facts={
            "channel_id": me.id,
            "api_version": account.api_version,
            "units_today": str(api.budget.used),
            "units_per_day": str(api.budget.daily),
            "units_reserved_for_replies": str(account.reserved_units),
        },
    )


def _channel(title: str, videos: int | None) -> Saying:
    if videos is None:
        return say("The channel is {title}", title=title)
    return say("The channel is {title}; its public videos: {count}", title=title, count=videos)


def _seen(gathered: walking.Gathered) -> Saying:
    """Return what the newest comments show: a channel that sees none is often the wrong one."""
    count = len(gathered.threads)
    if count == 0:
        return say("No comment can be seen")
    newest = max(conversation.top.at for conversation in gathered.threads.values())
    if not gathered.complete:
        return say("Comments that can be seen: more than {count}, the newest from {day}", count=count, day=_day(newest))
    return say("Comments that can be seen: {count}, the newest from {day}", count=count, day=_day(newest))


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).date().isoformat()
