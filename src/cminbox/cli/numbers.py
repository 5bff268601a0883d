"""Numbers on the command line."""

from __future__ import annotations

from argparse import ArgumentTypeError

from cminbox.i18n import _

_LARGEST = 2**63 - 1


def positive(word: str) -> int:
    """Return a whole number above zero that a database can hold. Raises ArgumentTypeError."""
    if word.isascii() and word.isdecimal() and 0 < len(word) <= len(str(_LARGEST)) and 0 < int(word) <= _LARGEST:
        return int(word)
    raise ArgumentTypeError(_("“{word}” is not a whole number above zero").format(word=word))
