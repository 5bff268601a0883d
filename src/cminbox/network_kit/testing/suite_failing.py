"""Every way in which an HTTP exchange can fail while reading, and the one failure that each of them is."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from cminbox.network_kit.failures import Gone, NetworkFailure, Refused, SignInAgain, TryLater, Unreadable
from cminbox.network_kit.testing.suite_ground import HISTORY_MS, Ground, failure_of, ids_of, pages_of

if TYPE_CHECKING:
    from cminbox.network_kit.contract import Network, Page
    from cminbox.network_kit.testing.bench import Bench

EVERY_REQUEST = 100
MOST_REDIRECTS = 3
MOST_BYTES = 12 * 1024 * 1024
ONCE: dict[str, tuple[type[NetworkFailure], ...]] = {
    "429": (TryLater,),
    "500": (TryLater,),
    "503": (TryLater,),
    "html": (Unreadable,),
    "not json": (Unreadable,),
    "wrong shape": (Unreadable,),
    "cut body": (TryLater, Unreadable),
    "huge body": (Unreadable,),
    "gzip bomb": (Unreadable,),
    "redirect to another host": (Unreadable, Refused),
    "connect error": (TryLater,),
    "read timeout": (TryLater,),
}
"""Faults of one request after which an adapter stops at once: the caller decides when to ask again."""
LASTING: dict[str, tuple[type[NetworkFailure], ...]] = {
    "401": (SignInAgain,),
    "403": (SignInAgain, Refused),
    "404": (Gone, Refused),
    "redirect loop": (Unreadable, Refused),
}
"""Faults of every request: a token may be renewed, or an older address tried, before the adapter gives up."""
ACTS = ("fetch", "check")


class FailingTests(Ground):
    """Only NetworkFailure leaves a network, and its class says what to do next."""

    @pytest.mark.parametrize("act", ACTS)
    @pytest.mark.parametrize("fault", ONCE)
    async def test_a_failed_request_is_named_and_not_repeated(self, fault: str, act: str) -> None:
        """One request goes out, its failure comes back; a cold adapter and a warm one alike."""
        async with self.opened() as bench:
            cold = bench.connect()
            await _fails_once(bench, cold, act, fault)
            warm = bench.connect()
            await _run(warm, bench, act)
            await _fails_once(bench, warm, act, fault)

    @pytest.mark.parametrize("act", ACTS)
    @pytest.mark.parametrize("fault", LASTING)
    async def test_a_lasting_failure_is_named_in_the_end(self, fault: str, act: str) -> None:
        """An adapter may try another way once or twice, then it says what is wrong."""
        async with self.opened() as bench:
            network = bench.connect()
            await _run(network, bench, act)
            before = len(bench.requests_seen())
            bench.fail_next(fault, times=EVERY_REQUEST)
            if fault == "403" and act == "check" and await _reports_missing_scopes(network):
                return
            failure = await failure_of(_run(network, bench, act), bench)
            assert isinstance(failure, LASTING[fault]), f"{fault}: {type(failure).__name__}"
            assert len(bench.requests_seen()) - before <= 2 * (MOST_REDIRECTS + 1)

    async def test_a_rate_limit_says_how_long(self) -> None:
        """The network's own form of wait arrives as seconds, so that nobody knocks too early."""
        async with self.opened() as bench:
            network = bench.connect()
            await _run(network, bench, "fetch")
            bench.fail_next("429")
            failure = await failure_of(_run(network, bench, "fetch"), bench)
            assert isinstance(failure, TryLater)
            assert failure.rate_limited
            assert failure.after is not None
            assert failure.after > 0

    async def test_a_server_error_is_no_rate_limit(self) -> None:
        """The two are told apart: one is our haste, the other their trouble."""
        async with self.opened() as bench:
            bench.fail_next("500")
            failure = await failure_of(_run(bench.connect(), bench, "fetch"), bench)
            assert isinstance(failure, TryLater)
            assert not failure.rate_limited

    async def test_a_redirect_to_another_host_is_not_followed(self) -> None:
        """Credentials never travel on."""
        async with self.opened() as bench:
            bench.fail_next("redirect to another host")
            await failure_of(_run(bench.connect(), bench, "fetch"), bench)
            assert not any(path.endswith("/steal") for _method, path, _publishes in bench.requests_seen())

    async def test_a_server_that_quotes_our_credentials_is_not_repeated(self) -> None:
        """Some servers repeat a request in their error; the failure and the log hold no secret all the same."""
        async with self.opened() as bench:
            for act in ACTS:
                network = bench.connect()
                bench.fail_next("error that quotes the request", times=EVERY_REQUEST)
                await failure_of(_run(network, bench, act), bench)

    @pytest.mark.parametrize("fault", ["huge body", "gzip bomb"])
    async def test_a_huge_answer_is_given_up_early(self, fault: str) -> None:
        """An answer of ten or fifty megabytes never stands in memory as a whole."""
        async with self.opened() as bench:
            network = bench.connect()
            await network.check()
            await _fails_once(bench, network, "check", fault)
            tracemalloc.start()
            try:
                await _fails_once(bench, network, "check", fault)
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
            assert peak < MOST_BYTES, f"{peak} bytes at once"

    @pytest.mark.parametrize("fault", ONCE)
    async def test_after_a_failure_everything_still_arrives(self, fault: str) -> None:
        """A failure in the middle of reading loses nothing: what was not yielded comes with the next fetch."""
        async with self.opened() as bench:
            written = {bench.someone_writes(bench.kinds[0], f"number {n}") for n in range(bench.several_pages)}
            network = bench.connect()
            await network.check()
            found: set[str] = set()
            cursor: str | None = None
            try:
                async for page in network.fetch(None, bench.now() - HISTORY_MS):
                    found |= set(ids_of([page]))
                    cursor = page.cursor
                    bench.fail_next(fault)
            except NetworkFailure:
                pass
            found |= set(ids_of(await _pages_in_the_end(network, bench, cursor)))
            assert written <= found


async def _run(network: Network, bench: Bench, act: str) -> None:
    if act == "fetch":
        await pages_of(network, bench)
    else:
        await network.check()


async def _fails_once(bench: Bench, network: Network, act: str, fault: str) -> None:
    before = len(bench.requests_seen())
    bench.fail_next(fault)
    failure = await failure_of(_run(network, bench, act), bench)
    assert isinstance(failure, ONCE[fault]), f"{fault}: {type(failure).__name__}"
    assert len(bench.requests_seen()) == before + 1, "asked again by itself"


async def _reports_missing_scopes(network: Network) -> bool:
    """Whether the check answers a 403 by naming the missing permission instead of raising."""
    try:
        return bool((await network.check()).missing_scopes)
    except (SignInAgain, Refused):
        return False


async def _pages_in_the_end(network: Network, bench: Bench, cursor: str | None) -> list[Page]:
    """Return what stands behind a cursor, asking again while planned faults are left over."""
    for _ in range(bench.several_pages):
        try:
            return await pages_of(network, bench, cursor)
        except NetworkFailure:
            continue
    pytest.fail("an adapter does not recover from a failed request")
