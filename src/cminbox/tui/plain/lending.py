"""Lending the terminal to another program: held replies still go out, and nothing of ours is said meanwhile."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.tui.plain.lines import EndedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.tui.plain.inbox import PlainInbox

_TICK_SECONDS = 0.25
_END_SECONDS = 2.0


def lend(inbox: PlainInbox, command: Sequence[str]) -> int:
    """Run a program at this terminal and wait for its end; return its exit code. Raises Problem, or EndedError."""
    # Ctrl+C is meant for the other program. It would inherit that it is ignored, but no handler.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        process = subprocess.Popen(list(command))  # noqa: S603 - what was asked for here, no shell in between
    except OSError as error:
        raise Problem(
            say("{program} cannot be started: {reason}", program=safe(command[0]), reason=error.strerror or "")
        ) from None
    else:
        return _end_of(process, inbox)
    finally:
        signal.signal(signal.SIGINT, before)


def _end_of(process: subprocess.Popen[bytes], inbox: PlainInbox) -> int:
    while True:
        try:
            return process.wait(_TICK_SECONDS)
        except subprocess.TimeoutExpired:
            inbox.tick()
        if inbox.terminal.ended:
            process.terminate()
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            raise EndedError
