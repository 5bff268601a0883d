"""What stands around a thread is read when somebody asks for it, kept, and never taken for a part of the queue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import NOW, manifest, wrote
from rehearsal.post_office import PostOffice

from cminbox.domain.message import Person
from cminbox.domain.network import WORDS, Capability
from cminbox.domain.saying import say
from cminbox.inbox.reading import Reading
from cminbox.inbox.surroundings import Surroundings, surroundings
from cminbox.network_kit.failures import Gone, TryLater
from cminbox.outbox.acts import carry_out
from cminbox.store.erasing import erase, find_people
from cminbox.store.retention import purge
from cminbox.store.surroundings import MOST, keep

if TYPE_CHECKING:
    from rehearsal.stage import Stage


@pytest.fixture
def office(stage: Stage) -> PostOffice:
    return PostOffice(stage, manifest(Capability.THREAD))


async def ask(office: PostOffice) -> float:
    workspace = office.stage.workspace
    workspace.acts.add(office.where, Capability.THREAD, "question", agent="ana", now=NOW)
    (act,) = workspace.acts.due(office.stage.clock.now())
    return await carry_out(office.desk, workspace.acts, office.account, act)


def around(office: PostOffice) -> Surroundings | None:
    return surroundings(Reading(office.stage.workspace).show(office.where))


async def test_what_the_network_shows_around_it_is_kept_and_is_no_message_of_the_queue(office: PostOffice) -> None:
    bea = Person("p-bea", "bea", "Bea")
    office.server.below = [replace(wrote("other", text="I second that"), author=bea), wrote("question")]
    before = office.stage.rows()
    assert await ask(office) == 0
    found = around(office)
    assert found is not None
    assert [(one.handle, one.text) for one in found.below] == [("bea", "I second that")]
    after = office.stage.rows()
    assert [(row.id, row.unanswered, row.due) for row in after] == [(row.id, row.unanswered, row.due) for row in before]
    assert len(office.stage.workspace.conversations.messages(office.where)) == 1


async def test_screens_hear_of_it(office: PostOffice) -> None:
    change, _ids = office.stage.workspace.queue.changed_since(0)
    await ask(office)
    _change, ids = office.stage.workspace.queue.changed_since(change)
    assert office.where in ids


@pytest.mark.parametrize("failure", [Gone(say("It is gone")), TryLater(say("Later"), 30.0)])
async def test_a_thread_that_cannot_be_read_changes_nothing(office: PostOffice, failure: Exception) -> None:
    office.server.thread_failures.append(failure)
    wait = await ask(office)
    assert around(office) is None
    assert (wait > 0) is isinstance(failure, TryLater)


def test_only_the_nearest_are_kept_and_no_text_is_endless(office: PostOffice) -> None:
    many = [wrote(f"m{number}", text="x" * 10_000) for number in range(2 * MOST)]
    keep(office.stage.workspace.database, office.where, many, many, now=NOW)
    found = around(office)
    assert found is not None
    assert [one.remote_id for one in found.above] == [f"m{number}" for number in range(MOST, 2 * MOST)]
    assert [one.remote_id for one in found.below] == [f"m{number}" for number in range(MOST)]
    assert len(found.above[0].text) == 2_000


@pytest.mark.parametrize("whose", ["of the conversation", "in the surroundings"])
def test_an_erased_person_leaves_nothing_in_the_surroundings(office: PostOffice, whose: str) -> None:
    workspace = office.stage.workspace
    (row,) = office.stage.rows()
    bea = Person("p-bea", "bea-unique", "Bea")
    said = replace(wrote("other", text="my number is 555"), author=bea)
    office.stage.take(office.account, replace(said, remote_id="elsewhere"))
    keep(workspace.database, office.where, [said], [], now=NOW)
    name = row.person.handle if whose == "of the conversation" else "bea-unique"
    erase(workspace.database, find_people(workspace.database, name), agent="ana", now=NOW)
    told = [str(event.after) for event in workspace.conversations.events(office.where) if event.what == "context"]
    assert told
    assert "555" not in "".join(told)


def test_only_the_newest_surroundings_are_kept(office: PostOffice) -> None:
    for text in ("first", "second"):
        keep(office.stage.workspace.database, office.where, [wrote("other", text=text)], [], now=NOW)
    found = around(office)
    assert found is not None
    assert [one.text for one in found.above] == ["second"]
    told = [event.after for event in office.stage.workspace.conversations.events(office.where)]
    assert "first" not in str(told)


async def test_words_that_were_kept_no_longer_come_back_with_the_thread(stage: Stage) -> None:
    office = PostOffice(stage, replace(manifest(Capability.THREAD), kept_for={WORDS: 3600}))
    conversations = stage.workspace.conversations
    stage.clock.pass_time(3600)
    purge(stage.workspace.database, stage.clock.now())
    assert [(one.text, one.gone) for one in conversations.messages(office.where)] == [("", True)]
    office.server.below = [wrote("question", text="the question again"), wrote("other")]
    await ask(office)
    assert [(one.text, one.gone) for one in conversations.messages(office.where)] == [("the question again", False)]
