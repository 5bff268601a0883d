"""What a network lets be kept for a time only goes when that is over; places, figures and our own words stay."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rehearsal.people import manifest, wrote
from rehearsal.stage import Stage

from cminbox.domain.filter import Filter
from cminbox.domain.message import Attachment, AttachmentKind, Person
from cminbox.domain.network import PROFILES, WORDS
from cminbox.inbox.chores import Chores
from cminbox.store.picks import Picks
from cminbox.store.retention import BATCH, is_due, purge
from cminbox.store.surroundings import keep

if TYPE_CHECKING:
    from pathlib import Path

    from cminbox.domain.account import Account
    from cminbox.domain.network import Manifest

DAYS_2 = 48 * 3600
DAY = 24 * 3600


def brief(**kept: int) -> Manifest:
    """Return the facts of a network that lets its data be kept for so many seconds."""
    return replace(manifest(), kept_for=kept or {WORDS: DAYS_2, PROFILES: DAY})


async def tend(stage: Stage, seconds: float) -> None:
    stage.clock.pass_time(seconds)
    chores = Chores(stage.workspace)
    chores.tend()
    await chores.finish()


@pytest.fixture
def account(stage: Stage) -> Account:
    return stage.connect(facts=brief())


def only(stage: Stage) -> int:
    (row,) = stage.everything()
    return row.id


def in_the_file(stage: Stage, words: str) -> bool:
    stage.workspace.database.read().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return words.encode() in (stage.folder / "inbox.sqlite3").read_bytes()


async def test_words_stay_until_their_time_is_over(stage: Stage, account: Account) -> None:
    stage.take(account, wrote("a", text="where is my parcel"))
    await tend(stage, DAYS_2 - 1)
    assert [one.text for one in stage.workspace.conversations.messages(only(stage))] == ["where is my parcel"]
    await tend(stage, 1)
    (message,) = stage.workspace.conversations.messages(only(stage))
    assert (message.text, message.gone, message.remote_id) == ("", True, "a")


async def test_names_go_after_their_own_time_and_the_id_stays(stage: Stage, account: Account) -> None:
    stage.take(account, replace(wrote("a", text="hello"), author=Person("u1", "ana.b", "Ana Belova", 12)))
    await tend(stage, DAY)
    (message,) = stage.workspace.conversations.messages(only(stage))
    assert message.author == Person("u1", "u1", "", None)
    assert message.text == "hello"
    assert not stage.workspace.queue.page(Filter(words=("belova",), everything=True), now=stage.clock.now())


async def test_what_goes_is_not_readable_in_the_file_nor_found(stage: Stage, account: Account) -> None:
    photo = Attachment(AttachmentKind.IMAGE, "https://example.org/holiday.jpg", "", "a beach in Portugal")
    stage.take(account, replace(wrote("a", text="unmistakeable zweckform"), attachments=(photo,)))
    await tend(stage, DAYS_2)
    assert not stage.workspace.queue.page(Filter(words=("zweckform",), everything=True), now=stage.clock.now())
    assert not in_the_file(stage, "zweckform")
    assert not in_the_file(stage, "Portugal")


async def test_place_clock_and_figures_stay(stage: Stage, account: Account) -> None:
    stage.take(account, wrote("a", text="where is my parcel"))
    (before,) = stage.rows()
    await tend(stage, DAYS_2)
    (after,) = stage.rows()
    assert (after.id, after.due, after.waiting_since, after.unanswered) == (
        before.id,
        before.due,
        before.waiting_since,
        before.unanswered,
    )


async def test_a_message_that_is_given_again_is_kept_anew_and_nothing_else_happens(
    stage: Stage, account: Account
) -> None:
    ana = Person("u1", "ana.b", "Ana Belova")
    stage.take(account, replace(wrote("a", text="hello"), author=ana))
    await tend(stage, DAYS_2)
    before = stage.everything()[0]
    taken = stage.take(account, replace(wrote("a", text="hello"), author=ana))
    assert (taken.new, taken.refused) == (0, [])
    (message,) = stage.workspace.conversations.messages(before.id)
    assert (message.text, message.gone, message.author) == ("hello", False, ana)
    assert stage.everything()[0].due == before.due
    assert not [one for one in stage.workspace.conversations.events(before.id) if one.what == "edited"]
    await tend(stage, DAYS_2 - 1)
    assert stage.workspace.conversations.messages(before.id)[0].text == "hello"


async def test_what_is_given_again_before_its_end_moves_it(stage: Stage, account: Account) -> None:
    stage.take(account, wrote("a", text="hello"))
    for _ in range(4):
        await tend(stage, DAYS_2 // 2)
        stage.take(account, wrote("a", text="hello"))
    assert stage.workspace.conversations.messages(only(stage))[0].text == "hello"


async def test_earlier_texts_of_an_edited_message_go_too(stage: Stage, account: Account) -> None:
    stage.take(account, wrote("a", text="first unmistakeable zweckform"))
    stage.take(account, wrote("a", text="second"))
    await tend(stage, DAYS_2)
    edits = [one for one in stage.workspace.conversations.events(only(stage)) if one.what == "edited"]
    assert edits
    assert all("text" not in (one.before or {}) for one in edits)


async def test_what_stood_around_goes_too(stage: Stage, account: Account) -> None:
    stage.take(account, wrote("a", text="hello"))
    keep(stage.workspace.database, only(stage), [wrote("z", text="zweckform above")], [], now=stage.clock.now())
    await tend(stage, DAYS_2)
    assert not in_the_file(stage, "zweckform")


async def test_our_own_words_and_notes_stay(stage: Stage, account: Account) -> None:
    stage.take(account, wrote("a", text="hello"), replace(wrote("b", text="our answer", parent="a"), ours=True))
    stage.workspace.conversations.note(only(stage), "call him", agent="ana", now=stage.clock.now())
    await tend(stage, 10 * DAYS_2)
    texts = [one.text for one in stage.workspace.conversations.messages(only(stage))]
    assert sorted(texts) == ["", "our answer"]
    assert [one.text for one in stage.workspace.conversations.notes(only(stage))] == ["call him"]


async def test_the_words_of_a_pick_go_and_its_figure_stays(stage: Stage, account: Account) -> None:
    stage.take(account, wrote("a", text="hello"))
    picks = Picks(stage.workspace.database)
    now = stage.clock.now()
    await asyncio.wrap_future(
        picks.add_soon("greeting", "hello", lang=None, conversation_id=only(stage), sent_as=None, now=now)
    )
    await tend(stage, DAYS_2)
    assert picks.since(0, limit=10) == []
    assert picks.picked()["greeting"].times == 1


async def test_where_a_network_sets_no_end_nothing_goes(stage: Stage) -> None:
    account = stage.connect(facts=manifest())
    stage.take(account, wrote("a", text="hello"))
    await tend(stage, 1000 * DAY)
    assert stage.workspace.conversations.messages(only(stage))[0].text == "hello"
    assert stage.workspace.database.read().execute("SELECT count(*) FROM retained").fetchone() == (0,)


async def test_more_than_one_transaction_takes_goes_in_one_look(stage: Stage, account: Account) -> None:
    stage.take(account, *(wrote(f"m{number}", text=f"hello {number}") for number in range(BATCH + 5)))
    await tend(stage, DAYS_2)
    assert not is_due(stage.workspace.database, stage.clock.now())


def test_a_look_in_which_nothing_is_due_changes_nothing(stage: Stage, account: Account) -> None:
    stage.take(account, wrote("a", text="hello"))
    before = stage.everything()
    assert not purge(stage.workspace.database, stage.clock.now())
    assert stage.everything() == before


@settings(max_examples=20, deadline=None)
@given(moves=st.lists(st.tuples(st.booleans(), st.integers(1, 3 * DAYS_2)), max_size=8))
def test_nothing_is_ever_kept_past_its_end(
    moves: list[tuple[bool, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder: Path = tmp_path_factory.mktemp("inbox")
    stage = Stage(folder)
    account = stage.connect(facts=brief(words=DAYS_2))
    stage.take(account, wrote("a", text="hello"))
    given_at = stage.clock.now()
    for again, seconds in moves:
        stage.clock.pass_time(seconds)
        if again:
            stage.take(account, wrote("a", text="hello"))
            given_at = stage.clock.now()
        purge(stage.workspace.database, stage.clock.now())
        text = stage.workspace.conversations.messages(only(stage))[0].text
        over = stage.clock.now() - given_at >= DAYS_2 * 1000
        if over:
            assert text == ""
        # An end is moved in steps of a tenth of the time, never beyond the last time it was given.
        early = stage.clock.now() - given_at < DAYS_2 * 1000 * 0.9
        if early:
            assert text == "hello"
    stage.close()
