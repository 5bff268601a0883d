"""The simulated YouTube: who may ask what and how much of it in a day, and what people do there."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cminbox.simulators.google_front import no_such_address
from cminbox.simulators.google_sign_in import FORCE_SSL, SIGNING_IN, Application, Google
from cminbox.simulators.openapi_check import load
from cminbox.simulators.wire import Fault, Response, SpecViolation
from cminbox.simulators.youtube import reading, writing
from cminbox.simulators.youtube.desk import Desk, Rules, refusal
from cminbox.simulators.youtube.world import PUBLISHED, World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.simulators.openapi_check import Operation
    from cminbox.simulators.wire import Request
    from cminbox.simulators.youtube.world import Chat, Comment, Viewer

PACIFIC = ZoneInfo("America/Los_Angeles")
_SHORT = "https://www.googleapis.com/auth/"
_ROUTES: Mapping[str, tuple[int, Callable[[Desk], Response]]] = {
    "GET /youtube/v3/channels": (1, reading.channels),
    "GET /youtube/v3/commentThreads": (1, reading.threads),
    "GET /youtube/v3/comments": (1, reading.comments),
    "GET /youtube/v3/liveBroadcasts": (1, reading.broadcasts),
    "GET /youtube/v3/liveChat/messages": (5, reading.chat_messages),
    "POST /youtube/v3/comments": (50, writing.insert_comment),
    "PUT /youtube/v3/comments": (50, writing.update_comment),
    "DELETE /youtube/v3/comments": (50, writing.delete_comment),
    "POST /youtube/v3/comments/setModerationStatus": (50, writing.moderate),
    "POST /youtube/v3/comments/markAsSpam": (50, writing.mark_as_spam),
    "POST /youtube/v3/liveChat/messages": (50, writing.insert_chat_message),
    "DELETE /youtube/v3/liveChat/messages": (50, writing.delete_chat_message),
    "POST /youtube/v3/liveChat/bans": (50, writing.ban_from_chat),
}
"""What each request costs, in units, and who answers it."""
_PUBLISHING = frozenset({"/youtube/v3/comments", "/youtube/v3/liveChat/messages"})
_FAULTS = {
    Fault.UNAUTHORIZED: (401, "authError", "global"),
    Fault.FORBIDDEN: (403, "forbidden", "youtube.comment"),
    Fault.NOT_FOUND: (404, "commentNotFound", "youtube.comment"),
    # YouTube knows no 429 here, and no header: the reason is all that tells a quota from a missing permission.
    Fault.RATE_LIMIT: (403, "rateLimitExceeded", "youtube.quota"),
    Fault.SERVER_ERROR: (500, "backendError", "global"),
    Fault.UNAVAILABLE: (503, "backendError", "global"),
}


class SimulatedYoutube:
    """YouTube with one channel of a brand; people write through its methods, the adapter through its API.

    `now` gives UTC milliseconds. `largest_page` bounds every page below what is asked for; a `bare` server leaves out
    all that it may; `language` is that of its error texts. In a day, from midnight in California, `daily_units` are
    answered; `spent` says how many were.
    """

    def __init__(  # noqa: PLR0913 - each is one knob of the played server
        self,
        now: Callable[[], int],
        *,
        brand: str = "acme",
        title: str = "Acme",
        refresh_token: str = "1//simulated-refresh",  # noqa: S107 - it opens a simulator only
        application: Application | None = None,
        largest_page: int = 100,
        daily_units: int = 10_000,
        bare: bool = False,
        language: str = "en",
    ) -> None:
        self.now = now
        self.world = World(now, brand, title)
        self.google = Google(application or Application(), refresh_token, now)
        self.rules = Rules(largest_page, bare, language)
        self.daily_units = daily_units
        self.spent: dict[str, int] = {}
        self.sunset = False
        self._specification = load("youtube")

    # What the wire asks.

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises SpecViolation when the API's description does not allow it."""
        operation = self._specification.check(request)
        if self.sunset and operation.name not in SIGNING_IN:
            return no_such_address()
        if operation.name == "POST /device/code":
            return self.google.device_code(request.form())
        if operation.name == "POST /token":
            return self.google.token(request.form())
        if operation.name not in _ROUTES:
            raise SpecViolation(f"{operation.name} is documented but not simulated")
        return self._refused(request, operation) or self._answer(request, operation)

    def publishes(self, request: Request) -> bool:
        """Whether the request would publish a comment."""
        return request.method == "POST" and request.path in _PUBLISHING

    def error(self, fault: Fault) -> Response:
        """Return YouTube's own form of a failure."""
        status, reason, domain = _FAULTS[fault]
        return refusal(status, reason, domain, self.rules.language)

    # What people do.

    def someone_comments(
        self,
        viewer: Viewer,
        text: str,
        under: str | None = None,
        created_at: int | None = None,
        *,
        status: str = PUBLISHED,
        video: str | None = "",
    ) -> str:
        """Let a person comment, or reply below a comment; return the comment's id."""
        return self.world.comment(viewer, text, under=under, at=created_at, status=status, video=video).id

    def we_comment(self, text: str, under: str | None = None) -> str:
        """Let the brand write from another program; return the comment's id."""
        return self.world.comment(self.world.brand, text, under=under).id

    def someone_chats(self, chat: Chat, viewer: Viewer, text: str, **more: Any) -> str:  # noqa: ANN401 - see World.chat
        """Let a person write in a live chat; return the message's id."""
        return self.world.chat(chat, viewer, text, **more).id

    def edit(self, identifier: str, text: str) -> None:
        """Let an author change a comment."""
        comment = self.world.comments[identifier]
        comment.text, comment.edited_at = text, self.now()

    def published(self) -> list[Comment]:
        """Return the brand's replies, oldest first."""
        ours = [one for one in self.world.comments.values() if one.author is self.world.brand]
        return [one for one in ours if one.parent is not None]

    def expire_page_tokens(self) -> None:
        """Let every page token given out so far be worth nothing."""
        self.rules.era += 1

    def spent_today(self) -> int:
        """Return the units of this day, as it is counted in California."""
        return self.spent.get(self._day(), 0)

    def _day(self) -> str:
        return datetime.fromtimestamp(self.now() / 1000, PACIFIC).date().isoformat()

    def _refused(self, request: Request, operation: Operation) -> Response | None:
        """Return the refusal of a request without a living token, without permission or without units left."""
        if not self.google.accepts(request.headers.get("authorization", "")):
            return self.error(Fault.UNAUTHORIZED)
        day, (units, _route) = self._day(), _ROUTES[operation.name]
        if self.spent.get(day, 0) + units > self.daily_units:
            return refusal(403, "quotaExceeded", "youtube.quota", self.rules.language)
        self.spent[day] = self.spent.get(day, 0) + units
        granted = {scope.removeprefix(_SHORT) for scope in self.google.application.scopes}
        if not set(operation.scopes) & granted:
            return refusal(403, "insufficientPermissions", "global", self.rules.language)
        return None

    def _answer(self, request: Request, operation: Operation) -> Response:
        _units, route = _ROUTES[operation.name]
        return route(Desk(self.world, self.rules, request))


__all__ = ["FORCE_SSL", "SimulatedYoutube"]
