"""The response-time targets that hold until a policy is set, around the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.conversation import Target
from cminbox.domain.message import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

HOUR = 3600
RESPONSE_SECONDS: Mapping[Kind, int] = {
    Kind.DM: 1 * HOUR,
    Kind.MENTION: 2 * HOUR,
    Kind.COMMENT: 4 * HOUR,
    Kind.REVIEW: 24 * HOUR,
}
"""First and next response alike."""


def due(kind: Kind, waiting_since: int) -> int:
    """Return when an answer is due (UTC milliseconds) to a message that has waited since `waiting_since`."""
    return waiting_since + RESPONSE_SECONDS[kind] * 1000


def running_target(*, answered_before: bool) -> Target:
    """Return which clock runs: the first response until there has been one, then the next response."""
    return Target.NRT if answered_before else Target.FRT
