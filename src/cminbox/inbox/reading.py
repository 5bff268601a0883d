"""What there is to see: the queue, one conversation in full, counts, accounts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass
from cminbox.inbox.clock import time_left
from cminbox.store.conversations import Event, missing
from cminbox.store.listing import Place
from cminbox.store.notices import Announced
from cminbox.store.queue import Counts, Placed
from cminbox.store.targets import TargetNow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cminbox.domain.account import Account
    from cminbox.domain.conversation import Claim, Note, QueueRow, StoredMessage
    from cminbox.domain.filter import Filter
    from cminbox.domain.reply import StoredReply
    from cminbox.domain.saying import Saying
    from cminbox.inbox.persons import Persons
    from cminbox.inbox.reporting import Asked, Report
    from cminbox.inbox.shift import Rest
    from cminbox.inbox.workspace import Workspace
    from cminbox.sla.forecast import Forecast
    from cminbox.store.acts import Request

__all__ = ["Announced", "ConversationView", "Counts", "Event", "Place", "Placed", "Reading", "TargetNow"]


@dataclass(frozen=True, slots=True)
class ConversationView:
    """One conversation with all that belongs to it."""

    row: QueueRow
    account: Account
    messages: Sequence[StoredMessage]
    notes: Sequence[Note]
    events: Sequence[Event]
    replies: Sequence[StoredReply]
    requests: Sequence[Request]
    """What was asked of the network beside replying."""
    claim: Claim | None
    change: int
    """The number of the newest change that can be seen in it: what an agent knows who has it before him."""
    reply_until: int | None = None
    """Until when its network takes a reply (UTC milliseconds), None where there is no such rule."""


class Reading:
    """Reads a workspace. Nothing here waits for a network."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def page(
        self,
        wanted: Filter | None = None,
        *,
        after: Place | None = None,
        backwards: bool = False,
        limit: int = 200,
    ) -> list[Placed]:
        """Return the rows that follow a place in the order of the queue, or with `backwards` those before it."""
        now = self._workspace.now()
        return self._workspace.queue.page(wanted, after=after, backwards=backwards, limit=limit, now=now)

    def rows(self, ids: Sequence[int]) -> dict[int, QueueRow]:
        """Return conversations as rows, by id, in the queue or not."""
        return self._workspace.queue.rows(ids, now=self._workspace.now())

    def ids(
        self, wanted: Filter | None = None, *, between: tuple[Place, Place] | None = None, limit: int | None = None
    ) -> list[int]:
        """Return the number of every conversation in a list, or of those from one place to another, in their order."""
        return self._workspace.queue.ids(wanted, between=between, limit=limit, now=self._workspace.now())

    def place(self, conversation_id: int, wanted: Filter | None = None) -> Place | None:
        """Return where a conversation stands in the order of a list, None where that list cannot hold it."""
        return self._workspace.queue.place(conversation_id, wanted)

    def among(self, ids: Sequence[int], wanted: Filter | None = None) -> set[int]:
        """Return which of these conversations a list holds now, the queue without a filter."""
        return self._workspace.queue.among(ids, wanted, now=self._workspace.now())

    def count(self, wanted: Filter, most: int) -> int:
        """Return how many conversations a list holds, `most` for that many or more."""
        return self._workspace.queue.count(wanted, most, now=self._workspace.now())

    def counts(self, pressing: tuple[int, int] | None = None) -> Counts:
        """Return how many conversations wait, by kind and account, and in each status.

        Who knows how many are late, and how many at risk, gives it, so that they are not counted again.
        """
        return self._workspace.queue.counts(now=self._workspace.now(), pressing=pressing)

    def accounts(self) -> list[Account]:
        """Return every account, by name, with its health and its network's facts."""
        return self._workspace.accounts.all()

    def show(self, conversation_id: int, *, limit: int = 200) -> ConversationView:
        """Return one conversation with its newest `limit` messages. Raises NotFound."""
        workspace = self._workspace
        now = workspace.now()
        # Asked first: whatever is read after it may be newer, never older.
        change, _ = workspace.queue.changed_since(0, limit=0)
        row = workspace.queue.row(conversation_id, now=now)
        if row is None:
            raise missing(conversation_id)
        account = workspace.accounts.get_any(row.account)
        events = workspace.conversations.events(conversation_id)
        acts = [one.after["act"] for one in events if one.after is not None and one.after.keys() >= {"act", "subject"}]
        return ConversationView(
            row,
            account,
            workspace.conversations.messages(conversation_id, limit),
            workspace.conversations.notes(conversation_id),
            events,
            workspace.outbox.of_conversation(conversation_id),
            workspace.acts.requests(acts) if acts else (),
            workspace.claims.current(conversation_id, now=now),
            change,
            self._reply_until(row, account),
        )

    def targets(self, conversation_id: int) -> list[TargetNow]:
        """Return every response-time clock that a conversation has or had, by target, the oldest first."""
        return self._workspace.targets.of_conversation(conversation_id, now=self._workspace.now())

    def time_left(self, row: QueueRow, now: int) -> int | None:
        """Return the business time (milliseconds) until an answer is due, below zero where it is late; None for none.

        Costs microseconds: a policy's hours are worked out once.
        """
        return time_left(row, now, self._workspace.targets.calendar(row.policy_id))

    def reply_until(self, row: QueueRow) -> int | None:
        """Return until when its network takes a reply (UTC milliseconds), None where there is no such rule."""
        return self._reply_until(row, self._workspace.accounts.get_any(row.account))

    def _reply_until(self, row: QueueRow, account: Account) -> int | None:
        window = None if account.manifest is None else account.manifest.windows.get(row.kind)
        heard = None if window is None else self._workspace.outbox.last_heard(row.id)
        return None if window is None or heard is None else heard + window * 1000

    def forecast(self) -> Forecast:
        """Return how many more conversations will be late before the shift ends, at the present pace of answers."""
        # Loaded when somebody looks ahead, not before the first screen.
        from cminbox.inbox.reporting import expected  # noqa: PLC0415 - see above

        return expected(self._workspace)

    def report(self, asked: Asked, stopped: Callable[[], bool]) -> Report:
        """Return the figures of response times. Raises GivenUpError once `stopped` is true; made for a thread."""
        from cminbox.inbox.reporting import report  # noqa: PLC0415 - as above

        return report(self._workspace, asked, stopped)

    def shift_start(self) -> int:
        """Return when the present shift began, else the last one (UTC milliseconds)."""
        from cminbox.inbox.reporting import shift_start  # noqa: PLC0415 - as above

        return shift_start(self._workspace)

    def handover(self) -> list[Saying]:
        """Return what the next shift has to know, line by line."""
        from cminbox.inbox.handover import handover  # noqa: PLC0415 - as above

        return handover(self._workspace)

    def announced(self, after: int) -> list[Announced]:
        """Return the stages that were announced after a number, the oldest first; see `newest_announcement`."""
        return self._workspace.notices.since(after)

    def newest_announcement(self) -> int:
        """Return the number of the newest announcement: what comes after it is news. Costs microseconds."""
        return self._workspace.notices.newest()

    def thread(self, conversation_id: int, *, limit: int = 50) -> list[StoredMessage]:
        """Return the newest messages of a conversation, oldest first: what a preview draws."""
        return self._workspace.conversations.messages(conversation_id, limit)

    def rest(self, stopped: Callable[[], bool]) -> Rest:
        """Return what this agent's shift came to; may take a while. `stopped` says that nobody waits for it."""
        from cminbox.inbox.shift import rest  # noqa: PLC0415 - asked when nothing waits

        return rest(self._workspace, stopped)

    @cached_property
    def persons(self) -> Persons:
        """The persons who write."""
        from cminbox.inbox.persons import Persons  # noqa: PLC0415 - not before the first paint

        return Persons(self._workspace)

    def picture(self, account: Account, url: str) -> bytes:
        """Return a picture that came with a message; waits for it. Raises Problem."""
        # The only thing of the screen's process that loads HTTP, when a person asks for it.
        from cminbox.inbox.pictures import picture  # noqa: PLC0415 - see above

        return picture(self._workspace, account, url)

    def draft(self, conversation_id: int) -> StoredReply | None:
        """Return the agent's own draft in a conversation."""
        agent = self._workspace.agent
        return self._workspace.drafts.get(conversation_id, agent=agent.name, terminal=agent.terminal)

    def drafts(self) -> list[StoredReply]:
        """Return the agent's own drafts at every terminal of his, the newest first."""
        return self._workspace.drafts.of(self._workspace.agent.name)

    def outstanding(self) -> list[StoredReply]:
        """Return every reply that is on its way, was refused or is unknown, oldest first."""
        return self._workspace.outbox.outstanding()
