"""Replies between an agent's decision and the network's receipt: every move checked, and committed before it shows."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.reply import MOVES, Receipt, Reply, ReplyState, StoredReply, check_move
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import repair
from cminbox.store.conversations import missing
from cminbox.store.drafts import COLUMNS, stored_reply
from cminbox.store.events import next_change, record
from cminbox.store.refreshing import refresh

if TYPE_CHECKING:
    import sqlite3

    from cminbox.store.database import Database

_OUTSTANDING = "('held', 'queued', 'sending', 'unknown', 'refused')"


@dataclass(frozen=True, slots=True)
class Decision:
    """An agent's will to send `text` in a conversation. Times are UTC milliseconds.

    `hold` is the undo window in milliseconds; 0 sends at once. `released_by_sync` leaves the end of the hold to the
    syncing process; otherwise the screen that made it ends it, and a screen that dies leaves it interrupted.
    """

    conversation_id: int
    text: str
    agent: str
    terminal: str
    now: int
    hold: int
    caret: int = 0
    released_by_sync: bool = False


class Outbox:
    """Keeps replies and moves them. Raises NotFound for an id that is none, Problem for a move that is not allowed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def decide(self, decision: Decision) -> StoredReply:
        """Turn the agent's draft into a held (or queued) reply with its send key, all in one transaction."""
        return self._database.write(lambda connection: _decide(connection, decision))

    def get(self, reply_id: int) -> StoredReply:
        """Return one reply."""
        return self._select("id = ?", (reply_id,), reply_id)[0]

    def of_conversation(self, conversation_id: int) -> list[StoredReply]:
        """Return all replies of a conversation, drafts included, oldest first."""
        return self._select("conversation_id = ? ORDER BY id", (conversation_id,))

    def outstanding(self) -> list[StoredReply]:
        """Return every reply that is on its way, was refused or is unknown, oldest first."""
        return self._select(f"state IN {_OUTSTANDING} ORDER BY id")

    def in_state(self, state: ReplyState) -> list[StoredReply]:
        """Return the replies in one state, oldest first."""
        return self._select("state = ? ORDER BY id", (state.value,))

    def due(self, now: int) -> list[StoredReply]:
        """Return the queued replies that may be sent now, in order, at most one per conversation.

        A reply waits while an earlier one of its conversation is queued, being sent, or unknown.
        """
        return self._select(
            "state = 'queued' AND coalesce(next_try_at, 0) <= ? AND NOT EXISTS (SELECT 1 FROM replies e WHERE"
            " e.conversation_id = replies.conversation_id AND e.id < replies.id"
            " AND e.state IN ('queued', 'sending', 'unknown')) ORDER BY id",
            (now,),
        )

    def release(self, reply_id: int, *, now: int) -> bool:
        """End a hold: queue the reply. False when it is no longer held (undone meanwhile)."""

        def work(connection: sqlite3.Connection) -> bool:
            row = _row(connection, reply_id)
            if row.state is not ReplyState.HELD:
                return False
            _move(connection, row, ReplyState.QUEUED, now, {"interrupted": 0, "hold_until": None})
            return True

        return self._database.write(work)

    def release_expired(self, now: int) -> list[int]:
        """Queue the holds that were left to the syncing process and have run out; return their ids."""
        waiting = self._select("state = 'held' AND released_by_sync AND hold_until <= ?", (now,))
        return [reply.id for reply in waiting if self.release(reply.id, now=now)]

    def interrupt_stale(self, now: int, grace: int = 5_000) -> list[int]:
        """Flag the holds whose screen did not end them in time (it died); they wait for a person. Returns their ids."""
        stale = self._select(
            "state = 'held' AND NOT released_by_sync AND NOT interrupted AND hold_until <= ?",
            (now - grace,),
        )

        def work(connection: sqlite3.Connection) -> list[int]:
            change = next_change(connection)
            flagged = []
            for reply in stale:
                done = connection.execute(
                    "UPDATE replies SET interrupted = 1, updated_at = ? WHERE id = ? AND state = 'held'",
                    (now, reply.id),
                )
                if done.rowcount:
                    refresh(connection, reply.conversation_id, change)
                    flagged.append(reply.id)
            return flagged

        return self._database.write(work) if stale else []

    def take_back(self, reply_id: int, *, agent: str, now: int) -> StoredReply:
        """Make a held, queued or refused reply a draft again, with its exact text and caret.

        Raises Problem when it is being sent or was sent.
        """

        def work(connection: sqlite3.Connection) -> StoredReply:
            row = _row(connection, reply_id)
            if ReplyState.DRAFT not in MOVES[row.state]:
                raise Problem(say("The reply can no longer be taken back: it is {state}", state=row.state.value))
            connection.execute(
                "DELETE FROM replies WHERE conversation_id = ? AND agent = ? AND terminal = ? AND state = 'draft'"
                " AND id <> ?",
                (row.conversation_id, row.agent, row.terminal, row.id),
            )
            cleared = {"send_key": None, "hold_until": None, "interrupted": 0, "next_try_at": None, "reason": None}
            _move(connection, row, ReplyState.DRAFT, now, cleared, agent=agent)
            return _row(connection, reply_id)

        return self._database.write(work)

    def cancel(self, reply_id: int, *, agent: str, now: int) -> None:
        """Give a reply up for good."""
        self._database.write(
            lambda connection: _move(
                connection, _row(connection, reply_id), ReplyState.CANCELLED, now, {}, agent=agent
            ),
        )

    def begin(self, reply_id: int, *, holder: str, now: int) -> Reply:
        """Commit that a reply is about to be sent by `holder`, before the request leaves; return what to publish."""

        def work(connection: sqlite3.Connection) -> Reply:
            row = _row(connection, reply_id)
            _move(connection, row, ReplyState.SENDING, now, {"holder": holder, "attempt": row.attempt + 1})
            return _publishable(connection, row)

        return self._database.write(work)

    def publishable(self, reply_id: int) -> Reply:
        """Return what a network is asked to publish or to look for."""
        connection = self._database.read()
        return _publishable(connection, _row(connection, reply_id))

    def sent(self, reply_id: int, receipt: Receipt, *, now: int) -> None:
        """Record the network's receipt: our message joins the conversation, which is done when nobody waits."""
        self._database.write(lambda connection: _sent(connection, _row(connection, reply_id), receipt, now))

    def refused(self, reply_id: int, reason: Saying, *, now: int) -> None:
        """Record that the network said no; the conversation comes back with the text."""
        self._end(reply_id, ReplyState.REFUSED, reason, now)

    def unknown(self, reply_id: int, reason: Saying, *, now: int, next_try_at: int | None) -> None:
        """Record that nobody knows whether it was published, and when to look (None: a person decides)."""

        def work(connection: sqlite3.Connection) -> None:
            row = _row(connection, reply_id)
            values = {"reason": reason.to_json(), "next_try_at": next_try_at, "holder": None}
            if row.state is ReplyState.UNKNOWN:
                _write(connection, row, values, now)
            else:
                _move(connection, row, ReplyState.UNKNOWN, now, values)

        self._database.write(work)

    def again(self, reply_id: int, reason: Saying, *, now: int, next_try_at: int) -> None:
        """Queue a reply again that surely reached nobody, not before `next_try_at`, with the same send key."""
        self._end(reply_id, ReplyState.QUEUED, reason, now, next_try_at=next_try_at)

    def _end(
        self,
        reply_id: int,
        state: ReplyState,
        reason: Saying,
        now: int,
        *,
        next_try_at: int | None = None,
    ) -> None:
        values = {"reason": reason.to_json(), "next_try_at": next_try_at, "holder": None}
        self._database.write(
            lambda connection: _move(connection, _row(connection, reply_id), state, now, values),
        )

    def _select(self, where: str, values: tuple[Any, ...] = (), reply_id: int | None = None) -> list[StoredReply]:
        rows = self._database.read().execute(
            f"SELECT {COLUMNS} FROM replies WHERE {where}",  # noqa: S608 - constants
            values,
        )
        found = [stored_reply(row) for row in rows]
        if reply_id is not None and not found:
            raise _no_reply(reply_id)
        return found


