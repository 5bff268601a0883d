"""Threads and replies of a whole channel, whatever moves between two looks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import AttachmentKind
from cminbox.network_kit.failures import CursorExpired, Refused, TryLater
from cminbox.networks.youtube.memory import MOST_THREADS

if TYPE_CHECKING:
    from tests.networks.youtube.conftest import Stage

    from cminbox.simulators.wire import Request, Response

THREADS = "/youtube/v3/commentThreads"
COMMENTS = "/youtube/v3/comments"
DAY_MS = 24 * 3600 * 1000


async def test_the_whole_channel_is_one_list_in_plain_text(stage: Stage) -> None:
    stage.server.someone_comments(stage.ana, "2 < 3 & <b>", video="vid-a")
    stage.server.someone_comments(stage.ben, "hello", video="vid-b")
    assert {(message.text, message.post) for message in await stage.messages()} == {
        ("2 < 3 & <b>", "vid-a"),
        ("hello", "vid-b"),
    }
    (first, *_) = stage.asked(THREADS)
    assert first.first("allThreadsRelatedToChannelId") == stage.server.world.brand.id
    assert (first.first("textFormat"), first.first("order"), first.first("maxResults")) == ("plainText", "time", "100")


async def test_a_comment_says_where_it_stands_and_who_wrote_it(stage: Stage) -> None:
    top = stage.server.someone_comments(stage.ana, "top", video="vid-a")
    below = stage.server.we_comment("ours", top)
    stage.server.world.comments[top].image = "https://img.example/cat.gif"
    found = {message.remote_id: message for message in await stage.messages()}
    assert found[top].permalink == f"https://www.youtube.com/watch?v=vid-a&lc={top}"
    assert (found[top].author.remote_id, found[top].author.handle) == (stage.ana.id, "ana")
    assert [(one.kind, one.url) for one in found[top].attachments] == [
        (AttachmentKind.IMAGE, "https://img.example/cat.gif")
    ]
    assert (found[top].parent, found[below].parent, found[below].post) == (None, top, "vid-a")
    assert (found[top].ours, found[below].ours) == (False, True)


async def test_more_replies_than_the_list_shows_are_all_read(stage: Stage) -> None:
    top = stage.server.someone_comments(stage.ana, "top")
    for number in range(23):
        stage.server.someone_comments(stage.ben, f"reply {number}", top)
    assert [message.text for message in await stage.messages()] == ["top", *(f"reply {n}" for n in range(23))]
    assert len(stage.asked(COMMENTS)) == 3


async def test_a_quiet_channel_costs_one_unit_a_look(stage: Stage) -> None:
    for number in range(4):
        top = stage.server.someone_comments(stage.ana, f"comment {number}")
        for reply in range(7):
            stage.server.someone_comments(stage.ben, f"reply {reply}", top)
    _, _, cursor = await stage.news(await stage.read())
    before = stage.server.spent_today()
    assert await stage.news(cursor) == ([], [], cursor)
    assert stage.server.spent_today() - before == 1


async def test_a_new_reply_below_an_old_thread_is_found(stage: Stage) -> None:
    old = stage.server.someone_comments(stage.ana, "long ago", created_at=stage.now() - 20 * DAY_MS)
    for number in range(25):
        stage.server.someone_comments(stage.ben, f"newer {number}")
    cursor = await stage.read()
    stage.server.someone_comments(stage.ana, "and now?", old)
    texts, _, cursor = await stage.news(cursor)
    assert texts == ["and now?"]
    for number in range(9):
        stage.server.someone_comments(stage.ana, f"hello? {number}", old)
    texts, _, _ = await stage.news(cursor)
    assert texts == [f"hello? {number}" for number in range(9)]


async def test_what_is_older_than_the_history_is_left_out(stage: Stage) -> None:
    stage.server.someone_comments(stage.ana, "too old", created_at=stage.now() - 40 * DAY_MS)
    stage.server.someone_comments(stage.ana, "old", created_at=stage.now() - 29 * DAY_MS)
    assert [message.text for message in await stage.messages()] == ["old"]


async def test_edits_are_told_once(stage: Stage) -> None:
    top = stage.server.someone_comments(stage.ana, "frist")
    reply = stage.server.someone_comments(stage.ben, "secnod", top)
    cursor = await stage.read()
    stage.later(5_000)
    stage.server.edit(top, "first")
    stage.server.edit(reply, "second")
    texts, _, cursor = await stage.news(cursor)
    assert sorted(texts) == ["first", "second"]
    assert (await stage.news(cursor))[:2] == ([], [])
    edited = {message.text: message for message in await stage.messages()}["first"]
    assert edited.edited_at is not None
    assert edited.edited_at > edited.created_at


async def test_deleted_comments_and_replies_are_reported(stage: Stage) -> None:
    kept = stage.server.someone_comments(stage.ana, "kept")
    reply = stage.server.someone_comments(stage.ben, "reply", kept)
    lost = stage.server.someone_comments(stage.ana, "lost")
    cursor = await stage.read()
    stage.server.world.delete(lost)
    stage.server.world.delete(reply)
    texts, gone, cursor = await stage.news(cursor)
    assert (texts, sorted(gone)) == ([], sorted([reply, lost]))
    assert (await stage.news(cursor))[:2] == ([], [])


async def test_a_thread_that_we_hid_is_not_taken_for_deleted(stage: Stage) -> None:
    hidden = stage.server.someone_comments(stage.ana, "rude")
    cursor = await stage.read()
    await stage.network.hide(hidden)
    _, gone, cursor = await stage.news(cursor)
    assert gone == []
    await stage.network.unhide(hidden)
    assert (await stage.news(cursor))[1] == []


async def test_a_place_that_is_lost_in_the_middle_of_a_list_begins_it_anew(stage: Stage) -> None:
    for number in range(25):
        stage.server.someone_comments(stage.ana, f"comment {number}")
    asked = 0

    def forget(request: Request, response: Response) -> Response:
        nonlocal asked
        asked += request.path == THREADS
        if asked == 1:
            stage.server.expire_page_tokens()
        return response

    stage.intercept(forget)
    with pytest.raises(TryLater, match="lost the place"):
        await stage.pages()
    assert len(await stage.messages()) == 25


async def test_what_was_read_before_a_failure_is_kept(stage: Stage) -> None:
    top = stage.server.someone_comments(stage.ana, "hello")
    stage.server.daily_units = stage.server.spent_today() + 2
    pages = stage.network.fetch(None, 0)
    assert [message.remote_id for message in (await anext(pages)).messages] == [top]
    with pytest.raises(TryLater, match="midnight in California"):
        await anext(pages)


async def test_somebody_without_a_channel_still_has_a_name(stage: Stage) -> None:
    stage.ben.nameless = True
    stage.server.someone_comments(stage.ben, "who am I?")
    (message,) = await stage.messages()
    assert message.author.remote_id
    assert message.author.handle == "?"
    assert not message.ours


async def test_a_post_of_the_channel_has_no_video(stage: Stage) -> None:
    stage.server.someone_comments(stage.ana, "below a post", video=None)
    (message,) = await stage.messages()
    assert (message.post, message.permalink) == (None, None)


async def test_one_comment_that_cannot_be_read_hides_no_other(stage: Stage) -> None:
    stage.server.someone_comments(stage.ana, "whole")
    stage.server.someone_comments(stage.ana, "broken")

    def spoil(request: Request, response: Response) -> Response:
        body = json.loads(response.body or b"{}")
        if request.path == THREADS:
            for item in body["items"]:
                snippet = item["snippet"]["topLevelComment"]["snippet"]
                if snippet["textDisplay"] == "broken":
                    snippet["publishedAt"] = "yesterday"
            return type(response).of(body, response.status)
        return response

    stage.intercept(spoil)
    pages = await stage.pages()
    assert [message.text for page in pages for message in page.messages] == ["whole"]
    assert any("publishedAt" in str(saying) for page in pages for saying in page.skipped)


@pytest.mark.parametrize("cursor", ["", "{}", "[]", "nonsense", '{"v":2}', '{"v":1,"floor":"x"}', "1", "null"])
async def test_a_cursor_that_is_none_of_ours_is_named(stage: Stage, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        await stage.pages(cursor)


async def test_a_large_channel_keeps_its_cursor_short_and_brings_nothing_twice(make_stage: type[Stage]) -> None:
    stage = make_stage(largest_page=100, units=100_000, server_units=100_000)
    amount = MOST_THREADS + 150
    tops = [
        stage.server.someone_comments(stage.ana, f"comment {number}", created_at=stage.now() + number * 1000)
        for number in range(amount)
    ]
    late = [
        stage.server.someone_comments(stage.ben, "and this?", tops[number], created_at=stage.now() + amount * 2000)
        for number in range(0, amount, 50)
    ]
    pages = await stage.pages()
    assert sum(len(page.messages) for page in pages) == amount + len(late)
    assert max(len(page.cursor) for page in pages) < 60_000
    assert (await stage.news(pages[-1].cursor))[:2] == ([], [])
    # Whoever is stopped on the way misses nothing below threads that are forgotten by then.
    for place in (len(pages) // 2, len(pages) - 2):
        behind = [message.remote_id for page in pages[place + 1 :] for message in page.messages]
        resumed = [message.remote_id for message in await stage.messages(pages[place].cursor)]
        assert sorted(resumed) == sorted(behind)


async def test_thread_shows_all_of_it_by_time(stage: Stage) -> None:
    top = stage.server.someone_comments(stage.ana, "top")
    replies = [stage.server.someone_comments(stage.ben, f"reply {n}", top, stage.now() + n * 2000) for n in range(8)]
    thread = await stage.network.thread(replies[3])
    assert [message.remote_id for message in thread.above] == [top, *replies[:3]]
    assert [message.remote_id for message in thread.below] == replies[4:]
    whole = await stage.network.thread(top)
    assert (whole.above, [message.remote_id for message in whole.below]) == ((), replies)


async def test_replies_below_threads_that_a_crowd_of_new_ones_pushes_out_are_not_lost(make_stage: type[Stage]) -> None:
    stage = make_stage(largest_page=100, units=100_000, server_units=100_000)
    old = [
        stage.server.someone_comments(stage.ana, f"old {number}", created_at=stage.now() + number * 1000)
        for number in range(300)
    ]
    cursor = await stage.read()
    stage.later(400_000)
    replies = {stage.server.someone_comments(stage.ben, "still there?", name) for name in old[::30]}
    crowd = {stage.server.someone_comments(stage.ben, f"new {number}") for number in range(MOST_THREADS + 50)}
    assert {message.remote_id for message in await stage.messages(cursor)} == replies | crowd


async def test_a_version_that_has_ended_is_named_and_takes_nothing_with_it(stage: Stage) -> None:
    first = stage.server.someone_comments(stage.ana, "hello")
    cursor = (await stage.pages())[-1].cursor
    stage.server.sunset = True
    for doing in (
        lambda: stage.pages(cursor),
        stage.network.check,
        lambda: stage.network.thread(first),
        lambda: stage.network.reply(stage.answer(first, "thanks")),
    ):
        with pytest.raises(Refused, match="api_version"):
            await doing()
    assert not stage.server.published()
    stage.server.sunset = False
    assert [page.deleted for page in await stage.pages(cursor) if page.deleted] == []
