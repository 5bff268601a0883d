"""Every schema since the first, as numbered steps: each one transaction together with its record and its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Database as Wrapped
from sqlite_utils import Migrations

if TYPE_CHECKING:
    import sqlite3

steps = Migrations("cminbox")


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database from any schema to the newest. A step that fails leaves the schema before it."""
    steps.apply(Wrapped(connection))


@steps(name="0001")
def first(db: Wrapped) -> None:
    """Accounts, people, conversations, messages with full-text search, replies, notes, events, leases, counters."""
    for statement in FIRST:
        db.execute(statement)
    db.execute("PRAGMA user_version = 1")


@steps(name="0002")
def second(db: Wrapped) -> None:
    """Add what an agent knew when he decided, where everybody is, and what was spent on a day."""
    for statement in SECOND:
        db.execute(statement)
    db.execute("PRAGMA user_version = 2")


@steps(name="0003")
def third(db: Wrapped) -> None:
    """Add the policies of response times, the clock of each conversation, and what was announced of it."""
    for statement in THIRD:
        db.execute(statement)
    db.execute("PRAGMA user_version = 3")


FIRST = (
    """
    CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID
    """,
    "INSERT INTO facts VALUES ('change', 0)",
    """
    CREATE TABLE accounts (
        id INTEGER PRIMARY KEY,
        network TEXT NOT NULL,
        name TEXT NOT NULL UNIQUE,
        handle TEXT NOT NULL DEFAULT '',
        settings TEXT NOT NULL DEFAULT '{}',
        manifest TEXT,
        cursor TEXT,
        connected_at INTEGER,
        state TEXT NOT NULL DEFAULT 'new',
        reason TEXT NOT NULL DEFAULT '',
        retry_at INTEGER,
        failures INTEGER NOT NULL DEFAULT 0,
        last_complete_fetch INTEGER,
        next_fetch_at INTEGER NOT NULL DEFAULT 0,
        removed_at INTEGER
    )
    """,
    """
    CREATE TABLE people (
        id INTEGER PRIMARY KEY,
        account_id INTEGER NOT NULL REFERENCES accounts(id),
        remote_id TEXT NOT NULL,
        handle TEXT NOT NULL,
        name TEXT NOT NULL,
        followers INTEGER,
        UNIQUE (account_id, remote_id)
    )
    """,
    """
    CREATE TABLE conversations (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account_id INTEGER NOT NULL REFERENCES accounts(id),
        key TEXT NOT NULL,
        rooted INTEGER NOT NULL,
        kind TEXT NOT NULL,
        person_id INTEGER NOT NULL REFERENCES people(id),
        post TEXT,
        status TEXT NOT NULL DEFAULT 'open',
        snoozed_until INTEGER,
        assignee TEXT,
        priority TEXT NOT NULL DEFAULT 'normal',
        handled_change INTEGER NOT NULL DEFAULT 0,
        history_before INTEGER NOT NULL DEFAULT 0,
        waiting_since INTEGER,
        due INTEGER,
        target TEXT,
        unanswered INTEGER NOT NULL DEFAULT 0,
        text TEXT NOT NULL DEFAULT '',
        last_message_at INTEGER NOT NULL DEFAULT 0,
        reply_state TEXT,
        queue_due INTEGER,
        change INTEGER NOT NULL DEFAULT 0,
        UNIQUE (account_id, rooted, key)
    )
    """,
    "CREATE INDEX queue ON conversations (queue_due, id) WHERE queue_due IS NOT NULL",
    "CREATE INDEX queue_by_kind ON conversations (kind, queue_due, id) WHERE queue_due IS NOT NULL",
    "CREATE INDEX queue_by_account ON conversations (account_id, queue_due, id) WHERE queue_due IS NOT NULL",
    "CREATE INDEX snoozed ON conversations (snoozed_until) WHERE status = 'snoozed'",
    "CREATE INDEX conversations_by_change ON conversations (change)",
    "CREATE INDEX conversations_by_post ON conversations (account_id, post) WHERE post IS NOT NULL",
    "CREATE INDEX conversations_by_latest ON conversations (last_message_at, id)",
    """
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY,
        account_id INTEGER NOT NULL REFERENCES accounts(id),
        conversation_id INTEGER NOT NULL REFERENCES conversations(id),
        remote_id TEXT NOT NULL,
        person_id INTEGER NOT NULL REFERENCES people(id),
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        arrived_at INTEGER NOT NULL,
        ours INTEGER NOT NULL,
        answers_through INTEGER,
        answers_change INTEGER,
        parent TEXT,
        permalink TEXT,
        attachments TEXT NOT NULL DEFAULT '[]',
        rating INTEGER,
        lang TEXT,
        edited_at INTEGER,
        deleted_at INTEGER,
        first_change INTEGER NOT NULL,
        UNIQUE (account_id, remote_id)
    )
    """,
    "CREATE INDEX messages_by_conversation ON messages (conversation_id, arrived_at)",
    "CREATE INDEX own_messages ON messages (conversation_id) WHERE ours",
    "CREATE INDEX messages_by_person ON messages (person_id, arrived_at)",
    """
    CREATE TABLE merged (
        id INTEGER PRIMARY KEY,
        into_id INTEGER NOT NULL REFERENCES conversations(id),
        change INTEGER NOT NULL
    )
    """,
    "CREATE INDEX merged_by_change ON merged (change)",
    "CREATE INDEX merged_by_survivor ON merged (into_id)",
    """
    CREATE VIRTUAL TABLE messages_text USING fts5 (
        text, content='messages', content_rowid='id', tokenize="unicode61 remove_diacritics 2"
    )
    """,
    """
    CREATE TRIGGER message_added AFTER INSERT ON messages BEGIN
        INSERT INTO messages_text (rowid, text) VALUES (new.id, new.text);
    END
    """,
    """
    CREATE TRIGGER message_edited AFTER UPDATE OF text ON messages WHEN old.text IS NOT new.text BEGIN
        INSERT INTO messages_text (messages_text, rowid, text) VALUES ('delete', old.id, old.text);
        INSERT INTO messages_text (rowid, text) VALUES (new.id, new.text);
    END
    """,
    """
    CREATE TRIGGER message_removed AFTER DELETE ON messages BEGIN
        INSERT INTO messages_text (messages_text, rowid, text) VALUES ('delete', old.id, old.text);
    END
    """,
    """
    CREATE TABLE tags (
        conversation_id INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
        tag TEXT NOT NULL,
        PRIMARY KEY (conversation_id, tag)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX conversations_by_tag ON tags (tag, conversation_id)",
    """
    CREATE TABLE replies (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation_id INTEGER NOT NULL REFERENCES conversations(id),
        account_id INTEGER NOT NULL REFERENCES accounts(id),
        state TEXT NOT NULL,
        answers TEXT,
        text TEXT NOT NULL,
        caret INTEGER NOT NULL DEFAULT 0,
        agent TEXT NOT NULL,
        terminal TEXT NOT NULL,
        send_key TEXT UNIQUE,
        decided_at INTEGER,
        decided_change INTEGER,
        hold_until INTEGER,
        released_by_sync INTEGER NOT NULL DEFAULT 0,
        interrupted INTEGER NOT NULL DEFAULT 0,
        attempt INTEGER NOT NULL DEFAULT 0,
        next_try_at INTEGER,
        tried_at INTEGER,
        doubtful_since INTEGER,
        doubts INTEGER NOT NULL DEFAULT 0,
        insisted INTEGER NOT NULL DEFAULT 0,
        holder TEXT,
        reason TEXT,
        remote_id TEXT,
        permalink TEXT,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX one_draft ON replies (conversation_id, agent, terminal) WHERE state = 'draft'",
    "CREATE INDEX replies_by_conversation ON replies (conversation_id, id)",
    """
    CREATE INDEX replies_on_their_way ON replies (state, next_try_at, id)
    WHERE state IN ('held', 'queued', 'sending', 'unknown', 'refused')
    """,
    """
    CREATE TABLE notes (
        id INTEGER PRIMARY KEY,
        conversation_id INTEGER NOT NULL REFERENCES conversations(id),
        agent TEXT NOT NULL,
        text TEXT NOT NULL,
        at INTEGER NOT NULL
    )
    """,
    "CREATE INDEX notes_by_conversation ON notes (conversation_id, id)",
    """
    CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        agent TEXT,
        what TEXT NOT NULL,
        account_id INTEGER,
        conversation_id INTEGER,
        before TEXT,
        after TEXT,
        undone_by INTEGER
    )
    """,
    "CREATE INDEX events_by_conversation ON events (conversation_id, id) WHERE conversation_id IS NOT NULL",
    "CREATE INDEX events_by_agent ON events (agent, id) WHERE agent IS NOT NULL",
    """
    CREATE TABLE claims (
        conversation_id INTEGER PRIMARY KEY REFERENCES conversations(id) ON DELETE CASCADE,
        agent TEXT NOT NULL,
        terminal TEXT NOT NULL,
        since INTEGER NOT NULL,
        until INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE leases (
        name TEXT PRIMARY KEY,
        holder TEXT NOT NULL,
        host TEXT NOT NULL,
        pid INTEGER NOT NULL,
        until INTEGER NOT NULL,
        wanted INTEGER NOT NULL DEFAULT 0,
        finished INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE acts (
        id INTEGER PRIMARY KEY,
        account_id INTEGER NOT NULL REFERENCES accounts(id),
        conversation_id INTEGER REFERENCES conversations(id),
        capability TEXT NOT NULL,
        subject TEXT NOT NULL,
        detail TEXT NOT NULL DEFAULT '',
        agent TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'queued',
        reason TEXT,
        attempt INTEGER NOT NULL DEFAULT 0,
        next_try_at INTEGER NOT NULL,
        created_at INTEGER NOT NULL
    )
    """,
    "CREATE INDEX acts_waiting ON acts (next_try_at, id) WHERE state = 'queued'",
    """
    CREATE TABLE counters (
        scope TEXT NOT NULL,
        value TEXT NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (scope, value)
    ) WITHOUT ROWID
    """,
    """
    CREATE TRIGGER counted_in AFTER INSERT ON conversations BEGIN
        INSERT INTO counters VALUES ('status', new.status, 1) ON CONFLICT DO UPDATE SET n = n + 1;
        INSERT INTO counters SELECT 'queue', 'all', 1 WHERE new.queue_due IS NOT NULL
            ON CONFLICT DO UPDATE SET n = n + 1;
        INSERT INTO counters SELECT 'queue kind', new.kind, 1 WHERE new.queue_due IS NOT NULL
            ON CONFLICT DO UPDATE SET n = n + 1;
        INSERT INTO counters SELECT 'queue account', new.account_id, 1 WHERE new.queue_due IS NOT NULL
            ON CONFLICT DO UPDATE SET n = n + 1;
    END
    """,
    """
    CREATE TRIGGER counted_out AFTER DELETE ON conversations BEGIN
        UPDATE counters SET n = n - 1 WHERE scope = 'status' AND value = old.status;
        UPDATE counters SET n = n - (old.queue_due IS NOT NULL) WHERE scope = 'queue' AND value = 'all';
        UPDATE counters SET n = n - (old.queue_due IS NOT NULL) WHERE scope = 'queue kind' AND value = old.kind;
        UPDATE counters SET n = n - (old.queue_due IS NOT NULL)
            WHERE scope = 'queue account' AND value = CAST(old.account_id AS TEXT);
    END
    """,
    """
    CREATE TRIGGER recounted_status AFTER UPDATE OF status ON conversations WHEN old.status IS NOT new.status BEGIN
        UPDATE counters SET n = n - 1 WHERE scope = 'status' AND value = old.status;
        INSERT INTO counters VALUES ('status', new.status, 1) ON CONFLICT DO UPDATE SET n = n + 1;
    END
    """,
    """
    CREATE TRIGGER recounted_queue AFTER UPDATE OF queue_due, kind ON conversations
    WHEN (old.queue_due IS NULL) IS NOT (new.queue_due IS NULL) OR old.kind IS NOT new.kind BEGIN
        UPDATE counters SET n = n - (old.queue_due IS NOT NULL) WHERE scope = 'queue' AND value = 'all';
        UPDATE counters SET n = n - (old.queue_due IS NOT NULL) WHERE scope = 'queue kind' AND value = old.kind;
        UPDATE counters SET n = n - (old.queue_due IS NOT NULL)
            WHERE scope = 'queue account' AND value = CAST(old.account_id AS TEXT);
        INSERT INTO counters VALUES ('queue', 'all', new.queue_due IS NOT NULL)
            ON CONFLICT DO UPDATE SET n = n + excluded.n;
        INSERT INTO counters VALUES ('queue kind', new.kind, new.queue_due IS NOT NULL)
            ON CONFLICT DO UPDATE SET n = n + excluded.n;
        INSERT INTO counters VALUES ('queue account', new.account_id, new.queue_due IS NOT NULL)
            ON CONFLICT DO UPDATE SET n = n + excluded.n;
    END
    """,
)

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
