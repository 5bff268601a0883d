"""One conversation in full, and an agent's acts on it: each one transaction with its event, and undoable."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cminbox.domain.conversation import Note, StoredMessage
from cminbox.domain.message import Attachment, AttachmentKind, Kind, Person
from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.saying import say
from cminbox.domain.text import repair
from cminbox.domain.value import dataclass
from cminbox.store.events import next_change, record
from cminbox.store.merging import survivor
from cminbox.store.refreshing import refresh

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence

    from cminbox.domain.conversation import Priority, Status
    from cminbox.store.database import Database

_MESSAGE = """
SELECT m.id, m.remote_id, m.kind, p.remote_id, p.handle, p.name, p.followers, m.text, m.created_at, m.arrived_at,
       m.ours, m.parent, m.permalink, m.attachments, m.rating, m.lang, m.edited_at, m.deleted_at,
       EXISTS (SELECT 1 FROM retained WHERE what = 'message' AND id = m.id AND until IS NULL), m.barred
FROM messages m JOIN people p ON p.id = m.person_id WHERE m.conversation_id = ?
ORDER BY m.arrived_at DESC, m.created_at DESC, m.remote_id DESC LIMIT ?
"""
MATCHED = frozenset({"priority", "tag"})
"""Acts that may bring another policy of response times."""
_FIELDS = ("status", "snoozed_until", "assignee", "priority", "handled_change", "flagged")


@dataclass(frozen=True, slots=True)
class Event:
    """One act as recorded. `at` is UTC milliseconds; `agent` is None for what the program did by itself."""

    id: int
    at: int
    agent: str | None
    what: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


class Conversations:
    """Reads and changes single conversations; a number that was merged into another stands for that one.

    Every method that changes something raises NotFound for an id that is none. `now` and `until` are UTC milliseconds.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def messages(self, conversation_id: int, limit: int = 200) -> list[StoredMessage]:
        """Return the newest `limit` messages, oldest first."""
        rows = self._database.read().execute(_MESSAGE, (self._today(conversation_id), limit)).fetchall()
        return [_message(row) for row in reversed(rows)]

    def is_own(self, conversation_id: int, remote_id: str | None) -> bool:
        """Whether a message of a conversation is one of ours."""
        found = self._database.read().execute(
            "SELECT ours FROM messages WHERE conversation_id = ? AND remote_id = ?",
            (self._today(conversation_id), remote_id),
        )
        return any(ours for (ours,) in found)

    def notes(self, conversation_id: int) -> list[Note]:
        """Return the internal notes, oldest first."""
        rows = self._database.read().execute(
            "SELECT id, agent, text, at FROM notes WHERE conversation_id = ? ORDER BY id",
            (self._today(conversation_id),),
        )
        return [Note(*row) for row in rows]

    def events(self, conversation_id: int) -> list[Event]:
        """Return what was done, oldest first."""
        rows = self._database.read().execute(
            "SELECT id, at, agent, what, before, after FROM events WHERE conversation_id = ? ORDER BY id",
            (self._today(conversation_id),),
        )
        return [Event(id_, at, who, what, _mapping(old), _mapping(new)) for id_, at, who, what, old, new in rows]

    def _today(self, conversation_id: int) -> int:
        found = survivor(self._database.read(), conversation_id)
        return conversation_id if found is None else found

    def set_status(
        self,
        ids: Sequence[int],
        status: Status,
        *,
        agent: str,
        now: int,
        until: int | None = None,
    ) -> list[int]:
        """Move conversations to a status (`until` for snoozed); return the event ids, for undo.

        What is done or waits for the other side counts as handled: only a message that was not here yet opens it again.
        """

        def values(change: int) -> dict[str, Any]:
            handled = {"handled_change": change} if status.value in {"done", "pending"} else {}
            return {"status": status.value, "snoozed_until": until, **handled}

        return self._act(ids, "status", values, agent=agent, now=now)

    def assign(self, ids: Sequence[int], assignee: str | None, *, agent: str, now: int) -> list[int]:
        """Give conversations to an agent, None to nobody; return the event ids."""
        return self._act(ids, "assign", lambda _change: {"assignee": assignee}, agent=agent, now=now)

    def set_priority(self, ids: Sequence[int], priority: Priority, *, agent: str, now: int) -> list[int]:
        """Set how much conversations matter; return the event ids."""
        return self._act(ids, "priority", lambda _change: {"priority": priority.value}, agent=agent, now=now)

    def flag(self, ids: Sequence[int], *, flagged: bool, agent: str, now: int) -> list[int]:
        """Put a flag on conversations, or take it off; return the event ids."""
        return self._act(ids, "flag", lambda _change: {"flagged": int(flagged)}, agent=agent, now=now)

    def tag(
        self,
        ids: Sequence[int],
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        agent: str,
        now: int,
    ) -> list[int]:
        """Add and remove tags (lower case, without blanks around); return the event ids."""

        def work(connection: sqlite3.Connection) -> list[int]:
            change = next_change(connection)
            return [retag(connection, one, add, remove, agent, now, change) for one in ids]

        return self._database.write(work)

    def note(self, conversation_id: int, text: str, *, agent: str, now: int, terminal: str | None = None) -> int:
        """Add an internal note and return its id; what was begun of it at `terminal` is forgotten."""

        def work(connection: sqlite3.Connection) -> int:
            today, account_id = known(connection, conversation_id)
            (note_id,) = connection.execute(
                "INSERT INTO notes (conversation_id, agent, text, at) VALUES (?, ?, ?, ?) RETURNING id",
                (today, agent, repair(text), now),
            ).fetchone()
            connection.execute(
                "DELETE FROM begun_notes WHERE conversation_id = ? AND agent = ? AND terminal = ?",
                (today, agent, terminal),
            )
            refresh(connection, today, next_change(connection), now)
            record(
                connection,
                "note",
                at=now,
                agent=agent,
                account_id=account_id,
                conversation_id=today,
                after={"note": note_id},
            )
            return int(note_id)

        return self._database.write(work)

    def undo(self, event_ids: Sequence[int], *, agent: str, now: int) -> list[int]:
        """Put back what these events changed, as one step; return the conversations.

        Raises Problem when something newer happened to one of them since, or when an event cannot be undone.
        """
        # Undoing writes what is written here, so it knows this module and not the other way round.
        from cminbox.store.undoing import undo  # noqa: PLC0415 - see above

        return self._database.write(lambda connection: undo(connection, event_ids, agent, now))

    def last_undoable(self, agent: str) -> list[int]:
        """Return the events of an agent's last act that is not undone yet, empty when there is none."""
        rows = (
            self._database.read()
            .execute(
                "SELECT id, at FROM events WHERE agent = ? AND what IN ('status', 'assign', 'priority', 'tag', 'flag')"
                " AND undone_by IS NULL ORDER BY id DESC LIMIT 1000",
                (agent,),
            )
            .fetchall()
        )
        # The rows of one act share the instant of its transaction.
        return [row[0] for row in rows if row[1] == rows[0][1]] if rows else []

    def wake(self, now: int) -> list[int]:
        """Open the snoozed conversations whose time has come; return their ids."""

        def work(connection: sqlite3.Connection) -> list[int]:
            rows = connection.execute(
                "SELECT id, account_id, snoozed_until FROM conversations"
                " WHERE status = 'snoozed' AND snoozed_until <= ?",
                (now,),
            ).fetchall()
            change = next_change(connection) if rows else 0
            for conversation_id, account_id, until in rows:
                connection.execute(
                    "UPDATE conversations SET status = 'open', snoozed_until = NULL WHERE id = ?",
                    (conversation_id,),
                )
                record(
                    connection,
                    "status",
                    at=now,
                    account_id=account_id,
                    conversation_id=conversation_id,
                    before={"status": "snoozed", "snoozed_until": until},
                    after={"status": "open"},
                )
                refresh(connection, conversation_id, change, now)
            return [row[0] for row in rows]

        # Looking first spares a write transaction each second.
        due = self._database.read().execute(
            "SELECT 1 FROM conversations WHERE status = 'snoozed' AND snoozed_until <= ? LIMIT 1",
            (now,),
        )
        return self._database.write(work) if due.fetchone() else []

    def same_post(self, conversation_id: int) -> list[int]:
        """Return the open conversations under the same post of ours, this one included."""
        rows = self._database.read().execute(
            "SELECT o.id FROM conversations c JOIN conversations o ON o.id = c.id"
            " OR (o.account_id = c.account_id AND o.post = c.post AND o.queue_due IS NOT NULL) WHERE c.id = ?",
            (conversation_id,),
        )
        return [row[0] for row in rows]

    def _act(
        self,
        ids: Sequence[int],
        what: str,
        values: Callable[[int], dict[str, Any]],
        *,
        agent: str,
        now: int,
    ) -> list[int]:
        def work(connection: sqlite3.Connection) -> list[int]:
            change = next_change(connection)
            return [set_fields(connection, one, what, values(change), agent, now, change) for one in ids]

        return self._database.write(work)


