"""Processes that start in milliseconds and can be killed for good: forked from one that has loaded the program."""

from __future__ import annotations

import logging
import multiprocessing
import multiprocessing.context
import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import ForkServerContext

ForkServerProcess = multiprocessing.context.ForkServerProcess

_LOADED = [
    "cminbox.inbox.sync_process",
    "cminbox.networks.mastodon",
    "cminbox.networks.bluesky",
    "rig.town",
    "rig.actors",
    "rig.program",
]
WAIT_SECONDS = 60.0


@cache
def context() -> ForkServerContext:
    """Return where processes come from. The process that is forked has no thread and no open file of ours."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(_LOADED)
    return made


def _log_file() -> str | None:
    """Return the file to which this process logs, if any."""
    files = [one.baseFilename for one in logging.getLogger().handlers if isinstance(one, logging.FileHandler)]
    return files[0] if files else None


def _logging(file: str | None, work: Callable[..., Any], *arguments: object) -> None:
    """Work, and log where the process logs that has asked for it."""
    if file is None:
        logging.getLogger().addHandler(logging.NullHandler())
    else:
        logging.basicConfig(filename=file)
    work(*arguments)


class Actor:
    """A process that does one thing and may be killed; what it says by its line is kept."""

    def __init__(self, work: Callable[..., Any], *arguments: object) -> None:
        self._near, far = context().Pipe(duplex=False)
        self._process = start(_logging, _log_file(), work, *arguments, far)
        self._said: list[Any] = []
        far.close()

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.exitcode is None

    def said(self, wait: float = 0.0) -> list[Any]:
        """Return everything said so far; `wait` is how long (seconds) to wait for a new word."""
        try:
            while self._near.poll(wait):
                self._said.append(self._near.recv())
                wait = 0.0
        except (EOFError, OSError):
            pass
        return self._said

    def kill(self) -> None:
        """Kill it: no handler and no `finally` of its runs."""
        self._process.kill()
        self.end()

    def end(self, seconds: float = WAIT_SECONDS) -> int | None:
        """Wait for its end and return its exit code, -9 after a kill; None when it did not end in time."""
        code = end(self._process, seconds)
        self.said()
        return code


def start(work: Callable[..., Any], *arguments: object) -> ForkServerProcess:
    """Run `work` in a process of its own."""
    # The process that is forked looks for modules where this one does.
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    try:
        process = context().Process(target=work, args=arguments, daemon=True)
        process.start()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
    return process


def end(process: ForkServerProcess, seconds: float = WAIT_SECONDS) -> int | None:
    """Wait for a process's end and return its exit code, -9 for a kill; None when it had to be killed by us."""
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        process.join()
        return None
    return process.exitcode
