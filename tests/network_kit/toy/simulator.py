"""A small server that speaks the guest book's API, and refuses what the documentation does not name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cminbox.simulators.wire import Fault, Request, Response, SpecViolation

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = 5
STATUS = {
    Fault.UNAUTHORIZED: 401,
    Fault.FORBIDDEN: 403,
    Fault.NOT_FOUND: 404,
    Fault.RATE_LIMIT: 429,
    Fault.SERVER_ERROR: 500,
    Fault.UNAVAILABLE: 503,
}
ENTRY_PATH = re.compile(r"/api/entries/(?P<id>[^/]+)/(?P<what>answers|hidden)")
ALLOWED_PARAMS = {"/api/entries": {"after"}}
SEND_FIELDS = {"answers", "text", "private", "key"}


@dataclass(frozen=True)
class Entry:
    """One entry or letter as the server keeps it."""

    id: str
    type: str
    author: str
    text: str
    written_at: int
    answers: str | None = None
    key: str | None = None
    hidden: bool = False

    def shown(self) -> dict[str, Any]:
        """Return the entry as the API shows it."""
        return {
            "id": self.id,
            "type": self.type,
            "author": {"id": f"p-{self.author}", "handle": self.author, "name": self.author.title()},
            "text": self.text,
            "written_at": datetime.fromtimestamp(self.written_at / 1000, UTC).isoformat(),
            "answers": self.answers,
            "mine": self.author == "owner",
        }


@dataclass
class GuestbookServer:
    """The state of one guest book. `now` is its clock in UTC milliseconds."""

    token: str
    now: Callable[[], int]
    entries: dict[str, Entry] = field(default_factory=dict)
    counter: int = 0
    oldest_position: int = 0

    def add(self, entry: Entry) -> Entry:
        """Keep an entry under the next number."""
        self.counter += 1
        numbered = replace(entry, id=str(self.counter))
        self.entries[numbered.id] = numbered
        return numbered

    def answer(self, request: Request) -> Response:
        """Answer one request, see `cminbox.simulators.wire.Simulator`."""
        if {name for name, _ in request.query} - ALLOWED_PARAMS.get(request.path, set()):
            raise SpecViolation(f"unknown parameter for {request.path}")
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return self.error(Fault.UNAUTHORIZED)
        match request.method, request.path:
            case "GET", "/api/me":
                return Response.of({"id": "p-owner", "handle": "owner", "name": "The owner"})
            case "GET", "/api/entries":
                return self._list(int(request.first("after") or 0))
            case "POST", "/api/entries":
                return self._send(request.json())
        return self._one(request)

    def publishes(self, request: Request) -> bool:
        """Whether the request would publish a reply."""
        return request.method == "POST" and request.path == "/api/entries"

    def error(self, fault: Fault) -> Response:
        """Return the guest book's own form of an error."""
        headers = {"retry-after": "7"} if fault is Fault.RATE_LIMIT else {}
        return Response.of({"error": fault.name.lower()}, STATUS[fault], headers)

    def _list(self, after: int) -> Response:
        if 0 < after < self.oldest_position:
            return Response.of({"error": "position_unknown"}, 400)
        found = [entry for entry in self.entries.values() if int(entry.id) > after]
        page = found[:PAGE]
        position = page[-1].id if page else str(after)
        shown = [entry.shown() for entry in page]
        return Response.of({"entries": shown, "next": position, "more": len(found) > PAGE})

    def _send(self, body: dict[str, Any]) -> Response:
        if set(body) != SEND_FIELDS:
            raise SpecViolation(f"a send has the fields {sorted(SEND_FIELDS)}")
        known = next((entry for entry in self.entries.values() if entry.key == body["key"]), None)
        if known is None and body["answers"] not in self.entries:
            return self.error(Fault.NOT_FOUND)
        kind = "letter" if body["private"] else "entry"
        entry = known or self.add(Entry("", kind, "owner", body["text"], self.now(), body["answers"], body["key"]))
        return Response.of(entry.shown(), 201)

    def _one(self, request: Request) -> Response:
        found = ENTRY_PATH.fullmatch(request.path)
        if found is None:
            raise SpecViolation(f"unknown path {request.path}")
        entry = self.entries.get(found["id"])
        if entry is None:
            return self.error(Fault.NOT_FOUND)
        if (request.method, found["what"]) == ("GET", "answers"):
            return Response.of([each.shown() for each in self.entries.values() if each.answers == entry.id])
        if request.method not in {"PUT", "DELETE"} or found["what"] != "hidden":
            raise SpecViolation(f"{request.method} is not allowed on {request.path}")
        self.entries[entry.id] = replace(entry, hidden=request.method == "PUT")
        return Response(204)
