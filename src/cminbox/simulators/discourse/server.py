"""The simulated forum: who may ask what, and what people do on it."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from cminbox.domain.message import Kind
from cminbox.simulators.discourse.desk import Desk, refusal
from cminbox.simulators.discourse.reading import READING
from cminbox.simulators.discourse.world import Rules, World
from cminbox.simulators.discourse.writing import WRITING
from cminbox.simulators.openapi_check import load
from cminbox.simulators.wire import Fault, Response, SpecViolation

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.discourse.world import Post, Topic, User
    from cminbox.simulators.openapi_check import Operation
    from cminbox.simulators.wire import Request

_ROUTES = READING | WRITING
_FOR_EVERYBODY = frozenset(
    {"GET /posts.json", "GET /site/settings.json", "GET /about.json", "GET /u/{username}.json", "GET /t/{id}.json"}
)
"""What a stranger is answered too: with the public part, never with a refusal."""
_FAULTS = {
    Fault.UNAUTHORIZED: "not_logged_in",
    Fault.FORBIDDEN: "invalid_access",
    Fault.NOT_FOUND: "not_found",
    Fault.RATE_LIMIT: "rate_limit",
}
_BROKEN = {Fault.SERVER_ERROR: 500, Fault.UNAVAILABLE: 503}


class SimulatedDiscourse:
    """A forum with one brand account; people write through its methods, the adapter through its API.

    `now` gives UTC milliseconds. `key` is the brand's user API key, `admin_key` one of the whole forum.
    """

    def __init__(
        self,
        now: Callable[[], int],
        *,
        key: str = "simulated-key",
        admin_key: str = "simulated-admin-key",
        rules: Rules | None = None,
        brand: str = "acme",
    ) -> None:
        self.now = now
        self.key = key
        self.admin_key = admin_key
        self.rules = rules or Rules()
        self.world = World(now, brand)
        self._specification = load("discourse")
        self._announcement: Topic | None = None

    # What the wire asks.

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises SpecViolation when nothing documents it."""
        operation = self._specification.check(request)
        if operation.name not in _ROUTES:
            raise SpecViolation(f"{operation.name} is documented but not simulated")
        refused = self._refused(request, operation)
        return refused or _ROUTES[operation.name](Desk(self.world, self.rules, request, operation))

    def publishes(self, request: Request) -> bool:
        """Whether the request would publish a post."""
        return (request.method, request.path) == ("POST", "/posts.json")

    def error(self, fault: Fault) -> Response:
        """Return Discourse's own form of a failure."""
        if fault in _BROKEN:
            return Response.of({"status": _BROKEN[fault], "error": "Internal Server Error"}, _BROKEN[fault])
        return refusal(self.rules, _FAULTS[fault])

    def _refused(self, request: Request, operation: Operation) -> Response | None:
        """Return the refusal of a request without the key or the permission that it needs."""
        given = request.headers
        user_key, whole_key = given.get("user-api-key"), given.get("api-key")
        known = user_key == self.key or (whole_key == self.admin_key and given.get("api-username") == "acme")
        if (user_key or whole_key) and not known:
            return refusal(self.rules, "invalid_access")
        if not known or self.rules.suspended:
            if operation.name == "GET /session/current.json":
                return Response(404, b"", {"content-type": "application/json"})
            return None if operation.name in _FOR_EVERYBODY else refusal(self.rules, "not_logged_in")
        allowed = set(operation.scopes) | {"write"}
        return None if allowed & set(self.rules.scopes) else refusal(self.rules, "invalid_access")

    # What people do.

    def someone_writes(
        self, kind: Kind, person: User, text: str, under: Post | None = None, created_at: int | None = None
    ) -> Post:
        """Let a person write to the brand, in the topic of `under` or in one of the kind's own."""
        world = self.world
        if under is not None:
            reply_to = under.number if under.number > 1 else None
            words = f"@acme {text}" if kind is Kind.MENTION else text
            return world.write(under.topic, person, words, reply_to=reply_to, created_at=created_at)
        if kind is Kind.DM:
            topic = world.topic("A private word", members={world.brand.id, person.id})
            return world.write(topic, person, text, created_at=created_at)
        if kind is Kind.MENTION:
            return world.write(world.topic("A question"), person, f"@acme {text}", created_at=created_at)
        return world.write(self.announcement(), person, text, created_at=created_at)

    def announcement(self) -> Topic:
        """Return the brand's own topic, which it watches as everybody watches what he began."""
        if self._announcement is None:
            self._announcement = self.world.topic("Opening hours", watched=True)
            self.world.write(self._announcement, self.world.brand, "We are open all day.")
        return self._announcement

    def we_write(self, text: str, under: Post) -> Post:
        """Let the brand answer in a browser."""
        reply_to = under.number if under.number > 1 else None
        return self.world.write(under.topic, self.world.brand, text, reply_to=reply_to)

    def published(self) -> list[Post]:
        """Return the brand's answers that stand."""
        return [
            one
            for one in self.world.posts.values()
            if one.author is self.world.brand and not one.deleted and one.number > 1
        ]

    def show_key(self, address: str, key: str | None = None, padding: str | None = None) -> str:
        """Agree on the page at `address` as a person would; return what it shows to be copied.

        Raises SpecViolation when the page would not understand it. Without OAEP the older padding is used.
        """
        # Large, and for signing in alone.
        from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - as above
        from cryptography.hazmat.primitives.asymmetric import padding as paddings  # noqa: PLC0415 - as above
        from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - as above

        asked = self._asked(address)
        public = serialization.load_pem_public_key(asked["public_key"].encode())
        if not isinstance(public, rsa.RSAPublicKey) or set(asked["scopes"].split(",")) - {"read", "write"}:
            raise SpecViolation("the page does not understand what it is given")
        payload = json.dumps({"key": key or self.key, "nonce": asked["nonce"], "push": False, "api": 4}).encode()
        new = (padding or self.rules.padding) == "oaep" and asked.get("padding") == "oaep"
        sha1 = hashes.SHA1()  # noqa: S303 - what OpenSSL's OAEP uses unless told otherwise
        way = paddings.OAEP(paddings.MGF1(sha1), sha1, None) if new else paddings.PKCS1v15()
        return base64.encodebytes(public.encrypt(payload, way)).decode()

    def _asked(self, address: str) -> dict[str, str]:
        from urllib.parse import parse_qsl, urlsplit  # noqa: PLC0415 - for signing in alone

        from cminbox.simulators.wire import Request  # noqa: PLC0415 - the type is needed at runtime here alone

        parts = urlsplit(address)
        query = tuple(parse_qsl(parts.query))
        self._specification.check(Request("GET", parts.path, query, {}, b""))
        return dict(query)
