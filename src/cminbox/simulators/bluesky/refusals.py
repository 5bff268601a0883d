"""How a server of the AT Protocol says no."""

from __future__ import annotations

from cminbox.simulators.wire import Response


class Refusal(Exception):  # noqa: N818 - it is an answer, raised to leave a handler early
    """An answer that is not a success: a status, the error's name, and words."""

    def __init__(self, status: int, name: str, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.name = name

    def response(self) -> Response:
        """Return it as it goes over the wire."""
        return Response.of({"error": self.name, "message": str(self)}, self.status)


def invalid(words: str, name: str = "InvalidRequest") -> Refusal:
    """Return the refusal of a request that makes no sense here and now."""
    return Refusal(400, name, words)
