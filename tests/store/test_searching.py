"""Searching: what fits is found the same way whether few conversations fit or many, and in whatever script."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import DAY, HOUR, MINUTE, NOW, wrote
from rehearsal.stage import Stage

from cminbox.domain.conversation import Priority, Status
from cminbox.domain.filter import Filter, Order
from cminbox.domain.grammar import parse_filter
from cminbox.domain.message import Kind
from cminbox.domain.problem import Problem
from cminbox.store import searching
from cminbox.store.listing import where
from cminbox.store.queue import Queue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.domain.message import Message
    from cminbox.store.listing import Place

CAST = (
    ("ana", "Ana Lopez", Kind.MENTION, "Où est ma commande ?", "fr", None),
    ("zoe", "Zoé Lefèvre", Kind.COMMENT, "La livraison était parfaite ❤️", "fr-CA", None),
    ("kenji", "健二", Kind.MENTION, "この商品はいつ再入荷しますか", "ja", None),
    ("wei", "王伟", Kind.DM, "我想退款", "zh", None),
    ("somchai", "สมชาย", Kind.DM, "สินค้าอยู่ที่ไหน", "th", None),
    ("joseph", "Joseph Müller", Kind.REVIEW, "Four stars: great cups", "en", 4),
    ("maria", "María", Kind.REVIEW, "never again", "en", 1),
    ("anders", "Anders", Kind.DM, "order 4711 is late", None, None),
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("told") / "brand")
    account = stage.connect()
    for number, (handle, name, kind, text, lang, rating) in enumerate(CAST):
        message = wrote(handle, text=text, kind=kind, by=handle, at=NOW - number * HOUR)
        stage.take(account, named(message, name, lang, rating))
    yield stage
    stage.close()


def named(message: Message, name: str, lang: str | None = None, rating: int | None = None) -> Message:
    """Return a message with what its author is called, its language and its rating."""
    return replace(message, author=replace(message.author, name=name), lang=lang, rating=rating)


@pytest.fixture(params=["few", "many"])
def narrow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let everything count as few, or as many."""
    monkeypatch.setattr(searching, "FEW", 3000 if request.param == "few" else -1)
    return str(request.param)


def handles(stage: Stage, typed: str) -> set[str]:
    return {one.row.person.handle for one in stage.workspace.queue.page(parse_filter(typed), now=NOW)}


FOUND = [
    ("commande", {"ana"}),
    ("COMMANDE", {"ana"}),
    ("etait", {"zoe"}),
    ("OU", {"ana"}),
    ("livr", {"zoe"}),
    ('"great cups"', {"joseph"}),
    ('"cups great"', set()),
    ("4711", {"anders"}),
    ("❤", {"zoe"}),
    ("再入荷", {"kenji"}),
    ("入荷", {"kenji"}),
    ("ますか", {"kenji"}),
    ("すか", {"kenji"}),
    ("か", {"kenji"}),
    ("退款", {"wei"}),
    ("款", {"wei"}),
    ("款退", set()),
    ("ที่ไหน", {"somchai"}),
    ("lang:fr", {"ana", "zoe"}),
    ("lang:fr-ca", {"zoe"}),
    ("-lang:fr -lang:en", {"kenji", "wei", "somchai", "anders"}),
    ("stars:1", {"maria"}),
    ("stars:>=4", {"joseph"}),
    ("stars:1-5", {"maria", "joseph"}),
    ("@zoé", {"zoe"}),
    ("@ZOE", {"zoe"}),
    ("@lefevre", {"zoe"}),
    ("@健二", {"kenji"}),
    ("@健", {"kenji"}),
    ("@an", {"ana", "anders"}),
    ("-@an kind:dm", {"wei", "somchai"}),
    ("kind:dm -order", {"wei", "somchai"}),
    ("after:150m", {"ana", "zoe", "kenji"}),
    ("before:350m", {"maria", "anders"}),
    ("-after:350m", {"maria", "anders"}),
    ("-kind:dm -kind:review -net:scr", set()),
    ("kind:dm kind:review sort:newest", {"wei", "somchai", "joseph", "maria", "anders"}),
    ("-is:flagged -is:mine -is:done kind:mention", {"ana", "kenji"}),
]


