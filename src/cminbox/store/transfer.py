"""All messages in the order in which they were stored, for export."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cminbox.domain.message import Attachment, AttachmentKind, Kind, Message, Person
from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.store.database import Database

_PAGE = 500
_MESSAGES = """
SELECT m.id, a.network, a.name, c.key, c.rooted, m.remote_id, m.kind, p.remote_id, p.handle, p.name, p.followers,
       m.text, m.created_at, m.parent, c.post, m.ours, m.permalink, m.attachments, m.rating, m.lang, m.edited_at
FROM messages m JOIN accounts a ON a.id = m.account_id JOIN people p ON p.id = m.person_id
JOIN conversations c ON c.id = m.conversation_id
WHERE m.id > ? AND m.deleted_at IS NULL AND m.remote_id NOT LIKE 'erased:%' AND (? IS NULL OR a.name = ?)
ORDER BY m.id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """A message with the network and the account that it belongs to."""

    network: str
    account: str
    message: Message


def messages(database: Database, account: str | None = None) -> Iterator[Exported]:
    """Yield every message that was neither deleted nor erased, of one account or of all."""
    after = 0
    while True:
        rows = database.read().execute(_MESSAGES, (after, account, account, _PAGE)).fetchall()
        for row in rows:
            yield Exported(row[1], row[2], _message(row))
        if len(rows) < _PAGE:
            return
        after = rows[-1][0]


def _message(row: tuple) -> Message:  # type: ignore[type-arg]  # a row of _MESSAGES
    return Message(
        remote_id=row[5],
        kind=Kind(row[6]),
        author=Person(row[7], row[8], row[9], row[10]),
        text=row[11],
        created_at=row[12],
        conversation=row[3],
        parent=row[13],
        post=row[14],
        ours=bool(row[15]),
        permalink=row[16],
        attachments=tuple(Attachment(AttachmentKind(one[0]), *one[1:]) for one in json.loads(row[17])),
        rating=row[18],
        lang=row[19],
        edited_at=row[20],
    )
