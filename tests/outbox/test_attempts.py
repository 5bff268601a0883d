"""Every end that an attempt can have, and what is on disk at each moment of it."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

import pytest
from rehearsal.network import ScriptedNetwork
from rehearsal.people import HOUR, NOW, manifest, wrote
from rehearsal.post_office import KEYED, LOOKABLE, PostOffice

from cminbox.domain.conversation import Status
from cminbox.domain.problem import StoreProblem
from cminbox.domain.reply import Reply, ReplyState
from cminbox.domain.saying import Saying, say
from cminbox.network_kit.failures import (
    Gone,
    Refused,
    SendOutcomeUnknown,
    SignInAgain,
    TryLater,
    Unreadable,
)
from cminbox.outbox import recording
from cminbox.outbox.attempts import send
from cminbox.outbox.outcomes import SIGN_IN_PAUSE
from cminbox.outbox.recovery import LOOKS, MOST_DOUBTS
from cminbox.store.leases import LeaseLost

if TYPE_CHECKING:
    from rehearsal.stage import Stage

    from cminbox.domain.reply import StoredReply
    from cminbox.store.outbox import Begun

LOST = SendOutcomeUnknown(say("no answer came"))


@pytest.fixture
def office(stage: Stage) -> PostOffice:
    return PostOffice(stage)


@pytest.fixture
def keyed(stage: Stage) -> PostOffice:
    return PostOffice(stage, KEYED)


def reason(office: PostOffice, reply: StoredReply) -> str:
    return str(Saying.from_json(office.get(reply).reason or ""))


async def test_a_reply_that_goes_well_is_sent_once_and_ends_the_conversation(office: PostOffice) -> None:
    reply = office.queue("merci")
    assert await office.send(reply) == 0
    assert office.get(reply).state is ReplyState.SENT
    assert [one.text for one in office.server.published] == ["merci"]
    assert office.stage.everything()[0].status is Status.DONE
    assert (office.desk.tally.sent, office.desk.in_flight) == (1, set())


async def test_it_is_on_disk_as_being_sent_before_the_request_leaves(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int]] = []

    async def peek(reply: Reply) -> None:
        other = sqlite3.connect(office.stage.workspace.database.path)
        seen.append(
            other.execute("SELECT state, attempt FROM replies WHERE send_key = ?", (reply.send_key,)).fetchone()
        )
        other.close()
        raise Refused(say("enough"))

    monkeypatch.setattr(office.network, "reply", peek)
    await office.send(office.queue())
    assert seen == [("sending", 1)]


async def test_a_refusal_comes_back_with_the_networks_words(office: PostOffice) -> None:
    office.server.reply_failures.append(Refused(say("too rude")))
    reply = office.queue()
    await office.send(reply)
    assert (office.get(reply).state, reason(office, reply)) == (ReplyState.REFUSED, "too rude")
    assert [row.reply_state for row in office.stage.rows()] == [ReplyState.REFUSED]
    assert office.desk.tally.refused == 1


async def test_a_question_that_is_gone_cannot_be_answered(office: PostOffice) -> None:
    office.server.reply_failures.append(Gone(say("deleted")))
    reply = office.queue()
    await office.send(reply)
    assert office.get(reply).state is ReplyState.REFUSED


async def test_what_surely_was_not_sent_is_queued_again_and_the_account_pauses(office: PostOffice) -> None:
    office.server.reply_failures.append(TryLater(say("a pause"), 120, rate_limited=True))
    reply = office.queue()
    pause = await office.send(reply)
    row = office.get(reply)
    assert row.state is ReplyState.QUEUED
    assert pause >= 120
    assert row.next_try_at == NOW + round(pause * 1000)
    assert (row.doubts, row.doubtful_since) == (0, None)
    await office.send(reply)
    assert office.get(reply).state is ReplyState.SENT
    assert office.server.looks == 0


async def test_the_same_key_goes_with_every_attempt(office: PostOffice) -> None:
    office.server.publishes_first = True
    office.server.reply_failures.extend([TryLater(say("later")), TryLater(say("later"))])
    reply = office.queue()
    for _ in range(3):
        await office.send(reply)
    assert len({one.send_key for one in office.server.published}) == 1
    assert office.get(reply).attempt == 3


async def test_dead_credentials_lose_nothing(office: PostOffice) -> None:
    office.server.reply_failures.append(SignInAgain(say("token revoked")))
    reply = office.queue()
    assert await office.send(reply) == SIGN_IN_PAUSE
    assert office.get(reply).state is ReplyState.QUEUED
    assert office.signed_out == ["brand: token revoked"]
    await office.send(reply)
    assert office.get(reply).state is ReplyState.SENT


async def test_an_account_that_cannot_be_connected_begins_nothing(office: PostOffice) -> None:
    office.unconnectable = SignInAgain(say("no secret"))
    reply = office.queue()
    assert await office.send(reply) == SIGN_IN_PAUSE
    assert (office.get(reply).state, office.get(reply).attempt) == (ReplyState.QUEUED, 0)


async def test_a_permission_that_was_never_given_brings_the_text_back(office: PostOffice) -> None:
    office.server.reply_failures.append(SignInAgain(say("may not write"), missing_scope="write"))
    reply = office.queue()
    await office.send(reply)
    assert office.get(reply).state is ReplyState.REFUSED


async def test_a_window_that_closed_is_noticed_before_anything_is_asked(stage: Stage) -> None:
    office = PostOffice(stage, manifest(window=24 * 3600))
    reply = office.queue()
    stage.clock.pass_time(24 * 3600 + 1)
    await office.send(reply)
    assert office.get(reply).state is ReplyState.REFUSED
    assert "24 h" in reason(office, reply)
    assert (office.server.published, office.get(reply).attempt) == ([], 0)


async def test_an_account_that_is_granted_more_time_is_given_it(stage: Stage) -> None:
    office = PostOffice(stage, manifest(window=7 * 24 * 3600))
    office.network = ScriptedNetwork.over(office.server, manifest(window=24 * 3600))
    reply = office.queue()
    stage.clock.pass_time(24 * 3600 + 1)
    await office.send(reply)
    assert office.get(reply).state is ReplyState.SENT


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


async def test_nothing_is_sent_without_the_lease(office: PostOffice) -> None:
    reply = office.queue()
    office.stage.workspace.leases.take("sync", holder="another", host="h", pid=2, now=NOW, seconds=30, instead_of="me")
    with pytest.raises(LeaseLost):
        await office.send(reply)
    assert (office.get(reply).state, office.server.published) == (ReplyState.QUEUED, [])
    assert office.desk.in_flight == set()


async def test_what_was_taken_back_at_the_last_moment_is_not_sent(office: PostOffice) -> None:
    reply = office.queue()
    row = office.get(reply)
    office.stage.workspace.outbox.take_back(reply.id, agent="ana", now=NOW)
    office.stage.workspace.drafts.save(office.where, "", caret=0, agent="ana", terminal="tty1", now=NOW)
    assert office.server.published == []
    second = office.queue("again")
    office.stage.workspace.outbox.cancel(second.id, agent="ana", now=NOW)
    await send(office.desk, office.account, office.get(second))
    assert office.server.published == []
    assert row.state is ReplyState.QUEUED


async def test_a_stop_in_the_middle_of_the_request_leaves_it_for_recovery(office: PostOffice) -> None:
    office.server.gate = asyncio.Event()
    reply = office.queue()
    task = asyncio.create_task(office.send(reply))
    await office.server.reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (office.get(reply).state, office.desk.in_flight) == (ReplyState.SENDING, set())


async def test_an_outcome_that_cannot_be_written_is_kept_until_it_can(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "WAITS", (0.01,) * 200)
    outbox = office.stage.workspace.outbox
    begin = outbox.begin

    def begin_then_break(reply_id: int, *, holder: str, now: int, price: int) -> Begun | None:
        begun = begin(reply_id, holder=holder, now=now, price=price)
        office.stage.workspace.database._write_connection.execute("PRAGMA query_only = 1")
        return begun

    monkeypatch.setattr(outbox, "begin", begin_then_break)
    reply = office.queue()
    task = asyncio.create_task(office.send(reply))
    await asyncio.sleep(0.1)
    assert len(office.server.published) == 1
    assert office.get(reply).state is ReplyState.SENDING
    assert office.desk.in_flight == {reply.id}
    office.stage.workspace.database._write_connection.execute("PRAGMA query_only = 0")
    await task
    assert office.get(reply).state is ReplyState.SENT


async def test_a_begin_that_cannot_be_written_sends_nothing(office: PostOffice) -> None:
    reply = office.queue()
    connection = office.stage.workspace.database._write_connection
    connection.execute("PRAGMA query_only = 1")
    with pytest.raises(StoreProblem):
        await office.send(reply)
    connection.execute("PRAGMA query_only = 0")
    assert (office.get(reply).state, office.server.published) == (ReplyState.QUEUED, [])


async def test_an_outcome_that_somebody_else_recorded_stands(office: PostOffice) -> None:
    office.server.gate = asyncio.Event()
    reply = office.queue()
    task = asyncio.create_task(office.send(reply))
    await office.server.reached.wait()
    outbox = office.stage.workspace.outbox
    outbox.unknown(reply.id, say("taken over"), now=NOW, next_try_at=None)
    outbox.cancel(reply.id, agent="bob", now=NOW)
    office.server.gate.set()
    await task
    assert office.get(reply).state is ReplyState.CANCELLED


async def test_a_customer_who_writes_while_it_is_sent_goes_on_waiting(office: PostOffice) -> None:
    office.server.gate = asyncio.Event()
    reply = office.queue()
    task = asyncio.create_task(office.send(reply))
    await office.server.reached.wait()
    office.stage.take(office.account, wrote("one more thing", at=NOW - 1, parent="question"))
    office.server.gate.set()
    await task
    (row,) = office.stage.rows()
    assert (row.status, row.unanswered) == (Status.OPEN, 1)
