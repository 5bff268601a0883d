"""The response-time policies that hold until others are set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
PAUSE: Mapping[str, tuple[str, ...]] = {Target.RESOLUTION.value: ("pending", "snoozed")}
"""Reply targets never pause: whoever waits for us waits on, wherever we have put him."""


def definitions(schedule: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return one policy per kind of conversation, all with the workspace's schedule, None for around the clock."""
    return [
        {
            "name": kind.value,
            "match": {"kind": [kind.value]},
            "targets": {Target.FRT.value: seconds, Target.NRT.value: seconds},
            "pause": {target: list(statuses) for target, statuses in PAUSE.items()},
            "schedule": schedule,
        }
        for kind, seconds in RESPONSE_SECONDS.items()
    ]
