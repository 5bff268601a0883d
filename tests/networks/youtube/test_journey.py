"""Every comment once, with its author and parent, whatever fails, whoever is stopped, and whoever writes meanwhile."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from cminbox.network_kit.failures import NetworkFailure
from cminbox.simulators.wire import Fault

if TYPE_CHECKING:
    from tests.networks.youtube.conftest import Stage

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
AMOUNT = 2_000
AT_ONCE = 60
MOST_ROUNDS = 300


class Crowd:
    """People who comment, and reply below the newest two hundred comments."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.stage = stage
        self.chance = chance
        self.people = [stage.server.world.add_viewer(f"person-{number}") for number in range(20)]
        self.tops: list[str] = []
        self.written: set[str] = set()

    def write(self, amount: int) -> None:
        for _ in range(min(amount, AMOUNT - len(self.written))):
            self.stage.later(self.chance.randrange(3_000))
            under = self.chance.choice(self.tops[-200:]) if self.tops and self.chance.random() < 0.4 else None
            identifier = self.stage.server.someone_comments(self.chance.choice(self.people), "hello", under)
            self.written.add(identifier)
            if under is None:
                self.tops.append(identifier)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_two_thousand_comments_arrive_through_faults_and_stops(make_stage: type[Stage], seed: int) -> None:
    stage = make_stage(largest_page=100, units=1_000_000, server_units=1_000_000)
    chance = random.Random(seed)
    crowd = Crowd(stage, chance)
    crowd.write(AMOUNT // 2)
    found: dict[str, Message] = {}
    cursor: str | None = None
    for _ in range(MOST_ROUNDS):
        try:
            async for page in stage.network.fetch(cursor, 0):
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
    assert set(found) == crowd.written
    for identifier, message in found.items():
        comment = stage.server.world.comments[identifier]
        assert (message.author.remote_id, message.parent) == (comment.author.id, comment.parent)
    assert stage.wire.violations == []
