"""What people write to a brand, and what the brand wrote back."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from cminbox.domain.value import dataclass


class Kind(StrEnum):
    """The kind of a conversation, and of the message that opened it."""

    COMMENT = "comment"
    MENTION = "mention"
    DM = "dm"
    REVIEW = "review"

    @property
    def public(self) -> bool:
        """Whether strangers can read an answer to it."""
        return self is not Kind.DM


class AttachmentKind(StrEnum):
    """What an attachment is, as far as a terminal cares."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that came with a message. Its content is never fetched by itself."""

    kind: AttachmentKind
    url: str
    name: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """An author on one network. `remote_id` is that network's own opaque id; `handle` has no leading @."""

    remote_id: str
    handle: str
    name: str = ""
    followers: int | None = None


HELD = "held"
SPAM = "spam"
AUTOMATIC = "automatic"
LIST = "list"
LABELS = (HELD, SPAM, AUTOMATIC, LIST)
"""What a network can say of a message's standing: it waits for our approval, the network takes it for spam.

No person wrote it (an absence notice, a delivery report); it came through a mailing list. Neither is to be answered by
itself.
"""

PRIVATELY = "reply_private"
"""To answer a public message in private, among the acts that a network can bar at a message."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing written, inbound or ours, as a network told it. Times are UTC milliseconds.

    `conversation` is the network's own key of the exchange (a DM partner, a mention thread, a review) where it has
    one; None leaves it to the chain of parents: a message joins its parent's conversation, and starts one of its
    own when it has no parent or when its parent is `post`, the brand's post under which it was written.
    `created_at` is the network's claim of when it was written. `text` is plain: no markup. `labels`, out of LABELS,
    become tags of the conversation; an empty tuple takes them away, None says nothing. `barred` are the acts that the
    network does not let this account do with this message, out of the values of `Capability` and PRIVATELY; an empty
    tuple takes them away, None says nothing.
    """

    remote_id: str
    kind: Kind
    author: Person
    text: str
    created_at: int
    conversation: str | None = None
    parent: str | None = None
    post: str | None = None
    ours: bool = False
    permalink: str | None = None
    attachments: tuple[Attachment, ...] = field(default=())
    rating: int | None = None
    lang: str | None = None
    edited_at: int | None = None
    labels: tuple[str, ...] | None = None
    barred: tuple[str, ...] | None = None
