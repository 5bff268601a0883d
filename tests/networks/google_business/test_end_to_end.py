"""From Google into the queue and back: a changed review waits again, and a colleague's answer is never overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from rehearsal.clock import half
from rehearsal.stage import Stage as Workplace

from cminbox.domain.account import Health, HealthState
from cminbox.domain.conversation import Status, Target
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import Saying
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import KeptInMemory
from cminbox.networks.google_business import NETWORK
from cminbox.networks.google_business.account import GoogleBusinessAccount
from cminbox.outbox.attempts import Desk, send
from cminbox.simulators.google_business import SimulatedGoogleBusiness
from cminbox.simulators.wire import Wire, WireTransport
from cminbox.store.ingest import Ingest
from cminbox.sync.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cminbox.domain.account import Account
    from cminbox.domain.conversation import QueueRow
    from cminbox.domain.reply import StoredReply
    from cminbox.network_kit.contract import Network
    from cminbox.network_kit.failures import SignInAgain


class Brand:
    """A workspace with one business on a simulated Google."""

    def __init__(self, folder: Path) -> None:
        self.work = Workplace(folder)
        self.server = SimulatedGoogleBusiness(self.work.clock.now)
        client = self.server.google.application
        account = GoogleBusinessAccount(
            client_id=client.client_id,
            client_secret=SecretStr(client.client_secret),
            refresh_token=SecretStr("1//simulated-refresh"),
        )
        http = new_client(WireTransport(Wire(self.server)))
        self.network: Network = NETWORK(account, http, KeptInMemory(), self.work.clock.now)
        self.work.connect("brand", NETWORK.manifest)
        self.work.hold_lease()
        ingest = Ingest(self.work.workspace.database)
        self.engine = Engine(self.work.workspace.accounts, ingest, self.work.clock.now, 30)
        self.desk = Desk(
            self.work.workspace.outbox, ingest, self._network, "me", self.work.clock.now, half, self._signed_out
        )

    @property
    def account(self) -> Account:
        return self.work.workspace.accounts.get("brand")

    async def fetch(self) -> None:
        """Read what is new, and note that all of it was read."""
        self.work.clock.pass_time(60)
        fetched = await self.engine.fetch(self.account, self.network)
        assert fetched.failure is None
        health = Health(HealthState.OK, last_complete_fetch=fetched.read_at)
        self.work.workspace.accounts.set_health(self.account.id, health, next_fetch_at=0)

    def only(self) -> QueueRow:
        (row,) = self.work.everything()
        return row

    async def answer(self, text: str) -> StoredReply:
        """Decide to answer and let it be sent."""
        reply = self.work.decide(self.only().id, text)
        await self.send(reply)
        return reply

    async def send(self, reply: StoredReply) -> None:
        """Make one attempt."""
        self.work.hold_lease()
        await send(self.desk, self.account, self.work.workspace.outbox.get(reply.id))

    def texts(self) -> list[str]:
        return [one.text for one in self.work.workspace.conversations.messages(self.only().id)]

    async def _network(self, _account: Account) -> Network:
        return self.network

    async def _signed_out(self, _account: Account, failure: SignInAgain) -> None:
        raise failure


@pytest.fixture
def brand(tmp_path: Path) -> Iterator[Brand]:
    made = Brand(tmp_path / "brand")
    yield made
    made.work.close()


async def test_a_changed_review_waits_again_below_what_was_said_before(brand: Brand) -> None:
    identifier = brand.server.someone_reviews("Ana", "Too loud", stars=2)
    await brand.fetch()
    await brand.fetch()
    await brand.answer("We are sorry")
    await brand.fetch()
    assert (brand.only().status, brand.texts()) == (Status.DONE, ["Too loud", "We are sorry"])
    brand.work.clock.pass_time(3600)
    brand.server.reviews.edit(identifier.partition("/")[2], "Still too loud", stars=1)
    await brand.fetch()
    row = brand.only()
    assert (row.status, row.unanswered, row.target) == (Status.OPEN, 1, Target.NRT)
    assert brand.texts() == ["Too loud", "We are sorry", "Still too loud"]
    await brand.answer("We have put up curtains")
    await brand.fetch()
    assert brand.only().status is Status.DONE
    review = brand.server.review(identifier)
    assert review is not None
    assert review.reply == "We have put up curtains"


async def test_a_colleagues_answer_on_the_website_is_shown_and_not_overwritten(brand: Brand) -> None:
    identifier = brand.server.someone_reviews("Ana", "Too loud")
    name = identifier.partition("/")[2]
    await brand.fetch()
    brand.server.reviews.answer(name, "from the website")
    reply = brand.work.decide(brand.only().id, "mine")
    await brand.send(reply)
    row = brand.work.workspace.outbox.get(reply.id)
    assert row.state is ReplyState.REFUSED
    assert "another program" in str(Saying.from_json(row.reason or ""))
    assert brand.texts() == ["Too loud", "from the website"]
    brand.work.workspace.outbox.retry(reply.id, agent="ana", now=brand.work.clock.now())
    await brand.send(reply)
    assert brand.work.workspace.outbox.get(reply.id).state is ReplyState.SENT
    review = brand.server.review(identifier)
    assert review is not None
    assert review.reply == "mine"


async def test_an_answer_to_a_forgotten_review_is_kept_back_though_the_list_was_just_read(brand: Brand) -> None:
    first = brand.server.someone_reviews("Ana", "Too loud")
    await brand.fetch()
    for number in range(60):
        brand.work.clock.pass_time(1)
        brand.server.someone_reviews("Ben", f"review {number}")
    await brand.fetch()
    conversation = next(row.id for row in brand.work.everything() if row.text == "Too loud")
    brand.server.reviews.answer(first.partition("/")[2], "from the website")
    brand.work.clock.pass_time(300)
    reply = brand.work.decide(conversation, "mine")
    await brand.fetch()
    await brand.send(reply)
    assert brand.work.workspace.outbox.get(reply.id).state is ReplyState.REFUSED
    review = brand.server.review(first)
    assert review is not None
    assert review.reply == "from the website"
