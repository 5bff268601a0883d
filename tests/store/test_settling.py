"""Who waits, since when, and what brings a conversation into the queue and out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rehearsal.people import DAY, HOUR, MINUTE, NOW, SECOND, wrote

from cminbox.domain.conversation import Status, Target
from cminbox.domain.message import Kind
from cminbox.domain.reply import Receipt, ReplyState
from cminbox.domain.saying import say
from cminbox.sla.defaults import RESPONSE_SECONDS
from cminbox.store.ingest import Delivery, Ingest

if TYPE_CHECKING:
    from rehearsal.stage import Stage

    from cminbox.domain.account import Account
    from cminbox.domain.conversation import QueueRow


def only_row(stage: Stage) -> QueueRow:
    (row,) = stage.everything()
    return row


def send(stage: Stage, reply_id: int, remote_id: str = "sent") -> None:
    stage.hold_lease()
    assert stage.workspace.outbox.begin(reply_id, holder="me", now=stage.clock.now()) is not None
    stage.workspace.outbox.sent(reply_id, Receipt(remote_id), now=stage.clock.now())


def complete_at(stage: Stage, account: Account, at: int) -> None:
    stage.workspace.database.write(
        lambda c: c.execute("UPDATE accounts SET last_complete_fetch = ? WHERE id = ?", (at, account.id))
    )


def test_the_oldest_unanswered_message_is_shown_and_sets_the_clock(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("first", at=NOW - HOUR), wrote("second", at=NOW - MINUTE, parent="first"))
    row = only_row(stage)
    assert (row.text, row.waiting_since, row.unanswered) == ("text of first", NOW - HOUR, 2)
    assert (row.due, row.target) == (NOW - HOUR + RESPONSE_SECONDS[Kind.COMMENT] * 1000, Target.FRT)


def test_after_an_answer_the_next_clock_runs(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("question", at=NOW - HOUR))
    send(stage, stage.decide(only_row(stage).id).id)
    assert only_row(stage).status is Status.DONE
    stage.clock.pass_time(60)
    stage.take(account, wrote("again", at=stage.clock.now(), parent="question"))
    row = only_row(stage)
    assert (row.status, row.target, row.unanswered) == (Status.OPEN, Target.NRT, 1)


def test_what_was_written_before_a_decision_but_came_after_it_still_waits(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("seen", at=NOW - HOUR))
    reply = stage.decide(only_row(stage).id)
    stage.take(account, wrote("unseen", at=NOW - MINUTE, parent="seen"))
    send(stage, reply.id)
    row = only_row(stage)
    assert (row.status, row.text, row.unanswered) == (Status.OPEN, "text of unseen", 1)


def test_what_was_written_before_an_act_but_came_after_it_still_waits(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("seen", at=NOW - MINUTE))
    stage.workspace.conversations.set_status([only_row(stage).id], Status.DONE, agent="ana", now=NOW)
    stage.take(account, wrote("unseen", at=NOW - HOUR, parent="seen"))
    row = only_row(stage)
    assert (row.status, row.text, row.unanswered) == (Status.OPEN, "text of unseen", 1)


def test_undoing_an_act_lets_the_same_people_wait_again(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("question", at=NOW - HOUR))
    before = only_row(stage)
    events = stage.workspace.conversations.set_status([before.id], Status.DONE, agent="ana", now=NOW)
    assert only_row(stage).unanswered == 0
    stage.workspace.conversations.undo(events, agent="ana", now=NOW)
    assert only_row(stage) == before


def test_a_fetch_that_sees_our_reply_before_its_receipt_answers_nothing_more_than_was_seen(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("seen", at=NOW - HOUR))
    reply = stage.decide(only_row(stage).id)
    stage.take(
        account,
        wrote("unseen", at=NOW - MINUTE, parent="seen"),
        wrote("sent", at=NOW, parent="seen", ours=True),
    )
    assert only_row(stage).unanswered == 0
    send(stage, reply.id, "sent")
    row = only_row(stage)
    assert (row.status, row.text, row.unanswered) == (Status.OPEN, "text of unseen", 1)
    assert [m.remote_id for m in stage.workspace.conversations.messages(row.id)] == ["seen", "unseen", "sent"]


def test_an_answer_written_elsewhere_closes_the_conversation(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("question", at=NOW - HOUR))
    stage.take(account, wrote("answer", at=NOW - MINUTE, parent="question", ours=True))
    row = only_row(stage)
    assert (row.status, row.due, row.unanswered) == (Status.DONE, None, 0)


def test_an_answer_is_later_than_what_it_answers_whatever_the_clocks_say(stage: Stage) -> None:
    account = stage.connect()
    complete_at(stage, account, NOW - MINUTE)
    stage.take(
        account,
        wrote("question", at=NOW - 3 * MINUTE),
        wrote("answer", at=NOW - 2 * MINUTE, parent="question", ours=True),
    )
    assert only_row(stage).unanswered == 0


def test_an_old_post_of_ours_that_is_seen_late_answers_nobody(stage: Stage) -> None:
    account = stage.connect()
    complete_at(stage, account, NOW - MINUTE)
    stage.take(account, wrote("question", at=NOW - SECOND, parent="old post"))
    stage.take(account, wrote("old post", at=NOW - 30 * DAY, ours=True))
    row = only_row(stage)
    assert (row.unanswered, row.status, row.person.handle) == (1, Status.OPEN, "ana")


def test_a_back_dated_message_waits_from_when_it_can_have_come(stage: Stage) -> None:
    account = stage.connect()
    complete_at(stage, account, NOW - MINUTE)
    stage.take(account, wrote("claims to be old", at=NOW - 3 * DAY), wrote("claims to be new", at=NOW + DAY, by="bob"))
    waiting = {row.text: row.waiting_since for row in stage.rows()}
    assert waiting == {"text of claims to be old": NOW - MINUTE, "text of claims to be new": NOW}


def test_history_arrives_done_and_its_people_wait_for_nobody(stage: Stage) -> None:
    account = stage.connect()
    stage.take(
        account, wrote("old", at=NOW - 5 * DAY), wrote("new", at=NOW - HOUR, by="bob"), done_before=NOW - 2 * DAY
    )
    by_text = {row.text: row for row in stage.everything()}
    assert by_text["text of old"].status is Status.DONE
    assert by_text["text of old"].due is None
    assert [row.text for row in stage.rows()] == ["text of new"]


def test_an_old_conversation_that_goes_on_waits_from_its_fresh_message(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("old", at=NOW - 5 * DAY), done_before=NOW - 2 * DAY)
    stage.take(account, wrote("fresh", at=NOW - HOUR, parent="old"), done_before=NOW - 2 * DAY)
    row = only_row(stage)
    assert (row.status, row.waiting_since, row.unanswered) == (Status.OPEN, NOW - HOUR, 1)


def test_a_deleted_question_waits_for_nobody(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("question"))
    Ingest(stage.workspace.database).take(Delivery(account.id, (), NOW, deleted=["question", "unknown"]))
    row = only_row(stage)
    assert (row.status, row.unanswered) == (Status.DONE, 0)


def test_an_edit_changes_the_words_and_not_the_standing(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("question"))
    identity = only_row(stage).id
    stage.workspace.conversations.set_status([identity], Status.DONE, agent="ana", now=NOW)
    stage.workspace.conversations.set_status([identity], Status.OPEN, agent="ana", now=NOW)
    stage.take(account, wrote("question", text="better words", edited_at=NOW))
    row = only_row(stage)
    assert (row.text, row.status) == ("better words", Status.OPEN)


def test_a_snoozed_conversation_opens_when_its_customer_writes(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("question"))
    identity = only_row(stage).id
    stage.workspace.conversations.set_status([identity], Status.SNOOZED, agent="ana", now=NOW, until=NOW + DAY)
    stage.take(account, wrote("question"))
    assert only_row(stage).status is Status.SNOOZED
    stage.take(account, wrote("more", parent="question"))
    row = only_row(stage)
    assert (row.status, row.snoozed_until) == (Status.OPEN, None)


def test_a_reply_on_its_way_takes_the_row_out_and_its_failure_brings_it_back(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("question"))
    reply = stage.decide(only_row(stage).id, hold=8000)
    assert stage.rows() == []
    stage.workspace.outbox.release(reply.id, now=NOW)
    assert stage.rows() == []
    stage.workspace.outbox.refused(reply.id, say("no"), now=NOW)
    (row,) = stage.rows()
    assert (row.reply_state, row.status) == (ReplyState.REFUSED, Status.OPEN)


def test_a_failed_reply_brings_back_even_what_was_closed_meanwhile(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("question"))
    identity = only_row(stage).id
    reply = stage.decide(identity)
    stage.workspace.conversations.set_status([identity], Status.DONE, agent="ana", now=NOW)
    stage.hold_lease()
    stage.workspace.outbox.begin(reply.id, holder="me", now=NOW)
    stage.workspace.outbox.unknown(reply.id, say("lost"), now=NOW, next_try_at=None)
    (row,) = stage.rows()
    assert (row.status, row.reply_state) == (Status.OPEN, ReplyState.UNKNOWN)


def test_a_hold_whose_screen_died_comes_back_into_the_queue(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("question"))
    reply = stage.decide(only_row(stage).id, hold=8000)
    assert stage.workspace.outbox.interrupt_stale(NOW + 12_000) == []
    assert stage.workspace.outbox.interrupt_stale(NOW + 14_000) == [reply.id]
    (row,) = stage.rows()
    assert row.reply_state is ReplyState.HELD
    assert stage.workspace.outbox.get(reply.id).interrupted


def test_what_was_reopened_by_hand_stands_behind_those_who_wait(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("settled", at=NOW - DAY), wrote("waiting", by="bob"))
    settled = next(row.id for row in stage.rows() if row.text == "text of settled")
    stage.workspace.conversations.set_status([settled], Status.DONE, agent="ana", now=NOW)
    stage.workspace.conversations.set_status([settled], Status.OPEN, agent="ana", now=NOW)
    assert [row.text for row in stage.rows()] == ["text of waiting", "text of settled"]
