"""Private messages as X shows them, and the messages that they become. Encrypted ones are shown to no program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind, Message, Person
from cminbox.network_kit.reading import Reader, Shape
from cminbox.networks.x.account import PERSONAL
from cminbox.networks.x.ids import DM, instant_of, is_id, number_of
from cminbox.networks.x.posts import media_of, spelled_out

if TYPE_CHECKING:
    from cminbox.networks.x.posts import Beside

FIELDS = (
    ("event_types", "MessageCreate"),
    ("dm_event.fields", "attachments,created_at,dm_conversation_id,entities,event_type,id,text"),
    ("expansions", "attachments.media_keys,sender_id"),
    ("user.fields", "id,name,public_metrics,username"),
    ("media.fields", "alt_text,media_key,preview_image_url,type,url"),
)
"""What is asked of every list of private messages."""
FIELDS_OF_ONE = FIELDS[1:]
CREATED = "MessageCreate"
_TWO = 2


def read_event(item: Any, around: Beside, me: str) -> Message | None:  # noqa: ANN401 - foreign JSON
    """Return a private message, None for an event that is none. Raises Shape."""
    event = Reader(item, "dm_event")
    if event.text("event_type", CREATED) != CREATED:
        return None
    identifier = event.identifier("id")
    number_of(identifier, "dm_event.id")
    sender = event.identifier("sender_id")
    created = event.maybe_instant("created_at") or instant_of(identifier)
    if created is None:
        raise Shape("dm_event.created_at", "a time")
    media = media_of(event, around)
    entities = event.raw("entities")
    found = [Reader(entities, "entities")] if isinstance(entities, dict) else []
    return Message(
        remote_id=DM + identifier,
        kind=Kind.DM,
        author=around.people.get(sender) or Person(sender, sender),
        text=spelled_out(event.text("text", ""), found, drop_media=bool(media)),
        created_at=created,
        conversation=key_of(event.text("dm_conversation_id", ""), sender, me),
        ours=sender == me,
        attachments=media,
    )


def key_of(conversation: str, sender: str, me: str) -> str:
    """Return our key of an exchange: the other person where there are two, X's own id for a group. Raises Shape."""
    parts = conversation.split("-")
    if len(parts) == _TWO and me in parts and all(is_id(part) for part in parts):
        return PERSONAL + parts[1 if parts[0] == me else 0]
    if conversation:
        return conversation
    if sender != me:
        return PERSONAL + sender
    raise Shape("dm_event.dm_conversation_id", "an id")


def path_of(key: str) -> str:
    """Return the address of an exchange by our key of it. Raises Shape for what is none."""
    partner = key.removeprefix(PERSONAL)
    if partner != key:
        number_of(partner, "participant_id")
        return f"/dm_conversations/with/{partner}"
    if not key or not key.isascii() or not key.replace("-", "").isalnum():
        raise Shape("dm_conversation_id", "an id")
    return f"/dm_conversations/{key}"
