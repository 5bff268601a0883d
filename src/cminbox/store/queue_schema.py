"""The statements that let a queue be ordered and searched in other ways: flags, orders, names, texts without blanks."""

from __future__ import annotations

PRIORITY_ORDER = (
    "(CASE c.priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END << 48) + c.queue_due"
)
"""Where a conversation stands when the queue is ordered by priority, then by due time: one number for both."""

WITHOUT_BLANKS = (
    "\u0e01-\u0ed9",
    "\u1000-\u109f",
    "\u1780-\u17ff",
    "\u3041-\u30ff",
    "\u31f0-\u31ff",
    "\u3400-\u9fff",
    "\uf900-\ufaff",
    "\uff66-\uff9d",
    "\U00020000-\U0003134f",
)
"""The characters of scripts that put no blanks between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""

UNSPACED = f"*[{''.join(WITHOUT_BLANKS)}]*"
"""A pattern of GLOB for texts that hold such characters."""

PADDING = "  "
"""Stands behind every such text, so that its last characters begin a group of three as well."""

_STATEMENTS = (
    "ALTER TABLE conversations ADD COLUMN flagged INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX flagged ON conversations (flagged, queue_due, id) WHERE flagged <> 0",
    "CREATE INDEX queue_by_latest ON conversations (last_message_at, id) WHERE queue_due IS NOT NULL",
    f"""
    CREATE INDEX queue_by_priority ON conversations ({PRIORITY_ORDER.replace("c.", "")}, id)
    WHERE queue_due IS NOT NULL
    """,
    """
    CREATE INDEX queue_by_assignee ON conversations (assignee, queue_due, id)
    WHERE queue_due IS NOT NULL AND assignee IS NOT NULL
    """,
    "CREATE INDEX conversations_by_person ON conversations (person_id, last_message_at)",
    "ALTER TABLE people ADD COLUMN folded TEXT NOT NULL DEFAULT ''",
    "UPDATE people SET folded = folded(handle || char(10) || name) WHERE remote_id <> 'own account'",
    "CREATE VIRTUAL TABLE names USING fts5 (folded, content='people', content_rowid='id', tokenize='trigram')",
    "INSERT INTO names (names) VALUES ('rebuild')",
    """
    CREATE TRIGGER name_added AFTER INSERT ON people BEGIN
        INSERT INTO names (rowid, folded) VALUES (new.id, new.folded);
    END
    """,
    """
    CREATE TRIGGER name_folded AFTER UPDATE OF folded ON people WHEN old.folded IS NOT new.folded BEGIN
        INSERT INTO names (names, rowid, folded) VALUES ('delete', old.id, old.folded);
        INSERT INTO names (rowid, folded) VALUES (new.id, new.folded);
    END
    """,
    """
    CREATE TRIGGER name_changed AFTER UPDATE OF handle, name ON people
    WHEN old.folded IS new.folded AND (old.handle IS NOT new.handle OR old.name IS NOT new.name) BEGIN
        UPDATE people SET folded = lower(new.handle || char(10) || new.name) WHERE id = new.id;
    END
    """,
    """
    CREATE TRIGGER name_removed AFTER DELETE ON people BEGIN
        INSERT INTO names (names, rowid, folded) VALUES ('delete', old.id, old.folded);
    END
    """,
    "CREATE VIRTUAL TABLE unspaced_text USING fts5 (text, content='', tokenize='trigram')",
    "CREATE VIRTUAL TABLE unspaced_terms USING fts5vocab ('unspaced_text', 'instance')",
    """
    CREATE TRIGGER unspaced_added AFTER INSERT ON messages WHEN new.text GLOB '{pattern}' BEGIN
        INSERT INTO unspaced_text (rowid, text) VALUES (new.id, new.text || '{padding}');
    END
    """,
    """
    CREATE TRIGGER unspaced_out AFTER UPDATE OF text ON messages
    WHEN old.text IS NOT new.text AND old.text GLOB '{pattern}' BEGIN
        INSERT INTO unspaced_text (unspaced_text, rowid, text) VALUES ('delete', old.id, old.text || '{padding}');
    END
    """,
    """
    CREATE TRIGGER unspaced_in AFTER UPDATE OF text ON messages
    WHEN old.text IS NOT new.text AND new.text GLOB '{pattern}' BEGIN
        INSERT INTO unspaced_text (rowid, text) VALUES (new.id, new.text || '{padding}');
    END
    """,
    """
    CREATE TRIGGER unspaced_removed AFTER DELETE ON messages WHEN old.text GLOB '{pattern}' BEGIN
        INSERT INTO unspaced_text (unspaced_text, rowid, text) VALUES ('delete', old.id, old.text || '{padding}');
    END
    """,
    """
    INSERT INTO unspaced_text (rowid, text) SELECT id, text || '{padding}' FROM messages WHERE text GLOB '{pattern}'
    """,
)

SIXTH = tuple(one.replace("{pattern}", UNSPACED).replace("{padding}", PADDING) for one in _STATEMENTS)

EIGHTH = (
    "CREATE INDEX pending_by_latest ON conversations (last_message_at, id) WHERE status = 'pending'",
    "CREATE INDEX snoozed_by_latest ON conversations (last_message_at, id) WHERE status = 'snoozed'",
    "CREATE INDEX messages_by_rating ON messages (rating, conversation_id) WHERE rating IS NOT NULL",
)
