"""The simulated X: who may ask what, how often and for how much, and what people do there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cminbox.simulators.openapi_check import load
from cminbox.simulators.wire import Fault, Response, SpecViolation
from cminbox.simulators.x import reading, writing
from cminbox.simulators.x.desk import Desk
from cminbox.simulators.x.problems import problem
from cminbox.simulators.x.rules import Rules
from cminbox.simulators.x.sign_in import Application, SignIns
from cminbox.simulators.x.world import World, between

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.simulators.openapi_check import Operation
    from cminbox.simulators.wire import Request
    from cminbox.simulators.x.world import Post, User

QUARTER_SECONDS = 900
_ROUTES: Mapping[str, Callable[[Desk], Response]] = {
    "GET /2/users/me": reading.me,
    "GET /2/users/{id}/mentions": reading.mentions,
    "GET /2/users/{id}/tweets": reading.own_posts,
    "GET /2/tweets": reading.posts,
    "GET /2/tweets/search/recent": reading.search,
    "GET /2/dm_events": reading.events,
    "GET /2/dm_events/{event_id}": reading.event,
    "GET /2/dm_conversations/{id}/dm_events": reading.events_of_group,
    "GET /2/dm_conversations/with/{participant_id}/dm_events": reading.events_with,
    "POST /2/tweets": writing.create_post,
    "DELETE /2/tweets/{id}": writing.delete_post,
    "PUT /2/tweets/{tweet_id}/hidden": writing.hide,
    "POST /2/users/{id}/muting": writing.mute,
    "DELETE /2/users/{source_user_id}/muting/{target_user_id}": writing.unmute,
    "POST /2/users/{id}/dm/block": writing.block,
    "POST /2/dm_conversations/with/{participant_id}/messages": writing.write_to,
    "POST /2/dm_conversations/{dm_conversation_id}/messages": writing.write_into,
}
_FAULTS = {
    Fault.UNAUTHORIZED: 401,
    Fault.FORBIDDEN: 403,
    Fault.NOT_FOUND: 404,
    Fault.RATE_LIMIT: 429,
    Fault.SERVER_ERROR: 500,
    Fault.UNAVAILABLE: 503,
}
_POST, _USER, _MESSAGE, _WRITING = 5_000, 10_000, 10_000, 15_000


class SimulatedX:
    """X with one brand; people write through its methods, the adapter through its API.

    `now` gives UTC milliseconds; `site` is the address that requests are signed for. `spent` is what the answers so
    far have cost, in millionths of a dollar.
    """

    def __init__(
        self,
        now: Callable[[], int],
        *,
        brand: str = "acme",
        application: Application | None = None,
        token: str = "simulated-token",  # noqa: S107 - it opens a simulator only
        token_secret: str = "simulated-token-secret",  # noqa: S107 - as above
        refresh_token: str = "simulated-refresh",  # noqa: S107 - as above
        rules: Rules | None = None,
        site: str = "https://api.x.com",
    ) -> None:
        self.now = now
        self.site = site
        self.rules = rules or Rules()
        self.world = World(now)
        self.brand = self.world.user(brand, "Acme")
        self.sign_ins = SignIns(application or Application(), now, token, token_secret, {refresh_token})
        self.spent = 0
        self.root = self.world.post(self.brand, "We are open again")
        self._asked: dict[str, list[int]] = {}
        self._specification = load("x")

    # What the wire asks.

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises SpecViolation when the API's description does not allow it."""
        operation = self._specification.check(request)
        match operation.name:
            case "POST /2/oauth2/token":
                return self.sign_ins.exchange(request)
            case "POST /oauth/request_token":
                return self.sign_ins.request_token(request, self.site)
            case "POST /oauth/access_token":
                return self.sign_ins.access_token(request, self.site)
        if operation.name not in _ROUTES:
            raise SpecViolation(f"{operation.name} is documented but not simulated")
        refused = self._refused(request, operation)
        if refused is not None:
            return refused
        desk = Desk(self.world, self.rules, self.brand, request, operation.path_values)
        answered = _ROUTES[operation.name](desk)
        self._charge(request, answered)
        self._as_documented(operation, answered)
        headers = {"x-access-level": self.sign_ins.application.level} | self._allowance(request.path)
        return Response(answered.status, answered.body, answered.headers | headers)

    def publishes(self, request: Request) -> bool:
        """Whether the request would publish a post or a private message."""
        return request.method == "POST" and (request.path == "/2/tweets" or request.path.endswith("/messages"))

    def error(self, fault: Fault) -> Response:
        """Return X's own form of a failure."""
        headers = None
        if fault is Fault.RATE_LIMIT:
            reset = str(self.now() // 1000 + QUARTER_SECONDS)
            headers = {"x-rate-limit-limit": "300", "x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
        return problem(_FAULTS[fault], language=self.rules.language, headers=headers)

    # What people do.

    def someone_mentions(self, user: User, text: str, under: str | None = None, at: int | None = None) -> str:
        """Let a person name the brand in a post of his own, or in an answer; return the post's id."""
        called = under is not None and self.brand in (self.world.find(under).author, *self.world.find(under).called)
        front = "" if called else f"@{self.brand.handle} "
        return self.world.post(user, front + text, under=under, at=at).id

    def someone_replies(self, user: User, text: str, under: str | None = None, at: int | None = None) -> str:
        """Let a person answer the brand's post, or what stands below it; return the post's id."""
        return self.world.post(user, text, under=under or self.root.id, at=at).id

    def someone_writes(self, user: User, text: str, at: int | None = None) -> str:
        """Let a person write a private message; return its id."""
        return self.world.write(user, text, between(self.brand, user), at).id

    def we_post(self, text: str, under: str | None = None) -> str:
        """Let the brand post from another program; return the post's id."""
        return self.world.post(self.brand, text, under=under).id

    def published(self) -> list[Post]:
        """Return the brand's answers, oldest first."""
        return [one for one in self.world.posts.values() if one.author is self.brand and one.replied_to is not None]

    def expire_places(self) -> None:
        """Let every place in a list given out so far be worth nothing."""
        self.rules.era += 1

    def _refused(self, request: Request, operation: Operation) -> Response | None:
        """Return the refusal of a request without a living token, without permission, credit or patience left."""
        language = self.rules.language
        refused = self.sign_ins.refusal(request, self.site)
        if refused is not None:
            return refused
        with_bearer = request.headers["authorization"].startswith("Bearer ")
        if with_bearer and not set(operation.scopes) <= set(self.sign_ins.application.scopes):
            return problem(403, language=language)
        private = any(scope.startswith("dm.") for scope in operation.scopes)
        if not with_bearer and private and "directmessages" not in self.sign_ins.application.level:
            return problem(403, "oauth1-permissions", language=language)
        if self.rules.credit is not None and self.spent >= self.rules.credit:
            return problem(402, "credits-depleted", "credits depleted", language)
        recent = [at for at in self._asked.get(request.path, ()) if at > self.now() - QUARTER_SECONDS * 1000]
        if len(recent) >= self.rules.limits.get(request.path, len(recent) + 1):
            return self.error(Fault.RATE_LIMIT)
        self._asked[request.path] = [*recent, self.now()]
        return None

    def _allowance(self, path: str) -> dict[str, str]:
        limit = self.rules.limits.get(path, 300)
        asked = self._asked.get(path, [self.now()])
        return {
            "x-rate-limit-limit": str(limit),
            "x-rate-limit-remaining": str(max(limit - len(asked), 0 if path in self.rules.limits else 1)),
            "x-rate-limit-reset": str(asked[0] // 1000 + QUARTER_SECONDS),
        }

    def _charge(self, request: Request, answered: Response) -> None:
        if request.method != "GET":
            self.spent += _WRITING
            return
        body = json.loads(answered.body)
        data = body.get("data", [])
        each = _MESSAGE if "dm_" in request.path else _POST
        self.spent += each * (len(data) if isinstance(data, list) else 1)
        self.spent += _USER * len(body.get("includes", {}).get("users", ()))

    def _as_documented(self, operation: Operation, answered: Response) -> None:
        """Be as strict with the answers of this server, but for what is put in to be odd."""
        if answered.status >= 400 or self.world.strange:  # noqa: PLR2004 - an error has another form
            return
        problems = self._specification.answer_problems(operation, json.loads(answered.body))
        if problems:
            raise SpecViolation(f"the answer to {operation.name}: {problems[0]}")
