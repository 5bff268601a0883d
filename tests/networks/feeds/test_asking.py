"""Asking politely: what has not changed costs nothing, pauses are kept, what moved or ended is noted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from cminbox.network_kit.failures import CursorExpired, Gone, NetworkFailure, TryLater, Unreadable
from cminbox.networks.feeds.account import FeedsAccount
from cminbox.simulators.wire import Fault, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.networks.feeds.conftest import Stage

TWO = ("news.xml", "forum.xml")


@pytest.mark.parametrize("validators", [("etag", "last-modified"), ("etag",), ("last-modified",)])
async def test_what_has_not_changed_is_not_sent_again(
    make_stage: Callable[..., Stage], validators: tuple[str, ...]
) -> None:
    stage = make_stage(validators=validators)
    stage.server.someone_publishes("ana", "hello")
    cursor = await stage.read()
    for _ in range(3):
        assert await stage.messages(cursor) == []
    assert stage.server.unchanged == 3
    stage.server.someone_publishes("ana", "more")
    assert [message.text for message in await stage.messages(cursor)] == ["more"]


async def test_a_server_without_marks_is_read_whole_and_brings_nothing_twice(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(validators=())
    stage.server.someone_publishes("ana", "hello")
    cursor = await stage.read()
    assert await stage.messages(cursor) == []
    assert stage.server.unchanged == 0
    assert any("read whole each time" in str(remark) for remark in (await stage.network.check()).remarks)


@pytest.mark.parametrize("etag", ['"tab\there"', '"' + "x" * 400 + '"'])
async def test_a_mark_that_cannot_be_handed_back_is_not(stage: Stage, etag: str) -> None:
    stage.serve(b"<rss><channel><item><title>x</title></item></channel></rss>")
    stage.server.instead["news.xml"].headers["etag"] = etag
    await stage.read(await stage.read())
    assert "if-none-match" not in stage.wire.seen[-1].headers


@pytest.mark.parametrize(
    ("headers", "rest"),
    [
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": "max-age=99999999"}, 3600),
        ({"cache-control": "no-cache, max-age=600"}, 0),
        ({"cache-control": "s-maxage=600"}, 0),
        ({}, 0),
    ],
)
async def test_a_feed_is_left_alone_for_as_long_as_it_asks(stage: Stage, headers: dict[str, str], rest: int) -> None:
    stage.server.headers = headers
    cursor = await stage.read()
    if rest:
        stage.later(rest - 10)
        assert await stage.pages(cursor) == []
        assert len(stage.asked()) == 1
        stage.later(20)
    await stage.pages(cursor)
    assert len(stage.asked()) == 2


async def test_the_minutes_that_a_feed_wants_to_live_are_kept(stage: Stage) -> None:
    stage.serve(b"<rss version='2.0'><channel><title>x</title><ttl>30</ttl></channel></rss>")
    cursor = await stage.read()
    stage.later(29 * 60)
    await stage.pages(cursor)
    assert len(stage.asked()) == 1
    stage.later(2 * 60)
    await stage.pages(cursor)
    assert len(stage.asked()) == 2


async def test_a_pause_is_passed_on(stage: Stage) -> None:
    stage.wire.fail_next(Fault.RATE_LIMIT)
    with pytest.raises(TryLater) as caught:
        await stage.pages()
    assert (caught.value.after, caught.value.rate_limited) == (120, True)


async def test_a_feed_that_has_ended_is_never_asked_again(stage: Stage) -> None:
    stage.server.instead["news.xml"] = Response(410, b"<h1>gone</h1>")
    pages, failure = await stage.until_it_fails()
    assert isinstance(failure, Gone)
    with pytest.raises(Gone, match="ended for good"):
        await stage.pages(pages[-1].cursor)
    assert len(stage.asked()) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_one_feed_that_is_refused_is_named_and_the_others_go_on(
    make_stage: Callable[..., Stage], status: int
) -> None:
    stage = make_stage(TWO)
    stage.server.instead["news.xml"] = Response(status, b"<h1>no</h1>")
    stage.server.someone_publishes("ana", "hello", feed="forum.xml")
    (page,) = await stage.pages()
    assert [message.text for message in page.messages] == ["hello"]
    assert len(page.skipped) == 1
    report = await stage.network.check()
    assert page.skipped[0] in report.remarks


async def test_a_feed_that_fails_for_now_does_not_keep_the_others_away_for_long(
    make_stage: Callable[..., Stage],
) -> None:
    stage = make_stage(TWO)
    stage.server.instead["news.xml"] = Response(500)
    stage.server.someone_publishes("ana", "hello", feed="forum.xml")
    with pytest.raises(TryLater):
        await stage.pages()
    pages, failure = await stage.until_it_fails()
    assert isinstance(failure, TryLater)
    assert [message.text for page in pages for message in page.messages] == ["hello"]


async def test_where_a_feed_moved_for_good_is_asked_from_then_on(stage: Stage) -> None:
    stage.server.feeds["new.xml"] = []
    stage.server.someone_publishes("ana", "hello", feed="new.xml")
    stage.server.instead["news.xml"] = Response(301, b"", {"location": "/new.xml"})
    pages = await stage.pages()
    assert [message.text for page in pages for message in page.messages] == ["hello"]
    await stage.pages(pages[-1].cursor)
    assert stage.asked() == ["news.xml", "new.xml", "new.xml"]
    assert any("moved for good" in str(remark) for remark in (await stage.network.check()).remarks)


async def test_where_a_feed_moved_for_now_is_asked_at_the_old_place_again(stage: Stage) -> None:
    stage.server.feeds["new.xml"] = []
    stage.server.instead["news.xml"] = Response(302, b"", {"location": "/new.xml"})
    await stage.read(await stage.read())
    assert stage.asked() == ["news.xml", "new.xml"] * 2


async def test_nothing_changed_without_having_been_read_is_not_believed(stage: Stage) -> None:
    stage.server.instead["news.xml"] = Response(304)
    with pytest.raises(Unreadable, match="never read"):
        await stage.pages()


@pytest.mark.parametrize("cursor", ["", "[]", "{}", '{"feeds": {"a": {}}}', '{"feeds": {"a": {"s": {"b": [1]}}}}'])
async def test_a_cursor_that_is_none_of_ours_is_named(stage: Stage, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        await stage.pages(cursor)


async def test_a_feed_that_is_added_later_is_read_from_its_history(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(TWO)
    stage.names = ("news.xml",)
    stage.network = stage.connect()
    stage.server.someone_publishes("ana", "in the forum", feed="forum.xml")
    cursor = await stage.read()
    stage.names = TWO
    stage.network = stage.connect()
    assert [message.text for message in await stage.messages(cursor)] == ["in the forum"]


async def test_the_check_says_what_can_be_seen_and_no_private_part_of_an_address(
    make_stage: Callable[..., Stage],
) -> None:
    stage = make_stage(words="acme")
    stage.names = ("news.xml?page=4711",)
    stage.network = stage.connect()
    stage.server.someone_publishes("ana", "about Acme")
    stage.server.someone_publishes("ana", "about others")
    report = await stage.network.check()
    assert str(report.remarks[0]).startswith("feeds.example/news.xml: 2 articles")
    assert "1 of them" in str(report.remarks[0])
    stage.server.instead["news.xml"] = Response(410)
    with pytest.raises(NetworkFailure) as caught:
        await stage.network.check()
    assert "4711" not in repr(report) + str(caught.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"addresses": "http://blog.example/feed"}, "https"),
        ({"addresses": "not an address"}, "web address"),
        ({"addresses": "   "}, "between 1 and 50"),
        ({"addresses": " ".join(f"https://a.example/{n}" for n in range(51))}, "between 1 and 50"),
        ({"addresses": "https://a.example", "words": "x" * 101}, "up to 100 letters"),
        ({"addresses": "https://a.example", "words": ",".join(map(str, range(51)))}, "50 words"),
    ],
)
def test_settings_that_cannot_be_are_named(fields: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=f"(?i){said}"):
        FeedsAccount(**fields)
