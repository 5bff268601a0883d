"""The simulated server: who may ask what, and what people do on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cminbox.domain.message import Kind
from cminbox.simulators.mastodon.desk import Desk, Rules, missing, refusal
from cminbox.simulators.mastodon.entities import Entities, Flavour, iso
from cminbox.simulators.mastodon.oauth import SignIn
from cminbox.simulators.mastodon.reading import READING
from cminbox.simulators.mastodon.world import World
from cminbox.simulators.mastodon.writing import WRITING
from cminbox.simulators.openapi_check import load
from cminbox.simulators.wire import Fault, Response, SpecViolation

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.mastodon.world import Person, Post
    from cminbox.simulators.openapi_check import Operation
    from cminbox.simulators.wire import Request

SCOPES = (
    "profile",
    "read",
    "read:accounts",
    "read:notifications",
    "read:statuses",
    "write",
    "write:blocks",
    "write:conversations",
    "write:favourites",
    "write:mutes",
    "write:notifications",
    "write:reports",
    "write:statuses",
)
_ROUTES = READING | WRITING
_SINCE_4 = frozenset(
    {
        "GET /.well-known/oauth-authorization-server",
        "GET /api/v1/notifications/requests",
        "GET /api/v1/statuses",
        "GET /api/v2/notifications",
        "GET /api/v2/notifications/policy",
        "PATCH /api/v2/notifications/policy",
        "POST /api/v1/notifications/requests/{id}/accept",
        "POST /api/v1/notifications/requests/{id}/dismiss",
    },
)
_LACKS = {
    Flavour.CURRENT: frozenset[str](),
    Flavour.OLD: _SINCE_4 | {"GET /api/v2/instance", "GET /api/v1/statuses/{id}/source"},
    Flavour.COMPATIBLE: _SINCE_4,
}
_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")
_CALLS_PER_WINDOW = 300
_WINDOW_MS = 5 * 60 * 1000
_WORDS = {
    Fault.UNAUTHORIZED: (401, "The access token is invalid"),
    Fault.FORBIDDEN: (403, "This action is outside the authorized scopes"),
    Fault.NOT_FOUND: (404, "Record not found"),
    Fault.RATE_LIMIT: (429, "Too many requests"),
    Fault.SERVER_ERROR: (500, "Internal Server Error"),
    Fault.UNAVAILABLE: (503, "Service temporarily unavailable"),
}


class SimulatedMastodon:
    """A Mastodon server with one brand account; people write through its methods, the adapter through its API.

    `now` gives UTC milliseconds. `largest_page` bounds every page below what is asked for. With `enforce_limit` the
    three hundred calls in five minutes are counted and the next one is refused. An `untidy` server mixes its pages up
    and repeats items; with `repeated_keys_fail` the second use of an idempotency key is answered with an error.
    """

    def __init__(  # noqa: PLR0913 - each is one knob of the played server
        self,
        now: Callable[[], int],
        *,
        flavour: Flavour = Flavour.CURRENT,
        brand: str = "acme",
        brand_name: str = "Acme",
        token: str = "simulated-token",  # noqa: S107 - it opens a simulator only
        max_characters: int = 500,
        largest_page: int = 80,
        scopes: tuple[str, ...] = SCOPES,
        enforce_limit: bool = False,
        untidy: bool = False,
        repeated_keys_fail: bool = False,
    ) -> None:
        self.now = now
        self.rules = Rules(flavour, max_characters, largest_page, scopes, repeated_keys_fail, untidy)
        self.world = World(now, brand, brand_name)
        self.sign_in = SignIn(token, now)
        self.enforce_limit = enforce_limit
        self._specification = load("mastodon")
        self._keys: dict[str, tuple[int, int]] = {}
        self._window = 0
        self._calls = 0
        self._brand_post: int | None = None

    @property
    def brand(self) -> Person:
        """The account that the adapter signs in to."""
        return self.world.brand

    # What the wire asks.

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises SpecViolation when the API's description does not allow it."""
        operation = self._specification.check(request)
        if operation.name not in _ROUTES:
            raise SpecViolation(f"{operation.name} is documented but not simulated")
        left = self._count()
        if left < 0:
            return self.error(Fault.RATE_LIMIT)
        answer = self._answer(request, operation)
        answer.headers.update(self._limit_headers(left))
        return answer

    def publishes(self, request: Request) -> bool:
        """Whether the request would publish a status."""
        return (request.method, request.path) == ("POST", "/api/v1/statuses")

    def error(self, fault: Fault) -> Response:
        """Return Mastodon's own form of a failure."""
        status, words = _WORDS[fault]
        answer = refusal(status, words)
        if fault is Fault.RATE_LIMIT:
            known = self.rules.flavour is not Flavour.COMPATIBLE
            answer.headers.update(self._limit_headers(0) if known else {"retry-after": "120"})
        return answer

    # What people do.

    def add_person(self, handle: str, name: str = "", followers: int = 10) -> Person:
        """Let an account be known; `handle` is `user` or `user@domain`."""
        return self.world.add_person(handle, name, followers)

    def someone_writes(
        self,
        kind: Kind,
        person: Person,
        text: str,
        under: str | None = None,
        created_at: int | None = None,
        language: str | None = None,
    ) -> str:
        """Let a person write to the brand; return the status's id.

        A comment without `under` stands under the brand's own post. The brand is mentioned where the text does not.
        """
        parent = self.to_number(under)
        if parent is None and kind is Kind.COMMENT:
            parent = self.brand_post()
        post = self.world.publish(
            person,
            self._addressed(text),
            visibility="direct" if kind is Kind.DM else "public",
            under=parent,
            created_at=created_at,
            language=language,
        )
        return self.to_id(post.id)

    def we_write(self, text: str, under: str | None = None) -> str:
        """Let the brand write from another client, keeping the visibility of what it answers; return the id."""
        parent = self.to_number(under)
        answered = None if parent is None else self.world.posts[parent]
        if answered is None:
            return self.to_id(self.world.publish(self.brand, text).id)
        people = {person.acct: person for person in (answered.author, *answered.mentions)}
        names = " ".join(f"@{acct}" for acct in people if acct != self.brand.acct)
        words = f"{names} {text}" if names else text
        return self.to_id(self.world.publish(self.brand, words, visibility=answered.visibility, under=parent).id)

    def brand_post(self) -> int:
        """Return the number of the brand's own post under which people comment; written when first needed."""
        if self._brand_post is None or self._brand_post not in self.world.posts:
            self._brand_post = self.world.publish(self.brand, "Good morning from all of us!").id
        return self._brand_post

    def edit(self, status_id: str, text: str) -> None:
        """Let an author change a status."""
        post = self.post(status_id)
        self.world.edit(post.id, self._addressed(text) if self.brand in post.mentions else text)

    def delete(self, status_id: str) -> None:
        """Let an author delete a status."""
        self.world.delete(self.post(status_id).id)

    def post(self, status_id: str) -> Post:
        """Return a status by its id. Raises KeyError when it is gone."""
        number = self.to_number(status_id)
        return self.world.posts[-1 if number is None else number]

    def published(self) -> list[Post]:
        """Return the brand's answers, oldest first."""
        return [
            post for post in self.world.posts.values() if post.author is self.brand and post.parent_author is not None
        ]

    def filter_strangers(self) -> None:
        """Set the brand's policy to filter what people write whom it does not follow."""
        self.world.policy["for_not_following"] = "filter"

    def likes(self, person: Person, status_id: str) -> None:
        """Let a person favourite a status of the brand: a notification that is no message."""
        self.world.notify("favourite", person, self.post(status_id).id)

    def to_id(self, number: int) -> str:
        """Return an id as this server writes it."""
        return self._entities("simulated.example").to_id(number)

    def _entities(self, host: str) -> Entities:
        scheme = "http" if _LOOPBACK.fullmatch(host) else "https"
        return Entities(self.world, self.rules.flavour, f"{scheme}://{host}")

    def to_number(self, status_id: str | None) -> int | None:
        """Return the number behind an id, None for what is none of this server's."""
        return self._entities("simulated.example").from_id(status_id)

    def _addressed(self, text: str) -> str:
        return text if self.brand in self.world.mentioned_in(text) else f"@{self.brand.acct} {text}"

    def _answer(self, request: Request, operation: Operation) -> Response:
        if operation.name in _LACKS[self.rules.flavour]:
            return missing()
        if (refused := self._refused(request, operation)) is not None:
            return refused
        entities = self._entities(request.headers.get("host", "simulated.example"))
        return _ROUTES[operation.name](
            Desk(self.world, self.rules, self.sign_in, entities, request, operation, self._keys),
        )

    def _refused(self, request: Request, operation: Operation) -> Response | None:
        """Return the refusal of a request without the token or the permission that it needs."""
        given = request.headers.get("authorization", "")
        if given and given != f"Bearer {self.sign_in.token}":
            return self.error(Fault.UNAUTHORIZED)
        if not operation.needs_sign_in:
            return None
        if not given:
            return refusal(401, "This method requires an authenticated user")
        wide = {scope.partition(":")[0] for scope in operation.scopes}
        if operation.scopes and not (set(operation.scopes) | wide) & set(self.rules.scopes):
            return self.error(Fault.FORBIDDEN)
        return None

    def _count(self) -> int:
        """Count a call; return how many are left in this window, below zero when there were too many."""
        window = self.now() // _WINDOW_MS
        if window != self._window:
            self._window, self._calls = window, 0
        self._calls += 1
        left = _CALLS_PER_WINDOW - self._calls
        return left if self.enforce_limit else max(left, 0)

    def _limit_headers(self, left: int) -> dict[str, str]:
        if self.rules.flavour is Flavour.COMPATIBLE:
            return {}
        reset = (self.now() // _WINDOW_MS + 1) * _WINDOW_MS
        return {
            "x-ratelimit-limit": str(_CALLS_PER_WINDOW),
            "x-ratelimit-remaining": str(max(left, 0)),
            "x-ratelimit-reset": iso(reset).replace("Z", "000Z"),
        }
