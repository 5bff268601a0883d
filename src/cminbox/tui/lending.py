"""Giving the terminal to another program for a while: held replies still go out, and nothing of ours is drawn."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from textual.app import App

_END_SECONDS = 2.0


async def lend(app: App[Any], command: Sequence[str], environ: Mapping[str, str] | None = None) -> int:
    """Run a program at the terminal and wait for its end; return its exit code. Raises Problem.

    When the application is ended meanwhile, the program is as well.
    """
    driver = app._driver  # noqa: SLF001 - Textual offers no other way to ask
    if driver is None or not driver.can_suspend:
        raise Problem(say("This terminal cannot be lent to another program"))
    with app.suspend(), _deaf_to_keys():
        try:
            process = await asyncio.create_subprocess_exec(*command, env=environ)
        except OSError as error:
            failed = error
        else:
            return await _end_of(process)
    raise Problem(say("{program} cannot be started: {reason}", program=safe(command[0]), reason=failed.strerror or ""))


async def _end_of(process: asyncio.subprocess.Process) -> int:
    try:
        return await process.wait()
    except asyncio.CancelledError:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _END_SECONDS)
            except TimeoutError:
                process.kill()
        raise


@contextmanager
def _deaf_to_keys() -> Iterator[None]:
    """Leave Ctrl+C and its like to the other program. It would inherit that they are ignored, but no handler."""
    numbers = (signal.SIGINT, signal.SIGQUIT)
    before = {number: signal.signal(number, lambda *_: None) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
