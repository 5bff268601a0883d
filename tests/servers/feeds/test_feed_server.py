"""Feeds against nginx, which makes ETags, answers 304, packs and redirects by itself."""

from __future__ import annotations

import gzip
import time
from typing import TYPE_CHECKING

import pytest

from cminbox.network_kit.failures import Gone, NetworkFailure, Refused, TryLater, Unreadable
from cminbox.simulators.feeds.forms import FORMS, Entry, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.feeds.conftest import Nginx, Reader

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Page

pytestmark = pytest.mark.server
NOW = round(time.time()) * 1000
ENDS = {"rss": "rss", "rss1": "rss", "atom": "atom", "json": "json"}


def feed(*texts: str, form: str = "rss") -> bytes:
    """Return a feed with an article for each text, the last one first."""
    entries = [Entry(f"urn:a:{number}", "Ana", text, NOW + number, NOW + number) for number, text in enumerate(texts)]
    return written(form, "News", entries[::-1])


def messages(pages: list[Page]) -> list[Message]:
    return [message for page in pages for message in page.messages]


def texts(pages: list[Page]) -> list[str]:
    return [message.text for message in messages(pages)]


@pytest.mark.parametrize("form", FORMS)
async def test_each_form_of_feed_is_read_and_then_costs_nothing(
    nginx: Nginx, connect: Callable[..., Reader], form: str
) -> None:
    path = f"{form}.{ENDS[form]}"
    nginx.write(path, feed("Où est <ma> commande ?", "two", form=form))
    reader = connect(path)
    pages = await reader.pages()
    assert texts(pages) == ["Où est <ma> commande ?", "two"]
    for _ in range(20):
        assert texts(await reader.pages(pages[-1].cursor)) == []
    facts = nginx.facts()
    assert [one["status"] for one in facts] == [200] + [304] * 20
    assert sum(one["bytes"] for one in facts[1:]) == 0
    nginx.write(path, feed("Où est <ma> commande ?", "two", "three", form=form))
    assert texts(await reader.pages(pages[-1].cursor)) == ["three"]


