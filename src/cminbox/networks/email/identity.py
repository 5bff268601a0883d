"""Who is who among mails: ids of messages, keys of conversations, and the Message-ID of an answer of ours.

A Message-ID is chosen by whoever writes, and some programs give the same one to every mail. The id of a stranger's
message therefore holds a digest of what the mail says, too; a mail that comes twice keeps one id all the same. What
lies in Sent was written by us, and its Message-ID is enough.

The Message-ID of an answer of ours tells its conversation: whatever a relay takes out of a customer's next mail, the
one id that it answers is mostly left.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_ID = 500
MOST_REFERENCES = 100
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,498}>", re.ASCII)
_OURS = re.compile(r"<cminbox\.[0-9a-f]{32}\.(?P<thread>[0-9a-f]{20})@[^<>]{1,255}>", re.ASCII)
_OURS_IN_BYTES = re.compile(rb"<cminbox\.[0-9a-f]{32}\.([0-9a-f]{20})@[^<>\s]{1,255}>")
_SENT = "sent:"
_NO_ID = "none"
_KEY = re.compile(r"t-(?P<thread>[0-9a-f]{20})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Known:
    """A remote id taken apart: `message_id` is empty for a mail that has none, `digest` for one of ours."""

    message_id: str
    digest: str
    ours: bool


def ids_in(header: str) -> tuple[str, ...]:
    """Return the message ids in a header, first to last; what is none is left out."""
    return tuple(_MESSAGE_ID.findall(header)[:MOST_REFERENCES])


def id_in(header: str) -> str:
    """Return the one message id of a header, empty when it has none that can be used."""
    found = _MESSAGE_ID.search(header[: LONGEST_ID * 2])
    return found[0] if found else ""


def digest_of(parts: Iterable[bytes]) -> str:
    """Return a short digest of what tells one mail from another."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()[:24]


def remote_id(message_id: str, digest: str) -> str:
    """Return the id of a stranger's mail."""
    return f"{message_id or _NO_ID}#{digest}"


def sent_id(message_id: str) -> str:
    """Return the id of a mail of ours."""
    return f"{_SENT}{message_id}"


def known(remote: str) -> Known | None:
    """Take a remote id apart; None for one that is not of this make."""
    if remote.startswith(_SENT):
        message_id = remote.removeprefix(_SENT)
        return Known(message_id, "", ours=True) if _MESSAGE_ID.fullmatch(message_id) else None
    message_id, _, digest = remote.rpartition("#")
    if message_id == _NO_ID:
        return Known("", digest, ours=False)
    return Known(message_id, digest, ours=False) if _MESSAGE_ID.fullmatch(message_id) else None


def key_of(root: str) -> str:
    """Return the key of the conversation that begins with a message id, or with a digest where there is none."""
    return f"t-{hashlib.sha256(root.encode('utf-8', 'replace')).hexdigest()[:20]}"


def own_message_id(send_key: str, conversation: str, address: str) -> str:
    """Return the Message-ID of an answer: the same for each attempt, and it tells its conversation."""
    key = _KEY.fullmatch(conversation) or _KEY.fullmatch(key_of(conversation))
    thread = key["thread"] if key else ""
    sender = hashlib.sha256(send_key.encode()).hexdigest()[:32]
    return f"<cminbox.{sender}.{thread}@{address.rpartition('@')[2]}>"


def told_by_ours(message_ids: Iterable[str]) -> str | None:
    """Return the key of the conversation that an answer of ours among these ids belongs to."""
    for one in message_ids:
        found = _OURS.fullmatch(one)
        if found:
            return f"t-{found['thread']}"
    return None


def told_by_report(raw: bytes) -> str | None:
    """Return the key of the conversation of which an answer of ours is quoted in a delivery report."""
    found = _OURS_IN_BYTES.search(raw)
    return f"t-{found[1].decode()}" if found else None
