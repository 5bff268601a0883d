"""The errors of the Graph API, by the codes that it gives; their text comes in the language of the token's owner."""

from __future__ import annotations

import json

from cminbox.simulators.wire import Fault, Response

_REGAIN_MINUTES = 7
_TOO_MANY = frozenset({80001, 80002})
_STATUS = {190: 401, 10: 403, 200: 403, 1: 500, 2: 503}
_WORDS = {
    1: "Une erreur inconnue s'est produite",
    2: "Service temporairement indisponible",
    10: "L'application n'a pas l'autorisation pour cette action",
    100: "Requête non prise en charge : l'objet n'existe pas, ou les autorisations manquent",
    190: "Erreur de validation du jeton d'accès",
    200: "Erreur d'autorisation",
    368: "Cette action a été jugée abusive",
    2635: "Vous appelez une version de l'API qui a pris fin",
    10900: "Activity already replied to",
    80001: "Trop d'appels pour cette Page",
    80002: "Trop d'appels pour ce compte Instagram",
}
_FAULTS = {
    Fault.UNAUTHORIZED: (190, 463),
    Fault.FORBIDDEN: (200, 0),
    Fault.NOT_FOUND: (100, 33),
    Fault.RATE_LIMIT: (80001, 0),
    Fault.SERVER_ERROR: (1, 0),
    Fault.UNAVAILABLE: (2, 0),
}


class Refusal(Exception):  # noqa: N818 - an answer, not an error of the program
    """The server says no, with a code and a subcode."""

    def __init__(self, code: int, subcode: int = 0) -> None:
        super().__init__(f"{code}/{subcode}")
        self.response = refusal(code, subcode)


def refusal(code: int, subcode: int = 0, *, status: int | None = None) -> Response:
    """Return an error as the Graph API writes it."""
    error: dict[str, object] = {
        "message": f"(#{code}) {_WORDS.get(code, 'Action impossible')}",
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": "AbCdEfGhIjK",
    }
    if subcode:
        error["error_subcode"] = subcode
    if code in {1, 2}:
        error["is_transient"] = True
    headers = usage_headers(100, _REGAIN_MINUTES) if code in _TOO_MANY else {}
    return Response.of({"error": error}, status or _STATUS.get(code, 400), headers)


def gone() -> Refusal:
    """Return the refusal for what does not exist, or not for this token."""
    return Refusal(100, 33)


def of_fault(fault: Fault) -> Response:
    """Return this network's own form of a fault that every network knows."""
    return refusal(*_FAULTS[fault])


def usage_headers(percent: int, minutes: int = 0) -> dict[str, str]:
    """Return the headers that tell how much of the allowance is used.

    Calls are let in again after so many `minutes`.
    """
    overall = {"call_count": percent, "total_time": 3, "total_cputime": 2}
    business = {"104201": [{"type": "pages", **overall, "estimated_time_to_regain_access": minutes}]}
    return {"x-app-usage": json.dumps(overall), "x-business-use-case-usage": json.dumps(business)}
