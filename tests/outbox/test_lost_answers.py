"""What happens to a reply whose answer was lost: looked for, found, sent again with its key, or left to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rehearsal.people import HOUR, NOW, manifest
from rehearsal.post_office import KEYED, LOOKABLE, PostOffice

from cminbox.domain.problem import StoreProblem
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import Saying, say
from cminbox.network_kit.failures import (
    Refused,
    SendOutcomeUnknown,
    SignInAgain,
    TryLater,
    Unreadable,
)
from cminbox.outbox.recovery import LOOKS, MOST_DOUBTS

if TYPE_CHECKING:
    from rehearsal.stage import Stage

    from cminbox.domain.reply import StoredReply


LOST = SendOutcomeUnknown(say("no answer came"))


@pytest.fixture
def office(stage: Stage) -> PostOffice:
    return PostOffice(stage)


@pytest.fixture
def keyed(stage: Stage) -> PostOffice:
    return PostOffice(stage, KEYED)


def reason(office: PostOffice, reply: StoredReply) -> str:
    return str(Saying.from_json(office.get(reply).reason or ""))


async def test_a_lost_answer_is_looked_for_and_found(office: PostOffice) -> None:
    office.server.publishes_first, office.server.hidden_looks = True, 2
    office.server.reply_failures.append(LOST)
    reply = office.queue()
    await office.send(reply)
    assert (office.get(reply).state, reason(office, reply)) == (ReplyState.UNKNOWN, "no answer came")
    assert office.desk.tally.unknown == {reply.id}
    for _ in range(3):
        await office.look(reply)
    assert office.get(reply).state is ReplyState.SENT
    assert len(office.server.published) == 1
    assert (office.desk.tally.sent, office.desk.tally.unknown) == (1, set())


async def test_a_lost_answer_that_is_never_found_is_left_to_a_person(office: PostOffice) -> None:
    office.server.reply_failures.append(LOST)
    reply = office.queue()
    await office.send(reply)
    for _ in LOOKS:
        await office.look(reply)
    row = office.get(reply)
    assert (row.state, row.next_try_at) == (ReplyState.UNKNOWN, None)
    assert "look on the network" in reason(office, reply)
    assert (office.server.published, office.server.looks) == ([], len(LOOKS))
    assert office.stage.workspace.outbox.doubtful(NOW + 1000 * HOUR) == []


async def test_a_network_that_knows_the_key_gets_it_again_after_all_looks(keyed: PostOffice) -> None:
    keyed.server.reply_failures.append(LOST)
    reply = keyed.queue()
    await keyed.send(reply)
    for _ in LOOKS:
        assert keyed.get(reply).state is ReplyState.UNKNOWN
        await keyed.look(reply)
    assert keyed.get(reply).state is ReplyState.QUEUED
    looks = keyed.server.looks
    await keyed.send(reply)
    assert keyed.get(reply).state is ReplyState.SENT
    assert keyed.server.looks == looks + 1
    assert len(keyed.server.published) == 1


async def test_what_turns_up_right_before_sending_again_is_not_sent_again(keyed: PostOffice) -> None:
    keyed.server.publishes_first, keyed.server.hidden_looks = True, len(LOOKS)
    keyed.server.reply_failures.append(LOST)
    reply = keyed.queue()
    await keyed.send(reply)
    for _ in LOOKS:
        await keyed.look(reply)
    assert keyed.get(reply).state is ReplyState.QUEUED
    await keyed.send(reply)
    assert keyed.get(reply).state is ReplyState.SENT
    assert len(keyed.server.published) == 1


async def test_a_key_whose_life_ended_while_waiting_is_not_sent_again(keyed: PostOffice) -> None:
    keyed.server.reply_failures.append(LOST)
    reply = keyed.queue()
    await keyed.send(reply)
    for _ in LOOKS:
        await keyed.look(reply)
    keyed.stage.clock.pass_time(3600)
    await keyed.send(reply)
    row = keyed.get(reply)
    assert (row.state, row.next_try_at, keyed.server.published) == (ReplyState.UNKNOWN, None, [])


async def test_a_person_may_have_it_sent_again_but_not_when_it_is_there(office: PostOffice) -> None:
    office.server.publishes_first = True
    office.server.hidden_looks = len(LOOKS)
    office.server.reply_failures.append(LOST)
    reply = office.queue()
    await office.send(reply)
    for _ in LOOKS:
        await office.look(reply)
    office.stage.workspace.outbox.retry(reply.id, agent="ana", now=office.stage.clock.now())
    await office.send(reply)
    assert office.get(reply).state is ReplyState.SENT
    assert len(office.server.published) == 1


async def test_a_person_has_it_sent_again_when_it_is_not_there(office: PostOffice) -> None:
    office.server.reply_failures.append(LOST)
    reply = office.queue()
    await office.send(reply)
    for _ in LOOKS:
        await office.look(reply)
    office.stage.workspace.outbox.retry(reply.id, agent="ana", now=office.stage.clock.now())
    office.server.find_failures.append(TryLater(say("offline")))
    await office.send(reply)
    assert (office.get(reply).state, office.server.published) == (ReplyState.QUEUED, [])
    await office.send(reply)
    assert office.get(reply).state is ReplyState.SENT
    assert len(office.server.published) == 1


async def test_a_network_that_shows_nothing_and_knows_no_key_asks_a_person_at_once(stage: Stage) -> None:
    office = PostOffice(stage, manifest())
    office.server.publishes_first = True
    office.server.reply_failures.append(LOST)
    reply = office.queue()
    await office.send(reply)
    await office.look(reply)
    row = office.get(reply)
    assert (row.state, row.next_try_at) == (ReplyState.UNKNOWN, None)
    assert (office.server.looks, len(office.server.published)) == (0, 1)


@pytest.mark.parametrize("facts", [LOOKABLE, KEYED, manifest(), manifest(idempotent_for=3600)])
async def test_answers_that_are_lost_for_ever_end_with_a_person_and_never_a_copy_without_key(
    stage: Stage, facts: object
) -> None:
    office = PostOffice(stage, facts)  # type: ignore[arg-type] # one of the manifests above
    office.server.reply_failures.extend([LOST] * 50)
    reply = office.queue()
    for _ in range(200):
        row = office.get(reply)
        if row.state is ReplyState.UNKNOWN and row.next_try_at is None:
            break
        await (office.look(reply) if row.state is ReplyState.UNKNOWN else office.send(reply))
    row = office.get(reply)
    assert (row.state, row.next_try_at) == (ReplyState.UNKNOWN, None)
    idempotent = office.facts.idempotent_for
    assert row.attempt == (MOST_DOUBTS if idempotent else 1)


@pytest.mark.parametrize("failure", [TryLater(say("x")), SignInAgain(say("x")), Unreadable(say("x")), KeyError("x")])
async def test_a_look_that_fails_decides_nothing(keyed: PostOffice, failure: Exception) -> None:
    keyed.server.reply_failures.append(LOST)
    keyed.server.find_failures.extend([failure] * 30)
    reply = keyed.queue()
    await keyed.send(reply)
    waits = []
    for _ in range(30):
        before = keyed.stage.clock.now()
        await keyed.look(reply)
        waits.append(keyed.stage.clock.now() - before)
    row = keyed.get(reply)
    assert (row.state, keyed.server.published) == (ReplyState.UNKNOWN, [])
    assert row.next_try_at is not None
    assert waits[-1] <= 15 * 60 * 1000


async def test_a_look_without_a_database_leaves_everything_as_it_was(office: PostOffice) -> None:
    office.server.reply_failures.append(LOST)
    reply = office.queue()
    await office.send(reply)
    before = office.get(reply)
    office.unconnectable = StoreProblem(say("locked"))
    with pytest.raises(StoreProblem):
        await office.look(reply)
    assert office.get(reply) == before


async def test_a_network_that_refuses_to_say_leaves_it_to_a_person_in_the_end(office: PostOffice) -> None:
    office.server.publishes_first = True
    office.server.reply_failures.append(LOST)
    office.server.find_failures.extend([Refused(say("too many answers"))] * 30)
    reply = office.queue()
    await office.send(reply)
    looks = 0
    while office.get(reply).next_try_at is not None:
        await office.look(reply)
        looks += 1
    assert (looks, office.get(reply).state) == (len(LOOKS), ReplyState.UNKNOWN)
    assert len(office.server.published) == 1


async def test_a_refusal_to_say_that_passes_does_no_harm(office: PostOffice) -> None:
    office.server.publishes_first = True
    office.server.reply_failures.append(LOST)
    office.server.find_failures.append(Refused(say("not now")))
    reply = office.queue()
    await office.send(reply)
    for _ in range(2):
        await office.look(reply)
    assert office.get(reply).state is ReplyState.SENT


async def test_a_fault_of_a_networks_module_is_a_doubt(office: PostOffice) -> None:
    office.server.publishes_first = True
    office.server.reply_failures.append(ZeroDivisionError("what nobody foresaw"))
    reply = office.queue()
    await office.send(reply)
    assert office.get(reply).state is ReplyState.UNKNOWN
    await office.look(reply)
    assert office.get(reply).state is ReplyState.SENT
