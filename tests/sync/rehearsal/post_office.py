"""A workspace with a question to answer, a scripted network, and the sender between them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cminbox.domain.network import Capability
from cminbox.domain.reply import ReplyState
from cminbox.outbox.attempts import Desk, look, send
from cminbox.outbox.sender import Sender
from cminbox.store.ingest import Ingest
from rehearsal.clock import half
from rehearsal.network import ScriptedNetwork, Server
from rehearsal.people import manifest, wrote

if TYPE_CHECKING:
    from cminbox.domain.account import Account
    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import StoredReply
    from cminbox.network_kit.contract import Network
    from cminbox.network_kit.failures import SignInAgain
    from rehearsal.stage import Stage

LOOKABLE = manifest(Capability.FIND_SENT)
KEYED = manifest(Capability.FIND_SENT, idempotent_for=3600)


@dataclass
class PostOffice:
    """One account named `brand`, one holder of the lease named `me`."""

    stage: Stage
    facts: Manifest = LOOKABLE
    server: Server = field(default_factory=Server)
    unconnectable: Exception | None = None
    signed_out: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Connect the account and let a customer ask."""
        self.account = self.stage.connect("brand", self.facts)
        self.network: Network = ScriptedNetwork.over(self.server, self.facts)
        self.stage.take(self.account, wrote("question"))
        self.stage.hold_lease()
        self.desk = self.desk_of("me")
        self.sender = self.sender_of(self.desk)

    def desk_of(self, holder: str) -> Desk:
        """Return what another holder of the lease works with."""
        clock, outbox = self.stage.clock, self.stage.workspace.outbox
        return Desk(
            outbox,
            Ingest(self.stage.workspace.database),
            self._network_of,
            holder,
            clock.now,
            half,
            self._sign_in_failed,
        )

    def sender_of(self, desk: Desk) -> Sender:
        """Return a sender over a desk."""
        accounts = self.stage.workspace.accounts
        return Sender(
            desk,
            self.stage.workspace.acts,
            lambda: {account.id: account for account in accounts.connected()},
            self.stage.clock.steady,
        )

    @property
    def where(self) -> int:
        """Return the conversation of the question."""
        return min(row.id for row in self.stage.everything() if row.account == "brand")

    def queue(self, text: str = "thank you") -> StoredReply:
        """Decide to send a reply at once."""
        return self.stage.decide(self.where, text)

    def get(self, reply: StoredReply) -> StoredReply:
        """Return how a reply stands now."""
        return self.stage.workspace.outbox.get(reply.id)

    async def send(self, reply: StoredReply) -> float:
        """Make one attempt."""
        return await send(self.desk, self.account, self.get(reply))

    async def look(self, reply: StoredReply) -> float:
        """Look once for a reply in doubt, when the time for it has come."""
        row = self.get(reply)
        assert row.state is ReplyState.UNKNOWN
        assert row.next_try_at is not None
        self.stage.clock.pass_time(max(0, (row.next_try_at - self.stage.clock.now()) / 1000))
        return await look(self.desk, self.account, row)

    async def work_off(self) -> None:
        """Let the sender do all that is due now."""
        await self.sender.poke()
        while self.sender.busy:
            await asyncio.wait(list(self.sender._lanes.values()))
            await asyncio.sleep(0)

    async def _network_of(self, account: Account) -> Network:
        if self.unconnectable is not None:
            raise self.unconnectable
        assert account.name
        return self.network

    async def _sign_in_failed(self, account: Account, failure: SignInAgain) -> None:
        self.signed_out.append(f"{account.name}: {failure}")
