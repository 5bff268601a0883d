"""The folders of a mailbox and what lies in them, as a server keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

USES = {"INBOX": b"", "Sent": b"\\Sent", "Trash": b"\\Trash", "Junk": b"\\Junk"}


@dataclass(slots=True)
class Mail:
    """One mail. `at` is when it arrived, UTC milliseconds, of which a server keeps the seconds."""

    raw: bytes
    at: int
    flags: set[bytes] = field(default_factory=set)
    changed: int = 0


@dataclass(slots=True)
class Folder:
    """One folder: its mails by UID, and the generation of those."""

    validity: int
    mails: dict[int, Mail] = field(default_factory=dict)
    next_uid: int = 1


class Mailbox:
    """What a server keeps for one account. `now` gives UTC milliseconds."""

    def __init__(self, now: Callable[[], int]) -> None:
        self.now = now
        self.changes = 1
        self.folders = {name: Folder(1000) for name in USES}
        self.uses = dict(USES)

    def put(self, folder: str, raw: bytes, *, at: int | None = None, flags: tuple[bytes, ...] = ()) -> int:
        """Put a mail into a folder; return its UID."""
        place = self.folders[folder]
        uid, place.next_uid = place.next_uid, place.next_uid + 1
        place.mails[uid] = Mail(raw, self.now() if at is None else at, set(flags), self._next())
        return uid

    def flag(self, folder: str, uid: int, *flags: bytes) -> None:
        """Set flags of a mail."""
        mail = self.folders[folder].mails[uid]
        if not set(flags) <= mail.flags:
            mail.flags |= set(flags)
            mail.changed = self._next()

    def move(self, folder: str, uid: int, to: str) -> None:
        """Move a mail to another folder."""
        mail = self.folders[folder].mails.pop(uid)
        self.put(to, mail.raw, at=mail.at, flags=tuple(mail.flags))

    def renumber(self) -> None:
        """Give all mails other numbers, as after a restored backup."""
        for folder in self.folders.values():
            folder.validity += 1
            mails = list(folder.mails.values())
            folder.mails = {uid + 7: mail for uid, mail in enumerate(mails)}
            folder.next_uid = len(mails) + 8

    def _next(self) -> int:
        self.changes += 1
        return self.changes