def _no_reply(reply_id: int) -> NotFound:
    return NotFound(say("There is no reply {id}", id=reply_id))


def _row(connection: sqlite3.Connection, reply_id: int) -> StoredReply:
    row = connection.execute(f"SELECT {COLUMNS} FROM replies WHERE id = ?", (reply_id,)).fetchone()  # noqa: S608 - constants
    if row is None:
        raise _no_reply(reply_id)
    return stored_reply(row)


def _decide(connection: sqlite3.Connection, decision: Decision) -> StoredReply:
    row = connection.execute(
        "SELECT c.account_id, a.name, a.connected_at FROM conversations c"
        " JOIN accounts a ON a.id = c.account_id WHERE c.id = ?",
        (decision.conversation_id,),
    ).fetchone()
    if row is None:
        raise missing(decision.conversation_id)
    account_id, name, connected_at = row
    if connected_at is None:
        raise Problem(say("{account} is not connected, so nothing can be sent; see cminbox accounts add", account=name))
    if not decision.text.strip():
        raise Problem(say("The reply is empty"))
    answers = connection.execute(
        "SELECT remote_id FROM messages WHERE conversation_id = ? AND deleted_at IS NULL"
        " ORDER BY ours, arrived_at DESC, id DESC LIMIT 1",
        (decision.conversation_id,),
    ).fetchone()
    if answers is None:
        raise Problem(say("Every message of conversation {id} was deleted", id=decision.conversation_id))
    connection.execute(
        "DELETE FROM replies WHERE conversation_id = ? AND agent = ? AND terminal = ? AND state = 'draft'",
        (decision.conversation_id, decision.agent, decision.terminal),
    )
    state = ReplyState.HELD if decision.hold > 0 else ReplyState.QUEUED
    (reply_id,) = connection.execute(
        "INSERT INTO replies (conversation_id, account_id, state, answers, text, caret, agent, terminal, send_key,"
        " decided_at, hold_until, released_by_sync, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            decision.conversation_id,
            account_id,
            state.value,
            answers[0],
            repair(decision.text),
            decision.caret,
            decision.agent,
            decision.terminal,
            secrets.token_hex(16),
            decision.now,
            decision.now + decision.hold if decision.hold > 0 else None,
            decision.released_by_sync,
            decision.now,
            decision.now,
        ),
    ).fetchone()
    refresh(connection, decision.conversation_id, next_change(connection))
    record(
        connection,
        "reply",
        at=decision.now,
        agent=decision.agent,
        account_id=account_id,
        conversation_id=decision.conversation_id,
        after={"reply": reply_id, "state": state.value},
    )
    return _row(connection, reply_id)


