"""The review queue, and what is done to posts and people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import HELD, SPAM, Kind
from cminbox.network_kit.failures import Gone, Refused
from cminbox.simulators.discourse import Rules
from cminbox.simulators.discourse.world import APPROVED, INAPPROPRIATE, REJECTED
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from tests.networks.discourse.conftest import Stage

    from cminbox.simulators.wire import Request


async def test_a_post_that_waits_is_shown_as_held_and_becomes_a_comment_when_approved(stage: Stage) -> None:
    held = stage.world.hold(stage.ana, "my first post here", stage.server.announcement())
    pages = await stage.pages()
    (message,) = [one for page in pages for one in page.messages]
    assert (message.text, message.labels, message.author.handle) == ("my first post here", (HELD,), "ana")
    await stage.network.approve(message.remote_id)
    assert held.status == APPROVED
    pages = await stage.pages(pages[-1].cursor)
    (arrived,) = [one for later in pages for one in later.messages]
    assert [one for later in pages for one in later.deleted] == [message.remote_id]
    assert (arrived.text, arrived.labels, arrived.conversation) == (message.text, (), message.conversation)


async def test_a_post_that_waits_is_rejected_by_deleting_it(stage: Stage) -> None:
    held = stage.world.hold(stage.ana, "buy pills", None)
    (message,) = await stage.messages()
    assert message.text == "A held topic\n\nbuy pills"
    for _ in range(2):
        await stage.network.delete(message.remote_id)
    assert held.status == REJECTED


async def test_a_post_that_waits_cannot_be_answered_or_liked(stage: Stage) -> None:
    stage.world.hold(stage.ana, "hello", None)
    (message,) = await stage.messages()
    with pytest.raises(Refused, match="approve it"):
        await stage.network.reply(stage.answer(message, "hello"))
    with pytest.raises(Refused, match="approve it"):
        await stage.network.like(message.remote_id)


@pytest.mark.parametrize(("kind", "label"), [(8, SPAM), (INAPPROPRIATE, HELD)])
async def test_a_flagged_post_is_marked_until_somebody_decides(stage: Stage, kind: int, label: str) -> None:
    """It arrives though nothing else of it concerns the brand: whoever moderates has to look at it."""
    post = stage.world.write(stage.world.topic("Anything"), stage.ana, "cheap watches")
    flagged = stage.world.flag(post, kind)
    pages = await stage.pages()
    (message,) = [one for page in pages for one in page.messages]
    assert (message.remote_id, message.labels) == (str(post.id), (label,))
    await stage.network.approve(message.remote_id)
    assert (flagged.status, post.hidden) == (APPROVED, False)
    (cleared,) = [one for later in await stage.pages(pages[-1].cursor) for one in later.messages]
    assert (cleared.remote_id, cleared.labels) == (message.remote_id, ())


async def test_a_flagged_private_message_of_others_stays_on_the_forum(stage: Stage) -> None:
    private = stage.world.topic("Between us", members={stage.ana.id, stage.ben.id, stage.world.brand.id})
    post = stage.world.write(private, stage.ana, "an insult")
    private.members.discard(stage.world.brand.id)
    stage.world.flag(post)
    assert await stage.messages() == []


async def test_a_decision_that_somebody_else_took_is_left_alone(stage: Stage) -> None:
    held = stage.world.hold(stage.ana, "hello", None)
    (message,) = await stage.messages()
    held.status, held.version = REJECTED, 1
    await stage.network.approve(message.remote_id)
    assert held.status == REJECTED


async def test_a_decision_that_the_forum_does_not_offer_is_refused(stage: Stage) -> None:
    stage.world.hold(stage.ana, "hello", None)
    (message,) = await stage.messages()

    def renamed(_request: Request, response: Response) -> Response:
        return Response(response.status, response.body.replace(b'"approve_post"', b'"bless"'), response.headers)

    stage.intercept(renamed)
    with pytest.raises(Refused, match="no such decision"):
        await stage.network.approve(message.remote_id)


async def test_more_than_a_page_of_the_queue_is_read(stage: Stage) -> None:
    for number in range(23):
        stage.world.hold(stage.ana, f"number {number}", None)
    assert len(await stage.messages()) == 23


async def test_who_does_not_moderate_never_asks_for_the_queue(make_stage: type[Stage]) -> None:
    stage = make_stage(Rules(staff=False))
    stage.world.hold(stage.ana, "hello", None)
    assert await stage.messages() == []
    assert stage.requests("GET", "/review.json") == []


async def test_a_member_deletes_his_own_posts_only(make_stage: type[Stage]) -> None:
    stage = make_stage(Rules(staff=False))
    message = await stage.asked(Kind.MENTION)
    with pytest.raises(Refused):
        await stage.network.delete(message.remote_id)
    receipt = await stage.network.reply(stage.answer(message, "on its way"))
    await stage.network.delete(receipt.remote_id)
    assert stage.world.posts[int(receipt.remote_id)].deleted
    assert not stage.world.posts[int(message.remote_id)].deleted


async def test_a_report_tells_the_moderators_why(stage: Stage) -> None:
    message = await stage.asked(Kind.COMMENT)
    await stage.network.report(message.remote_id, "he sells counterfeits")
    assert stage.world.posts[int(message.remote_id)].reports == ["he sells counterfeits"]


async def test_a_person_is_muted_by_the_name_of_today(stage: Stage) -> None:
    message = await stage.asked(Kind.COMMENT)
    stage.ana.username = "ana_b"
    await stage.network.mute(message.author.remote_id)
    assert stage.ana.level == "mute"
    with pytest.raises(Gone):
        await stage.network.mute("999999")


async def test_reading_one_post_leaves_the_other_notifications_unread(stage: Stage) -> None:
    first, second = await stage.asked(Kind.MENTION), await stage.asked(Kind.MENTION)
    await stage.network.mark_read(first.remote_id)
    read = {str(one.post.id): one.read for one in stage.world.notices if one.post is not None}
    assert read == {first.remote_id: True, second.remote_id: False}


@pytest.mark.parametrize("level", ["mute", "ignore"])
async def test_nothing_of_a_muted_person_arrives_not_even_a_mention(stage: Stage, level: str) -> None:
    """The list of posts holds what the forum no longer notifies of."""
    stage.ben.level = level
    stage.server.someone_writes(Kind.MENTION, stage.ben, "me again")
    stage.server.someone_writes(Kind.COMMENT, stage.ben, "and again")
    message = await stage.asked(Kind.COMMENT)
    assert [one.remote_id for one in await stage.messages()] == [message.remote_id]


async def test_muting_takes_effect_at_once_and_ends_at_once(stage: Stage) -> None:
    message = await stage.asked(Kind.COMMENT)
    await stage.network.mute(message.author.remote_id)
    stage.server.someone_writes(Kind.MENTION, stage.ana, "still here")
    assert await stage.messages() == []
    await stage.network.unmute(message.author.remote_id)
    assert len(await stage.messages()) == 2