def missing(conversation_id: int) -> NotFound:
    """Return the problem of an id that is none."""
    return NotFound(say("There is no conversation {id}; see cminbox queue", id=conversation_id))


def known(connection: sqlite3.Connection, conversation_id: int) -> tuple[int, int]:
    """Return the id that a conversation has today (it may have been merged), and its account's. Raises NotFound."""
    today = survivor(connection, conversation_id)
    if today is None:
        raise missing(conversation_id)
    (account_id,) = connection.execute("SELECT account_id FROM conversations WHERE id = ?", (today,)).fetchone()
    return today, int(account_id)


def set_fields(
    connection: sqlite3.Connection,
    conversation_id: int,
    what: str,
    values: Mapping[str, Any],
    agent: str,
    now: int,
    change: int,
) -> int:
    """Write fields inside a transaction and record it as `what`; return the event id. Raises NotFound.

    `now` is UTC milliseconds.
    """
    conversation_id, account_id = known(connection, conversation_id)
    row = connection.execute(
        f"SELECT {', '.join(_FIELDS)} FROM conversations WHERE id = ?",  # noqa: S608 - constants
        (conversation_id,),
    ).fetchone()
    before = {name: row[_FIELDS.index(name)] for name in values}
    write_fields(connection, conversation_id, values)
    event = record(
        connection,
        what,
        at=now,
        agent=agent,
        account_id=account_id,
        conversation_id=conversation_id,
        before=before,
        after=values,
    )
    refresh(connection, conversation_id, change, now, acted=what in MATCHED)
    return event


