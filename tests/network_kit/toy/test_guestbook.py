"""The guest book under the contract suite."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import HttpContractSuite
from cminbox.simulators.wire import Fault, Wire, WireTransport
from toy.guestbook import KINDS, Guestbook, GuestbookAccount
from toy.simulator import PAGE, Entry, GuestbookServer

if TYPE_CHECKING:
    from cminbox.network_kit.contract import Network

TOKEN = "planted-token-7f3a"
TYPES = {kind: name for name, kind in KINDS.items()}


class GuestbookBench(Bench):
    """One guest book, its visitors and its owner."""

    network: ClassVar[type[Network]] = Guestbook
    secrets = (TOKEN,)
    kinds = (Kind.COMMENT, Kind.DM)
    several_pages = 3 * PAGE + 1

    def __init__(self) -> None:
        self.time = START
        self.server = GuestbookServer(TOKEN, self.now)
        self.wire = Wire(self.server)
        self.kept = KeptInMemory()

    def connect(self) -> Network:
        account = GuestbookAccount(base_url="https://book.example", token=SecretStr(TOKEN))
        return self.network(account, new_client(WireTransport(self.wire)), self.kept, self.now)

    def now(self) -> int:
        self.time += 10
        return self.time

    def pass_time(self, seconds: float) -> None:
        self.time += int(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        return self.server.add(Entry("", TYPES[kind], "ana", text, created_at or self.now(), under)).id

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        kind = self.server.entries[under].type
        return self.server.add(Entry("", kind, "owner", text, self.now(), under)).id

    def someone_deletes(self, remote_id: str) -> None:
        del self.server.entries[remote_id]

    def someone_edits(self, remote_id: str, text: str) -> bool:
        self.server.entries[remote_id] = replace(self.server.entries[remote_id], text=text)
        return True

    def add_unknown_item(self) -> None:
        self.server.add(Entry("", "drawing", "ana", "", self.now()))

    def expire_cursor(self) -> bool:
        self.server.counter += 1
        self.server.oldest_position = self.server.counter
        return True

    def published(self) -> list[Published]:
        return [
            Published(entry.id, entry.answers or "", entry.text, public=entry.type == "entry")
            for entry in self.server.entries.values()
            if entry.author == "owner"
        ]

    def state_of(self, remote_id: str) -> frozenset[str]:
        entry = self.server.entries.get(remote_id)
        return frozenset({"hidden"} if entry is not None and entry.hidden else ())

    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        self.wire.fail_next(Fault(fault), publishing=publishing, times=times)

    def requests_seen(self) -> list[tuple[str, str, bool]]:
        return [(request.method, request.path, self.server.publishes(request)) for request in self.wire.seen]

    def violations(self) -> list[str]:
        return [str(violation) for violation in self.wire.violations]


class TestGuestbook(HttpContractSuite):
    def bench(self) -> Bench:
        return GuestbookBench()
