"""Who is where: seen by others while a screen lives, gone within a minute of its death, found again by its agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rehearsal.people import HOUR, NOW, SECOND, wrote

from cminbox.store.whereabouts import SECONDS, Whereabouts

if TYPE_CHECKING:
    from rehearsal.stage import Stage


@pytest.fixture
def where(stage: Stage) -> int:
    stage.take(stage.connect(), wrote("a"))
    return stage.rows()[0].id


@pytest.fixture
def people(stage: Stage) -> Whereabouts:
    return Whereabouts(stage.workspace.database)


def arrive(people: Whereabouts, agent: str, terminal: str = "tty", *, now: int = NOW) -> None:
    people.arrive(agent, terminal, holder=f"{agent} at {terminal}", host="here", pid=1, now=now)


def look(
    people: Whereabouts, agent: str, where: int | None, terminal: str = "tty", *, writing: bool = False, now: int = NOW
) -> None:
    people.be_at(agent, terminal, where, view="all", writing=writing, now=now).result()


def seen_by(people: Whereabouts, agent: str, where: int, *, now: int = NOW) -> list[tuple[str, bool]]:
    found = people.others(where, agent=agent, terminal="tty", now=now)
    return [(one.agent, one.writing) for one in found]


def test_who_looks_is_seen_by_others_and_not_by_himself(people: Whereabouts, where: int) -> None:
    arrive(people, "ana")
    look(people, "ana", where)
    assert seen_by(people, "bob", where) == [("ana", False)]
    assert seen_by(people, "ana", where) == []
    assert seen_by(people, "bob", where + 1) == []


def test_who_writes_comes_first(people: Whereabouts, where: int) -> None:
    for agent in ("ana", "bob", "cem"):
        arrive(people, agent)
        look(people, agent, where, writing=agent == "cem")
    assert seen_by(people, "dia", where) == [("cem", True), ("ana", False), ("bob", False)]


def test_a_claim_is_writing_even_before_the_screen_says_so(stage: Stage, people: Whereabouts, where: int) -> None:
    arrive(people, "ana")
    look(people, "ana", where)
    stage.workspace.claims.take(where, agent="ana", terminal="tty", now=NOW)
    assert seen_by(people, "bob", where) == [("ana", True)]


def test_since_is_when_one_came_to_the_conversation(people: Whereabouts, where: int) -> None:
    arrive(people, "ana")
    look(people, "ana", where, now=NOW + 5)
    look(people, "ana", where, writing=True, now=NOW + 9)
    (one,) = people.others(where, agent="bob", terminal="tty", now=NOW + 9)
    assert one.since == NOW + 5


def test_a_screen_that_dies_is_gone_within_a_minute(people: Whereabouts, where: int) -> None:
    arrive(people, "ana")
    look(people, "ana", where)
    assert seen_by(people, "bob", where, now=NOW + SECONDS * SECOND - 1) == [("ana", False)]
    assert seen_by(people, "bob", where, now=NOW + SECONDS * SECOND) == []
    assert SECONDS < 60


def test_who_leaves_is_gone_at_once_whether_he_comes_back_or_not(people: Whereabouts, where: int) -> None:
    for agent, to_come_back in (("ana", True), ("bob", False)):
        arrive(people, agent)
        look(people, agent, where, writing=True)
        people.leave(agent, "tty", now=NOW + 1, to_come_back=to_come_back)
    assert seen_by(people, "cem", where, now=NOW + 1) == []
    (stay,) = people.of("ana")
    assert (stay.conversation_id, stay.view, stay.writing, stay.until) == (where, "all", True, NOW + 1)
    assert people.of("bob") == []


def test_the_newest_sign_of_life_of_an_agent_comes_first(people: Whereabouts, where: int) -> None:
    arrive(people, "ana", "old")
    arrive(people, "ana", "new", now=NOW + HOUR)
    look(people, "ana", where, "old")
    assert [stay.terminal for stay in people.of("ana")] == ["new", "old"]


def test_who_arrives_replaces_what_he_left(people: Whereabouts, where: int) -> None:
    arrive(people, "ana", "old")
    look(people, "ana", where, "old")
    people.arrive("ana", "new", holder="h", host="here", pid=1, now=NOW, instead_of=["old"])
    assert [(stay.terminal, stay.conversation_id) for stay in people.of("ana")] == [("new", None)]


def test_a_conversation_that_was_merged_is_still_the_place(stage: Stage, people: Whereabouts) -> None:
    account = stage.workspace.accounts.get("brand") if stage.everything() else stage.connect()
    stage.take(account, wrote("child", parent="root"))
    (apart,) = [row.id for row in stage.everything()]
    arrive(people, "ana")
    look(people, "ana", apart)
    stage.take(account, wrote("root"))
    (kept,) = [row.id for row in stage.everything()]
    assert people.of("ana")[0].conversation_id == kept


def test_being_somewhere_changes_nothing_that_others_read_again(stage: Stage, people: Whereabouts, where: int) -> None:
    arrive(people, "ana")
    change, _ = stage.workspace.queue.changed_since(0)
    look(people, "ana", where)
    assert stage.workspace.queue.changed_since(0)[0] == change
