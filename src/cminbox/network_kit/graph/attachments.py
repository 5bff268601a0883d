"""What came with a post, a comment or a private message, in the forms in which Meta gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Attachment, AttachmentKind
from cminbox.network_kit.reading import Reader, Shape
from cminbox.network_kit.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS = {
    "photo": AttachmentKind.IMAGE,
    "album": AttachmentKind.IMAGE,
    "sticker": AttachmentKind.IMAGE,
    "animated_image_share": AttachmentKind.IMAGE,
    "video": AttachmentKind.VIDEO,
    "video_inline": AttachmentKind.VIDEO,
    "audio": AttachmentKind.AUDIO,
    "image": AttachmentKind.IMAGE,
    "file": AttachmentKind.FILE,
}


def listed(block: Any) -> Iterator[Attachment]:  # noqa: ANN401 - foreign JSON
    """Yield attachments in the three forms in which they come; one that is odd is passed over."""
    items = block.get("data") if isinstance(block, dict) else None
    for item in items if isinstance(items, list) else ():
        try:
            one = Reader(item, "attachment")
            url = _address_of(one)
            if url:
                name = plain(one.text("title", "") or one.text("name", ""))
                yield Attachment(_kind_of(one), url, name)
        except Shape:
            continue


def _kind_of(attachment: Reader) -> AttachmentKind:
    said = attachment.text("media_type", "") or attachment.text("type", "") or attachment.text("mime_type", "")
    return _KINDS.get(said.partition("/")[0], AttachmentKind.FILE if "/" in said else AttachmentKind.LINK)


def _address_of(attachment: Reader) -> str:
    for inner in ("image_data", "video_data"):
        data = attachment.maybe_object(inner)
        if data is not None and data.has("url"):
            return data.text("url")
    return attachment.text("url", "") or attachment.text("file_url", "")
