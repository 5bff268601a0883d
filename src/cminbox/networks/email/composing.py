"""An answer as a mail: to whom it goes, what it answers, and its bytes, the same for each attempt but for its date."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.domain.text import repair, safe
from cminbox.network_kit.failures import Refused
from cminbox.networks.email.identity import own_message_id

if TYPE_CHECKING:
    from cminbox.domain.reply import Reply
    from cminbox.networks.email.account import EmailAccount
    from cminbox.networks.email.letters import Letter
    from cminbox.networks.email.words import Address

MOST_REFERENCES = 20
_LONGEST_SUBJECT = 400
_LONGEST_LINE = 76
_LINE_END = re.compile(rb"\r\n|\r|\n")
_PLAIN = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail that is ready to be handed in."""

    sender: str
    recipient: str
    message_id: str
    content: bytes


def recipient_of(letter: Letter, account: EmailAccount) -> Address:
    """Return to whom an answer goes: where its writer wants it, but to one person and never to a list.

    Raises Refused where there is nobody to answer.
    """
    if letter.bounce:
        raise Refused(say("This is the report of a mail server, which nobody reads answers to"))
    to = letter.answer_to
    if to is not None and letter.list_address and to.address.lower() == letter.list_address:
        # What was written to a list may be answered to its writer; an answer to all would be read by strangers.
        to = letter.sender
        if to is not None and to.address.lower() == letter.list_address:
            raise Refused(say("An answer would go to the whole mailing list {list}", list=safe(to.address, limit=100)))
    if to is None:
        raise Refused(say("This mail has no address that could be answered"))
    ascii_address = _in_ascii(to.address)
    if ascii_address is None:
        raise Refused(say("{address} is no address that mail can be sent to", address=safe(to.address, limit=100)))
    if account.is_own(ascii_address):
        raise Refused(say("This mail would be answered to ourselves; its writer left no other address"))
    return type(to)(ascii_address, to.name)


def _in_ascii(address: str) -> str | None:
    """Return an address as every server takes it, its domain encoded; None where that cannot be."""
    local, _, domain = address.rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return None
    return plain if _PLAIN.fullmatch(plain) else None


def composed(reply: Reply, letter: Letter, account: EmailAccount, now: int) -> Envelope:
    """Return the mail that is the answer. `now` is UTC milliseconds. Raises Refused where there is nobody to answer."""
    to = recipient_of(letter, account)
    message_id = own_message_id(reply.send_key, reply.conversation, account.address)
    above = [one for one in letter.references if one != letter.message_id]
    if not above:
        above = [one for one in letter.in_reply_to[:1] if one != letter.message_id]
    if len(above) > MOST_REFERENCES:
        above = [above[0], *above[-MOST_REFERENCES + 1 :]]
    references = [*above, letter.message_id] if letter.message_id else above
    head = [
        ("From", formataddr((account.name, account.address), "utf-8")),
        ("To", formataddr((to.name, to.address), "utf-8")),
        ("Subject", _encoded(_subject(letter))),
        ("Date", format_datetime(datetime.fromtimestamp(now / 1000, UTC))),
        ("Message-ID", message_id),
        ("In-Reply-To", letter.message_id),
        ("References", "\n ".join(references)),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "quoted-printable"),
    ]
    lines = "".join(f"{name}: {value}\n" for name, value in head if value)
    body = binascii.b2a_qp(_LINE_END.sub(b"\r\n", repair(reply.text).encode()), istext=True)
    content = _LINE_END.sub(b"\r\n", lines.encode("ascii", "replace") + b"\n" + body + b"\n")
    return Envelope(account.address, to.address, message_id, content)


def _encoded(subject: str) -> str:
    charset = "us-ascii" if subject.isascii() else "utf-8"
    return Header(subject, charset, header_name="Subject", maxlinelen=_LONGEST_LINE).encode()


def _subject(letter: Letter) -> str:
    subject = " ".join(letter.subject.split())[:_LONGEST_SUBJECT]
    return subject if letter.says_reply else f"Re: {subject}".strip()
