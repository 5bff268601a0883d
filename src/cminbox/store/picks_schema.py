"""The statements that give a database its picks: which canned reply answered which words."""

from __future__ import annotations

FOURTH = (
    """
    CREATE TABLE picks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        reply TEXT NOT NULL,
        words TEXT NOT NULL,
        lang TEXT,
        person_id INTEGER REFERENCES people(id),
        sent_as INTEGER,
        at INTEGER NOT NULL
    )
    """,
    "CREATE INDEX picks_by_reply ON picks (reply, at)",
    "CREATE INDEX picks_by_person ON picks (person_id) WHERE person_id IS NOT NULL",
    "CREATE INDEX picks_by_sent ON picks (sent_as) WHERE sent_as IS NOT NULL",
    """
    CREATE TABLE picked (
        reply TEXT PRIMARY KEY,
        times INTEGER NOT NULL,
        last_at INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    "INSERT INTO facts VALUES ('picks forgotten', 0)",
    """
    CREATE TRIGGER picked_once_more AFTER INSERT ON picks BEGIN
        INSERT INTO picked VALUES (new.reply, 1, new.at)
            ON CONFLICT DO UPDATE SET times = times + 1, last_at = max(last_at, excluded.last_at);
    END
    """,
    """
    CREATE TRIGGER pick_forgotten AFTER DELETE ON picks BEGIN
        UPDATE facts SET value = value + 1 WHERE name = 'picks forgotten';
    END
    """,
    """
    CREATE TRIGGER pick_taken_back AFTER UPDATE OF state ON replies
    WHEN new.state IN ('draft', 'cancelled') AND old.state IS NOT new.state BEGIN
        UPDATE picked SET times = max(0, times - 1)
            WHERE reply IN (SELECT reply FROM picks WHERE sent_as = new.id);
        DELETE FROM picks WHERE sent_as = new.id;
    END
    """,
)
"""A pick keeps the words of the message, so that it outlives the message's text, and whose they were, so that it can be
forgotten with the person. `picked` are figures alone; they stay when picks go, except where a reply was taken back."""
