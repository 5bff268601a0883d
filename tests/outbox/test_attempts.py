"""Every end that an attempt can have, and what is on disk at each moment of it."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

import pytest
from rehearsal.network import ScriptedNetwork
from rehearsal.people import NOW, manifest, wrote
from rehearsal.post_office import KEYED, PostOffice

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
)
from cminbox.outbox import recording
from cminbox.outbox.attempts import send
from cminbox.outbox.outcomes import SIGN_IN_PAUSE
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
