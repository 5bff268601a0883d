"""What a send in several steps has prepared is kept with its reply, for the same text and by one process alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rehearsal.people import NOW, wrote

from cminbox.domain.reply import Progress, Reply, Steps
from cminbox.domain.saying import say
from cminbox.store.leases import LeaseLost

if TYPE_CHECKING:
    from rehearsal.stage import Stage

    from cminbox.domain.reply import StoredReply
    from cminbox.store.outbox import Outbox


@pytest.fixture
def outbox(stage: Stage) -> Outbox:
    stage.take(stage.connect(), wrote("question"))
    stage.hold_lease()
    return stage.workspace.outbox


@pytest.fixture
def decided(stage: Stage, outbox: Outbox) -> StoredReply:
    assert outbox.outstanding() == []
    return stage.decide(stage.everything()[0].id, "merci")


def begun(outbox: Outbox, reply: StoredReply) -> Reply:
    found = outbox.begin(reply.id, holder="me", now=NOW)
    assert found is not None
    return found.reply


async def test_what_was_prepared_is_there_for_the_next_attempt(outbox: Outbox, decided: StoredReply) -> None:
    first = begun(outbox, decided)
    assert first.steps.progress is None
    await first.steps.keep(Progress("container 1"))
    await first.steps.keep(Progress("container 1", begun=True))
    outbox.again(decided.id, say("later"), now=NOW, next_try_at=NOW)
    assert begun(outbox, decided).steps.progress == Progress("container 1", begun=True)
    assert outbox.publishable(decided.id) == first


async def test_another_text_finds_nothing_prepared(stage: Stage, outbox: Outbox, decided: StoredReply) -> None:
    await begun(outbox, decided).steps.keep(Progress("container 1"))
    outbox.refused(decided.id, say("no"), now=NOW)
    outbox.take_back(decided.id, agent="ana", now=NOW)
    again = stage.decide(decided.conversation_id, "merci beaucoup")
    assert outbox.publishable(again.id).steps.progress is None


async def test_an_attempt_that_is_over_keeps_nothing(outbox: Outbox, decided: StoredReply) -> None:
    slow = begun(outbox, decided)
    outbox.again(decided.id, say("interrupted"), now=NOW, next_try_at=NOW)
    with pytest.raises(LeaseLost):
        await slow.steps.keep(Progress("too late"))
    begun(outbox, decided)
    with pytest.raises(LeaseLost):
        await slow.steps.keep(Progress("much too late", begun=True))
    assert slow.steps.progress is None
    assert outbox.publishable(decided.id).steps.progress is None


def test_steps_are_no_part_of_what_is_published(outbox: Outbox, decided: StoredReply) -> None:
    reply = outbox.publishable(decided.id)
    assert reply == Reply(reply.send_key, reply.kind, reply.conversation, reply.to, reply.text, reply.decided_at)
    assert hash(reply.steps) == hash(Steps())
    assert "merci" not in repr(reply.steps)
