"""Who we are, what the token may not do, and what can be seen with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.i18n import N_
from cminbox.network_kit.contract import AccountReport
from cminbox.network_kit.failures import Gone, Refused, SignInAgain
from cminbox.network_kit.graph.checking import note
from cminbox.network_kit.graph.client import node
from cminbox.network_kit.graph.readings import barred
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.network_kit.text import plain
from cminbox.networks.threads.account import BASIC, MENTIONS, READ
from cminbox.networks.threads.entities import Brand
from cminbox.networks.threads.sending import allowance

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying
    from cminbox.network_kit.graph.client import Graph

_DAY = 10


async def who(graph: Graph, username: str) -> Brand:
    """Return the account that the token belongs to. Raises SignInAgain for another one's, NetworkFailure."""
    me = await graph.read("me", "id,username,name", scope=BASIC)
    try:
        name = plain(me.text("username")).strip().lstrip("@").lower()
        brand = Brand(me.identifier("id"), name, " ".join(plain(me.text("name", "")).split()))
    except Shape as shape:
        raise unreadable(shape) from None
    if brand.username != username:
        raise SignInAgain(
            say(
                "This token belongs to {name}, not to {wanted}; if the account was renamed, set username anew",
                name=brand.username,
                wanted=username,
            ),
        )
    return brand


async def report_on(graph: Graph, brand: Brand, expires_at: int | None) -> AccountReport:
    """Return who we are, what the token may not do, and what can be seen. Raises NetworkFailure.

    `expires_at` (UTC milliseconds) is when the token ends at the latest.
    """
    missing: list[str] = []
    remarks = [await _posts(graph, brand)]
    for edge, scope in (("replies", READ), ("mentions", MENTIONS)):
        try:
            await graph.page(node(brand.identifier, edge), "id", scope=scope, limit="1")
        except SignInAgain as failure:
            note(failure, missing)
        except (Gone, Refused) as failure:
            remarks.append(barred(failure))
    facts = {"api_version": graph.version, "allowance_used": f"{graph.usage.percent:.0f} %"}
    for name, what in (("answers_today", "reply_"), ("posts_today", "")):
        try:
            used, most = await allowance(graph, brand, what)
        except SignInAgain as failure:
            note(failure, missing)
        except (Gone, Refused, Shape):
            continue
        else:
            facts[name] = f"{used} / {most}"
    return AccountReport(
        me=brand.person,
        missing_scopes=tuple(dict.fromkeys(missing)),
        expires_at=expires_at,
        remarks=tuple(remarks),
        facts=facts,
    )


async def _posts(graph: Graph, brand: Brand) -> Saying:
    """Return what can be seen of our newest posts."""
    listed = await graph.page(node(brand.identifier, "threads"), "id,timestamp,has_replies", scope=BASIC, limit="25")
    answered, newest = 0, ""
    for item in listed.items:
        try:
            post = Reader(item, "post")
            answered += post.flag("has_replies")
            newest = max(newest, post.text("timestamp", "")[:_DAY])
        except Shape:
            continue
    seen = {"posts": len(listed.items), "answered": answered}
    if not newest:
        return say("Newest posts that can be seen: {posts}, {answered} of them with answers", **seen)
    pattern = N_("Newest posts that can be seen: {posts}, {answered} of them with answers, the newest from {day}")
    return say(pattern, **seen, day=newest)
