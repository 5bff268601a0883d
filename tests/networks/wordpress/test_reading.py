"""Comments and reviews: what is new, what was moderated by colleagues, what is gone."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import HELD, SPAM, Kind
from cminbox.network_kit.failures import CursorExpired, NetworkFailure
from cminbox.simulators.wire import Fault, Response
from cminbox.simulators.wordpress import Rules
from cminbox.simulators.wordpress import world as standing

if TYPE_CHECKING:
    from tests.networks.wordpress.conftest import Stage

    from cminbox.simulators.wire import Request

COMMENTS = "/wp-json/wp/v2/comments"
REVIEWS = "/wp-json/wc/v3/products/reviews"
SIX_MINUTES = 6 * 60_000
FAULTS = (Fault.SERVER_ERROR, Fault.UNAVAILABLE, Fault.TIMEOUT, Fault.CUT, Fault.RATE_LIMIT, Fault.HTML, Fault.CONNECT)
AMOUNT = 600


async def test_what_a_colleague_does_in_the_sites_own_pages_is_noticed(stage: Stage) -> None:
    waiting = stage.server.someone_comments("ana", "may I?", status=standing.HELD)
    assert [message.labels for message in await stage.new()] == [(HELD,)]
    comment = stage.server.world.comments[waiting]
    for status, labels in ((standing.APPROVED, ()), (standing.HELD, (HELD,)), (standing.SPAM, (SPAM,))):
        comment.status = status
        (message,) = await stage.new()
        assert (message.labels, message.edited_at) == (labels, None)
        assert await stage.new() == []
    comment.status = standing.TRASH
    assert await stage.gone() == [str(waiting)]
    assert await stage.gone() == []
    comment.status = standing.APPROVED
    assert [message.text for message in await stage.new()] == ["may I?"]


async def test_what_was_written_earlier_is_compared_every_few_minutes(stage: Stage) -> None:
    written = [stage.server.someone_comments("ana", f"number {number}") for number in range(60)]
    await stage.new()
    stage.server.edit(written[0], "number zero")
    stage.server.world.delete(written[1])
    assert await stage.pages() == []
    stage.later(SIX_MINUTES)
    pages = await stage.pages()
    assert [message.text for page in pages for message in page.messages] == ["number zero"]
    assert [remote_id for page in pages for remote_id in page.deleted] == [str(written[1])]


async def test_an_edited_comment_says_so_and_keeps_its_time(stage: Stage) -> None:
    identifier = stage.server.someone_comments("ana", "frist")
    (first,) = await stage.new()
    stage.server.edit(identifier, "first")
    (edited,) = await stage.new()
    assert (edited.remote_id, edited.text, edited.created_at) == (first.remote_id, "first", first.created_at)
    assert first.edited_at is None
    assert edited.edited_at is not None


async def test_what_is_older_than_the_history_never_comes(stage: Stage) -> None:
    old = stage.clock - 40 * 24 * 3600 * 1000
    for number in range(12):
        stage.server.someone_comments("ana", f"old {number}", at=old + number * 1000)
    stage.server.someone_comments("ana", "young")
    assert [message.text for message in await stage.new()] == ["young"]
    stage.later(SIX_MINUTES)
    assert await stage.new() == []


async def test_a_comment_that_bears_a_time_to_come_hides_nothing(stage: Stage) -> None:
    stage.server.someone_comments("ana", "from tomorrow", at=stage.clock + 24 * 3600 * 1000)
    assert [message.text for message in await stage.new()] == ["from tomorrow"]
    stage.later(SIX_MINUTES)
    written = [str(stage.server.someone_comments("ben", f"number {number}")) for number in range(35)]
    assert [message.remote_id for message in await stage.new()] == written


async def test_an_earlier_number_that_is_seen_late_is_not_lost(stage: Stage) -> None:
    late = stage.server.someone_comments("ana", "slow to be saved", status="auto-draft")
    stage.server.someone_comments("ben", "quick")
    assert [message.text for message in await stage.new()] == ["quick"]
    stage.server.world.comments[late].status = standing.APPROVED
    assert [message.text for message in await stage.new()] == ["slow to be saved"]


async def test_spam_comes_only_where_it_is_wanted(make_stage: type[Stage]) -> None:
    for wanted in (False, True):
        stage = make_stage(read_spam=wanted)
        identifier = stage.server.someone_comments("ana", "buy watches", status=standing.SPAM)
        assert [message.labels for message in await stage.new()] == ([(SPAM,)] if wanted else [])
        stage.server.world.comments[identifier].status = standing.APPROVED
        assert {message.labels for message in await stage.new()} == {()}, "it was no spam"
        stage.later(SIX_MINUTES)
        assert await stage.new() == []


async def test_a_review_comes_with_its_stars_and_what_stands_below_it_belongs_to_it(stage: Stage) -> None:
    review = stage.server.someone_reviews("ana", "Broke at once", rating=2)
    answer = stage.server.we_comment("We are sorry", review)
    again = stage.server.someone_comments("ana", "Thank you", answer)
    found = {message.remote_id: message for message in await stage.new()}
    assert (found[str(review)].kind, found[str(review)].rating) == (Kind.REVIEW, 2)
    assert [(found[str(one)].kind, found[str(one)].parent) for one in (answer, again)] == [
        (Kind.REVIEW, str(review)),
        (Kind.REVIEW, str(answer)),
    ]
    thread = await stage.network.thread(str(answer))
    assert [(message.remote_id, message.rating) for message in thread.above] == [(str(review), 2)]
    assert [message.remote_id for message in thread.below] == [str(again)]


async def test_a_blog_without_a_shop_is_never_asked_for_reviews(make_stage: type[Stage]) -> None:
    stage = make_stage(rules=Rules(shop=False))
    stage.server.someone_comments("ana", "hello")
    assert len(await stage.new()) == 1
    assert stage.asked(REVIEWS) == []


async def test_a_post_is_never_mistaken_for_the_comment_of_the_same_number(stage: Stage) -> None:
    first = stage.server.someone_comments("ana", "first")
    second = stage.server.someone_comments("ben", "second", first)
    assert first == stage.server.post.id
    found = {message.remote_id: message for message in await stage.new()}
    assert found[str(second)].parent == str(first)
    assert found[str(second)].post != found[str(second)].parent


async def test_guests_are_told_apart_by_an_address_that_is_not_kept(stage: Stage) -> None:
    for name in ("ana", "ben", "ana"):
        stage.server.someone_comments(name, "hello")
    messages = await stage.new()
    assert len({message.author.remote_id for message in messages}) == 2
    assert not any("example.test" in repr(message) for message in messages)


async def test_a_cursor_of_something_else_is_named(stage: Stage) -> None:
    for cursor in (
        "",
        "42",
        "[]",
        "{}",
        '{"v":1,"lists":[1]}',
        '{"v":1,"lists":{"comments":{}}}',
        '{"v":9,"lists":{}}',
    ):
        stage.cursor = cursor
        with pytest.raises(CursorExpired):
            await stage.pages()


async def test_pages_that_are_shorter_than_asked_for_end_nothing(stage: Stage) -> None:
    for number in range(35):
        stage.server.someone_comments("ana", f"number {number}")

    def shorten(request: Request, response: Response) -> Response:
        # A site leaves out what the user may not read, and counts it all the same.
        short = response.body.startswith(b"[{") and request.path == COMMENTS
        body = b"[" + response.body[response.body.index(b'}, {"id"') + 3 :] if short else response.body
        return Response(response.status, body, response.headers)

    stage.intercept(shorten)
    assert "number 34" in [message.text for message in await stage.new()]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_hundreds_arrive_through_faults_stops_and_deletions(make_stage: type[Stage], seed: int) -> None:
    stage = make_stage(page_size=20)
    chance = random.Random(seed)
    written: set[int] = set()
    kept: set[int] = set()
    found: set[str] = set()

    def write(amount: int) -> None:
        for _ in range(min(amount, AMOUNT - len(written))):
            stage.later(chance.randrange(3_000))
            under = chance.choice(sorted(kept)[-50:]) if kept and chance.random() < 0.4 else None
            identifier = stage.server.someone_comments(f"person-{chance.randrange(9)}", "hello", under)
            written.add(identifier)
            kept.add(identifier)
        for identifier in chance.sample(sorted(kept), min(3, len(kept))):
            stage.server.world.delete(identifier)
            kept.discard(identifier)

    write(AMOUNT // 2)
    for _ in range(200):
        try:
            async for page in stage.network.fetch(stage.cursor, 0):
                found |= {message.remote_id for message in page.messages}
                stage.cursor = page.cursor
                write(20)
                if chance.random() < 0.3:
                    stage.wire.fail_next(chance.choice(FAULTS))
                if chance.random() < 0.2:
                    break
        except NetworkFailure:
            pass
        stage.network = stage.connect()
        write(20)
        if len(written) == AMOUNT and {str(one) for one in kept} <= found:
            break
    assert {str(one) for one in kept} <= found
    assert found <= {str(one) for one in written}
    assert stage.wire.violations == []
