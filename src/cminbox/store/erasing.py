"""Forgetting a person: words and names go, from the pages of the file too; counts, times and states stay."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.store.events import next_change, record
from cminbox.store.picks import forget_person
from cminbox.store.refreshing import refresh
from cminbox.store.surroundings import forget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.store.database import Database

ERASED = "erased"
"""What stands in the place of a handle."""
_WORDS_OF_THE_PERSON = "SELECT id, conversation_id, remote_id FROM messages WHERE person_id = ?"
_OUR_WORDS_TO_THE_PERSON = "SELECT id, conversation_id, remote_id FROM messages WHERE conversation_id = ? AND ours"


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person as one account knows him."""

    id: int
    account: str
    network: str
    remote_id: str
    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class Erased:
    """What was forgotten. `remains` says that a copy stays in the file until every other cminbox has closed it."""

    messages: int
    replies: int
    notes: int
    remains: bool


def mark_of(remote_id: str) -> str:
    """Return what stands in the place of the id of something erased, so that it is known when it comes again."""
    if remote_id.startswith(f"{ERASED}:"):
        return remote_id
    return f"{ERASED}:{hashlib.sha256(remote_id.encode('utf-8', 'surrogatepass')).hexdigest()}"


def find_people(database: Database, wanted: str) -> list[KnownPerson]:
    """Return the persons whose handle or network's id this is, with or without @, whatever the case."""
    rows = database.read().execute(
        "SELECT p.id, a.name, a.network, p.remote_id, p.handle, p.name FROM people p JOIN accounts a"
        " ON a.id = p.account_id WHERE (p.handle = ? COLLATE NOCASE OR p.remote_id = ?)"
        " AND p.remote_id NOT LIKE 'erased:%' AND p.remote_id <> 'own account' ORDER BY a.network, a.name",
        (wanted.removeprefix("@"), wanted),
    )
    return [KnownPerson(*row) for row in rows]


def erase(database: Database, people: Sequence[KnownPerson], *, agent: str, now: int) -> Erased:
    """Forget persons in one transaction, then clear the pages that held them.

    Their messages, our replies to them and the notes on their conversations lose their words, and what their messages
    taught the suggestions goes; what they wrote is not taken in again. Their conversations are done. Raises Problem
    while a reply to one of them is being sent. `now` is UTC milliseconds.
    """

    def work(connection: sqlite3.Connection) -> _Erasing:
        # What is freed is overwritten; otherwise it would stay readable in the file.
        connection.execute("PRAGMA secure_delete = ON")
        erasing = _Erasing(connection, agent, now)
        for person in people:
            erasing.person(person)
        for conversation_id in sorted(erasing.touched):
            refresh(connection, conversation_id, erasing.change, now)
        # The words of deleted rows stay in the segments of the index until these are merged.
        for index in ("messages_text", "unspaced_text", "names"):
            connection.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608 - constants
        return erasing

    done = database.write(work)
    return Erased(done.messages, done.replies, done.notes, remains=not _clear_journal(database))


