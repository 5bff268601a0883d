"""One mail, read: who wrote what to whom, what it answers, and whether a person wrote it at all.

Nothing that stands in a mail is believed beyond its words. What cannot be read as documented is read as far as
possible.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from typing import TYPE_CHECKING

from cminbox.domain.message import AUTOMATIC, LIST
from cminbox.network_kit.reading import TEXT_CAP
from cminbox.network_kit.text import plain
from cminbox.networks.email.identity import digest_of, id_in, ids_in, told_by_report
from cminbox.networks.email.parts import Chosen, Part, attachments_of, choose, of_mime, text_of
from cminbox.networks.email.words import LONGEST_HEADER, Address, addresses, header_text, instant

if TYPE_CHECKING:
    from email.message import Message as Mime

    from cminbox.domain.message import Attachment

PREFIX = 64 * 1024
"""How much of each mail is fetched at first; of a larger one only the parts that are text, bounded, come after it."""
_DIGESTED = 4_096
MOST_NESTED = 100
"""So many parts may hold others; honest mails have three or four of them. Parsing more takes quadratic time."""
_PARAMETERS = re.compile(rb"(?:^|\r)content-[a-z-]{1,40}[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
MOST_SEPARATORS = 500
"""Of semicolons in one header of a part; the parser takes quadratic time for them."""
_NESTING = re.compile(rb"multipart/|message/rfc822", re.IGNORECASE)
_LOG = logging.getLogger(__name__)
_ROUGH = 20_000
_REPLY = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:re|aw|antw|antwort|sv|vs|ref|rif|res|odp|rép|回复|答复)\s*(?:\[\d{1,3}\])?\s*[:\uff1a]",
    re.IGNORECASE,
)
_FORWARD = re.compile(r"^\s*(?:fwd?|wg|tr|rv|enc|i)\s*[:\uff1a]", re.IGNORECASE)
_ROBOTS = frozenset({"mailer-daemon", "postmaster", "mail-daemon"})
_QUOTED = re.compile(r"^\s*>")
_ATTRIBUTION_LINES = 3


@dataclass(frozen=True, slots=True)
class Letter:
    """What of a mail matters here. `sent_at` is what its writer claims (UTC milliseconds)."""

    message_id: str
    digest: str
    sender: Address | None
    answer_to: Address | None
    to: tuple[Address, ...]
    subject: str
    sent_at: int | None
    references: tuple[str, ...]
    in_reply_to: tuple[str, ...]
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    labels: tuple[str, ...] = ()
    bounce: bool = False
    list_address: str = ""
    about: str | None = None
    """The key of the conversation of which a delivery report quotes an answer of ours."""

    @property
    def says_reply(self) -> bool:
        """Whether its subject says that it answers something."""
        return _REPLY.match(self.subject) is not None

    @property
    def answers(self) -> bool:
        """Whether it names what it answers."""
        return bool(self.in_reply_to or self.references)

    @property
    def root(self) -> str:
        """What its conversation is named after when it begins one."""
        return self.message_id or self.digest


def bare_subject(subject: str) -> str:
    """Return a subject without what replies and forwards put before it."""
    while (found := _REPLY.match(subject) or _FORWARD.match(subject)) is not None:
        subject = subject[found.end() :]
    return subject.strip()


def read(raw: bytes, *, whole: bool) -> tuple[Letter, Chosen]:
    """Return a mail out of its first bytes, with its parts; without `whole` its text is not taken from them.

    Never raises: what is no mail at all is a letter without anything but its bytes as text.
    """
    mime, chosen = _parsed(raw)
    letter = _letter(raw, mime)
    return (with_texts(letter, chosen) if whole else letter), chosen


def _parsed(raw: bytes) -> tuple[Mime, Chosen]:
    overdone = any(one[0].count(b";") > MOST_SEPARATORS for one in _PARAMETERS.finditer(raw))
    if not overdone and len(_NESTING.findall(raw)) <= MOST_NESTED:
        try:
            mime = BytesParser(policy=compat32).parsebytes(raw)
            return mime, choose(of_mime(mime))
        except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError):
            _LOG.debug("a mail that the parser gives up", exc_info=True)
    # Nested beyond reason, or broken: its head, and roughly what it says.
    head = BytesHeaderParser(policy=compat32).parsebytes(_head_of(raw))
    return head, Chosen([Part("text/plain", content=_body_of(raw)[:_ROUGH])])


def with_texts(letter: Letter, chosen: Chosen) -> Letter:
    """Return a letter with its text, for which the content of its text parts is there."""
    written = [text for text in (text_of(part) for part in chosen.texts if part.content is not None) if text]
    text = without_quotes("\n\n".join(written)) if letter.answers or letter.says_reply else "\n\n".join(written)
    subject = letter.subject
    if subject and not letter.answers and not letter.says_reply and not text.startswith(subject):
        # Of a first mail the subject is half of what it says: an order's number, most of all.
        text = f"{subject}\n\n{text}" if text else subject
    return replace(letter, text=plain(text)[:TEXT_CAP], attachments=attachments_of(chosen))


def without_quotes(text: str) -> str:
    """Return an answer without the words it answers, where those stand marked at its end; all of it where not."""
    lines = text.split("\n")
    end = len(lines)
    while end and (not lines[end - 1].strip() or _QUOTED.match(lines[end - 1])):
        end -= 1
    if end == len(lines) or not any(_QUOTED.match(line) for line in lines[end:]):
        return text
    start = end
    while start and end - start < _ATTRIBUTION_LINES and lines[start - 1].strip():
        start -= 1
    if lines[end - 1].rstrip().endswith(":") and (start == 0 or not lines[start - 1].strip()):
        end = start
    kept = "\n".join(lines[:end]).strip()
    return kept or text


def _letter(raw: bytes, mime: Mime) -> Letter:
    head: dict[str, list[str]] = {}
    for name, value in mime.raw_items():
        head.setdefault(name.lower(), []).append(str(value)[:LONGEST_HEADER])
    sender = next(iter(addresses(head.get("from", [])[:1]) or addresses(head.get("sender", [])[:1])), None)
    bounce = _is_bounce(head, sender)
    return Letter(
        message_id=id_in(_first(head, "message-id")),
        digest=_digest(raw, head),
        sender=sender,
        answer_to=next(iter(addresses(head.get("reply-to", [])[:1])), sender),
        to=addresses([*head.get("to", [])[:5], *head.get("cc", [])[:5]]),
        subject=header_text(_first(head, "subject"))[:1000],
        sent_at=instant(_first(head, "date")),
        references=ids_in(_first(head, "references")),
        in_reply_to=ids_in(_first(head, "in-reply-to"))[:5],
        labels=_labels(head, bounce=bounce),
        bounce=bounce,
        list_address=_list_address(head),
        about=told_by_report(raw) if bounce else None,
    )


def _first(head: dict[str, list[str]], name: str) -> str:
    return head.get(name, [""])[0]


def _digest(raw: bytes, head: dict[str, list[str]]) -> str:
    """Return what tells this mail from another of the same id; what servers add on its way is no part of it."""
    said = [_first(head, name).strip().encode("utf-8", "surrogateescape") for name in ("from", "date", "subject", "to")]
    return digest_of([*(b" ".join(one.split()) for one in said), _body_of(raw)[:_DIGESTED].strip()])


def _head_of(raw: bytes) -> bytes:
    return raw[: len(raw) - len(_body_of(raw))]


def _body_of(raw: bytes) -> bytes:
    found = re.search(rb"\r?\n\r?\n", raw)
    return raw[found.end() :] if found else b""


def _is_bounce(head: dict[str, list[str]], sender: Address | None) -> bool:
    if sender is not None and sender.address.partition("@")[0].lower() in _ROBOTS:
        return True
    kind = _first(head, "content-type").lower()
    return "multipart/report" in kind and "delivery-status" in kind


def _labels(head: dict[str, list[str]], *, bounce: bool) -> tuple[str, ...]:
    precedence = _first(head, "precedence").strip().lower()
    submitted = _first(head, "auto-submitted").partition(";")[0].strip().lower()
    automatic = (
        bounce
        or submitted not in {"", "no"}
        or precedence in {"bulk", "junk", "auto_reply"}
        or "x-autoreply" in head
        or "x-autorespond" in head
        or _first(head, "return-path").strip() == "<>"
    )
    listed = "list-id" in head or "list-post" in head or precedence == "list"
    return (*((AUTOMATIC,) if automatic else ()), *((LIST,) if listed else ()))


def _list_address(head: dict[str, list[str]]) -> str:
    found = re.search(r"mailto:([^?>\s]{3,320})", header_text(_first(head, "list-post")))
    return found[1].lower() if found else ""
