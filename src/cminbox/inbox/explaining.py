"""Why an answer is due when it is due: the policy, the hours and the pauses that gave a due time, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.value import dataclass
from cminbox.sla.faults import NeverOpenError
from cminbox.store.conversations import missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cminbox.domain.conversation import QueueRow, Status
    from cminbox.inbox.workspace import Workspace
    from cminbox.sla.replay import Span
    from cminbox.store.conversations import Event
    from cminbox.store.targets import TargetNow

__all__ = ["Explained", "Explanation", "Part", "explain"]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of time. Instants are UTC milliseconds, `counted` milliseconds of business time.

    `paused_in` is the status in which the clock stood still, None where it ran. `to_come` says that it lies before us:
    so the clock will run if nothing else happens.
    """

    start: int
    end: int
    counted: int
    paused_in: Status | None = None
    to_come: bool = False


@dataclass(frozen=True, slots=True)
class Explained:
    """One clock with the parts of its time in order. Time that counts for nothing is in no part."""

    clock: TargetNow
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that gave a conversation's due times."""

    row: QueueRow
    policy: Mapping[str, Any] | None
    """The policy that holds now, in its plain form."""
    changes: Sequence[Event]
    """When another policy came into force, with the names before and after."""
    clocks: Sequence[Explained]


def explain(workspace: Workspace, conversation_id: int) -> Explanation:
    """Return why the clocks of a conversation stand as they do. Raises NotFound."""
    now = workspace.now()
    row = workspace.queue.row(conversation_id, now=now)
    if row is None:
        raise missing(conversation_id)
    clocks = workspace.targets.of_conversation(row.id, now=now)
    return Explanation(
        row,
        workspace.targets.policy(row.id),
        [event for event in workspace.conversations.events(row.id) if event.what == "policy"],
        [Explained(clock, [*_past(clock.course.spans), *_to_come(clock, now)]) for clock in clocks],
    )


def _past(spans: Sequence[Span]) -> Iterator[Part]:
    """Yield the working hours that were counted and the pauses; neighbours of a kind are one part."""
    held: Part | None = None
    for part in (part for span in spans for part in _parts(span)):
        if held is not None and held.end == part.start and held.paused_in == part.paused_in:
            held = Part(held.start, part.end, held.counted + part.counted, held.paused_in)
            continue
        if held is not None:
            yield held
        held = part
    if held is not None:
        yield held


def _parts(span: Span) -> list[Part]:
    if span.paused_in is not None:
        return [Part(span.start, span.end, 0, span.paused_in)]
    calendar = span.policy.calendar
    opened = [(span.start, span.end)] if calendar is None else calendar.periods(span.start, span.end)
    return [Part(start, end, end - start) for start, end in opened]


def _to_come(clock: TargetNow, now: int) -> list[Part]:
    """Return the working hours from now until the clock is due."""
    due, calendar = clock.reading.due, clock.course.calendar
    if due is None or due <= now:
        return []
    try:
        opened = [(now, due)] if calendar is None else calendar.periods(now, due)
    except NeverOpenError:
        return []
    return [Part(start, end, end - start, to_come=True) for start, end in opened]
