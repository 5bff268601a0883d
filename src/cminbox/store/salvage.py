"""Reading what can still be read of a damaged database, row by row, into a sound one of the same descent."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cminbox.domain.text import repair
from cminbox.domain.value import dataclass
from cminbox.store.events import next_change
from cminbox.store.plausible import plausible
from cminbox.store.refreshing import refresh

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

TABLES = (
    *("policies", "response_times", "accounts", "people", "conversations", "merged", "messages", "replies", "notes"),
    *("begun_notes", "events", "acts", "notices", "picks"),
)
"""Parents before children. What belongs to processes, and what is worked out from the rest, is not taken over."""
KEYED = ("tags", "spent", "picked", "retained")
_NOTES = ("notes", "begun_notes")
_PROBES = 50_000
_UNSENT = frozenset({"draft", "held", "queued", "sending", "unknown", "refused"})


@dataclass(slots=True)
class Salvaged:
    """What was read: rows by table. `homeless` are texts of people whose conversation could not be read.

    `whole` says whether everything could be read.
    """

    rows: Counter[str] = field(default_factory=Counter)
    homeless: list[dict[str, Any]] = field(default_factory=list)
    whole: bool = True


def salvage(damaged: Path, sound: sqlite3.Connection) -> Salvaged:
    """Put what can be read of a damaged file, a copy that nobody needs any more, into `sound`, inside a transaction.

    What the damaged file says of a row is newer than what is there.
    """
    salvaged = Salvaged()
    source = sqlite3.connect(damaged, isolation_level=None)
    # A text that is none any more is no reason to lose the rest of its row.
    source.text_factory = lambda data: repair(data.decode(errors="replace"))
    # Without this, one damaged place in the table of tables keeps SQLite from reading any of them.
    source.execute("PRAGMA writable_schema = ON")
    try:
        for table in TABLES:
            _take(source, sound, table, salvaged, _rows(source, table, salvaged))
        for table in KEYED:
            _take(source, sound, table, salvaged, _keyed_rows(source, table, salvaged))
        _go_on_counting(source, sound)
    finally:
        source.close()
    _read_networks_anew(sound)
    change, now = next_change(sound), time.time_ns() // 1_000_000
    for (conversation_id,) in sound.execute("SELECT id FROM conversations").fetchall():
        refresh(sound, conversation_id, change, now)
    return salvaged


def _take(
    source: sqlite3.Connection,
    sound: sqlite3.Connection,
    table: str,
    salvaged: Salvaged,
    rows: Iterator[Sequence[Any]],
) -> None:
    theirs, ours = _columns(source, table), _columns(sound, table)
    if not theirs.keys() & ours.keys():
        salvaged.whole = False
        return
    for row in rows:
        read = {name: value for name, value in zip(theirs, row, strict=True) if name in ours}
        # What is left out takes the column's own value, or the one that the backup has; without one the row is lost.
        kept = {name: value for name, value in read.items() if plausible(table, name, ours[name], value)}
        salvaged.whole = salvaged.whole and kept.keys() == read.keys()
        sound.execute("SAVEPOINT one")
        try:
            sound.execute(_statement(table, tuple(kept)), tuple(kept.values()))
            salvaged.rows[table] += 1
        except sqlite3.Error:
            sound.execute("ROLLBACK TO one")
            salvaged.whole = False
            _remember(table, kept, salvaged)
        sound.execute("RELEASE one")


@lru_cache(256)
def _statement(table: str, columns: tuple[str, ...]) -> str:
    changed = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "id")
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - our own names
        f" ON CONFLICT DO UPDATE SET {changed}"
    )


def _remember(table: str, row: dict[str, Any], salvaged: Salvaged) -> None:
    """Keep the words of an agent that have lost their place."""
    words = {name: row.get(name) for name in ("agent", "text", "conversation_id")}
    state = row.get("state", "unknown")
    if table in _NOTES or (table == "replies" and state in _UNSENT):
        salvaged.homeless.append({"kind": "note" if table in _NOTES else state, **words})


def _rows(source: sqlite3.Connection, table: str, salvaged: Salvaged) -> Iterator[Sequence[Any]]:
    """Yield the rows of a table that can be read, without their rowid: around each damaged place, from both sides."""
    ranges = [(0, _last_rowid(source, table))]
    probes = 0
    while ranges and probes < _PROBES:
        low, high = ranges.pop()
        probes += 1
        try:
            found = source.execute(
                f"SELECT rowid, * FROM {table} NOT INDEXED WHERE rowid BETWEEN ? AND ? ORDER BY rowid",  # noqa: S608 - our own names
                (low, high),
            )
            for row in found:
                low = row[0] + 1
                yield row[1:]
        except sqlite3.Error:
            salvaged.whole = False
            if low < high:
                middle = (low + high) // 2
                ranges += [(middle + 1, high), (low, middle)]
    if ranges:
        salvaged.whole = False


def _last_rowid(source: sqlite3.Connection, table: str) -> int:
    try:
        (last,) = source.execute(f"SELECT max(rowid) FROM {table}").fetchone()  # noqa: S608 - our own names
    except sqlite3.Error:
        return 2**32
    return last or 0


def _keyed_rows(source: sqlite3.Connection, table: str, salvaged: Salvaged) -> Iterator[Sequence[Any]]:
    """Yield the rows of a small table without rowids, up to the first damaged place."""
    try:
        yield from source.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own names
    except sqlite3.Error:
        salvaged.whole = False


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """Return the columns of a table, in their order, each with its type."""
    try:
        return {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table})")}
    except sqlite3.Error:
        return {}


def _go_on_counting(source: sqlite3.Connection, sound: sqlite3.Connection) -> None:
    """Let the numbers of changes go on behind the greatest that was ever given."""
    try:
        (reached,) = source.execute("SELECT value FROM facts WHERE name = 'change'").fetchone()
    except (sqlite3.Error, TypeError):
        reached = 0
    sound.execute(
        "UPDATE facts SET value = max(value, ?, (SELECT coalesce(max(first_change), 0) FROM messages),"
        " (SELECT coalesce(max(decided_change), 0) FROM replies),"
        " (SELECT coalesce(max(handled_change), 0) FROM conversations)) + 1 WHERE name = 'change'",
        (reached if isinstance(reached, int) else 0,),
    )


def _read_networks_anew(sound: sqlite3.Connection) -> None:
    """Have every account read back as far as when it was connected: what was lost comes again, what is here stays."""
    sound.execute("UPDATE accounts SET cursor = NULL, last_complete_fetch = NULL, next_fetch_at = 0, failures = 0")
