"""Every message once, with its author, parent and kind, whatever fails, whoever stops, and whoever writes meanwhile."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import NetworkFailure, SendOutcomeUnknown
from cminbox.simulators.wire import Fault
from cminbox.simulators.x import Rules

if TYPE_CHECKING:
    from tests.networks.x.conftest import Stage

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
LOST = (Fault.ERROR_AFTER_WRITE, Fault.TIMEOUT_AFTER_WRITE, Fault.CUT_AFTER_WRITE, Fault.EMPTY_AFTER_WRITE)
AMOUNT = 400
AT_ONCE = 12
MOST_ROUNDS = 400


class Crowd:
    """People who name the brand, answer below its post and below each other, and write to it in private."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.stage = stage
        self.chance = chance
        self.people = [stage.world.user(f"person_{number}") for number in range(20)]
        self.replies: list[str] = []
        self.written: dict[str, Kind] = {}

    def write(self, amount: int) -> None:
        server = self.stage.server
        for number in range(min(amount, AMOUNT - len(self.written))):
            self.stage.later(self.chance.randrange(3_000))
            person = self.chance.choice(self.people)
            match self.chance.randrange(4):
                case 0:
                    self.written[f"dm/{server.someone_writes(person, f'psst {number}')}"] = Kind.DM
                case 1:
                    self.written[server.someone_mentions(person, f"look {number}")] = Kind.MENTION
                case _:
                    under = self.chance.choice(self.replies[-50:]) if self.chance.random() < 0.4 else None
                    reply = server.someone_replies(person, f"how much? {number}", under)
                    self.replies.append(reply)
                    self.written[reply] = Kind.COMMENT

    def begin(self) -> None:
        self.replies.append(self.stage.server.someone_replies(self.people[0], "first"))
        self.written[self.replies[0]] = Kind.COMMENT
        self.write(120)


@pytest.mark.parametrize(("seed", "sign_in"), [(1, "pin"), (2, "browser"), (3, "pin")])
async def test_four_hundred_messages_arrive_through_faults_and_stops(
    make_stage: type[Stage], seed: int, sign_in: str
) -> None:
    stage = make_stage(sign_in=sign_in, rules=Rules(largest_page=100, repeats=seed == 2))
    chance = random.Random(seed)
    crowd = Crowd(stage, chance)
    crowd.begin()
    found: dict[str, Message] = {}
    cursor: str | None = None
    for _ in range(MOST_ROUNDS):
        try:
            async for page in stage.network.fetch(cursor, 0):
                assert not found.keys() & {message.remote_id for message in page.messages}
                assert (len(page.deleted), len(page.skipped)) == (0, 0)
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
    assert {name: message.kind for name, message in found.items()} == crowd.written
    for name, message in found.items():
        if message.kind is not Kind.DM:
            post = stage.world.find(name)
            assert (message.author.remote_id, message.parent) == (post.author.id, post.replied_to)
    assert stage.wire.violations == []


async def test_every_reply_lands_once_whatever_becomes_of_its_answer(stage: Stage) -> None:
    chance = random.Random(7)
    crowd = Crowd(stage, chance)
    crowd.begin()
    asked = [message for message in await stage.messages() if not message.ours][:60]
    for number, message in enumerate(asked):
        key = message.conversation or message.remote_id
        reply = stage.answer(message.remote_id, f"answer {number}", message.kind, key)
        if chance.random() < 0.6:
            stage.wire.fail_next(chance.choice(LOST), publishing=True)
        try:
            receipt = await stage.network.reply(reply)
        except SendOutcomeUnknown:
            found = await stage.connect().find_sent(reply)
            assert found is not None
            receipt = found
        assert receipt.remote_id
    posts = [next(iter(post.versions.values())) for post in stage.server.published()]
    notes = [event.text for event in stage.world.events if event.sender is stage.server.brand]
    assert sorted([*posts, *notes]) == sorted(f"answer {number}" for number in range(len(asked)))
