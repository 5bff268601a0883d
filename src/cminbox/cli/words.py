"""The words for states and kinds, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import N_, NP_, _

if TYPE_CHECKING:
    from enum import StrEnum

_WORDS = {
    # Translators: a conversation (feminine in French) is one of these
    "open": NP_("status", "open"),
    "pending": N_("pending"),
    "snoozed": N_("snoozed"),
    "done": NP_("status", "done"),
    # Translators: a reply (feminine in French) is one of these
    "draft": N_("draft"),
    "held": N_("held"),
    "queued": N_("queued"),
    "sending": N_("being sent"),
    "sent": N_("sent"),
    "refused": N_("refused"),
    "unknown": N_("outcome unknown"),
    "cancelled": N_("cancelled"),
    # Translators: kinds of messages
    "comment": N_("comment"),
    "mention": N_("mention"),
    "dm": N_("direct message"),
    "review": N_("review"),
    # Translators: how an account is doing
    "ok": N_("in order"),
    "new": N_("new"),
    "offline": N_("offline"),
    "rate_limited": N_("slowed down by the network"),
    "sign_in": N_("has to sign in again"),
    "missing_scope": N_("lacks permissions"),
    "unreadable": N_("answers cannot be read"),
    "paused": N_("paused"),
    # Translators: response times
    "frt": N_("first response"),
    "nrt": N_("next response"),
    "resolution": N_("resolution"),
    # Translators: the priority of a conversation
    "low": N_("low"),
    "normal": N_("normal"),
    "high": N_("high"),
    "urgent": N_("urgent"),
}


def word(value: StrEnum) -> str:
    """Return the word for a state or a kind; one that has none stands for itself."""
    return _(_WORDS.get(value.value, value.value))
