"""Answers of the right shape but for one spot: a field gone, null, of another type, or full of tricks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

import httpx

from cminbox.network_kit.failures import NetworkFailure
from cminbox.network_kit.testing.suite_ground import (
    Ground,
    answer_to,
    answerable,
    fetched,
    keeps_secrets,
    messages_of,
    pages_of,
    publishing,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.network_kit.contract import Network
    from cminbox.network_kit.testing.bench import Bench

MOST_SPOTS = 120
"""How many spots of one conversation with the server are spoilt, spread evenly."""
VARIANT_SPOTS = 40
"""How many where a network has another test class already, and this one differs in little."""
_GONE = object()
SPOILS: tuple[object, ...] = (
    _GONE,
    None,
    "",
    "\ud800\x00\x1b[2J",
    -1,
    10**30,
    True,
    [],
    {},
    [[None]],
    {"": {"": 5}},
    "2026-13-45T99:99:99Z",
)


class SpoilingTests(Ground):
    """Whatever a server answers, an adapter reads it or says so; it never breaks."""

    most_spots: ClassVar[int] = MOST_SPOTS

    async def test_no_spoilt_answer_breaks_a_fetch(self) -> None:
        """Every message is clean, or skipped, or the fetch ends in a failure of the contract."""
        for spoiling in _spread(await self._spots("fetch"), self.most_spots):
            async with self.opened(strict=False) as bench:
                await _write(bench)
                for message in messages_of(await _under(spoiling, bench, "fetch")):
                    message.text.encode()
                    message.remote_id.encode()
                    assert message.remote_id
                    assert message.author.remote_id

    async def test_no_spoilt_answer_breaks_a_check(self) -> None:
        """The report is whole, or the check ends in a failure of the contract."""
        for spoiling in _spread(await self._spots("check"), self.most_spots):
            async with self.opened(strict=False) as bench:
                await _under(spoiling, bench, "check")

    async def test_no_spoilt_answer_makes_a_send_lie(self) -> None:
        """A receipt names the post; everything else is a failure of the contract, and nothing is sent twice."""
        kinds = answerable(self.bench())
        for turn, kind in enumerate(kinds):
            most = max(1, self.most_spots // len(kinds))
            for spoiling in _spread(await self._spots(f"reply as {kind}"), most, start=turn):
                async with self.opened(strict=False) as bench:
                    await _under(spoiling, bench, f"reply as {kind}")
                    assert publishing(bench) <= 1, "an answer that could not be read was followed by another send"

    async def _spots(self, act: str) -> int:
        async with self.opened() as bench:
            if act == "fetch":
                await _write(bench)
            spoiling = Spoiling(None)
            await _act(bench, act, spoiling)
            return spoiling.spots


class Spoiling(httpx.AsyncBaseTransport):
    """Passes requests on and spoils one spot of the JSON that comes back; None only counts the spots."""

    def __init__(self, spot: int | None, spoil: object = None) -> None:
        self.spot = spot
        self.spoil = spoil
        self.spots = 0
        self.inner: httpx.AsyncBaseTransport | None = None

    def wrap(self, http: httpx.AsyncClient) -> None:
        """Stand between a client and its transport."""
        self.inner = http._transport  # noqa: SLF001 - an adapter may hold its client anywhere; httpx has no public way
        http._transport = self  # noqa: SLF001 - as above

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer with what the inner transport answers, but for one spot."""
        assert self.inner is not None
        try:
            response = await self.inner.handle_async_request(request)
        except AssertionError:
            # What was spoilt may be handed back to the server, which is right to refuse it.
            return httpx.Response(400, stream=_Once(b"{}"))
        try:
            body = json.loads(await response.aread())
        except ValueError:
            return httpx.Response(response.status_code, headers=response.headers, stream=_Once(response.content))
        content = json.dumps(self._spoilt(body)).encode()
        return httpx.Response(
            response.status_code,
            headers=[(key, value) for key, value in response.headers.items() if key not in _LENGTHS],
            stream=_Once(content),
        )

    def _spoilt(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return a value with the spot that is due spoilt; each node counts as a spot."""
        mine = self.spot is not None and self.spots == self.spot
        self.spots += 1
        if mine:
            return None if self.spoil is _GONE else self.spoil
        if isinstance(value, list):
            return [self._spoilt(each) for each in value]
        if not isinstance(value, dict):
            return value
        kept = {}
        for key, each in value.items():
            gone = self.spots == self.spot and self.spoil is _GONE
            spoilt = self._spoilt(each)
            if not gone:
                kept[key] = spoilt
        return kept


_LENGTHS = frozenset({"content-length", "content-encoding"})


class _Once(httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self.content = content

    async def __aiter__(self) -> Any:  # noqa: ANN401 - a generator of bytes
        yield self.content


def _spread(spots: int, most: int, *, start: int = 0) -> Iterator[Spoiling]:
    """Yield up to `most` spoilings; `start` chooses other spots and other tricks than another start."""
    step = max(1, -(-spots // most))
    for turn, spot in enumerate(range(start % step, spots, step), start):
        yield Spoiling(spot, SPOILS[turn % len(SPOILS)])


async def _write(bench: Bench) -> None:
    for kind in bench.kinds:
        first = bench.someone_writes(kind, f"first {kind}")
        bench.someone_writes(kind, f"second {kind}", under=first)
        bench.we_write_elsewhere(f"ours {kind}", under=first)


async def _under(spoiling: Spoiling, bench: Bench, act: str) -> list[Any]:
    """Do an act while one spot is spoilt; return the pages of a fetch."""
    try:
        return await _act(bench, act, spoiling)
    except NetworkFailure as failure:
        keeps_secrets(failure, bench)
        return []


async def _act(bench: Bench, act: str, spoiling: Spoiling) -> list[Any]:
    network: Network
    if act == "fetch":
        network = bench.connect()
        spoiling.wrap(network.http)
        return await pages_of(network, bench)
    if act == "check":
        network = bench.connect()
        spoiling.wrap(network.http)
        await network.check()
        return []
    kind = next(kind for kind in bench.kinds if act.endswith(f" as {kind}"))
    question = await fetched(bench.connect(), bench, bench.someone_writes(kind, "a question"))
    network = bench.connect()
    spoiling.wrap(network.http)
    receipt = await network.reply(answer_to(question, bench, "an answer"))
    assert receipt.remote_id
    return []
