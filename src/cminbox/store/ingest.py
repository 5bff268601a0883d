"""From a network's page to the queue: messages one by one, their conversations, and the cursor, all at once."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cminbox.domain.arrival import arrival
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import repair
from cminbox.store.events import next_change, record
from cminbox.store.refreshing import refresh
from cminbox.store.threading_up import conversation_for, merge_orphans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.message import Message, Person
    from cminbox.store.database import Database

_TEXT_CAP = 100_000
_MESSAGE = """
INSERT INTO messages (
    account_id, conversation_id, remote_id, person_id, kind, text, created_at, arrived_at, ours, answers_through,
    parent, permalink, attachments, rating, lang, edited_at, first_change
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account_id, remote_id) DO UPDATE SET
    text = excluded.text, permalink = excluded.permalink, attachments = excluded.attachments,
    rating = excluded.rating, edited_at = excluded.edited_at, deleted_at = NULL
WHERE text IS NOT excluded.text OR attachments IS NOT excluded.attachments OR rating IS NOT excluded.rating
    OR edited_at IS NOT excluded.edited_at OR deleted_at IS NOT NULL
RETURNING id, conversation_id, first_change
"""


@dataclass(slots=True)
class Taken:
    """What storing a page did: counts, and a sentence for each item that could not be stored."""

    new: int = 0
    changed: int = 0
    known: int = 0
    refused: list[Saying] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A page as it goes to the store. Times are UTC milliseconds.

    `cursor` is committed together with the messages; None leaves it as it is. Conversations whose last customer
    message is older than `done_before` arrive done: nobody answers last month's mail because an account was connected.
    """

    account_id: int
    messages: Sequence[Message]
    now: int
    cursor: str | None = None
    deleted: Sequence[str] = ()
    done_before: int | None = None


