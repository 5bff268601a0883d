"""Named moments in the life of a reply at which a process kills itself, put in from outside by wrapping functions.

The program under test knows nothing of them. A kill is SIGKILL: no handler and no `finally` runs.
"""

from __future__ import annotations

import os
import signal
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from httpcore._backends.anyio import AnyIOStream

from cminbox.network_kit import answers
from cminbox.outbox import attempts
from cminbox.store import deciding, reply_moves
from cminbox.store import outbox as outbox_module
from cminbox.store.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Callable

_BODY = 2
"""A request's head is written first, its body second."""
_REPLYING: ContextVar[bool] = ContextVar("whether this task makes an attempt at a reply", default=False)
_WRITES: ContextVar[list[int] | None] = ContextVar("the sizes written for the publishing request", default=None)


def _put(owner: object, name: str, function: Callable[..., object]) -> None:
    setattr(owner, name, function)


@dataclass
class Bomb:
    """Kills this process at the `countdown`-th time that its moment comes."""

    countdown: int

    def tick(self) -> None:
        """Count one coming of the moment."""
        self.countdown -= 1
        if self.countdown == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, owner: object, name: str) -> None:
        """Go off when a function is entered."""
        original = getattr(owner, name)

        def wrapped(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - of any function
            self.tick()
            return original(*arguments, **named)

        _put(owner, name, wrapped)

    def after(self, owner: object, name: str) -> None:
        """Go off when a function has returned."""
        original = getattr(owner, name)

        def wrapped(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - of any function
            result = original(*arguments, **named)
            self.tick()
            return result

        _put(owner, name, wrapped)

    def around_exchange(self, moment: str) -> None:
        """Go off before a request that reads for a reply, before the one that publishes, or when its answer is read."""
        original = answers._exchange
        outer = attempts._publish

        async def published(*arguments: Any) -> Any:  # noqa: ANN401 - as wrapped
            token = _REPLYING.set(True)
            try:
                return await outer(*arguments)
            finally:
                _REPLYING.reset(token)

        async def exchanged(http: Any, question: answers.Question) -> Any:  # noqa: ANN401 - as wrapped
            if moment == "reading" and _REPLYING.get() and not question.publishes:
                self.tick()
            if moment == "publishing" and question.publishes:
                self.tick()
            token = _WRITES.set([] if question.publishes else None)
            try:
                got = await original(http, question)
            finally:
                _WRITES.reset(token)
            if moment == "answered" and question.publishes:
                self.tick()
            return got

        _put(attempts, "_publish", published)
        _put(answers, "_exchange", exchanged)

    def in_the_stream(self, moment: str) -> None:
        """Go off in the middle of writing a publishing request, or before anything of its answer is read."""
        self.around_exchange("")
        write, read = AnyIOStream.write, AnyIOStream.read

        async def wrote(stream: AnyIOStream, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as wrapped
            written = _WRITES.get()
            if moment == "write" and written is not None:
                written.append(len(buffer))
                if len(written) == _BODY and self.countdown == 1:
                    await write(stream, buffer[: len(buffer) // 2], timeout)
                if len(written) == _BODY:
                    self.tick()
            await write(stream, buffer, timeout)

        async def received(stream: AnyIOStream, size: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - as wrapped
            if moment == "read" and _WRITES.get() is not None:
                self.tick()
            return await read(stream, size, timeout)

        _put(AnyIOStream, "write", wrote)
        _put(AnyIOStream, "read", received)

    def at_the_head(self) -> None:
        """Go off when the head of the answer to a publishing request is there, and nothing of its body is read."""
        self.around_exchange("")
        original = answers._got

        async def got(response: Any, cap: int) -> Any:  # noqa: ANN401 - as wrapped
            if _WRITES.get() is not None:
                self.tick()
            return await original(response, cap)

        _put(answers, "_got", got)


POINTS: dict[str, Callable[[Bomb], None]] = {
    "decision not committed": lambda bomb: bomb.after(deciding, "record"),
    "decision committed": lambda bomb: bomb.after(Outbox, "decide"),
    "before the begin": lambda bomb: bomb.before(Outbox, "begin"),
    "begin not committed": lambda bomb: bomb.before(outbox_module, "Begun"),
    "begin committed": lambda bomb: bomb.after(Outbox, "begin"),
    "before a question to the network": lambda bomb: bomb.around_exchange("reading"),
    "before the request": lambda bomb: bomb.around_exchange("publishing"),
    "request half written": lambda bomb: bomb.in_the_stream("write"),
    "request written, no answer": lambda bomb: bomb.in_the_stream("read"),
    "answer begun": Bomb.at_the_head,
    "answer read": lambda bomb: bomb.around_exchange("answered"),
    "before the receipt": lambda bomb: bomb.before(Outbox, "sent"),
    "receipt not committed": lambda bomb: bomb.after(reply_moves, "_add_own_message"),
    "receipt committed": lambda bomb: bomb.after(Outbox, "sent"),
}
"""Every moment between the agent's decision and the receipt on disk."""


def arm(point: str | None, nth: int) -> None:
    """Kill this process at the `nth` coming of a named moment; None leaves it alive."""
    if point is not None:
        POINTS[point](Bomb(nth))
