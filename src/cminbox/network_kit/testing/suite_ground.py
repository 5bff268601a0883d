"""What all tests of the contract suite stand on: a bench, a way to read everything, and a search for leaked secrets."""

from __future__ import annotations

import asyncio
import logging
import traceback
from abc import ABC, abstractmethod
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar
from uuid import NAMESPACE_URL, uuid5

import pytest

from cminbox.domain.reply import Reply
from cminbox.network_kit.failures import NetworkFailure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence

    from cminbox.domain.message import Kind, Message
    from cminbox.network_kit.contract import Network, Page
    from cminbox.network_kit.testing.bench import Bench

MOST_PAGES = 2_000
HISTORY_MS = 30 * 24 * 3600 * 1000


class Ground(ABC):
    """Base of the suite's parts. A subclass for one network gives `bench`."""

    patience: ClassVar[float] = 30.0
    """After how many seconds a test counts as hanging."""

    @abstractmethod
    def bench(self) -> Bench:
        """Return a fresh bench: one simulated server with a brand account on it."""

    @asynccontextmanager
    async def opened(self, *, strict: bool = True) -> AsyncIterator[Bench]:
        """Give a fresh bench; in the end no secret was logged, and if `strict` every request was as specified."""
        bench = self.bench()
        records = _Records()
        root = logging.getLogger()
        level = root.level
        root.addHandler(records)
        root.setLevel(logging.DEBUG)
        try:
            async with asyncio.timeout(self.patience):
                yield bench
        finally:
            root.removeHandler(records)
            root.setLevel(level)
        assert not strict or bench.violations() == [], "a request that the network's specification does not allow"
        for secret in bench.secrets:
            assert not any(secret in line for line in records.lines), "a secret was logged"


class _Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


async def pages_of(network: Network, bench: Bench, cursor: str | None = None) -> list[Page]:
    """Return every page after `cursor`; with None back to thirty days before the bench's clock."""
    pages: list[Page] = []
    async for page in network.fetch(cursor, bench.now() - HISTORY_MS):
        pages.append(page)
        assert len(pages) < MOST_PAGES, "fetch does not come to an end"
    return pages


def messages_of(pages: Sequence[Page]) -> list[Message]:
    """Return the messages of pages in their order."""
    return [message for page in pages for message in page.messages]


def ids_of(pages: Sequence[Page]) -> list[str]:
    """Return the remote ids of all messages of pages in their order."""
    return [message.remote_id for message in messages_of(pages)]


async def fetched(network: Network, bench: Bench, remote_id: str) -> Message:
    """Return the message of that remote id as `fetch` brings it."""
    found = {message.remote_id: message for message in messages_of(await pages_of(network, bench))}
    assert remote_id in found, "a message that was written to the brand did not arrive"
    return found[remote_id]


def answer_to(message: Message, bench: Bench, text: str) -> Reply:
    """Return a reply to a message, decided now; its send key is new for each message and text."""
    return Reply(
        send_key=uuid5(NAMESPACE_URL, f"{message.kind}/{message.remote_id}/{text}").hex,
        kind=message.kind,
        conversation=message.conversation or message.remote_id,
        to=message.remote_id,
        text=text,
        decided_at=bench.now(),
    )


def answerable(bench: Bench) -> tuple[Kind, ...]:
    """Return the kinds that can be answered: those for which the manifest holds limits (an empty tuple is no bound)."""
    return tuple(kind for kind in bench.kinds if kind in bench.network.manifest.limits)


async def failure_of(act: Awaitable[object], bench: Bench) -> NetworkFailure:
    """Await what must fail and return its failure, in which no secret is found. Any other exception passes."""
    try:
        result = await act
    except NetworkFailure as error:
        failure = error
    else:
        pytest.fail(f"no failure but {type(result).__name__}")
    keeps_secrets(failure, bench)
    assert str(failure).strip(), "a failure without a sentence"
    return failure


def keeps_secrets(failure: BaseException, bench: Bench) -> None:
    """Assert that no planted secret is in a failure, in its arguments, its causes or its printed traceback."""
    texts = ["".join(traceback.format_exception(failure))]
    for link in _chain(failure):
        texts += [str(link), repr(link), repr(link.args), repr(vars(link))]
    for secret in bench.secrets:
        assert not any(secret in text for text in texts), "a secret is in a failure"


def _chain(failure: BaseException) -> Iterator[BaseException]:
    """Walk causes and contexts, those that `from None` only hides included."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [failure]
    while waiting:
        link = waiting.pop()
        if link is not None and id(link) not in seen:
            seen.add(id(link))
            waiting += [link.__cause__, link.__context__]
            yield link


def publishing(bench: Bench) -> int:
    """Return how many publishing requests the server has seen."""
    return sum(1 for _method, _path, publishes in bench.requests_seen() if publishes)
