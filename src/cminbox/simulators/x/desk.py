"""What every route of the played server works with: the call, the pages of a list, and the ways to say no."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cminbox.simulators.wire import Response
from cminbox.simulators.x.problems import problem
from cminbox.simulators.x.views import View

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cminbox.simulators.wire import Request
    from cminbox.simulators.x.rules import Rules
    from cminbox.simulators.x.world import User, World


@dataclass(slots=True)
class Desk:
    """One request about the brand. `values` are those of its path."""

    world: World
    rules: Rules
    brand: User
    request: Request
    values: Mapping[str, str]

    def view(self, fields: str = "post.fields") -> View:
        """Return what the request is shown through."""
        return View(self.world, self.rules, self.many(fields), self.many("expansions"))

    def many(self, name: str) -> list[str]:
        """Return the values of a parameter that holds several."""
        return [one for one in (self.request.first(name) or "").split(",") if one]

    def since(self) -> int:
        """Return the smallest id that a list may show, by its since_id and its start_time."""
        after = int(self.request.first("since_id") or 0) + 1
        start = self.request.first("start_time")
        if start is None:
            return after
        moment = round(datetime.fromisoformat(start).timestamp() * 1000)
        return max(after, (moment - 1_288_834_974_657) << 22)

    def page(
        self,
        items: Sequence[tuple[int, Any]],
        show: Callable[[Any], dict[str, Any]],
        view: View,
        *,
        token: str = "pagination_token",  # noqa: S107 - the name of a parameter
        default: int = 100,
        first: Sequence[dict[str, object]] = (),
    ) -> Response:
        """Return the page of a list, newest first, that is asked for; each item comes with its id.

        A page that is asked for later begins where the former ended, whatever was written or deleted meanwhile.
        """
        given = self.request.first(token)
        below: int | None = None
        if given is not None:
            below = self._place(given)
            if below is None:
                parameters = {"parameters": {token: [given]}, "message": "invalid"}
                return problem(400, "invalid-request", language=self.rules.language, errors=[parameters])
        size = min(int(self.request.first("max_results") or default), self.rules.largest_page)
        ordered = sorted(items, key=lambda one: one[0], reverse=True)
        rest = [one for one in ordered if below is None or one[0] < below]
        shown = rest[:size]
        again = [one for one in ordered if below is not None and one[0] == below] if self.rules.repeats else []
        data = [*(first if given is None else ()), *(show(one) for _id, one in (*again, *shown))]
        meta: dict[str, Any] = {"result_count": len(data)}
        if len(rest) > size:
            meta["next_token"] = self._token(shown[-1][0])
        # Of a list without items X leaves the items out.
        return Response.of(({"data": data} if data else {}) | view.includes() | {"meta": meta})

    def refusal(self, status: int, kind: str = "", detail: str = "") -> Response:
        """Return an error in the language that the server speaks."""
        return problem(status, kind, detail, self.rules.language)

    def _token(self, place: int) -> str:
        return base64.urlsafe_b64encode(f"{self.rules.era:04d} {place:019d}".encode()).decode().rstrip("=")

    def _place(self, token: str) -> int | None:
        try:
            era, place = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split()
            return int(place) if int(era) == self.rules.era else None
        except (ValueError, binascii.Error):
            return None
