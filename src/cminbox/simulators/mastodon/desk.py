"""What every route of the simulated server works with: the call, and the place where its answer is put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.simulators.mastodon.entities import Entities, Flavour, Json
    from cminbox.simulators.mastodon.oauth import SignIn
    from cminbox.simulators.mastodon.world import Person, Post, World
    from cminbox.simulators.openapi_check import Operation
    from cminbox.simulators.wire import Request

KEY_LIFE_MS = 3600 * 1000


@dataclass(slots=True)
class Rules:
    """How the played server is set up."""

    flavour: Flavour
    max_characters: int
    largest_page: int
    scopes: tuple[str, ...]
    repeated_keys_fail: bool = False
    untidy: bool = False


@dataclass(slots=True)
class Desk:
    """The server's state and one request to it."""

    world: World
    rules: Rules
    sign_in: SignIn
    entities: Entities
    request: Request
    operation: Operation
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Idempotency keys with the post that each made and when (UTC milliseconds)."""

    def fields(self) -> dict[str, Any]:
        """Return the body's fields, sent as JSON or as a form."""
        if self.request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return dict(self.request.form())
        body: dict[str, Any] = self.request.json()
        return body

    def post(self) -> Post | None:
        """Return the post that the path names, None when it is gone or not for the brand's eyes."""
        return self.visible(self.operation.path_values["id"])

    def visible(self, identifier: str | None) -> Post | None:
        """Return a post by its id, None when it is gone or not for the brand's eyes."""
        number = self.entities.from_id(identifier)
        post = None if number is None else self.world.posts.get(number)
        return post if post is not None and self.world.brand_sees(post) else None

    def person(self) -> Person | None:
        """Return the account that the path names."""
        number = self.entities.from_id(self.operation.path_values["id"])
        return None if number is None else self.world.people.get(number)

    def listed(self, page: Sequence[object], link: str | None) -> Response:
        """Return a page of a list with its Link header."""
        return Response.of(list(page), headers={} if link is None else {"link": link})


def refusal(status: int, error: str) -> Response:
    """Return an Error."""
    return Response.of({"error": error}, status)


def missing() -> Response:
    """Return the answer for what does not exist, or not for the brand."""
    return refusal(404, "Record not found")


def one(entity: Json) -> Response:
    """Return one entity."""
    return Response.of(entity)
