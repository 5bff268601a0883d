"""One fetch: what the notifications name, oldest first, then the comments below posts that mention us."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.contract import Page
from cminbox.network_kit.failures import Gone, NetworkFailure, Refused
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.linkedin.comments import below, comment_at
from cminbox.networks.linkedin.entities import bare_notice, read_notice, read_post
from cminbox.networks.linkedin.memory import read_cursor, write_cursor
from cminbox.networks.linkedin.urns import Place, comment_name, encoded, is_post, listed, permalink

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cminbox.domain.message import Message
    from cminbox.domain.saying import Saying
    from cminbox.networks.linkedin.api import Api
    from cminbox.networks.linkedin.entities import Notice, Post
    from cminbox.networks.linkedin.memory import Memory, Watched
    from cminbox.networks.linkedin.people import People

COMMENT = "COMMENT"
OURS = "ADMIN_COMMENT"
EDIT = "COMMENT_EDIT"
DELETE = "COMMENT_DELETE"
MENTION = "SHARE_MENTION"
ACTIONS = (COMMENT, OURS, EDIT, DELETE, MENTION)
PAGE = 20


@dataclass(slots=True)
class _Gathered:
    """What was read and not yielded yet."""

    messages: list[Message] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    skipped: list[Saying] = field(default_factory=list)

    def page(self, memory: Memory) -> Page:
        page = Page(tuple(self.messages), write_cursor(memory), tuple(dict.fromkeys(self.deleted)), tuple(self.skipped))
        self.messages, self.deleted, self.skipped = [], [], []
        return page


class Fetching:
    """One run. Whichever page it yields can be the last that the caller wants."""

    def __init__(self, api: Api, people: People, cursor: str | None, since: int) -> None:
        self._api = api
        self._people = people
        self._cursor = cursor
        self._memory = read_cursor(cursor, since, api.now())
        self._found = _Gathered()
        self._read: set[str] = set()

    async def pages(self) -> AsyncGenerator[Page]:
        """Yield everything new. Raises NetworkFailure, after what was read before it."""
        now = self._api.now()
        if 0 <= now - self._memory.read_at < self._api.account.pause_minutes * 60_000:
            return
        failure: NetworkFailure | None = None
        async with aclosing(self._steps(now)) as steps:
            while True:
                try:
                    await anext(steps)
                except StopAsyncIteration:
                    break
                except NetworkFailure as caught:
                    failure = caught
                    break
                if len(self._found.messages) >= PAGE:
                    yield self._found.page(self._memory)
        if failure is None:
            if self._api.account.pause_minutes:
                self._memory.read_at = now
            self._memory.let_go(now)
        page = self._found.page(self._memory)
        if page.messages or page.deleted or page.skipped or page.cursor != self._cursor:
            yield page
        if failure is not None:
            raise failure

    async def _steps(self, now: int) -> AsyncGenerator[None]:
        """Read one thing after another; after each, all that was read is known to the memory."""
        notices = await self._notices(now)
        gone = {notice.entity for notice in notices if notice.action == DELETE}
        for notice in notices:
            await self._take(notice, gone, now)
            self._memory.learn(notice)
            yield
        for urn, watched in list(self._memory.watched.items()):
            if watched.due(now):
                await self._look(urn, watched, now)
                yield

    async def _notices(self, now: int) -> list[Notice]:
        """Return the notifications that were not taken yet, oldest first."""
        start = self._memory.start(now)
        query = "&".join(
            (
                "q=criteria",
                f"actions={listed(ACTIONS)}",
                f"organizationalEntity={encoded(self._api.me)}",
                f"timeRange=(start:{start},end:{now})",
            )
        )
        found: dict[str, Notice] = {}
        async for part in self._api.every("/organizationalEntityNotifications", query):
            for item in part.items:
                try:
                    notice = read_notice(item)
                except Shape as shape:
                    self._report(item, shape)
                    continue
                if self._memory.is_news(notice):
                    found[notice.id] = notice
        return sorted(found.values(), key=lambda notice: (notice.at, len(notice.id), notice.id))

    def _report(self, item: object, shape: Shape) -> None:
        """Say once that a notification cannot be read."""
        notice = bare_notice(item, self._api.now())
        if notice is None or self._memory.is_news(notice):
            self._skip(shape)
        if notice is not None:
            self._memory.known[notice.id] = notice.at

    def _skip(self, shape: Shape) -> None:
        self._found.skipped.append(unreadable(shape).saying)

    async def _take(self, notice: Notice, gone: set[str], now: int) -> None:
        try:
            match notice.action:
                case "COMMENT_DELETE":
                    self._found.deleted.append(comment_name(notice.entity, "notification.generatedActivity").urn)
                case "SHARE_MENTION":
                    await self._take_mention(notice, now)
                case "COMMENT" | "ADMIN_COMMENT" | "COMMENT_EDIT" if notice.entity not in gone:
                    await self._take_comment(notice)
        except Shape as shape:
            self._skip(shape)

    async def _take_comment(self, notice: Notice) -> None:
        name = comment_name(notice.entity, "notification.generatedActivity")
        if name.number in self._read:
            return
        try:
            comment = await comment_at(self._api, name)
        except Gone:
            self._found.deleted.append(name.urn)
            return
        self._read.add(name.number)
        self._found.messages.append(comment.message(self._api.me, await self._people.named(comment.author)))

    async def _take_mention(self, notice: Notice, now: int) -> None:
        urn = notice.entity
        if not is_post(urn):
            raise Shape("notification.generatedActivity", "the URN of a post")
        if urn in self._read:
            return
        try:
            post = notice.post or await self._post(urn)
        except Gone:
            return
        except Refused as refused:
            where = permalink(urn)
            said = say("A post that mentions the Page cannot be read ({why}): {where}", why=refused.saying, where=where)
            self._found.skipped.append(said)
            return
        self._read.add(urn)
        self._found.messages.append(post.message(self._api.me, await self._people.named(post.author)))
        self._memory.watch(post.urn, post.at, now)

    async def _post(self, urn: str) -> Post:
        return read_post(await self._api.get(f"/posts/{encoded(urn)}"))

    async def _look(self, urn: str, watched: Watched, now: int) -> None:
        """Read the comments below a post that mentions us: new ones, edited ones, and those that are gone."""
        try:
            found = await below(self._api, urn)
        except Gone:
            self._memory.watched.pop(urn)
            self._found.deleted += [urn]
            return
        except Refused:
            # What is closed to us stays closed; that we were mentioned was said.
            self._memory.watched.pop(urn)
            return
        self._found.skipped += found.skipped
        for comment in sorted(found.comments, key=lambda comment: comment.at):
            if watched.is_news(comment):
                author = await self._people.named(comment.author)
                self._found.messages.append(comment.message(self._api.me, author, mention=urn))
                watched.learn(comment)
        if found.complete:
            gone = watched.forget({comment.name.number for comment in found.comments})
            self._found.deleted += [Place(name, urn).remote_id for name in gone]
        watched.looked_at = now
        if found.cut:
            self._memory.watched.pop(urn)
