"""Direct messages: the history once, then the chat service's log, those who ask to be heard, and a look at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.reading import Reader, Shape
from cminbox.networks.bluesky.chat_reading import CONVO, Directory, Told, told_by, told_by_log
from cminbox.networks.bluesky.instants import maybe_instant
from cminbox.networks.bluesky.place import Chats
from cminbox.networks.bluesky.xrpc import listed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from cminbox.domain.message import Message
    from cminbox.networks.bluesky.xrpc import Xrpc

CHECK_EVERY = 600_000
"""Milliseconds between two looks at the list of all conversations."""
_HOUR = 3_600_000
_PAGE = "100"
_MOST_PAGES = 200
_AT_ONCE = 5
"""How many conversations' histories make one page of ours."""
_MOST_MESSAGES = 1_000
_MOST_REVS = 200
"""How many conversations' states are remembered."""


@dataclass(frozen=True, slots=True)
class ChatBatch:
    """What was told, and how far that takes us."""

    told: Told
    chats: Chats


class ChatReader:
    """One fetch's way through the direct messages. Raises NetworkFailure."""

    def __init__(self, xrpc: Xrpc, directory: Directory, since: int, now: int) -> None:
        self._xrpc = xrpc
        self._directory = directory
        self._since = since
        self._now = now
        self._delivered: set[str] = set()

    async def batches(self, chats: Chats) -> AsyncIterator[ChatBatch]:
        """Yield what is new: the history first if it was not read yet, then the log, then what it did not tell.

        Whether the log tells of people who were not accepted yet, and how long it remembers, is not documented: the
        list of requests is looked at each time, the list of all conversations from time to time.
        """
        if chats.log is None:
            async for batch in self._history(chats):
                chats = batch.chats
                yield batch
        if chats.log is not None:
            async for batch in self._log(chats):
                chats = batch.chats
                yield batch
            async for batch in self._untold(chats, "listConvoRequests", "requests", self._since):
                chats = batch.chats
                yield batch
        if chats.log is not None and not 0 <= self._now - chats.checked < CHECK_EVERY:
            since = max(self._since, chats.checked - _HOUR)
            async for batch in self._untold(chats, "listConvos", "convos", since):
                chats = batch.chats
                yield batch
            yield ChatBatch(Told(), replace(chats, checked=self._now))

    async def _history(self, chats: Chats) -> AsyncIterator[ChatBatch]:
        """Read every conversation back to `since`.

        The log begins "now": its cursor is taken before the history is read, so that nothing falls between the two.
        An account without any conversation gets none; the history is then read again, cheaply, until there is one.
        """
        if chats.filling is None:
            start = (await self._ask("getLog")).text("cursor", "")
            found = await self._conversations("listConvos", "convos", chats.revs)
            found |= await self._conversations("listConvoRequests", "requests", chats.revs)
            waiting = tuple(convo for convo, rev in found.items() if chats.revs.get(convo) != rev)
            chats = replace(chats, next_log=start or None, filling=waiting, revs=_newest(chats.revs | found))
            yield ChatBatch(Told(), chats)
        while chats.filling:
            told, rest = await self._some_histories(chats.filling, self._since)
            chats = replace(chats, filling=rest)
            yield ChatBatch(self._new(told), chats)
        yield ChatBatch(Told(), Chats(log=chats.next_log, revs=chats.revs, checked=self._now))

    async def _some_histories(self, waiting: tuple[str, ...], since: int) -> tuple[Told, tuple[str, ...]]:
        """Read the next few conversations back to `since`; returns also those that are still waiting."""
        messages: list[Message] = []
        told = Told()
        taken = 0
        for convo in waiting[:_AT_ONCE]:
            one = await self._read_back(convo, since)
            messages += one.messages
            told = replace(told, problems=(*told.problems, *one.problems))
            taken += 1
            if len(messages) > _MOST_MESSAGES:
                break
        messages.sort(key=lambda message: (message.created_at, message.remote_id))
        return replace(told, messages=tuple(messages)), waiting[taken:]

    async def _log(self, chats: Chats) -> AsyncIterator[ChatBatch]:
        for _ in range(_MOST_PAGES):
            try:
                answer = await self._ask("getLog", ("cursor", chats.log or ""))
            except (Refused, Gone):
                # The service no longer knows the place: the history is read again, what is known is dropped later.
                async for batch in self._history(Chats()):
                    yield batch
                return
            logs = listed(answer, "logs")
            told, revs = await told_by_log(logs, self._directory)
            chats = replace(chats, log=answer.text("cursor", "") or chats.log, revs=_newest(chats.revs | revs))
            if not logs:
                return
            yield ChatBatch(self._new(told), chats)

    async def _untold(self, chats: Chats, method: str, key: str, since: int) -> AsyncIterator[ChatBatch]:
        """Read the conversations of a list whose state is another than the one that was read or told."""
        found = await self._conversations(method, key, chats.revs)
        changed = tuple(convo for convo, rev in found.items() if chats.revs.get(convo) != rev)
        while changed:
            told, rest = await self._some_histories(changed, since)
            read = {convo: found[convo] for convo in changed if convo not in rest}
            chats, changed = replace(chats, revs=_newest(chats.revs | read)), rest
            yield ChatBatch(self._new(told), chats)

    async def _conversations(self, method: str, key: str, known: Mapping[str, str]) -> dict[str, str]:
        """Return conversations with something in the window, by the time of their last message, and their states.

        The list runs from the latest event back: a page on which all is as `known` ends it.
        """
        found: list[tuple[int, str, str]] = []
        cursor = ""
        for _ in range(_MOST_PAGES):
            more = (("cursor", cursor),) if cursor else ()
            answer = await self._ask(method, ("limit", _PAGE), *more)
            before = len(found)
            times = [self._one(item, found) for item in listed(answer, key)]
            cursor = answer.text("cursor", "")
            news = any(known.get(convo) != rev for _, convo, rev in found[before:])
            if not cursor or not times or not news or max(times) < self._since:
                break
        return {convo: rev for last, convo, rev in sorted(found) if last >= self._since}

    def _one(self, item: object, found: list[tuple[int, str, str]]) -> int:
        """Add a conversation to `found`; returns when it last moved, now where that cannot be told."""
        try:
            view = Reader(item, "conversation")
            convo, rev = view.identifier("id"), view.text("rev", "")
        except Shape:
            # Requests to join a group stand in the same list and are no conversations.
            return self._since
        self._directory.learn(view.items("members"))
        message = view.raw("lastMessage")
        sent = maybe_instant(str(message.get("sentAt"))) if isinstance(message, dict) else None
        last = self._since if sent is None else sent
        found.append((last, convo, rev))
        return last

    async def _read_back(self, convo: str, since: int) -> Told:
        """Return the messages of a conversation back to `since`, in the service's order."""
        told = Told()
        async for page in messages_back(self._xrpc, convo):
            one = await told_by([(convo, item) for item in page], self._directory)
            inside = tuple(message for message in one.messages if message.created_at >= since)
            told = Told((*told.messages, *inside), (), (*told.problems, *one.problems))
            if len(inside) < len(one.messages):
                break
        return told

    def _new(self, told: Told) -> Told:
        """Drop what this fetch has delivered already: the history and the log overlap."""
        fresh = tuple(message for message in told.messages if message.remote_id not in self._delivered)
        self._delivered.update(message.remote_id for message in fresh)
        return replace(told, messages=fresh)

    async def _ask(self, method: str, *params: tuple[str, str]) -> Reader:
        return await self._xrpc.get(f"{CONVO}.{method}", *params, chat=True)


def _newest(revs: dict[str, str]) -> dict[str, str]:
    """Return the states of the conversations that moved last: they sort by time."""
    kept = sorted(revs.items(), key=lambda one: one[1])[-_MOST_REVS:]
    return dict(kept)


async def messages_back(xrpc: Xrpc, convo: str) -> AsyncIterator[list[object]]:
    """Yield a conversation's messages page by page, newest first. A conversation that is gone has none.

    Raises NetworkFailure.
    """
    cursor = ""
    for _ in range(_MOST_PAGES):
        more = (("cursor", cursor),) if cursor else ()
        try:
            answer = await xrpc.get(f"{CONVO}.getMessages", ("convoId", convo), ("limit", _PAGE), *more, chat=True)
        except Gone:
            return
        page = listed(answer, "messages")
        yield page
        cursor = answer.text("cursor", "")
        if not cursor or not page:
            return
