"""Looking for a reply among what we published, when nobody knows whether it arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.reading import Shape, listing, mapping, unreadable
from cminbox.network_kit.text import plain
from cminbox.networks.mastodon.api import segment, status_path
from cminbox.networks.mastodon.lists import neighbours
from cminbox.networks.mastodon.sending import HANDLE, receipt_of
from cminbox.networks.mastodon.statuses import read_status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.domain.reply import Receipt, Reply
    from cminbox.networks.mastodon.api import Api, Params
    from cminbox.networks.mastodon.statuses import Status

CLOCKS_DIFFER_MS = 5 * 60 * 1000
"""How far the server's clock may be behind ours."""
_MOST_PAGES = 5
_MOST_SOURCES = 5
_PARAMS: Params = (("limit", "40"), ("exclude_reblogs", "true"))


async def find(api: Api, reply: Reply) -> Receipt | None:
    """Return the receipt of a reply that exists, None when it is in no place where it would be.

    It is looked for among our own statuses and below the message that it answers: not every server shows private
    ones in the former, and nothing is below a message that was deleted. Raises NetworkFailure.
    """
    me = (await api.me()).id
    earliest = reply.decided_at - CLOCKS_DIFFER_MS
    doubtful: dict[str, Status] = {}
    own, below = await _own(api, me, earliest), await _below(api, reply.to)
    for status in (*own, *(below or ())):
        # Of an answer to what was deleted the server only says whom it answered.
        orphaned = below is None and status.parent is None and status.parent_author is not None
        if status.author != me or status.created_at < earliest or not (status.parent == reply.to or orphaned):
            continue
        if _same(_shown(status), reply.text):
            return receipt_of(status.source)
        doubtful[status.id] = status
    for status in list(doubtful.values())[:_MOST_SOURCES]:
        # A server that formats text (Markdown) shows other words than were typed; it keeps those too.
        typed = await _typed(api, status.id)
        if typed is not None and _same(typed, reply.text):
            return receipt_of(status.source)
    return None


async def _own(api: Api, me: str, earliest: int) -> list[Status]:
    path = f"/api/v1/accounts/{segment(me)}/statuses"
    found: list[Status] = []
    position: Params | None = ()
    for _ in range(_MOST_PAGES):
        if position is None:
            break
        answer = await api.get(path, _PARAMS + position, scope="read:statuses")
        page = _readable(listing(answer.body, api.host))
        found += page
        position = neighbours(answer.headers, _PARAMS).get("next")
        if not page or page[-1].created_at < earliest:
            break
    return found


async def _below(api: Api, identifier: str) -> list[Status] | None:
    """Return what stands below a status; None when it is gone."""
    try:
        answer = await api.get(status_path(identifier, "context"), scope="read:statuses")
        return _readable(mapping(answer.body, api.host).items("descendants"))
    except Gone:
        return None
    except Refused:
        return []
    except Shape as shape:
        raise unreadable(shape) from None


async def _typed(api: Api, identifier: str) -> str | None:
    try:
        answer = await api.get(status_path(identifier, "source"), scope="read:statuses")
        return plain(mapping(answer.body, api.host).text("text", ""))
    except (Gone, Refused, Shape):
        return None


def _readable(items: Iterable[object]) -> list[Status]:
    found: list[Status] = []
    for item in items:
        try:
            found.append(read_status(item))
        except Shape:
            # A status of ours has been readable before; whatever this is, it is not the one.
            continue
    return found


def _shown(status: Status) -> str:
    try:
        return status.source.html("content", "")
    except Shape:
        return ""


def _same(shown: str, typed: str) -> bool:
    """Whether a status shows what was typed, apart from the mentions in front and from how blanks are kept."""
    return _bare(shown) == _bare(plain(typed))


def _bare(text: str) -> list[str]:
    words = [HANDLE.sub(lambda match: f"@{match.group(1)}", word) for word in text.split()]
    while words and HANDLE.fullmatch(words[0]):
        del words[0]
    return words