@pytest.mark.parametrize(("folder", "status"), [("dated", 304), ("unmarked", 200)])
async def test_a_time_alone_is_enough_and_no_mark_at_all_brings_nothing_twice(
    nginx: Nginx, connect: Callable[..., Reader], folder: str, status: int
) -> None:
    path = f"{folder}/news.rss"
    nginx.write(path, feed("one"), changed=NOW // 1000 - 60)
    reader = connect(path)
    pages = await reader.pages()
    assert texts(await reader.pages(pages[-1].cursor)) == []
    assert [one["status"] for one in nginx.facts()] == [200, status]
    nginx.write(path, feed("one", "two"), changed=NOW // 1000)
    assert texts(await reader.pages(pages[-1].cursor)) == ["two"]


async def test_a_packed_answer_is_read_and_its_weak_mark_handed_back(
    nginx: Nginx, connect: Callable[..., Reader]
) -> None:
    nginx.write("packed/news.rss", feed(*(f"article {number}" for number in range(200))))
    reader = connect("packed/news.rss")
    pages = await reader.pages()
    assert len(messages(pages)) == 200
    assert '"W/' not in pages[0].cursor
    assert await reader.pages(pages[-1].cursor) != []
    first, second = nginx.facts()
    assert (first["coding"], first["status"], second["status"]) == ("gzip", 200, 304)


async def test_a_file_that_changed_and_changed_back_is_followed(nginx: Nginx, connect: Callable[..., Reader]) -> None:
    nginx.write("news.rss", feed("one"))
    reader = connect("news.rss")
    cursor = (await reader.pages())[-1].cursor
    nginx.write("news.rss", feed("one, edited"))
    (edited,) = messages(pages := await reader.pages(cursor))
    assert (edited.remote_id, edited.text) == ("urn:a:0", "one, edited")
    assert edited.edited_at is not None
    nginx.write("news.rss", feed("one"))
    assert texts(await reader.pages(pages[-1].cursor)) == ["one"]


async def test_redirects_are_followed_on_the_host_and_remembered_when_they_last(
    nginx: Nginx, connect: Callable[..., Reader]
) -> None:
    nginx.write("news.rss", feed("one"))
    followed = {"moved.rss": ["/moved.rss", *["/news.rss"] * 2], "lent.rss": ["/lent.rss", "/news.rss"] * 2}
    for path, asked in followed.items():
        reader = connect(path)
        await reader.pages((await reader.pages())[-1].cursor)
        assert [one["path"] for one in nginx.facts()] == asked


@pytest.mark.parametrize(
    ("path", "failure", "requests"),
    [
        ("none.rss", Gone, 1),
        ("ended.rss", Gone, 1),
        ("later.rss", TryLater, 1),
        ("down.rss", TryLater, 1),
        ("away.rss", (Unreadable, Refused), 1),
        ("round.rss", (Unreadable, Refused), 4),
        ("page.html", Unreadable, 1),
    ],
)
async def test_what_a_server_refuses_is_named(
    nginx: Nginx,
    connect: Callable[..., Reader],
    path: str,
    failure: type[NetworkFailure] | tuple[type[NetworkFailure], ...],
    requests: int,
) -> None:
    nginx.write("page.html", b"<!doctype html><title>Welcome</title>")
    with pytest.raises(NetworkFailure) as caught:
        await connect(path).pages()
    assert isinstance(caught.value, failure)
    assert len(nginx.facts()) == requests
    if isinstance(caught.value, TryLater):
        assert caught.value.after == {"later.rss": 90, "down.rss": 30}[path]


async def test_one_feed_in_trouble_does_not_keep_the_others_away(nginx: Nginx, connect: Callable[..., Reader]) -> None:
    nginx.write("news.rss", feed("one", "two"))
    nginx.write("packed/same.rss", feed("one", "two"))
    (page,) = await connect("ended.rss", "news.rss", "none.rss", "packed/same.rss").pages()
    assert [message.text for message in page.messages] == ["one", "two"]
    assert len(page.skipped) == 2


async def test_a_feed_that_asks_to_be_left_alone_is(nginx: Nginx, connect: Callable[..., Reader]) -> None:
    nginx.write("rested/news.rss", feed("one"))
    reader = connect("rested/news.rss")
    cursor = (await reader.pages())[-1].cursor
    for _ in range(5):
        assert await reader.pages(cursor) == []
    assert len(nginx.facts()) == 1


@pytest.mark.parametrize("packed", [False, True])
async def test_a_feed_of_more_than_ten_megabytes_is_given_up(
    nginx: Nginx,
    connect: Callable[..., Reader],
    packed: bool,  # noqa: FBT001 - a parameter
) -> None:
    path = "packed/large.rss" if packed else "large.rss"
    nginx.write(path, feed("one").replace(b"one", b"x" * 11 * 1024 * 1024))
    with pytest.raises(Unreadable, match="10 MB"):
        await connect(path).pages()


async def test_a_thousand_looks_at_a_growing_feed_bring_each_article_once(
    nginx: Nginx, connect: Callable[..., Reader]
) -> None:
    reader, cursor, found = connect("grow.rss"), None, []
    for look in range(1_000):
        if look % 10 == 0:
            nginx.write("grow.rss", feed(*(f"article {number}" for number in range(look // 10 + 1))))
        pages = await reader.pages(cursor)
        found += texts(pages)
        cursor = pages[-1].cursor
    assert found == [f"article {number}" for number in range(100)]
    statuses = [one["status"] for one in nginx.facts()]
    assert (statuses.count(200), statuses.count(304)) == (100, 900)
    print(f"1,000 looks: {statuses.count(304)} answers without a body")


async def test_the_check_says_what_can_be_seen(nginx: Nginx, connect: Callable[..., Reader]) -> None:
    nginx.write("news.rss", feed("about Acme", "about others"))
    report = await connect("news.rss", words="acme").network.check()
    assert "2 articles" in str(report.remarks[0])
    assert "1 of them" in str(report.remarks[0])


def test_what_is_packed_is_really_small() -> None:
    assert len(gzip.compress(b"x" * 11 * 1024 * 1024)) < 20_000