@pytest.mark.parametrize(("typed", "wanted"), FOUND, ids=[typed for typed, _ in FOUND])
@pytest.mark.usefixtures("narrow")
def test_what_fits_is_found(told: Stage, typed: str, wanted: set[str]) -> None:
    assert handles(told, typed) == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("@joesph", {"joseph"}),
        ("@jozeph", {"joseph"}),
        ("@mueller", {"joseph"}),
        ("@muler", {"joseph"}),
        ("@andres", {"anders"}),
        ("@marja", {"maria"}),
        ("@lopes", {"ana"}),
        ("@xyzzy", set()),
        ("@xan", set()),
    ],
)
def test_a_name_is_found_in_spite_of_a_typo(told: Stage, typed: str, wanted: set[str]) -> None:
    assert handles(told, typed) == wanted


def test_a_name_that_is_spelt_right_is_never_mixed_with_others_like_it(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("a", by="marta"), wrote("b", by="marja"))
    assert handles(stage, "@marta") == {"marta"}


def test_a_new_name_is_found_and_the_old_one_is_not(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, named(wrote("a", by="ana"), "Ana"))
    stage.take(account, named(wrote("b", by="ana", parent="a"), "Beatriz"))
    assert handles(stage, "@beatriz") == {"ana"}
    stage.workspace.database.write(lambda db: db.execute("UPDATE people SET handle = 'gone', name = ''"))
    assert handles(stage, "@beatriz") == set()


def test_an_edited_text_without_blanks_is_found_by_its_new_words_only(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, wrote("a", text="我想退款"))
    stage.take(account, wrote("a", text="我想换货"))
    assert [len(handles(stage, word)) for word in ("退款", "换货", "我想换", "想退款")] == [0, 1, 1, 0]
    stage.workspace.database.write(lambda db: db.execute("UPDATE messages SET text = 'refund'"))
    assert [len(handles(stage, word)) for word in ("换货", "refund")] == [0, 1]


ORDERS = [
    (Order.DUE, lambda row: (row.due, row.id)),
    (Order.NEWEST, lambda row: (-row.last_message_at, -row.id)),
    (Order.OLDEST, lambda row: (row.last_message_at, row.id)),
    (
        Order.PRIORITY,
        lambda row: (["urgent", "high", "normal", "low"].index(row.priority.value), row.due, row.id),
    ),
]


@pytest.mark.parametrize(("order", "key"), ORDERS, ids=[order.value for order, _ in ORDERS])
@pytest.mark.parametrize("typed", ["", "kind:dm kind:mention", "word"])
@pytest.mark.parametrize("backwards", [False, True])
def test_every_order_is_read_page_by_page_in_both_directions(
    several: Stage, order: Order, key: object, typed: str, *, backwards: bool
) -> None:
    assert callable(key)
    wanted = parse_filter(f"{typed} sort:{order.value}")
    queue = several.workspace.queue
    rows = [one.row for one in queue.page(parse_filter(typed), limit=1000, now=NOW)]
    expected = [row.id for row in sorted(rows, key=key)]
    ids: list[int] = []
    place: Place | None = None
    while page := queue.page(wanted, after=place, backwards=backwards, limit=7, now=NOW):
        part = [one.row.id for one in page]
        ids = [*part, *ids] if backwards else [*ids, *part]
        place = page[0].place if backwards else page[-1].place
    assert ids == expected
    assert queue.ids(wanted, now=NOW) == expected
    first, last = (queue.place(ids[at], wanted) for at in (3, 9))
    assert first is not None
    assert last is not None
    assert queue.ids(wanted, between=(last, first), now=NOW) == expected[3:10]


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("several") / "brand")
    account = stage.connect()
    kinds = (Kind.DM, Kind.COMMENT, Kind.MENTION)
    for number in range(40):
        at = NOW - (number * 37 % 11) * HOUR
        message = wrote(f"m{number}", at=at, kind=kinds[number % 3], by=f"u{number}", text=f"word{number % 2}")
        stage.take(account, message)
    rows = [one.row.id for one in stage.workspace.queue.page(now=NOW)]
    for rank, priority in enumerate(Priority):
        stage.workspace.conversations.set_priority(rows[rank::5], priority, agent="ana", now=NOW)
    yield stage
    stage.close()


