"""A review that its author changes after it was answered waits again; what he said before keeps its place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import HOUR, NOW, wrote

from cminbox.domain.conversation import Status, Target
from cminbox.domain.message import Kind
from cminbox.domain.reply import Receipt
from cminbox.store.ingest import Delivery, Ingest

if TYPE_CHECKING:
    from rehearsal.stage import Stage

    from cminbox.domain.account import Account
    from cminbox.domain.conversation import QueueRow
    from cminbox.domain.message import Message

REVIEW = replace(wrote("r", kind=Kind.REVIEW, text="bad", conversation="r"), rating=1)
ANSWER = wrote("r/1", at=NOW + HOUR, kind=Kind.REVIEW, text="sorry", conversation="r", parent="r", ours=True)
CHANGED = replace(REVIEW, text="still bad", rating=2, edited_at=NOW + 2 * HOUR)


@pytest.fixture
def account(stage: Stage) -> Account:
    return stage.connect()


def come(stage: Stage, account: Account, *messages: Message, at: int) -> None:
    """Let messages come in one fetch that ends at an instant."""
    stage.clock.pass_time((at - stage.clock.now()) / 1000)
    stage.take(account, *messages)


def only(stage: Stage) -> QueueRow:
    (row,) = stage.everything()
    return row


def texts(stage: Stage) -> list[str]:
    return [one.text for one in stage.workspace.conversations.messages(only(stage).id)]


def test_a_changed_review_that_was_answered_elsewhere_waits_again(stage: Stage, account: Account) -> None:
    come(stage, account, REVIEW, ANSWER, at=NOW + HOUR)
    assert only(stage).status is Status.DONE
    come(stage, account, CHANGED, ANSWER, at=NOW + 2 * HOUR)
    row = only(stage)
    assert (row.status, row.unanswered, row.waiting_since) == (Status.OPEN, 1, NOW + 2 * HOUR)
    assert row.target is Target.NRT, "the first words were answered"
    assert texts(stage) == ["bad", "sorry", "still bad"]
    assert row.text == "still bad"


def test_our_own_reply_answers_the_words_that_were_there(stage: Stage, account: Account) -> None:
    come(stage, account, REVIEW, at=NOW)
    reply = stage.decide(only(stage).id)
    stage.hold_lease()
    assert stage.workspace.outbox.begin(reply.id, holder="me", now=stage.clock.now()) is not None
    stage.workspace.outbox.sent(reply.id, Receipt("r/2"), now=stage.clock.now())
    assert only(stage).status is Status.DONE
    come(stage, account, CHANGED, at=NOW + 2 * HOUR)
    assert (only(stage).status, only(stage).unanswered) == (Status.OPEN, 1)
    again = stage.decide(only(stage).id, "once more")
    assert stage.workspace.outbox.publishable(again.id).to == "r"


def test_a_review_that_still_waits_is_changed_in_its_place(stage: Stage, account: Account) -> None:
    come(stage, account, REVIEW, at=NOW)
    come(stage, account, CHANGED, at=NOW + 2 * HOUR)
    assert (only(stage).waiting_since, texts(stage)) == (NOW, ["still bad"])


@pytest.mark.parametrize(
    "later",
    [
        replace(CHANGED, text="bad", rating=1),
        replace(CHANGED, edited_at=None),
        replace(CHANGED, kind=Kind.COMMENT),
    ],
    ids=["the same words", "no word of an edit", "a comment"],
)
def test_nobody_waits_because_of_other_changes(stage: Stage, account: Account, later: Message) -> None:
    come(stage, account, replace(REVIEW, kind=later.kind), ANSWER, at=NOW + HOUR)
    come(stage, account, later, at=NOW + 2 * HOUR)
    assert (only(stage).status, only(stage).unanswered) == (Status.DONE, 0)
    assert len(texts(stage)) == 2


def test_the_same_change_twice_is_one(stage: Stage, account: Account) -> None:
    come(stage, account, REVIEW, ANSWER, at=NOW + HOUR)
    for hours in (2, 3):
        come(stage, account, CHANGED, ANSWER, at=NOW + hours * HOUR)
    assert texts(stage) == ["bad", "sorry", "still bad"]


def test_what_comes_with_a_new_account_is_history(stage: Stage, account: Account) -> None:
    come(stage, account, REVIEW, ANSWER, at=NOW + HOUR)
    stage.take(account, CHANGED, done_before=NOW + 3 * HOUR)
    assert (only(stage).status, texts(stage)) == (Status.DONE, ["still bad", "sorry"])


def test_a_deleted_review_takes_its_earlier_words_along(stage: Stage, account: Account) -> None:
    come(stage, account, REVIEW, ANSWER, at=NOW + HOUR)
    come(stage, account, CHANGED, at=NOW + 2 * HOUR)
    other = wrote("r2", kind=Kind.REVIEW, conversation="r2")
    come(stage, account, other, at=NOW + 2 * HOUR)
    Ingest(stage.workspace.database).take(Delivery(account.id, [], stage.clock.now(), deleted=["r"]))
    kept = {
        one.remote_id
        for row in stage.everything()
        for one in stage.workspace.conversations.messages(row.id)
        if one.deleted_at is None
    }
    assert kept == {"r/1", "r2"}