def write_fields(connection: sqlite3.Connection, conversation_id: int, values: Mapping[str, Any]) -> None:
    """Write the fields that an act has changed."""
    for name in _FIELDS:
        if name in values:
            connection.execute(
                f"UPDATE conversations SET {name} = ? WHERE id = ?",  # noqa: S608 - constants
                (values[name], conversation_id),
            )


def retag(
    connection: sqlite3.Connection,
    conversation_id: int,
    add: Sequence[str],
    remove: Sequence[str],
    agent: str,
    now: int,
    change: int,
) -> int:
    """Add and remove tags inside a transaction; return the event id. Raises NotFound, Problem for an empty tag.

    `now` is UTC milliseconds.
    """
    conversation_id, account_id = known(connection, conversation_id)
    before = _tags(connection, conversation_id)
    after = sorted({*before, *(_clean_tag(tag) for tag in add)} - {_clean_tag(tag) for tag in remove})
    write_tags(connection, conversation_id, after)
    event = record(
        connection,
        "tag",
        at=now,
        agent=agent,
        account_id=account_id,
        conversation_id=conversation_id,
        before={"tags": before},
        after={"tags": after},
    )
    refresh(connection, conversation_id, change, now, acted=True)
    return event


def _clean_tag(tag: str) -> str:
    cleaned = "-".join(repair(tag).replace("\x1f", " ").lower().split())
    if not cleaned:
        raise Problem(say("A tag needs at least one letter"))
    return cleaned


def _tags(connection: sqlite3.Connection, conversation_id: int) -> list[str]:
    rows = connection.execute("SELECT tag FROM tags WHERE conversation_id = ? ORDER BY tag", (conversation_id,))
    return [row[0] for row in rows]


def write_tags(connection: sqlite3.Connection, conversation_id: int, tags: Sequence[str]) -> None:
    """Give a conversation exactly these tags."""
    connection.execute("DELETE FROM tags WHERE conversation_id = ?", (conversation_id,))
    connection.executemany("INSERT INTO tags VALUES (?, ?)", [(conversation_id, tag) for tag in tags])


def _message(row: tuple[Any, ...]) -> StoredMessage:
    return StoredMessage(
        id=row[0],
        remote_id=row[1],
        kind=Kind(row[2]),
        author=Person(row[3], row[4], row[5], row[6]),
        text=row[7],
        created_at=row[8],
        arrived_at=row[9],
        ours=bool(row[10]),
        parent=row[11],
        permalink=row[12],
        attachments=tuple(Attachment(AttachmentKind(a[0]), *a[1:]) for a in json.loads(row[13])),
        rating=row[14],
        lang=row[15],
        edited_at=row[16],
        deleted_at=row[17],
        gone=bool(row[18]),
        barred=tuple(row[19].split()),
    )


def _mapping(text: str | None) -> Mapping[str, Any] | None:
    return None if text is None else json.loads(text)