class _Erasing:
    """One erasure inside its transaction."""

    def __init__(self, connection: sqlite3.Connection, agent: str, now: int) -> None:
        self.connection = connection
        self.agent = agent
        self.now = now
        self.change = next_change(connection)
        self.touched: set[int] = set()
        self.messages = self.replies = self.notes = 0

    def person(self, person: KnownPerson) -> None:
        """Forget one person."""
        own = self._ids("SELECT id FROM conversations WHERE person_id = ?", person.id)
        shared = self._ids("SELECT DISTINCT conversation_id FROM messages WHERE person_id = ?", person.id)
        for row in self.connection.execute(_WORDS_OF_THE_PERSON, (person.id,)).fetchall():
            self._message(*row)
        for conversation_id in own:
            for row in self.connection.execute(_OUR_WORDS_TO_THE_PERSON, (conversation_id,)).fetchall():
                self._message(*row)
            self._around(conversation_id)
        for conversation_id in sorted({*shared} - {*own}):
            self._mentions(conversation_id, person)
        self.touched.update(own, shared)
        forget(self.connection, sorted(self.touched), person.handle)
        for conversation_id in self.touched:
            # Whoever wrote it: the name may stand in what others wrote before they edited it.
            self.connection.execute(
                "UPDATE events SET before = json_remove(before, '$.text') WHERE conversation_id = ?"
                " AND what = 'edited'",
                (conversation_id,),
            )
        self.connection.execute(
            "UPDATE people SET remote_id = ?, handle = ?, name = '', followers = NULL WHERE id = ?",
            (mark_of(person.remote_id), ERASED, person.id),
        )
        self._acts(person)
        forget_person(self.connection, person.id)
        record(self.connection, "erased", at=self.now, agent=self.agent, after={"person": person.id})

    def _message(self, message_id: int, conversation_id: int, remote_id: str) -> None:
        mark = mark_of(remote_id)
        self.connection.execute(
            "UPDATE messages SET text = '', permalink = NULL, attachments = '[]', remote_id = ? WHERE id = ?",
            (mark, message_id),
        )
        for column, table in (("parent", "messages"), ("answers", "replies"), ("remote_id", "replies")):
            self.connection.execute(
                f"UPDATE {table} SET {column} = ? WHERE conversation_id = ? AND {column} = ?",  # noqa: S608 - constants
                (mark, conversation_id, remote_id),
            )
        self.messages += 1

    def _around(self, conversation_id: int) -> None:
        """Forget what we wrote to a person and noted about him, and close the conversation."""
        connection = self.connection
        being_sent = connection.execute(
            "SELECT 1 FROM replies WHERE conversation_id = ? AND state = 'sending'", (conversation_id,)
        ).fetchone()
        if being_sent is not None:
            raise Problem(say("A reply in conversation {id} is being sent; try again in a moment", id=conversation_id))
        self.replies += connection.execute(
            "UPDATE replies SET text = '', permalink = NULL, reason = NULL, state = CASE WHEN state = 'sent'"
            " THEN state ELSE 'cancelled' END, updated_at = ? WHERE conversation_id = ?",
            (self.now, conversation_id),
        ).rowcount
        connection.execute("DELETE FROM begun_notes WHERE conversation_id = ?", (conversation_id,))
        self.notes += connection.execute(
            "UPDATE notes SET text = '' WHERE conversation_id = ?", (conversation_id,)
        ).rowcount
        key, status = connection.execute(
            "SELECT key, status FROM conversations WHERE id = ?", (conversation_id,)
        ).fetchone()
        connection.execute(
            "UPDATE conversations SET key = ?, status = 'done', snoozed_until = NULL, handled_change = ? WHERE id = ?",
            (mark_of(key), self.change, conversation_id),
        )
        connection.execute(
            "UPDATE events SET before = json_remove(before, '$.subject'), after = json_remove(after, '$.subject')"
            " WHERE conversation_id = ?",
            (conversation_id,),
        )
        if status != "done":
            record(
                connection,
                "status",
                at=self.now,
                agent=self.agent,
                conversation_id=conversation_id,
                before={"status": status},
                after={"status": "done", "because": "erased"},
            )

    def _mentions(self, conversation_id: int, person: KnownPerson) -> None:
        """Take the person's handle out of what others wrote around his messages."""
        named = f"@{person.handle}"
        rows = self.connection.execute(
            "SELECT id, text FROM messages WHERE conversation_id = ? AND person_id <> ?", (conversation_id, person.id)
        ).fetchall()
        for message_id, text in rows:
            cleaned = _without(text, named)
            if cleaned != text:
                self.connection.execute("UPDATE messages SET text = ? WHERE id = ?", (cleaned, message_id))

    def _acts(self, person: KnownPerson) -> None:
        for conversation_id in self.touched:
            rows = self.connection.execute(
                "SELECT id, subject FROM acts WHERE conversation_id = ?", (conversation_id,)
            ).fetchall()
            for act_id, subject in rows:
                self.connection.execute(
                    "UPDATE acts SET subject = ?, detail = '', state = CASE WHEN state = 'queued' THEN 'refused'"
                    " ELSE state END WHERE id = ? AND (subject = ? OR conversation_id IN"
                    " (SELECT id FROM conversations WHERE person_id = ?))",
                    (mark_of(subject), act_id, person.remote_id, person.id),
                )

    def _ids(self, sql: str, person_id: int) -> list[int]:
        return [row[0] for row in self.connection.execute(sql, (person_id,))]


def _without(text: str, named: str) -> str:
    """Return `text` with every `named` in it, in any case, replaced by an ellipsis behind its first character."""
    folded, wanted = text.lower(), named.lower()
    if len(folded) != len(text):
        # Lower case of another length would shift the places; only exact spelling is found then.
        folded, wanted = text, named
    out: list[str] = []
    at = 0
    while (found := folded.find(wanted, at)) >= 0:
        out += [text[at:found], "@…"]
        at = found + len(wanted)
    return "".join([*out, text[at:]])


def _clear_journal(database: Database) -> bool:
    """Write the journal into the file and empty it; False while another reader holds an older state."""
    connection = sqlite3.connect(database.path, timeout=5.0, isolation_level=None)
    try:
        busy, _pages, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    finally:
        connection.close()
