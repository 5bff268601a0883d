"""The day's limit on what an account may spend: looked at before anything that costs money is begun."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cminbox.domain.saying import Saying, say
from cminbox.domain.spending import MILLION, amount, day_of, exceeds, price_of
from cminbox.domain.text import safe
from cminbox.network_kit.limits import has_link

if TYPE_CHECKING:
    from cminbox.domain.account import Account
    from cminbox.domain.reply import StoredReply
    from cminbox.network_kit.contract import Network
    from cminbox.outbox.attempts import Desk


async def price_for(desk: Desk, account: Account, network: Network, row: StoredReply) -> int:
    """Return what publishing a reply costs by the account's contract, in millionths; 0 where nothing is charged."""
    manifest = account.manifest or network.manifest
    if not manifest.prices:
        return 0
    kind = (await asyncio.to_thread(desk.outbox.publishable, row.id)).kind
    link = has_link(row.text, manifest.limits.get(kind, ()))
    return price_of(manifest.prices, row.text, private=not kind.public, link=link)


async def too_dear(desk: Desk, account: Account, network: Network, row: StoredReply) -> Saying | None:
    """Return that a reply would go beyond the day's limit of its account, None when it may be sent."""
    price = await price_for(desk, account, network, row)
    limit = desk.limit_of(account.name)
    if not price or limit is None:
        return None
    spent = await asyncio.to_thread(desk.outbox.spent, account.id, day_of(desk.now()))
    if not exceeds(spent, price, limit):
        return None
    return say(
        "This costs {price}, {account} has spent {spent} today and may spend {limit}: send it tomorrow, or set"
        " spending.per_day higher and send it again",
        price=amount(price),
        account=safe(account.name),
        spent=amount(spent),
        limit=amount(round(limit * MILLION)),
    )
