"""How the lists of a Mastodon server are walked: late news, edits, broken walks, servers that link as they like."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import CursorExpired, TryLater
from cminbox.simulators.mastodon import Flavour
from cminbox.simulators.wire import Fault, Request, Response

if TYPE_CHECKING:
    from tests.networks.mastodon.conftest import Stage


GROUPED, SINGLE = "/api/v2/notifications", "/api/v1/notifications"


async def test_an_edit_arrives_once_and_keeps_the_id(stage: Stage) -> None:
    mention = stage.writes(Kind.MENTION, "frist")
    cursor = (await stage.pages())[-1].cursor
    stage.server.edit(mention, "first")
    pages = await stage.pages(cursor)
    (message,) = [message for page in pages for message in page.messages]
    assert (message.remote_id, message.text) == (mention, "@acme first")
    assert message.edited_at is not None
    assert await stage.messages(pages[-1].cursor) == []


@pytest.mark.parametrize("flavour", list(Flavour))
async def test_edits_and_deletions_are_found_long_after(make_stage: type[Stage], flavour: Flavour) -> None:
    stage = make_stage(flavour)
    old = [stage.writes(Kind.MENTION, f"old {number}") for number in range(30)]
    cursor = (await stage.pages())[-1].cursor
    stage.server.edit(old[3], "changed")
    stage.server.delete(old[4])
    edited, deleted = set[str](), set[str]()
    for _ in range(40):
        stage.clock += 60_000
        for page in await stage.pages(cursor):
            edited |= {message.remote_id for message in page.messages}
            deleted |= set(page.deleted)
            cursor = page.cursor
    assert (edited, deleted) == ({old[3]}, {old[4]})


async def test_what_is_only_left_out_of_a_list_is_not_deleted(stage: Stage) -> None:
    mentions = [stage.writes(Kind.MENTION, f"number {number}") for number in range(30)]
    cursor = (await stage.pages())[-1].cursor

    def leaving_out(request: Request, answer: Response) -> Response:
        return Response.of([]) if request.path == "/api/v1/statuses" and request.method == "GET" else answer

    stage.intercept(leaving_out)
    stage.server.delete(mentions[0])
    deleted: list[str] = []
    for _ in range(40):
        stage.clock += 60_000
        pages = await stage.pages(cursor)
        cursor = pages[-1].cursor if pages else cursor
        deleted += [remote_id for page in pages for remote_id in page.deleted]
    assert deleted == [mentions[0]]


async def test_a_notification_that_the_server_wrote_late_is_not_lost(stage: Stage) -> None:
    """Numbers are given out in order, and what they number is written down when it is ready."""
    stage.writes(Kind.MENTION, "first")
    cursor = (await stage.pages())[-1].cursor
    late, in_time = stage.writes(Kind.MENTION, "late"), stage.writes(Kind.MENTION, "in time")
    notices = stage.server.world.notices
    held = notices.pop(-2)
    pages = await stage.pages(cursor)
    assert [message.remote_id for page in pages for message in page.messages] == [in_time]
    notices.insert(-1, held)
    assert [message.remote_id for message in await stage.messages(pages[-1].cursor)] == [late]


async def test_a_walk_back_that_breaks_off_goes_on_where_it_was(stage: Stage) -> None:
    written = [stage.writes(Kind.MENTION, f"number {number}") for number in range(95)]
    found: list[str] = []
    cursor: str | None = None
    breaks = 0
    for _ in range(200):
        try:
            async for page in stage.network.fetch(cursor, 0):
                found += [message.remote_id for message in page.messages]
                cursor = page.cursor
                stage.wire.fail_next(Fault.UNAVAILABLE)
            break
        except TryLater:
            breaks += 1
    assert found == written
    assert breaks > 10


async def test_history_ends_where_it_was_asked_to(stage: Stage) -> None:
    for number in range(25):
        stage.writes(Kind.MENTION, f"old {number}")
    since = stage.now()
    new = [stage.writes(Kind.MENTION, f"new {number}") for number in range(25)]
    pages = await stage.pages(since=since)
    assert [message.remote_id for page in pages for message in page.messages] == new
    assert len(stage.asked(GROUPED)) < 10


async def test_a_status_that_was_long_under_way_still_arrives(stage: Stage) -> None:
    stage.writes(Kind.MENTION, "today")
    cursor = (await stage.pages())[-1].cursor
    month_ago = stage.clock - 40 * 24 * 3600 * 1000
    late = stage.server.someone_writes(Kind.MENTION, stage.ana, "from another server", created_at=month_ago)
    assert [message.remote_id for message in await stage.messages(cursor)] == [late]


async def test_an_untidy_server_is_read_like_a_tidy_one(make_stage: type[Stage]) -> None:
    stage = make_stage(untidy=True)
    written = {stage.writes(kind, f"number {n}") for n in range(35) for kind in (Kind.COMMENT, Kind.MENTION, Kind.DM)}
    found: list[str] = []
    cursor: str | None = None
    for page in await stage.pages():
        found += [message.remote_id for message in page.messages]
        cursor = page.cursor
    assert sorted(found) == sorted(written)
    assert await stage.messages(cursor) == []


async def test_a_link_to_another_host_carries_no_token_there(stage: Stage) -> None:
    written = [stage.writes(Kind.MENTION, f"number {number}") for number in range(25)]

    def luring(_request: Request, answer: Response) -> Response:
        link = answer.headers.get("link", "").replace("social.example", "evil.example")
        return Response(answer.status, answer.body, {**answer.headers, "link": link})

    stage.intercept(luring)
    assert [message.remote_id for message in await stage.messages()] == written
    assert {request.headers["host"] for request in stage.wire.seen} == {"social.example"}


async def test_a_server_that_names_since_id_loses_nothing(stage: Stage) -> None:
    first = [stage.writes(Kind.MENTION, f"number {number}") for number in range(15)]

    def naming(_request: Request, answer: Response) -> Response:
        link = answer.headers.get("link", "").replace("min_id", "since_id")
        return Response(answer.status, answer.body, {**answer.headers, "link": link})

    stage.intercept(naming)
    pages = await stage.pages()
    second = [stage.writes(Kind.MENTION, f"later {number}") for number in range(35)]
    assert [message.remote_id for page in pages for message in page.messages] == first
    assert [message.remote_id for message in await stage.messages(pages[-1].cursor)] == second


@pytest.mark.parametrize("link", ["", "<>; rel=next", "<https://[/?min_id=1>; rel=prev", "<?limit=3>; rel=prev", "\\"])
async def test_a_server_without_usable_links_shows_its_newest(stage: Stage, link: str) -> None:
    def without(_request: Request, answer: Response) -> Response:
        return Response(answer.status, answer.body, {"link": link})

    stage.intercept(without)
    first = stage.writes(Kind.MENTION, "one")
    pages = await stage.pages()
    second = stage.writes(Kind.MENTION, "two")
    assert [message.remote_id for page in pages for message in page.messages] == [first]
    assert [message.remote_id for message in await stage.messages(pages[-1].cursor)] == [second]


async def test_a_server_whose_links_lead_in_a_circle_is_left_after_one_round(stage: Stage) -> None:
    mention = stage.writes(Kind.MENTION, "hello")

    def circling(request: Request, answer: Response) -> Response:
        if request.path != GROUPED:
            return answer
        address = "https://social.example/api/v2/notifications?min_id=1"
        return Response.of(
            json.loads(answer.body), headers={"link": f'<{address}>; rel="prev", <{address}>; rel="next"'}
        )

    stage.intercept(circling)
    assert mention in [message.remote_id for message in await stage.messages()]
    assert len(stage.asked(GROUPED)) < 8


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "[]",
        '{"v":9}',
        '{"v":1,"lists":{}}',
        '{"v":1,"lists":{"notifications":{"at":[["a"]]}}}',
        '{"v":1,"lists":{"notifications":{},"statuses":{},"conversations":{}},"known":[["a","b"]]}',
        pytest.param("[" * 100_000, id="deep"),
    ],
)
async def test_a_cursor_of_another_make_is_expired(stage: Stage, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        await stage.pages(cursor)


async def test_a_cursor_holds_no_text_of_others(stage: Stage) -> None:
    for number in range(30):
        stage.writes(Kind.DM, f"secret {number}")
    for page in await stage.pages():
        assert "secret" not in page.cursor
        assert len(page.cursor) < 20_000


async def test_a_quiet_account_costs_few_requests(stage: Stage) -> None:
    stage.writes(Kind.MENTION, "hello")
    cursor = (await stage.pages())[-1].cursor
    before = len(stage.wire.seen)
    assert await stage.pages(cursor) == []
    assert len(stage.wire.seen) - before <= 5
