"""The interchange form: one message as one line of JSON, for import, export and the relay's spool.

{"network": "instagram", "account": "@brand", "kind": "dm", "conversation": "c-1", "remote_id": "m-1", "parent": null,
 "author": {"id": "u1", "handle": "ana", "name": "Ana", "followers": 120}, "text": "...",
 "created_at": "2026-11-20T09:15:00Z", "ours": false, "permalink": null,
 "attachments": [{"kind": "image", "url": "...", "name": "a.jpg", "alt": "..."}], "rating": null, "lang": null}

`network` may be any lower-case name. What is null may be left out; keys that are not known are ignored. Two more keys
are written only where they are set: `post`, the brand's post under which it stands, and `edited_at`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from cminbox.domain.message import Attachment, AttachmentKind, Kind, Message, Person
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.reading import Reader, Shape
from cminbox.network_kit.text import plain

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying

LONGEST_LINE = 1024 * 1024
"""Bytes; a longer line is refused without being parsed."""
_NETWORK = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_LONGEST_NAME = 200
_LONGEST_LANG = 35
_LONGEST_ADDRESS = 2_000
_MOST_ATTACHMENTS = 100
_LARGEST = 2**53
_BEST_RATING = 100
_SHOWN = 200

_E = TypeVar("_E", bound=StrEnum)


class BadLine(Exception):  # noqa: N818 - it says what was found
    """A line that is no message in the interchange form; `saying` is the reason."""

    def __init__(self, saying: Saying) -> None:
        super().__init__(str(saying))
        self.saying = saying


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message with the network and the account that it belongs to."""

    network: str
    account: str
    message: Message


@dataclass(frozen=True, slots=True)
class Deletion:
    """A message that is gone, as a spool folder tells it: `{"remote_id": ..., "deleted": true}`."""

    network: str
    remote_id: str


def parse_line(line: bytes | str) -> Incoming:
    """Return the message that a line holds. Raises BadLine."""
    value = _value(line)
    try:
        names = Reader(value, "message")
        return Incoming(_network(names), _name(names, "account"), message_from_json(value))
    except Shape as shape:
        raise _bad(shape) from None


def parse_spooled(line: bytes | str) -> Incoming | Deletion:
    """Return what a line of a spool folder says: there network and account may be left out. Raises BadLine."""
    value = _value(line)
    try:
        names = Reader(value, "message")
        network = _network(names) if names.has("network") else ""
        if names.flag("deleted"):
            return Deletion(network, names.identifier("remote_id"))
        account = _name(names, "account") if names.has("account") else ""
        return Incoming(network, account, message_from_json(value))
    except Shape as shape:
        raise _bad(shape) from None


def message_from_json(value: object) -> Message:
    """Return a message from its JSON object, its text plain and its names short. Raises Shape."""
    line = Reader(value, "message")
    author = line.object("author")
    author_id = author.identifier("id")
    return Message(
        remote_id=line.identifier("remote_id"),
        kind=_one_of(Kind, line, "kind"),
        author=Person(
            author_id,
            _short(author, "handle").lstrip("@") or author_id[:_LONGEST_NAME],
            _short(author, "name"),
            _count(author, "followers", _LARGEST),
        ),
        text=plain(line.text("text")),
        created_at=line.instant("created_at"),
        conversation=line.maybe_identifier("conversation"),
        parent=line.maybe_identifier("parent"),
        post=line.maybe_identifier("post"),
        ours=line.flag("ours"),
        permalink=_address(line, "permalink") or None,
        attachments=tuple(_attachment(one) for one in line.items("attachments")[:_MOST_ATTACHMENTS]),
        rating=_count(line, "rating", _BEST_RATING),
        lang=_short(line, "lang")[:_LONGEST_LANG] or None,
        edited_at=line.maybe_instant("edited_at"),
    )


def to_form(network: str, account: str, message: Message) -> dict[str, Any]:
    """Return a message in the interchange form; `parse_line` of its JSON gives it back."""
    author = message.author
    form: dict[str, Any] = {
        "network": network,
        "account": account,
        "kind": message.kind.value,
        "conversation": message.conversation,
        "remote_id": message.remote_id,
        "parent": message.parent,
        "author": {
            "id": author.remote_id,
            "handle": author.handle,
            "name": author.name,
            "followers": author.followers,
        },
        "text": message.text,
        "created_at": to_instant(message.created_at),
        "ours": message.ours,
        "permalink": message.permalink,
        "attachments": [
            {"kind": part.kind.value, "url": part.url, "name": part.name, "alt": part.alt}
            for part in message.attachments
        ],
        "rating": message.rating,
        "lang": message.lang,
    }
    if message.post is not None:
        form["post"] = message.post
    if message.edited_at is not None:
        form["edited_at"] = to_instant(message.edited_at)
    return form


def to_instant(at: int) -> str:
    """Return UTC milliseconds as ISO 8601 with Z, in whole seconds where there are no parts of one."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.isoformat(timespec="milliseconds" if at % 1000 else "seconds").replace("+00:00", "Z")


def _value(line: bytes | str) -> object:
    if len(line) > LONGEST_LINE:
        raise BadLine(say("it is longer than {megabytes} MB", megabytes=LONGEST_LINE >> 20))
    try:
        return json.loads(line.decode("utf-8-sig") if isinstance(line, bytes) else line)
    except UnicodeDecodeError:
        raise BadLine(say("it is not UTF-8 text")) from None
    except (ValueError, RecursionError) as error:
        reason = safe(str(error), limit=_SHOWN)
        raise BadLine(say("it is not JSON ({reason})", reason=reason)) from None


def _bad(shape: Shape) -> BadLine:
    return BadLine(say("it has not the documented form: {reason}", reason=safe(str(shape), limit=_SHOWN)))


def _network(line: Reader) -> str:
    network = line.text("network")
    if not _NETWORK.fullmatch(network):
        raise Shape("message.network", "a lower-case name")
    return network


def _name(line: Reader, key: str) -> str:
    name = plain(line.text(key))
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Shape(f"{line.where}.{key}", "a name")
    return name


def _attachment(value: object) -> Attachment:
    one = Reader(value, "message.attachments")
    kind = _one_of(AttachmentKind, one, "kind") if one.has("kind") else AttachmentKind.FILE
    return Attachment(kind, _address(one, "url"), _short(one, "name"), plain(one.text("alt", "")))


def _short(line: Reader, key: str) -> str:
    return " ".join(plain(line.text(key, "")).split())[:_LONGEST_NAME].strip()


def _address(line: Reader, key: str) -> str:
    return plain(line.text(key, ""))[:_LONGEST_ADDRESS]


def _one_of(kind: type[_E], line: Reader, key: str) -> _E:
    try:
        return kind(line.text(key))
    except ValueError:
        raise Shape(f"{line.where}.{key}", f"one of {', '.join(kind)}") from None


def _count(line: Reader, key: str, most: int) -> int | None:
    if not line.has(key):
        return None
    number = line.number(key)
    if not 0 <= number <= most:
        raise Shape(f"{line.where}.{key}", f"a number between 0 and {most}")
    return number
