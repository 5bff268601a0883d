"""What a filter of plain words does not look into: names. Said where it finds little or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import _
from cminbox.tui.ink import Ink, Line, wrapped
from cminbox.tui.widgets.header import key_of

if TYPE_CHECKING:
    from cminbox.tui.desk import Desk

_FEW = 3
"""A filter that finds so many may have been meant for a name."""
_SHOWN = 60


def wanted(desk: Desk) -> str:
    """Return the filter that looks for its plain words in names. Raises Problem where it has none."""
    found = _instead(desk)
    if found is None:
        raise Problem(say("This filter has no plain word that could be a name"))
    return found


def told(desk: Desk) -> str:
    """Return that words look into texts only, and what looks among names; empty where enough was found."""
    found = _instead(desk) if desk.window.at_end and len(desk.window) <= _FEW else None
    if found is None:
        return ""
    text = _("Words look into texts only; {filter} looks among names")
    return text.format(filter=safe(found, limit=_SHOWN))


def lines(desk: Desk, width: int, *, typing: bool) -> list[Line]:
    """Return what the empty list says of it; while one is `typing` the key is none."""
    text = told(desk)
    if not text:
        return []
    found, key = wrapped(text, width), key_of(desk, "among_names")
    if key and not typing:
        found.append(Line(key, Ink.KEY).add(_(" does that"), Ink.FAINT))
    return found


def _instead(desk: Desk) -> str | None:
    if desk.typed is None or not desk.query:
        return None
    from cminbox.domain.grammar import in_names  # noqa: PLC0415 - not before the first paint

    return in_names(desk.query)
