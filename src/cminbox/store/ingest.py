"""From a network's page to the queue: messages one by one, their conversations, and the cursor, all at once."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field, replace
from enum import Flag, auto
from typing import TYPE_CHECKING, Any, TypeAlias

from cminbox.domain.arrival import arrival
from cminbox.domain.folding import folded
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import repair, safe
from cminbox.store.anew import DELETE, is_said_anew, say_anew
from cminbox.store.barring import bar
from cminbox.store.erasing import mark_of
from cminbox.store.events import next_change, record, upcoming_change
from cminbox.store.labelling import label
from cminbox.store.looked_again import due
from cminbox.store.refreshing import refresh
from cminbox.store.retention import MESSAGE, PERSON, Retention
from cminbox.store.threading_up import conversation_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.message import Message, Person
    from cminbox.store.database import Database
    from cminbox.store.looked_again import Round

_Content: TypeAlias = tuple[str, "str | None", str, "int | None", "int | None"]
_TEXT_CAP = 100_000
_REASON_CAP = 200
_EARLIER_CAP = 10_000
_EARLIER_MOST = 20
"""So many earlier texts of a conversation are kept: it is read whole with every key."""
_FORGET_EARLIEST = """
UPDATE events SET before = json_remove(before, '$.text') WHERE conversation_id = ? AND what = 'edited' AND id < (
    SELECT min(id) FROM (
        SELECT id FROM events WHERE conversation_id = ? AND what = 'edited' ORDER BY id DESC LIMIT ?
    )
)
"""
_KNOWN = """
SELECT id, conversation_id, text, permalink, attachments, rating, edited_at, deleted_at FROM messages
WHERE account_id = ? AND remote_id = ?
"""
_CHANGED = """
UPDATE messages SET text = ?, permalink = ?, attachments = ?, rating = ?, edited_at = ?, deleted_at = NULL WHERE id = ?
"""
_NEW = """
INSERT INTO messages (
    account_id, conversation_id, remote_id, person_id, kind, text, created_at, arrived_at, ours, answers_through,
    parent, permalink, attachments, rating, lang, edited_at, first_change
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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

    `cursor` is committed together with the messages; None leaves it as it is. Customers' messages older than
    `done_before` count as handled: nobody answers last month's mail because an account was connected. It is the
    same for all pages of a first fetch, so that the result does not depend on where a page ends.
    """

    account_id: int
    messages: Sequence[Message]
    now: int
    cursor: str | None = None
    deleted: Sequence[str] = ()
    done_before: int | None = None


class Ingest:
    """Stores what comes in. `now` is UTC milliseconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, delivery: Delivery) -> Taken:
        """Store a page and its cursor in one transaction. The same page twice changes nothing."""
        return self._database.write(lambda connection: _Intake(connection, delivery).take())

    def due_again(self, account_id: int, turn: Round, now: int) -> list[str]:
        """Return the ids of messages that wait for long and are to be looked for now, see `store.looked_again`."""
        return self._database.write(lambda connection: due(connection, account_id, turn, now))

    def newest(self) -> int:
        """Return a mark that stands for all messages stored so far, see `arrived_after`."""
        (newest,) = self._database.read().execute("SELECT coalesce(max(id), 0) FROM messages").fetchone()
        return int(newest)

    def arrived_after(self, mark: int) -> dict[int, int]:
        """Return how many messages of customers were stored after a mark, by the account's id."""
        rows = self._database.read().execute(
            "SELECT account_id, count(*) FROM messages WHERE id > ? AND NOT ours GROUP BY account_id", (mark,)
        )
        return dict(rows.fetchall())


class _What(Flag):
    """What happened to a conversation in a page."""

    NOTHING = 0
    CUSTOMER_WROTE = auto()
    WE_WROTE = auto()
    DELETED = auto()


