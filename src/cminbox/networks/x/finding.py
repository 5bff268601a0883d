"""Looking for a reply whose fate is not known among what the account has written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cminbox.domain.reply import Receipt
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.network_kit.text import plain
from cminbox.network_kit.weighted import urls
from cminbox.networks.x import events
from cminbox.networks.x.api import Cost
from cminbox.networks.x.fetching import listed, next_of
from cminbox.networks.x.posts import FIELDS, beside, read_post
from cminbox.networks.x.purse import MESSAGE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cminbox.domain.reply import Reply
    from cminbox.network_kit.reading import Reader
    from cminbox.networks.x.api import Api, Params

CLOCKS_DIFFER_MS = 5 * 60 * 1000
_MOST_PAGES = 5
_AT_ONCE = "100"
_A_FEW = "20"


async def find(api: Api, reply: Reply) -> Receipt | None:
    """Return the receipt of a reply that exists, None when it is not there. Raises NetworkFailure."""
    return await (_post(api, reply) if reply.kind.public else _message(api, reply))


async def _post(api: Api, reply: Reply) -> Receipt | None:
    me = await api.me()
    earliest = reply.decided_at - CLOCKS_DIFFER_MS
    start = datetime.fromtimestamp(earliest / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    params = (("start_time", start), ("max_results", _AT_ONCE), *FIELDS)
    words = _bare(plain(reply.text))
    path = f"/users/{me.id}/tweets"
    async for body in _pages(api, path, params, Cost("posts", api.purse.owned), "tweet.read"):
        around = beside(body)
        for item in listed(body):
            try:
                post = read_post(item, around)
            except Shape:
                # A post of ours has the shape of others; whatever this is, it is not the one.
                continue
            if post.replied_to == reply.to and post.at >= earliest and _bare(post.text) == words:
                return Receipt(post.id, f"https://x.com/{me.handle}/status/{post.version}", post.at)
    return None


async def _message(api: Api, reply: Reply) -> Receipt | None:
    me = await api.me()
    earliest = reply.decided_at - CLOCKS_DIFFER_MS
    words = plain(reply.text).split()
    try:
        path = f"{events.path_of(reply.conversation)}/dm_events"
    except Shape as shape:
        raise unreadable(shape) from None
    params = (*events.FIELDS, ("max_results", _A_FEW))
    async for body in _pages(api, path, params, Cost("messages", MESSAGE), "dm.read"):
        around = beside(body)
        for item in listed(body):
            try:
                message = events.read_event(item, around, me.id)
            except Shape:
                # As above.
                continue
            if message is None:
                continue
            if message.created_at < earliest:
                return None
            if message.ours and _spelled(message.text.split()) == _spelled(words):
                return Receipt(message.remote_id, None, message.created_at)
    return None


async def _pages(api: Api, path: str, params: Params, cost: Cost, scope: str) -> AsyncIterator[Reader]:
    more = ""
    for _ in range(_MOST_PAGES):
        token = (("pagination_token", more),) if more else ()
        body = await api.get(path, (*params, *token), cost, scope)
        yield body
        more = next_of(body)
        if not more:
            return


def _bare(text: str) -> list[str]:
    """Return the words of a post without the names that X puts before an answer, and addresses alike."""
    words = text.split()
    while words and words[0].startswith("@"):
        del words[0]
    return _spelled(words)


def _spelled(words: list[str]) -> list[str]:
    """Return words with every web address as X writes it: with its beginning, without a last stroke."""
    spelled = []
    for word in words:
        for address in urls(word):
            bare = address.removeprefix("https://").removeprefix("http://").rstrip("/").casefold()
            word = word.replace(address, bare)  # noqa: PLW2901 - it is the same word, written otherwise
        spelled.append(word.rstrip("/"))
    return spelled
