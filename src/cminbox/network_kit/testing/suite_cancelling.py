"""Cancellation passes straight through, and leaves an adapter that still works."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cminbox.network_kit.testing.suite_ground import (
    Ground,
    answer_to,
    answerable,
    fetched,
    ids_of,
    pages_of,
    publishing,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from cminbox.network_kit.testing.bench import Bench

HANG = "no answer at all"
SOON_SECONDS = 2.0


class CancellingTests(Ground):
    """Whoever quits does not wait for a network."""

    @pytest.mark.parametrize("act", ["fetch", "check"])
    async def test_a_cancelled_reader_stops_at_once(self, act: str) -> None:
        """While a request hangs, cancelling ends the task as cancelled, and no further request is made."""
        async with self.opened() as bench:
            remote_id = bench.someone_writes(bench.kinds[0], "hello")
            network = bench.connect()
            bench.fail_next(HANG)
            await _is_cancelled(pages_of(network, bench) if act == "fetch" else network.check(), bench)
            assert remote_id in ids_of(await pages_of(network, bench)), "the adapter does not work after a cancellation"

    async def test_a_cancelled_send_stops_at_once(self) -> None:
        """The caller knows best what it cancelled: no failure is made of it, and nothing is sent again."""
        async with self.opened() as bench:
            for kind in answerable(bench):
                question = await fetched(bench.connect(), bench, bench.someone_writes(kind, "hello"))
                network = bench.connect()
                await network.check()
                before = publishing(bench)
                bench.fail_next(HANG, publishing=True)
                await _is_cancelled(network.reply(answer_to(question, bench, f"stop {kind.value}")), bench)
                assert publishing(bench) == before + 1


async def _is_cancelled(act: Awaitable[object], bench: Bench) -> None:
    """Run an act until its request hangs, cancel it and see it end as cancelled."""
    quiet = len(bench.requests_seen())
    task = asyncio.ensure_future(act)
    while not task.done():
        await asyncio.sleep(0.01)
        seen = len(bench.requests_seen())
        if seen > 0 and seen == quiet:
            break
        quiet = seen
    assert not task.done(), "the request was to hang"
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=SOON_SECONDS)
    assert done, "a cancelled task goes on"
    assert task.cancelled(), "a cancellation was swallowed"
    assert len(bench.requests_seen()) == quiet, "asked again after the cancellation"
