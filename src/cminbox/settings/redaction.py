"""Keeping secrets out of logs and crash reports: what is known to be secret is struck out wherever it turns up."""

from __future__ import annotations

import json
import logging
import threading
from urllib.parse import quote, quote_plus

STAND_IN = "[secret]"
SHORTEST = 6
"""Shorter values are not struck out: they would be found by chance in ordinary words."""

_known: set[str] = set()
_guard = threading.Lock()


def remember(secret: str) -> None:
    """Strike `secret` out of everything that is written from now on, in each form in which it may be written."""
    if len(secret) < SHORTEST:
        return
    escaped = json.dumps(secret)[1:-1]
    forms = {secret, escaped, repr(secret)[1:-1], quote(secret, safe=""), quote(secret), quote_plus(secret)}
    with _guard:
        _known.update(forms)


def strike_out(text: str) -> str:
    """Return `text` without any known secret."""
    with _guard:
        # The longest first: a secret may contain another.
        known = sorted(_known, key=len, reverse=True)
    for secret in known:
        text = text.replace(secret, STAND_IN)
    return text


class StrikeOut(logging.Filter):
    """Strikes secrets out of log records, tracebacks included. Put it on a handler, where all records pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, cleaned."""
        record.msg, record.args = strike_out(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = strike_out(record.exc_text)
        if record.stack_info:
            record.stack_info = strike_out(record.stack_info)
        return True
