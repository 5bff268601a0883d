"""The relay passes the contract suite over a folder and a script."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest

from cminbox.domain.message import Kind, Person
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import ContractSuite
from cminbox.networks.relay import Relay
from cminbox.networks.relay.account import RelayAccount
from cminbox.simulators.relay import SimulatedRelay

if TYPE_CHECKING:
    from cminbox.network_kit.contract import Network

ANA = Person("u-ana", "ana", "Ana")


class RelayBench(Bench):
    """A spool folder with a portal's script, which runs whenever the adapter pauses."""

    network: ClassVar[type[Network]] = Relay
    secrets = ()
    kinds = tuple(Kind)
    several_pages = 11
    lost_answers = ("timeout after the write",)

    def __init__(self, folder: Path) -> None:
        self.time = START
        self.spool = folder / "spool"
        self.portal = SimulatedRelay(self.spool, self.now)

    def connect(self) -> Network:
        self.portal.give_lost_answers()
        relay = Relay(RelayAccount(folder=str(self.spool)), new_client(), KeptInMemory(), self.now)
        relay.page_size = 4
        relay.pause = self._script
        return relay

    async def _script(self, _seconds: float) -> None:
        self.portal.run()

    def now(self) -> int:
        self.time += 10
        return self.time

    def pass_time(self, seconds: float) -> None:
        self.time += int(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        return self.portal.someone_writes(kind, ANA, text, under, created_at=created_at)

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        return self.portal.we_write(text, under)

    def someone_deletes(self, remote_id: str) -> None:
        self.portal.someone_deletes(remote_id)

    def someone_edits(self, remote_id: str, text: str) -> bool:
        self.portal.someone_edits(remote_id, text)
        return True

    def add_unknown_item(self) -> None:
        self.portal.put({"network": "relay", "remote_id": "x-1", "kind": "poke"})

    def expire_cursor(self) -> bool:
        return False

    def published(self) -> list[Published]:
        return [Published(said.remote_id, said.under, said.text, said.public) for said in self.portal.published]

    def state_of(self, remote_id: str) -> frozenset[str]:
        raise AssertionError(f"nothing is moderated here: {remote_id}")

    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        assert fault in self.lost_answers
        assert publishing
        self.portal.lose_answers += times

    def requests_seen(self) -> list[tuple[str, str, bool]]:
        handed = self.spool / "handed"
        return [("HAND OUT", path.name, True) for path in handed.iterdir()] if handed.exists() else []

    def violations(self) -> list[str]:
        return self.portal.violations


class TestRelay(ContractSuite):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def bench(self) -> Bench:
        return RelayBench(Path(tempfile.mkdtemp(dir=self.folder)))
