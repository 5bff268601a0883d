"""What comes with a post: images, videos, link cards and quoted posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cminbox.domain.message import Attachment, AttachmentKind
from cminbox.network_kit.reading import Reader, Shape
from cminbox.network_kit.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

_IMAGES = "https://cdn.bsky.app/img/feed_fullsize/plain/{did}/{cid}@jpeg"
_VIDEOS = "https://video.bsky.app/watch/{did}/{cid}/playlist.m3u8"
_MOST = 10


def attachments_of(record: Reader, did: str) -> tuple[Attachment, ...]:
    """Return what is embedded in a record by `did`; an embed that cannot be read is left out, the text lives on."""
    found: list[Attachment] = []
    for part in _parts(record.raw("embed")):
        try:
            found.extend(_of_part(Reader(part, "embed"), did))
        except Shape:
            continue
    return tuple(found[:_MOST])


def quoted_in(record: Reader) -> tuple[str, ...]:
    """Return the addresses of what a post quotes."""
    found = [part.get("record") for part in _parts(record.raw("embed"))]
    return tuple(quoted["uri"] for quoted in found if isinstance(quoted, dict) and isinstance(quoted.get("uri"), str))


def _parts(embed: object) -> Iterator[dict[str, Any]]:
    """Give the embeds of a post: one, or media together with a quoted post."""
    if not isinstance(embed, dict):
        return
    if embed.get("$type") == "app.bsky.embed.recordWithMedia":
        nested = (embed.get("media"), embed.get("record"))
        yield from (part for part in nested if isinstance(part, dict))
    else:
        yield embed


def _of_part(part: Reader, did: str) -> Iterator[Attachment]:
    if part.has("images"):
        for item in part.items("images"):
            image = Reader(item, "embed.images")
            yield Attachment(
                AttachmentKind.IMAGE,
                _IMAGES.format(did=quote(did, safe=":"), cid=_blob(image.object("image"))),
                alt=plain(image.text("alt", "")),
            )
    elif part.has("video"):
        url = _VIDEOS.format(did=quote(did, safe=""), cid=_blob(part.object("video")))
        yield Attachment(AttachmentKind.VIDEO, url, alt=plain(part.text("alt", "")))
    elif part.has("external"):
        card = part.object("external")
        url = card.text("uri")
        if url.startswith(("https://", "http://")):
            yield Attachment(AttachmentKind.LINK, plain(url), name=plain(card.text("title", "")))
    elif part.has("record"):
        yield from _quoted(part.object("record"))


def _quoted(record: Reader) -> Iterator[Attachment]:
    uri = record.identifier("uri")
    owner, collection, rkey = [*uri.removeprefix("at://").split("/"), "", ""][:3]
    if collection == "app.bsky.feed.post" and rkey:
        url = f"https://bsky.app/profile/{quote(owner, safe=':')}/post/{quote(rkey, safe='')}"
        yield Attachment(AttachmentKind.LINK, url)


def _blob(blob: Reader) -> str:
    return quote(blob.object("ref").identifier("$link"), safe="")
