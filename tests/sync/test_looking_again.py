"""What waits for an answer is looked for again now and then, where the network's fetch does not notice what goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest
from rehearsal.network import ScriptedNetwork, Server
from rehearsal.people import HOUR, MINUTE, NOW, wrote

from cminbox.domain.saying import say
from cminbox.network_kit.failures import TryLater
from cminbox.store.ingest import Ingest
from cminbox.sync.engine import Engine
from cminbox.sync.looking_again import BEFORE, EVERY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rehearsal.stage import Stage

    from cminbox.sync.engine import Fetched


class Forgetful(ScriptedNetwork):
    """A network that never says by itself what was deleted; `gone` has been, `asked` holds what was asked."""

    looks_again_at: ClassVar[int] = 2
    gone: ClassVar[set[str]] = set()
    asked: ClassVar[list[list[str]]] = []
    failure: ClassVar[TryLater | None] = None

    async def vanished(self, remote_ids: Sequence[str]) -> Sequence[str]:
        """Return what is gone, or fail."""
        self.asked.append([*remote_ids])
        if self.failure is not None:
            raise self.failure
        return [one for one in remote_ids if one in self.gone]


@pytest.fixture
def asked(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    stage.connect()
    found: list[list[str]] = []
    monkeypatch.setattr(Forgetful, "asked", found)
    return found


async def fetch(stage: Stage, server: Server) -> Fetched:
    engine = Engine(stage.workspace.accounts, Ingest(stage.workspace.database), stage.clock.now, 30)
    return await engine.fetch(stage.workspace.accounts.get("brand"), Forgetful.over(server))


def later(stage: Stage, milliseconds: int) -> None:
    stage.clock.pass_time(milliseconds / 1000)


def waiting(stage: Stage) -> int:
    return sum(row.unanswered for row in stage.everything())


async def test_what_has_gone_leaves_the_queue_and_is_asked_for_every_few_hours(
    stage: Stage, asked: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server([wrote("a"), wrote("b")])
    await fetch(stage, server)
    assert (waiting(stage), asked) == (2, [])
    monkeypatch.setattr(Forgetful, "gone", {"a"})
    later(stage, BEFORE + EVERY)
    await fetch(stage, server)
    assert asked == [["a", "b"]]
    assert waiting(stage) == 1
    later(stage, EVERY - MINUTE)
    await fetch(stage, server)
    assert len(asked) == 1
    later(stage, MINUTE)
    await fetch(stage, server)
    assert asked[1:] == [["b"]]


async def test_where_more_wait_than_fit_the_next_time_goes_on_behind_and_begins_again(
    stage: Stage, asked: list[list[str]]
) -> None:
    server = Server([wrote(name) for name in "abc"])
    await fetch(stage, server)
    for _ in range(4):
        later(stage, BEFORE + EVERY)
        await fetch(stage, server)
    assert asked == [["a", "b"], ["c"], ["a", "b"], ["c"]]


async def test_what_came_just_now_or_is_answered_is_left_alone(stage: Stage, asked: list[list[str]]) -> None:
    server = Server([wrote("a"), wrote("thanks", parent="a", ours=True), wrote("b", at=NOW + EVERY)])
    later(stage, EVERY)
    await fetch(stage, server)
    assert asked == []


async def test_a_network_that_asks_for_a_pause_is_asked_the_next_time_and_the_fetch_was_complete(
    stage: Stage, asked: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server([wrote("a")])
    await fetch(stage, server)
    monkeypatch.setattr(Forgetful, "failure", TryLater(say("enough for today"), 5.0, rate_limited=True))
    later(stage, 2 * EVERY)
    fetched = await fetch(stage, server)
    assert (fetched.failure, len(asked), waiting(stage)) == (None, 1, 1)


async def test_other_networks_are_not_asked(stage: Stage) -> None:
    account = stage.connect()
    engine = Engine(stage.workspace.accounts, Ingest(stage.workspace.database), stage.clock.now, 30)
    server = Server([wrote("a")])
    for _ in range(2):
        fetched = await engine.fetch(account, ScriptedNetwork.over(server))
        later(stage, 24 * HOUR)
        assert fetched.failure is None
