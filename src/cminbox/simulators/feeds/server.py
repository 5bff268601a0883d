"""The simulated server of feeds: articles, and answers that say whether anything has changed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from cminbox.simulators.feeds.forms import TYPES, Entry, written
from cminbox.simulators.openapi_check import load
from cminbox.simulators.wire import Fault, Response, SpecViolation

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.wire import Request

_STATUS = {
    Fault.UNAUTHORIZED: 401,
    Fault.FORBIDDEN: 403,
    Fault.NOT_FOUND: 404,
    Fault.RATE_LIMIT: 429,
    Fault.UNAVAILABLE: 503,
}
_CONDITIONS = ("if-none-match", "if-modified-since")


class SimulatedFeeds:
    """Some feeds on one host, under `/name`; people write through its methods.

    `now` gives UTC milliseconds. `validators` are the marks that it gives with an answer: "etag", "last-modified".
    """

    def __init__(
        self,
        now: Callable[[], int],
        *,
        form: str = "rss",
        names: tuple[str, ...] = ("news.xml",),
        bare: bool = False,
        validators: tuple[str, ...] = ("etag", "last-modified"),
    ) -> None:
        self.now = now
        self.form = form
        self.bare = bare
        self.validators = validators
        self.feeds: dict[str, list[Entry]] = {name: [] for name in names}
        self.headers: dict[str, str] = {}
        """What every good answer says besides."""
        self.instead: dict[str, Response] = {}
        """What a feed answers whatever is asked, by its name."""
        self.unchanged = 0
        """How many answers said that nothing has changed."""
        self._written = 0
        self._changed_at: dict[str, int] = {}
        self._last: dict[str, bytes] = {}
        self._specification = load("feeds")

    # What the wire asks.

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises SpecViolation for one that HTTP does not allow."""
        operation = self._specification.check(request)
        for name in _CONDITIONS:
            value = request.headers.get(name)
            if value is not None and not re.fullmatch(operation.schema["headers"][name]["pattern"], value):
                raise SpecViolation(f"{name} is not written as HTTP wants it: {value}")
        name = operation.path_values["feed"]
        if name in self.instead:
            return self.instead[name]
        if name not in self.feeds:
            return self.error(Fault.NOT_FOUND)
        newest = sorted(self.feeds[name], key=lambda one: one.updated, reverse=True)
        body = written(self.form, f"The {name} feed", newest, bare=self.bare)
        headers = self._marks(name, body) | self.headers
        if self._is_known(request, headers):
            self.unchanged += 1
            return Response(304, b"", headers)
        return Response(200, body, headers | {"content-type": TYPES[self.form]})

    def publishes(self, request: Request) -> bool:
        """Whether the request would publish something: none does."""
        del request
        return False

    def error(self, fault: Fault) -> Response:
        """Return a web server's own page for a failure."""
        status = _STATUS.get(fault, 500)
        headers = {"retry-after": "120"} if fault is Fault.RATE_LIMIT else {}
        page = f"<html><h1>Fehler {status}</h1></html>".encode()
        return Response(status, page, headers | {"content-type": "text/html"})

    # What people do.

    def someone_publishes(
        self, author: str, text: str, *, feed: str | None = None, title: str = "", link: str = "", at: int | None = None
    ) -> Entry:
        """Let a person publish in a feed, the first if none is named, at a time (UTC milliseconds)."""
        self._written += 1
        moment = self.now() if at is None else at
        entry = Entry(f"urn:article:{self._written}", author, text, moment, moment, title, link)
        self.feeds[feed or next(iter(self.feeds))].append(entry)
        return entry

    def something_odd(self) -> None:
        """Put an item of a kind that nothing documents into the first feed."""
        self.someone_publishes("", "").odd = True

    def find(self, identifier: str) -> tuple[list[Entry], Entry]:
        """Return an article with the feed that it stands in."""
        return next((many, one) for many in self.feeds.values() for one in many if one.id == identifier)

    def _marks(self, name: str, body: bytes) -> dict[str, str]:
        if self._last.get(name) != body:
            self._last[name] = body
            # Two changes within one second look alike to whoever asks by the time.
            self._changed_at[name] = max(self.now() // 1000, self._changed_at.get(name, 0) + 1)
        changed = format_datetime(datetime.fromtimestamp(self._changed_at[name], UTC), usegmt=True)
        marks = {"etag": f'W/"{sha256(body).hexdigest()[:16]}"', "last-modified": changed}
        return {key: value for key, value in marks.items() if key in self.validators}

    def _is_known(self, request: Request, headers: dict[str, str]) -> bool:
        """Whether the asker has this already; where he names a tag, his time does not count."""
        tag, since = (request.headers.get(name) for name in _CONDITIONS)
        if tag is not None and "etag" in headers:
            return tag == headers["etag"]
        return since is not None and since == headers.get("last-modified")
