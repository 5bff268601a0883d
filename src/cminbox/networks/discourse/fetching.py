"""One fetch: both lists of posts read upwards, what concerns us taken out of them, then the review queue."""

from __future__ import annotations

import hashlib
import json
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.contract import Page
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.discourse.cursor import read_cursor
from cminbox.networks.discourse.lists import FURTHEST_BACK, number_of, read_list, upwards
from cminbox.networks.discourse.notices import read_concerns
from cminbox.networks.discourse.posts import answers_us, mark, names_us, post_of, read_post, to_message
from cminbox.networks.discourse.queue import Queue, standing

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cminbox.domain.message import Message
    from cminbox.domain.saying import Saying
    from cminbox.networks.discourse.api import Api, Me
    from cminbox.networks.discourse.cursor import Place
    from cminbox.networks.discourse.lists import Listed
    from cminbox.networks.discourse.notices import Concerns
    from cminbox.networks.discourse.posts import Post

_MARGIN_MS = 3600 * 1000
"""So much earlier than the newest post that was read notifications are looked at: they are written a little later."""
_CONFIRMED = 3
_TURN_MS = 60_000


class Fetching:
    """One run. The pages that it yields can be the last that the caller wants at any time.

    `ours` remembers, for an administrator's key, in which private exchanges we take part: it is shown all of them.
    `since` is UTC milliseconds.
    """

    def __init__(self, api: Api, me: Me, cursor: str | None, ours: dict[str, bool]) -> None:
        self._api = api
        self._me = me
        self._progress = read_cursor(cursor)
        self._before = cursor
        self._ours = ours
        self._concerns: Concerns
        self._muted: frozenset[str] = frozenset()
        self._queue: Queue | None = None
        self._messages: list[Message] = []
        self._deleted: list[str] = []
        self._skipped: list[Saying] = []

    async def pages(self, since: int) -> AsyncGenerator[Page]:
        """Yield everything new, oldest first. Raises NetworkFailure."""
        back_to = max(self._progress.newest - _MARGIN_MS, since)
        self._concerns = await read_concerns(self._api, back_to)
        self._muted = await self._api.muted()
        self._queue = Queue(self._api, self._me, self._progress)
        await self._queue.read()
        for name in ("public", "private"):
            async with aclosing(self._list(name, since)) as pages:
                async for page in pages:
                    yield page
        await self._look_at_queue()
        page = self._page()
        if page.messages or page.deleted or page.skipped or page.cursor != self._before:
            yield page

    async def _list(self, name: str, since: int) -> AsyncGenerator[Page]:
        place = self._progress.places[name]
        head = await read_list(self._api, name)
        while place.at is None:
            await self._step_back(name, place, head, since)
            if place.at is None:
                yield self._page()
        reached = place.at
        async with aclosing(upwards(self._api, name, place, head)) as parts:
            async for items in parts:
                await self._take_all(items, name, since)
                if self._messages:
                    yield self._page()
        await self._take_all(head.between(0, reached), name, since)
        await self._find_deleted(place, head)

    async def _step_back(self, name: str, place: Place, head: Listed, since: int) -> None:
        """Look one page further down for where the history begins: the last post that is older than it."""
        page = head if place.back is None else await read_list(self._api, name, place.back)
        older = [number for item in page.items if (number := number_of(item)) is not None and _is_older(item, since)]
        lowest = min(page.numbers, default=place.back or 1)
        too_far = max(head.numbers, default=0) - lowest > FURTHEST_BACK
        if older or not page.numbers or too_far or lowest == place.back:
            place.at, place.back = max(older, default=lowest - 1), None
        else:
            place.back = lowest

    async def _take_all(self, items: list[Any], name: str, since: int) -> None:
        place = self._progress.places[name]
        for item in items:
            try:
                post = read_post(item)
                kind = await self._kind_of(post, name)
                self._progress.newest = max(self._progress.newest, min(post.created_at, self._api.now()))
                if kind is None or post.created_at < since or post.deleted:
                    continue
                message = to_message(post, self._me, kind, self._api.base_url, self._labels(post))
            except Shape as shape:
                self._skip(item, shape, place)
                continue
            if place.is_news(message.remote_id, mark(message)):
                self._messages.append(message)

    async def _kind_of(self, post: Post, name: str) -> Kind | None:
        """Return how a post concerns us, None where it does not, or its author is muted."""
        if post.username.casefold() in self._muted:
            return None
        if name == "private":
            return Kind.DM if await self._takes_part(post) else None
        if post.by(self._me):
            # What we began is context; what we answered is an answer.
            return Kind.COMMENT if post.number > 1 else None
        if names_us(post, self._me):
            return Kind.MENTION
        if answers_us(post, self._me):
            return Kind.COMMENT
        return self._concerns.kind_of(post)

    async def _takes_part(self, post: Post) -> bool:
        if not self._me.admin or post.by(self._me):
            return True
        if post.topic not in self._ours:
            known = self._progress.places["private"].known
            self._ours[post.topic] = post.id in known or await is_member(self._api, self._me, post.topic)
        return self._ours[post.topic]

    def _labels(self, post: Post) -> tuple[str, ...]:
        return () if self._queue is None else self._queue.labels(post.id)

    def _skip(self, item: object, shape: Shape, place: Place) -> None:
        """Say once that an item could not be read; it stops nobody else."""
        digest = hashlib.sha256(json.dumps(item, sort_keys=True, default=str).encode()).hexdigest()[:16]
        if place.is_news(f"?{digest}", 0):
            said = safe(str(shape), limit=120)
            self._skipped.append(say("An item could not be read: {said}", said=said))

    async def _find_deleted(self, place: Place, head: Listed) -> None:
        """Look at some of the posts yielded lately that are missing in the newest page."""
        lowest, there = min(head.numbers, default=0), set(head.numbers)
        missing = [
            key for key in reversed(place.known) if key.isdigit() and int(key) >= lowest and int(key) not in there
        ]
        turn = self._api.now() // _TURN_MS
        for identifier in _some(missing, _CONFIRMED, turn):
            try:
                gone = post_of(await self._api.get(f"/posts/{identifier}.json")).deleted
            except Gone:
                gone = True
            except (Refused, Shape):
                continue
            if gone:
                place.known.pop(identifier, None)
                self._deleted.append(identifier)

    async def _look_at_queue(self) -> None:
        if self._queue is None:
            return
        place = self._progress.places["public"]
        for message in await self._queue.messages():
            if place.is_news(message.remote_id, mark(message)):
                self._messages.append(message)
        for identifier in self._queue.settled:
            place.known.pop(identifier, None)
            self._deleted.append(identifier)
        for identifier in self._queue.cleared:
            await self._clear(identifier, place)
        self._progress.pending = standing(self._queue, self._progress.pending)

    async def _clear(self, identifier: str, place: Place) -> None:
        """Take the label away from a post that no longer awaits review."""
        message: Message | None = None
        try:
            post = post_of(await self._api.get(f"/posts/{identifier}.json"))
            if not post.deleted:
                kind = await self._kind_of(post, "public") or Kind.COMMENT
                message = to_message(post, self._me, kind, self._api.base_url)
        except Gone:
            message = None
        except (Refused, Shape):
            return
        if message is None:
            self._deleted.append(identifier)
            place.known.pop(identifier, None)
        elif place.is_news(message.remote_id, mark(message)):
            self._messages.append(message)

    def _page(self) -> Page:
        messages = sorted(self._messages, key=lambda message: message.created_at)
        page = Page(tuple(messages), self._progress.write(), tuple(self._deleted), tuple(self._skipped))
        self._messages, self._deleted, self._skipped = [], [], []
        self._before = page.cursor
        return page


async def is_member(api: Api, me: Me, topic: str) -> bool:
    """Whether we take part in a private exchange, by name or through a group of ours. Raises NetworkFailure."""
    try:
        details = (await api.get(f"/t/{topic}.json")).maybe_object("details")
        users = [] if details is None else details.items("allowed_users")
        groups = [] if details is None else details.items("allowed_groups")
        mine = {_number(group) for group in me.source.items("groups")}
    except (Gone, Refused):
        return False
    except Shape as shape:
        raise unreadable(shape) from None
    return me.id in {_number(user) for user in users} or bool(mine & {_number(group) for group in groups} - {""})


def _number(item: object) -> str:
    return str(item["id"]) if isinstance(item, dict) and item.get("id") is not None else ""


def _is_older(item: object, since: int) -> bool:
    try:
        return read_post(item).created_at < since
    except Shape:
        return False


def _some(items: list[str], most: int, turn: int) -> list[str]:
    """Return at most so many of the items, different ones at each turn."""
    start = turn * most % len(items) if items else 0
    return [*items[start:], *items[:start]][:most]
