"""What to do about a reply of which nobody knows whether it was published: look, wait, look again, and never guess.

A reply is in doubt when the process died while sending it, or when the network gave no readable answer. Where the
network can be asked for what we published, it is asked, several times: lists of one's own posts lag behind. Only
a network that recognises the send key gets the reply again, only within the key's life, and only after looking. All
else is left to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cminbox.domain.message import Kind
    from cminbox.domain.network import Manifest

LOOKS = (2.0, 8.0, 20.0, 45.0, 90.0)
"""When a reply is looked for, in seconds after the attempt began."""
KEY_MARGIN = 120.0
"""A send key is not trusted during the last seconds of its life: two clocks never agree."""
MOST_DOUBTS = 4
"""After so many attempts without a clear outcome a person has to look, key or not."""


class Next(Enum):
    """What becomes of a reply in doubt that was not found."""

    LOOK_AGAIN = auto()
    SEND_AGAIN = auto()
    ASK_A_PERSON = auto()


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is known of a reply in doubt.

    `since` is when the first unclear attempt began, `tried_at` the newest one (UTC milliseconds), `times` how many
    attempts were unclear.
    """

    since: int
    tried_at: int
    times: int
    kind: Kind


def first_look(tried_at: int, now: int) -> int:
    """Return when a reply is first looked for after an attempt that began at `tried_at` (UTC milliseconds)."""
    return next_look(tried_at, now) or now


def next_look(tried_at: int, now: int) -> int | None:
    """Return when a reply is looked for next, None when it was looked for long enough. All UTC milliseconds."""
    waited = (now - tried_at) / 1000
    if waited < 0:
        # The clock went back: start the waiting anew.
        return now + round(LOOKS[0] * 1000)
    return next((tried_at + round(after * 1000) for after in LOOKS if after > waited), None)


def recognised(manifest: Manifest, kind: Kind, since: int, now: int) -> bool:
    """Whether the network still recognises the send key of a reply whose first unclear attempt began at `since`.

    `now` and `since` are UTC milliseconds.
    """
    life = manifest.idempotent_for.get(kind, 0)
    return 0 <= (now - since) / 1000 < life - KEY_MARGIN


def after_not_found(doubt: Doubt, manifest: Manifest, *, can_look: bool, now: int) -> Next:
    """Return what to do about a reply that was not found, or that cannot be looked for (`can_look` false).

    `now` is UTC milliseconds.
    """
    if can_look and next_look(doubt.tried_at, now) is not None:
        return Next.LOOK_AGAIN
    if doubt.times < MOST_DOUBTS and recognised(manifest, doubt.kind, doubt.since, now):
        return Next.SEND_AGAIN
    return Next.ASK_A_PERSON