def _publishable(connection: sqlite3.Connection, row: StoredReply) -> Reply:
    kind, key, answers = connection.execute(
        "SELECT c.kind, c.key, r.answers FROM replies r JOIN conversations c ON c.id = r.conversation_id"
        " WHERE r.id = ?",
        (row.id,),
    ).fetchone()
    if row.send_key is None or row.decided_at is None:
        raise Problem(say("Reply {id} is a draft; it was never meant to be sent", id=row.id))
    return Reply(row.send_key, Kind(kind), key, answers, row.text, row.decided_at)


def _move(
    connection: sqlite3.Connection,
    row: StoredReply,
    state: ReplyState,
    now: int,
    values: dict[str, Any],
    agent: str | None = None,
) -> None:
    check_move(row.state, state)
    _write(connection, row, {"state": state.value, **values}, now)
    record(
        connection,
        "reply",
        at=now,
        agent=agent,
        account_id=row.account_id,
        conversation_id=row.conversation_id,
        before={"reply": row.id, "state": row.state.value},
        after={"reply": row.id, "state": state.value},
    )


def _write(connection: sqlite3.Connection, row: StoredReply, values: dict[str, Any], now: int) -> None:
    columns = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(
        f"UPDATE replies SET {columns}, updated_at = :now WHERE id = :id",  # noqa: S608 - column names of this module
        values | {"now": now, "id": row.id},
    )
    refresh(connection, row.conversation_id, next_change(connection))


def _sent(connection: sqlite3.Connection, row: StoredReply, receipt: Receipt, now: int) -> None:
    values = {"remote_id": receipt.remote_id, "permalink": receipt.permalink, "reason": None, "holder": None}
    _move(connection, row, ReplyState.SENT, now, values)
    change = next_change(connection)
    _add_own_message(connection, row, receipt, now, change)
    unanswered = refresh(connection, row.conversation_id, change)
    (status,) = connection.execute("SELECT status FROM conversations WHERE id = ?", (row.conversation_id,)).fetchone()
    if not unanswered and status != "done":
        connection.execute(
            "UPDATE conversations SET status = 'done', snoozed_until = NULL WHERE id = ?",
            (row.conversation_id,),
        )
        refresh(connection, row.conversation_id, change)
        record(
            connection,
            "status",
            at=now,
            account_id=row.account_id,
            conversation_id=row.conversation_id,
            before={"status": status},
            after={"status": "done", "because": "answered"},
        )


def _add_own_message(connection: sqlite3.Connection, row: StoredReply, receipt: Receipt, now: int, change: int) -> None:
    """Store what was published. It answers what had arrived when the agent decided, not what came while it was sent."""
    (handle,) = connection.execute("SELECT handle FROM accounts WHERE id = ?", (row.account_id,)).fetchone()
    (person_id,) = connection.execute(
        "INSERT INTO people (account_id, remote_id, handle, name) VALUES (?, 'own account', ?, ?)"
        " ON CONFLICT DO UPDATE SET handle = excluded.handle RETURNING id",
        (row.account_id, handle, handle),
    ).fetchone()
    connection.execute(
        "INSERT INTO messages (account_id, conversation_id, remote_id, person_id, kind, text, created_at, arrived_at,"
        " ours, answers_through, parent, permalink, first_change)"
        " SELECT r.account_id, r.conversation_id, ?, ?, c.kind, r.text, ?, ?, 1, r.decided_at, r.answers, ?, ?"
        " FROM replies r JOIN conversations c ON c.id = r.conversation_id WHERE r.id = ?"
        " ON CONFLICT (account_id, remote_id) DO UPDATE SET answers_through = excluded.answers_through",
        (
            receipt.remote_id,
            person_id,
            receipt.created_at if receipt.created_at is not None else now,
            now,
            receipt.permalink,
            change,
            row.id,
        ),
    )
