"""What the next shift has to know: what waits and is late, who has what, what comes back, what was not sent."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from cminbox.domain.account import HealthState
from cminbox.domain.conversation import Status
from cminbox.domain.filter import Filter
from cminbox.domain.reply import needs_a_person
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import first_line, safe
from cminbox.i18n import dates
from cminbox.i18n.durations import span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cminbox.domain.conversation import QueueRow
    from cminbox.inbox.workspace import Workspace

_NAMED = 10
"""So many conversations are named under each heading; the rest is counted."""
_TEXT, _NAME = 60, 40
_FINE = frozenset({HealthState.OK, HealthState.NEW})


def handover(workspace: Workspace) -> list[Saying]:
    """Return the note line by line; an empty part is left out."""
    now = workspace.now()
    counts = workspace.queue.counts(now=now)
    lines = [
        say("Handover by {agent}, {moment}", agent=safe(workspace.agent.name), moment=_moment(now)),
        say("{waiting} waiting, {late} of them late", waiting=counts.queue, late=counts.late),
    ]
    late = workspace.queue.page(Filter(late=True), limit=_NAMED, now=now)
    lines += _part(say("Late:"), [placed.row for placed in late], counts.late, now)
    mine = workspace.queue.page(Filter(mine=True), limit=_NAMED + 1, now=now)
    lines += _part(say("Assigned to me:"), [placed.row for placed in mine], len(mine), now)
    lines += [*_coming_back(workspace, now), *_not_sent(workspace, now), *_drafts(workspace), *_accounts(workspace)]
    return lines


def _part(title: Saying, rows: Sequence[QueueRow], count: int, now: int) -> Iterator[Saying]:
    if not rows:
        return
    yield title
    for row in rows[:_NAMED]:
        yield _named(row, now)
    if count > _NAMED:
        yield say("  … and more")


def _named(row: QueueRow, now: int) -> Saying:
    values = {"id": row.id, "person": _person(row), "text": first_line(row.text, _TEXT), "network": safe(row.network)}
    if row.waiting_since is None:
        return say("  {id} {person} ({network}): {text}", **values)
    waited = span(max(0, now - row.waiting_since) / 1000)
    return say("  {id} {person} ({network}), waiting for {time}: {text}", time=waited, **values)


def _person(row: QueueRow) -> str:
    return f"@{safe(row.person.handle, limit=_NAME)}" if row.person.handle else safe(row.person.name, limit=_NAME)


def _coming_back(workspace: Workspace, now: int) -> Iterator[Saying]:
    placed = workspace.queue.page(Filter(status=Status.SNOOZED), limit=200, now=now)
    rows = sorted((one.row for one in placed), key=lambda row: row.snoozed_until or 0)
    if rows:
        yield say("Put off:")
    for row in rows[:_NAMED]:
        at = _moment(row.snoozed_until or now)
        yield say(
            "  {id} {person}, until {moment}: {text}",
            id=row.id,
            person=_person(row),
            moment=at,
            text=first_line(row.text, _TEXT),
        )
    if len(rows) > _NAMED:
        yield say("  … and more")


def _not_sent(workspace: Workspace, now: int) -> Iterator[Saying]:
    left = [one for one in workspace.outbox.outstanding() if needs_a_person(one, now)]
    if left:
        yield say("Replies that were not sent or are in doubt:")
    for one in left[:_NAMED]:
        yield say(
            "  {id} of {agent}: {text}",
            id=one.conversation_id,
            agent=safe(one.agent, limit=_NAME),
            text=first_line(one.text, _TEXT),
        )


def _drafts(workspace: Workspace) -> Iterator[Saying]:
    drafts = workspace.drafts.of(workspace.agent.name)
    if drafts:
        yield say("Drafts of mine:")
    for one in drafts[:_NAMED]:
        yield say("  {id}: {text}", id=one.conversation_id, text=first_line(one.text, _TEXT))


def _accounts(workspace: Workspace) -> Iterator[Saying]:
    troubled = [one for one in workspace.accounts.connected() if one.health.state not in _FINE]
    if troubled:
        yield say("Accounts that need somebody:")
    for one in troubled:
        reason = (
            Saying.from_json(one.health.reason) if one.health.reason else say("{word}", word=one.health.state.value)
        )
        yield say("  {account}: {why}", account=safe(one.name), why=reason)


def _moment(at: int) -> str:
    zone = datetime.now().astimezone().tzinfo
    assert zone is not None
    return dates.moment(at, zone)
