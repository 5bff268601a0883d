"""The ways in which a server's answer gets lost although the post was made, or the post although it was asked for."""

from __future__ import annotations

import json
import socket
import struct
from collections import Counter, deque
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cminbox.simulators.wire import Fault, Response, Wire

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable

    from cminbox.simulators.wire import Request, Simulator

WRITER: ContextVar[asyncio.StreamWriter] = ContextVar("the connection that is being served")
_RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class Lost(StrEnum):
    """What a client sees instead of the answer to a request that publishes."""

    ERROR_500 = "500"
    ERROR_502 = "502"
    ERROR_503 = "503"
    ERROR_504 = "504"
    SILENCE = "no answer"
    RESET = "connection reset"
    CUT = "cut body"
    WITHOUT_ID = "2xx without an id"
    WEB_PAGE = "a proxy's web page"


PROXY_ERRORS = {Lost.ERROR_502: 502, Lost.ERROR_503: 503, Lost.ERROR_504: 504}


class Style(StrEnum):
    """How a network recognises a reply that comes twice."""

    KEY = "key"
    CLIENT_ID = "client id"
    NO_KEY = "no key"


@dataclass(frozen=True, slots=True)
class Spoil:
    """Lose the answer to one publishing request; `made` says whether the post is made first.

    The next `blind` requests that read fail as well.
    """

    lost: Lost
    made: bool
    blind: int = 0


_DEAD = (b"ExpiredToken", b"InvalidToken", b"AuthenticationRequired")


@dataclass
class SpoilingWire(Wire):
    """A wire that loses answers, hides fresh posts from lists, and goes down, as it is told.

    `hidden_for` is how long (seconds) lists do not show a post yet, by style; `broken` answers every request of a
    style that publishes nothing with a failure.
    """

    simulator: Simulator
    style_of: Callable[[Request], Style]
    now: Callable[[], int]
    spoils: dict[Style, deque[Spoil | None]] = field(default_factory=lambda: {style: deque() for style in Style})
    hidden_for: dict[Style, float] = field(default_factory=dict)
    broken: dict[Style, Lost] = field(default_factory=dict)
    asked: list[tuple[Style, str]] = field(default_factory=list)
    """Every publishing request that came with credentials that were good, with the text that it holds."""
    received: Counter[Style] = field(default_factory=Counter)
    _made: dict[str, int] = field(default_factory=dict)
    _blind: Counter[Style] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Begin with a wire that carries everything."""
        super().__init__(self.simulator)

    def carry(self, request: Request) -> Response | Fault:
        """Answer a request, or lose it or its answer."""
        style = self.style_of(request)
        publishes = self.simulator.publishes(request)
        self.received[style] += 1
        if publishes:
            self.asked.append((style, request.body.decode()))
        elif style in self.broken:
            return self._lost(self.broken[style])
        elif self._blind[style] > 0:
            self._blind[style] -= 1
            return self._lost(Lost.ERROR_503)
        spoil = self.spoils[style].popleft() if publishes and self.spoils[style] else None
        self._blind[style] += 0 if spoil is None else spoil.blind
        if spoil is not None and not spoil.made:
            return self._lost(spoil.lost)
        answer = super().carry(request)
        del self.seen[:-10]
        if not isinstance(answer, Response):
            return answer
        if publishes and _turned_away(answer):
            # Nothing is carried out with dead credentials, so that asking once more with others repeats nothing.
            self.asked.pop()
        elif publishes:
            self._made[text_of(request)] = self.now()
            return answer if spoil is None else self._lost(spoil.lost)
        return self._without_fresh(style, request, answer)

    def _lost(self, lost: Lost) -> Response | Fault:  # noqa: PLR0911 - one return per fault reads as the table it is
        match lost:
            case Lost.ERROR_500:
                return self.simulator.error(Fault.SERVER_ERROR)
            case Lost.SILENCE:
                return Fault.TIMEOUT
            case Lost.RESET:
                sock = WRITER.get().get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
                return Fault.CONNECT
            case Lost.CUT:
                return Fault.CUT
            case Lost.WITHOUT_ID:
                return Response.of({})
            case Lost.WEB_PAGE:
                return Response(
                    200, b"<!doctype html><title>Sign in to this Wi-Fi</title>", {"content-type": "text/html"}
                )
            case _:
                words = b"<html><h1>Bad gateway</h1></html>"
                return Response(PROXY_ERRORS[lost], words, {"content-type": "text/html"})

    def _without_fresh(self, style: Style, request: Request, answer: Response) -> Response:
        """Leave out of a list what was published so shortly ago that the server's copies do not have it yet."""
        lag = self.hidden_for.get(style, 0.0) * 1000
        fresh = [text for text, at in self._made.items() if self.now() - at < lag]
        if request.method != "GET" or not fresh or answer.status != 200:
            return answer
        body = json.loads(answer.body)
        if request.path.endswith("getRecord") and _holds(body, fresh):
            return Response.of({"error": "RecordNotFound", "message": "not yet"}, 400)
        return Response.of(_pruned(body, fresh), answer.status, answer.headers)


def _turned_away(answer: Response) -> bool:
    """Whether a request was refused for its credentials."""
    return answer.status in {400, 401} and any(word in answer.body for word in _DEAD)


def text_of(request: Request) -> str:
    """Return the text that a publishing request of any network holds."""
    body = json.loads(request.body)
    inner = body.get("record") or body.get("message") or {}
    return str(body.get("status") or inner.get("text") or "")


def _pruned(value: Any, fresh: Iterable[str]) -> Any:  # noqa: ANN401 - foreign JSON
    if isinstance(value, dict):
        return {key: _pruned(inner, fresh) for key, inner in value.items()}
    if isinstance(value, list):
        return [_pruned(inner, fresh) for inner in value if not _holds(inner, fresh)]
    return value


def _holds(value: object, fresh: Iterable[str]) -> bool:
    written = json.dumps(value, ensure_ascii=False)
    return any(text.split()[-1] in written for text in fresh if text)
