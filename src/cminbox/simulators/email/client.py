"""A client's view of a mailbox: the methods of imapclient.IMAPClient that are used, strict in what they take."""

from __future__ import annotations

import imaplib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import compat32
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cminbox.simulators.email.search import Criteria, Grammar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from email.message import Message as Mime

    from cminbox.simulators.email.mailbox import Folder, Mail, Mailbox

CAPABILITIES = (b"IMAP4REV1", b"IDLE", b"CONDSTORE", b"UIDPLUS", b"MOVE", b"SPECIAL-USE")
_ITEM = re.compile(r"BODY\.PEEK\[(?P<section>[0-9.]*)\]<0\.(?P<amount>\d+)>")
_PLAIN_ITEMS = frozenset({"UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "BODYSTRUCTURE"})
_FLAG = re.compile(rb"\\?[A-Za-z$][A-Za-z0-9_-]*")


@dataclass(slots=True)
class NoSocket:
    """What is cut when somebody hangs up."""

    cut: bool = False

    def shutdown(self, _how: int) -> None:
        """Note that the connection was cut, in whatever direction."""
        self.cut = True


class SimulatedClient:
    """One connection that is signed in. `told` hears of each command; what the grammar does not know it refuses."""

    def __init__(
        self,
        mailbox: Mailbox,
        told: Callable[[str, str], None],
        violations: list[str],
        capabilities: tuple[bytes, ...] = CAPABILITIES,
    ) -> None:
        self._mailbox = mailbox
        self._told = told
        self._violations = violations
        self._capabilities = capabilities
        self._open: str | None = None
        self._writable = False
        self._connection = NoSocket()

    def capabilities(self) -> tuple[bytes, ...]:
        """Return what the server can do."""
        return self._capabilities

    def list_folders(self) -> list[tuple[tuple[bytes, ...], bytes, str]]:
        """Return flags, delimiter and name of each folder."""
        self._told("LIST", "*")
        uses = self._mailbox.uses
        return [((b"\\HasNoChildren", *filter(None, [uses.get(name)])), b"/", name) for name in self._mailbox.folders]

    def select_folder(self, folder: str, readonly: bool = False) -> dict[bytes, Any]:  # noqa: FBT001, FBT002 - as is
        """Open a folder and return how it stands. Raises IMAP4.error for one that is not there."""
        self._told("EXAMINE" if readonly else "SELECT", folder)
        if folder not in self._mailbox.folders:
            raise imaplib.IMAP4.error("select failed: [NONEXISTENT] Mailbox doesn't exist")
        place = self._mailbox.folders[folder]
        self._open, self._writable = folder, not readonly
        said = {b"UIDVALIDITY": place.validity, b"UIDNEXT": place.next_uid, b"EXISTS": len(place.mails)}
        if b"CONDSTORE" in self._capabilities:
            said[b"HIGHESTMODSEQ"] = self._mailbox.changes
        return said

    def search(self, criteria: str) -> list[int]:
        """Return the UIDs of what is found."""
        self._told("SEARCH", criteria)
        place = self._folder()
        try:
            wanted = Criteria(criteria)
        except Grammar as wrong:
            self._violations.append(f"SEARCH {criteria}: {wrong}")
            raise imaplib.IMAP4.error("SEARCH command error: BAD") from None
        highest = max(place.mails, default=0)
        return [uid for uid, mail in place.mails.items() if wanted.holds(uid, mail, highest)]

    def fetch(self, messages: Sequence[int], data: Sequence[str]) -> dict[int, Mapping[bytes, Any]]:
        """Return what was asked for."""
        self._told("FETCH", f"{list(messages)} {list(data)}")
        place = self._folder()
        return {uid: self._said(uid, place.mails[uid], data) for uid in messages if uid in place.mails}

    def append(self, folder: str, msg: bytes, flags: Sequence[bytes] = ()) -> None:
        """Put a mail into a folder."""
        self._told("APPEND", folder)
        if re.search(rb"[^\r]\n", msg):
            self._violations.append("APPEND: a line that does not end with CR LF")
        self._mailbox.put(folder, msg, flags=tuple(flags))

    def add_flags(self, messages: Sequence[int], flags: Sequence[bytes]) -> None:
        """Put flags on mails of the open folder."""
        self._told("STORE", f"{list(messages)} {list(flags)}")
        self._for_writing()
        if not all(_FLAG.fullmatch(flag) for flag in flags):
            self._violations.append(f"STORE {flags!r}: no flags")
        for uid in messages:
            if uid in self._folder().mails:
                self._mailbox.flag(self._open or "", uid, *flags)

    def move(self, messages: Sequence[int], folder: str) -> None:
        """Move mails from the open folder into another one."""
        self._told("MOVE", folder)
        self._for_writing()
        if b"MOVE" not in self._capabilities:
            self._violations.append("MOVE is not offered")
        for uid in messages:
            self._mailbox.move(self._open or "", uid, folder)

    def copy(self, messages: Sequence[int], folder: str) -> None:
        """Copy mails of the open folder into another one."""
        self._told("COPY", folder)
        for uid in messages:
            mail = self._folder().mails[uid]
            self._mailbox.put(folder, mail.raw, at=mail.at, flags=tuple(mail.flags))

    def uid_expunge(self, messages: Sequence[int]) -> None:
        """Take deleted mails away."""
        self._told("EXPUNGE", str(list(messages)))
        self._for_writing()
        for uid in messages:
            if b"\\Deleted" in self._folder().mails[uid].flags:
                del self._folder().mails[uid]

    def idle(self) -> None:
        """Begin to listen."""
        self._told("IDLE", "")
        if b"IDLE" not in self._capabilities:
            raise imaplib.IMAP4.error("IDLE command error: BAD")

    def idle_check(self, timeout: float | None = None) -> list[Any]:
        """Return at once: here somebody always has news."""
        del timeout
        return [(1, b"EXISTS")]

    def idle_done(self) -> None:
        """Stop listening."""
        self._told("DONE", "")

    def socket(self) -> NoSocket:
        """Return what can be cut."""
        return self._connection

    def logout(self) -> None:
        """Say goodbye."""
        self._open = None

    def shutdown(self) -> None:
        """Close the connection without a word."""
        self._open = None

    def _folder(self) -> Folder:
        if self._open is None:
            self._violations.append("a command without an open folder")
            raise imaplib.IMAP4.error("BAD no mailbox selected")
        return self._mailbox.folders[self._open]

    def _for_writing(self) -> None:
        if not self._writable:
            self._violations.append("a change in a folder that was opened for reading")

    def _said(self, uid: int, mail: Mail, data: Sequence[str]) -> dict[bytes, Any]:
        said: dict[bytes, Any] = {b"SEQ": uid}
        plain = {
            "UID": uid,
            "FLAGS": tuple(sorted(mail.flags)),
            "INTERNALDATE": datetime.fromtimestamp(mail.at // 1000, UTC),
            "RFC822.SIZE": len(mail.raw),
        }
        for item in data:
            found = _ITEM.fullmatch(item)
            if found is not None:
                content = _section(mail.raw, found["section"])
                said[f"BODY[{found['section']}]<0>".encode()] = content[: int(found["amount"])]
            elif item == "BODYSTRUCTURE":
                said[b"BODYSTRUCTURE"] = _structure(_parsed(mail.raw))
            elif item in _PLAIN_ITEMS:
                said[item.encode()] = plain[item]
            else:
                self._violations.append(f"FETCH {item}")
                raise imaplib.IMAP4.error("FETCH command error: BAD")
        return said


def _section(raw: bytes, section: str) -> bytes:
    """Return a part's content as it stands in the mail, still encoded."""
    if not section:
        return raw
    part: Any = _parsed(raw)
    for number in section.split("."):
        part = part.get_payload()[int(number) - 1] if part.is_multipart() else part
    # Any public way to it decodes it first.
    content = part._payload  # noqa: SLF001 - as said above
    return content.encode("ascii", "surrogateescape") if isinstance(content, str) else b""


@lru_cache(maxsize=256)
def _parsed(raw: bytes) -> Mime:
    return message_from_bytes(raw, policy=compat32)


def _structure(part: Any) -> Any:  # noqa: ANN401 - nested tuples, as a server tells them
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        return ([_structure(one) for one in part.get_payload()], part.get_content_subtype().encode())
    main, sub = part.get_content_type().encode().split(b"/")
    parameters = _pairs(part.get_params([])[1:])
    disposition = part.get_params(None, "content-disposition")
    shown = (disposition[0][0].encode(), _pairs(disposition[1:])) if disposition else None
    encoding = str(part.get("content-transfer-encoding", "7bit")).encode()
    return (main, sub, parameters, None, None, encoding, _size(part), 1, None, shown, None, None)


def _size(part: Mime) -> int:
    payload = part.get_payload()
    return len(payload) if isinstance(payload, str) else 0


def _pairs(parameters: Sequence[tuple[str, Any]]) -> tuple[bytes, ...] | None:
    pairs = [(key.encode(), str(value).encode()) for key, value in parameters]
    return tuple(word for pair in pairs for word in pair) or None
