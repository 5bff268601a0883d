"""What every route of the simulated server works with: the call, lists in pages, and the ways to say no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from cminbox.simulators.restli_check import raw_path, raw_query
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    from cminbox.simulators.linkedin.server import Rules
    from cminbox.simulators.linkedin.views import Json, View
    from cminbox.simulators.linkedin.world import Comment, Post, World
    from cminbox.simulators.openapi_check import Operation
    from cminbox.simulators.wire import Request

    Item = TypeVar("Item")

DENIED = "ACCESS_DENIED"
_DEFAULT = 10


@dataclass(slots=True)
class Desk:
    """The Page and one request about it."""

    world: World
    rules: Rules
    view: View
    operation: Operation
    request: Request

    def query(self, name: str) -> str:
        """Return a parameter as it was sent, empty where it is missing."""
        return raw_query(self.request).get(name, "")

    def path(self, name: str) -> str:
        """Return a value of the path as it was sent."""
        return raw_path(self.operation, self.request)[name]

    def page(self, items: Sequence[Item], show: Callable[[Item], Json]) -> Response:
        """Return the part of a list that the request asks for."""
        start, asked = int(self.query("start") or 0), int(self.query("count") or _DEFAULT)
        count = min(asked, self.rules.largest_page)
        paging: Json = {"start": start, "count": count}
        if not self.rules.bare:
            more = start + count < len(items)
            link = {"rel": "next", "href": f"{self.request.path}?start={start + count}", "type": "application/json"}
            paging |= {"links": [link] if more else [], "total": len(items)}
        return Response.of({"elements": [show(one) for one in items[start : start + count]], "paging": paging})

    def place(self) -> tuple[Post | None, Comment | None]:
        """Return the post, and the comment, that the path names; nothing where they are gone."""
        urn = unquote(self.path("urn"))
        if urn.startswith("urn:li:comment:"):
            comment = self.world.find_comment(urn)
            return (None, None) if comment is None else (comment.post, comment)
        return self.world.find_post(urn), None

    def gone(self) -> Response:
        """Refuse because it does not exist."""
        return self.refusal(404, "RESOURCE_NOT_FOUND")

    def refusal(self, status: int, code: str, number: int = 0) -> Response:
        """Return an error in LinkedIn's form, in the language that the server speaks."""
        return refusal(status, code, self.rules.language, number)


def refusal(status: int, code: str, language: str = "en", number: int = 0) -> Response:
    """Return an error in LinkedIn's form."""
    said = f"The request was refused ({code})" if language == "en" else "La demande a été refusée"
    body: Json = {"status": status, "code": code, "message": said}
    return Response.of(body | ({"serviceErrorCode": number} if number else {}), status)
