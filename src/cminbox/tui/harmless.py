"""What may stand in a text that is written here: no character that a terminal would obey, no trace of a key."""

from __future__ import annotations

import re

from cminbox.domain.text import safe

_KEYS = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|O[@-~]|[ -Z\\\\^-~])?")
"""What arrow keys and their like send to a program that only reads lines."""


def harmless(text: str) -> str:
    """Return what may stand in a text: line ends made alike, and no character that a terminal would obey.

    Other than on display nothing is put in the place of what goes, because the text may be sent.
    """
    return "".join(one for one in safe(text, lines=True) if one in text or one in " \n")


def without_keys(line: str) -> str:
    """Return a typed line without what keys have left in it that mean nothing where only lines are read."""
    return harmless(_KEYS.sub("", line))
