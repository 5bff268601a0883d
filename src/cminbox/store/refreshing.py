"""What a conversation shows of its messages and replies, worked out again after each change of them.

A customer's message waits for us until one of four things: an agent settled the conversation after the message was
here, we sent a reply that was decided on after it was here, we wrote elsewhere after it (or in answer to it), or it
is older than what an account brings along when it is connected. What was here is told by the number of the change
that stored it and not by times: a message may have been written before an agent's act and arrive after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cminbox.domain.conversation import Target
from cminbox.sla.policies import Facts
from cminbox.store.events import record
from cminbox.store.policies import book
from cminbox.store.standing import NOBODY, Standing, more_pressing, replayed, simple

if TYPE_CHECKING:
    import sqlite3

    from cminbox.sla.policies import Rule
    from cminbox.sla.stages import StageRules
    from cminbox.store.policies import Book

_PREVIEW = 600
_NOBODY_WAITS = 365 * 24 * 3600 * 1000

_CONVERSATION = """
SELECT status, history_before, handled_change, policy_id, sla_version, policy_changes, account_id, priority,
       target, clock_start, due, notice_at,
       EXISTS (SELECT 1 FROM messages WHERE conversation_id = conversations.id AND ours),
       EXISTS (SELECT 1 FROM replies WHERE conversation_id = conversations.id)
FROM conversations WHERE id = ?
"""
# Two clocks never agree: an answer counts as later than what it answers, whatever its own time says.
_ANSWERED = """
SELECT max(o.answers_change), max(max(coalesce(o.answers_through, 0), coalesce(p.arrived_at, 0)))
FROM messages o LEFT JOIN messages p
    ON o.answers_change IS NULL AND p.account_id = o.account_id AND p.remote_id = o.parent AND NOT p.ours
WHERE o.conversation_id = ? AND o.ours
"""
_WAITS = "conversation_id = :id AND arrived_at > :time AND first_change > :change AND NOT ours AND deleted_at IS NULL"
_WAITING = f"""
SELECT count(*), min(arrived_at),
    (SELECT substr(text, 1, :preview) FROM messages WHERE {_WAITS} ORDER BY arrived_at, created_at, remote_id LIMIT 1),
    (SELECT arrived_at FROM messages WHERE conversation_id = :id AND deleted_at IS NULL
     ORDER BY arrived_at DESC LIMIT 1)
FROM messages WHERE {_WAITS}
"""  # noqa: S608 - constants
_ANSWERED_BEFORE = """
SELECT 1 FROM messages WHERE conversation_id = :id AND NOT ours AND arrived_at > :history
AND (arrived_at <= :time OR first_change <= :change) LIMIT 1
"""
_NEWEST = """
SELECT substr(text, 1, ?) FROM messages WHERE conversation_id = ? AND deleted_at IS NULL
ORDER BY arrived_at DESC, created_at DESC, remote_id DESC LIMIT 1
"""
_OPENER = """
SELECT person_id, kind, lang, rating FROM messages WHERE conversation_id = ? AND ours = ?
ORDER BY arrived_at, created_at, remote_id LIMIT 1
"""
_REPLIES = """
SELECT state, interrupted, decided_at FROM replies
WHERE conversation_id = ? AND state IN ('held', 'queued', 'sending', 'refused', 'unknown') ORDER BY id DESC
"""


_BEFORE_ALL = 1_000_000_000_000
"""So much earlier than when it was meant a failed reply has its place: before everything that is due (milliseconds)."""
_UPDATE = """
UPDATE conversations SET last_message_at = ?, unanswered = ?, waiting_since = ?, text = ?, reply_state = ?,
    queue_due = ?, change = ?, person_id = coalesce(?, person_id), kind = coalesce(?, kind), policy_id = ?,
    sla_version = ?, policy_changes = ?, target = ?, clock_start = ?, due = ?, warn_at = ?, urgent_at = ?, late_at = ?,
    again_at = ?, time_left = ?, notice_at = ?
