"""Who is served next, who has to wait, and what a new holder of the lease finds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import NOW, manifest, wrote
from rehearsal.post_office import KEYED, PostOffice

from cminbox.domain.network import Capability
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Refused, SignInAgain, TryLater

if TYPE_CHECKING:
    from rehearsal.stage import Stage


@pytest.fixture
def office(stage: Stage) -> PostOffice:
    return PostOffice(stage)


async def test_replies_of_one_conversation_go_out_in_order(office: PostOffice) -> None:
    for number in range(5):
        office.queue(f"reply {number}")
    await office.work_off()
    assert [reply.text for reply in office.server.published] == [f"reply {number}" for number in range(5)]


async def test_a_reply_that_waits_holds_back_those_behind_it_in_its_conversation_only(office: PostOffice) -> None:
    office.stage.take(office.account, wrote("another", by="bob"))
    first, second = office.queue("first"), office.queue("second")
    other = next(row.id for row in office.stage.rows() if row.text == "text of another")
    third = office.stage.decide(other, "third")
    office.stage.workspace.outbox.begin(first.id, holder="me", now=NOW)
    office.stage.workspace.outbox.again(first.id, say("later"), now=NOW, next_try_at=NOW + 60_000)
    await office.work_off()
    assert [office.get(one).state for one in (first, second, third)] == [
        ReplyState.QUEUED,
        ReplyState.QUEUED,
        ReplyState.SENT,
    ]
    office.stage.clock.pass_time(60)
    await office.work_off()
    assert [reply.text for reply in office.server.published] == ["third", "first", "second"]


async def test_a_pause_holds_for_the_account_and_ends(office: PostOffice) -> None:
    office.stage.take(office.account, wrote("another", by="bob"))
    other = next(row.id for row in office.stage.rows() if row.text == "text of another")
    office.server.reply_failures.append(TryLater(say("slow down"), 100, rate_limited=True))
    first, second = office.queue("first"), office.stage.decide(other, "second")
    await office.work_off()
    assert office.server.published == []
    assert (office.sender.waiting(), office.sender.waiting(within=50), office.sender.waiting(within=200)) == (2, 0, 2)
    office.stage.clock.pass_time(200)
    await office.work_off()
    assert [office.get(one).state for one in (first, second)] == [ReplyState.SENT, ReplyState.SENT]


async def test_renewed_credentials_end_the_pause_at_once(office: PostOffice) -> None:
    office.server.reply_failures.append(SignInAgain(say("dead")))
    reply = office.queue()
    await office.work_off()
    await office.work_off()
    assert office.get(reply).attempt == 1
    office.sender.resume(office.account.id)
    await office.work_off()
    assert office.get(reply).state is ReplyState.SENT


async def test_a_slow_account_holds_up_no_other(stage: Stage) -> None:
    office = PostOffice(stage)
    office.server.gate = asyncio.Event()
    slow = office.queue("slow")
    other = stage.connect("other")
    stage.take(other, wrote("elsewhere"))
    where = next(row.id for row in stage.rows() if row.account == "other")
    await office.sender.poke()
    await office.server.reached.wait()
    quick = stage.decide(where, "quick")
    await office.sender.poke()
    office.server.reached.clear()
    await office.server.reached.wait()
    assert {reply.text for reply in office.server.published} == {"slow", "quick"}
    office.server.gate.set()
    await office.work_off()
    assert {office.get(one).state for one in (slow, quick)} == {ReplyState.SENT}


async def test_one_account_sends_one_thing_at_a_time(office: PostOffice) -> None:
    office.stage.take(office.account, wrote("another", by="bob"))
    office.server.gate = asyncio.Event()
    office.queue("first")
    office.stage.decide(next(row.id for row in office.stage.rows() if row.text == "text of another"), "second")
    for _ in range(3):
        await office.sender.poke()
    await office.server.reached.wait()
    await asyncio.sleep(0.05)
    assert len(office.server.published) == 1
    office.server.gate.set()
    await office.work_off()
    assert len(office.server.published) == 2


async def test_looks_and_other_acts_come_after_replies(stage: Stage) -> None:
    office = PostOffice(stage, manifest(Capability.HIDE))
    stage.workspace.acts.add(office.where, Capability.HIDE, "question", agent="ana", now=NOW)
    office.queue()
    assert office.sender.waiting() == 2
    await office.work_off()
    assert (len(office.server.published), office.server.acts) == (1, [("hide", "question")])
    assert office.sender.waiting() == 0


async def test_what_belongs_to_an_account_that_was_removed_is_refused(office: PostOffice) -> None:
    reply = office.queue()
    act = office.stage.workspace.acts.add(office.where, Capability.HIDE, "question", agent="ana", now=NOW)
    office.stage.workspace.accounts.remove("brand", agent="ana", now=NOW)
    await office.work_off()
    assert office.get(reply).state is ReplyState.REFUSED
    assert office.stage.workspace.acts.outcome(act)[0] == "refused"
    assert office.server.published == []


async def test_a_new_holder_puts_in_doubt_what_the_dead_one_was_sending(stage: Stage) -> None:
    office = PostOffice(stage, KEYED)
    reply = office.queue()
    stage.workspace.outbox.begin(reply.id, holder="me", now=NOW)
    office.server.published.append(stage.workspace.outbox.publishable(reply.id))
    stage.workspace.leases.take("sync", holder="new", host="h", pid=2, now=NOW, seconds=30, instead_of="me")
    sender = office.sender_of(office.desk_of("new"))
    await sender.recover()
    assert office.get(reply).state is ReplyState.UNKNOWN
    assert len(office.stage.rows()) == 1
    office.sender = sender
    stage.clock.pass_time(5)
    await office.work_off()
    assert office.get(reply).state is ReplyState.SENT
    assert len(office.server.published) == 1


async def test_what_is_being_sent_here_is_not_put_in_doubt(office: PostOffice) -> None:
    office.server.gate = asyncio.Event()
    reply = office.queue()
    await office.sender.poke()
    await office.server.reached.wait()
    await office.sender.recover()
    assert office.get(reply).state is ReplyState.SENDING
    office.server.gate.set()
    await office.work_off()
    assert office.get(reply).state is ReplyState.SENT


async def test_a_lost_lease_stops_sending_at_once(office: PostOffice) -> None:
    first, second = office.queue("first"), office.queue("second")
    office.stage.workspace.leases.take("sync", holder="new", host="h", pid=2, now=NOW, seconds=30, instead_of="me")
    await office.work_off()
    assert office.sender.lost.is_set()
    await office.work_off()
    assert [office.get(one).state for one in (first, second)] == [ReplyState.QUEUED, ReplyState.QUEUED]
    assert office.server.published == []


async def test_a_locked_file_pauses_and_loses_nothing(office: PostOffice) -> None:
    reply = office.queue()
    connection = office.stage.workspace.database._write_connection
    connection.execute("PRAGMA query_only = 1")
    await office.work_off()
    connection.execute("PRAGMA query_only = 0")
    assert office.get(reply).state is ReplyState.QUEUED
    office.stage.clock.pass_time(10)
    await office.work_off()
    assert office.get(reply).state is ReplyState.SENT


async def test_a_stop_lets_what_has_begun_come_to_its_end(office: PostOffice) -> None:
    office.server.gate = asyncio.Event()
    first, second = office.queue("first"), office.queue("second")
    await office.sender.poke()
    await office.server.reached.wait()
    stopping = asyncio.create_task(office.sender.stop(5))
    await asyncio.sleep(0.01)
    office.server.gate.set()
    await stopping
    assert [office.get(one).state for one in (first, second)] == [ReplyState.SENT, ReplyState.QUEUED]
    await office.sender.poke()
    assert not office.sender.busy


async def test_a_stop_does_not_wait_for_ever(office: PostOffice) -> None:
    office.server.gate = asyncio.Event()
    reply = office.queue()
    await office.sender.poke()
    await office.server.reached.wait()
    async with asyncio.timeout(5):
        await office.sender.stop(0.05)
    assert office.get(reply).state is ReplyState.SENDING


async def test_a_refusal_does_not_hold_up_what_follows(office: PostOffice) -> None:
    office.server.reply_failures.append(Refused(say("no")))
    first, second = office.queue("first"), office.queue("second")
    await office.work_off()
    assert [office.get(one).state for one in (first, second)] == [ReplyState.REFUSED, ReplyState.SENT]
