"""Nobody is answered twice by mistake: neither when two decide at once, nor when an answer came meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import MINUTE, NOW, wrote

from cminbox.domain.problem import Answered
from cminbox.domain.reply import Receipt, ReplyState
from cminbox.domain.saying import say
from cminbox.store.outbox import Decision

if TYPE_CHECKING:
    from rehearsal.stage import Stage

    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.workspace import Workspace

AGENTS = ("ana", "bob", "cem", "dia")


@pytest.fixture
def where(stage: Stage) -> int:
    stage.take(stage.connect(), wrote("question"))
    stage.hold_lease()
    return stage.rows()[0].id


def decide(
    stage: Stage,
    where: int,
    agent: str,
    terminal: str = "tty",
    *,
    hold: int = 0,
    at: int = NOW,
    seen: int | None = None,
    accepted: int = 0,
) -> StoredReply:
    decision = Decision(where, f"by {agent}", agent, terminal, at, hold, seen=seen, accepted=accepted)
    return stage.workspace.outbox.decide(decision)


def change(stage: Stage) -> int:
    return stage.workspace.queue.changed_since(0, limit=0)[0]


def send(stage: Stage, reply: StoredReply, remote_id: str = "r1") -> None:
    assert stage.workspace.outbox.begin(reply.id, holder="me", now=NOW) is not None
    stage.workspace.outbox.sent(reply.id, Receipt(remote_id), now=NOW)


def from_elsewhere(stage: Stage, remote_id: str = "elsewhere") -> None:
    stage.take(stage.workspace.accounts.get("brand"), wrote(remote_id, at=NOW + 1, parent="question", ours=True))


@pytest.mark.parametrize("hold", [0, 8000])
def test_of_two_who_decide_only_the_first_is_heard(stage: Stage, where: int, hold: int) -> None:
    decide(stage, where, "ana", hold=hold)
    with pytest.raises(Answered, match="ana"):
        decide(stage, where, "bob")
    assert [reply.agent for reply in stage.workspace.outbox.outstanding()] == ["ana"]


def test_one_agent_at_two_terminals_is_two(stage: Stage, where: int) -> None:
    decide(stage, where, "ana", "tty1")
    with pytest.raises(Answered):
        decide(stage, where, "ana", "tty2")
    assert decide(stage, where, "ana", "tty1").state is ReplyState.QUEUED


def test_the_draft_of_the_second_stays(stage: Stage, where: int) -> None:
    stage.workspace.drafts.save(where, "by bob", caret=3, agent="bob", terminal="tty", now=NOW)
    decide(stage, where, "ana")
    with pytest.raises(Answered):
        decide(stage, where, "bob")
    assert [(one.text, one.cursor) for one in stage.workspace.drafts.of("bob")] == [("by bob", 3)]


def test_who_knows_of_the_other_and_wants_to_may(stage: Stage, where: int) -> None:
    decide(stage, where, "ana")
    told = change(stage)
    assert decide(stage, where, "bob", accepted=told).state is ReplyState.QUEUED
    with pytest.raises(Answered, match="bob"):
        decide(stage, where, "cem", accepted=told)


@pytest.mark.parametrize("state", ["refused", "cancelled", "interrupted", "dead hold"])
def test_what_does_not_go_out_by_itself_stops_nobody(stage: Stage, where: int, state: str) -> None:
    outbox = stage.workspace.outbox
    reply = decide(stage, where, "ana", hold=8000 if state in {"interrupted", "dead hold"} else 0)
    if state == "refused":
        outbox.refused(reply.id, say("no"), now=NOW)
    elif state == "cancelled":
        outbox.cancel(reply.id, agent="ana", now=NOW)
    elif state == "interrupted":
        outbox.interrupt_stale(NOW + MINUTE)
    assert decide(stage, where, "bob", at=NOW + MINUTE).state is ReplyState.QUEUED


def test_a_hold_that_the_syncing_process_ends_counts_however_old(stage: Stage, where: int) -> None:
    stage.workspace.outbox.decide(Decision(where, "text", "ana", "tty", NOW, 8000, released_by_sync=True))
    with pytest.raises(Answered):
        decide(stage, where, "bob", at=NOW + MINUTE)


def test_a_reply_of_which_nobody_knows_the_end_counts(stage: Stage, where: int) -> None:
    reply = decide(stage, where, "ana")
    stage.workspace.outbox.begin(reply.id, holder="me", now=NOW)
    stage.workspace.outbox.unknown(reply.id, say("lost"), now=NOW, next_try_at=None)
    with pytest.raises(Answered):
        decide(stage, where, "bob")


def test_who_writes_stops_a_colleague_until_the_claim_ends(stage: Stage, where: int) -> None:
    claims = stage.workspace.claims
    claims.take(where, agent="ana", terminal="tty", now=NOW)
    with pytest.raises(Answered, match="ana is writing"):
        decide(stage, where, "bob")
    told = change(stage)
    assert decide(stage, where, "bob", accepted=told).agent == "bob"
    claims.take(where, agent="ana", terminal="tty", now=NOW + 1)
    assert decide(stage, where, "cem", accepted=change(stage)).agent == "cem"


def test_a_claim_that_was_taken_over_stops_who_had_it(stage: Stage, where: int) -> None:
    claims = stage.workspace.claims
    claims.take(where, agent="ana", terminal="tty", now=NOW)
    told = change(stage)
    claims.take(where, agent="bob", terminal="tty", now=NOW, take_over=True)
    with pytest.raises(Answered, match="bob is writing"):
        decide(stage, where, "ana", accepted=told)


def test_an_answer_that_was_sent_after_one_has_looked_stops(stage: Stage, where: int) -> None:
    seen = change(stage)
    send(stage, decide(stage, where, "ana"))
    with pytest.raises(Answered, match="ana has answered"):
        decide(stage, where, "bob", seen=seen)
    assert decide(stage, where, "bob", seen=change(stage)).agent == "bob"


def test_without_a_look_the_last_word_of_a_colleague_stops(stage: Stage, where: int) -> None:
    send(stage, decide(stage, where, "ana"))
    with pytest.raises(Answered, match="ana has answered"):
        decide(stage, where, "bob")
    assert decide(stage, where, "ana", "another tty").agent == "ana"


def test_a_customer_who_asks_again_may_be_answered_by_anybody(stage: Stage, where: int) -> None:
    send(stage, decide(stage, where, "ana"))
    stage.take(stage.workspace.accounts.get("brand"), wrote("again", at=NOW + MINUTE, parent="r1"))
    assert decide(stage, where, "bob").agent == "bob"


def test_an_answer_from_another_program_stops_who_has_not_seen_it(stage: Stage, where: int) -> None:
    seen = change(stage)
    from_elsewhere(stage)
    with pytest.raises(Answered, match="another program"):
        decide(stage, where, "bob", seen=seen)
    assert decide(stage, where, "bob", seen=seen, accepted=change(stage)).agent == "bob"


def test_of_many_who_decide_at_once_exactly_one_is_heard(stage: Stage, where: int) -> None:
    screens = [stage.open(agent, "tty") for agent in AGENTS]
    barrier = Barrier(len(screens))

    def answer(screen: Workspace) -> str:
        barrier.wait()
        try:
            screen.outbox.decide(Decision(where, "me first", screen.agent.name, "tty", NOW, 0))
        except Answered:
            return "refused"
        return "heard"

    with ThreadPoolExecutor(len(screens)) as pool:
        heard = sorted(pool.map(answer, screens))
    for screen in screens:
        screen.close()
    assert heard == ["heard", "refused", "refused", "refused"]


def test_an_answer_that_came_after_the_decision_is_told(stage: Stage, where: int) -> None:
    outbox = stage.workspace.outbox
    reply = decide(stage, where, "ana")
    assert outbox.answered_meanwhile(reply.id) is None
    from_elsewhere(stage)
    assert "another program" in str(outbox.answered_meanwhile(reply.id))


def test_an_answer_that_was_there_before_the_decision_is_no_news(stage: Stage, where: int) -> None:
    from_elsewhere(stage)
    reply = decide(stage, where, "ana")
    assert stage.workspace.outbox.answered_meanwhile(reply.id) is None
    assert stage.workspace.outbox.unknown_answers(reply.id, ["elsewhere", "other"]) == {"other"}


def test_ones_own_earlier_reply_is_no_news_and_a_later_one_is(stage: Stage, where: int) -> None:
    outbox = stage.workspace.outbox
    first, second = decide(stage, where, "ana"), decide(stage, where, "ana")
    send(stage, first, "r1")
    assert outbox.answered_meanwhile(second.id) is None
    assert outbox.unknown_answers(second.id, ["r1"]) == set()
    held = decide(stage, where, "ana", hold=8000)
    outbox.interrupt_stale(NOW + MINUTE)
    send(stage, second, "r2")
    third = decide(stage, where, "ana")
    send(stage, third, "r3")
    assert "ana has answered" in str(outbox.answered_meanwhile(held.id))
    assert outbox.unknown_answers(held.id, ["r1", "r2", "r3"]) == {"r3"}


def test_to_send_it_all_the_same_is_to_know_what_came(stage: Stage, where: int) -> None:
    outbox = stage.workspace.outbox
    reply = decide(stage, where, "ana")
    from_elsewhere(stage)
    reason = outbox.answered_meanwhile(reply.id)
    assert reason is not None
    outbox.refused(reply.id, reason, now=NOW)
    outbox.retry(reply.id, agent="ana", now=NOW)
    assert outbox.answered_meanwhile(reply.id) is None
    from_elsewhere(stage, "one more")
    assert outbox.answered_meanwhile(reply.id) is not None


def test_a_deleted_answer_is_none(stage: Stage, where: int) -> None:
    reply = decide(stage, where, "ana")
    from_elsewhere(stage)
    stage.workspace.database.write(lambda c: c.execute("UPDATE messages SET deleted_at = 1 WHERE ours"))
    assert stage.workspace.outbox.answered_meanwhile(reply.id) is None
    assert decide(stage, where, "ana", seen=0).agent == "ana"


def test_a_kept_text_takes_the_place_of_no_draft(stage: Stage, where: int) -> None:
    drafts = stage.workspace.drafts
    drafts.keep(where, "first", agent="ana", terminal="tty", now=NOW)
    drafts.keep(where, "second", agent="ana", terminal="tty", now=NOW)
    assert [(one.text, one.cursor) for one in drafts.of("ana")] == [("first", 5)]


def test_waiting_for_a_thread_moves_nothing_and_is_counted(stage: Stage, where: int) -> None:
    outbox = stage.workspace.outbox
    reply = decide(stage, where, "ana")
    for _ in range(2):
        outbox.put_off(reply.id, say("offline"), now=NOW, next_try_at=NOW + MINUTE)
    row = outbox.get(reply.id)
    assert (row.state, row.put_off, row.attempt) == (ReplyState.QUEUED, 2, 0)
    assert outbox.due(NOW) == []
    outbox.begin(reply.id, holder="me", now=NOW)
    assert outbox.get(reply.id).put_off == 0
    outbox.put_off(reply.id, say("offline"), now=NOW, next_try_at=NOW)
    assert outbox.get(reply.id).state is ReplyState.SENDING
