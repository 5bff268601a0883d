"""What was learnt is kept, counted, and forgotten with the person, the reply or the send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rehearsal.people import MINUTE, NOW, wrote

from cminbox.domain.conversation import Status
from cminbox.store import erasing
from cminbox.store.picks import Picked

if TYPE_CHECKING:
    from rehearsal.stage import Stage

    from cminbox.store.picks import Picks


@pytest.fixture
def where(stage: Stage) -> int:
    stage.take(stage.connect(), wrote("a"))
    return stage.rows()[0].id


@pytest.fixture
def picks(stage: Stage) -> Picks:
    return stage.workspace.picks


def add(
    picks: Picks, where: int, reply: str = "order", *, sent_as: int | None = None, now: int = NOW, words: str = ""
) -> int:
    said = words or "my parcel"
    kept = picks.add_soon(reply, said, lang="en", conversation_id=where, sent_as=sent_as, now=now)
    return kept.result()


def test_a_pick_is_there_after_another_process_opens_the_file(stage: Stage, picks: Picks, where: int) -> None:
    add(picks, where)
    other = stage.open("bob", "t2")
    found = [(one.reply, one.words, one.lang) for one in other.picks.since(0, limit=10)]
    other.close()
    assert found == [("order", "my parcel", "en")]


def test_later_picks_are_found_behind_a_number_the_newest_where_there_are_too_many(picks: Picks, where: int) -> None:
    first = add(picks, where, "one")
    for name in ("two", "three", "four"):
        add(picks, where, name)
    assert [one.reply for one in picks.since(first, limit=10)] == ["two", "three", "four"]
    assert [one.reply for one in picks.since(first, limit=2)] == ["three", "four"]


def test_it_is_counted_how_often_and_when_a_reply_was_picked(picks: Picks, where: int) -> None:
    add(picks, where, now=NOW + MINUTE)
    add(picks, where, now=NOW)
    assert picks.picked() == {"order": Picked(2, NOW + MINUTE)}


def test_a_reply_that_is_taken_back_takes_its_pick_along(stage: Stage, picks: Picks, where: int) -> None:
    add(picks, where)
    reply = stage.decide(where, hold=8000)
    add(picks, where, "delay", sent_as=reply.id)
    before = picks.forgotten()
    stage.workspace.outbox.take_back(reply.id, agent="ana", now=NOW)
    assert [one.reply for one in picks.since(0, limit=10)] == ["order"]
    assert set(picks.picked()) == {"order"}
    assert picks.forgotten() > before


def test_a_reply_that_is_given_up_takes_its_pick_along(stage: Stage, picks: Picks, where: int) -> None:
    reply = stage.decide(where)
    add(picks, where, sent_as=reply.id)
    stage.workspace.outbox.cancel(reply.id, agent="ana", now=NOW)
    assert picks.since(0, limit=10) == []


def test_a_reply_that_goes_out_keeps_its_pick(stage: Stage, picks: Picks, where: int) -> None:
    reply = stage.decide(where, hold=8000)
    add(picks, where, sent_as=reply.id)
    stage.workspace.outbox.release(reply.id, now=NOW)
    assert len(picks.since(0, limit=10)) == 1


def test_who_is_forgotten_has_taught_nothing_and_the_figures_stay(stage: Stage, picks: Picks, where: int) -> None:
    stage.take(stage.workspace.accounts.get("brand"), wrote("b", by="bob"))
    bobs = next(row.id for row in stage.rows() if row.id != where)
    add(picks, where, words="zanzibarparcel")
    add(picks, bobs, "delay")
    people = erasing.find_people(stage.workspace.database, "@ana")
    erasing.erase(stage.workspace.database, people, agent="kim", now=NOW)
    assert [one.reply for one in picks.since(0, limit=10)] == ["delay"]
    assert picks.picked()["order"].times == 1
    stage.workspace.close()
    assert b"zanzibarparcel" not in stage.workspace.database.path.read_bytes()


def test_a_pick_survives_that_its_conversation_is_done(stage: Stage, picks: Picks, where: int) -> None:
    add(picks, where)
    stage.workspace.conversations.set_status([where], Status.DONE, agent="ana", now=NOW)
    assert len(picks.since(0, limit=10)) == 1


def test_what_was_learnt_for_a_reply_can_be_forgotten(picks: Picks, where: int) -> None:
    add(picks, where)
    add(picks, where)
    add(picks, where, "delay")
    before = picks.forgotten()
    assert picks.forget(["order"]) == 2
    assert [one.reply for one in picks.since(0, limit=10)] == ["delay"]
    assert set(picks.picked()) == {"delay"}
    assert picks.forgotten() > before


def test_numbers_of_forgotten_picks_are_not_given_again(picks: Picks, where: int) -> None:
    last = add(picks, where)
    picks.forget(["order"])
    assert add(picks, where) > last
