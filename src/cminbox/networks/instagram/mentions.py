"""From notices of mentions to messages: each is looked up by the only way that Instagram offers for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cminbox.domain.message import Kind
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused, TryLater
from cminbox.network_kit.graph.client import node
from cminbox.network_kit.graph.memory import Entry
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.networks.instagram.entities import (
    MEDIA_FIELDS,
    MENTIONED_FIELDS,
    NAMELESS_FIELDS,
    Place,
    media_of,
    read_comment,
    read_media,
)
from cminbox.networks.instagram.ids import POST
from cminbox.networks.instagram.notices import NoticeFolder

if TYPE_CHECKING:
    from cminbox.domain.message import Message
    from cminbox.domain.saying import Saying
    from cminbox.network_kit.graph.client import Graph
    from cminbox.network_kit.graph.memory import Memory
    from cminbox.networks.instagram.brand import Brand
    from cminbox.networks.instagram.notices import Notice

COMMENT, MEDIA = "mentioned_comment", "mentioned_media"


class Mentions:
    """What one fetch learns from the folder. `place` is how far everything was looked up.

    `since` is UTC milliseconds.
    """

    def __init__(self, graph: Graph, brand: Brand, folder: str, memory: Memory) -> None:
        self._graph = graph
        self._brand = brand
        self._folder = NoticeFolder(folder)
        self._memory = memory
        self._naming: dict[str, bool] = {}
        self.place = memory.place
        self.found: dict[str, Entry] = {}
        self.problems: list[Saying] = []

    async def read(self, since: int, ours: frozenset[str]) -> None:
        """Look up what has come; `ours` are our own posts, whose comments arrive by themselves. Raises NetworkFailure.

        A pause in the middle keeps what was found so far, so that a large heap is worked off in spite of limits.
        """
        wait = asyncio.to_thread(self._folder.deliveries, self._memory.place, since, self._brand.ids, self._graph.now())
        for delivery in await wait:
            try:
                for notice in delivery.notices:
                    if notice.media not in ours:
                        await self._look_up(notice)
            except TryLater:
                if self.place == self._memory.place:
                    raise
                return
            if delivery.problem is not None:
                self.problems.append(delivery.problem)
            self.place = delivery.number

    async def _look_up(self, notice: Notice) -> None:
        try:
            message = await self._message(notice)
        except Gone:
            return
        except Refused as failure:
            self.problems.append(say("A mention cannot be read: {why}", why=failure.saying))
            return
        except Shape as shape:
            self.problems.append(unreadable(shape).saying)
            return
        if message.ours or message.remote_id in self._memory.known:
            return
        self.found.setdefault(message.remote_id, Entry(message.created_at, message.remote_id, message))

    async def _message(self, notice: Notice) -> Message:
        """Return what a notice tells of. Raises Shape, NetworkFailure, Gone when it no longer exists."""
        graph, brand = self._graph, self._brand
        if notice.comment is None:
            return read_media(await mentioned_media(graph, brand, notice.media, MEDIA_FIELDS), brand)
        try:
            comment = await mentioned_comment(graph, brand, notice.comment, MENTIONED_FIELDS)
        except Refused:
            # The documentation promises fewer fields than the description of the interface.
            comment = await mentioned_comment(graph, brand, notice.comment, NAMELESS_FIELDS)
        media, permalink = _post_of(comment, notice.media)
        place = Place(media, permalink, Kind.MENTION, names_us=await self._names_us(media))
        return read_comment(comment, brand, place)

    async def _names_us(self, media: str) -> bool:
        """Whether a post is a mention itself; Instagram shows us as such only those whose caption names us."""
        post = POST + media
        if post in self._memory.known or post in self.found:
            return True
        if media not in self._naming:
            try:
                await mentioned_media(self._graph, self._brand, media, "id")
            except (Gone, Refused, Shape):
                self._naming[media] = False
            else:
                self._naming[media] = True
        return self._naming[media]


def mention_in(comment: Reader, brand: Brand) -> Message:
    """Return a comment elsewhere as a message. Raises Shape."""
    media, permalink = media_of(comment)
    return read_comment(comment, brand, Place(media, permalink, Kind.MENTION))


def _post_of(comment: Reader, media: str) -> tuple[str, str | None]:
    """Return the post of a comment and its address; `media` is the post where the comment does not name it."""
    try:
        return media_of(comment)
    except Shape:
        return media, None


async def mentioned_comment(graph: Graph, brand: Brand, comment: str, fields: str) -> Reader:
    """Return a comment that names us. Raises Shape, NetworkFailure, Gone when it is none."""
    return await _named(graph, brand, COMMENT, f"comment_id({comment}){{{fields}}}")


async def mentioned_media(graph: Graph, brand: Brand, media: str, fields: str) -> Reader:
    """Return a post whose caption names us. Raises Shape, NetworkFailure, Gone when it is none."""
    return await _named(graph, brand, MEDIA, f"media_id({media}){{{fields}}}")


async def _named(graph: Graph, brand: Brand, what: str, rest: str) -> Reader:
    found = (await graph.read(node(brand.identifier), f"{what}.{rest}", scope=brand.comments)).maybe_object(what)
    if found is None:
        raise Gone(say("Instagram no longer shows where the account is named"))
    return found
