"""The program's log: private, bounded, without secrets."""

from __future__ import annotations

import contextlib
import logging
import os
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from cminbox.domain.text import safe
from cminbox.settings import modes, redaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import TextIOWrapper
    from pathlib import Path

LARGEST_FILE = 1024 * 1024
OLD_FILES = 3
LOGGER = "cminbox"


class PrivateLog(RotatingFileHandler):
    """A log file of mode 0600 that starts anew at one megabyte and keeps the last three."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=LARGEST_FILE, backupCount=OLD_FILES, encoding="utf-8", delay=True)
        self.addFilter(redaction.StrikeOut())
        self.setFormatter(_OneLine("%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"))

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        return open(os.open(self.baseFilename, flags, modes.FILE), "a", encoding="utf-8")  # noqa: PTH123 - of a descriptor


class _OneLine(logging.Formatter):
    """Makes foreign text harmless, for a log is read in a terminal too."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's text; only tracebacks have several lines."""
        return safe(super().format(record), lines=True)


@contextlib.contextmanager
def logging_to(folder: Path, name: str, level: int = logging.INFO) -> Iterator[None]:
    """Send what cminbox logs to the file `name`.log in `folder`; one process per name."""
    modes.make_folder(folder)
    handler = PrivateLog(folder / f"{name}.log")
    logger = logging.getLogger(LOGGER)
    level_before, propagate_before = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False
    try:
        yield
    finally:
        logger.setLevel(level_before)
        logger.propagate = propagate_before
        logger.removeHandler(handler)
        handler.close()
