"""Google Business Profile under the contract suite: one place, several, and answers without what may be missing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.network_kit.client import new_client
from cminbox.network_kit.reviews.review import Answer, answer_id, parts_of
from cminbox.network_kit.testing.bench import START, Bench, KeptInMemory, Published
from cminbox.network_kit.testing.suite import ContractSuite, HttpContractSuite
from cminbox.networks.google_business import NETWORK
from cminbox.networks.google_business.account import GoogleBusinessAccount
from cminbox.simulators.google_business import SimulatedGoogleBusiness
from cminbox.simulators.google_business.server import APPLICATION
from cminbox.simulators.wire import Fault, Wire, WireTransport

if TYPE_CHECKING:
    from cminbox.network_kit.contract import Network
    from cminbox.simulators.google_reviews import Review

CLIENT_SECRET = "GOCSPX-planted-5d41402abc4b"
REFRESH_TOKEN = "1//planted-refresh-7d793037a076"
CLIENT = replace(APPLICATION, client_secret=CLIENT_SECRET)


class GoogleBusinessBench(Bench):
    """A simulated business whose lists come in small pages; with `places` above one they are read together."""

    network: ClassVar[type[Network]] = NETWORK
    secrets: ClassVar[tuple[str, ...]] = (CLIENT_SECRET, REFRESH_TOKEN, "ya29.simulated-access")
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.REVIEW,)
    several_pages: ClassVar[int] = 25

    def __init__(self, *, places: int = 1, bare: bool = False, language: str = "en", grouped: bool = False) -> None:
        self.clock = START
        self.server = SimulatedGoogleBusiness(
            self.now,
            refresh_token=REFRESH_TOKEN,
            application=CLIENT,
            largest_page=10,
            bare=bare,
            language=language,
            grouped=grouped,
        )
        for number in range(1, places):
            self.server.add_place(f"Acme {number}", f"{3000 + number}")
        self.turn = 0
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.kept = KeptInMemory()

    def connect(self) -> Network:
        account = GoogleBusinessAccount(
            client_id=CLIENT.client_id,
            client_secret=SecretStr(CLIENT_SECRET),
            refresh_token=SecretStr(REFRESH_TOKEN),
        )
        return self.network(account, self.http, self.kept, self.now)

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def pass_time(self, seconds: float) -> None:
        self.clock += round(seconds * 1000)

    def someone_writes(self, kind: Kind, text: str, *, under: str | None = None, created_at: int | None = None) -> str:
        assert kind is Kind.REVIEW
        if under is not None:
            # Whoever has reviewed a place and writes again changes the review.
            self.server.reviews.edit(self._review(under).id, text)
            return under
        self.turn += 1
        places = list(self.server.places)
        return self.server.someone_reviews("Ana Lima", text, places[self.turn % len(places)], at=created_at)

    def we_write_elsewhere(self, text: str, *, under: str) -> str:
        self.server.reviews.answer(self._review(under).id, text)
        return answer_id(under, Answer(text, 0).mark)

    def someone_deletes(self, remote_id: str) -> None:
        del self.server.reviews.all[self._review(remote_id).id]

    def someone_edits(self, remote_id: str, text: str) -> bool:
        self.server.reviews.edit(self._review(remote_id).id, text)
        return True

    def add_unknown_item(self) -> None:
        self.server.reviews.write("Nobody", "beep", next(iter(self.server.places)), odd=True)

    def expire_cursor(self) -> bool:
        return False

    def published(self) -> list[Published]:
        return [
            Published(answer_id(name, Answer(one.reply, 0).mark), name, one.reply, public=True)
            for one in self.server.reviews.all.values()
            if one.reply and (name := self.server.known_as(one))
        ]

    def state_of(self, remote_id: str) -> frozenset[str]:
        name, mark = parts_of(remote_id)
        review = self.server.review(name)
        gone = review is None or (mark is not None and (not review.reply or Answer(review.reply, 0).mark != mark))
        return frozenset({"deleted"} if gone else ())

    def fail_next(self, fault: str, *, publishing: bool = False, times: int = 1) -> None:
        self.wire.fail_next(Fault(fault), publishing=publishing, times=times)

    def requests_seen(self) -> list[tuple[str, str, bool]]:
        return [(seen.method, seen.path, self.server.publishes(seen)) for seen in self.wire.seen]

    def violations(self) -> list[str]:
        return [str(violation) for violation in self.wire.violations]

    def _review(self, remote_id: str) -> Review:
        review = self.server.review(remote_id)
        assert review is not None
        return review


class TestGoogleBusiness(HttpContractSuite):
    def bench(self) -> Bench:
        return GoogleBusinessBench()


class TestSeveralPlaces(ContractSuite):
    """Reviews of several places with one request, and a server that gives them place by place."""

    def bench(self) -> Bench:
        return GoogleBusinessBench(places=3, grouped=True)


class TestBareAnswers(ContractSuite):
    """Answers without anything that may be missing, and errors in another language."""

    def bench(self) -> Bench:
        return GoogleBusinessBench(places=2, bare=True, language="fr")
