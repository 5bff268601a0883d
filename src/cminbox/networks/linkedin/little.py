"""The form in which the interface for posts writes text: names and hashtags in brackets, other signs after a stroke."""

from __future__ import annotations

import re

_PIECE = re.compile(
    r"\\(?P<sign>.)"
    r"|@\[(?P<name>(?:\\.|[^\]\\])*)\]\(urn:li:[^)]*\)"
    r"|\{hashtag\|(?P<hash>\\?[#\uff03])\|(?P<tag>(?:\\.|[^}\\])*)\}",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def plain_of(little: str) -> str:
    """Return what a reader sees of a text in this form."""
    return _PIECE.sub(_shown, little)


def _shown(match: re.Match[str]) -> str:
    if match["sign"] is not None:
        return match["sign"]
    if match["name"] is not None:
        return _ESCAPED.sub(r"\1", match["name"])
    return match["hash"][-1] + _ESCAPED.sub(r"\1", match["tag"])
