"""What may stand in a column: a value that no version of cminbox can have written comes from a damaged page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cminbox.domain.account import HealthState
from cminbox.domain.conversation import Priority, Status
from cminbox.domain.message import Kind
from cminbox.domain.network import Capability
from cminbox.domain.reply import ReplyState

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_WORDS: Mapping[tuple[str, str], Collection[str]] = {
    ("accounts", "state"): frozenset(HealthState),
    ("conversations", "kind"): frozenset(Kind),
    ("conversations", "status"): frozenset(Status),
    ("conversations", "priority"): frozenset(Priority),
    ("conversations", "reply_state"): frozenset(ReplyState),
    ("messages", "kind"): frozenset(Kind),
    ("replies", "state"): frozenset(ReplyState),
    ("acts", "capability"): frozenset(Capability),
    ("acts", "state"): frozenset({"queued", "done", "refused"}),
}
_JSON = frozenset(
    {
        ("accounts", "settings"),
        ("accounts", "manifest"),
        ("messages", "attachments"),
        ("events", "before"),
        ("events", "after"),
        ("policies", "definition"),
        ("response_times", "stages"),
        ("response_times", "policies"),
    }
)


def plausible(table: str, column: str, declared: str, value: Any) -> bool:  # noqa: ANN401 - whatever was read
    """Whether a value can have been written to a column; `declared` is the column's type."""
    if value is None:
        return True
    if declared == "INTEGER":
        return isinstance(value, int)
    if not isinstance(value, str):
        return False
    words = _WORDS.get((table, column))
    if words is not None:
        return value in words
    return (table, column) not in _JSON or _is_json(value)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
