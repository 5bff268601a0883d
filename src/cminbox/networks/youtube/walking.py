"""Reading lists that begin with the newest, until what is known, and threads whose replies are not all in the list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.youtube.comments import (
    MOST_IDS,
    PUBLISHED,
    TEXT,
    Comment,
    Conversation,
    items_of,
    read_comment,
    read_conversation,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from cminbox.domain.saying import Saying
    from cminbox.network_kit.reading import Reader
    from cminbox.networks.youtube.api import Api, Params
    from cminbox.networks.youtube.memory import Memory

_MOST = (("maxResults", "100"),)
_MOST_PAGES = 500
_REPLY_PAGES = 20
_KNOWN_IN_A_ROW = 10
"""So many known threads at the end of a page mean that nothing new lies behind it."""


@dataclass(slots=True)
class Gathered:
    """Threads by id, and a sentence for each item that could not be read. `oldest` is how far back the list was read.

    `complete` is False where the list went on.
    """

    threads: dict[str, Conversation] = field(default_factory=dict)
    skipped: list[Saying] = field(default_factory=list)
    oldest: int = 0
    complete: bool = True

    def add(self, items: Sequence[object]) -> list[Conversation]:
        """Read items; return those that could be read."""
        read: list[Conversation] = []
        for item in items:
            try:
                conversation, odd = read_conversation(item)
            except Shape as shape:
                self.skipped.append(unreadable(shape).saying)
                continue
            self.skipped += [unreadable(shape).saying for shape in odd]
            self.threads[conversation.top.id] = conversation
            read.append(conversation)
        return read


async def newest(api: Api, memory: Memory) -> Gathered:
    """Read the threads of the whole channel back to what is known. Raises NetworkFailure."""
    gathered = Gathered()
    async for items, more in _pages(api, await _whole_channel(api, PUBLISHED), _MOST_PAGES):
        page = gathered.add(items)
        known = [not memory.is_new_thread(conversation.top) for conversation in page]
        gathered.complete = not more
        if page:
            gathered.oldest = page[-1].top.at
        if memory.upto:
            # A fetch was stopped while yielding: replies may still be missing below threads that are known.
            if page and page[-1].top.at < memory.floor:
                break
        elif all(known) or (len(known) >= _KNOWN_IN_A_ROW and all(known[-_KNOWN_IN_A_ROW:])):
            break
    return gathered


async def queue(api: Api, status: str, most_pages: int) -> Gathered:
    """Read a queue of what waits for review. Raises NetworkFailure."""
    gathered = Gathered()
    async for items, more in _pages(api, await _whole_channel(api, status), most_pages):
        gathered.add(items)
        gathered.complete = not more
    return gathered


async def again(api: Api, identifiers: Sequence[str]) -> Gathered:
    """Read known threads once more, at most fifty; those that are no longer public are left out.

    Raises NetworkFailure.
    """
    params = (("part", "snippet,replies"), ("id", ",".join(identifiers[:MOST_IDS])), *TEXT)
    gathered = Gathered()
    body = await api.get("/commentThreads", params)
    try:
        gathered.add(items_of(body))
    except Shape as shape:
        raise unreadable(shape) from None
    return gathered


async def by_id(api: Api, identifiers: Sequence[str]) -> dict[str, Comment]:
    """Return comments by their ids, at most fifty; those that do not exist are left out. Raises NetworkFailure."""
    params = (("part", "snippet"), ("id", ",".join(identifiers[:MOST_IDS])), *TEXT)
    body = await api.get("/comments", params)
    return {comment.id: comment for comment in _readable(body, None, None)}


async def lost(api: Api, identifiers: Sequence[str]) -> tuple[dict[str, Comment], list[str]]:
    """Return which of at most fifty comments still exist, and the ids of those that surely do not.

    Raises NetworkFailure.
    """
    params = (("part", "snippet"), ("id", ",".join(identifiers[:MOST_IDS])), *TEXT)
    body = await api.get("/comments", params)
    there = {comment.id: comment for comment in _readable(body, None, None)}
    named = {item.get("id") for item in items_of(body) if isinstance(item, dict)}
    # An answer without a list of items proves nothing.
    gone = [name for name in identifiers if name not in named] if isinstance(body.raw("items"), list) else []
    return there, gone


async def replies_of(api: Api, top: Comment) -> list[Comment]:
    """Return all replies below a comment. Raises NetworkFailure, Gone when the comment no longer exists."""
    found: dict[str, Comment] = {}
    token: str | None = None
    for _ in range(_REPLY_PAGES):
        place = () if token is None else (("pageToken", token),)
        params = (("part", "snippet"), ("parentId", top.id), *_MOST, *TEXT, *place)
        body = await api.get("/comments", params)
        found |= {comment.id: comment for comment in _readable(body, top.id, top.video)}
        token = _next(body)
        if token is None:
            break
    return list(found.values())


async def _whole_channel(api: Api, status: str) -> Params:
    channel = (await api.me()).id
    params = (("part", "snippet,replies"), ("allThreadsRelatedToChannelId", channel), ("order", "time"))
    return (*params, *_MOST, *TEXT, ("moderationStatus", status))


async def _pages(api: Api, params: Params, most: int) -> AsyncIterator[tuple[list[object], bool]]:
    """Yield the items of each page, and whether there is another one."""
    token: str | None = None
    for _ in range(most):
        body = await api.get("/commentThreads", params if token is None else (*params, ("pageToken", token)))
        try:
            items = items_of(body)
        except Shape as shape:
            raise unreadable(shape) from None
        token = _next(body)
        yield items, token is not None
        if token is None or not items:
            return


def _next(body: Reader) -> str | None:
    token = body.raw("nextPageToken")
    return token if isinstance(token, str) and token else None


def _readable(body: Reader, parent: str | None, video: str | None) -> list[Comment]:
    found: list[Comment] = []
    try:
        items = items_of(body)
    except Shape as shape:
        raise unreadable(shape) from None
    for item in items:
        try:
            found.append(read_comment(item, parent=parent, video=video))
        except Shape:
            # One odd reply does not hide the others.
            continue
    return found
