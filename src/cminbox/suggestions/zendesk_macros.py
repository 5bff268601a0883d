"""The actions of a Zendesk macro as a text and what is done beside answering.

https://developer.zendesk.com/api-reference/ticketing/business-rules/macros/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

_TEXTS = ("comment_value", "comment_value_html")
_TAGS = frozenset({"current_tags", "set_tags"})
_ENDS = frozenset({"solved", "closed"})
_PRIORITIES = frozenset({"low", "normal", "high", "urgent"})
_SHOWN = 40


class MacroError(Exception):
    """A macro that is no reply."""

    def __init__(self, saying: Saying) -> None:
        super().__init__(str(saying))
        self.saying = saying


def from_actions(actions: Sequence[object]) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    """Return the text, the macro in our own keys, and the actions that mean nothing here. Raises MacroError."""
    texts: dict[str, str] = {}
    macro: dict[str, Any] = {}
    left_out: list[str] = []
    for action in actions:
        if not isinstance(action, dict):
            continue
        field, value = str(action.get("field", "")), action.get("value")
        if field in _TEXTS:
            # Since replies know channels, the value is a channel and the text.
            texts[field] = str(value[-1]) if isinstance(value, list) and value else str(value or "")
        elif field in _TAGS and isinstance(value, str):
            macro["tags"] = value.split()
        elif field == "status" and value in _ENDS:
            macro["done"] = True
        elif field == "priority" and value in _PRIORITIES:
            macro["priority"] = value
        elif field == "assignee_id" and value == "current_user":
            macro["assign"] = "me"
        else:
            left_out.append(safe(field, limit=_SHOWN))
    text = next((texts[name] for name in _TEXTS if texts.get(name, "").strip()), "")
    if not text:
        raise MacroError(say("it says nothing to the customer"))
    return text, macro, tuple(left_out)
