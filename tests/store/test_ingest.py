"""A page goes into the store whole: bad items are named, repeats change nothing, the cursor comes along."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rehearsal.people import MINUTE, NOW, wrote
from rehearsal.stage import Stage

from cminbox.domain.message import Attachment, AttachmentKind, Person
from cminbox.store.events import next_change
from cminbox.store.ingest import Delivery, Ingest

if TYPE_CHECKING:
    from cminbox.domain.account import Account
    from cminbox.domain.conversation import StoredMessage
    from cminbox.domain.message import Message


def stored(stage: Stage) -> dict[str, StoredMessage]:
    return {
        message.remote_id: message
        for row in stage.everything()
        for message in stage.workspace.conversations.messages(row.id)
    }


def cursor_of(stage: Stage, account: Account) -> str | None:
    cursor, _ = stage.workspace.accounts.progress(account.id)
    return cursor


def test_the_same_page_twice_changes_nothing(stage: Stage) -> None:
    account = stage.connect()
    page = (wrote("a"), wrote("b", parent="a"))
    first = stage.take(account, *page)
    change, _ = stage.workspace.queue.changed_since(0)
    second = stage.take(account, *page)
    assert (first.new, first.changed, first.known) == (2, 0, 0)
    assert (second.new, second.changed, second.known) == (0, 0, 2)
    assert stage.workspace.queue.changed_since(change) == (change, [])


def test_the_same_message_twice_in_one_page_is_one(stage: Stage) -> None:
    account = stage.connect()
    taken = stage.take(account, wrote("a"), wrote("a"))
    assert (taken.new, taken.known) == (1, 1)
    assert len(stored(stage)) == 1


def test_cursor_and_messages_are_committed_together(stage: Stage) -> None:
    account = stage.connect()
    Ingest(stage.workspace.database).take(Delivery(account.id, [wrote("a")], NOW, cursor="1"))
    assert cursor_of(stage, account) == "1"
    stage.workspace.database.write(
        lambda c: c.execute(
            "CREATE TRIGGER broken BEFORE UPDATE OF cursor ON accounts BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
    )
    with pytest.raises(Exception, match="broken"):
        Ingest(stage.workspace.database).take(Delivery(account.id, [wrote("b")], NOW, cursor="2"))
    assert set(stored(stage)) == {"a"}
    assert cursor_of(stage, account) == "1"


def test_a_page_without_a_cursor_leaves_the_old_one(stage: Stage) -> None:
    account = stage.connect()
    Ingest(stage.workspace.database).take(Delivery(account.id, [], NOW, cursor="1"))
    stage.take(account, wrote("a"))
    assert cursor_of(stage, account) == "1"


BAD: list[tuple[str, dict[str, Any]]] = [
    ("a number too large", {"rating": 2**70}),
    ("a time too large", {"created_at": 2**70}),
    ("no time at all", {"created_at": None}),
    ("no author", {"author": None}),
    ("no text", {"text": None}),
    ("a kind that is none", {"kind": None}),
    ("no id", {"remote_id": ""}),
    ("a list for an id", {"remote_id": ["x"]}),
]


@pytest.mark.parametrize(("what", "fields"), BAD, ids=[what for what, _ in BAD])
def test_a_bad_item_is_named_and_the_rest_of_the_page_lives(stage: Stage, what: str, fields: dict[str, Any]) -> None:
    account = stage.connect()
    taken = stage.take(account, wrote("before"), replace(wrote("bad"), **fields), wrote("after"))
    assert set(stored(stage)) == {"before", "after"}
    assert (taken.new, len(taken.refused)) == (2, 1), what
    assert "cannot be stored" in str(taken.refused[0])


def test_a_bad_item_leaves_no_conversation_and_no_person_behind(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, replace(wrote("bad", by="nobody"), rating=2**70))
    connection = stage.workspace.database.read()
    assert connection.execute("SELECT count(*) FROM conversations").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM people").fetchone() == (0,)


@pytest.mark.parametrize("hurt", ["\ud800", "a\udfffb", "nul\x00nul", "\ud83d\ude00"])
def test_hurt_text_is_repaired_wherever_it_stands(stage: Stage, hurt: str) -> None:
    account = stage.connect()
    message = replace(
        wrote(f"id {hurt}", text=hurt, parent=f"parent {hurt}"),
        author=Person(f"person {hurt}", hurt, hurt),
        permalink=hurt,
        lang=hurt,
        attachments=(Attachment(AttachmentKind.IMAGE, hurt, hurt, hurt),),
    )
    assert stage.take(account, message, message).refused == []
    (kept,) = stored(stage).values()
    everything = [kept.remote_id, kept.text, kept.permalink, kept.author.name, kept.attachments[0].alt, kept.lang]
    assert all(text is not None and text.encode() and "\x00" not in text for text in everything)


def test_text_beyond_all_bounds_is_cut(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("long", text="x" * 1_000_000))
    assert len(stored(stage)["long"].text) == 100_000


def test_an_edit_takes_the_place_of_the_old_words_in_the_search_too(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("a", text="giraffe"))
    taken = stage.take(account, wrote("a", text="elephant", edited_at=NOW))
    assert (taken.new, taken.changed) == (0, 1)
    assert stored(stage)["a"].text == "elephant"
    connection = stage.workspace.database.read()
    search = "SELECT count(*) FROM messages_text WHERE messages_text MATCH ?"
    assert connection.execute(search, ("giraffe",)).fetchone() == (0,)
    assert connection.execute(search, ("elephant",)).fetchone() == (1,)


def test_what_was_deleted_and_comes_again_is_there_again(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("a"))
    Ingest(stage.workspace.database).take(Delivery(account.id, [], NOW, deleted=["a", "a", "\ud800"]))
    assert stored(stage)["a"].deleted_at == NOW
    stage.take(account, wrote("a"))
    assert stored(stage)["a"].deleted_at is None


def test_people_have_their_newest_names_and_keep_a_number_that_is_not_told_again(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, replace(wrote("a"), author=Person("p", "old", "Old", 7)))
    stage.take(account, replace(wrote("b"), author=Person("p", "new", "New")))
    assert stored(stage)["a"].author == Person("p", "new", "New", 7)


def test_the_same_id_on_two_accounts_is_two_messages(stage: Stage) -> None:
    one, two = stage.connect("one"), stage.connect("two")
    stage.take(one, wrote("a"))
    stage.take(two, wrote("a"))
    assert len(stage.rows()) == 2


def test_marks_count_what_came_after_them(stage: Stage) -> None:
    account, ingest = stage.connect(), Ingest(stage.workspace.database)
    assert ingest.newest() == 0
    stage.take(account, wrote("a"))
    mark = ingest.newest()
    stage.take(account, wrote("a"), wrote("b"), wrote("c"))
    assert ingest.arrived_after(mark) == {account.id: 2}


def test_a_change_number_is_used_by_one_transaction_only(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("a"))
    before, _ = stage.workspace.queue.changed_since(0)
    number = stage.workspace.database.write(next_change)
    stage.take(account, wrote("b"))
    after, ids = stage.workspace.queue.changed_since(number)
    assert before < number < after
    assert len(ids) == 1


@st.composite
def pages_with_repeats(draw: st.DrawFn) -> list[list[Message]]:
    known = [wrote(f"m{number}", at=NOW - number * MINUTE) for number in range(8)]
    page = st.lists(st.sampled_from(known), max_size=6)
    return draw(st.lists(page, min_size=1, max_size=6))


@settings(max_examples=30)
@given(pages=pages_with_repeats())
def test_whatever_repeats_there_are_each_message_is_there_once(
    pages: list[list[Message]], tmp_path_factory: pytest.TempPathFactory
) -> None:

    stage = Stage(tmp_path_factory.mktemp("ingest") / "brand")
    account = stage.connect()
    new = sum(stage.take(account, *page).new for page in pages)
    wanted = {message.remote_id for page in pages for message in page}
    assert set(stored(stage)) == wanted
    assert new == len(wanted)
    stage.close()


def test_a_failure_of_the_file_is_not_blamed_on_an_item(stage: Stage) -> None:
    account = stage.connect()
    connection = stage.workspace.database._write_connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    many = [wrote(f"m{number}", text="x" * 50_000) for number in range(20)]
    with pytest.raises(Exception, match="is full"):
        stage.take(account, *many)
    assert stored(stage) == {}
    connection.execute("PRAGMA max_page_count = 1000000")
    assert stage.take(account, *many).new == 20


def test_sqlite_is_as_new_as_the_statements_need() -> None:
    assert sqlite3.sqlite_version_info >= (3, 35)


def test_an_edit_keeps_what_was_said_before_and_a_repeat_keeps_nothing(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("a", text="first"))
    for _ in range(2):
        stage.take(account, wrote("a", text="second", edited_at=NOW))
    (row,) = stage.everything()
    told = [event.before for event in stage.workspace.conversations.events(row.id) if event.what == "edited"]
    assert [one["text"] for one in told if one is not None] == ["first"]


def test_of_a_message_that_is_edited_without_end_only_the_newest_texts_are_kept(stage: Stage) -> None:
    account = stage.connect()
    for number in range(50):
        stage.take(account, wrote("a", text=f"text {number}", edited_at=NOW + number))
    (row,) = stage.everything()
    kept = [
        event.before["text"]
        for event in stage.workspace.conversations.events(row.id)
        if event.what == "edited" and event.before is not None and "text" in event.before
    ]
    assert kept == [f"text {number}" for number in range(29, 49)]


def test_what_a_network_holds_back_is_tagged_until_it_is_published(stage: Stage) -> None:
    account = stage.connect()
    held = wrote("a")
    stage.take(account, replace(held, labels=("held", "nonsense")))
    (row,) = stage.everything()
    stage.workspace.conversations.tag([row.id], add=["vip"], agent="ana", now=NOW)
    assert stage.everything()[0].tags == ("held", "vip")
    assert stage.take(account, held).known == 1
    assert stage.everything()[0].tags == ("held", "vip")
    change, _ = stage.workspace.queue.changed_since(0)
    assert stage.take(account, replace(held, labels=())).changed == 1
    assert stage.everything()[0].tags == ("vip",)
    assert stage.workspace.queue.changed_since(change)[1] == [row.id]
    assert stage.take(account, replace(held, labels=())).known == 1