class _Intake:
    """One page on its way into the store, inside the transaction."""

    def __init__(self, connection: sqlite3.Connection, delivery: Delivery) -> None:
        self.connection = connection
        self.delivery = delivery
        self.change = upcoming_change(connection)
        self.taken = Taken()
        self.touched: dict[int, _What] = {}
        self.retention = Retention(connection, delivery.account_id, delivery.now)
        self.last_complete, self.any_erased = connection.execute(
            "SELECT last_complete_fetch, EXISTS (SELECT 1 FROM people WHERE account_id = accounts.id"
            " AND remote_id > 'erased:' AND remote_id < 'erased;') FROM accounts WHERE id = ?",
            (delivery.account_id,),
        ).fetchone()

    def take(self) -> Taken:
        """Store everything, then settle each conversation that was touched once."""
        for message in self.delivery.messages:
            self._one(message)
        for remote_id in self.delivery.deleted:
            self._deleted(remote_id)
        if self.touched:
            next_change(self.connection)
        for conversation_id, what in self.touched.items():
            self._settle(conversation_id, what)
        if self.delivery.cursor is not None:
            self.connection.execute(
                "UPDATE accounts SET cursor = ? WHERE id = ?", (self.delivery.cursor, self.delivery.account_id)
            )
        return self.taken

    def _one(self, message: Message) -> None:
        """Store one message inside a savepoint, so that a bad one is named and the rest of the page lives on."""
        self.connection.execute("SAVEPOINT item")
        try:
            self._store(_repaired(message))
        except (sqlite3.DataError, sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError) as error:
            self._refuse(message, error)
        except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
            self._refuse(message, error)
        self.connection.execute("RELEASE item")

    def _refuse(self, message: Message, error: Exception) -> None:
        self.connection.execute("ROLLBACK TO item")
        self.taken.refused.append(
            say(
                "Message {id} cannot be stored: {error}",
                id=safe(str(message.remote_id), limit=100),
                error=safe(str(error), limit=_REASON_CAP),
            )
        )

    def _store(self, message: Message) -> None:
        if not message.remote_id:
            raise ValueError("it has no id")
        values = _content(message)
        known = self.connection.execute(_KNOWN, (self.delivery.account_id, message.remote_id)).fetchone()
        labelled = known is not None and self._label(known[1], message) | bar(self.connection, known[0], message)
        if known is None and self._erased(message.remote_id):
            self.taken.known += 1
            return
        named_again = known is not None and not message.ours and self._kept_on(known[0], message.author)
        if known is None:
            conversation_id, merged = self._insert(message, values)
            self._label(conversation_id, message)
            what = _What.WE_WROTE if message.ours else _What.CUSTOMER_WROTE
            if merged is not None:
                what |= self.touched.pop(merged, _What.NOTHING)
            self.taken.new += 1
        elif known[2:] == (*values, None) and not labelled and not named_again:
            # Pollers see mostly repeats.
            self.taken.known += 1
            return
        else:
            conversation_id, what = known[1], self._change(message, known, values)
            self.taken.changed += 1
        self.touched[conversation_id] = self.touched.get(conversation_id, _What.NOTHING) | what

    def _change(self, message: Message, known: tuple[Any, ...], values: _Content) -> _What:
        """Store what a known message says now."""
        # What comes with an account when it is connected is history, whatever was changed in it since.
        if self.delivery.done_before is not None or not is_said_anew(self.connection, message, known):
            self.connection.execute(_CHANGED, (*values, known[0]))
            self._remember(known[0], known[1], known[2], values[0])
            return _What.NOTHING
        last, now = self.last_complete, self.delivery.now
        copy = say_anew(self.connection, message, known[0], last_complete=last, change=self.change, now=now)
        self.retention.keep(MESSAGE, copy)
        self.connection.execute(_CHANGED, (*values, known[0]))
        return _What.CUSTOMER_WROTE

    def _label(self, conversation_id: int, message: Message) -> bool:
        return message.labels is not None and label(self.connection, conversation_id, message.labels)

    def _kept_on(self, message_id: int, author: Person) -> bool:
        """Begin anew the time for which a message may be kept; True when its author has other names than before."""
        self.retention.keep(MESSAGE, message_id)
        if not self.retention.ends(PERSON):
            return False
        before = self.connection.total_changes
        person_id = _person(self.connection, self.delivery.account_id, author)
        changed = self.connection.total_changes > before
        self.retention.keep(PERSON, person_id)
        return changed

    def _remember(self, message_id: int, conversation_id: int, before: str, after: str) -> None:
        """Keep what an edited message said before."""
        if before and before != after:
            record(
                self.connection,
                "edited",
                at=self.delivery.now,
                account_id=self.delivery.account_id,
                conversation_id=conversation_id,
                before={"message": message_id, "text": before[:_EARLIER_CAP]},
            )
            self.connection.execute(_FORGET_EARLIEST, (conversation_id, conversation_id, _EARLIER_MOST))

    def _erased(self, remote_id: str) -> bool:
        """Whether a message was forgotten on request, so that its words must not come back."""
        if not self.any_erased:
            return False
        where = (self.delivery.account_id, mark_of(remote_id))
        found = self.connection.execute("SELECT 1 FROM messages WHERE account_id = ? AND remote_id = ?", where)
        return found.fetchone() is not None

    def _insert(self, message: Message, values: _Content) -> tuple[int, int | None]:
        delivery, connection = self.delivery, self.connection
        arrived = arrival(message.created_at, None if message.ours else self.last_complete, delivery.now)
        person_id = _person(connection, delivery.account_id, message.author)
        conversation_id, merged = conversation_for(connection, delivery.account_id, message, person_id, self.change)
        text, permalink, attachments, rating, edited_at = values
        stored = connection.execute(
            _NEW,
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
                permalink,
                attachments,
                rating,
                message.lang,
                edited_at,
                self.change,
            ),
        )
        bar(connection, int(stored.lastrowid or 0), message)
        if not message.ours:
            self.retention.keep(MESSAGE, int(stored.lastrowid or 0))
            self.retention.keep(PERSON, person_id)
        return conversation_id, merged

    def _deleted(self, remote_id: str) -> None:
        try:
            values = {"now": self.delivery.now, "account": self.delivery.account_id, "id": remote_id}
            row = next(iter(self.connection.execute(DELETE, values).fetchall()), None)
        except UnicodeEncodeError:
            # Nothing is stored under an id that cannot be stored.
            return
        if row is not None:
            self.touched[row[0]] = self.touched.get(row[0], _What.NOTHING) | _What.DELETED
            self.taken.changed += 1

    def _settle(self, conversation_id: int, what: _What) -> None:
        """Bring a conversation's status in line with what came: a customer who waits opens it, an answer closes it."""
        if self.delivery.done_before is not None:
            self.connection.execute(
                "UPDATE conversations SET history_before = max(history_before, ?) WHERE id = ?",
                (self.delivery.done_before, conversation_id),
            )
        shown = refresh(self.connection, conversation_id, self.change, self.delivery.now)
        if shown.unanswered and what & _What.CUSTOMER_WROTE:
            self._set_status(conversation_id, shown.status, "open", "message")
        elif not shown.unanswered and what and shown.status == "open":
            self._set_status(conversation_id, shown.status, "done", self._why_done(what))

    def _why_done(self, what: _What) -> str:
        if what & _What.WE_WROTE:
            return "answered"
        return "deleted" if what & _What.DELETED else "history"

    def _set_status(self, conversation_id: int, old: str, new: str, because: str) -> None:
        if old == new:
            return
        self.connection.execute(
            "UPDATE conversations SET status = ?, snoozed_until = NULL WHERE id = ?", (new, conversation_id)
        )
        record(
            self.connection,
            "status",
            at=self.delivery.now,
            account_id=self.delivery.account_id,
            conversation_id=conversation_id,
            before={"status": old},
            after={"status": new, "because": because},
        )
        refresh(self.connection, conversation_id, self.change, self.delivery.now)


