"""The parts of a mail, from its bytes or from what the server says of its structure, and which of them are its text."""

from __future__ import annotations

import quopri
import re
from dataclasses import dataclass, field
from email.message import Message as Mime
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Attachment, AttachmentKind
from cminbox.domain.text import safe
from cminbox.network_kit.text import html_to_text, plain
from cminbox.networks.email.words import decoded, from_base64, header_text

if TYPE_CHECKING:
    from collections.abc import Sequence

DEEPEST = 12
MOST_PARTS = 200
MOST_TEXTS = 20
MOST_ATTACHMENTS = 50
_LONGEST_NAME = 200
_LONGEST_TYPE_HEADER = 2_000
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,100}", re.ASCII)
_KINDS = {"image": AttachmentKind.IMAGE, "video": AttachmentKind.VIDEO, "audio": AttachmentKind.AUDIO}


@dataclass(frozen=True, slots=True)
class Part:
    """One part. `content` is None where it has to be fetched as `section` first; `encoding` is what it is still in."""

    type: str
    charset: str = ""
    encoding: str = ""
    name: str = ""
    attached: bool = False
    section: str = ""
    content: bytes | None = None
    children: tuple[Part, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether it is words to be read where they stand."""
        return self.type in {"text/plain", "text/html", "text/enriched"} and not self.attached


@dataclass(slots=True)
class Chosen:
    """What of a mail is its text, and what only came with it."""

    texts: list[Part] = field(default_factory=list)
    others: list[Part] = field(default_factory=list)


def of_mime(mime: Mime, depth: int = 0) -> Part:
    """Return the parts of a mail that was read as a whole."""
    head = _Head(mime)
    payload: Any = mime.get_payload()
    if isinstance(payload, list):
        inside = () if depth >= DEEPEST else tuple(of_mime(one, depth + 1) for one in payload[:MOST_PARTS])
        if head.type == "message/rfc822":
            return Part(head.type, name=_subject_of(payload) or head.name, attached=True)
        return Part(head.type, name=head.name, attached=head.attached, children=inside)
    # Decoded by the parser, which knows how far each encoding can be trusted; words are not yet made of it.
    content = bytes(mime.get_payload(decode=True) or b"")
    return Part(head.type, head.charset, "", head.name, head.attached, content=content)


def of_structure(body: Any, section: str = "", depth: int = 0) -> Part:  # noqa: ANN401 - nested tuples of a server
    """Return the parts that a BODYSTRUCTURE tells of. Raises ValueError, TypeError or IndexError for what is none."""
    if isinstance(body[0], list):
        kind = f"multipart/{_ascii(body[1]).lower()}"
        below = body[0][:MOST_PARTS] if depth < DEEPEST else []
        dotted = f"{section}." if section else ""
        return Part(
            kind,
            children=tuple(of_structure(one, f"{dotted}{number}", depth + 1) for number, one in enumerate(below, 1)),
        )
    kind = f"{_ascii(body[0])}/{_ascii(body[1])}".lower()
    parameters = _pairs(body[2])
    disposition = next((one for one in body[7:] if _is_disposition(one)), None)
    extra = {} if disposition is None else _pairs(disposition[1])
    attached = disposition is not None and _ascii(disposition[0]).lower() == "attachment"
    name = extra.get("filename") or parameters.get("name") or ""
    return Part(
        kind,
        parameters.get("charset", ""),
        _ascii(body[5]).lower(),
        _bare_name(name),
        attached or kind.startswith("message/"),
        section or "1",
    )


def _is_disposition(value: object) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) > 1
        and isinstance(value[0], bytes)
        and value[0].lower() in {b"attachment", b"inline"}
    )


def _pairs(value: object) -> dict[str, str]:
    items = value if isinstance(value, tuple) else ()
    pairs = zip(items[::2], items[1::2], strict=False)
    return {_ascii(key).lower(): _ascii(word) for key, word in pairs if not isinstance(word, tuple)}


def _ascii(value: object) -> str:
    if isinstance(value, bytes):
        return value[:_LONGEST_TYPE_HEADER].decode("utf-8", "replace")
    return "" if value is None else str(value)[:_LONGEST_TYPE_HEADER]


class _Head:
    """What a part's own header says of it."""

    def __init__(self, mime: Mime) -> None:
        raw: dict[str, str] = {}
        for name, value in mime.raw_items():
            # The first one counts, as it does for whoever filters mail.
            raw.setdefault(name.lower(), str(value)[:_LONGEST_TYPE_HEADER])
        bounded = Mime()
        for name in ("content-type", "content-disposition"):
            if name in raw:
                bounded[name] = raw[name].encode("ascii", "replace").decode()
        said = bounded.get_content_type() if "content-type" in raw else mime.get_default_type()
        # A part inside a digest is a whole mail unless it says otherwise, which get_content_type would not know.
        self.type = said if _TYPE.fullmatch(said) else "application/octet-stream"
        self.charset = _parameter(bounded, "charset", "content-type")
        self.name = _bare_name(
            _parameter(bounded, "filename", "content-disposition") or _parameter(bounded, "name", "content-type"),
        )
        self.attached = raw.get("content-disposition", "").strip().lower().startswith("attachment")


def _parameter(mime: Mime, name: str, header: str) -> str:
    try:
        value = mime.get_param(name, "", header)
        if isinstance(value, tuple):
            value = value[2].encode("latin-1", "replace").decode(value[0] or "ascii", "replace")
    except (ValueError, LookupError, TypeError, IndexError):
        return ""
    return str(value)


def _bare_name(name: str) -> str:
    """Return a file's name for people alone: no folder, nothing that steers a terminal."""
    last = header_text(name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    return safe(last, limit=_LONGEST_NAME)


def _subject_of(payload: Sequence[Any]) -> str:
    inner = payload[0] if payload and isinstance(payload[0], Mime) else None
    subject = next((str(value) for name, value in inner.raw_items() if name.lower() == "subject"), "") if inner else ""
    return safe(header_text(subject), limit=_LONGEST_NAME)


def choose(part: Part) -> Chosen:
    """Return which parts are the text: of alternatives the plain one where it says anything, never an attachment."""
    chosen = Chosen()
    _choose(part, chosen)
    del chosen.texts[MOST_TEXTS:], chosen.others[MOST_ATTACHMENTS:]
    return chosen


def _choose(part: Part, chosen: Chosen) -> None:
    if part.type == "multipart/alternative":
        _best(part, chosen)
    elif part.children:
        for child in part.children:
            _choose(child, chosen)
    elif part.is_text:
        chosen.texts.append(part)
    elif not part.type.startswith("multipart/"):
        chosen.others.append(part)


def _best(part: Part, chosen: Chosen) -> None:
    """Take one of several forms of the same words."""
    tried = [choose(child) for child in part.children]
    plain_ones = [one for one in tried if one.texts and all(text.type == "text/plain" for text in one.texts)]
    said = [one for one in plain_ones if any(text.content is None or text_of(text) for text in one.texts)]
    others = [one for one in tried if one.texts and one not in plain_ones]
    best = next(iter([*said, *others, *plain_ones]), None)
    if best is not None:
        chosen.texts += best.texts
    for one in tried:
        chosen.others += one.others


def text_of(part: Part) -> str:
    """Return the words of a part whose content is there."""
    content = part.content or b""
    if part.encoding == "base64":
        content = from_base64(content)
    elif part.encoding == "quoted-printable":
        content = quopri.decodestring(content)
    text = decoded(content, part.charset)
    return html_to_text(text) if part.type == "text/html" else plain(text)


def attachments_of(chosen: Chosen) -> tuple[Attachment, ...]:
    """Return what came with a mail by its names. Nothing of it is ever fetched."""
    return tuple(
        Attachment(_KINDS.get(one.type.partition("/")[0], AttachmentKind.FILE), "", one.name or one.type)
        for one in chosen.others
    )
