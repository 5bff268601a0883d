"""What arrives: comments with their parents, edits, deletions, mentions and what is written below them, each once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import CursorExpired, TryLater
from cminbox.networks.linkedin.memory import MOST_REMEMBERED, MOST_WATCHED
from cminbox.simulators.linkedin.server import Rules
from cminbox.simulators.wire import Fault, Plan

if TYPE_CHECKING:
    from tests.networks.linkedin.conftest import Stage

NOTIFICATIONS = "/rest/organizationalEntityNotifications"


async def test_a_comment_arrives_with_all_that_is_known_of_it(stage: Stage) -> None:
    top = stage.server.someone_comments(stage.ana, "Is it open on Sunday?")
    top.image = "https://media.licdn.example/a.jpg"
    low = stage.server.someone_comments(stage.ben, "I wonder too", top.urn)
    first, second = await stage.messages()
    assert (first.remote_id, first.kind, first.text) == (top.urn, Kind.COMMENT, "Is it open on Sunday?")
    assert (first.author.remote_id, first.author.handle, first.author.name) == (stage.ana.urn, "ana-lima", "ana lima")
    assert (first.parent, first.post, first.ours) == (None, top.post.activity, False)
    assert [attachment.url for attachment in first.attachments] == ["https://media.licdn.example/a.jpg"]
    assert first.permalink is not None
    assert str(top.number) in first.permalink
    assert (second.parent, second.post, second.created_at) == (top.urn, top.post.activity, low.at)


async def test_addresses_are_written_as_rest_li_wants_them(stage: Stage) -> None:
    stage.comment("hello")
    await stage.messages()
    (asked, *_) = stage.asked(NOTIFICATIONS)
    assert "actions=List(COMMENT,ADMIN_COMMENT,COMMENT_EDIT,COMMENT_DELETE,SHARE_MENTION)" in asked.target
    assert "organizationalEntity=urn%3Ali%3Aorganization%3A5515715" in asked.target
    assert asked.headers["linkedin-version"] == "202607"
    assert asked.headers["x-restli-protocol-version"] == "2.0.0"
    (comment,) = stage.asked("/rest/socialActions")
    assert comment.target.startswith("/rest/socialActions/urn%3Ali%3Aactivity%3A")


async def test_edits_and_deletions_are_told(stage: Stage) -> None:
    kept, lost = stage.server.someone_comments(stage.ana, "frist"), stage.server.someone_comments(stage.ben, "spam")
    cursor = await stage.read()
    stage.server.world.edit(kept, "first")
    stage.server.world.delete(lost)
    pages = await stage.pages(cursor)
    (message,) = [message for page in pages for message in page.messages]
    assert (message.remote_id, message.text, message.created_at) == (kept.urn, "first", kept.at)
    assert message.edited_at == kept.edited_at
    assert [remote_id for page in pages for remote_id in page.deleted] == [lost.urn]


async def test_a_comment_that_came_and_went_is_not_asked_for(stage: Stage) -> None:
    cursor = await stage.read()
    gone = stage.server.someone_comments(stage.ana, "oops")
    stage.server.world.delete(gone)
    assert (await stage.news(cursor))[:2] == ([], [gone.urn])
    assert stage.asked("/rest/socialActions") == []


async def test_what_is_delivered_twice_arrives_once(stage: Stage) -> None:
    comment = stage.server.someone_comments(stage.ana, "hello")
    world = stage.server.world
    world.notify("COMMENT", comment.at, comment.post, comment.urn, "hello", stage.ana.urn)
    world.notices.append(world.notices[-1])
    assert [message.text for message in await stage.messages()] == ["hello"]


async def test_a_notification_that_comes_late_is_not_lost(stage: Stage) -> None:
    stage.comment("first")
    cursor = await stage.read()
    stage.later(seconds=1200)
    late = stage.server.someone_comments(stage.ben, "late", at=stage.clock - 1_100_000)
    assert (await stage.news(cursor))[0] == [late.text]


async def test_what_we_wrote_elsewhere_is_ours(stage: Stage) -> None:
    asked = stage.comment("A question")
    ours = stage.server.we_comment("An answer", asked)
    found = {message.remote_id: message for message in await stage.messages()}
    assert found[ours.urn].ours
    assert found[ours.urn].parent == asked
    assert not found[asked].ours


async def test_a_mention_and_what_is_written_below_it(stage: Stage) -> None:
    post = stage.server.someone_mentions(stage.ana, "Nice work, Acme (really) #1")
    cursor = await stage.read()
    below = stage.server.someone_comments(stage.ben, "I agree", post.share)
    ours = stage.server.we_comment("Thank you both", below.urn)
    found = {message.remote_id: message for message in await stage.messages(cursor)}
    assert {message.kind for message in found.values()} == {Kind.MENTION}
    first, second = found[stage.named(below)], found[stage.named(ours)]
    assert (first.parent, first.post) == (post.share, None)
    assert (second.parent, second.ours) == (stage.named(below), True)
    thread = await stage.network.thread(stage.named(below))
    assert (thread.message, thread.below) == (first, (second,))
    assert (await stage.network.thread(post.share)).below == (first, second)
    (mention,) = [message for message in await stage.messages() if message.remote_id == post.share]
    assert (mention.text, mention.author.name) == ("Nice work, Acme (really) #1", "ana lima")


async def test_below_a_mention_edits_and_deletions_are_seen(stage: Stage) -> None:
    post = stage.server.someone_mentions(stage.ana, "Nice, Acme")
    kept, lost = (stage.server.someone_comments(stage.ben, text, post.share) for text in ("frist", "spam"))
    cursor = await stage.read()
    stage.server.world.edit(kept, "first")
    stage.server.world.delete(lost)
    texts, gone, cursor = await stage.news(cursor)
    assert (texts, gone) == (["first"], [stage.named(lost)])
    stage.server.world.delete_post(post)
    assert (await stage.news(cursor))[:2] == ([], [post.share])


async def test_the_text_of_a_mention_is_asked_for_where_the_notification_lacks_it(make_stage: type[Stage]) -> None:
    stage = make_stage(rules=Rules(bare=True))
    post = stage.server.someone_mentions(stage.ana, "50 % off @ Acme (today)")
    (message,) = await stage.messages()
    assert (message.remote_id, message.text, message.created_at) == (post.share, "50 % off @ Acme (today)", post.at)


async def test_a_mention_that_may_not_be_read_is_told_with_its_address(make_stage: type[Stage]) -> None:
    stage = make_stage(rules=Rules(bare=True))
    post = stage.server.someone_mentions(stage.ana, "secret")
    post.readable = False
    pages = await stage.pages()
    (said,) = [str(saying) for page in pages for saying in page.skipped]
    assert post.share in said
    assert await stage.pages(pages[-1].cursor) == []


async def test_comments_below_a_mention_are_read_less_and_less_often(stage: Stage) -> None:
    post = stage.server.someone_mentions(stage.ana, "Nice, Acme")
    cursor = await stage.read()

    async def looks() -> int:
        nonlocal cursor
        before = len(stage.asked("/rest/socialActions"))
        _texts, _gone, cursor = await stage.news(cursor)
        return len(stage.asked("/rest/socialActions")) - before

    assert await looks() == 1
    stage.later(seconds=2 * 3600)
    assert await looks() == 1
    stage.later(seconds=600)
    assert await looks() == 0
    stage.later(days=1)
    assert await looks() == 1
    stage.later(seconds=1800)
    assert await looks() == 0
    stage.later(days=7)
    stage.server.someone_comments(stage.ben, "too late", post.share)
    assert await looks() == 0


async def test_a_post_that_is_not_about_us_is_not_followed_for_ever(stage: Stage) -> None:
    post = stage.server.someone_mentions(stage.ana, "Everybody says hello, Acme too")
    for number in range(MOST_REMEMBERED + 1):
        stage.server.someone_comments(stage.ben, f"hello {number}", post.share)
    cursor = await stage.read()
    before = len(stage.asked("/rest/socialActions"))
    await stage.news(cursor)
    assert len(stage.asked("/rest/socialActions")) == before
    assert len(cursor) < 2_000


async def test_a_cursor_stays_small(stage: Stage) -> None:
    for number in range(MOST_WATCHED * 3):
        stage.server.someone_mentions(stage.ana, f"Acme {number}")
        stage.later(seconds=600)
    cursor = await stage.read()
    assert len(json.loads(cursor)["watched"]) == MOST_WATCHED
    assert len(json.loads(cursor)["known"]) < 10


async def test_a_pause_between_readings_spares_calls(make_stage: type[Stage]) -> None:
    stage = make_stage(pause_minutes=30)
    stage.comment("one")
    cursor = await stage.read()
    stage.comment("two")
    before = len(stage.wire.seen)
    assert await stage.pages(cursor) == []
    assert len(stage.wire.seen) == before
    stage.later(seconds=1800)
    assert (await stage.news(cursor))[0] == ["two"]


async def test_when_the_calls_of_a_day_are_used_up_what_was_read_is_kept(make_stage: type[Stage]) -> None:
    stage = make_stage(rules=Rules(daily_calls=12), names=False)
    written = [stage.comment(f"number {number}") for number in range(20)]
    found: list[str] = []
    cursor: str | None = None
    failure: TryLater | None = None
    try:
        async for page in stage.network.fetch(None, 0):
            found += [message.remote_id for message in page.messages]
            cursor = page.cursor
    except TryLater as caught:
        failure = caught
    assert failure is not None
    assert failure.rate_limited
    assert 0 < (failure.after or 0) <= 15 * 60
    assert found == written[:10]
    stage.later(days=1)
    stage.server.rules.daily_calls = None
    found += [message.remote_id for message in await stage.messages(cursor)]
    assert found == written


async def test_names_are_looked_up_once_a_day_and_never_needed(stage: Stage) -> None:
    stage.comment("one")
    stage.comment("two")
    cursor = await stage.read()
    assert len(stage.asked("/rest/people")) == 1
    stage.later(days=1)
    stage.comment("three")
    cursor = (await stage.news(cursor))[2]
    assert len(stage.asked("/rest/people")) == 2
    closed = stage.server.world.member("carla", private=True)
    stage.server.someone_comments(closed, "guess who")
    (message,) = await stage.messages(cursor)
    assert (message.author.remote_id, message.author.name) == (closed.urn, "")
    assert message.author.handle


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.NOT_FOUND, Fault.WRONG_SHAPE, Fault.TIMEOUT])
async def test_a_message_does_not_wait_for_a_name(stage: Stage, fault: Fault) -> None:
    stage.comment("hello")
    stage.wire.plans.append(Plan(fault, lambda request: request.path.startswith("/rest/people"), 9))
    (message,) = await stage.messages()
    assert (message.text, message.author.remote_id, message.author.name) == ("hello", stage.ana.urn, "")


async def test_without_the_permission_for_names_nobody_is_asked_for_twice(stage: Stage) -> None:
    stage.server.oauth.application = type(stage.application)(
        scopes=tuple(scope for scope in stage.application.scopes if scope != "r_basicprofile")
    )
    stage.comment("one")
    stage.server.someone_comments(stage.ben, "two")
    assert [message.author.name for message in await stage.messages()] == ["", ""]
    assert len(stage.asked("/rest/people")) == 1


async def test_the_first_reading_goes_back_as_far_as_words_may_be_stored(stage: Stage) -> None:
    stage.comment("three days old")
    stage.later(days=1.5)
    stage.comment("a day and a half old")
    stage.later(days=1.5)
    assert [message.text for message in await stage.messages()] == ["a day and a half old"]
    assert len(stage.asked("/rest/socialActions")) == 1


@pytest.mark.parametrize("odd", ["", "{}", "[1]", '{"v":2}', '{"v":1,"at":[1],"known":[],"watched":[]}', "x" * 99])
async def test_a_cursor_of_another_make_is_not_taken(stage: Stage, odd: str) -> None:
    with pytest.raises(CursorExpired):
        await stage.pages(odd)
