"""Where pages and cursors lose messages: edges, shared times, arrivals while reading, a reader that stops half-way."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from cminbox.network_kit.testing.suite_ground import HISTORY_MS, Ground, ids_of, messages_of, pages_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Page
    from cminbox.network_kit.testing.bench import Bench


class PagingTests(Ground):
    """Many messages at a time."""

    async def test_many_messages_arrive_each_once_oldest_first(self) -> None:
        """Several of the server's pages lose nothing, repeat nothing and keep the order."""
        async with self.opened() as bench:
            for kind in bench.kinds:
                written = [bench.someone_writes(kind, f"number {n}") for n in range(bench.several_pages)]
                messages = messages_of(await pages_of(bench.connect(), bench))
                found = [message.remote_id for message in messages if message.kind is kind]
                assert sorted(found) == sorted(written)
                _oldest_first([message for message in messages if message.kind is kind])

    async def test_two_readers_see_the_same(self) -> None:
        """Reading changes nothing: a second adapter gets equal messages, ids and times included."""
        async with self.opened() as bench:
            for kind in bench.kinds:
                asked = bench.someone_writes(kind, "a question")
                bench.someone_writes(kind, "a second", under=asked)
            first = messages_of(await pages_of(bench.connect(), bench))
            assert first == messages_of(await pages_of(bench.connect(), bench))

    async def test_the_cursor_of_every_page_resumes_right_after_it(self) -> None:
        """Whichever page was the last to be stored, a restart goes on behind it."""
        async with self.opened() as bench:
            for kind in bench.kinds:
                for number in range(bench.several_pages):
                    bench.someone_writes(kind, f"number {number}")
            await _every_cursor_resumes(bench)

    async def test_messages_that_share_a_time_are_all_there(self) -> None:
        """A crowd within one millisecond passes every page edge, in one go and from every cursor."""
        async with self.opened() as bench:
            for kind in bench.kinds:
                moment = bench.now()
                written = {
                    bench.someone_writes(kind, f"at once {number}", created_at=moment)
                    for number in range(bench.several_pages)
                }
                assert written <= set(ids_of(await pages_of(bench.connect(), bench)))
            await _every_cursor_resumes(bench)

    async def test_a_late_message_of_the_same_time_is_not_lost(self) -> None:
        """What arrives after a fetch with the time of what was fetched last is still new."""
        async with self.opened() as bench:
            for kind in bench.kinds:
                moment = bench.now()
                bench.someone_writes(kind, "in time", created_at=moment)
                cursor = (await pages_of(bench.connect(), bench))[-1].cursor
                late = bench.someone_writes(kind, "late", created_at=moment)
                assert late in ids_of(await pages_of(bench.connect(), bench, cursor))

    async def test_what_arrives_while_we_read_is_not_lost(self) -> None:
        """A reader that stops after its first page, while people go on writing, misses nothing."""
        async with self.opened() as bench:
            kind = bench.kinds[0]
            written = {bench.someone_writes(kind, f"early {number}") for number in range(bench.several_pages)}
            pages = bench.connect().fetch(None, bench.now() - HISTORY_MS)
            assert isinstance(pages, AsyncGenerator), "a fetch can be closed half-way"
            first: Page = await anext(pages)
            written |= {bench.someone_writes(kind, f"meanwhile {number}") for number in range(bench.several_pages)}
            await pages.aclose()
            rest = await pages_of(bench.connect(), bench, first.cursor)
            assert written <= set(ids_of([first, *rest]))

    async def test_nothing_new_brings_nothing_and_news_come_alone(self) -> None:
        """At the end of everything a cursor brings nothing; the next message then comes by itself."""
        async with self.opened() as bench:
            for kind in bench.kinds:
                bench.someone_writes(kind, "old")
            cursor = (await pages_of(bench.connect(), bench))[-1].cursor
            for kind in bench.kinds:
                quiet = await pages_of(bench.connect(), bench, cursor)
                assert bench.may_repeat or ids_of(quiet) == []
                cursor = quiet[-1].cursor if quiet else cursor
                fresh = bench.someone_writes(kind, "new")
                news = await pages_of(bench.connect(), bench, cursor)
                assert fresh in ids_of(news)
                assert bench.may_repeat or ids_of(news) == [fresh]
                cursor = news[-1].cursor

    async def test_cursors_are_text_without_secrets(self) -> None:
        """A cursor is kept in the database: short enough to keep, and nobody's password."""
        async with self.opened() as bench:
            for kind in bench.kinds:
                bench.someone_writes(kind, "hello")
            for page in await pages_of(bench.connect(), bench):
                assert page.cursor
                page.cursor.encode()
                assert not any(secret in page.cursor for secret in bench.secrets)


async def _every_cursor_resumes(bench: Bench) -> None:
    pages = await pages_of(bench.connect(), bench)
    assert len(bench.requests_seen()) > 1 or not bench.network.manifest.http, "the bench's pages are too large"
    for index, page in enumerate(pages):
        resumed = ids_of(await pages_of(bench.connect(), bench, page.cursor))
        rest = ids_of(pages[index + 1 :])
        assert set(rest) <= set(resumed), f"the cursor of page {index + 1} of {len(pages)} loses messages"
        assert bench.may_repeat or sorted(resumed) == sorted(rest), f"the cursor of page {index + 1} repeats messages"


def _oldest_first(messages: Sequence[Message]) -> None:
    times = [message.created_at for message in messages]
    assert times == sorted(times), "messages are not oldest first"
