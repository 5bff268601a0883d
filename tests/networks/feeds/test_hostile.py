"""Feeds that are made to hurt, or that nobody can read: named, bounded, and nothing of them carried out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cminbox.network_kit.failures import Unreadable
from cminbox.networks.feeds.decoding import decoded, read_feed

if TYPE_CHECKING:
    from tests.networks.feeds.conftest import Stage

NOW = 1_790_000_000_000
ITEM = "<rss version='2.0'><channel><item><title>{}</title></item></channel></rss>"
BILLION = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
HOSTILE = {
    "billion laughs": f'<!DOCTYPE r [<!ENTITY l0 "lol">{BILLION}]>' + ITEM.format("&l9;"),
    "one large entity": f'<!DOCTYPE r [<!ENTITY a "{"A" * 100_000}">]>' + ITEM.format("&a;" * 10_000),
    "a file": '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + ITEM.format("&a;"),
    "an address": '<!DOCTYPE r [<!ENTITY % a SYSTEM "https://e.example/x.dtd"> %a;]>' + ITEM.format("x"),
    "deep": "<rss><channel><item>" + "<a>" * 100_000 + "</a>" * 100_000 + "</item></channel></rss>",
    "wide": "<rss><channel>" + "<a/>" * 500_000 + "</channel></rss>",
    "many items": "<rss><channel>" + "<item/>" * 30_000 + "</channel></rss>",
}
USELESS = {
    "nothing": b"",
    "a web page": b"<!doctype html><html><title>Welcome</title><p>hello",
    "a web page in XML": b"<html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title></head></html>",
    "other JSON": b'{"error": "no"}',
    "a number": b"42",
    "half a feed": ITEM.format("x").encode()[:40],
    "half a JSON": b'{"version": "https://jsonfeed.org/version/1", "items": [',
    "deep JSON": b"[" * 200_000,
    "zeros": b"\0" * 1000,
    "an image": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
}


@pytest.mark.parametrize("which", HOSTILE)
def test_a_feed_that_is_made_to_hurt_is_given_up_soon(which: str) -> None:
    started = time.process_time()
    with pytest.raises(Unreadable, match="what no feed needs"):
        read_feed(HOSTILE[which].encode(), "", "https://feeds.example/f", NOW)
    assert time.process_time() - started < 10


@pytest.mark.parametrize("which", USELESS)
def test_what_is_no_feed_is_named(which: str) -> None:
    with pytest.raises(Unreadable):
        read_feed(USELESS[which], "", "https://feeds.example/f", NOW)


def test_an_outer_document_type_is_not_asked_for_and_does_not_matter() -> None:
    text = '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "https://e.example/rss.dtd">' + ITEM.format("caf&eacute;")
    (article,) = read_feed(text.encode(), "", "https://feeds.example/f", NOW).articles
    assert article.title == "café"


@pytest.mark.parametrize(
    ("encoding", "header", "declared"),
    [
        ("utf-8", "", ""),
        ("utf-8", "", "utf-8"),
        ("utf-8-sig", "", "iso-8859-1"),
        ("utf-16", "", "utf-16"),
        ("utf-16-le", "", ""),
        ("utf-16-be", "", "utf-16"),
        ("iso-8859-1", "", "iso-8859-1"),
        ("windows-1252", "application/xml; charset=windows-1252", "utf-8"),
        ("iso-8859-1", "text/xml;charset='ISO-8859-1'", ""),
        ("windows-1252", "", ""),
        ("utf-8", "text/xml; charset=us-ascii", "utf-8"),
        ("utf-8", "text/xml; charset=utf8", "no-such-thing"),
        ("utf-8", "text/xml; charset=rot13", "idna"),
        ("shift_jis", "", "Shift_JIS"),
        ("koi8-r", "", "koi8-r"),
        ("gb18030", "", "gb2312"),
    ],
)
def test_an_encoding_that_lies_is_seen_through(encoding: str, header: str, declared: str) -> None:
    words = {"shift_jis": "日本語", "koi8-r": "привет", "gb18030": "你好"}.get(encoding, "café")
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = (head + ITEM.format(words)).encode(encoding)
    (article,) = read_feed(body, header, "https://feeds.example/f", NOW).articles
    assert article.title == words


def test_bytes_that_fit_no_encoding_lose_only_themselves() -> None:
    body = b'<?xml version="1.0" encoding="utf-8"?>' + ITEM.format("caf").encode().replace(b"caf", b"caf\xff!")
    (article,) = read_feed(body, "", "https://feeds.example/f", NOW).articles
    assert article.title in {"caf\ufffd!", "cafÿ!"}


async def test_what_an_article_would_do_to_a_terminal_is_gone(stage: Stage) -> None:
    stage.serve(b'{"version":"x","items":[{"id":"1","content_text":"a\\u001b]52;c;aGk=\\u0007b","title":"\\ud800t"}]}')
    (message,) = await stage.messages()
    assert "\x1b" not in message.text
    message.text.encode()


async def test_one_item_that_says_nothing_is_passed_over_and_told(stage: Stage) -> None:
    stage.serve(b"<rss><channel><item><guid>1</guid></item><item><title>x</title></item></channel></rss>")
    (page,) = await stage.pages()
    assert [message.text for message in page.messages] == ["x"]
    assert len(page.skipped) == 1


async def test_an_article_of_a_megabyte_is_shown_in_part_and_searched_whole(stage: Stage) -> None:
    stage.words = "acme"
    stage.network = stage.connect()
    stage.serve(ITEM.format("word " * 200_000).replace("title", "description").replace("</d", "acme</d").encode())
    (message,) = await stage.messages()
    assert len(message.text) < 11_000
    assert message.text.endswith(" …")


@given(st.binary(max_size=400), st.sampled_from(["", "text/xml; charset=utf-16", "application/json"]))
@settings(max_examples=300, deadline=None)
def test_no_bytes_break_the_reader(body: bytes, kind: str) -> None:
    for wrapped in (body, b"<rss><channel><item><title>" + body + b"</title></item></channel></rss>"):
        decoded(wrapped, kind)
        try:
            read_feed(wrapped, kind, "https://feeds.example/f", NOW)
        except Unreadable:
            continue


@given(st.text(alphabet="<>&;/!-[]CDATA\"'= aé\x00\ud800", max_size=200))
@settings(max_examples=300, deadline=None)
def test_no_markup_breaks_the_reader(text: str) -> None:
    body = ITEM.format(text).encode("utf-8", "surrogatepass")
    try:
        for article in read_feed(body, "", "https://feeds.example/f", NOW).articles:
            article.message("x", NOW, edited_at=None).text.encode()
    except Unreadable:
        pass
