"""Pages of the queue equal one long sort, and nothing a person types becomes a statement."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import DAY, HOUR, MINUTE, NOW, manifest, wrote
from rehearsal.stage import Stage

from cminbox.domain.conversation import Priority, Status
from cminbox.domain.filter import Filter
from cminbox.domain.grammar import parse_filter
from cminbox.domain.message import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.domain.account import Account
    from cminbox.store.listing import Place


def walk(stage: Stage, wanted: Filter | None, size: int, *, backwards: bool = False) -> list[int]:
    ids: list[int] = []
    place: Place | None = None
    while True:
        page = stage.workspace.queue.page(wanted, after=place, backwards=backwards, limit=size, now=NOW)
        if not page:
            return ids
        part = [placed.row.id for placed in page]
        ids = [*part, *ids] if backwards else [*ids, *part]
        place = page[0].place if backwards else page[-1].place


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Return a queue of 120 conversations of which many share their times; it is only read."""
    stage = Stage(tmp_path_factory.mktemp("busy") / "brand")
    chance = random.Random(7)
    one, two = stage.connect("one"), stage.connect("two", manifest(name="other"))
    for number in range(120):
        at = NOW - chance.randint(0, 12) * HOUR
        kind = chance.choice([Kind.COMMENT, Kind.DM, Kind.MENTION])
        by = chance.choice(["ana", "bob", "Zoé", "under_score", "per%cent"])
        stage.take(chance.choice([one, two]), wrote(f"m{number}", at=at, kind=kind, by=by, text=f"word{number % 5} x"))
    yield stage
    stage.close()


@pytest.mark.parametrize("size", [1, 7, 50, 1000])
@pytest.mark.parametrize("backwards", [False, True])
def test_pages_put_together_are_the_whole_queue_in_order(busy: Stage, size: int, *, backwards: bool) -> None:
    rows = busy.workspace.queue.page(limit=1000, now=NOW)
    wanted = [placed.row.id for placed in sorted(rows, key=lambda placed: (placed.row.due or 0, placed.row.id))]
    assert len(wanted) == 120
    assert walk(busy, None, size, backwards=backwards) == wanted


@pytest.mark.parametrize("size", [3, 1000])
@pytest.mark.parametrize("backwards", [False, True])
def test_other_lists_are_newest_first(busy: Stage, size: int, *, backwards: bool) -> None:
    wanted = Filter(everything=True)
    rows = busy.workspace.queue.page(wanted, limit=1000, now=NOW)
    expected = [placed.row.id for placed in sorted(rows, key=lambda p: (-p.row.last_message_at, -p.row.id))]
    assert walk(busy, wanted, size, backwards=backwards) == expected


def test_the_queue_is_read_along_an_index(busy: Stage) -> None:
    connection = busy.workspace.database.read()
    plan = connection.execute(
        "EXPLAIN QUERY PLAN SELECT c.id FROM conversations c JOIN accounts a ON a.id = c.account_id"
        " JOIN people p ON p.id = c.person_id WHERE c.queue_due IS NOT NULL AND (c.queue_due, c.id) > (1, 1)"
        " ORDER BY c.queue_due, c.id LIMIT 50"
    ).fetchall()
    said = " ".join(row[3] for row in plan)
    assert "USING COVERING INDEX queue" in said or "USING INDEX queue" in said
    assert "TEMP B-TREE" not in said


FILTERS = [
    ("net:scr", lambda row: row.network == "scripted"),
    ("net:scr net:oth", lambda _row: True),
    ("account:two", lambda row: row.account == "two"),
    ("kind:dm", lambda row: row.kind is Kind.DM),
    ("kind:dm kind:mention", lambda row: row.kind in {Kind.DM, Kind.MENTION}),
    ("@bob", lambda row: row.person.handle == "bob"),
    ("@BOB", lambda row: row.person.handle == "bob"),
    ("@r_s", lambda row: row.person.handle == "under_score"),
    ("@r%c", lambda row: row.person.handle == "per%cent"),
    ("is:late", lambda row: row.due is not None and row.due < NOW),
    ("word3", lambda row: row.text.startswith("word3")),
    ("WORD3", lambda row: row.text.startswith("word3")),
    ("wor x", lambda _row: True),
    ('"word3 x"', lambda row: row.text.startswith("word3")),
    ("word3 word4", lambda _row: False),
    ("kind:dm @bob word3", lambda row: (row.kind, row.person.handle, row.text) == (Kind.DM, "bob", "word3 x")),
    ("is:free", lambda _row: True),
    ("is:mine", lambda _row: False),
]


