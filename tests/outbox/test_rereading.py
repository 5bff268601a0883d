"""Right before a reply leaves, its thread is read again: no second answer goes out that its agent does not want."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import MINUTE, NOW, manifest, wrote
from rehearsal.post_office import PostOffice

from cminbox.domain.account import Health, HealthState
from cminbox.domain.conversation import Status
from cminbox.domain.message import Kind
from cminbox.domain.network import Capability
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import Saying, say
from cminbox.network_kit.failures import (
    Gone,
    NotSupported,
    SendOutcomeUnknown,
    SignInAgain,
    TryLater,
    Unreadable,
)
from cminbox.outbox.outcomes import SIGN_IN_PAUSE
from cminbox.outbox.recovery import LOOKS
from cminbox.outbox.rereading import FRESH_SECONDS
from cminbox.store.outbox import Decision

if TYPE_CHECKING:
    from rehearsal.stage import Stage

THREADED = manifest(Capability.FIND_SENT, Capability.THREAD)
KEYED = manifest(Capability.FIND_SENT, Capability.THREAD, idempotent_for=3600)
ELSEWHERE = wrote("elsewhere", at=NOW + 1, parent="question", ours=True, text="answered from a telephone")


@pytest.fixture
def office(stage: Stage) -> PostOffice:
    return PostOffice(stage, THREADED)


def reason(office: PostOffice, reply_id: int) -> str:
    return str(Saying.from_json(office.stage.workspace.outbox.get(reply_id).reason or ""))


async def test_the_thread_of_the_question_is_read_once_and_the_reply_goes(office: PostOffice) -> None:
    office.server.below = [wrote("somebody", parent="question", by="bob")]
    reply = office.queue()
    assert await office.send(reply) == 0
    assert (office.get(reply).state, office.server.threads) == (ReplyState.SENT, ["question"])


async def test_an_answer_from_another_program_keeps_it_back_and_is_shown(office: PostOffice) -> None:
    office.server.below = [ELSEWHERE]
    reply = office.queue("mine")
    await office.send(reply)
    row = office.get(reply)
    assert (row.state, row.text, row.attempt, office.server.published) == (ReplyState.REFUSED, "mine", 0, [])
    assert "another program" in reason(office, reply.id)
    (shown,) = office.stage.rows()
    assert (shown.status, shown.reply_state) == (Status.OPEN, ReplyState.REFUSED)
    texts = [one.text for one in office.stage.workspace.conversations.messages(office.where)]
    assert texts == ["text of question", "answered from a telephone"]
    assert office.desk.tally.refused == 1


async def test_whoever_wants_it_sent_all_the_same_gets_it_sent(office: PostOffice) -> None:
    office.server.below = [ELSEWHERE]
    reply = office.queue("mine")
    await office.send(reply)
    office.stage.workspace.outbox.retry(reply.id, agent="ana", now=office.stage.clock.now())
    await office.send(reply)
    assert office.get(reply).state is ReplyState.SENT
    assert len(office.server.threads) == 2


async def test_one_more_answer_after_that_keeps_it_back_again(office: PostOffice) -> None:
    office.server.below = [ELSEWHERE]
    reply = office.queue("mine")
    await office.send(reply)
    office.stage.workspace.outbox.retry(reply.id, agent="ana", now=office.stage.clock.now())
    office.server.below.append(wrote("one more", at=NOW + 2, parent="question", ours=True))
    await office.send(reply)
    assert (office.get(reply).state, office.server.published) == (ReplyState.REFUSED, [])


async def test_an_answer_that_the_store_has_by_now_needs_no_reading(office: PostOffice) -> None:
    reply = office.queue()
    office.stage.take(office.account, ELSEWHERE)
    await office.send(reply)
    assert (office.get(reply).state, office.server.threads) == (ReplyState.REFUSED, [])


async def test_a_colleagues_answer_is_told_with_his_name(office: PostOffice) -> None:
    outbox = office.stage.workspace.outbox
    held = office.stage.decide(office.where, "mine", hold=8000)
    outbox.interrupt_stale(NOW + MINUTE)
    theirs = outbox.decide(Decision(office.where, "theirs", "bob", "tty2", NOW + MINUTE, 0))
    await office.send(theirs)
    outbox.release(held.id, now=NOW + MINUTE)
    await office.send(held)
    assert office.get(held).state is ReplyState.REFUSED
    assert reason(office, held.id).startswith("bob has answered")


async def test_ones_own_two_replies_both_go(office: PostOffice) -> None:
    first, second = office.queue("one"), office.queue("two")
    await office.send(first)
    sent = office.get(first).remote_id
    assert sent is not None
    office.server.below = [wrote(sent, parent="question", ours=True)]
    await office.send(second)
    assert [one.text for one in office.server.published] == ["one", "two"]


async def test_an_answer_that_was_known_when_one_decided_is_no_news(office: PostOffice) -> None:
    office.stage.take(office.account, ELSEWHERE)
    reply = office.queue("two")
    office.server.below = [ELSEWHERE]
    await office.send(reply)
    assert office.get(reply).state is ReplyState.SENT


async def test_a_question_that_is_gone_brings_the_text_back(office: PostOffice) -> None:
    office.server.thread_failures.append(Gone(say("deleted by its author")))
    reply = office.queue("mine")
    await office.send(reply)
    assert (office.get(reply).state, reason(office, reply.id)) == (ReplyState.REFUSED, "deleted by its author")
    assert office.server.published == []


async def test_a_network_that_is_away_makes_it_wait_longer_and_longer(office: PostOffice) -> None:
    office.server.thread_failures.extend([TryLater(say("offline"))] * 3)
    reply = office.queue()
    pauses = [await office.send(reply) for _ in range(3)]
    row = office.get(reply)
    assert pauses == sorted(set(pauses))
    assert (row.state, row.put_off, row.attempt) == (ReplyState.QUEUED, 3, 0)
    assert row.next_try_at == NOW + round(pauses[-1] * 1000)
    assert office.server.published == []
    await office.send(reply)
    assert (office.get(reply).state, office.get(reply).put_off) == (ReplyState.SENT, 0)


async def test_a_limit_is_kept_to(office: PostOffice) -> None:
    office.server.thread_failures.append(TryLater(say("slowly"), 120, rate_limited=True))
    assert await office.send(office.queue()) >= 120


async def test_dead_credentials_are_told_and_waited_for(office: PostOffice) -> None:
    office.server.thread_failures.append(SignInAgain(say("token revoked")))
    reply = office.queue()
    assert await office.send(reply) == SIGN_IN_PAUSE
    assert (office.get(reply).state, office.signed_out) == (ReplyState.QUEUED, ["brand: token revoked"])


@pytest.mark.parametrize(
    "failure",
    [
        Unreadable(say("what?")),
        NotSupported(say("not here")),
        SignInAgain(say("may not read"), missing_scope="read"),
        ZeroDivisionError("what nobody foresaw"),
    ],
)
async def test_a_thread_that_cannot_be_read_for_another_reason_holds_nothing_back(
    office: PostOffice, failure: Exception
) -> None:
    office.server.thread_failures.append(failure)
    reply = office.queue()
    await office.send(reply)
    assert office.get(reply).state is ReplyState.SENT


@pytest.mark.parametrize(
    ("decided", "seconds", "reads"),
    [(10, 0, 0), (10, FRESH_SECONDS - 1, 0), (10, FRESH_SECONDS, 1), (10, -1, 1), (0, 0, 0), (0, 1, 1)],
)
async def test_a_network_that_was_just_read_after_the_decision_is_not_asked_again(
    office: PostOffice, decided: float, seconds: float, reads: int
) -> None:
    reply = office.queue()
    office.stage.clock.pass_time(decided)
    health = Health(HealthState.OK, last_complete_fetch=office.stage.clock.now() - round(seconds * 1000))
    office.stage.workspace.accounts.set_health(office.account.id, health, next_fetch_at=0)
    office.account = office.stage.workspace.accounts.get("brand")
    await office.send(reply)
    assert len(office.server.threads) == reads


async def test_where_an_answer_replaces_another_one_the_thread_is_always_read(stage: Stage) -> None:
    office = PostOffice(stage, replace(THREADED, replaces=(Kind.COMMENT,)))
    office.server.below = [ELSEWHERE]
    reply = office.queue()
    health = Health(HealthState.OK, last_complete_fetch=office.stage.clock.now())
    office.stage.workspace.accounts.set_health(office.account.id, health, next_fetch_at=0)
    office.account = office.stage.workspace.accounts.get("brand")
    await office.send(reply)
    assert (office.get(reply).state, office.server.published) == (ReplyState.REFUSED, [])


async def test_a_network_without_threads_is_not_asked(stage: Stage) -> None:
    office = PostOffice(stage)
    reply = office.queue()
    await office.send(reply)
    assert (office.get(reply).state, office.server.threads) == (ReplyState.SENT, [])


async def test_what_was_taken_back_while_the_thread_was_read_is_not_sent(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = office.queue("mine")
    read = office.network.thread

    async def slowly(remote_id: str) -> object:
        office.stage.workspace.outbox.take_back(reply.id, agent="ana", now=NOW)
        return await read(remote_id)

    monkeypatch.setattr(office.network, "thread", slowly)
    await office.send(reply)
    assert (office.get(reply).state, office.server.published) == (ReplyState.DRAFT, [])


async def test_a_reply_in_doubt_beside_an_answer_of_ours_is_left_to_a_person(stage: Stage) -> None:
    office = PostOffice(stage, KEYED)
    office.server.reply_failures.append(SendOutcomeUnknown(say("no answer came")))
    reply = office.queue("mine")
    await office.send(reply)
    for _ in LOOKS:
        await office.look(reply)
    assert office.get(reply).state is ReplyState.QUEUED
    office.server.below = [ELSEWHERE]
    await office.send(reply)
    row = office.get(reply)
    assert (row.state, row.next_try_at, office.server.published) == (ReplyState.UNKNOWN, None, [])
    assert "whether it is this one" in reason(office, reply.id)
