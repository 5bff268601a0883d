"""What the simulated APIs of Meta have in common: who is let in, in which form it is said no, what a token tells."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from cminbox.simulators.graph_check import load
from cminbox.simulators.graph_refusals import Refusal, of_fault, refusal, usage_headers
from cminbox.simulators.wire import Response, SpecViolation

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.graph_check import Call
    from cminbox.simulators.wire import Fault, Request

_SUNSET = 2635
_OTHER_TOKEN = (190, 467)
_DEAD = 190
_NOT_GRANTED = 200
_LIFE_SECONDS = 60 * 24 * 3600


class GraphServer(ABC):
    """One API with one account behind one token.

    `now` gives UTC milliseconds. A `persons_token` belongs to somebody with a role on the account. `dead` is the
    subcode of a token that no longer works; `expires_at` (UTC milliseconds) is when it ends, 0 never; `renewable` says
    whether it may be renewed. `served` is the version that really answers, None for the one that was asked for;
    versions in `sunset` are over. `used_percent` of the allowance is used.
    """

    publishing: ClassVar[tuple[str, ...]]
    """How the paths end to which a public answer is posted."""
    names_version: ClassVar[bool] = True
    """Whether answers say which version gave them."""

    def __init__(
        self,
        network: str,
        now: Callable[[], int],
        *,
        token: str,
        scopes: tuple[str, ...],
        persons_token: bool = False,
        expires_at: int = 0,
        served: str | None = None,
        renewable: bool = True,
    ) -> None:
        self.now = now
        self.token = token
        self.scopes = scopes
        self.persons_token = persons_token
        self.expires_at = expires_at
        self.served = served
        self.renewable = renewable
        self.dead: int | None = None
        self.sunset: frozenset[str] = frozenset()
        self.used_percent = 4
        self.renewals = 0
        self._specification = load(network)

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises SpecViolation when the API's description does not allow it."""
        call = self._specification.check(request, self._kind_of)
        if call.version in self.sunset:
            return refusal(_SUNSET)
        headers = usage_headers(self.used_percent)
        if self.names_version:
            headers["facebook-api-version"] = self.served or call.version
        try:
            self._let_in(request, call)
            return Response.of(self._answer(call), headers=headers)
        except Refusal as refused:
            return refused.response

    def publishes(self, request: Request) -> bool:
        """Whether the request would publish a reply."""
        if request.method != "POST":
            return False
        return request.path.endswith(self.publishing) or (
            request.path.endswith("/messages") and b'"sender_action"' not in request.body
        )

    def error(self, fault: Fault) -> Response:
        """Return the Graph API's own form of an error."""
        return of_fault(fault)

    @abstractmethod
    def _kind_of(self, node: str) -> str | None:
        """Return the type of what has an id, None for an id that nothing ever had."""

    @abstractmethod
    def _check_scopes(self, call: Call) -> None:
        """Raise Refusal when the token was not granted what a call needs."""

    @abstractmethod
    def _answer(self, call: Call) -> Any:  # noqa: ANN401 - JSON of many forms
        """Answer a call that is let in. Raises Refusal, and SpecViolation for what is not simulated."""

    def _let_in(self, request: Request, call: Call) -> None:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise Refusal(*_OTHER_TOKEN)
        if self.dead is not None:
            raise Refusal(_DEAD, self.dead)
        self._check_scopes(call)

    def _needs(self, scope: str, code: int = _NOT_GRANTED) -> None:
        if scope not in self.scopes:
            raise Refusal(code)

    def _renew(self) -> dict[str, Any]:
        if not self.renewable:
            raise Refusal(100)
        self.renewals += 1
        self.token = f"{self.token.partition('~')[0]}~{self.renewals}"
        return {"access_token": self.token, "token_type": "bearer", "expires_in": _LIFE_SECONDS}

    def _batch(self, call: Call) -> list[dict[str, Any]]:
        """Answer the one question that is asked in a batch here: what a token is good for."""
        (asked,) = call.given["batch"]
        if asked != {"method": "GET", "relative_url": f"debug_token?input_token={self.token}"}:
            raise SpecViolation("only debug_token is played inside a batch")
        data = {
            "type": "USER" if self.persons_token else "PAGE",
            "is_valid": True,
            "expires_at": self.expires_at // 1000,
            "data_access_expires_at": 0,
            "scopes": list(self.scopes),
        }
        return [{"code": 200, "body": json.dumps({"data": data})}]
