"""The first schema. What came after it is in `migrations`; these statements never change."""

from __future__ import annotations

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
