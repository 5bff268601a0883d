"""One feed written in each of the forms that there are."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from cminbox.simulators.openapi_check import load

FORMS = ("rss", "rss1", "atom", "json")
TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "rss1": "application/rdf+xml",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json",
}
_UNWRITABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class Entry:
    """One item of a feed. Times are UTC milliseconds; `odd` is one without anything to read."""

    id: str
    author: str
    text: str
    published: int
    updated: int
    title: str = ""
    link: str = ""
    odd: bool = False


def written(form: str, title: str, entries: list[Entry], *, bare: bool = False) -> bytes:
    """Return a feed as its server writes it; a `bare` one leaves out all that it may."""
    if form == "json":
        return json.dumps(_json(title, entries, bare=bare)).encode()
    items = "".join({"rss": _rss, "rss1": _rss1, "atom": _atom}[form](one, bare=bare) for one in entries)
    name = escape(title)
    match form:
        case "rss":
            text = f'<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>{name}</title>'
            text += f"<link>https://feeds.example/</link><description>{name}</description>{items}</channel></rss>"
        case "rss1":
            text = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
            text += f' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>{name}</title></channel>'
            text += f"{items}</rdf:RDF>"
        case _:
            text = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{name}</title><id>urn:feed</id>{items}</feed>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def _rss(one: Entry, *, bare: bool) -> str:
    if one.odd:
        return '<item><x:beep xmlns:x="urn:x">beep</x:beep></item>'
    title = f"<title>{escape(_markup(one.title))}</title>" if one.title else ""
    link = f"<link>{escape(one.link)}</link>" if one.link else ""
    author = "" if bare else f"<dc:creator>{escape(one.author)}</dc:creator>"
    guid = f'<guid isPermaLink="false">{one.id}</guid>'
    date = f"<pubDate>{format_datetime(_moment(one.published), usegmt=True)}</pubDate>"
    return f"<item>{title}{link}{author}{guid}{date}<description>{_words(one)}</description></item>"


def _rss1(one: Entry, *, bare: bool) -> str:
    if one.odd:
        return "<item/>"
    author = "" if bare else f"<dc:creator>{escape(one.author)}</dc:creator>"
    link = f"<link>{escape(one.link)}</link>" if one.link else ""
    date = f"<dc:date>{_iso(one.published)}</dc:date>"
    words = f"<description>{_words(one)}</description>"
    return f'<item rdf:about="{one.id}"><title>{escape(_markup(one.title))}</title>{link}{author}{date}{words}</item>'


def _atom(one: Entry, *, bare: bool) -> str:
    if one.odd:
        return "<entry><hologram/></entry>"
    author = "" if bare else f"<author><name>{escape(one.author)}</name><uri>https://a.example</uri></author>"
    link = f'<link rel="alternate" href="{escape(one.link)}"/>' if one.link else ""
    dates = f"<published>{_iso(one.published)}</published><updated>{_iso(one.updated)}</updated>"
    content = f'<content type="html">{_words(one)}</content>'
    title = f"<title>{escape(_writable(one.title))}</title>"
    return f"<entry>{title}<id>{one.id}</id>{link}{author}{dates}{content}</entry>"


def _json(title: str, entries: list[Entry], *, bare: bool) -> dict[str, object]:
    items = []
    for one in entries:
        item: dict[str, object] = {"id": one.id}
        if not one.odd:
            item |= {"content_text": one.text, "date_published": _iso(one.published)}
            item |= {"title": one.title} if one.title else {}
            item |= {"url": one.link} if one.link else {}
            if not bare:
                item |= {"authors": [{"name": one.author}], "date_modified": _iso(one.updated)}
        items.append(item)
    feed: dict[str, object] = {"version": "https://jsonfeed.org/version/1.1", "title": title, "items": items}
    assert list(load("feeds")._problems(feed, {"ref": "JsonFeed"}, "feed")) == []  # noqa: SLF001 - the same checker
    return feed


def _words(one: Entry) -> str:
    return escape(_markup(one.text))


def _markup(text: str) -> str:
    return html.escape(_writable(text)).replace("\n", "<br/>")


def _writable(text: str) -> str:
    """Return a text without what no XML can hold."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def _iso(at: int) -> str:
    return _moment(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")
