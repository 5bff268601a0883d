"""Workspaces with a queue in them: always the same one, one of any length, or none at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.domain.account import Health, HealthState
from cminbox.domain.message import Attachment, AttachmentKind, Kind, Message, Person
from cminbox.domain.network import Capability, Manifest, TextLimit, Unit
from cminbox.store.ingest import Delivery, Ingest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cminbox.inbox.workspace import Workspace

MINUTE = 60_000
HOUR = 60 * MINUTE


ALL_KINDS = (Kind.COMMENT, Kind.MENTION, Kind.DM, Kind.REVIEW)
ACTS = frozenset(
    {
        Capability.LIKE,
        Capability.UNLIKE,
        Capability.BOOST,
        Capability.UNBOOST,
        Capability.HIDE,
        Capability.UNHIDE,
        Capability.DELETE,
        Capability.BLOCK,
        Capability.MUTE,
        Capability.REPORT,
    }
)


def manifest(name: str, short: str, *, maximum: int = 500, acts: bool = True) -> Manifest:
    """Return the facts of a network that exists only here; where nobody `acts`, one can only reply."""
    can = {Capability.COMMENTS, Capability.MENTIONS, Capability.DMS, Capability.REPLY, Capability.THREAD}
    return Manifest(
        name=name,
        title=name.capitalize(),
        short=short,
        documentation="https://example.org/docs",
        api_version="1",
        api_ends=None,
        capabilities=frozenset(can | ACTS if acts else can),
        limits=dict.fromkeys(ALL_KINDS, (TextLimit(Unit.CODE_POINTS, maximum),)),
        missing={} if acts else dict.fromkeys(ACTS, "its API has no such call"),
    )


@dataclass(frozen=True, slots=True)
class Said:
    """One conversation of the scenery: who, what kind, how long ago, what."""

    account: str
    handle: str
    name: str
    kind: Kind
    minutes: int
    text: str
    before: Sequence[tuple[bool, str]] = ()
    """What was said before it: whether it was ours, and the text."""
    attachment: Attachment | None = None


CAST: tuple[Said, ...] = (
    Said(
        "brand", "ana", "Ana Lopez", Kind.MENTION, 132, "Where is my order? It has been two weeks and no one answers."
    ),
    Said("sky", "joe.sky.example", "Joe", Kind.MENTION, 116, "love this, does it ship to Spain?"),
    Said(
        "brand",
        "sam",
        "Sam O'Neill",
        Kind.DM,
        29,
        "how do I reset my password? The link in the mail leads nowhere.",
        ((False, "Hello, I cannot sign in"), (True, "Hello Sam, have you tried the link in our mail?")),
    ),
    Said("brand", "zoé", "Zoé Lefèvre", Kind.COMMENT, 20, "Merci pour tout, la livraison était parfaite ❤️"),
    Said("sky", "kenji", "健二", Kind.MENTION, 18, "この商品はいつ再入荷しますか"),
    Said("sky", "mira.example", "Mira", Kind.DM, 10, "My parcel arrived broken. What now?"),
    Said("brand", "pierre", "Pierre", Kind.COMMENT, 9, "À quelle heure ouvrez-vous le samedi ?"),
    Said(
        "brand",
        "lea",
        "Léa",
        Kind.COMMENT,
        7,
        "Look at this, is it meant to be so?",
        attachment=Attachment(AttachmentKind.IMAGE, "https://example.org/1.png", "1.png", "a cracked cup"),
    ),
    Said("sky", "tom", "Tom", Kind.REVIEW, 6, "Four stars: great cups, slow delivery."),
    Said("brand", "nora", "Nora", Kind.MENTION, 3, "Are you at the fair in Lyon next week?"),
    Said("sky", "ida", "Ida", Kind.DM, 2, "Do you deliver to Iceland? I would like twelve of the blue cups."),
    Said("brand", "max", "Max", Kind.COMMENT, 1, "first!"),
)


def messages(said: Said, now: int) -> list[Message]:
    """Return a conversation of the scenery as its network would tell it."""
    person = Person(f"p-{said.handle}", said.handle, said.name)
    us = Person("us", said.account, "Brand")
    start = now - said.minutes * MINUTE
    key = f"{said.account}-{said.handle}"
    parts = (*said.before, (False, said.text))
    return [
        Message(
            remote_id=f"{key}-{start}-{index}",
            kind=said.kind,
            author=us if ours else person,
            text=text,
            created_at=start - (len(parts) - 1 - index) * 3 * MINUTE,
            conversation=key,
            ours=ours,
            permalink=f"https://example.org/{key}/{index}",
            attachments=(said.attachment,) if said.attachment is not None and index == len(parts) - 1 else (),
            rating=4 if said.kind is Kind.REVIEW else None,
        )
        for index, (ours, text) in enumerate(parts)
    ]


def connect(workspace: Workspace) -> dict[str, int]:
    """Connect two accounts, each on a network of its own; return their ids by name."""
    ids = {}
    for name, facts, handle in (
        ("brand", manifest("mastodon", "Ma"), "brand@social.example"),
        ("sky", manifest("bluesky", "Bs", maximum=300, acts=False), "brand.example"),
    ):
        ids[name] = workspace.accounts.add(name, facts, {}, handle=handle, agent="setup", now=workspace.now())
        health = Health(HealthState.OK, last_complete_fetch=None)
        workspace.accounts.set_health(ids[name], health, next_fetch_at=0)
    return ids


def deliver(workspace: Workspace, account_id: int, found: Iterable[Message]) -> None:
    """Store messages as the syncing process does."""
    Ingest(workspace.database).take(Delivery(account_id, list(found), workspace.now()))


def furnish(workspace: Workspace, cast: Sequence[Said] = CAST) -> dict[str, int]:
    """Connect the accounts and let everybody speak; return the accounts' ids."""
    ids = connect(workspace)
    for said in cast:
        deliver(workspace, ids[said.account], messages(said, workspace.now()))
    return ids


def arrive(workspace: Workspace, handle: str = "newcomer", text: str = "I have just come") -> None:
    """Let a direct message come in now."""
    said = Said("brand", handle, handle, Kind.DM, 0, text)
    deliver(workspace, workspace.accounts.get("brand").id, messages(said, workspace.now()))


def crowd(workspace: Workspace, count: int) -> None:
    """Connect the accounts and fill the queue with `count` conversations of one message each, a few of them late."""
    ids = connect(workspace)
    apart = min(7_000, 70 * MINUTE / count)
    words = ("order", "parcel", "cup", "delivery", "opening", "refund", "colour", "thanks", "broken", "late")
    batch: list[Message] = []
    for number in range(count):
        name = f"user{number:07}"
        text = " ".join(words[(number * step + step) % len(words)] for step in range(1, 4 + number % 12))
        kind = ALL_KINDS[number % 3]
        created = round(workspace.now() - 5 * MINUTE - (count - number) * apart)
        batch.append(Message(f"m{number}", kind, Person(name, name, name), text, created, conversation=f"c{number}"))
        if len(batch) == 500 or number == count - 1:
            deliver(workspace, ids["brand"], batch)
            batch = []
