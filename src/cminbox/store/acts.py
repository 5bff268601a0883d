"""What an agent asked of a network beside replying (like, hide, mute ...), kept until it was done or refused."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from cminbox.domain.network import Capability
from cminbox.domain.problem import NotFound
from cminbox.domain.saying import Saying, say
from cminbox.domain.value import dataclass
from cminbox.store.conversations import known
from cminbox.store.events import next_change, record

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from cminbox.domain.message import Message
    from cminbox.store.database import Database


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do. `subject` is the remote id of a message or a person. Doing it twice does no harm."""

    id: int
    account_id: int
    conversation_id: int
    capability: Capability
    subject: str
    detail: str
    attempt: int


class RequestState(StrEnum):
    """What became of an act."""

    QUEUED = "queued"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Request:
    """An act as people see it. `at` (UTC milliseconds) is when it was asked for, `reason` why it was refused."""

    id: int
    capability: Capability
    agent: str
    state: RequestState
    reason: Saying | None
    at: int


_WITHDRAWN = say("Taken back before it was done")


class Acts:
    """Keeps what networks are asked to do until it is done or refused. `now` is UTC milliseconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        conversation_id: int,
        capability: Capability,
        subject: str,
        *,
        agent: str,
        now: int,
        detail: str = "",
    ) -> int:
        """Keep an act for the syncing process; return its id. Raises NotFound."""

        def work(connection: sqlite3.Connection) -> int:
            today, account_id = known(connection, conversation_id)
            (act_id,) = connection.execute(
                "INSERT INTO acts (account_id, conversation_id, capability, subject, detail, agent, next_try_at,"
                " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (account_id, today, capability.value, subject, detail, agent, now, now),
            ).fetchone()
            _touch(connection, today)
            record(
                connection,
                capability.value,
                at=now,
                agent=agent,
                account_id=account_id,
                conversation_id=today,
                after={"act": act_id, "subject": subject},
            )
            return int(act_id)

        return self._database.write(work)

    def due(self, now: int) -> list[Act]:
        """Return what may be done now, oldest first."""
        rows = self._database.read().execute(
            "SELECT id, account_id, conversation_id, capability, subject, detail, attempt FROM acts"
            " WHERE state = 'queued' AND next_try_at <= ? ORDER BY id",
            (now,),
        )
        return [Act(row[0], row[1], row[2], Capability(row[3]), *row[4:]) for row in rows]

    def done(self, act: Act, *, now: int) -> None:
        """Record that the network did it."""
        self._end(act, "done", None, now)

    def refused(self, act: Act, reason: Saying, *, now: int) -> None:
        """Record that the network said no, and why."""
        self._end(act, "refused", reason, now)

    def keep_around(self, act: Act, above: Sequence[Message], below: Sequence[Message], *, now: int) -> None:
        """Keep what the network shows around the message of an act."""
        from cminbox.store.surroundings import keep  # noqa: PLC0415 - only the process that syncs

        keep(self._database, act.conversation_id, above, below, now=now)

    def gone_of(self, act: Act, remote_ids: Sequence[str]) -> set[str]:
        """Return which messages of an act's account had to lose their words, and may have them again when given."""
        from cminbox.store.retention import gone  # noqa: PLC0415 - as above

        return gone(self._database, act.account_id, remote_ids)

    def again(self, act: Act, *, next_try_at: int) -> None:
        """Try once more, not before `next_try_at` (UTC milliseconds)."""
        self._database.write(
            lambda connection: connection.execute(
                "UPDATE acts SET attempt = attempt + 1, next_try_at = ? WHERE id = ?",
                (next_try_at, act.id),
            ),
        )

    def withdraw(self, act_id: int) -> Act:
        """Try an act no more; return it, also when it was done already. Raises NotFound."""
        why = _WITHDRAWN.to_json()

        def work(connection: sqlite3.Connection) -> tuple[int, int, int, str, str, str, int]:
            connection.execute(
                "UPDATE acts SET state = 'refused', reason = ? WHERE id = ? AND state = 'queued'", (why, act_id)
            )
            row: tuple[int, int, int, str, str, str, int] | None = connection.execute(
                "SELECT id, account_id, conversation_id, capability, subject, detail, attempt FROM acts WHERE id = ?",
                (act_id,),
            ).fetchone()
            if row is None:
                raise NotFound(say("There is nothing to undo"))
            return row

        number, account_id, conversation_id, capability, subject, detail, attempt = self._database.write(work)
        return Act(number, account_id, conversation_id, Capability(capability), subject, detail, attempt)

    def outcome(self, act_id: int) -> tuple[str, Saying | None]:
        """Return the state (queued, done, refused) and the reason of a refusal."""
        state, reason = (
            self._database.read().execute("SELECT state, reason FROM acts WHERE id = ?", (act_id,)).fetchone()
        )
        return state, None if reason is None else Saying.from_json(reason)

    def requests(self, act_ids: Sequence[int]) -> list[Request]:
        """Return acts as people see them, in the order in which they were asked for."""
        marks = ", ".join("?" * len(act_ids))
        rows = self._database.read().execute(
            f"SELECT id, capability, agent, state, reason, created_at FROM acts WHERE id IN ({marks}) ORDER BY id",  # noqa: S608 - question marks
            tuple(act_ids),
        )
        return [_request(*row) for row in rows]

    def account_of(self, act_id: int) -> int:
        """Return the account that an act is asked of."""
        (account_id,) = self._database.read().execute("SELECT account_id FROM acts WHERE id = ?", (act_id,)).fetchone()
        return int(account_id)

    def _end(self, act: Act, state: str, reason: Saying | None, now: int) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE acts SET state = ?, reason = ? WHERE id = ?",
                (state, None if reason is None else reason.to_json(), act.id),
            )
            _touch(connection, act.conversation_id)
            record(
                connection,
                f"{act.capability.value} {state}",
                at=now,
                account_id=act.account_id,
                conversation_id=act.conversation_id,
                after={"act": act.id},
            )

        self._database.write(work)


def _request(act_id: int, capability: str, agent: str, state: str, reason: str | None, at: int) -> Request:
    why = None if reason is None else Saying.from_json(reason)
    seen = RequestState.WITHDRAWN if why == _WITHDRAWN else RequestState(state)
    return Request(act_id, Capability(capability), agent, seen, why if seen is RequestState.REFUSED else None, at)


def _touch(connection: sqlite3.Connection, conversation_id: int) -> None:
    """Let screens read a conversation again that looks different."""
    connection.execute("UPDATE conversations SET change = ? WHERE id = ?", (next_change(connection), conversation_id))