class Ingest:
    """Stores what comes in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, delivery: Delivery) -> Taken:
        """Store a page and its cursor in one transaction. The same page twice changes nothing."""
        return self._database.write(lambda connection: _take(connection, delivery))


def _take(connection: sqlite3.Connection, delivery: Delivery) -> Taken:
    taken = Taken()
    (last_complete,) = connection.execute(
        "SELECT last_complete_fetch FROM accounts WHERE id = ?",
        (delivery.account_id,),
    ).fetchone()
    change = next_change(connection)
    touched: dict[int, bool] = {}
    for message in delivery.messages:
        _one(connection, delivery, message, last_complete, change, taken, touched)
    for remote_id in delivery.deleted:
        row = connection.execute(
            "UPDATE messages SET deleted_at = ? WHERE account_id = ? AND remote_id = ? AND deleted_at IS NULL"
            " RETURNING conversation_id",
            (delivery.now, delivery.account_id, remote_id),
        ).fetchone()
        if row is not None:
            touched.setdefault(row[0], False)
            taken.changed += 1
    for conversation_id, inbound in touched.items():
        _settle(connection, conversation_id, delivery, change, inbound=inbound)
    if delivery.cursor is not None:
        connection.execute("UPDATE accounts SET cursor = ? WHERE id = ?", (delivery.cursor, delivery.account_id))
    return taken


def _one(
    connection: sqlite3.Connection,
    delivery: Delivery,
    message: Message,
    last_complete: int | None,
    change: int,
    taken: Taken,
    touched: dict[int, bool],
) -> None:
    """Store one message inside a savepoint, so that a bad one is named and the rest of the page lives on."""
    connection.execute("SAVEPOINT item")
    try:
        row = _upsert(connection, delivery, message, last_complete, change)
        if row is None:
            taken.known += 1
        else:
            _, conversation_id, first_change = row
            if first_change == change:
                taken.new += 1
                conversation_id = merge_orphans(connection, delivery.account_id, message, conversation_id, touched)
                touched[conversation_id] = touched.get(conversation_id, False) or not message.ours
            else:
                taken.changed += 1
                touched.setdefault(conversation_id, False)
    except (sqlite3.DataError, sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError) as error:
        connection.execute("ROLLBACK TO item")
        taken.refused.append(_refusal(message, error))
    except (OverflowError, UnicodeError, TypeError, ValueError) as error:
        connection.execute("ROLLBACK TO item")
        taken.refused.append(_refusal(message, error))
    connection.execute("RELEASE item")


def _refusal(message: Message, error: Exception) -> Saying:
    return say("Message {id} cannot be stored: {error}", id=repair(message.remote_id)[:100], error=error)


def _upsert(
    connection: sqlite3.Connection,
    delivery: Delivery,
    message: Message,
    last_complete: int | None,
    change: int,
) -> tuple[int, int, int] | None:
    text = repair(message.text[:_TEXT_CAP])
    attachments = json.dumps([[a.kind.value, a.url, a.name, a.alt] for a in message.attachments])
    known = connection.execute(
        "SELECT text = ? AND attachments = ? AND rating IS ? AND edited_at IS ? AND deleted_at IS NULL"
        " FROM messages WHERE account_id = ? AND remote_id = ?",
        (text, attachments, message.rating, message.edited_at, delivery.account_id, message.remote_id),
    ).fetchone()
    # Pollers see mostly repeats: most of the work is spared by looking first.
    if known is not None and known[0]:
        return None
    arrived = arrival(message.created_at, None if message.ours else last_complete, delivery.now)
    person_id = _person(connection, delivery.account_id, message.author)
    conversation_id = conversation_for(connection, delivery.account_id, message, person_id)
    row: tuple[int, int, int] | None = connection.execute(
        _MESSAGE,
        (
            delivery.account_id,
            conversation_id,
            message.remote_id,
            person_id,
            message.kind.value,
            text,
            message.created_at,
            arrived,
            message.ours,
            arrived if message.ours else None,
            message.parent,
            message.permalink,
            attachments,
            message.rating,
            message.lang,
            message.edited_at,
            change,
        ),
    ).fetchone()
    return row


def _person(connection: sqlite3.Connection, account_id: int, person: Person) -> int:
    """Return the row of an author, with his newest names."""
    values = (repair(person.handle), repair(person.name), person.followers)
    row = connection.execute(
        "SELECT id, handle, name, followers FROM people WHERE account_id = ? AND remote_id = ?",
        (account_id, person.remote_id),
    ).fetchone()
    if row is None:
        (person_id,) = connection.execute(
            "INSERT INTO people (account_id, remote_id, handle, name, followers) VALUES (?, ?, ?, ?, ?) RETURNING id",
            (account_id, person.remote_id, *values),
        ).fetchone()
        return int(person_id)
    if row[1:] != values:
        connection.execute(
            "UPDATE people SET handle = ?, name = ?, followers = coalesce(?, followers) WHERE id = ?",
            (*values, row[0]),
        )
    return int(row[0])


def _settle(
    connection: sqlite3.Connection,
    conversation_id: int,
    delivery: Delivery,
    change: int,
    *,
    inbound: bool,
) -> None:
    """Bring a conversation's status in line with what came: a customer who waits opens it, an answer closes it."""
    unanswered = refresh(connection, conversation_id, change)
    status, waiting_since, latest = connection.execute(
        "SELECT status, waiting_since, last_message_at FROM conversations WHERE id = ?",
        (conversation_id,),
    ).fetchone()
    too_old = delivery.done_before is not None and (waiting_since is None or latest < delivery.done_before)
    wanted = status
    if too_old or (status == "open" and not unanswered):
        wanted = "done"
    elif inbound and unanswered:
        wanted = "open"
    if wanted == status:
        return
    connection.execute(
        "UPDATE conversations SET status = ?, snoozed_until = NULL, handled_at = CASE WHEN ? THEN ? ELSE handled_at END"
        " WHERE id = ?",
        (wanted, too_old, latest, conversation_id),
    )
    refresh(connection, conversation_id, change)
    record(
        connection,
        "status",
        at=delivery.now,
        account_id=delivery.account_id,
        conversation_id=conversation_id,
        before={"status": status},
        after={"status": wanted, "because": "history" if too_old else "message" if unanswered else "answered"},
    )
