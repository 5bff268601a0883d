"""The simulated Hacker News: stories, comments below them, a search, and how often it may be asked."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cminbox.simulators.openapi_check import load
from cminbox.simulators.wire import Fault, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.wire import Request

_HOUR_MS = 3600 * 1000
_MOST_REACHED = 1_000
_DEFAULT_HITS = 20
_STATUS = {
    Fault.UNAUTHORIZED: 401,
    Fault.FORBIDDEN: 403,
    Fault.NOT_FOUND: 404,
    Fault.RATE_LIMIT: 429,
    Fault.UNAVAILABLE: 503,
}
_FILTER = re.compile(r"created_at_i(<=|>=|<|>|=)([0-9]+)")


@dataclass(slots=True)
class Entry:
    """A story or a comment; `parent` is None for a story. Times are UTC seconds."""

    id: int
    author: str
    at: int
    text: str
    title: str = ""
    url: str = ""
    parent: int | None = None
    story: int = 0
    kind: str = "comment"


class SimulatedHackerNews:
    """Hacker News with people who write; the adapter reads through the search and the items.

    `now` gives UTC milliseconds. `largest_page` bounds every page; a `bare` server leaves out what it may.
    """

    def __init__(
        self, now: Callable[[], int], *, largest_page: int = 1000, an_hour: int = 10_000, bare: bool = False
    ) -> None:
        self.now = now
        self.entries: dict[int, Entry] = {}
        self.largest_page = largest_page
        self.an_hour = an_hour
        self.bare = bare
        self._asked: list[int] = []
        self._next = 45_000_000
        self._specification = load("hackernews")

    # What the wire asks.

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises SpecViolation when the documentation does not allow it."""
        operation = self._specification.check(request)
        now = self.now()
        self._asked = [moment for moment in self._asked if moment > now - _HOUR_MS]
        if len(self._asked) >= self.an_hour:
            return self.error(Fault.RATE_LIMIT)
        self._asked.append(now)
        if "id" not in operation.path_values:
            body = self._search(request)
        else:
            entry = self.entries.get(int(operation.path_values["id"]))
            if entry is None:
                return Response.of({"status": 404, "error": "Not Found"}, 404)
            body = self._item(entry)
        assert self._specification.answer_problems(operation, body) == []
        return Response.of(body)

    def publishes(self, request: Request) -> bool:
        """Whether the request would publish something: none does."""
        del request
        return False

    def error(self, fault: Fault) -> Response:
        """Return the search's own form of a failure."""
        status = _STATUS.get(fault, 500)
        headers = {"retry-after": "60"} if fault is Fault.RATE_LIMIT else {}
        return Response.of({"status": status, "message": "Trop de requêtes"}, status, headers)

    # What people do.

    def someone_submits(self, author: str, title: str, *, url: str = "", text: str = "", at: int | None = None) -> int:
        """Let a person submit a story at a time (UTC milliseconds); return its id."""
        return self._write(Entry(0, author, self._second(at), text, title, url, kind="story"))

    def someone_comments(self, author: str, text: str, under: int, *, at: int | None = None) -> int:
        """Let a person comment on a story or a comment; return the comment's id."""
        story = self.entries[under].story
        return self._write(Entry(0, author, self._second(at), text, parent=under, story=story))

    def something_odd(self, text: str) -> int:
        """Put an entry of a kind that nothing documents among the others."""
        return self._write(Entry(0, "robot", self._second(None), text, kind="hologram"))

    def delete(self, identifier: int) -> None:
        """Let the author delete an entry."""
        del self.entries[identifier]

    def _second(self, at: int | None) -> int:
        return (self.now() if at is None else at) // 1000

    def _write(self, entry: Entry) -> int:
        self._next += 1
        entry.id = self._next
        entry.story = entry.story or entry.id
        self.entries[entry.id] = entry
        return entry.id

    # How it is shown.

    def _search(self, request: Request) -> dict[str, Any]:
        wanted = _tokens(request.first("query") or "")
        bounds = _FILTER.findall(request.first("numericFilters") or "")
        found = [one for one in self.entries.values() if _named(one, wanted) and _within(one.at, bounds)]
        found.sort(key=lambda one: (one.at, one.id), reverse=True)
        size = min(int(request.first("hitsPerPage") or _DEFAULT_HITS), self.largest_page)
        page = int(request.first("page") or 0)
        reached = found[:_MOST_REACHED]
        body: dict[str, Any] = {"hits": [self._hit(one) for one in reached[page * size : (page + 1) * size]]}
        body["hitsPerPage"] = size
        if not self.bare:
            pages = -(-len(reached) // size)
            body |= {"page": page, "nbHits": len(found), "nbPages": pages, "processingTimeMS": 3}
        return body

    def _hit(self, one: Entry) -> dict[str, Any]:
        hit: dict[str, Any] = {"objectID": str(one.id), "author": one.author, "created_at_i": one.at}
        if one.kind == "hologram":
            return hit | {"_tags": ["hologram"]}
        if one.kind == "story":
            hit |= {"title": one.title, "url": one.url or None, "story_text": _marked_up(one.text) or None}
        else:
            above = self.entries.get(one.story)
            hit |= {"comment_text": _marked_up(one.text), "parent_id": one.parent, "story_id": one.story}
            hit |= {"story_title": above.title if above else None}
        if not self.bare:
            hit |= {"created_at": _iso(one.at), "points": None, "num_comments": None, "updated_at": _iso(one.at)}
            hit |= {"_tags": [one.kind, f"author_{one.author}", f"story_{one.story}"]}
        return hit

    def _item(self, one: Entry) -> dict[str, Any]:
        children = [self._item(child) for child in self.entries.values() if child.parent == one.id]
        item: dict[str, Any] = {"id": one.id, "author": one.author, "created_at_i": one.at, "type": one.kind}
        item |= {"text": _marked_up(one.text) or None, "parent_id": one.parent, "story_id": one.story}
        item["children"] = children
        if one.title or not self.bare:
            item |= {"title": one.title or None, "url": one.url or None}
        if not self.bare:
            item |= {"created_at": _iso(one.at), "points": 1, "options": []}
        return item


def _named(one: Entry, wanted: list[str]) -> bool:
    """Whether every word begins some word of an entry, its author's name included: the search is generous."""
    said = _tokens(f"{one.title} {one.text} {one.url} {one.author}")
    return all(any(word in other for other in said) for word in wanted)


def _tokens(text: str) -> list[str]:
    """Return the words of a text as the search sees them: without accents, taken apart at every sign."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return re.findall(r"\w+", bare.lower())


def _within(at: int, bounds: list[tuple[str, str]]) -> bool:
    tests = {"<": int.__lt__, "<=": int.__le__, "=": int.__eq__, ">": int.__gt__, ">=": int.__ge__}
    return all(tests[sign](at, int(value)) for sign, value in bounds)


def _marked_up(text: str) -> str:
    """Return a text as Hacker News keeps it: paragraphs, escaped signs, slashes and quotes among them."""
    escaped = html.escape(text, quote=True).replace("/", "&#x2F;")
    return "<p>".join(escaped.split("\n"))


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
