"""No-break blanks keep together what stands around them, also where Textual wraps a text that is being written."""

from __future__ import annotations

import re

from textual import _wrap

_BREAK = "[^\\S\u00a0\u2007\u202f]"
"""A blank at which a line may end: any but those whose name says that it may not."""
CHUNK = re.compile(f"(?:\\S|[\u00a0\u2007\u202f])+{_BREAK}*|{_BREAK}+")


def keep_together() -> None:
    """Let texts be wrapped at other blanks alone, in this whole process. Textual offers no other way to say so."""
    _wrap.re_chunk = CHUNK
