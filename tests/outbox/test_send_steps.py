"""A send in several steps that a process did not live to finish: taken up where it stopped, or put in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rehearsal.post_office import PostOffice

from cminbox.domain.reply import Progress, Reply, ReplyState
from cminbox.domain.saying import say
from cminbox.network_kit.failures import TryLater
from cminbox.outbox.attempts import strand
from cminbox.store.leases import LeaseLost

if TYPE_CHECKING:
    from rehearsal.stage import Stage

    from cminbox.domain.reply import Receipt


class Dead(BaseException):
    """The process dies."""


@pytest.fixture
def office(stage: Stage) -> PostOffice:
    return PostOffice(stage)


def dying(office: PostOffice, monkeypatch: pytest.MonkeyPatch, *steps: Progress) -> list[Progress | None]:
    """Let the first attempt die after these steps; return what each attempt found prepared."""
    honest = office.network.reply
    found: list[Progress | None] = []

    async def reply(asked: Reply) -> Receipt:
        found.append(asked.steps.progress)
        if len(found) == 1:
            for step in steps:
                await asked.steps.keep(step)
            raise Dead
        return await honest(asked)

    monkeypatch.setattr(office.network, "reply", reply)
    return found


async def test_what_was_only_prepared_is_taken_up_by_itself(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = dying(office, monkeypatch, Progress("container 1"))
    reply = office.queue("merci")
    with pytest.raises(Dead):
        await office.send(reply)
    assert office.get(reply).state is ReplyState.SENDING
    await strand(office.desk)
    assert office.get(reply).state is ReplyState.QUEUED
    await office.send(office.get(reply))
    assert found == [None, Progress("container 1")]
    assert [one.text for one in office.server.published] == ["merci"]
    assert office.get(reply).state is ReplyState.SENT


@pytest.mark.parametrize("steps", [(), (Progress("container 1"), Progress("container 1", begun=True))])
async def test_what_may_have_been_published_is_in_doubt(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch, steps: tuple[Progress, ...]
) -> None:
    dying(office, monkeypatch, *steps)
    reply = office.queue("merci")
    with pytest.raises(Dead):
        await office.send(reply)
    await strand(office.desk)
    assert office.get(reply).state is ReplyState.UNKNOWN
    assert office.server.published == []


async def test_a_pause_between_the_steps_is_a_pause(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Progress | None] = []

    async def slow(asked: Reply) -> Receipt:
        found.append(asked.steps.progress)
        await asked.steps.keep(Progress("container 1"))
        raise TryLater(say("not ready"), 5.0)

    monkeypatch.setattr(office.network, "reply", slow)
    reply = office.queue("merci")
    for _ in range(2):
        await office.send(office.get(reply))
        assert office.get(reply).state is ReplyState.QUEUED
    assert found == [None, Progress("container 1")]


async def test_an_attempt_that_another_process_took_over_goes_no_further(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = office.queue("merci")

    async def overtaken(asked: Reply) -> Receipt:
        office.desk.outbox.again(reply.id, say("interrupted"), now=1, next_try_at=1)
        await asked.steps.keep(Progress("container 1", begun=True))
        raise AssertionError("it went on")

    monkeypatch.setattr(office.network, "reply", overtaken)
    with pytest.raises(LeaseLost):
        await office.send(reply)
    assert office.get(reply).state is ReplyState.QUEUED
