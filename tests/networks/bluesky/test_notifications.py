"""Which notifications arrive, when, and what it costs."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import CursorExpired, NetworkFailure, Unreadable
from cminbox.networks.bluesky.notifications import DEEP_EVERY, DEEP_PER_PAGE
from cminbox.networks.bluesky.place import KNOWN_MOST
from cminbox.simulators.bluesky.keys import iso
from cminbox.simulators.wire import Fault, Plan, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.networks.bluesky.conftest import Stage

LIST = "app.bsky.notification.listNotifications"
DAY_MINUTES = 24 * 60
SAFETY = 2_000


async def test_entries_that_share_an_instant_with_a_page_edge_are_not_lost(stage: Stage) -> None:
    moment = stage.now()
    written = [stage.writes(Kind.MENTION, f"number {n}", created_at=moment + n // 7) for n in range(60)]
    assert sorted(await stage.new()) == sorted(written)


async def test_the_server_itself_would_have_lost_some_of_them(stage: Stage) -> None:
    moment = stage.now()
    written = [stage.writes(Kind.MENTION, f"number {n}", created_at=moment + n // 7) for n in range(60)]
    await stage.network.check()
    token = stage.credentials.values["access"]
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = (("limit", "100"), *((("cursor", cursor),) if cursor else ()))
        request = Request("GET", f"/xrpc/{LIST}", query, {"authorization": f"Bearer {token}"}, b"")
        answer = json.loads(stage.server.answer(request).body)
        found += [one["uri"] for one in answer["notifications"]]
        cursor = answer.get("cursor")
    assert len(found) < len(written)


@pytest.mark.parametrize("kind", [Kind.COMMENT, Kind.MENTION])
async def test_a_crowd_at_one_instant_is_found_in_other_ways_and_said_once(stage: Stage, kind: Kind) -> None:
    moment = stage.now()
    written = [stage.writes(kind, f"number {n}", created_at=moment) for n in range(35)]
    pages = await stage.new_pages()
    assert sorted(message.remote_id for page in pages for message in page.messages) == sorted(written)
    (word,) = [str(word) for page in pages for word in page.skipped]
    assert "found in other ways" in word
    assert all(not page.skipped for page in await stage.new_pages())


async def test_a_crowd_of_quotes_is_found_in_the_list_of_quotes(stage: Stage) -> None:
    post = stage.server.we_write("Look at this")
    stop = stage.clock
    stage.server.world.now = lambda: stop
    written = [stage.server.people.quotes(stage.ana, f"number {n}", post) for n in range(25)]
    assert sorted(await stage.new()) == sorted(written)


async def test_a_post_dated_back_comes_with_the_next_deep_walk(stage: Stage) -> None:
    for n in range(60):
        stage.writes(Kind.MENTION, f"number {n}")
        stage.later(15)
    assert len(await stage.new()) == 60
    late = stage.writes(Kind.MENTION, "three days ago", created_at=stage.clock - 3 * DAY_MINUTES * 60_000)
    assert await stage.new() == []
    stage.later(max(DEEP_EVERY, 8 * DEEP_PER_PAGE) / 60_000)
    assert await stage.new() == [late]
    assert await stage.new() == []


async def test_a_deep_walk_waits_in_proportion_to_its_cost(stage: Stage) -> None:
    for n in range(400):
        stage.writes(Kind.MENTION, f"number {n}")
        stage.later(15)
    await stage.new()
    await _steady(stage)
    stage.later(DEEP_EVERY / 60_000)
    assert await _cost(stage) == 1, "more than forty pages may not be walked every ten minutes"
    stage.later(10)
    assert await _cost(stage) > 30


async def test_a_clock_that_was_set_back_does_not_stop_the_deep_walks(stage: Stage) -> None:
    for n in range(40):
        stage.writes(Kind.MENTION, f"number {n}")
        stage.later(15)
    await stage.new()
    stage.later(-2 * DAY_MINUTES)
    assert await _cost(stage) > 3


async def test_a_quiet_account_costs_one_question_per_list(stage: Stage) -> None:
    for n in range(30):
        stage.writes(Kind.MENTION, f"number {n}")
        stage.later(15)
    await stage.new()
    await _steady(stage)
    before = len(stage.wire.seen)
    assert await stage.new() == []
    asked = [request.path.removeprefix("/xrpc/") for request in stage.wire.seen[before:]]
    assert asked == [
        LIST,
        "com.atproto.repo.listRecords",
        "chat.bsky.convo.getLog",
        "chat.bsky.convo.listConvos",
        "chat.bsky.convo.listConvoRequests",
    ]


async def test_many_likes_between_cost_no_more_than_their_pages(stage: Stage) -> None:
    stage.writes(Kind.MENTION, "an old one")
    post = stage.server.we_write("Good morning")
    for _ in range(45):
        stage.server.people.likes(stage.ana, post)
        stage.later(15)
    assert len(await stage.new()) == 1
    assert await _cost(stage) == 1, "known ground is known by all entries, not by messages alone"


async def test_a_long_way_back_goes_on_where_it_broke_off(stage: Stage) -> None:
    written = [stage.writes(Kind.MENTION, f"number {n}") for n in range(100)]
    for _ in range(SAFETY):
        if await _survives(stage, Fault.SERVER_ERROR, _every_third(stage)):
            break
    assert sorted(stage.delivered) == sorted(written)
    assert len(stage.asked(LIST)) < 60, "what was surveyed is not surveyed again"


def _every_third(stage: Stage) -> Callable[[Request], bool]:
    start = len(stage.asked(LIST))
    return lambda request: request.path.endswith(LIST) and len(stage.asked(LIST)) - start == 3


async def _survives(stage: Stage, fault: Fault, match: Callable[[Request], bool]) -> bool:
    """Fetch once with a fault in the way; whether it came to its end all the same."""
    stage.wire.plans.clear()
    stage.wire.plans.append(Plan(fault, match))
    stage.network = stage.connect()
    try:
        await stage.new_pages()
    except NetworkFailure:
        return False
    return True


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_breaks_in_between_everything_arrives(make_stage: type[Stage], seed: int) -> None:
    rng, stage = Random(seed), make_stage(largest_page=20)
    written: set[str] = set()
    for _ in range(8):
        moment = stage.now()
        for _ in range(rng.randrange(60)):
            kind = rng.choice((Kind.COMMENT, Kind.MENTION, Kind.DM))
            at = rng.choice((None, moment, moment - rng.randrange(3 * DAY_MINUTES) * 60_000))
            written.add(stage.writes(kind, f"number {len(written)}", created_at=None if kind is Kind.DM else at))
        await _with_faults(stage, rng)
        stage.later(rng.choice((1, 5, 60)))
    stage.later(DAY_MINUTES)
    await _with_faults(stage, rng)
    assert set(stage.delivered) == written
    assert len(stage.delivered) == len(written), "the known ones are few enough to be remembered"


async def _with_faults(stage: Stage, rng: Random) -> None:
    faults = (Fault.RATE_LIMIT, Fault.UNAVAILABLE, Fault.CUT, Fault.NOT_JSON, Fault.TIMEOUT, Fault.CONNECT)
    for _ in range(SAFETY):
        if await _survives(stage, rng.choice(faults), _the_next(stage, rng.randrange(1, 16))):
            return
    raise AssertionError("never came to an end")


def _the_next(stage: Stage, number: int) -> Callable[[Request], bool]:
    at = len(stage.wire.seen) + number
    return lambda _request: len(stage.wire.seen) == at


async def test_a_cursor_stays_small_and_forgets_the_oldest(make_stage: type[Stage]) -> None:
    stage = make_stage(largest_page=100)
    written = [stage.writes(Kind.MENTION, f"number {n}") for n in range(KNOWN_MOST + 250)]
    assert sorted(await stage.new()) == sorted(written)
    assert len(stage.cursor or "") < 20_000
    assert await stage.new() == []
    stage.later(DAY_MINUTES)
    again = await stage.new()
    assert set(again) <= set(written[:-KNOWN_MOST]), "only what was forgotten comes again, for the store to drop"


async def test_a_bad_entry_is_named_once_and_its_neighbours_arrive(stage: Stage) -> None:
    first, bad, last = (stage.writes(Kind.MENTION, text) for text in ("first", "bad", "last"))

    def spoil(request: Request, answer: Response) -> Response:
        if not request.path.endswith(LIST) or answer.status != 200:
            return answer
        body = json.loads(answer.body)
        for one in body["notifications"]:
            if one["uri"] == bad:
                one["record"] = ["not", "a", "record"]
        body["notifications"].append("not even an object")
        return Response.of(body, headers=answer.headers)

    stage.intercept(spoil)
    pages = await stage.new_pages()
    assert [message.remote_id for page in pages for message in page.messages] == [first, last]
    assert len([word for page in pages for word in page.skipped]) == 2
    assert all(not page.skipped for page in await stage.new_pages())


async def test_a_time_that_makes_no_sense_gives_way_to_the_servers(stage: Stage) -> None:
    uri = stage.writes(Kind.MENTION, "hello")
    stage.record(uri)["createdAt"] = "0001-01-01T00:00:00Z"
    message = await stage.message(uri)
    assert abs(message.created_at - stage.clock) < 10_000


async def test_a_post_from_the_future_arrives_and_hides_nothing(stage: Stage) -> None:
    future = stage.writes(Kind.MENTION, "tomorrow", created_at=stage.clock + DAY_MINUTES * 60_000)
    assert await stage.new() == [future]
    fresh = stage.writes(Kind.MENTION, "today")
    assert await stage.new() == [fresh]


async def test_nothing_older_than_the_window_is_read(stage: Stage) -> None:
    start = stage.now()
    stage.writes(Kind.MENTION, "old", created_at=start - 60_000)
    fresh = stage.writes(Kind.MENTION, "fresh")
    pages = await stage.pages(since=start)
    assert [message.remote_id for page in pages for message in page.messages] == [fresh]


@pytest.mark.parametrize("cursor", ["", "{}", "[]", "null", '{"v":1}', '{"v":99}', "\ud800", "x" * 1000])
async def test_a_cursor_that_is_none_of_ours_is_expired(stage: Stage, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        await stage.pages(cursor)


async def test_the_cursor_of_another_account_is_expired(stage: Stage) -> None:
    cursor = (await stage.pages())[-1].cursor.replace(stage.server.brand.did, stage.ana.did)
    with pytest.raises(CursorExpired):
        await stage.pages(cursor)


async def test_a_list_that_does_not_go_back_is_unreadable(stage: Stage) -> None:
    for n in range(30):
        stage.writes(Kind.MENTION, f"number {n}")

    def always_the_newest(request: Request, answer: Response) -> Response:
        if request.path.endswith(LIST) and request.first("cursor"):
            newest = Request("GET", request.path, (("limit", "100"),), request.headers, b"")
            return honest(newest)
        return answer

    honest = stage.server.answer
    stage.intercept(always_the_newest)
    with pytest.raises(Unreadable):
        await stage.new()


@pytest.mark.parametrize("method", [LIST, "com.atproto.repo.listRecords", "chat.bsky.convo.listConvos"])
async def test_an_answer_without_its_list_is_not_taken_for_silence(stage: Stage, method: str) -> None:
    def empty(request: Request, answer: Response) -> Response:
        return Response.of({}) if request.path.endswith(method) else answer

    stage.intercept(empty)
    with pytest.raises(Unreadable):
        await stage.new()


@pytest.mark.parametrize("field", ["cursor", "notifications"])
async def test_a_field_of_another_type_is_unreadable(stage: Stage, field: str) -> None:
    def other(request: Request, answer: Response) -> Response:
        if not request.path.endswith(LIST):
            return answer
        return Response.of({"notifications": [], "cursor": iso(1)} | {field: 17})

    stage.intercept(other)
    with pytest.raises(Unreadable):
        await stage.new()


async def _steady(stage: Stage) -> None:
    """Look once more, so that what is remembered of the way here is settled."""
    assert await stage.new() == []


async def _cost(stage: Stage) -> int:
    before = len(stage.asked(LIST))
    await stage.new()
    return len(stage.asked(LIST)) - before
