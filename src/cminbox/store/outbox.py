"""Replies between an agent's decision and the network's receipt: every move checked, and committed before it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.domain.problem import Problem
from cminbox.domain.reply import HOLD_GRACE, MOVES, Receipt, Reply, ReplyState, StoredReply
from cminbox.domain.saying import Saying, say
from cminbox.domain.spending import day_of
from cminbox.domain.value import dataclass
from cminbox.store.answers import answered_meanwhile, is_another, unknown_answers
from cminbox.store.deciding import Decision, decide
from cminbox.store.drafts import COLUMNS, stored_reply
from cminbox.store.events import next_change, upcoming_change
from cminbox.store.leases import check_held
from cminbox.store.merging import survivor
from cminbox.store.refreshing import refresh
from cminbox.store.reply_moves import move, record_receipt, record_word, reply_row, write
from cminbox.store.send_steps import KeptSteps

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection
    from concurrent.futures import Future

    from cminbox.store.database import Database

__all__ = ["Begun", "Decision", "Outbox"]

_OUTSTANDING = "('held', 'queued', 'sending', 'unknown', 'refused')"
_SPEND = """
INSERT INTO spent VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET millionths = millionths + excluded.millionths
"""
_DUE = """
state = 'queued' AND coalesce(next_try_at, 0) <= ? AND NOT EXISTS (
    SELECT 1 FROM replies e WHERE e.conversation_id = replies.conversation_id AND e.id < replies.id
    AND (e.state IN ('queued', 'sending', 'unknown') OR (e.state = 'held' AND NOT e.interrupted))
) ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt whose begin is on disk: what to publish, and what is known of earlier attempts.

    `doubtful_since` (UTC milliseconds) is when the first attempt began whose outcome is still unclear. `insisted`
    says that a person wants it sent again in spite of that.
    """

    reply: Reply
    attempt: int
    doubtful_since: int | None
    insisted: bool


class Outbox:
    """Keeps replies and moves them. Raises NotFound for an id that is none, Problem for a move that is not allowed.

    `ended_at`, `next_try_at` and `now` are UTC milliseconds.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def decide(self, decision: Decision) -> StoredReply:
        """Turn the agent's draft into a held (or queued) reply with its send key, all in one transaction.

        Raises Answered when somebody else answers or has answered and the agent does not know it.
        """
        return self._database.write(lambda connection: decide(connection, decision))

    def get(self, reply_id: int) -> StoredReply:
        """Return one reply."""
        return reply_row(self._database.read(), reply_id)

    def of_conversation(self, conversation_id: int) -> list[StoredReply]:
        """Return all replies of a conversation, drafts included, oldest first."""
        return self._select("conversation_id = ? ORDER BY id", (survivor(self._database.read(), conversation_id),))

    def outstanding(self) -> list[StoredReply]:
        """Return every reply that is on its way, was refused or is unknown, oldest first."""
        return self._select(f"state IN {_OUTSTANDING} ORDER BY id")

    def in_state(self, state: ReplyState) -> list[StoredReply]:
        """Return the replies in one state, oldest first."""
        return self._select("state = ? ORDER BY id", (state.value,))

    def due(self, now: int) -> list[StoredReply]:
        """Return the queued replies that may be sent now, in order, at most one per conversation.

        A reply waits while an earlier one of its conversation is held by a living screen, queued, being sent, or
        unknown.
        """
        return self._select(_DUE, (now,))

    def doubtful(self, now: int) -> list[StoredReply]:
        """Return the unknown replies that are to be looked for on their networks now, oldest first."""
        return self._select("state = 'unknown' AND next_try_at <= ? ORDER BY id", (now,))

    def last_heard(self, conversation_id: int) -> int | None:
        """Return when a customer last wrote (UTC milliseconds, his network's time), None when none ever did."""
        (newest,) = (
            self._database.read()
            .execute("SELECT max(created_at) FROM messages WHERE conversation_id = ? AND NOT ours", (conversation_id,))
            .fetchone()
        )
        return None if newest is None else int(newest)

    def release(self, reply_id: int, *, now: int) -> bool:
        """End a hold: queue the reply. False when it is no longer held (undone meanwhile)."""
        return self.release_soon(reply_id, now=now).result()

    def release_soon(self, reply_id: int, *, now: int) -> Future[bool]:
        """As `release`, but nobody waits: on disk when the future is done, which raises what went wrong."""

        def work(connection: sqlite3.Connection) -> bool:
            row = reply_row(connection, reply_id)
            if row.state is not ReplyState.HELD:
                return False
            values = {"interrupted": 0, "hold_until": None}
            move(connection, row, ReplyState.QUEUED, now=now, values=values)
            return True

        return self._database.submit(work)

    def running_out(self, before: int) -> list[StoredReply]:
        """Return the holds that are left to the syncing process and end at an instant or earlier (UTC ms)."""
        return self._select("state = 'held' AND released_by_sync AND hold_until <= ? ORDER BY id", (before,))

    def release_expired(self, now: int) -> list[int]:
        """Queue the holds that were left to the syncing process and have run out; return their ids."""
        return [reply.id for reply in self.running_out(now) if self.release(reply.id, now=now)]

    def interrupt_stale(self, now: int, grace: int = HOLD_GRACE) -> list[int]:
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
                    refresh(connection, reply.conversation_id, change, now)
                    flagged.append(reply.id)
            return flagged

        return self._database.write(work) if stale else []

    def take_back(self, reply_id: int, *, agent: str, now: int) -> StoredReply:
        """Make a held, queued or refused reply a draft again, with its exact text and caret.

        What its agent has typed in the same place since is put below it. Raises Problem when it is being sent, was
        sent, or may have been.
        """
        return self._database.write(lambda connection: _take_back(connection, reply_id, agent, now))

    def cancel(self, reply_id: int, *, agent: str, now: int) -> None:
        """Give a reply up for good."""

        def work(connection: sqlite3.Connection) -> None:
            row = reply_row(connection, reply_id)
            if ReplyState.CANCELLED not in MOVES[row.state]:
                raise Problem(say("The reply can no longer be given up: it is {state}", state=row.state.value))
            move(connection, row, ReplyState.CANCELLED, now=now, values={"next_try_at": None}, agent=agent)

        self._database.write(work)

    def retry(self, reply_id: int, *, agent: str, now: int) -> None:
        """Queue a refused reply again, or an unknown one because a person wants it sent whatever became of it.

        Answers of others that are here by now are no reason any more to keep it back.
        """

        def work(connection: sqlite3.Connection) -> None:
            row = reply_row(connection, reply_id)
            if row.state not in {ReplyState.REFUSED, ReplyState.UNKNOWN}:
                state = row.state.value
                raise Problem(
                    say("Reply {id} is {state}; only a refused or unknown one is retried", id=reply_id, state=state)
                )
            known_change = upcoming_change(connection) - 1
            values = {"next_try_at": now, "insisted": 1, "reason": None, "known_change": known_change, "put_off": 0}
            move(connection, row, ReplyState.QUEUED, now=now, values=values, agent=agent)

        self._database.write(work)

    def said_sent(self, reply_id: int, *, agent: str, now: int) -> None:
        """Record a person's word that an unknown reply was published: nothing is sent any more.

        Our message is taken from what was fetched where it is there already. Raises Problem for another state.
        """
        self._database.write(
            lambda connection: record_word(connection, reply_row(connection, reply_id), agent=agent, now=now)
        )

    def answered_meanwhile(self, reply_id: int) -> Saying | None:
        """Return that a queued reply was overtaken by an answer that its agent did not know, None when it was not."""
        connection = self._database.read()
        return answered_meanwhile(connection, reply_row(connection, reply_id))

    def unknown_answers(self, reply_id: int, remote_ids: Collection[str]) -> set[str]:
        """Return which messages of ours, as a network shows them, were not known when a reply was decided on."""
        connection = self._database.read()
        return unknown_answers(connection, reply_row(connection, reply_id), remote_ids)

    def is_another(self, reply_id: int, remote_id: str) -> bool:
        """Whether a message that was found on the network is surely not this reply, although its words are the same."""
        return is_another(self._database.read(), reply_id, remote_id)

    def put_off(self, reply_id: int, reason: Saying, *, now: int, next_try_at: int) -> None:
        """Let a queued reply wait until an instant because its thread cannot be read now; nothing was begun."""

        def work(connection: sqlite3.Connection) -> None:
            row = reply_row(connection, reply_id)
            if row.state is ReplyState.QUEUED:
                values = {"reason": reason.to_json(), "next_try_at": next_try_at, "put_off": row.put_off + 1}
                write(connection, row, values, now=now)

        self._database.write(work)

    def begin(self, reply_id: int, *, holder: str, now: int, price: int = 0) -> Begun | None:
        """Commit that a reply is about to be sent by `holder`, before the request leaves; return what to publish.

        `price`, in millionths, is counted as spent by then: what left may have been charged, whatever comes back.
        None when it is no longer queued (taken back meanwhile). Raises LeaseLost unless `holder` holds the lease.
        """

        def work(connection: sqlite3.Connection) -> Begun | None:
            check_held(connection, holder=holder)
            row = reply_row(connection, reply_id)
            if row.state is not ReplyState.QUEUED:
                return None
            (insisted,) = connection.execute("SELECT insisted FROM replies WHERE id = ?", (reply_id,)).fetchone()
            values = {"holder": holder, "attempt": row.attempt + 1, "tried_at": now, "insisted": 0, "put_off": 0}
            move(connection, row, ReplyState.SENDING, now=now, values=values)
            if price:
                connection.execute(_SPEND, (row.account_id, day_of(now), price))
            reply = _publishable(self._database, connection, row, row.attempt + 1)
            return Begun(reply, row.attempt + 1, row.doubtful_since, bool(insisted))

        return self._database.write(work)

    def spent(self, account_id: int, day: str) -> int:
        """Return what an account has spent on a day (UTC, ISO 8601), in millionths of its network's currency."""
        row = (
            self._database.read()
            .execute("SELECT millionths FROM spent WHERE account_id = ? AND day = ?", (account_id, day))
            .fetchone()
        )
        return 0 if row is None else int(row[0])

    def publishable(self, reply_id: int) -> Reply:
        """Return what a network is asked to publish or to look for."""
        connection = self._database.read()
        row = reply_row(connection, reply_id)
        return _publishable(self._database, connection, row, row.attempt)

    def sent(self, reply_id: int, receipt: Receipt, *, now: int) -> None:
        """Record the network's receipt: our message joins the conversation, which is done when nobody waits."""
        self._database.write(
            lambda connection: record_receipt(connection, reply_row(connection, reply_id), receipt, now)
        )

    def refused(self, reply_id: int, reason: Saying, *, now: int) -> None:
        """Record that the network said no; the conversation comes back with the text."""
        self._end(reply_id, ReplyState.REFUSED, reason, now, next_try_at=None)

    def unknown(
        self, reply_id: int, reason: Saying, *, now: int, next_try_at: int | None, ended_at: int | None = None
    ) -> None:
        """Record that nobody knows whether it was published, and when to look (None: a person decides).

        `ended_at` is when the attempt ended, None when nobody knows because its process died.
        """

        def work(connection: sqlite3.Connection) -> None:
            row = reply_row(connection, reply_id)
            values = {
                "reason": reason.to_json(),
                "next_try_at": next_try_at,
                "holder": None,
                "doubtful_since": row.tried_at if row.doubtful_since is None else row.doubtful_since,
            }
            if ended_at is not None:
                values["tried_at"] = ended_at
            if row.state is ReplyState.UNKNOWN:
                write(connection, row, values, now=now)
            else:
                move(connection, row, ReplyState.UNKNOWN, now=now, values={**values, "doubts": row.doubts + 1})

        self._database.write(work)

    def again(self, reply_id: int, reason: Saying, *, now: int, next_try_at: int, insisted: bool = False) -> None:
        """Queue a reply again with the same send key, not before `next_try_at`.

        Only for an attempt that surely reached nobody, or a network that recognises the key. `insisted` keeps a
        person's will that it be sent whatever became of earlier attempts.
        """
        self._end(reply_id, ReplyState.QUEUED, reason, now, next_try_at=next_try_at, insisted=insisted)

    def stranded(self, in_flight: Collection[int]) -> list[StoredReply]:
        """Return the replies that are marked as being sent although nobody sends them: their process died.

        `in_flight` are those that the caller, who holds the lease, is sending.
        """
        return [reply for reply in self.in_state(ReplyState.SENDING) if reply.id not in in_flight]

    def _end(
        self,
        reply_id: int,
        state: ReplyState,
        reason: Saying,
        now: int,
        *,
        next_try_at: int | None,
        insisted: bool = False,
    ) -> None:
        values = {
            "reason": reason.to_json(),
            "next_try_at": next_try_at,
            "holder": None,
            "insisted": insisted,
        }
        self._database.write(
            lambda connection: move(connection, reply_row(connection, reply_id), state, now=now, values=values),
        )

    def _select(self, where: str, values: tuple[Any, ...] = ()) -> list[StoredReply]:
        rows = self._database.read().execute(
            f"SELECT {COLUMNS} FROM replies WHERE {where}",  # noqa: S608 - constants
            values,
        )
        return [stored_reply(row) for row in rows]