def _content(message: Message) -> _Content:
    """Return what an edit may change, fit for the database: text, permalink, attachments, rating, time of edit."""
    attachments = [[a.kind.value, repair(a.url), repair(a.name), repair(a.alt)] for a in message.attachments]
    return (
        repair(message.text[:_TEXT_CAP]),
        _maybe(message.permalink),
        json.dumps(attachments),
        message.rating,
        message.edited_at,
    )


def _repaired(message: Message) -> Message:
    """Return a message all of whose ids can be stored; its texts are repaired on their way."""
    author = message.author
    ids = (message.remote_id, author.remote_id, message.conversation, message.parent, message.post, message.lang)
    if all(one is None or repair(one) == one for one in ids):
        return message
    return replace(
        message,
        remote_id=repair(message.remote_id),
        author=replace(author, remote_id=repair(author.remote_id)),
        conversation=_maybe(message.conversation),
        parent=_maybe(message.parent),
        post=_maybe(message.post),
        lang=_maybe(message.lang),
    )


def _maybe(text: str | None) -> str | None:
    return None if text is None else repair(text)


def _person(connection: sqlite3.Connection, account_id: int, person: Person) -> int:
    """Return the row of an author, with his newest names."""
    values = (repair(person.handle), repair(person.name), person.followers)
    row = connection.execute(
        "SELECT id, handle, name, followers FROM people WHERE account_id = ? AND remote_id = ?",
        (account_id, person.remote_id),
    ).fetchone()
    if row is None:
        (person_id,) = connection.execute(
            "INSERT INTO people (account_id, remote_id, handle, name, followers, folded) VALUES (?, ?, ?, ?, ?, ?)"
            " RETURNING id",
            (account_id, person.remote_id, *values, _comparable(values)),
        ).fetchone()
        return int(person_id)
    if row[1:3] != values[:2] or (values[2] is not None and row[3] != values[2]):
        connection.execute(
            "UPDATE people SET handle = ?, name = ?, followers = coalesce(?, followers), folded = ? WHERE id = ?",
            (*values, _comparable(values), row[0]),
        )
    return int(row[0])


def _comparable(names: tuple[str, str, int | None]) -> str:
    """Return a person's names as they are searched for."""
    return folded(f"{names[0]}\n{names[1]}")
