"""Google Play under the contract suite: answers with all that is documented, and without what may be missing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ClassVar

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.client import new_client
from cminbox.network_kit.reviews.review import Answer, answer_id
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import ContractSuite, HttpContractSuite
from cminbox.networks.google_play import NETWORK
from cminbox.networks.google_play.account import GooglePlayAccount
from cminbox.simulators.google_play import SimulatedGooglePlay, new_service_account
from cminbox.simulators.wire import Fault, Wire, WireTransport

if TYPE_CHECKING:
    from cminbox.network_kit.contract import Network
    from cminbox.simulators.google_sign_in import ServiceAccount


class GooglePlayBench(Bench):
    """A simulated app whose lists come in small pages."""

    network: ClassVar[type[Network]] = NETWORK
    secrets: ClassVar[tuple[str, ...]] = ("PRIVATE KEY", "ya29.simulated-access")
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.REVIEW,)
    several_pages: ClassVar[int] = 25
    tells_when_written: ClassVar[bool] = False
    mangled_texts: ClassVar[tuple[str, ...]] = ('a < b & "c" <b>',)

    def __init__(self, folder: Path, *, bare: bool = False, language: str = "en") -> None:
        self.clock = START
        text, account = made()
        self.key_file = folder / "key.json"
        self.key_file.touch(mode=0o600)
        self.key_file.write_text(text)
        self.server = SimulatedGooglePlay(
            self.now, account, largest_page=10, gets_an_hour=10_000, bare=bare, language=language
        )
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.kept = KeptInMemory()

    def connect(self) -> Network:
        account = GooglePlayAccount(package_name=self.server.package, key_file=str(self.key_file), gets_per_hour=10_000)
        return self.network(account, self.http, self.kept, self.now)

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def pass_time(self, seconds: float) -> None:
        self.clock += round(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        assert kind is Kind.REVIEW
        if under is not None:
            # Whoever has reviewed an app and writes again changes the review.
            self.server.reviews.edit(under, text)
            return under
        return self.server.someone_reviews("Ana Lima", text, at=created_at)

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        self.server.we_answer(under, text)
        return answer_id(under, Answer(text, 0).mark)

    def someone_deletes(self, remote_id: str) -> None:
        del self.server.reviews.all[remote_id]

    def someone_edits(self, remote_id: str, text: str) -> bool:
        self.server.reviews.edit(remote_id, text)
        return True

    def add_unknown_item(self) -> None:
        self.server.reviews.write("Nobody", "beep", self.server.package, odd=True)

    def expire_cursor(self) -> bool:
        return False

    def published(self) -> list[Published]:
        return [
            Published(answer_id(one.id, Answer(one.reply, 0).mark), one.id, one.reply, public=True)
            for one in self.server.reviews.all.values()
            if one.reply
        ]

    def state_of(self, remote_id: str) -> frozenset[str]:
        return frozenset(() if remote_id in self.server.reviews.all else {"deleted"})

    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        self.wire.fail_next(Fault(fault), publishing=publishing, times=times)

    def requests_seen(self) -> list[tuple[str, str, bool]]:
        return [(seen.method, seen.path, self.server.publishes(seen)) for seen in self.wire.seen]

    def violations(self) -> list[str]:
        return [str(violation) for violation in self.wire.violations]


@cache
def made() -> tuple[str, ServiceAccount]:
    """Return a key file's text and what Google knows of it: one for all, for making it takes a while."""
    with TemporaryDirectory() as folder:
        account = new_service_account(Path(folder) / "key.json")
        return (Path(folder) / "key.json").read_text(), account


class TestGooglePlay(HttpContractSuite):
    folder: Path

    @pytest.fixture(autouse=True)
    def _in_a_folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def bench(self) -> Bench:
        return GooglePlayBench(self.folder)


class TestBareAnswers(ContractSuite):
    """Answers without anything that may be missing, and errors in another language."""

    folder: Path

    @pytest.fixture(autouse=True)
    def _in_a_folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def bench(self) -> Bench:
        return GooglePlayBench(self.folder, bare=True, language="fr")
