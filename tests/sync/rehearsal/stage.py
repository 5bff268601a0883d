"""A workspace with accounts, ready for a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cminbox.domain.filter import Filter
from cminbox.inbox.workspace import Agent, Workspace
from cminbox.settings.locations import locate
from cminbox.settings.values import Settings, Sync
from cminbox.store.ingest import Delivery, Ingest, Taken
from cminbox.store.outbox import Decision
from rehearsal.clock import Clock
from rehearsal.people import manifest

if TYPE_CHECKING:
    from pathlib import Path

    from cminbox.domain.account import Account
    from cminbox.domain.conversation import QueueRow
    from cminbox.domain.message import Message
    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import StoredReply

BOUNDS = Sync(fastest=5, slowest=60, history_days=30)


@dataclass
class Stage:
    """A workspace in a folder, its clock, and short ways to do what tests do most."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    workspace: Workspace = field(init=False)

    def __post_init__(self) -> None:
        """Open the workspace."""
        self.workspace = self.open("ana", "tty1")

    def open(self, agent: str, terminal: str) -> Workspace:
        """Open the same workspace once more, as another screen would."""
        where = locate(f"{self.folder}/", None, {})
        return Workspace(where, Settings(sync=BOUNDS), Agent(agent, terminal), self.clock.now)

    def connect(self, name: str = "brand", facts: Manifest | None = None) -> Account:
        """Connect an account."""
        accounts = self.workspace.accounts
        accounts.add(name, facts or manifest(), {}, handle=name, agent="ana", now=self.clock.now())
        return accounts.get(name)

    def take(self, account: Account, *messages: Message, done_before: int | None = None) -> Taken:
        """Store messages as one page."""
        delivery = Delivery(account.id, messages, self.clock.now(), done_before=done_before)
        return Ingest(self.workspace.database).take(delivery)

    def rows(self) -> list[QueueRow]:
        """Return the queue."""
        return [placed.row for placed in self.workspace.queue.page(now=self.clock.now())]

    def everything(self) -> list[QueueRow]:
        """Return every conversation, newest first."""
        page = self.workspace.queue.page(Filter(everything=True), limit=10_000, now=self.clock.now())
        return [placed.row for placed in page]

    def decide(self, conversation_id: int, text: str = "thank you", *, hold: int = 0) -> StoredReply:
        """Decide to send a reply, at once or after a hold in milliseconds."""
        decision = Decision(conversation_id, text, "ana", "tty1", self.clock.now(), hold)
        return self.workspace.outbox.decide(decision)

    def hold_lease(self, holder: str = "me") -> None:
        """Let a holder have the lease for syncing."""
        assert self.workspace.leases.take("sync", holder=holder, host="here", pid=1, now=self.clock.now(), seconds=30)

    def close(self) -> None:
        """Close the workspace."""
        self.workspace.close()
