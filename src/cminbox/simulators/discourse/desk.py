"""What every route of the simulated forum works with, and how it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from cminbox.simulators.discourse.world import Post, Rules, World
    from cminbox.simulators.openapi_check import Operation
    from cminbox.simulators.wire import Request

WORDS = {
    "en": {
        "not_logged_in": "You need to be logged in to do that.",
        "invalid_access": "You are not permitted to view the requested resource.",
        "not_found": "The requested URL or resource could not be found.",
        "rate_limit": "You've performed this action too many times, please try again later.",
        "short": "Body is too short (minimum is {0} characters)",
        "long": "Body is limited to {0} characters; you entered {1}.",
        "similar": "Body is too similar to what you recently posted",
        "closed": "That topic is closed. It no longer accepts new replies.",
        "slow": "This topic is in slow mode. You posted too recently.",
        "consecutive": "No more than {0} consecutive replies are allowed.",
    },
    "fr": {
        "not_logged_in": "Vous devez vous connecter pour cela.",
        "invalid_access": "Vous n'êtes pas autorisé à voir cette ressource.",
        "not_found": "L'adresse ou la ressource demandée est introuvable.",
        "rate_limit": "Vous avez fait cela trop souvent, réessayez plus tard.",
        "short": "Le corps du message est trop court (le minimum est de {0} caractères)",
        "long": "Le corps du message est limité à {0} caractères ; vous en avez saisi {1}.",
        "similar": "Le corps du message est trop semblable à ce que vous avez posté récemment",
        "closed": "Ce sujet est fermé. Il n'accepte plus de réponses.",
        "slow": "Ce sujet est en mode lent. Vous avez posté il y a trop peu de temps.",
        "consecutive": "Pas plus de {0} réponses consécutives ne sont autorisées.",
    },
}
STATUS = {"not_logged_in": 403, "invalid_access": 403, "not_found": 404, "rate_limit": 429}


@dataclass(slots=True)
class Desk:
    """The forum's state and one request to it."""

    world: World
    rules: Rules
    request: Request
    operation: Operation

    def fields(self) -> dict[str, Any]:
        """Return the body's fields."""
        body: dict[str, Any] = self.request.json()
        return body

    def post(self) -> Post | None:
        """Return the post that the path names; a deleted one is shown to those who moderate."""
        wanted = self.operation.path_values["id"]
        post = self.world.posts.get(int(wanted)) if wanted.isdigit() else None
        if post is None or not self.world.sees(post.topic) or (post.deleted and not self.rules.staff):
            return None
        return post

    def refused(self, why: str) -> Response:
        """Return a failure with a code; its words are in the site's language."""
        return refusal(self.rules, why)

    def invalid(self, why: str, *values: object) -> Response:
        """Return the refusal of a post: words alone, there is no code."""
        words = WORDS[self.rules.language][why].format(*values)
        return Response.of({"action": "create_post", "errors": [words]}, 422)


def refusal(rules: Rules, why: str) -> Response:
    """Return a failure of the whole request."""
    body: dict[str, Any] = {"errors": [WORDS[rules.language][why]], "error_type": why}
    headers: dict[str, str] = {}
    if why == "rate_limit":
        body["extras"] = {"wait_seconds": rules.wait_seconds, "time_left": f"{rules.wait_seconds} s"}
        headers["retry-after"] = str(rules.wait_seconds)
    return Response.of(body, STATUS[why], headers)