@pytest.mark.parametrize(
    "sort", ["c.queue_due", "c.last_message_at", "sort:priority"], ids=["due", "newest", "priority"]
)
def test_every_order_of_the_queue_is_read_along_an_index(several: Stage, sort: str) -> None:
    typed = {"c.queue_due": "sort:due", "c.last_message_at": "sort:newest"}.get(sort, sort)
    connection = several.workspace.database.read()
    found = where(connection, parse_filter(typed), agent="ana", now=NOW)
    for rising in (True, False):
        statement = found.statement("c.id", rising=rising, limit=10)
        plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", found.values))
        assert "TEMP B-TREE" not in plan
        assert "INDEX queue" in plan


def test_lists_that_are_not_the_queue_can_be_read_from_the_oldest_on(several: Stage) -> None:
    queue = several.workspace.queue
    newest = queue.ids(Filter(everything=True), now=NOW)
    assert queue.ids(Filter(everything=True, order=Order.OLDEST), now=NOW) == newest[::-1]
    assert queue.ids(Filter(everything=True, order=Order.PRIORITY), now=NOW) == newest


def test_flags_assignees_and_statuses_narrow_each_other(stage: Stage) -> None:
    account = stage.connect()
    stage.take(account, *(wrote(name, by=name, at=NOW - MINUTE) for name in ("a", "b", "c")))
    rows = {row.person.handle: row.id for row in stage.rows()}
    conversations = stage.workspace.conversations
    conversations.flag([rows["a"], rows["b"]], flagged=True, agent="ana", now=NOW)
    conversations.set_status([rows["b"]], Status.DONE, agent="ana", now=NOW)
    conversations.assign([rows["c"]], "ana", agent="ana", now=NOW)
    assert handles(stage, "is:flagged") == {"a"}
    assert handles(stage, "is:flagged is:all") == {"a", "b"}
    assert handles(stage, "is:mine") == {"c"}
    assert handles(stage, "-is:mine") == {"a"}
    assert handles(stage, "is:done") == {"b"}
    assert handles(stage, "is:all -is:done") == {"a", "c"}


def test_who_stands_in_a_list_is_told_of_a_few(told: Stage) -> None:
    queue = told.workspace.queue
    rows = {one.row.person.handle: one.row.id for one in queue.page(now=NOW)}
    some = [rows["ana"], rows["zoe"], rows["joseph"]]
    assert queue.among(some, now=NOW) == set(some)
    assert queue.among(some, parse_filter("lang:fr"), now=NOW) == {rows["ana"], rows["zoe"]}
    assert queue.among(some, parse_filter("commande"), now=NOW) == {rows["ana"]}
    assert queue.among(some, parse_filter("is:done"), now=NOW) == set()
    assert queue.count(parse_filter("lang:fr"), 100, now=NOW) == 2
    assert queue.count(parse_filter(""), 3, now=NOW) == 3


def test_a_view_and_what_is_typed_in_it_hold_both(told: Stage) -> None:
    queue = told.workspace.queue
    view = parse_filter("kind:dm kind:mention -@wei")
    both = Filter(words=("commande",), within=(view,))
    assert {one.row.person.handle for one in queue.page(both, now=NOW)} == {"ana"}
    other = Filter(kinds=(Kind.MENTION, Kind.REVIEW), within=(view,))
    assert {one.row.person.handle for one in queue.page(other, now=NOW)} == {"ana", "kenji"}


def test_after_a_day_without_news_nothing_is_new(told: Stage) -> None:
    assert told.workspace.queue.page(parse_filter("after:1d"), now=NOW + 2 * DAY) == []


def test_a_search_that_takes_too_long_is_given_up_with_a_hint_and_the_connection_goes_on(
    several: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cminbox.store.patience._STEPS", 1)
    hasty = Queue(several.workspace.database, "ana", patience=-1.0)
    with pytest.raises(Problem, match="look through too much; add a word"):
        hasty.page(parse_filter("-word0 -word1"), now=NOW)
    with pytest.raises(Problem, match="look through too much"):
        hasty.count(Filter(), 9, now=NOW)
    assert len(hasty.page(now=NOW)) == 40
