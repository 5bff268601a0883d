"""What every route of the simulated site works with: the request, who asks, and the ways to say no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.simulators.wire import Request
    from cminbox.simulators.wordpress.views import Json
    from cminbox.simulators.wordpress.world import Comment, Person, World

_DEFAULT_PAGE = 10
_FRENCH = "D&eacute;sol&eacute;, <strong>vous n&#8217;avez pas</strong> l&#8217;autorisation."


@dataclass(slots=True)
class Rules:
    """How the played site is set up.

    `pretty` permalinks; `closed_by` is the code with which a plugin refuses everything; `holds_own` has even what an
    editor writes wait; `flood_ms` is how long a person without the right to moderate waits between two comments.
    """

    pretty: bool = True
    shop: bool = True
    trash: bool = True
    passwords: bool = True
    holds_own: bool = False
    bare: bool = False
    language: str = "en"
    closed_by: str = ""
    flood_ms: int = 15_000


@dataclass(slots=True)
class Desk:
    """The site and one request about it; `user` is None where nobody is signed in."""

    world: World
    rules: Rules
    request: Request
    user: Person | None
    route: str

    def may(self, capability: str) -> bool:
        """Whether the one who asks may do something."""
        return self.user is not None and self.user.may(capability)

    def figure(self, name: str, default: int = 0) -> int:
        """Return a parameter that is a number."""
        return int(self.request.first(name) or default)

    def figures(self, name: str) -> list[int] | None:
        """Return the numbers of a parameter, None where it was not given."""
        value = self.request.first(name)
        return None if value is None else [int(one) for one in value.split(",") if one]

    def page(self, found: Sequence[Comment], shown: Sequence[Json]) -> Response:
        """Return a part of a list with the headers that count the whole."""
        size = self.figure("per_page", _DEFAULT_PAGE)
        pages = -(-len(found) // size)
        return Response.of(list(shown), 200, {"x-wp-total": str(len(found)), "x-wp-totalpages": str(pages)})

    def part(self, found: Sequence[Comment]) -> Sequence[Comment]:
        """Return the part of a list that is asked for."""
        size = self.figure("per_page", _DEFAULT_PAGE)
        start = self.figure("offset") or (self.figure("page", 1) - 1) * size
        return found[start : start + size]

    def refusal(self, status: int, code: str, message: str = "Sorry, you are not allowed to do that.") -> Response:
        """Return an error in WordPress's form, in the language of the site."""
        return refusal(status, code, message, self.rules.language)

    def forbidden(self, code: str) -> Response:
        """Return the refusal of what the role does not allow: 401 for strangers, 403 for users."""
        return self.refusal(401 if self.user is None else 403, code)


def refusal(status: int, code: str, message: str, language: str = "en") -> Response:
    """Return an error in WordPress's form."""
    said = message if language == "en" else _FRENCH
    return Response.of({"code": code, "message": said, "data": {"status": status}}, status)
