"""Every message once, with its author and parent, whatever fails, whoever is stopped, and whoever writes meanwhile."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from cminbox.network_kit.failures import NetworkFailure, SendOutcomeUnknown
from cminbox.simulators.linkedin.server import Rules
from cminbox.simulators.wire import AFTER_WRITE, Fault

if TYPE_CHECKING:
    from tests.networks.linkedin.conftest import Stage

    from cminbox.domain.message import Message

FAULTS = (
    Fault.SERVER_ERROR,
    Fault.TIMEOUT,
    Fault.CUT,
    Fault.RATE_LIMIT,
    Fault.HTML,
    Fault.UNAUTHORIZED,
    Fault.CONNECT,
)
AMOUNT = 1_000
AT_ONCE = 60
MOST_ROUNDS = 300


class Crowd:
    """People who comment, answer the newest comments, mention the Page, and write below these mentions."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.stage = stage
        self.chance = chance
        self.people = [stage.server.world.member(f"person{number}") for number in range(20)]
        self.tops: list[str] = []
        self.written: dict[str, tuple[str, str | None]] = {}

    def write(self, amount: int) -> None:
        server = self.stage.server
        for _ in range(min(amount, AMOUNT - len(self.written))):
            self.stage.later(seconds=self.chance.random())
            person = self.chance.choice(self.people)
            if self.chance.random() < 0.01:
                self.written[server.someone_mentions(person, "Look, Acme").share] = (person.urn, None)
                continue
            mentions = [one.share for one in server.world.posts[-5:] if one.author is not server.world.brand]
            under = self.chance.choice([None, None, *self.tops[-100:][:3], *mentions[-2:]])
            made = server.someone_comments(person, "hello", under)
            above = None if made.parent is None else server.world.comments[made.parent]
            if made.post.author is server.world.brand:
                self.written[made.urn] = (person.urn, None if above is None else above.urn)
            else:
                parent = made.post.share if above is None else self.stage.named(above)
                self.written[self.stage.named(made)] = (person.urn, parent)
            if under is None:
                self.tops.append(made.urn)


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_thousand_messages_arrive_through_faults_and_stops(make_stage: type[Stage], seed: int) -> None:
    stage = make_stage(rules=Rules(largest_page=50))
    chance = random.Random(seed)
    crowd = Crowd(stage, chance)
    crowd.write(AMOUNT // 2)
    found: dict[str, Message] = {}
    cursor: str | None = None
    for _ in range(MOST_ROUNDS):
        try:
            async for page in stage.network.fetch(cursor, 0):
                assert page.deleted == ()
                found |= {message.remote_id: message for message in page.messages}
                cursor = page.cursor
                crowd.write(AT_ONCE)
                if chance.random() < 0.2:
                    stage.wire.fail_next(chance.choice(FAULTS))
                if chance.random() < 0.1:
                    break
        except NetworkFailure:
            pass
        stage.network = stage.connect()
        crowd.write(AT_ONCE)
        if len(found) == AMOUNT:
            break
    assert {name: (one.author.remote_id, one.parent) for name, one in found.items()} == crowd.written
    assert stage.wire.violations == []


@pytest.mark.parametrize("fault", sorted(AFTER_WRITE))
async def test_every_reply_lands_once_whatever_becomes_of_its_answer(stage: Stage, fault: Fault) -> None:
    for number in range(10):
        reply = stage.answer(stage.comment(f"question {number}"), f"answer {number}")
        if number % 2:
            stage.wire.fail_next(fault, publishing=True)
        try:
            receipt = await stage.network.reply(reply)
        except SendOutcomeUnknown:
            found = await stage.network.find_sent(reply)
            assert found is not None
            receipt = found
        (made,) = [one for one in stage.server.published() if one.text == reply.text]
        assert receipt.remote_id == made.urn
    assert len(stage.server.published()) == 10
