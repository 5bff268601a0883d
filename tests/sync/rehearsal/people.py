"""Messages and manifests in one line each."""

from __future__ import annotations

from cminbox.domain.message import Kind, Message, Person
from cminbox.domain.network import Capability, Manifest, TextLimit, Unit

NOW = 1_790_000_000_000
SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

LIMITS = (TextLimit(Unit.CODE_POINTS, 500),)


def wrote(  # noqa: PLR0913 - the parts of a message
    remote_id: str,
    *,
    at: int = NOW,
    by: str = "ana",
    text: str | None = None,
    kind: Kind = Kind.COMMENT,
    parent: str | None = None,
    post: str | None = None,
    conversation: str | None = None,
    ours: bool = False,
    edited_at: int | None = None,
) -> Message:
    """Return a message; its text names it unless given."""
    return Message(
        remote_id,
        kind,
        Person(f"id-of-{by}", by, by.title()),
        f"text of {remote_id}" if text is None else text,
        at,
        conversation=conversation,
        parent=parent,
        post=post,
        ours=ours,
        edited_at=edited_at,
    )


def manifest(
    *capabilities: Capability,
    name: str = "scripted",
    idempotent_for: int = 0,
    window: int | None = None,
) -> Manifest:
    """Return the manifest of a network that can reply, and whatever else is named. Lengths are seconds."""
    return Manifest(
        name=name,
        title="Scripted",
        short="SC",
        documentation="https://scripted.example/api",
        api_version="1",
        api_ends=None,
        capabilities=frozenset({Capability.COMMENTS, Capability.DMS, Capability.REPLY, *capabilities}),
        limits={Kind.COMMENT: LIMITS, Kind.DM: LIMITS},
        windows={} if window is None else {Kind.COMMENT: window},
        idempotent_for={Kind.COMMENT: idempotent_for} if idempotent_for else {},
    )
