"""The statements that give a database the ends of what networks let be kept."""

from __future__ import annotations

NINTH = (
    """
    CREATE TABLE retained (
        what TEXT NOT NULL,
        id INTEGER NOT NULL,
        until INTEGER,
        PRIMARY KEY (what, id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX retained_until ON retained (until) WHERE until IS NOT NULL",
    """
    INSERT INTO retained SELECT 'message', m.id, m.arrived_at + 1000 * json_extract(a.manifest, '$.kept_for.words')
    FROM messages m JOIN accounts a ON a.id = m.account_id
    WHERE NOT m.ours AND json_extract(a.manifest, '$.kept_for.words') IS NOT NULL
    """,
    """
    INSERT INTO retained SELECT 'person', p.id, max(m.arrived_at)
        + 1000 * json_extract(a.manifest, '$.kept_for.profiles')
    FROM messages m JOIN people p ON p.id = m.person_id JOIN accounts a ON a.id = m.account_id
    WHERE NOT m.ours AND json_extract(a.manifest, '$.kept_for.profiles') IS NOT NULL GROUP BY p.id
    """,
)
"""`until` is UTC milliseconds. A message whose words are gone stays here without an end: a screen can say why."""
