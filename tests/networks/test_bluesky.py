"""Bluesky under the contract suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import HttpContractSuite
from cminbox.networks.bluesky import Bluesky
from cminbox.networks.bluesky.account import BlueskyAccount
from cminbox.simulators.bluesky import Person, SimulatedBluesky
from cminbox.simulators.wire import Fault, Wire, WireTransport

if TYPE_CHECKING:
    from cminbox.network_kit.contract import Network

PASSWORD = "hush-hush-hush-hush"
SMALL_PAGE = 10


class BlueskyBench(Bench):
    """A simulated Bluesky with the brand @acme.example, whose server gives few entries at once."""

    network = Bluesky
    secrets = (PASSWORD,)
    kinds = (Kind.COMMENT, Kind.MENTION, Kind.DM)
    several_pages = 25

    def __init__(self) -> None:
        self.clock = START
        self.server = SimulatedBluesky(self.now, app_password=PASSWORD, largest_page=SMALL_PAGE)
        self.wire = Wire(self.server)
        self.credentials = KeptInMemory()
        self.authors: dict[str, Person] = {}

    def connect(self) -> Network:
        account = BlueskyAccount(
            base_url="https://bluesky.example", handle="acme.example", app_password=SecretStr(PASSWORD)
        )
        return Bluesky(account, new_client(WireTransport(self.wire)), self.credentials, self.now)

    def now(self) -> int:
        self.clock += 1
        return self.clock

    def pass_time(self, seconds: float) -> None:
        self.clock += round(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        person = self.authors.get(under or "")
        if person is None:
            number = len(self.authors)
            person = self.server.add_person(f"person-{number}.example", f"Person {number}")
        remote_id = self.server.someone_writes(kind, person, text, under, created_at)
        self.authors[remote_id] = person
        return remote_id

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        return self.server.we_write(text, under)

    def someone_deletes(self, remote_id: str) -> None:
        self.server.delete(remote_id)

    def add_unknown_item(self) -> None:
        self.server.people.unheard_of()

    def expire_cursor(self) -> bool:
        return False

    def published(self) -> list[Published]:
        return [Published(one.remote_id, one.under, one.text, one.public) for one in self.server.published()]

    def state_of(self, remote_id: str) -> frozenset[str]:
        world = self.server.world
        record = world.records.get(remote_id)
        facts = {
            "hidden": record is not None and world.hidden(record),
            "liked": world.liked(remote_id) is not None,
            "boosted": world.reposted(remote_id) is not None,
            "blocked": world.blocked(remote_id) is not None,
            "muted": remote_id in world.muted,
            "read": record is not None and world.seen_at is not None and world.seen_at > record.sorted_at,
            "deleted": remote_id.startswith("at://") and record is None,
            "reported": any(report["subject"].get("uri") == remote_id for report in world.reports),
        }
        return frozenset(name for name, holds in facts.items() if holds)

    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        self.wire.fail_next(Fault(fault), publishing=publishing, times=times)

    def requests_seen(self) -> list[tuple[str, str, bool]]:
        return [(one.method, one.path, self.server.publishes(one)) for one in self.wire.seen]

    def violations(self) -> list[str]:
        return [str(violation) for violation in self.wire.violations]


class TestBluesky(HttpContractSuite):
    def bench(self) -> Bench:
        return BlueskyBench()
