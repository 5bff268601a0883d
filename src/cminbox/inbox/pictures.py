"""A picture that came with a message: fetched when a person asks for it, and never by itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cminbox.domain.problem import Problem
from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import NetworkFailure
from cminbox.network_kit.pictures import fetch_picture

if TYPE_CHECKING:
    from cminbox.domain.account import Account
    from cminbox.inbox.workspace import Workspace


def picture(workspace: Workspace, account: Account, url: str) -> bytes:
    """Return the bytes of a picture; waits for them. Raises Problem with the reason.

    The account's own server is asked wherever it stands; any other host only on the public internet.
    """
    home = urlsplit(str(workspace.accounts.settings(account.id).get("base_url", ""))).hostname

    async def fetch() -> bytes:
        async with new_client() as http:
            return await fetch_picture(url, http, trusted={home} if home else ())

    try:
        return asyncio.run(fetch())
    except NetworkFailure as failure:
        raise Problem(failure.saying) from None
