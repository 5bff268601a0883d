"""Errors as X writes them, in the language that the played server speaks."""

from __future__ import annotations

from cminbox.simulators.wire import Response

TYPES = "https://api.x.com/2/problems/"
_FRENCH = "La demande n'a pas pu être traitée."
_TITLES = {400: "Invalid Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden",
           404: "Not Found Error", 410: "Gone", 429: "Too Many Requests", 500: "Internal Server Error",
           503: "Service Unavailable"}  # fmt: skip


def problem(
    status: int,
    kind: str = "",
    detail: str = "",
    language: str = "en",
    headers: dict[str, str] | None = None,
    **more: object,
) -> Response:
    """Return an error; without a kind it is one that has no type of its own."""
    title = _TITLES.get(status, "Error")
    said = (detail or title) if language == "en" else _FRENCH
    body = {"title": title, "detail": said, "type": f"{TYPES}{kind}" if kind else "about:blank", "status": status}
    return Response.of(body | more, status, headers)


def missing(identifier: str, language: str = "en", kind: str = "resource-not-found") -> dict[str, object]:
    """Return the part of a good answer that says what is not there."""
    said = f"Could not find tweet with ids: [{identifier}]." if language == "en" else _FRENCH
    return {
        "value": identifier,
        "detail": said,
        "title": "Not Found Error" if kind == "resource-not-found" else "Authorization Error",
        "resource_type": "tweet",
        "parameter": "ids",
        "resource_id": identifier,
        "type": f"{TYPES}{kind}",
    }
