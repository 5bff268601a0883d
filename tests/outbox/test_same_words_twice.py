"""Two replies of the same words in one conversation: what is found of the first says nothing of the second."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import wrote
from rehearsal.post_office import LOOKABLE, PostOffice

from cminbox.domain.reply import Receipt, Reply, ReplyState
from cminbox.domain.saying import say
from cminbox.network_kit.failures import SendOutcomeUnknown
from cminbox.outbox.recovery import LOOKS

if TYPE_CHECKING:
    from rehearsal.stage import Stage

LOST = SendOutcomeUnknown(say("no answer came"))


@pytest.fixture
def office(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> PostOffice:
    """Return an office whose network finds a reply by its words alone, the oldest first."""
    made = PostOffice(stage, LOOKABLE)

    async def by_words(reply: Reply) -> Receipt | None:
        same = [one for one in made.server.published if one.text == reply.text]
        return Receipt(f"sent-{same[0].send_key}") if same else None

    monkeypatch.setattr(made.network, "find_sent", by_words)
    return made


async def test_the_first_ones_receipt_is_not_the_seconds(office: PostOffice) -> None:
    await office.send(office.queue("thank you"))
    office.server.reply_failures.append(LOST)
    second = office.queue("thank you")
    await office.send(second)
    for _ in LOOKS:
        await office.look(second)
    row = office.get(second)
    assert (row.state, row.next_try_at, row.remote_id) == (ReplyState.UNKNOWN, None, None)
    assert len(office.server.published) == 1


async def test_a_person_who_insists_gets_the_second_one_out(office: PostOffice) -> None:
    await office.send(office.queue("thank you"))
    office.server.reply_failures.append(LOST)
    second = office.queue("thank you")
    await office.send(second)
    office.stage.workspace.outbox.retry(second.id, agent="ana", now=office.stage.clock.now())
    await office.send(second)
    assert office.get(second).state is ReplyState.SENT
    assert [one.text for one in office.server.published] == ["thank you", "thank you"]


async def test_what_was_there_before_the_decision_is_not_taken_for_it(office: PostOffice) -> None:
    office.stage.take(office.account, wrote("sent-elsewhere", ours=True, by="brand", parent="question"))
    reply = office.queue("thank you")
    office.server.published.append(replace(office.desk.outbox.publishable(reply.id), send_key="elsewhere"))
    office.server.reply_failures.append(LOST)
    await office.send(reply)
    await office.look(reply)
    assert office.get(reply).state is ReplyState.UNKNOWN


async def test_what_was_fetched_after_the_decision_is_taken_for_it(office: PostOffice) -> None:
    office.server.publishes_first = True
    office.server.reply_failures.append(LOST)
    reply = office.queue("thank you")
    await office.send(reply)
    key = office.server.published[0].send_key
    office.stage.take(office.account, wrote(f"sent-{key}", ours=True, by="brand", parent="question"))
    office.stage.workspace.outbox.retry(reply.id, agent="ana", now=office.stage.clock.now())
    await office.send(reply)
    assert office.get(reply).state is ReplyState.SENT
    assert len(office.server.published) == 1
