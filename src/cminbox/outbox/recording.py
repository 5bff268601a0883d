"""Writing down what a network knows already: the one write that must not be given up lightly."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from cminbox.domain.problem import StoreProblem
from cminbox.domain.reply import ForbiddenMoveError

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG = logging.getLogger(__name__)
WAITS = (0.1, 0.3, 1.0, 3.0, 10.0, 20.0, 30.0)
"""Seconds between attempts while the file is locked or the disk full."""


async def record(write: Callable[[], None]) -> None:
    """Write an outcome; what stands in the way is waited out for a minute. Raises StoreProblem after that.

    A write that begins is finished even when the caller is cancelled meanwhile.
    """
    for wait in WAITS:
        try:
            await asyncio.to_thread(write)
        except StoreProblem as problem:
            _LOG.warning("an outcome cannot be written yet: %s", problem)
            await asyncio.sleep(wait)
        except ForbiddenMoveError as error:
            # Another process took over, looked, and has recorded the outcome.
            _LOG.warning("an outcome was recorded by somebody else: %s", error)
            return
        else:
            return
    await asyncio.to_thread(write)
