"""RSS and Atom, whoever wrote them: one pass, without entities of their own, bounded in depth and number.

The parser is Python's own expat. A library that repairs everything was measured too: it takes minutes for a feed of
some megabytes that is made to hurt, and half a minute for an honest one of ten.
"""

from __future__ import annotations

import re
from html.entities import html5
from xml.parsers import expat

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Unreadable
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.feeds.article import Article, Feed, article, newest

_DEEPEST = 100
_MOST_ELEMENTS = 400_000
_MOST_ITEMS = 20_000
_LONGEST_TTL = 60
_ITEMS = frozenset({"item", "entry"})
_ROOTS = frozenset({"rss", "RDF", "feed", "channel"})
_PLAIN = frozenset(
    {
        "",
        "http://www.w3.org/2005/Atom",
        "http://purl.org/atom/ns#",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://channel.netscape.com/rdf/simple/0.9/",
        "http://backend.userland.com/rss2",
    }
)
_OTHERS = {
    "http://purl.org/dc/elements/1.1/": {"creator": "author", "date": "published"},
    "http://purl.org/rss/1.0/modules/content/": {"encoded": "content"},
}
_FIELDS = {
    "title": "title",
    "link": "link",
    "guid": "id",
    "id": "id",
    "description": "summary",
    "summary": "summary",
    "content": "content",
    "pubDate": "published",
    "published": "published",
    "issued": "published",
    "created": "published",
    "updated": "updated",
    "modified": "updated",
    "author": "author",
    "name": "name",
}
_ATOM = "http://www.w3.org/2005/Atom"
_ABOUT = "http://www.w3.org/1999/02/22-rdf-syntax-ns# about"
_MARKED_UP = frozenset({"content", "summary", "title"})
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_LONELY = re.compile(r"&(?!#[0-9]{1,7};|#x[0-9A-Fa-f]{1,6};|(?:amp|lt|gt|quot|apos);)")
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_XMLS_OWN = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})


class _TooMuch(Exception):  # noqa: N818 - never leaves this module
    """The feed declares entities, nests without end, or has more elements than anybody writes."""


def read_xml(text: str, address: str, now: int) -> Feed:
    """Read a feed. Raises Unreadable. `now` is UTC milliseconds."""
    text = _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", _DECLARED.sub("", text.lstrip("\ufeff"), count=1))
    text = _NAMED.sub(lambda found: found[0] if found[1] in _XMLS_OWN else html5.get(found[1], found[0]), text)
    try:
        try:
            reading = _Reading().read(text)
        except expat.ExpatError:
            # The commonest fault by far: a sign that had to be escaped.
            reading = _Reading().read(_LONELY.sub("&amp;", text))
    except expat.ExpatError as error:
        raise Unreadable(say("The feed is no well-formed XML (line {line})", line=error.lineno)) from None
    except _TooMuch:
        said = say("The feed holds what no feed needs: entities of its own, or nesting without end")
        raise Unreadable(said) from None
    if not reading.is_feed:
        raise Unreadable(say("This is no feed; look for the address of the feed on the page"))
    return _feed(reading, address, now)


def _feed(reading: _Reading, address: str, now: int) -> Feed:
    found: list[Article] = []
    skipped = []
    for fields in reading.items:
        fields["words"] = fields.get("content") or fields.get("summary", "")
        fields["author"] = fields.get("name") or fields.get("author", "")
        if not fields.get("link") and fields.get("permalink") != "false" and fields.get("id", "").startswith("http"):
            fields["link"] = fields["id"]
        try:
            found.append(article(fields, address, now))
        except Shape as shape:
            skipped.append(unreadable(shape).saying)
    ttl = reading.channel.get("ttl", "").strip()
    minutes = int(ttl) if ttl.isascii() and ttl.isdigit() and len(ttl) <= len("10080") else 0
    title = " ".join(reading.channel.get("title", "").split())[:200]
    return Feed(title, newest(found), min(minutes, _LONGEST_TTL) * 60, tuple(skipped))


class _Reading:
    """One pass through a feed: what its channel says of itself, and each item's fields as they are written."""

    def __init__(self) -> None:
        self.is_feed = False
        self.channel: dict[str, str] = {}
        self.items: list[dict[str, str]] = []
        self._path: list[str] = []
        self._elements = 0
        self._item_at = 0
        """How deep the item stands that is being read, 0 outside of any."""
        self._field = ""
        self._field_at = 0
        self._text: list[str] = []
        self._is_html = True

    def read(self, text: str) -> _Reading:
        """Read a feed's text. Raises ExpatError and _TooMuch."""
        parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = _refuse
        parser.ExternalEntityRefHandler = _refuse
        parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003 - expat takes no name here
        return self

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _blank, local = name.rpartition(" ")
        self._path.append(local)
        self._elements += 1
        depth = len(self._path)
        if depth > _DEEPEST or self._elements > _MOST_ELEMENTS:
            raise _TooMuch
        if depth == 1:
            self.is_feed = local in _ROOTS
        if self._field:
            # XHTML within Atom: its tags are part of the text.
            self._text.append(f"<{local}>" if self._field in _MARKED_UP else "")
            if self._field == "author" and local == "name":
                self._begin("name", depth, {})
            return
        if not self._item_at and local in _ITEMS:
            if len(self.items) >= _MOST_ITEMS:
                raise _TooMuch
            self._item_at = depth
            about = attributes.get(_ABOUT, "")
            self.items.append({"id": about} if about else {})
            return
        field = _FIELDS.get(local, "") if space in _PLAIN else _OTHERS.get(space, {}).get(local, "")
        if self._item_at and depth == self._item_at + 1 and field:
            self._begin(field, depth, {"type": "text"} | attributes if space == _ATOM else attributes)
        elif not self._item_at and space in _PLAIN and local in {"title", "ttl"}:
            self._begin(local, depth, {})

    def _begin(self, field: str, depth: int, attributes: dict[str, str]) -> None:
        if field == "link" and attributes.get("href"):
            if attributes.get("rel", "alternate") == "alternate":
                self.items[-1].setdefault("link", attributes["href"])
            return
        if field == "id" and "isPermaLink" in attributes:
            self.items[-1]["permalink"] = attributes["isPermaLink"].strip().lower()
        self._field, self._field_at = field, depth
        self._is_html = attributes.get("type", "html") not in {"text", "text/plain"}
        self._text = []

    def _end(self, _name: str) -> None:
        depth = len(self._path)
        local = self._path.pop()
        if self._field and depth == self._field_at:
            self._keep()
            self._field = ""
        elif self._field and self._field in _MARKED_UP:
            self._text.append(f"</{local}>")
        elif self._item_at and depth == self._item_at:
            self._item_at = 0

    def _keep(self) -> None:
        text = "".join(self._text)
        if self._field in _MARKED_UP and not self._is_html:
            text = text.replace("&", "&amp;").replace("<", "&lt;")
        # The first of several counts; an empty one does not.
        if text.strip():
            (self.items[-1] if self._item_at else self.channel).setdefault(self._field, text)

    def _characters(self, text: str) -> None:
        if self._field:
            within = self._field in _MARKED_UP and len(self._path) > self._field_at
            self._text.append(text.replace("&", "&amp;").replace("<", "&lt;") if within else text)


def _refuse(*_declared: object) -> int:
    raise _TooMuch