def _take_back(connection: sqlite3.Connection, reply_id: int, agent: str, now: int) -> StoredReply:
    row = reply_row(connection, reply_id)
    in_doubt = row.doubtful_since is not None and row.state is ReplyState.QUEUED
    if ReplyState.DRAFT not in MOVES[row.state] or in_doubt:
        raise Problem(say("The reply can no longer be taken back: it is {state}", state=row.state.value))
    typed_since = connection.execute(
        "DELETE FROM replies WHERE conversation_id = ? AND agent = ? AND terminal = ? AND state = 'draft' AND id <> ?"
        " RETURNING text",
        (row.conversation_id, row.agent, row.terminal, row.id),
    ).fetchall()
    text = "\n".join([row.text, *(typed for (typed,) in typed_since if typed.strip())])
    values = {
        "text": text,
        "send_key": None,
        "hold_until": None,
        "interrupted": 0,
        "next_try_at": None,
        "reason": None,
        "tried_at": None,
        "doubtful_since": None,
        "doubts": 0,
        "put_off": 0,
    }
    move(connection, row, ReplyState.DRAFT, now=now, values=values, agent=agent)
    return reply_row(connection, reply_id)


def _publishable(database: Database, connection: sqlite3.Connection, row: StoredReply, attempt: int) -> Reply:
    kind, key, answers, progress = connection.execute(
        "SELECT c.kind, c.key, r.answers, r.progress FROM replies r JOIN conversations c ON c.id = r.conversation_id"
        " WHERE r.id = ?",
        (row.id,),
    ).fetchone()
    if row.send_key is None or row.decided_at is None:
        raise Problem(say("Reply {id} is a draft; it was never meant to be sent", id=row.id))
    steps = KeptSteps(database, row.id, row.send_key, attempt, progress)
    return Reply(row.send_key, Kind(kind), key, answers, row.text, row.decided_at, steps=steps)
