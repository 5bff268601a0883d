"""Numbers as the language in use writes them: pure arithmetic, nothing is loaded for it."""

from __future__ import annotations

from cminbox.i18n import language

_BLANKS = {"en": " ", "fr": "\N{NO-BREAK SPACE}"}
_POINTS = {"en": ".", "fr": ","}
_GROUPS = {"en": ",", "fr": "\N{NARROW NO-BREAK SPACE}"}


def decimal(number: float) -> str:
    """Return a number with the decimal sign of the language: `84.6` or `84,6`."""
    return f"{number:g}".replace(".", _POINTS[language()])


def per_cent(number: float) -> str:
    """Return a number of per cent: `84.6 %` or `84,6 %`."""
    return f"{decimal(number)}{_BLANKS[language()]}%"


def grouped(number: int) -> str:
    """Return a whole number with its thousands told apart: `12,300` or `12 300`."""
    return f"{number:,}".replace(",", _GROUPS[language()])
