"""A customer's message as an example of what a reply answers: its words, without what could tell who wrote it."""

from __future__ import annotations

import re

from cminbox.domain.text import safe

LONGEST = 500
_TRACES = re.compile(
    r"(?:https?://|www\.)\S*"  # links
    r"|[^\s@]{1,64}@[\w\-]{1,64}(?:\.[\w\-]{1,64})+"  # e-mail addresses, names with a host
    r"|(?<!\w)\.?@[\w.\-]+(?:@[\w.\-]+)?"  # names of accounts
    r"|\+?\d[\d .()/\-]{4,}\d"  # numbers of orders, phones and cards
)
_SPACES = re.compile(r"\s+")
_BEFORE_SIGN = re.compile(r"\s+([,.;:!?])")


def sample_of(text: str) -> str:
    """Return a message as one line for the examples of a reply, empty when nothing is left of it.

    Links, addresses, names of accounts and long numbers are left out: the file may be shared and outlive the message.
    """
    bare = _TRACES.sub(" ", safe(text[: 4 * LONGEST]))
    line = _BEFORE_SIGN.sub(r"\1", _SPACES.sub(" ", bare)).strip()
    return line if len(line) <= LONGEST else line[:LONGEST].rpartition(" ")[0]
