"""What an agent asked of a network beside replying (like, hide, mute ...), kept until it was done or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.network import Capability
from cminbox.domain.problem import NotFound
from cminbox.domain.saying import Saying, say
from cminbox.domain.value import dataclass
from cminbox.store.conversations import known
from cminbox.store.events import next_change, record

if TYPE_CHECKING:
    import sqlite3

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


class Acts:
    """Keeps acts."""

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
            next_change(connection)
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
        why = say("Taken back before it was done").to_json()

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
            next_change(connection)
            record(
                connection,
                f"{act.capability.value} {state}",
                at=now,
                account_id=act.account_id,
                conversation_id=act.conversation_id,
                after={"act": act.id},
            )

        self._database.write(work)