WHERE id = ?
"""


class _Kept(NamedTuple):
    """A conversation as it is kept, as far as it matters here."""

    status: str
    history_before: int
    handled_change: int
    policy_id: int | None
    sla_version: int
    policy_changes: int
    account_id: int
    priority: str
    target: str | None
    clock_start: int | None
    due: int | None
    notice_at: int | None
    has_ours: bool
    has_replies: bool


class _Waiting(NamedTuple):
    unanswered: int
    since: int | None
    text: str
    latest: int
    """The arrival of the newest message that was not deleted."""
    target: Target


class _Replies(NamedTuple):
    state: str | None
    on_its_way: bool
    failed_at: int | None


_NO_REPLIES = _Replies(None, on_its_way=False, failed_at=None)


class _Opener(NamedTuple):
    """Who began a conversation, and how."""

    person_id: int
    kind: str
    lang: str | None
    rating: int | None


class Refreshed(NamedTuple):
    """What a conversation shows now."""

    unanswered: int
    status: str


def refresh(
    connection: sqlite3.Connection, conversation_id: int, change: int, now: int, *, acted: bool = False
) -> Refreshed:
    """Work out a conversation's waiting time, clock, preview and place in the queue.

    A conversation is in the queue while it is open and no answer of ours is on its way. Called inside the
    transaction of the change; `change` is that transaction's number, `now` its time (UTC milliseconds). `acted` says
    that somebody changed what policies look at: another policy then holds from now on, not from the start.
    """
    kept = _Kept._make(connection.execute(_CONVERSATION, (conversation_id,)).fetchone())
    policies = book(connection, change)
    opener = _opener(connection, conversation_id)
    policy_id, changes = _policy(connection, conversation_id, kept, opener, policies, now, acted=acted)
    waiting = _waiting(connection, conversation_id, kept)
    replies = _replies(connection, conversation_id) if kept.has_replies else _NO_REPLIES
    standing = _standing(kept, waiting, policies.policy(policy_id), changed=bool(changes), rules=policies.stages)
    if standing is None:
        standing = replayed(connection, conversation_id, policies, kept.policy_id if changes else policy_id, now)
        standing = _unsettled(standing, waiting, policies.policy(policy_id), policies.stages)
    marks = standing.marks
    due = None if marks is None else marks.due
    in_queue = kept.status == "open" and not replies.on_its_way
    connection.execute(
        _UPDATE,
        (
            waiting.latest,
            waiting.unanswered,
            waiting.since,
            waiting.text,
            replies.state,
            _place(due, replies, waiting.latest) if in_queue else None,
            change,
            None if opener is None else opener.person_id,
            None if opener is None else opener.kind,
            policy_id,
            policies.version,
            changes,
            standing.target,
            standing.start,
            due,
            None if marks is None else marks.warn,
            None if marks is None else marks.urgent,
            None if marks is None else marks.late,
            None if marks is None else marks.again,
            standing.left,
            _notice_at(kept, standing, due),
            conversation_id,
        ),
    )
    return Refreshed(waiting.unanswered, kept.status)


def _notice_at(kept: _Kept, standing: Standing, due: int | None) -> int | None:
    """Return when something is announced next: of the same clock what is kept, of another one its first notice."""
    if not standing.several and (kept.target, kept.clock_start, kept.due) == (standing.target, standing.start, due):
        return kept.notice_at
    return standing.notice_at


def _policy(
    connection: sqlite3.Connection,
    conversation_id: int,
    kept: _Kept,
    opener: _Opener | None,
    policies: Book,
    now: int,
    *,
    acted: bool,
) -> tuple[int | None, int]:
    """Return the policy that holds, and how often it has changed; a change by an act or new settings is an event.

    What a message tells of a conversation was always so, whenever it arrives: then the policy held from the start.
    """
    if opener is None:
        return kept.policy_id, kept.policy_changes
    fitting = policies.by_kind.get(opener.kind)
    if fitting is None:
        fitting = policies.fitting(_facts(connection, conversation_id, kept, opener, policies.needs))
    if fitting == kept.policy_id or kept.policy_id is None:
        return fitting, kept.policy_changes
    if not acted and not kept.policy_changes and kept.sla_version == policies.version:
        return fitting, 0
    names = [None if one is None else one.name for one in (policies.policy(kept.policy_id), policies.policy(fitting))]
    record(
        connection,
        "policy",
        at=now,
        account_id=kept.account_id,
        conversation_id=conversation_id,
        before={"policy": kept.policy_id, "name": names[0]},
        after={"policy": fitting, "name": names[1]},
    )
    return fitting, kept.policy_changes + 1


def _facts(
    connection: sqlite3.Connection, conversation_id: int, kept: _Kept, opener: _Opener, needs: frozenset[str]
) -> Facts:
    """Return what the policies in force look at; what none does is not read."""
    network = account = person = ""
    if not needs.isdisjoint({"network", "account"}):
        network, account = connection.execute(
            "SELECT network, name FROM accounts WHERE id = ?", (kept.account_id,)
        ).fetchone()
    if "person" in needs:
        (person,) = connection.execute("SELECT handle FROM people WHERE id = ?", (opener.person_id,)).fetchone()
    tags: frozenset[str] = frozenset()
    if "tag" in needs:
        rows = connection.execute("SELECT tag FROM tags WHERE conversation_id = ?", (conversation_id,))
        tags = frozenset(tag for (tag,) in rows)
    return Facts(network, account, opener.kind, tags, kept.priority, opener.lang or "", person, opener.rating)


def _standing(
    kept: _Kept, waiting: _Waiting, rule: Rule | None, *, changed: bool, rules: StageRules
) -> Standing | None:
    """Return which clock runs where one addition tells it: nothing but messages happened. None: the story tells."""
    if kept.status == "done" and not waiting.unanswered:
        return NOBODY
    if changed or kept.handled_change:
        return None
    if rule is None:
        return NOBODY
    policy = rule.policy
    if Target.RESOLUTION in policy.targets or policy.pause.get(waiting.target):
        return None
    return NOBODY if waiting.since is None else simple(policy, waiting.target, waiting.since, rules)


def _unsettled(standing: Standing, waiting: _Waiting, rule: Rule | None, rules: StageRules) -> Standing:
    """Return which clock runs where two conversations became one: what settled the one did not settle the other."""
    if waiting.since is None or standing.waits or rule is None:
        return standing
    return more_pressing(standing, simple(rule.policy, waiting.target, waiting.since, rules))


def _place(due_at: int | None, replies: _Replies, latest: int) -> int:
    """Return the order in the queue: failed replies first, in the order in which they were meant, then the due time.

    Nobody waits in an open conversation that was reopened by hand; it stands at the end.
    """
    if replies.failed_at is not None:
        return replies.failed_at - _BEFORE_ALL
    return latest + _NOBODY_WAITS if due_at is None else due_at


def _waiting(connection: sqlite3.Connection, conversation_id: int, kept: _Kept) -> _Waiting:
    answered_change = answered_time = None
    if kept.has_ours:
        answered_change, answered_time = connection.execute(_ANSWERED, (conversation_id,)).fetchone()
    values = {
        "id": conversation_id,
        "history": kept.history_before,
        "time": max(kept.history_before, answered_time or 0),
        "change": max(kept.handled_change, answered_change or 0),
        "preview": _PREVIEW,
    }
    unanswered, since, text, latest = connection.execute(_WAITING, values).fetchone()
    if not unanswered and latest is not None:
        (text,) = connection.execute(_NEWEST, (_PREVIEW, conversation_id)).fetchone()
    answered_before = (
        unanswered and kept.has_ours and connection.execute(_ANSWERED_BEFORE, values).fetchone() is not None
    )
    return _Waiting(unanswered, since, text or "", latest or 0, Target.NRT if answered_before else Target.FRT)


def _replies(connection: sqlite3.Connection, conversation_id: int) -> _Replies:
    rows = connection.execute(_REPLIES, (conversation_id,)).fetchall()
    on_its_way = any(
        state in {"queued", "sending"} or (state == "held" and not interrupted) for state, interrupted, _ in rows
    )
    failed = [decided_at for state, interrupted, decided_at in rows if state in {"refused", "unknown"} or interrupted]
    return _Replies(rows[0][0] if rows else None, on_its_way, min(failed) if failed else None)


def _opener(connection: sqlite3.Connection, conversation_id: int) -> _Opener | None:
    """Return who began a conversation: its first customer's message, ours when there is none."""
    for ours in (0, 1):
        row = connection.execute(_OPENER, (conversation_id, ours)).fetchone()
        if row is not None:
            return _Opener._make(row)
    return None
