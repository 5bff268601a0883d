"""What is left of a failure nobody foresaw: a report for the developers, two lines for the person.

A report holds the traceback without the values of variables, and no known secret.
"""

from __future__ import annotations

import os
import platform
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from cminbox import __version__
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.settings import modes, redaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cminbox.domain.saying import Saying

_LARGEST_REPORT = 256 * 1024


def report(error: BaseException, folder: Path, render: Callable[[Saying], str], out: TextIO) -> Path | None:
    """Write the report on `error`, say so in two lines, and return its file; None when it could not be written."""
    summary = safe(redaction.strike_out(f"{type(error).__name__}: {error}"), limit=200)
    file = _write(describe(error), folder)
    out.write(render(say("cminbox stopped at a fault of its own: {fault}", fault=summary)) + "\n")
    if file is None:
        out.write(render(say("No report could be written to {folder}.", folder=safe(str(folder)))) + "\n")
    else:
        out.write(
            render(say("A report was written; look through it before you pass it on: {file}", file=safe(str(file))))
            + "\n"
        )
    return file


def describe(error: BaseException) -> str:
    """Return the report's text."""
    trace = traceback.TracebackException.from_exception(error, capture_locals=False)
    head = f"cminbox {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
    return redaction.strike_out(head + "".join(trace.format()))[:_LARGEST_REPORT]


def _write(text: str, folder: Path) -> Path | None:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    file = folder / f"crash-{stamp}-{os.getpid()}.txt"
    try:
        modes.make_folder(folder)
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, modes.FILE)
        with os.fdopen(opened, "w", encoding="utf-8", errors="backslashreplace") as writer:
            writer.write(text)
    except OSError:
        return None
    return file
