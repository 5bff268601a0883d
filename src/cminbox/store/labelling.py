"""What a network says of a message's standing, as tags of its conversation, which every filter and view knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import LABELS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence


def label(connection: sqlite3.Connection, conversation_id: int, labels: Sequence[str]) -> bool:
    """Give a conversation exactly these of the labels, inside a transaction; return whether anything changed.

    Tags that people gave are left alone. A label that is none is left out.
    """
    places = ", ".join("?" * len(LABELS))
    rows = connection.execute(
        f"SELECT tag FROM tags WHERE conversation_id = ? AND tag IN ({places})",  # noqa: S608 - places for values
        (conversation_id, *LABELS),
    )
    before, after = {tag for (tag,) in rows}, {one for one in labels if one in LABELS}
    for tag in before - after:
        connection.execute("DELETE FROM tags WHERE conversation_id = ? AND tag = ?", (conversation_id, tag))
    for tag in sorted(after - before):
        connection.execute("INSERT INTO tags VALUES (?, ?)", (conversation_id, tag))
    return before != after
