"""The simulated LinkedIn: who may ask what and how often, which versions it answers, and what people do there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.simulators.linkedin import reading, writing
from cminbox.simulators.linkedin.desk import DENIED, Desk, refusal
from cminbox.simulators.linkedin.oauth import Application, Oauth
from cminbox.simulators.linkedin.views import View
from cminbox.simulators.linkedin.world import World
from cminbox.simulators.openapi_check import load
from cminbox.simulators.restli_check import check_writing
from cminbox.simulators.wire import Fault, Response, SpecViolation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.simulators.linkedin.world import Comment, Member, Post
    from cminbox.simulators.openapi_check import Operation
    from cminbox.simulators.wire import Request

ADMINISTRATOR = "ADMINISTRATOR"
_DAY_MS = 24 * 3600 * 1000
_ROUTES: Mapping[str, Callable[[Desk], Response]] = {
    "GET /rest/organizationAcls": reading.acls,
    "GET /rest/organizations/{id}": reading.organization,
    "GET /rest/people/{key}": reading.person,
    "GET /rest/organizationalEntityNotifications": reading.notifications,
    "GET /rest/posts/{urn}": reading.post,
    "GET /rest/socialActions/{urn}/comments": reading.comments,
    "GET /rest/socialActions/{urn}/comments/{id}": reading.comment,
    "GET /rest/reactions/{key}": reading.reaction,
    "POST /rest/socialActions/{urn}/comments": writing.create_comment,
    "DELETE /rest/socialActions/{urn}/comments/{id}": writing.delete_comment,
    "POST /rest/reactions": writing.create_reaction,
    "DELETE /rest/reactions/{key}": writing.delete_reaction,
}
_FAULTS = {
    Fault.UNAUTHORIZED: (401, "REVOKED_ACCESS_TOKEN", 65601),
    Fault.FORBIDDEN: (403, DENIED, 100),
    Fault.NOT_FOUND: (404, "RESOURCE_NOT_FOUND", 0),
    Fault.RATE_LIMIT: (429, "TOO_MANY_REQUESTS", 101),
    Fault.SERVER_ERROR: (500, "INTERNAL_SERVER_ERROR", 0),
    Fault.UNAVAILABLE: (503, "SERVICE_UNAVAILABLE", 0),
}


@dataclass(slots=True)
class Rules:
    """How the played server is set up. In a day, from midnight UTC, `daily_calls` are answered; None is no limit."""

    largest_page: int = 100
    bare: bool = False
    language: str = "en"
    roles: tuple[str, ...] = (ADMINISTRATOR,)
    versions: tuple[str, ...] = ("202602", "202603", "202607", "202610")
    daily_calls: int | None = None
    comments_a_minute: int | None = None


class SimulatedLinkedin:
    """LinkedIn with one Page of a brand; people write through its methods, the adapter through its interface.

    `at` is UTC milliseconds.
    """

    def __init__(
        self,
        now: Callable[[], int],
        *,
        organization: int = 5515715,
        tokens: tuple[str, str] = ("AQ-simulated-access", "AQ-simulated-refresh"),
        application: Application | None = None,
        rules: Rules | None = None,
    ) -> None:
        self.now = now
        self.world = World(now, organization, "Acme", "acme")
        self.oauth = Oauth(application or Application(), *tokens, now)
        self.rules = rules or Rules()
        self.calls: dict[int, int] = {}
        self._specification = load("linkedin")

    # What the wire asks.

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises SpecViolation when the documentation does not allow it."""
        operation = self._specification.check(request)
        check_writing(operation, request)
        if operation.name == "POST /oauth/v2/accessToken":
            return self.oauth.token(request.form())
        if operation.name == "POST /oauth/v2/introspectToken":
            return self.oauth.introspect(request.form())
        if operation.name not in _ROUTES:
            raise SpecViolation(f"{operation.name} is documented but not simulated")
        view = View(self.world, self.rules.bare)
        desk = Desk(self.world, self.rules, view, operation, request)
        return self._refused(request, operation) or _ROUTES[operation.name](desk)

    def publishes(self, request: Request) -> bool:
        """Whether the request would publish a comment."""
        return request.method == "POST" and request.path.endswith("/comments")

    def error(self, fault: Fault) -> Response:
        """Return LinkedIn's own form of a failure."""
        status, code, number = _FAULTS[fault]
        return refusal(status, code, self.rules.language, number)

    # What people do.

    def someone_comments(self, member: Member, text: str, under: str | None = None, at: int | None = None) -> Comment:
        """Let a member comment on our newest post, below another's comment or post, or answer a comment."""
        parent = None if under is None else self.world.find_comment(under)
        post = self._place(under, parent)
        return self.world.comment(member, text, post, parent, at)

    def someone_mentions(self, member: Member, text: str, at: int | None = None) -> Post:
        """Let a member post something that mentions the Page."""
        return self.world.post(member, text, at, mentions=True)

    def we_comment(self, text: str, under: str) -> Comment:
        """Let the brand write from the website."""
        return self.someone_comments(self.world.brand, text, under)

    def published(self) -> list[Comment]:
        """Return the brand's comments, oldest first."""
        return [one for one in self.world.comments.values() if one.author is self.world.brand]

    def sunset(self, version: str) -> None:
        """Let a version be answered no longer."""
        self.rules.versions = tuple(one for one in self.rules.versions if one != version)

    def calls_today(self) -> int:
        """Return how many calls were answered since midnight UTC."""
        return self.calls.get(self.now() // _DAY_MS, 0)

    def _place(self, under: str | None, parent: Comment | None) -> Post:
        if parent is not None:
            return parent.post
        if under is not None:
            found = self.world.find_post(under)
            if found is None:
                raise KeyError(under)
            return found
        return next(post for post in reversed(self.world.posts) if post.author is self.world.brand)

    def _refused(self, request: Request, operation: Operation) -> Response | None:
        """Return the refusal of a request without a living token, version, permission or call left."""
        language = self.rules.language
        if not self.oauth.accepts(request.headers.get("authorization", "")):
            return refusal(401, "INVALID_ACCESS_TOKEN", language, 65600)
        if request.headers["linkedin-version"] not in self.rules.versions:
            return refusal(426, "NONEXISTENT_VERSION", language)
        day = self.now() // _DAY_MS
        if self.rules.daily_calls is not None and self.calls.get(day, 0) >= self.rules.daily_calls:
            return self.error(Fault.RATE_LIMIT)
        self.calls[day] = self.calls.get(day, 0) + 1
        if not set(operation.scopes) & set(self.oauth.application.scopes):
            return refusal(403, DENIED, language, 100)
        return None
