"""Every schema since the first, as numbered steps: each one transaction together with its record and its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Database as Wrapped
from sqlite_utils import Migrations

from cminbox.domain.folding import folded
from cminbox.store.first_schema import FIRST
from cminbox.store.picks_schema import FOURTH
from cminbox.store.queue_schema import EIGHTH, SIXTH
from cminbox.store.retention_schema import NINTH

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

steps = Migrations("cminbox")


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database from any schema to the newest. A step that fails leaves the schema before it."""
    steps.apply(Wrapped(connection))


TENTH = ("ALTER TABLE replies ADD COLUMN progress TEXT",)

ELEVENTH = ("ALTER TABLE messages ADD COLUMN barred TEXT NOT NULL DEFAULT ''",)

SECOND = (
    "ALTER TABLE replies ADD COLUMN known_change INTEGER",
    "UPDATE replies SET known_change = decided_change",
    "ALTER TABLE replies ADD COLUMN put_off INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE claims ADD COLUMN change INTEGER NOT NULL DEFAULT 0",
    """
    CREATE TABLE whereabouts (
        agent TEXT NOT NULL,
        terminal TEXT NOT NULL,
        conversation_id INTEGER,
        view TEXT NOT NULL DEFAULT '',
        writing INTEGER NOT NULL DEFAULT 0,
        holder TEXT NOT NULL,
        host TEXT NOT NULL,
        pid INTEGER NOT NULL,
        since INTEGER NOT NULL,
        until INTEGER NOT NULL,
        PRIMARY KEY (agent, terminal)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX viewers ON whereabouts (conversation_id) WHERE conversation_id IS NOT NULL",
    """
    CREATE TABLE spent (
        account_id INTEGER NOT NULL REFERENCES accounts(id),
        day TEXT NOT NULL,
        millionths INTEGER NOT NULL,
        PRIMARY KEY (account_id, day)
    ) WITHOUT ROWID
    """,
)

_DEFAULT_POLICIES = tuple(
    f'INSERT INTO policies VALUES ({number}, \'{digest}\', \'{{"match": {{"kind": ["{kind}"]}},'  # noqa: S608 - constants
    f' "name": "{kind}", "pause": {{"resolution": ["pending", "snoozed"]}}, "schedule": null,'
    f' "targets": {{"frt": {seconds}, "nrt": {seconds}}}}}\')'
    for number, kind, seconds, digest in (
        (1, "dm", 3600, "c003cf24219f5356c477f2d02662bb54fb7a4f968133b4f3a01770e0a072a731"),
        (2, "mention", 7200, "0c25fad9e294ee42b0e827379978b03c6ae5aa08bca0a3d6ce633892f34e993d"),
        (3, "comment", 14400, "4e05ba2c8e3ad1da07be8d032bc0633795d87aab1b281df413d6bde87af4fd77"),
        (4, "review", 86400, "89620f1a23e26bbf7e606c4d41e7c9720e787c1560c19edc5ee09bcb9243e03c"),
    )
)

THIRD = (
    """
    CREATE TABLE policies (
        id INTEGER PRIMARY KEY,
        digest TEXT NOT NULL UNIQUE,
        definition TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE response_times (
        version INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        stages TEXT NOT NULL,
        policies TEXT NOT NULL
    )
    """,
    *_DEFAULT_POLICIES,
    """
    INSERT INTO response_times VALUES (1, 0, '{"warn": 0.75, "urgent": 0.9, "urgent_left": 300000}', '[1, 2, 3, 4]')
    """,
    "INSERT INTO facts VALUES ('reviewed', 0)",
    "ALTER TABLE conversations ADD COLUMN policy_id INTEGER",
    "ALTER TABLE conversations ADD COLUMN sla_version INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE conversations ADD COLUMN policy_changes INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE conversations ADD COLUMN clock_start INTEGER",
    "ALTER TABLE conversations ADD COLUMN warn_at INTEGER",
    "ALTER TABLE conversations ADD COLUMN urgent_at INTEGER",
    "ALTER TABLE conversations ADD COLUMN late_at INTEGER",
    "ALTER TABLE conversations ADD COLUMN time_left INTEGER",
    "ALTER TABLE conversations ADD COLUMN notice_at INTEGER",
    "DROP INDEX queue",
    "CREATE INDEX queue ON conversations (queue_due, id, urgent_at, late_at) WHERE queue_due IS NOT NULL",
    "CREATE INDEX notices_due ON conversations (notice_at) WHERE notice_at IS NOT NULL",
    """
    CREATE TABLE notices (
        id INTEGER PRIMARY KEY,
        conversation_id INTEGER NOT NULL,
        target TEXT NOT NULL,
        start INTEGER NOT NULL,
        notice TEXT NOT NULL,
        reached_at INTEGER NOT NULL,
        announced_at INTEGER NOT NULL,
        hook TEXT,
        UNIQUE (conversation_id, target, start, notice)
    )
    """,
    "CREATE INDEX hooks_due ON notices (id) WHERE hook = 'due'",
)

FIFTH = (
    "ALTER TABLE conversations ADD COLUMN again_at INTEGER",
    "UPDATE facts SET value = 0 WHERE name = 'reviewed'",
)

SEVENTH = (
    """
    CREATE TABLE begun_notes (
        id INTEGER PRIMARY KEY,
        conversation_id INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
        agent TEXT NOT NULL,
        terminal TEXT NOT NULL,
        text TEXT NOT NULL,
        caret INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        UNIQUE (conversation_id, agent, terminal)
    )
    """,
)


SCHEMAS: list[Sequence[str]] = [
    # Accounts, people, conversations, messages with full-text search, replies, notes, events, leases, counters.
    FIRST,
    # What an agent knew when he decided, where everybody is, and what was spent on a day.
    SECOND,
    # The policies of response times, the clock of each conversation, and what was announced of it.
    THIRD,
    # What was learnt: which canned reply answered which words.
    FOURTH,
    # When each clock is late by one more target; open conversations are looked at anew for it.
    FIFTH,
    # Flags, other orders of the queue, and the search for names and in scripts without blanks.
    SIXTH,
    # Notes that were begun and not added yet.
    SEVENTH,
    # What finds the few conversations that are put off, wait for the other side, or have a rating.
    EIGHTH,
    # How long what a network gave may be kept.
    NINTH,
    # How far a send in several steps has come.
    TENTH,
    # What a network does not let be done with a message.
    ELEVENTH,
]
"""The statements of each step: those at 0 make the first schema, those at 1 the second from it, and so on."""


def _step(number: int) -> Callable[[Wrapped], None]:
    def take(db: Wrapped) -> None:
        db.conn.create_function("folded", 1, folded, deterministic=True)
        for statement in SCHEMAS[number - 1]:
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {number}")

    return take


for _number in range(1, len(SCHEMAS) + 1):
    steps(name=f"{_number:04}")(_step(_number))
