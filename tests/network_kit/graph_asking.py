"""Asking the simulated servers of Meta directly, as a program that is not ours would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cminbox.simulators.wire import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.graph_server import GraphServer
    from cminbox.simulators.wire import Response


class Clock:
    """Goes on by a millisecond each time that somebody looks at it."""

    def __init__(self) -> None:
        self.time = 1_790_000_000_000

    def __call__(self) -> int:
        """Return UTC milliseconds."""
        self.time += 1
        return self.time


def sender(token: str, version: str = "v25.0") -> Callable[..., Response]:
    """Return what asks a server: by method and path, with a body or without, and with the words of a query."""

    def send(server: GraphServer, method: str, path: str, body: object = None, **query: str) -> Response:
        content = b"" if body is None else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        return server.answer(Request(method, f"/{version}/{path}", tuple(query.items()), headers, content))

    return send


def shown(response: Response) -> Any:  # noqa: ANN401 - JSON of many forms
    """Return what a good answer holds."""
    assert response.status == 200, response.body
    return json.loads(response.body)


def error(response: Response) -> tuple[int, int]:
    """Return the code and the subcode of an error."""
    given: dict[str, Any] = json.loads(response.body)["error"]
    return given["code"], given.get("error_subcode", 0)
