"""What a fetched message looks like: whole, clean, in UTC, marked as ours when it is."""

from __future__ import annotations

import os
import time
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import PRIVATELY
from cminbox.domain.network import Capability
from cminbox.network_kit.failures import CursorExpired, Gone
from cminbox.network_kit.testing.suite_ground import (
    Ground,
    failure_of,
    fetched,
    ids_of,
    messages_of,
    pages_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Network
    from cminbox.network_kit.testing.bench import Bench

TYPED = (
    "Où est ma commande ? Élodie",
    "1 < 2 & 3 > 2, <b>not bold</b> &amp; &lt;i&gt;",
    "first line\nsecond line",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1eb\U0001f1f7 \U0001f44d\U0001f3fd",
    "مرحبا، أين طلبي؟ 日本語 हिन्दी",
    "quotes \" and ' and \\ and {braces} %s",
)
HOSTILE = (
    "\x1b]52;c;aGk=\x07 clipboard \x1b[2J",
    "eight bit \x9b2J and \x90 and \x85",
    "nul \x00 del \x7f bell \a back \b",
    "half a pair \ud800 and \udc00\ud800",
)
CLOCK_SLACK_MS = 1_000


class FetchingTests(Ground):
    """One message at a time."""

    async def test_every_kind_arrives_with_its_kind_text_and_author(self) -> None:
        """What strangers write arrives, each once, as the kind it is."""
        async with self.opened() as bench:
            written = {bench.someone_writes(kind, f"hello as {kind.value}"): kind for kind in bench.kinds}
            network = bench.connect()
            messages = messages_of(await pages_of(network, bench))
            assert {message.remote_id: message.kind for message in messages} == written
            assert len(messages) == len(written)
            for message in messages:
                assert set(message.barred or ()) <= {*network.manifest.capabilities, PRIVATELY}, "an act that is none"
                assert f"hello as {message.kind.value}" in message.text
                assert message.author.remote_id
                assert message.author.handle
                assert not message.author.handle.startswith("@")

    async def test_nothing_written_is_an_empty_fetch(self) -> None:
        """A quiet account is no failure, twice over."""
        async with self.opened() as bench:
            pages = await pages_of(bench.connect(), bench)
            assert ids_of(pages) == []
            if pages:
                assert ids_of(await pages_of(bench.connect(), bench, pages[-1].cursor)) == []

    @pytest.mark.parametrize("typed", TYPED)
    async def test_text_arrives_as_it_was_typed(self, typed: str) -> None:
        """Letters, emoji, signs and line ends survive the network's own form of text."""
        async with self.opened() as bench:
            for kind in bench.kinds:
                message = await fetched(bench.connect(), bench, bench.someone_writes(kind, typed))
                assert " ".join(typed.split()) in " ".join(message.text.split())
                assert ("\n" in message.text) == ("\n" in typed), "a line end was lost or made up"

    @pytest.mark.parametrize("hostile", HOSTILE)
    async def test_text_is_free_of_control_characters(self, hostile: str) -> None:
        """Line ends and tabs stay, no other control character and no half character does."""
        async with self.opened() as bench:
            for kind in bench.kinds:
                _is_clean(await fetched(bench.connect(), bench, bench.someone_writes(kind, hostile)))

    async def test_times_are_utc_whatever_the_machine_thinks(self) -> None:
        """A message bears the instant at which it was written, in milliseconds, in any time zone of the reader."""
        with _zone("Asia/Kathmandu"):
            async with self.opened() as bench:
                for kind in bench.kinds:
                    before = bench.now()
                    remote_id = bench.someone_writes(kind, "what time is it?")
                    after = bench.now()
                    message = await fetched(bench.connect(), bench, remote_id)
                    assert before - CLOCK_SLACK_MS <= message.created_at <= after + CLOCK_SLACK_MS

    async def test_a_message_under_another_hangs_on_it(self) -> None:
        """A follow-up names its parent, or shares its conversation."""
        async with self.opened() as bench:
            for kind in bench.kinds:
                first = bench.someone_writes(kind, "first")
                second = bench.someone_writes(kind, "second", under=first)
                network = bench.connect()
                above, below = await fetched(network, bench, first), await fetched(network, bench, second)
                together = below.conversation is not None and below.conversation == above.conversation
                assert below.parent == first or together

    async def test_what_we_wrote_is_ours_and_nothing_else_is(self) -> None:
        """Own words are marked wherever they come, a stranger's never."""
        async with self.opened() as bench:
            for kind in bench.kinds:
                asked = bench.someone_writes(kind, "a question")
                ours = bench.we_write_elsewhere("an answer from elsewhere", under=asked)
                network = bench.connect()
                found = {message.remote_id: message for message in messages_of(await pages_of(network, bench))}
                if network.manifest.can(Capability.THREAD) and kind.public:
                    thread = await network.thread(asked)
                    found |= {message.remote_id: message for message in (*thread.above, *thread.below)}
                    assert ours in found, "the thread does not show our own answer"
                assert not found[asked].ours
                assert ours not in found or found[ours].ours

    async def test_an_item_of_unknown_type_harms_nobody(self) -> None:
        """What no documentation names is passed over; its neighbours arrive."""
        async with self.opened() as bench:
            for kind in bench.kinds:
                before = bench.someone_writes(kind, "before")
                bench.add_unknown_item()
                after = bench.someone_writes(kind, "after")
                assert {before, after} <= set(ids_of(await pages_of(bench.connect(), bench)))

    async def test_an_expired_cursor_is_named_and_a_fresh_start_works(self) -> None:
        """CursorExpired tells the engine to read the history window again."""
        async with self.opened() as bench:
            remote_id = bench.someone_writes(bench.kinds[0], "hello")
            network = bench.connect()
            cursor = (await pages_of(network, bench))[-1].cursor
            if not bench.expire_cursor():
                pytest.skip("cursors of this network do not expire")
            assert isinstance(await failure_of(pages_of(network, bench, cursor), bench), CursorExpired)
            assert remote_id in ids_of(await pages_of(network, bench))

    async def test_a_deleted_message_is_reported_or_just_gone(self) -> None:
        """A deletion never breaks a fetch, and never takes a neighbour with it."""
        async with self.opened() as bench:
            for kind in bench.kinds:
                kept, lost = bench.someone_writes(kind, "kept"), bench.someone_writes(kind, "lost")
                network = bench.connect()
                cursor = (await pages_of(network, bench))[-1].cursor
                bench.someone_deletes(lost)
                late = bench.someone_writes(kind, "late")
                pages = await pages_of(network, bench, cursor)
                assert late in ids_of(pages), "the cursor stood on a message that was deleted"
                assert all(remote_id == lost for page in pages for remote_id in page.deleted)
                again = await pages_of(bench.connect(), bench)
                gone = {remote_id for page in again for remote_id in page.deleted}
                assert lost not in set(ids_of(again)) - gone
                assert {kept, late} <= set(ids_of(again)) - gone
                bench.someone_deletes(late)

    async def test_an_edited_message_keeps_its_id(self) -> None:
        """The store recognises a message by its id, whatever its text has become."""
        async with self.opened() as bench:
            remote_id = bench.someone_writes(bench.kinds[0], "frist")
            first = await fetched(bench.connect(), bench, remote_id)
            if not bench.someone_edits(remote_id, "first"):
                pytest.skip("people cannot edit on this network")
            edited = await fetched(bench.connect(), bench, remote_id)
            assert "first" in edited.text
            assert edited.created_at == first.created_at or not bench.tells_when_written

    async def test_a_thread_shows_what_is_above_and_below(self) -> None:
        """The context of a message stands around it; a thread that no longer exists is Gone."""
        async with self.opened() as bench:
            network = bench.connect()
            public = [kind for kind in bench.kinds if kind.public]
            if not network.manifest.can(Capability.THREAD) or not public:
                pytest.skip("this network shows no threads")
            first = bench.someone_writes(public[0], "first")
            second = bench.someone_writes(public[0], "second", under=first)
            if second == first:
                await _shows_what_it_can(network, bench, first)
                return
            third = bench.someone_writes(public[0], "third", under=second)
            thread = await network.thread(second)
            assert thread.message.remote_id == second
            assert first in {message.remote_id for message in thread.above}
            assert third in {message.remote_id for message in thread.below}
            bench.someone_deletes(third)
            assert isinstance(await failure_of(network.thread(third), bench), Gone)

    async def test_the_check_says_who_we_are(self) -> None:
        """A report names us, and gives away no secret."""
        async with self.opened() as bench:
            report = await bench.connect().check()
            assert report.me.remote_id
            assert report.me.handle
            assert not report.me.handle.startswith("@")
            assert report.missing_scopes == ()
            assert report.windows.keys() <= bench.network.manifest.windows.keys()
            assert all(seconds > 0 for seconds in report.windows.values())
            assert not any(secret in repr(report) for secret in bench.secrets)


async def _shows_what_it_can(network: Network, bench: Bench, remote_id: str) -> None:
    """Where whoever writes again changes what he wrote, as with reviews, only our answer stands below it."""
    ours = bench.we_write_elsewhere("an answer", under=remote_id)
    thread = await network.thread(remote_id)
    assert (thread.message.remote_id, thread.message.text, thread.above) == (remote_id, "second", ())
    assert [message.remote_id for message in thread.below] == [ours]
    bench.someone_deletes(remote_id)
    assert isinstance(await failure_of(network.thread(remote_id), bench), Gone)


def _is_clean(message: Message) -> None:
    for text in (message.text, message.author.name, message.author.handle):
        text.encode()
        odd = {char for char in text if unicodedata.category(char) == "Cc"} - {"\n", "\t"}
        assert not odd, f"control characters {sorted(odd)!r}"


@contextmanager
def _zone(name: str) -> Iterator[None]:
    """Put the process into another time zone for a while."""
    old = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        if old is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = old
        time.tzset()
