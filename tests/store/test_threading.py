"""Messages find their conversations in whatever order they come."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rehearsal.people import MINUTE, NOW, wrote
from rehearsal.stage import Stage

from cminbox.domain.conversation import Status
from cminbox.domain.message import Kind, Message
from cminbox.domain.problem import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.account import Account


@st.composite
def threads(draw: st.DrawFn) -> list[Message]:
    """Return messages of which some answer others, some are ours, and some answer what never comes."""
    messages: list[Message] = []
    for number in range(draw(st.integers(1, 9))):
        parents = [None, "never comes", "the post", *(message.remote_id for message in messages)]
        parent = draw(st.sampled_from(parents))
        by = draw(st.sampled_from(["ana", "bob", "eve"]))
        message = wrote(
            f"m{number}",
            at=NOW - draw(st.integers(0, 30)) * MINUTE,
            by=by,
            parent=parent,
            post="the post" if parent == "the post" else None,
            ours=draw(st.booleans()) and parent is not None,
            kind=draw(st.sampled_from([Kind.COMMENT, Kind.MENTION])),
        )
        messages.append(message)
    return messages


def in_pages(messages: Sequence[Message], sizes: Sequence[int]) -> list[Sequence[Message]]:
    pages, start = [], 0
    for size in sizes:
        pages.append(messages[start : start + size])
        start += size
    return [*pages, messages[start:]]


def picture(stage: Stage) -> dict[frozenset[str], tuple[object, ...]]:
    """Return all that is shown of each conversation, by the messages in it."""
    conversations = stage.workspace.conversations
    return {
        frozenset(message.remote_id for message in conversations.messages(row.id)): (
            row.kind,
            row.person.handle,
            row.status,
            row.due,
            row.target,
            row.waiting_since,
            row.unanswered,
            row.text,
            row.last_message_at,
        )
        for row in stage.everything()
    }


def taken_in(messages: Sequence[Message], sizes: Sequence[int], *, complete_before: int | None) -> object:
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder) / "brand")
        account = stage.connect()
        if complete_before is not None:
            set_last_complete(stage, account, complete_before)
        for page in in_pages(messages, sizes):
            stage.take(account, *page)
        shown = picture(stage)
        stage.close()
        return shown


def set_last_complete(stage: Stage, account: Account, at: int) -> None:
    stage.workspace.database.write(
        lambda connection: connection.execute(
            "UPDATE accounts SET last_complete_fetch = ? WHERE id = ?", (at, account.id)
        )
    )


@given(
    messages=threads(),
    order=st.randoms(use_true_random=False),
    sizes=st.lists(st.integers(1, 3), max_size=5),
    complete_before=st.sampled_from([None, NOW - 15 * MINUTE]),
)
def test_any_order_and_any_pages_give_the_same_conversations(
    messages: list[Message], order: object, sizes: list[int], complete_before: int | None
) -> None:
    shuffled = list(messages)
    order.shuffle(shuffled)  # type: ignore[attr-defined] # random.Random
    assert taken_in(shuffled, sizes, complete_before=complete_before) == taken_in(
        messages, [], complete_before=complete_before
    )


def test_answers_that_come_before_what_they_answer_keep_their_number(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("answer", parent="question"))
    (before,) = stage.rows()
    stage.take(account, wrote("question", at=NOW - MINUTE))
    (after,) = stage.rows()
    assert after.id == before.id
    assert [m.remote_id for m in stage.workspace.conversations.messages(after.id)] == ["question", "answer"]


def two_that_become_one(stage: Stage) -> tuple[int, int]:
    """Return two conversations of which the second turns out to belong to the first when `between` comes."""
    account = stage.connect()
    stage.take(account, wrote("root", at=NOW - 3 * MINUTE), wrote("leaf", at=NOW - MINUTE, by="bob", parent="between"))
    by_text = {row.text: row.id for row in stage.rows()}
    return by_text["text of root"], by_text["text of leaf"]


def join(stage: Stage) -> None:
    account = stage.workspace.accounts.get("brand")
    stage.take(account, wrote("between", at=NOW - 2 * MINUTE, parent="root", ours=True))


def test_a_merged_number_still_leads_to_its_conversation(stage: Stage) -> None:
    first, second = two_that_become_one(stage)
    join(stage)
    row = stage.workspace.queue.row(second, now=NOW)
    assert row is not None
    assert row.id == first
    assert [m.remote_id for m in stage.workspace.conversations.messages(second)] == ["root", "between", "leaf"]


def test_a_merge_is_told_to_those_who_look_for_changes(stage: Stage) -> None:
    first, second = two_that_become_one(stage)
    change, _ = stage.workspace.queue.changed_since(0)
    join(stage)
    _, ids = stage.workspace.queue.changed_since(change)
    assert set(ids) == {first, second}
    assert set(stage.workspace.queue.rows([first, second])) == {first}


def test_who_waited_before_a_merge_waits_after_it(stage: Stage) -> None:
    first, second = two_that_become_one(stage)
    stage.workspace.conversations.set_status([first], Status.DONE, agent="ana", now=NOW)
    join(stage)
    (row,) = stage.rows()
    assert (row.id, row.status, row.unanswered) == (first, Status.OPEN, 1)
    assert row.text == "text of leaf"
    assert second != first


def test_settling_one_conversation_settles_nobody_who_waits_in_the_other(stage: Stage) -> None:
    first, second = two_that_become_one(stage)
    stage.workspace.conversations.set_status([second], Status.DONE, agent="ana", now=NOW)
    account = stage.workspace.accounts.get("brand")
    stage.take(account, wrote("between", at=NOW - 2 * MINUTE, parent="root", by="eve"))
    (row,) = stage.rows()
    assert row.id == first
    assert row.text == "text of root"


def test_a_snooze_outlives_a_merge_with_something_settled(stage: Stage) -> None:
    first, second = two_that_become_one(stage)
    stage.workspace.conversations.set_status([first], Status.DONE, agent="ana", now=NOW)
    stage.workspace.conversations.set_status([second], Status.SNOOZED, agent="ana", now=NOW, until=NOW + MINUTE)
    join(stage)
    assert stage.workspace.conversations.wake(NOW + MINUTE) == [first]


def test_what_was_typed_in_both_is_kept(stage: Stage) -> None:
    first, second = two_that_become_one(stage)
    drafts = stage.workspace.drafts
    drafts.save(first, "one", caret=3, agent="ana", terminal="tty1", now=NOW)
    drafts.save(second, "two", caret=3, agent="ana", terminal="tty1", now=NOW)
    join(stage)
    draft = drafts.get(second, agent="ana", terminal="tty1")
    assert draft is not None
    assert draft.text == "one\ntwo"
    drafts.save(second, "one\ntwo\nthree", caret=1, agent="ana", terminal="tty1", now=NOW)
    kept = drafts.get(first, agent="ana", terminal="tty1")
    assert kept is not None
    assert kept.text == "one\ntwo\nthree"


def test_notes_tags_claims_replies_and_history_move_along(stage: Stage) -> None:
    first, second = two_that_become_one(stage)
    workspace = stage.workspace
    workspace.conversations.note(second, "careful", agent="ana", now=NOW)
    workspace.conversations.tag([second], add=["vip"], agent="ana", now=NOW)
    workspace.conversations.assign([second], "bob", agent="ana", now=NOW)
    workspace.claims.take(second, agent="ana", terminal="tty1", now=NOW)
    reply = stage.decide(second, hold=8000)
    join(stage)
    row = workspace.queue.row(first, now=NOW)
    assert row is not None
    assert (row.tags, row.assignee, row.claimed_by) == (("vip",), "bob", "ana")
    assert [note.text for note in workspace.conversations.notes(first)] == ["careful"]
    assert [one.id for one in workspace.outbox.of_conversation(second)] == [reply.id]
    assert {event.what for event in workspace.conversations.events(second)} >= {"note", "tag", "assign", "reply"}


def test_three_that_become_one_are_all_reachable(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("a"), wrote("c", parent="b"), wrote("e", parent="d"))
    a, c, e = (row.id for row in sorted(stage.rows(), key=lambda row: row.text))
    stage.take(account, wrote("d", parent="c"))
    stage.take(account, wrote("b", parent="a"))
    found = {stage.workspace.queue.row(one, now=NOW) for one in (a, c, e)}
    (row,) = found
    assert row is not None
    assert row.id == a


def test_the_networks_own_key_is_never_taken_for_a_message(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("d1", conversation="same", kind=Kind.DM), wrote("same"), wrote("answer", parent="same"))
    messages = {frozenset(m.remote_id for m in stage.workspace.conversations.messages(row.id)) for row in stage.rows()}
    assert messages == {frozenset({"d1"}), frozenset({"same", "answer"})}


def test_a_message_that_answers_itself_or_its_answer_is_one_conversation(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("loop", parent="loop"))
    stage.take(account, wrote("one", parent="two"), wrote("two", parent="one"))
    assert len(stage.rows()) == 2


def test_comments_under_one_post_are_conversations_of_their_own(stage: Stage) -> None:
    account = stage.connect()
    stage.take(
        account,
        wrote("c1", parent="post", post="post"),
        wrote("c2", parent="post", post="post", by="bob"),
        wrote("c1-answer", parent="c1", post="post", by="eve"),
    )
    first, second = sorted(stage.rows(), key=lambda row: row.text)
    assert (first.unanswered, second.unanswered) == (2, 1)
    assert set(stage.workspace.conversations.same_post(first.id)) == {first.id, second.id}


def test_a_number_that_never_was_is_not_found(stage: Stage) -> None:
    assert stage.workspace.queue.row(7, now=NOW) is None
    with pytest.raises(NotFound):
        stage.workspace.conversations.note(7, "text", agent="ana", now=NOW)


def test_a_number_is_never_used_again(stage: Stage) -> None:
    _, second = two_that_become_one(stage)
    join(stage)
    stage.take(stage.workspace.accounts.get("brand"), wrote("another"))
    assert max(row.id for row in stage.rows()) > second
