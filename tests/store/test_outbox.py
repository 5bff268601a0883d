"""A reply's way from the agent's decision to the network's receipt, as the store guards it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rehearsal.people import MINUTE, NOW, wrote

from cminbox.domain.conversation import Status
from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.reply import ForbiddenMoveError, Receipt, ReplyState
from cminbox.domain.saying import say
from cminbox.store.leases import LeaseLost
from cminbox.store.outbox import Decision

if TYPE_CHECKING:
    from rehearsal.stage import Stage

    from cminbox.domain.reply import StoredReply
    from cminbox.store.outbox import Begun, Outbox


@pytest.fixture
def outbox(stage: Stage) -> Outbox:
    account = stage.connect()
    stage.take(account, wrote("question"), wrote("other question", by="bob"))
    stage.hold_lease()
    return stage.workspace.outbox


def conversation(stage: Stage, name: str = "question") -> int:
    return next(row.id for row in stage.everything() if row.text == f"text of {name}")


def begin(outbox: Outbox, reply: StoredReply, *, now: int = NOW) -> Begun:
    begun = outbox.begin(reply.id, holder="me", now=now)
    assert begun is not None
    return begun


def test_a_decision_fixes_key_text_and_what_is_answered(stage: Stage, outbox: Outbox) -> None:
    reply = stage.decide(conversation(stage), "merci \ud800")
    stage.take(stage.workspace.accounts.get("brand"), wrote("newer", parent="question"))
    first = begin(outbox, reply)
    outbox.again(reply.id, say("later"), now=NOW, next_try_at=NOW)
    second = begin(outbox, reply)
    assert first.reply == second.reply
    assert (first.reply.to, first.reply.text, first.reply.decided_at) == ("question", "merci \ufffd", NOW)
    assert (first.attempt, second.attempt) == (1, 2)


def test_every_decision_has_a_key_of_its_own(stage: Stage, outbox: Outbox) -> None:
    keys = {outbox.publishable(stage.decide(conversation(stage)).id).send_key for _ in range(20)}
    assert len(keys) == 20


def test_a_decision_takes_the_draft_of_its_agent_and_terminal_only(stage: Stage, outbox: Outbox) -> None:
    where = conversation(stage)
    drafts = stage.workspace.drafts
    for agent, terminal in (("ana", "tty1"), ("ana", "tty2"), ("bob", "tty1")):
        drafts.save(where, f"draft of {agent} at {terminal}", caret=0, agent=agent, terminal=terminal, now=NOW)
    stage.decide(where)
    left = {(one.agent, one.terminal) for one in outbox.of_conversation(where) if one.state is ReplyState.DRAFT}
    assert left == {("ana", "tty2"), ("bob", "tty1")}


@pytest.mark.parametrize("text", ["", "  \n "])
def test_nothing_is_no_reply(stage: Stage, outbox: Outbox, text: str) -> None:
    with pytest.raises(Problem, match="empty"):
        stage.decide(conversation(stage), text)
    assert outbox.outstanding() == []


def test_an_account_that_is_not_connected_sends_nothing(stage: Stage, outbox: Outbox) -> None:
    where = conversation(stage)
    stage.workspace.accounts.remove("brand", agent="ana", now=NOW)
    with pytest.raises(Problem, match="not connected"):
        stage.decide(where)
    assert outbox.outstanding() == []


def test_a_conversation_that_is_none_gets_no_reply(stage: Stage, outbox: Outbox) -> None:
    with pytest.raises(NotFound):
        stage.decide(99)
    with pytest.raises(NotFound):
        outbox.get(99)


def test_begin_needs_the_lease(stage: Stage, outbox: Outbox) -> None:
    reply = stage.decide(conversation(stage))
    with pytest.raises(LeaseLost):
        outbox.begin(reply.id, holder="another", now=NOW)
    stage.workspace.leases.give_back("sync", holder="me")
    with pytest.raises(LeaseLost):
        outbox.begin(reply.id, holder="me", now=NOW)
    assert outbox.get(reply.id).state is ReplyState.QUEUED


def test_a_lease_that_ran_out_and_nobody_took_is_still_held(stage: Stage, outbox: Outbox) -> None:
    reply = stage.decide(conversation(stage))
    assert begin(outbox, reply, now=NOW + 60 * MINUTE).attempt == 1


def test_a_reply_is_begun_once(stage: Stage, outbox: Outbox) -> None:
    reply = stage.decide(conversation(stage))
    begin(outbox, reply)
    assert outbox.begin(reply.id, holder="me", now=NOW) is None
    assert outbox.get(reply.id).attempt == 1


def test_one_reply_of_a_conversation_goes_at_a_time_in_order(stage: Stage, outbox: Outbox) -> None:
    first = stage.decide(conversation(stage), "first")
    second = stage.decide(conversation(stage), "second")
    other = stage.decide(conversation(stage, "other question"), "elsewhere")
    assert [reply.id for reply in outbox.due(NOW)] == [first.id, other.id]
    begin(outbox, first)
    assert [reply.id for reply in outbox.due(NOW)] == [other.id]
    outbox.unknown(first.id, say("lost"), now=NOW, next_try_at=None)
    assert [reply.id for reply in outbox.due(NOW)] == [other.id]
    outbox.sent(first.id, Receipt("r1"), now=NOW)
    assert [reply.id for reply in outbox.due(NOW)] == [second.id, other.id]


def test_a_later_reply_waits_for_a_hold_but_not_for_one_whose_screen_died(stage: Stage, outbox: Outbox) -> None:
    held = stage.decide(conversation(stage), "held", hold=8000)
    quick = stage.decide(conversation(stage), "quick")
    assert outbox.due(NOW) == []
    outbox.interrupt_stale(NOW + MINUTE)
    assert [reply.id for reply in outbox.due(NOW)] == [quick.id]
    outbox.release(held.id, now=NOW)
    assert [reply.id for reply in outbox.due(NOW)] == [held.id]


def test_a_postponed_reply_is_due_when_its_time_comes(stage: Stage, outbox: Outbox) -> None:
    reply = stage.decide(conversation(stage))
    begin(outbox, reply)
    outbox.again(reply.id, say("later"), now=NOW, next_try_at=NOW + MINUTE)
    assert outbox.due(NOW + MINUTE - 1) == []
    assert [one.id for one in outbox.due(NOW + MINUTE)] == [reply.id]


def test_holds_left_to_the_syncing_process_are_released_when_they_run_out(stage: Stage, outbox: Outbox) -> None:
    where = conversation(stage)
    left = outbox.decide(Decision(where, "text", "ana", "tty1", NOW, 8000, released_by_sync=True))
    screen = stage.decide(where, hold=8000)
    assert outbox.release_expired(NOW + 7999) == []
    assert [one.id for one in outbox.running_out(NOW + 8000)] == [left.id]
    assert outbox.release_expired(NOW + 8000) == [left.id]
    assert outbox.get(screen.id).state is ReplyState.HELD
    assert outbox.interrupt_stale(NOW + MINUTE) == [screen.id]
    assert outbox.get(screen.id).state is ReplyState.HELD


def test_a_hold_that_was_undone_is_not_released(stage: Stage, outbox: Outbox) -> None:
    reply = stage.decide(conversation(stage), hold=8000)
    outbox.take_back(reply.id, agent="ana", now=NOW)
    assert not outbox.release(reply.id, now=NOW)
    assert outbox.release_expired(NOW + MINUTE) == []


def test_what_is_taken_back_is_a_draft_with_its_exact_text(stage: Stage, outbox: Outbox) -> None:
    where = conversation(stage)
    reply = outbox.decide(Decision(where, " exact\ttext \n", "ana", "tty1", NOW, 8000, caret=4))
    draft = outbox.take_back(reply.id, agent="ana", now=NOW)
    assert (draft.state, draft.text, draft.cursor) == (ReplyState.DRAFT, " exact\ttext \n", 4)
    assert (draft.send_key, draft.hold_until) == (None, None)
    assert [row.id for row in stage.rows()] == [where, conversation(stage, "other question")]
    with pytest.raises(Problem, match="never meant"):
        outbox.publishable(reply.id)


def test_what_was_typed_since_is_kept_below_what_is_taken_back(stage: Stage, outbox: Outbox) -> None:
    where = conversation(stage)
    reply = stage.decide(where, "first", hold=8000)
    stage.workspace.drafts.save(where, "second", caret=1, agent="ana", terminal="tty1", now=NOW)
    assert outbox.take_back(reply.id, agent="ana", now=NOW).text == "first\nsecond"
    assert [one.text for one in outbox.of_conversation(where)] == ["first\nsecond"]


@pytest.mark.parametrize("state", ["sending", "sent", "unknown", "cancelled"])
def test_what_may_have_left_is_not_taken_back(stage: Stage, outbox: Outbox, state: str) -> None:
    reply = stage.decide(conversation(stage))
    if state == "cancelled":
        outbox.cancel(reply.id, agent="ana", now=NOW)
    else:
        begin(outbox, reply)
    if state == "sent":
        outbox.sent(reply.id, Receipt("r"), now=NOW)
    if state == "unknown":
        outbox.unknown(reply.id, say("lost"), now=NOW, next_try_at=None)
    with pytest.raises(Problem, match="can no longer be taken back"):
        outbox.take_back(reply.id, agent="ana", now=NOW)


def test_what_is_queued_again_in_doubt_is_not_taken_back(stage: Stage, outbox: Outbox) -> None:
    reply = stage.decide(conversation(stage))
    begin(outbox, reply)
    outbox.unknown(reply.id, say("lost"), now=NOW, next_try_at=NOW)
    outbox.again(reply.id, say("lost"), now=NOW, next_try_at=NOW)
    with pytest.raises(Problem, match="can no longer be taken back"):
        outbox.take_back(reply.id, agent="ana", now=NOW)


def test_doubt_is_remembered_from_the_first_unclear_attempt(stage: Stage, outbox: Outbox) -> None:
    reply = stage.decide(conversation(stage))
    begin(outbox, reply)
    outbox.again(reply.id, say("surely not sent"), now=NOW, next_try_at=NOW)
    assert begin(outbox, reply, now=NOW + 1).doubtful_since is None
    outbox.unknown(reply.id, say("lost"), now=NOW + 50, next_try_at=NOW + 60, ended_at=NOW + 50)
    assert [one.id for one in outbox.doubtful(NOW + 60)] == [reply.id]
    outbox.unknown(reply.id, say("lost"), now=NOW + 60, next_try_at=NOW + 70)
    outbox.again(reply.id, say("lost"), now=NOW + 70, next_try_at=NOW + 70)
    begun = begin(outbox, reply, now=NOW + 80)
    outbox.unknown(reply.id, say("lost"), now=NOW + 90, next_try_at=None, ended_at=NOW + 90)
    row = outbox.get(reply.id)
    assert (begun.doubtful_since, row.doubtful_since, row.tried_at, row.doubts) == (NOW + 1, NOW + 1, NOW + 90, 2)
    assert outbox.doubtful(NOW + MINUTE) == []


def test_a_person_may_insist_once(stage: Stage, outbox: Outbox) -> None:
    reply = stage.decide(conversation(stage))
    begin(outbox, reply)
    outbox.unknown(reply.id, say("lost"), now=NOW, next_try_at=None)
    outbox.retry(reply.id, agent="ana", now=NOW)
    begun = begin(outbox, reply)
    assert (begun.insisted, begun.doubtful_since) == (True, NOW)
    outbox.again(reply.id, say("later"), now=NOW, next_try_at=NOW, insisted=True)
    assert begin(outbox, reply).insisted
    outbox.again(reply.id, say("later"), now=NOW, next_try_at=NOW)
    assert not begin(outbox, reply).insisted


@pytest.mark.parametrize("hold", [0, 8000])
def test_only_a_failed_reply_is_retried(stage: Stage, outbox: Outbox, hold: int) -> None:
    reply = stage.decide(conversation(stage), hold=hold)
    with pytest.raises(Problem, match="only a refused or unknown one"):
        outbox.retry(reply.id, agent="ana", now=NOW)


def test_a_refused_reply_keeps_its_reason_until_it_is_retried(stage: Stage, outbox: Outbox) -> None:
    reply = stage.decide(conversation(stage))
    begin(outbox, reply)
    outbox.refused(reply.id, say("too {what}", what="long"), now=NOW)
    assert "too {what}" in (outbox.get(reply.id).reason or "")
    outbox.retry(reply.id, agent="ana", now=NOW)
    assert outbox.get(reply.id).reason is None


def test_a_receipt_adds_our_message_and_ends_the_conversation(stage: Stage, outbox: Outbox) -> None:
    where = conversation(stage)
    reply = stage.decide(where, "merci")
    begin(outbox, reply)
    outbox.sent(reply.id, Receipt("r1", "https://x.example/r1", NOW - 5), now=NOW + MINUTE)
    message = stage.workspace.conversations.messages(where)[-1]
    row = stage.workspace.queue.row(where, now=NOW)
    assert (message.remote_id, message.text, message.ours, message.parent) == ("r1", "merci", True, "question")
    assert (message.created_at, message.permalink) == (NOW - 5, "https://x.example/r1")
    assert row is not None
    assert (row.status, row.reply_state) == (Status.DONE, None)


def test_a_receipt_that_comes_twice_counts_once(stage: Stage, outbox: Outbox) -> None:
    where = conversation(stage)
    reply = stage.decide(where)
    begin(outbox, reply)
    outbox.sent(reply.id, Receipt("r1"), now=NOW)
    events = stage.workspace.conversations.events(where)
    outbox.sent(reply.id, Receipt("r1"), now=NOW)
    assert stage.workspace.conversations.events(where) == events
    with pytest.raises(ForbiddenMoveError):
        outbox.sent(reply.id, Receipt("another"), now=NOW)


def test_what_a_dead_process_was_sending_is_stranded(stage: Stage, outbox: Outbox) -> None:
    mine, theirs = stage.decide(conversation(stage)), stage.decide(conversation(stage, "other question"))
    begin(outbox, mine)
    begin(outbox, theirs)
    assert [reply.id for reply in outbox.stranded({mine.id})] == [theirs.id]


def test_every_move_is_in_the_history_with_who_made_it(stage: Stage, outbox: Outbox) -> None:
    where = conversation(stage)
    reply = stage.decide(where, hold=8000)
    outbox.release(reply.id, now=NOW)
    outbox.cancel(reply.id, agent="bob", now=NOW)
    moves = [
        (event.agent, (event.after or {}).get("state"))
        for event in stage.workspace.conversations.events(where)
        if event.what == "reply"
    ]
    assert moves == [("ana", "held"), (None, "queued"), ("bob", "cancelled")]


def test_when_the_customer_last_wrote_is_the_networks_time(stage: Stage, outbox: Outbox) -> None:
    where = conversation(stage)
    stage.take(stage.workspace.accounts.get("brand"), wrote("ours", at=NOW + 9, parent="question", ours=True))
    assert outbox.last_heard(where) == NOW
    assert outbox.last_heard(99) is None


def in_doubt(stage: Stage, outbox: Outbox, text: str = "thank you") -> StoredReply:
    reply = stage.decide(conversation(stage), text)
    begin(outbox, reply)
    outbox.unknown(reply.id, say("lost"), now=NOW, next_try_at=None)
    return reply


def test_a_persons_word_ends_a_doubt_and_nobody_waits_any_more(stage: Stage, outbox: Outbox) -> None:
    reply = in_doubt(stage, outbox)
    outbox.said_sent(reply.id, agent="bob", now=NOW)
    row = stage.workspace.queue.row(reply.conversation_id, now=NOW)
    assert row is not None
    assert (row.status, row.unanswered, outbox.get(reply.id).state) == (Status.DONE, 0, ReplyState.SENT)
    event = [one for one in stage.workspace.conversations.events(reply.conversation_id) if one.what == "reply"][-1]
    assert (event.agent, event.after) == ("bob", {"reply": reply.id, "state": "sent"})


def test_what_a_customer_wrote_after_the_decision_goes_on_waiting(stage: Stage, outbox: Outbox) -> None:
    reply = in_doubt(stage, outbox)
    stage.take(stage.workspace.accounts.get("brand"), wrote("one more", parent="question"))
    outbox.said_sent(reply.id, agent="bob", now=NOW)
    row = stage.workspace.queue.row(reply.conversation_id, now=NOW)
    assert row is not None
    assert (row.status, row.unanswered) == (Status.OPEN, 1)


def test_our_message_that_was_fetched_meanwhile_is_taken_for_the_reply(stage: Stage, outbox: Outbox) -> None:
    reply = in_doubt(stage, outbox, "merci")
    account = stage.workspace.accounts.get("brand")
    stage.take(account, wrote("seen", parent="question", ours=True, text="merci"))
    outbox.said_sent(reply.id, agent="bob", now=NOW)
    assert outbox.get(reply.id).remote_id == "seen"


@pytest.mark.parametrize("state", ["queued", "refused", "sending", "sent"])
def test_a_word_ends_nothing_but_a_doubt(stage: Stage, outbox: Outbox, state: str) -> None:
    reply = stage.decide(conversation(stage))
    if state == "refused":
        outbox.refused(reply.id, say("no"), now=NOW)
    if state in {"sending", "sent"}:
        begin(outbox, reply)
    if state == "sent":
        outbox.sent(reply.id, Receipt("r"), now=NOW)
    with pytest.raises(Problem, match="only an unknown one"):
        outbox.said_sent(reply.id, agent="ana", now=NOW)
    assert outbox.get(reply.id).state == state
