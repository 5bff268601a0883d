"""The simulated site: how it is reached, who may ask, and what people do there."""

from __future__ import annotations

import base64
import binascii
import html
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from cminbox.simulators.openapi_check import load
from cminbox.simulators.wire import Fault, Response, SpecViolation
from cminbox.simulators.wordpress import reading, writing
from cminbox.simulators.wordpress.desk import Desk, Rules, refusal
from cminbox.simulators.wordpress.world import APPROVED, PRODUCT, Person, World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.simulators.wire import Request
    from cminbox.simulators.wordpress.world import Comment

_PRETTY = "/wp-json"
_REVIEWS = f"{_PRETTY}/wc/v3/products/reviews"
_COMMENTS = f"{_PRETTY}/wp/v2/comments"
_ROUTES: Mapping[str, Callable[[Desk], Response]] = {
    f"GET {_PRETTY}/": reading.index,
    f"GET {_PRETTY}/wp/v2/users/me": reading.me,
    f"GET {_COMMENTS}": reading.comments,
    f"POST {_COMMENTS}": writing.create,
    f"GET {_COMMENTS}/{{id}}": reading.comment,
    f"POST {_COMMENTS}/{{id}}": writing.update,
    f"DELETE {_COMMENTS}/{{id}}": writing.delete,
    f"GET {_REVIEWS}": reading.reviews,
    f"GET {_REVIEWS}/{{id}}": reading.review,
}
_FAULTS = {
    Fault.UNAUTHORIZED: (401, "rest_not_logged_in", "You are not currently logged in."),
    Fault.FORBIDDEN: (403, "rest_forbidden", "Sorry, you are not allowed to do that."),
    Fault.NOT_FOUND: (404, "rest_no_route", "No route was found matching the URL and request method."),
    Fault.RATE_LIMIT: (429, "too_many_requests", "Too many requests."),
    Fault.SERVER_ERROR: (500, "internal_server_error", "There has been a critical error on this website."),
}
_MAINTENANCE = b"<!doctype html><title>Maintenance</title>Briefly unavailable for scheduled maintenance."
_NOT_FOUND = b"<!doctype html><title>404 Not Found</title>"


class SimulatedWordpress:
    """A site of a brand with a shop; people write through its methods, the adapter through its API.

    `now` gives UTC milliseconds; `role` is that of the user in whose name the brand answers.
    """

    def __init__(
        self,
        now: Callable[[], int],
        *,
        username: str = "acme",
        password: str = "abcd EFGH 1234 ijkl MNOP 5678",  # noqa: S107 - it opens a simulator only
        role: str = "editor",
        rules: Rules | None = None,
    ) -> None:
        self.world = World(now)
        self.rules = rules or Rules()
        self.post = self.world.add_post()
        self.product = self.world.add_post(PRODUCT)
        self.brand = self.world.add_user(username, role, "".join(password.split()))
        self._specification = load("wordpress")

    # What the wire asks.

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises SpecViolation when the API's description does not allow it."""
        asked = self._as_pretty(request)
        if asked is None:
            return Response(404, _NOT_FOUND, {"content-type": "text/html"})
        operation = self._specification.check(asked)
        if self.rules.closed_by:
            return refusal(401, self.rules.closed_by, "REST API restricted.", self.rules.language)
        if asked.path.startswith(_REVIEWS) and not self.rules.shop:
            return self.error(Fault.NOT_FOUND)
        desk = Desk(self.world, self.rules, asked, self._user(asked), asked.path)
        response = _ROUTES[operation.name](desk)
        if response.status < 300 and not self._is_odd():  # noqa: PLR2004 - good answers alone are described
            for problem in self._specification.answer_problems(operation, json.loads(response.body)):
                raise SpecViolation(f"{operation.name} is answered otherwise: {problem}")
        return response

    def publishes(self, request: Request) -> bool:
        """Whether the request would publish a comment."""
        asked = self._as_pretty(request)
        return asked is not None and (asked.method, asked.path) == ("POST", _COMMENTS)

    def error(self, fault: Fault) -> Response:
        """Return WordPress's own form of a failure."""
        if fault is Fault.UNAVAILABLE:
            return Response(503, _MAINTENANCE, {"content-type": "text/html", "retry-after": "600"})
        status, code, message = _FAULTS[fault]
        response = refusal(status, code, message, self.rules.language)
        return replace(response, headers={**response.headers, "retry-after": "7"}) if status == 429 else response  # noqa: PLR2004 - as in the table

    # What people do.

    def someone_comments(
        self, name: str, text: str, under: int | None = None, at: int | None = None, *, status: str = APPROVED
    ) -> int:
        """Let a guest comment below the post, or below a comment; return the comment's id."""
        above = None if under is None else self.world.comments[under]
        post = self.post if above is None else above.post
        raw = html.escape(text, quote=False)
        return self.world.write(Person(0, name), raw, post, parent=under or 0, at=at, status=status).id

    def someone_reviews(
        self, name: str, text: str, rating: int = 4, at: int | None = None, *, status: str = APPROVED
    ) -> int:
        """Let a customer review the product; return the review's id."""
        raw = html.escape(text, quote=False)
        return self.world.write(Person(0, name), raw, self.product, at=at, status=status, rating=rating).id

    def we_comment(self, text: str, under: int) -> int:
        """Let the brand answer in its browser; return the comment's id."""
        raw = html.escape(text, quote=False)
        return self.world.write(self.brand, raw, self.world.comments[under].post, parent=under).id

    def edit(self, identifier: int, text: str) -> None:
        """Let somebody change the words of a comment in the site's own pages."""
        self.world.comments[identifier].raw = html.escape(text, quote=False)

    def published(self) -> list[Comment]:
        """Return the brand's answers that are there, oldest first."""
        return [one for one in self.world.comments.values() if one.author is self.brand and not reading.is_gone(one)]

    def _as_pretty(self, request: Request) -> Request | None:
        """Return a request as it would be with pretty permalinks; None where no WordPress is asked."""
        route = request.first("rest_route")
        if route is not None and request.path in {"/", "/index.php"}:
            query = tuple(pair for pair in request.query if pair[0] != "rest_route")
            return replace(request, path=f"{_PRETTY}{route}", query=query)
        return request if self.rules.pretty and f"{request.path}/".startswith(f"{_PRETTY}/") else None

    def _user(self, request: Request) -> Person | None:
        kind, _, pair = request.headers.get("authorization", "").partition(" ")
        try:
            name, _, password = base64.b64decode(pair, validate=True).decode().partition(":")
        except (ValueError, binascii.Error):
            return None
        person = self.world.people.get(name)
        right = kind == "Basic" and person is not None and "".join(password.split()) == person.password
        return person if right and self.rules.passwords else None

    def _is_odd(self) -> bool:
        return any(one.is_odd for one in self.world.comments.values())