@pytest.mark.parametrize(("typed", "fits"), FILTERS, ids=[typed for typed, _ in FILTERS])
def test_a_filter_shows_what_it_says(busy: Stage, typed: str, fits: object) -> None:
    assert callable(fits)
    everything = [placed.row for placed in busy.workspace.queue.page(limit=1000, now=NOW)]
    shown = [placed.row for placed in busy.workspace.queue.page(parse_filter(typed), limit=1000, now=NOW)]
    assert shown == [row for row in everything if fits(row)]


HOSTILE = [
    "'; DROP TABLE messages; --",
    '"',
    '"x',
    "x\"' OR 1=1",
    "NEAR(",
    "AND OR NOT",
    "col:val",
    "*",
    "-",
    "^x",
    "a' b",
    "{text} : x",
    "(",
    "\x00",
    "\ud800",
    "%",
    "_",
    "\\",
    "…",
    "😀",
    "x" * 100_000,
]


@pytest.mark.parametrize("typed", HOSTILE, ids=[ascii(typed[:20]) for typed in HOSTILE])
def test_nothing_typed_becomes_a_statement(busy: Stage, typed: str) -> None:
    queue = busy.workspace.queue
    for wanted in (Filter(networks=(typed,)), Filter(accounts=(typed,)), Filter(tags=(typed,))):
        assert queue.page(wanted, limit=1000, now=NOW) == []
    for wanted in (Filter(words=(typed,)), Filter(people=(typed,))):
        letters = [char for char in typed.casefold() if char.isalnum()]
        for placed in queue.page(wanted, limit=1000, now=NOW):
            assert set(letters) <= set(f"{placed.row.text} {placed.row.person.handle}".casefold())
    assert len(queue.page(limit=1000, now=NOW)) == 120


def test_status_tags_assignee_and_priority_are_shown_and_filtered(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("a"), wrote("b", by="bob"))
    a, b = (row.id for row in sorted(stage.rows(), key=lambda row: row.text))
    conversations = stage.workspace.conversations
    conversations.tag([a], add=["VIP", "two words"], agent="ana", now=NOW)
    conversations.assign([a], "ana", agent="ana", now=NOW)
    conversations.set_priority([a], Priority.URGENT, agent="ana", now=NOW)
    conversations.set_status([b], Status.DONE, agent="ana", now=NOW)
    (row,) = stage.rows()
    assert (row.tags, row.assignee, row.priority) == (("two-words", "vip"), "ana", Priority.URGENT)
    for typed, wanted in (("tag:vip", [a]), ("is:mine", [a]), ("is:free", []), ("is:done", [b]), ("is:all", [a, b])):
        found = stage.workspace.queue.page(parse_filter(typed), now=NOW)
        assert sorted(placed.row.id for placed in found) == wanted, typed


def test_search_reads_every_message_and_every_status(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("a", text="Où est mon colis ?", at=NOW - DAY), wrote("b", text="bonjour", parent="a"))
    (row,) = stage.rows()
    stage.workspace.conversations.set_status([row.id], Status.DONE, agent="ana", now=NOW)
    found = stage.workspace.queue.page(Filter(everything=True, words=("OU EST",)), now=NOW)
    assert [placed.row.id for placed in found] == [row.id]


def test_counts_of_late_ones_follow_the_clock(stage: Stage) -> None:
    account: Account = stage.connect()
    stage.take(account, wrote("a", at=NOW - 4 * HOUR), wrote("b", at=NOW - MINUTE, by="bob"))
    queue = stage.workspace.queue
    assert [queue.counts(now=at).late for at in (NOW, NOW + 1, NOW + 5 * HOUR)] == [0, 1, 2]


def test_rows_of_no_ids_are_none(stage: Stage) -> None:
    assert stage.workspace.queue.rows([]) == {}
    assert stage.workspace.queue.among([]) == set()
    assert stage.workspace.queue.rows([10**30]) == {}
