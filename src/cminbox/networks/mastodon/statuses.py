"""A status as the API gives it, turned into a message."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.domain.message import Attachment, AttachmentKind, Kind, Message, Person
from cminbox.domain.network import Capability
from cminbox.network_kit.reading import Reader, Shape
from cminbox.network_kit.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DIRECT = "direct"
_FOR_EVERYBODY = frozenset({"public", "unlisted"})
_KINDS: Mapping[str, AttachmentKind] = {
    "image": AttachmentKind.IMAGE,
    "gifv": AttachmentKind.VIDEO,
    "video": AttachmentKind.VIDEO,
    "audio": AttachmentKind.AUDIO,
}
_MOST_ATTACHMENTS = 40
_MOST_MENTIONS = 200


@dataclass(frozen=True, slots=True)
class Status:
    """The parts of a status that decide where it belongs, read and checked. The rest is read by `to_message`."""

    id: str
    author: str
    acct: str
    visibility: str
    parent: str | None
    parent_author: str | None
    mentions: tuple[tuple[str, str], ...]
    """(account id, handle) of everybody whom it addresses."""
    created_at: int
    source: Reader
    boosts: bool = False

    @property
    def direct(self) -> bool:
        """Whether only the people whom it names can read it."""
        return self.visibility == DIRECT

    @property
    def for_everybody(self) -> bool:
        """Whether anybody may read it."""
        return self.visibility in _FOR_EVERYBODY

    def exchange(self, me: str) -> str:
        """Return the key of the private exchange that a direct status belongs to: the others who take part."""
        return exchange_of({self.author, *(identifier for identifier, _ in self.mentions)} - {me})


@dataclass(frozen=True, slots=True)
class Place:
    """What a public status is to us: its kind, and the post of ours that it stands under."""

    kind: Kind
    post: str | None = None


def read_status(data: object) -> Status:
    """Read a status. Raises Shape when it lacks what nothing can be done without."""
    source = Reader(data, "status")
    account = source.object("account")
    return Status(
        id=source.identifier("id"),
        author=account.identifier("id"),
        acct=account.text("acct", ""),
        visibility=source.text("visibility", "public"),
        parent=source.maybe_identifier("in_reply_to_id"),
        parent_author=source.maybe_identifier("in_reply_to_account_id"),
        mentions=tuple(_mentions(source)),
        created_at=source.instant("created_at"),
        source=source,
        boosts=source.has("reblog"),
    )


def exchange_of(people: Iterable[str]) -> str:
    """Return the key of the private exchange with these people, given by their ids."""
    return "dm:" + ",".join(sorted(people))


def to_message(status: Status, me: str, place: Place) -> Message:
    """Return a status as a message. Raises Shape."""
    source = status.source
    direct = status.direct
    return Message(
        remote_id=status.id,
        kind=Kind.DM if direct else place.kind,
        author=read_person(source.object("account")),
        text=_text(source),
        created_at=status.created_at,
        conversation=status.exchange(me) if direct else None,
        parent=status.parent,
        post=None if direct else place.post,
        ours=status.author == me,
        permalink=_link(source, "url") or _link(source, "uri"),
        attachments=tuple(_attachments(source)),
        lang=source.text("language", "")[:20] or None,
        edited_at=source.maybe_instant("edited_at"),
        barred=() if direct or status.for_everybody else (Capability.BOOST,),
    )


def read_person(account: Reader) -> Person:
    """Return the author that an account stands for. Raises Shape."""
    handle = account.text("acct", "") or account.text("username")
    return Person(
        remote_id=account.identifier("id"),
        handle=plain(handle).lstrip("@"),
        name=plain(account.text("display_name", "")),
        followers=account.number("followers_count") if account.has("followers_count") else None,
    )


def mark(message: Message) -> int:
    """Return a figure that changes when a message is edited, also on servers that do not tell when."""
    return zlib.crc32(f"{message.edited_at}|{len(message.attachments)}|{message.text}".encode())


def _text(source: Reader) -> str:
    """Return the words, below their content warning when there is one."""
    words = source.html("content", "")
    warning = plain(source.text("spoiler_text", ""))
    return f"{warning}\n\n{words}".strip() if warning else words


def _mentions(source: Reader) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for data in source.items("mentions")[:_MOST_MENTIONS]:
        mention = Reader(data, "status.mentions")
        found.append((mention.identifier("id"), mention.text("acct", "")))
    return found


def _attachments(source: Reader) -> list[Attachment]:
    found: list[Attachment] = []
    for data in source.items("media_attachments")[:_MOST_ATTACHMENTS]:
        try:
            media = Reader(data, "status.media_attachments")
            url = _link(media, "url") or _link(media, "remote_url") or _link(media, "preview_url")
            kind = _KINDS.get(media.text("type", ""), AttachmentKind.FILE)
            alt = plain(media.text("description", ""))
        except Shape:
            # A file that cannot be described does not take its message with it.
            continue
        if url is not None:
            found.append(Attachment(kind, url, alt=alt))
    return found


def _link(source: Reader, key: str) -> str | None:
    value = plain(source.text(key, ""))
    return value if value.startswith(("https://", "http://")) else None
