"""JSON Feed, the form of feeds that is written in JSON."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Unreadable
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.networks.feeds.article import Feed, article, newest

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying
    from cminbox.networks.feeds.article import Article

_MOST_ITEMS = 20_000


def read_json(body: object, address: str, now: int) -> Feed:
    """Read a parsed JSON Feed. Raises Unreadable. `now` is UTC milliseconds."""
    found: list[Article] = []
    skipped: list[Saying] = []
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(items, list):
        raise Unreadable(say("This is no feed; look for the address of the feed on the page"))
    title = body.get("title")
    for item in items[:_MOST_ITEMS]:
        try:
            found.append(article(_fields(Reader(item, "item")), address, now))
        except Shape as shape:
            skipped.append(unreadable(shape).saying)
    return Feed(" ".join(title.split())[:200] if isinstance(title, str) else "", newest(found), 0, tuple(skipped))


def _fields(item: Reader) -> dict[str, str]:
    """Return an item's fields. What is plain text there becomes HTML, as in other feeds."""
    words = item.text("content_html", "") or html.escape(item.text("content_text", "") or item.text("summary", ""))
    return {
        "id": item.maybe_identifier("id") or "",
        "title": html.escape(item.text("title", "")),
        "words": words.replace("\n", "<br>") if not item.text("content_html", "") else words,
        "link": item.text("url", "") or item.text("external_url", ""),
        "author": _author(item),
        "published": item.text("date_published", ""),
        "updated": item.text("date_modified", ""),
    }


def _author(item: Reader) -> str:
    """Return the first author's name: a list since version 1.1, one before."""
    for one in [*item.items("authors"), item.raw("author")]:
        if isinstance(one, dict) and isinstance(one.get("name"), str) and one["name"].strip():
            return html.escape(one["name"])
    return ""
