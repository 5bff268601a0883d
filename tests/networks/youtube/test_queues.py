"""What YouTube holds back: comments held for review and likely spam, and what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.simulators.youtube.world import HELD, PUBLISHED, REJECTED, SPAM

if TYPE_CHECKING:
    from tests.networks.youtube.conftest import Stage

THREADS = "/youtube/v3/commentThreads"
SIX_MINUTES = 6 * 60_000


async def test_held_and_likely_spam_comments_arrive_with_the_others(stage: Stage) -> None:
    stage.server.someone_comments(stage.ana, "seen by all")
    stage.server.someone_comments(stage.ana, "waits", status=HELD)
    stage.server.someone_comments(stage.ben, "buy now", status=SPAM)
    assert {message.text: message.labels for message in await stage.messages()} == {
        "seen by all": None,
        "waits": ("held",),
        "buy now": ("spam",),
    }


async def test_a_held_reply_below_a_public_comment_arrives_below_it(stage: Stage) -> None:
    top = stage.server.someone_comments(stage.ana, "top")
    held = stage.server.someone_comments(stage.ben, "rude reply", top, status=HELD)
    found = {message.remote_id: message for message in await stage.messages()}
    assert set(found) == {top, held}
    assert found[held].parent == top


async def test_the_queues_are_read_every_five_minutes_only(stage: Stage) -> None:
    stage.server.someone_comments(stage.ana, "hello")
    cursor = await stage.read()
    stage.server.someone_comments(stage.ana, "waits", status=HELD)
    texts, _, cursor = await stage.news(cursor)
    assert texts == []
    stage.later(SIX_MINUTES)
    texts, _, cursor = await stage.news(cursor)
    assert texts == ["waits"]
    stage.later(SIX_MINUTES)
    assert (await stage.news(cursor))[:2] == ([], [])


async def test_what_a_colleague_approved_elsewhere_stays_and_what_was_removed_goes(stage: Stage) -> None:
    approved = stage.server.someone_comments(stage.ana, "fine", status=HELD)
    removed = stage.server.someone_comments(stage.ben, "not fine", status=HELD)
    cursor = await stage.read()
    stage.server.world.comments[approved].status = PUBLISHED
    stage.server.world.comments[removed].status = REJECTED
    stage.later(SIX_MINUTES)
    texts, gone, cursor = await stage.news(cursor)
    assert (texts, gone) == (["fine"], [removed])
    stage.later(SIX_MINUTES)
    assert (await stage.news(cursor))[:2] == ([], [])


async def test_an_old_comment_that_is_published_late_is_not_lost(stage: Stage) -> None:
    late = stage.server.someone_comments(stage.ana, "was held", status=HELD)
    for number in range(25):
        stage.server.someone_comments(stage.ben, f"newer {number}", created_at=stage.now() + number * 1000)
    cursor = await stage.read()
    stage.server.world.comments[late].status = PUBLISHED
    stage.later(SIX_MINUTES)
    (published,) = await stage.messages(cursor)
    assert (published.text, published.labels) == ("was held", ())


async def test_each_queue_is_asked_for_by_its_name(stage: Stage) -> None:
    await stage.pages()
    assert [request.first("moderationStatus") for request in stage.asked(THREADS)] == [PUBLISHED, HELD, SPAM]


async def test_what_we_hid_is_marked_as_held_until_it_is_shown_again(stage: Stage) -> None:
    rude = stage.server.someone_comments(stage.ana, "rude")
    cursor = await stage.read()
    await stage.network.hide(rude)
    stage.later(SIX_MINUTES)
    (page,) = [page for page in await stage.pages(cursor) if page.messages]
    assert [(message.remote_id, message.labels) for message in page.messages] == [(rude, ("held",))]
    await stage.network.unhide(rude)
    stage.later(SIX_MINUTES)
    assert [(one.remote_id, one.labels) for one in await stage.messages(page.cursor)] == [(rude, ())]
