"""A network without a network: a list of messages, a list of failures, and a record of what was published."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from cminbox.domain.message import Person
from cminbox.domain.network import Capability
from cminbox.domain.reply import Receipt
from cminbox.network_kit.client import new_client
from cminbox.network_kit.contract import AccountReport, AccountSettings, Network, Page, Thread
from cminbox.network_kit.testing.bench import KeptInMemory
from rehearsal.people import manifest, wrote

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from cminbox.domain.account import Account
    from cminbox.domain.message import Message
    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import Reply
    from cminbox.domain.saying import Saying


@dataclass
class Server:
    """What a scripted network reads from and publishes to.

    `fetch_failures`, `reply_failures` and the like are used up one per call, None standing for a call that goes well; a
    failure in `after_page` comes after so many pages. `publishes_first` lets a reply exist although its answer fails.
    """

    items: list[Message] = field(default_factory=list)
    page_size: int = 2
    skipped: tuple[Saying, ...] = ()
    deleted: tuple[str, ...] = ()
    fetch_failures: deque[Exception | None] = field(default_factory=deque)
    after_page: int = 0
    reply_failures: deque[BaseException | None] = field(default_factory=deque)
    publishes_first: bool = False
    published: list[Reply] = field(default_factory=list)
    hidden_looks: int = 0
    """How many looks do not see yet what was published."""
    find_failures: deque[Exception | None] = field(default_factory=deque)
    thread_failures: deque[Exception | None] = field(default_factory=deque)
    below: list[Message] = field(default_factory=list)
    """What stands below any message, as a thread shows it."""
    threads: list[str] = field(default_factory=list)
    """Of which messages the thread was read."""
    act_failures: deque[Exception | None] = field(default_factory=deque)
    acts: list[tuple[str, str]] = field(default_factory=list)
    fetches: list[tuple[str | None, int]] = field(default_factory=list)
    looks: int = 0
    gate: asyncio.Event | None = None
    """Where set, publishing waits for it after the reply was published."""
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    """Set as soon as a reply was published."""


class NoSettings(AccountSettings):
    """Nothing to fill in."""


class ScriptedNetwork(Network):
    """Does what its server's script says."""

    Account: ClassVar[type[AccountSettings]] = NoSettings
    manifest = manifest(Capability.FIND_SENT)
    server: Server

    @classmethod
    def over(cls, server: Server, facts: Manifest | None = None) -> ScriptedNetwork:
        """Return a network over a server, with other facts than the usual ones if given."""
        made = cls(NoSettings(), new_client(), KeptInMemory(), lambda: 0)
        made.server = server
        if facts is not None:
            made.manifest = facts  # type: ignore[misc] # one network's own facts
        return made

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield the items behind a cursor, which is their number."""
        server = self.server
        server.fetches.append((cursor, since))
        failure = server.fetch_failures.popleft() if server.fetch_failures else None
        if failure is not None and server.after_page == 0:
            raise failure
        start = int(cursor or 0)
        pages = 0
        while True:
            items = tuple(server.items[start : start + server.page_size])
            start += len(items)
            await asyncio.sleep(0)
            last = start >= len(server.items)
            yield Page(items, str(start), server.deleted if last else (), server.skipped if pages == 0 else ())
            pages += 1
            if failure is not None and pages >= server.after_page:
                raise failure
            if last:
                return

    async def check(self) -> AccountReport:
        """Return the brand."""
        return AccountReport(me=Person("brand", "brand"))

    async def reply(self, reply: Reply) -> Receipt:
        """Publish, or fail, or both."""
        server = self.server
        failure = server.reply_failures.popleft() if server.reply_failures else None
        if failure is None or server.publishes_first:
            server.published.append(reply)
            server.reached.set()
        if server.gate is not None:
            await server.gate.wait()
        if failure is not None:
            raise failure
        return self._receipt(reply)

    async def thread(self, remote_id: str) -> Thread:
        """Return what stands below a message."""
        self.server.threads.append(remote_id)
        failure = self.server.thread_failures.popleft() if self.server.thread_failures else None
        if failure is not None:
            raise failure
        return Thread((), wrote(remote_id), tuple(self.server.below))

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look for a reply by its key."""
        server = self.server
        server.looks += 1
        failure = server.find_failures.popleft() if server.find_failures else None
        if failure is not None:
            raise failure
        if server.looks <= server.hidden_looks:
            return None
        return next((self._receipt(one) for one in server.published if one.send_key == reply.send_key), None)

    async def hide(self, remote_id: str) -> None:
        """Hide, or fail."""
        self._act("hide", remote_id)

    async def delete(self, remote_id: str) -> None:
        """Delete, or fail."""
        self._act("delete", remote_id)

    async def block(self, person_id: str) -> None:
        """Block, or fail."""
        self._act("block", person_id)

    async def report(self, remote_id: str, reason: str) -> None:
        """Report, or fail."""
        self._act(f"report for {reason}", remote_id)

    def _act(self, what: str, subject: str) -> None:
        failure = self.server.act_failures.popleft() if self.server.act_failures else None
        if failure is not None:
            raise failure
        self.server.acts.append((what, subject))

    def _receipt(self, reply: Reply) -> Receipt:
        return Receipt(f"sent-{reply.send_key}", f"https://scripted.example/{reply.send_key}")


@dataclass
class ScriptedConnector:
    """Connects accounts to scripted networks by the account's name."""

    networks: dict[str, Network]
    secret: str = "first secret"
    connected: int = 0
    failure: Exception | None = None

    def fingerprint(self, account: Account, settings: Mapping[str, Any]) -> str:
        """Return something that changes with the secret."""
        del account, settings
        return self.secret

    def connect(self, account: Account, settings: Mapping[str, Any]) -> Network:
        """Return the network of an account."""
        del settings
        self.connected += 1
        if self.failure is not None:
            raise self.failure
        return self.networks[account.name]
