"""One fetch: new threads, new replies below known ones, what waits for review, what is gone, and live chats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cminbox.domain import message as messages
from cminbox.network_kit.contract import Page
from cminbox.network_kit.failures import Gone, NetworkFailure
from cminbox.networks.youtube import walking
from cminbox.networks.youtube.comments import HELD, MOST_IDS, SPAM, Comment
from cminbox.networks.youtube.live import listen
from cminbox.networks.youtube.memory import ANY_TIME, read_cursor, write_cursor

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable

    from cminbox.domain.message import Message
    from cminbox.domain.saying import Saying
    from cminbox.networks.youtube.api import Api
    from cminbox.networks.youtube.comments import Conversation

PAGE = 50
QUEUES_MS = 5 * 60_000
"""How often the queues for review are read: they cost units, and nobody waits for an answer there."""
_QUEUE_PAGES = 5
MANY = 100
"""So many new threads at once crowd known ones out."""
_TURN_MS = 60_000
_WAITING = {HELD: messages.HELD, SPAM: messages.SPAM}
"""The queues for review, and the labels of what is in them."""


@dataclass(frozen=True, slots=True)
class News:
    """A message to yield, and how to remember that it was."""

    message: Message
    learn: Callable[[], None]


class Fetching:
    """One run through the lists. Everything is read first, newest to oldest, then yielded, oldest to newest."""

    def __init__(self, api: Api, me: str, cursor: str | None, since: int, seen: dict[str, str]) -> None:
        self._api = api
        self._me = me
        self._since = since
        self._seen = seen
        """A comment of each author, or a live chat: without one nobody can be blocked."""
        self._memory = read_cursor(cursor, since)
        self._last = cursor
        self._news: dict[str, News] = {}
        self._suspects: list[str] = []
        self._deleted: list[str] = []
        self._skipped: list[Saying] = []
        self._finally: list[Callable[[], None]] = []
        self._whole = True

    async def pages(self) -> AsyncGenerator[Page]:
        """Yield everything new, oldest first. Raises NetworkFailure, after what was read before it."""
        failure: NetworkFailure | None = None
        try:
            await self._read()
        except NetworkFailure as caught:
            failure = caught
            self._whole = False
        await self._api.budget.keep(everything=True)
        # Times are in whole seconds and lists begin with the newest: of one second, the last is the oldest.
        news = list(self._news.values())
        news.reverse()
        news.sort(key=_age)
        for start in range(0, len(news), PAGE):
            part = news[start : start + PAGE]
            for one in part:
                one.learn()
            last = start + PAGE >= len(news) and failure is None
            yield self._page([one.message for one in part], last=last)
        if failure is not None:
            raise failure
        page = self._page([], last=True)
        if page.deleted or page.skipped or page.cursor != self._last:
            yield page

    async def _read(self) -> None:
        """Read the lists. What a failure leaves unread must not look as if it was read: the next fetch begins anew."""
        gathered = await walking.newest(self._api, self._memory)
        self._skipped += gathered.skipped
        threads = list(gathered.threads.values())
        pending = [conversation for conversation in threads if self._take(conversation)]
        for conversation in pending:
            await self._take_replies(conversation)
        # After a long silence so many threads are new that the known ones are about to be forgotten.
        crowded = len(threads) - sum(name in self._memory.threads for name in gathered.threads) >= MANY
        if self._api.budget.ahead and not crowded:
            return
        reach = 0 if gathered.complete else gathered.oldest
        await self._look_again(gathered, reach, all_of_them=crowded)
        await self._read_queues()
        await self._confirm()
        await self._listen()

    def _take(self, conversation: Conversation) -> bool:
        """Take what a list tells of a thread; return whether its replies have to be read one page after another."""
        known = self._memory.threads.get(conversation.top.id)
        if known is None and conversation.top.at < self._memory.floor:
            return False
        self._note(conversation.top)
        fresh = [reply for reply in conversation.replies if self._memory.is_news(reply)]
        if known is not None and known.total == conversation.total and not fresh:
            return False
        if not conversation.whole:
            return True
        self._note_replies(conversation, conversation.replies)
        return False

    async def _take_replies(self, conversation: Conversation) -> None:
        try:
            replies = await walking.replies_of(self._api, conversation.top)
        except Gone:
            self._suspects.append(conversation.top.id)
            return
        self._note_replies(conversation, replies)

    def _note_replies(self, conversation: Conversation, replies: Iterable[Comment]) -> None:
        """Take all replies of a thread; those that are known and not among them may be gone."""
        there = {reply.id for reply in replies}
        for reply in replies:
            self._note(reply)
        known = self._memory.threads.get(conversation.top.id)
        if known is not None:
            self._suspects += [reply for reply in known.replies if reply not in there]
        top, total = conversation.top.id, conversation.total

        def settle() -> None:
            if top in self._memory.threads:
                self._memory.threads[top].total = total

        self._finally.append(settle)

    def _note(self, comment: Comment) -> None:
        self._seen[comment.author.remote_id] = comment.id
        waited = comment.id in self._memory.waiting
        if self._memory.is_news(comment) or waited:
            message = comment.message(self._me)
            # What waited for review is published now: nothing marks it any more.
            message = replace(message, labels=()) if waited else message
            self._news[comment.id] = News(message, lambda: self._memory.learn(comment))

    async def _look_again(self, gathered: walking.Gathered, reach: int, *, all_of_them: bool) -> None:
        """Read threads of late once more that the list did not show: for new replies, edits and deletions."""
        unseen = [name for name in reversed(self._memory.threads) if name not in gathered.threads]
        missing = [name for name in unseen if self._memory.threads[name].at >= reach]
        others = [name for name in unseen if self._memory.threads[name].at < reach]
        turn = self._api.now() // _TURN_MS
        asked = missing[: MOST_IDS // 2]
        asked += _some(others, MOST_IDS - len(asked), turn)
        if all_of_them:
            asked = unseen
        for start in range(0, len(asked), MOST_IDS):
            some = asked[start : start + MOST_IDS]
            found = await walking.again(self._api, some)
            self._skipped += found.skipped
            for conversation in found.threads.values():
                if self._take(conversation):
                    await self._take_replies(conversation)
            self._suspects += [name for name in some if name not in found.threads]

    async def _read_queues(self) -> None:
        now = self._api.now()
        if 0 <= now - self._memory.queues_at < QUEUES_MS:
            return
        waiting: set[str] = set()
        whole = True
        for status, label in _WAITING.items():
            gathered = await walking.queue(self._api, status, _QUEUE_PAGES)
            self._skipped += gathered.skipped
            whole = whole and gathered.complete
            for conversation in gathered.threads.values():
                for comment in (conversation.top, *conversation.replies):
                    if comment.status in _WAITING or (comment.parent is None and not comment.status):
                        waiting.add(comment.id)
                        self._note_waiting(comment, _WAITING.get(comment.status, label))
        if whole:
            self._suspects += [name for name in self._memory.waiting if name not in waiting]

        def settle() -> None:
            self._memory.queues_at = now

        self._finally.append(settle)

    def _note_waiting(self, comment: Comment, label: str) -> None:
        self._seen[comment.author.remote_id] = comment.id
        if self._memory.waiting.get(comment.id) != comment.mark:
            message = replace(comment.message(self._me), labels=(label,))
            self._news[comment.id] = News(message, lambda: self._memory.wait(comment))

    async def _confirm(self) -> None:
        """Ask for what has disappeared from a list: it was deleted, or it waits for review, or was published."""
        suspects = [name for name in dict.fromkeys(self._suspects) if name not in self._news][:MOST_IDS]
        if not suspects:
            return
        there, gone = await walking.lost(self._api, suspects)
        self._deleted += gone
        for name, comment in there.items():
            if name in self._memory.waiting:
                self._note(comment)

    async def _listen(self) -> None:
        heard = await listen(self._api, self._memory, self._since)
        self._skipped += heard.skipped
        self._deleted += heard.deleted
        for message in reversed(heard.messages):
            self._seen.setdefault(message.author.remote_id, message.remote_id)
            self._news[message.remote_id] = News(message, _nothing)

        def settle() -> None:
            self._memory.chats, self._memory.streams_at = heard.chats, heard.looked_at

        self._finally.append(settle)

    def _page(self, messages: list[Message], *, last: bool) -> Page:
        deleted: list[str] = []
        if messages:
            # What a failure left unread may be older than what is yielded here.
            self._memory.yielded(messages[-1].created_at if self._whole else ANY_TIME)
        if last:
            self._memory.settle()
            for settle in self._finally:
                settle()
            for name in self._deleted:
                self._memory.forget(name)
            deleted, self._deleted, self._finally = self._deleted, [], []
        skipped, self._skipped = self._skipped, []
        cursor = write_cursor(self._memory)
        page = Page(tuple(messages), cursor, tuple(dict.fromkeys(deleted)), tuple(skipped))
        if messages or deleted or skipped:
            self._last = cursor
        return page


def _age(news: News) -> tuple[int, bool]:
    return news.message.created_at, news.message.parent is not None


def _some(items: list[str], most: int, turn: int) -> list[str]:
    """Return at most so many items: the newest half, and of the others different ones at each turn."""
    half = most // 2
    rest = items[half:]
    others = most - half
    start = turn * others % len(rest) if rest else 0
    return items[:half] + [*rest[start:], *rest[:start]][:others]


def _nothing() -> None:
    """Live chats remember places, not messages."""
