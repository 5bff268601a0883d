"""Answering, finding an answer again, deleting and liking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Kind
from cminbox.domain.reply import Receipt
from cminbox.network_kit.failures import Gone, Refused, SendOutcomeUnknown, TryLater
from cminbox.simulators.linkedin.server import Rules
from cminbox.simulators.wire import Fault, Request, Response

if TYPE_CHECKING:
    from tests.networks.linkedin.conftest import Stage


async def test_an_answer_names_its_actor_its_post_and_its_parent(stage: Stage) -> None:
    asked = stage.server.someone_comments(stage.ana, "A question")
    receipt = await stage.network.reply(stage.answer(asked.urn, "An answer"))
    (request,) = stage.asked("/rest/socialActions", "POST")
    assert request.json() == {
        "actor": "urn:li:organization:5515715",
        "object": asked.post.activity,
        "message": {"text": "An answer"},
        "parentComment": asked.urn,
    }
    assert f"/socialActions/urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A" in request.target  # noqa: F541 - as sent
    (made,) = stage.server.published()
    assert receipt.remote_id == made.urn
    assert receipt.created_at == made.at


async def test_an_answer_to_an_answer_hangs_on_the_comment_at_the_top(stage: Stage) -> None:
    top = stage.server.someone_comments(stage.ana, "A question")
    low = stage.server.someone_comments(stage.ben, "Me too", top.urn)
    await stage.network.reply(stage.answer(low.urn, "An answer for both"))
    (made,) = stage.server.published()
    assert made.parent == top.number


async def test_a_mention_is_answered_below_its_post(stage: Stage) -> None:
    post = stage.server.someone_mentions(stage.ana, "Nice, Acme")
    receipt = await stage.network.reply(stage.answer(post.share, "Thank you", Kind.MENTION))
    (made,) = stage.server.published()
    assert (made.post, made.parent, stage.named(made)) == (post, None, receipt.remote_id)
    (found,) = [message for message in await stage.messages() if message.ours]
    assert found.remote_id == receipt.remote_id


@pytest.mark.parametrize(
    "body", [None, {}, [], {"commentUrn": None, "id": None}, {"commentUrn": "urn:li:hologram:1", "id": "x"}]
)
async def test_the_header_names_a_comment_whose_body_does_not(stage: Stage, body: object) -> None:
    asked = stage.comment("A question")

    def change(request: Request, response: Response) -> Response:
        return Response.of(body, 201, response.headers) if stage.server.publishes(request) else response

    stage.intercept(change)
    receipt = await stage.network.reply(stage.answer(asked, "An answer"))
    assert receipt.remote_id == stage.server.published()[0].urn


async def test_an_answer_that_names_the_customers_comment_is_not_believed(stage: Stage) -> None:
    asked = stage.comment("A question")

    def change(request: Request, response: Response) -> Response:
        return Response.of({"commentUrn": asked}, 201) if stage.server.publishes(request) else response

    stage.intercept(change)
    with pytest.raises(SendOutcomeUnknown):
        await stage.network.reply(stage.answer(asked, "An answer"))


async def test_below_a_mention_answers_are_told_and_found_by_the_same_id(stage: Stage) -> None:
    post = stage.server.someone_mentions(stage.ana, "Nice, Acme")
    asked = stage.named(stage.server.someone_comments(stage.ben, "Is it open?", post.share))
    reply = stage.answer(asked, "Yes", Kind.MENTION)
    receipt = await stage.network.reply(reply)
    found = await stage.network.find_sent(reply)
    assert found is not None
    (message,) = [message for message in await stage.messages() if message.ours]
    assert {found.remote_id, receipt.remote_id} == {message.remote_id}
    assert message.parent == asked
    await stage.network.like(asked)
    assert {urn for _actor, urn in stage.server.world.reactions} == {asked.rpartition("#")[2]}


async def test_too_many_comments_in_a_minute_wait_a_minute(make_stage: type[Stage]) -> None:
    stage = make_stage(rules=Rules(comments_a_minute=1))
    asked = stage.comment("A question")
    await stage.network.reply(stage.answer(asked, "One"))
    with pytest.raises(TryLater) as caught:
        await stage.network.reply(stage.answer(asked, "Two"))
    assert (caught.value.after, caught.value.rate_limited) == (60, True)
    stage.later(seconds=60)
    assert (await stage.network.reply(stage.answer(asked, "Two"))).remote_id


async def test_what_cannot_be_answered_is_refused_with_its_code(stage: Stage) -> None:
    asked = stage.server.someone_comments(stage.ana, "A question")
    asked.post.open = False
    with pytest.raises(Refused, match="COMMENTS_CLOSED"):
        await stage.network.reply(stage.answer(asked.urn, "An answer"))
    with pytest.raises(Refused, match="empty"):
        await stage.network.reply(stage.answer(asked.urn, " \n "))
    with pytest.raises(Refused, match="no comment"):
        await stage.network.reply(stage.answer("urn:li:person:x", "An answer"))
    stage.server.world.delete(asked)
    with pytest.raises(Gone):
        await stage.network.reply(stage.answer(asked.urn, "An answer"))


async def test_a_lost_answer_is_found_among_many_others(stage: Stage) -> None:
    asked = stage.server.someone_comments(stage.ana, "A question")
    for number in range(35):
        stage.server.someone_comments(stage.ben, f"same words {number}", asked.urn)
    reply = stage.answer(asked.urn, "same words\n 7 ")
    assert await stage.network.find_sent(reply) is None
    stage.wire.fail_next(Fault.TIMEOUT_AFTER_WRITE, publishing=True)
    with pytest.raises(SendOutcomeUnknown):
        await stage.network.reply(reply)
    for number in range(35):
        stage.server.someone_comments(stage.ben, f"later {number}", asked.urn)
    (made,) = stage.server.published()
    assert isinstance(found := await stage.network.find_sent(reply), Receipt)
    assert found.remote_id == made.urn


async def test_the_same_words_of_last_week_are_another_reply(stage: Stage) -> None:
    asked = stage.comment("A question")
    await stage.network.reply(stage.answer(asked, "Thank you"))
    stage.later(days=7)
    assert await stage.network.find_sent(stage.answer(asked, "Thank you")) is None


async def test_a_reply_whose_thread_is_gone_is_gone_with_it(stage: Stage) -> None:
    asked = stage.server.someone_comments(stage.ana, "A question")
    reply = stage.answer(asked.urn, "Thank you")
    stage.server.world.delete(asked)
    assert await stage.network.find_sent(reply) is None


async def test_nobody_says_that_a_reply_is_not_there_who_could_not_read_all(stage: Stage) -> None:
    asked = stage.server.someone_comments(stage.ana, "A question")
    stage.server.someone_comments(stage.ben, "odd", asked.urn)

    def change(request: Request, response: Response) -> Response:
        if request.path.endswith("/comments") and request.method == "GET":
            return Response(200, response.body.replace(b'"created"', b'"made"'), response.headers)
        return response

    stage.intercept(change)
    with pytest.raises(TryLater):
        await stage.network.find_sent(stage.answer(asked.urn, "Thank you"))


def let_newest_vanish(stage: Stage, asked: str, others: int, amount: int) -> None:
    """Let people answer, and the newest of these answers be deleted as soon as a list of them was begun.

    Places in a list are counted from its beginning: the rest moves from the second page to the first.
    """
    below = [stage.server.someone_comments(stage.ben, f"other {number}", asked) for number in range(others)]

    def change(request: Request, response: Response) -> Response:
        if request.path.endswith("/comments") and "start=0" in request.target:
            for other in below[-amount:]:
                stage.server.world.delete(other)
        return response

    stage.intercept(change)


async def test_a_reply_is_not_missed_because_another_is_deleted_while_we_look(stage: Stage) -> None:
    asked = stage.comment("A question")
    reply = stage.answer(asked, "An answer")
    receipt = await stage.network.reply(reply)
    let_newest_vanish(stage, asked, others=10, amount=1)
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id


async def test_when_many_are_deleted_while_we_look_nobody_says_that_it_is_not_there(stage: Stage) -> None:
    asked = stage.comment("A question")
    let_newest_vanish(stage, asked, others=15, amount=5)
    with pytest.raises(TryLater):
        await stage.network.find_sent(stage.answer(asked, "An answer"))


async def test_deleting_says_who_deletes(stage: Stage) -> None:
    theirs = stage.server.someone_comments(stage.ana, "spam")
    await stage.network.delete(theirs.urn)
    (request,) = stage.asked("/rest/socialActions", "DELETE")
    assert request.target.endswith(f"/comments/{theirs.number}?actor=urn%3Ali%3Aorganization%3A5515715")
    await stage.network.delete(theirs.urn)


async def test_below_the_posts_of_others_only_our_own_comments_can_be_deleted(stage: Stage) -> None:
    post = stage.server.someone_mentions(stage.ana, "Nice, Acme")
    theirs = stage.server.someone_comments(stage.ben, "hm", post.share)
    ours = await stage.network.reply(stage.answer(post.share, "Thank you", Kind.MENTION))
    with pytest.raises(Refused, match="ACCESS_DENIED"):
        await stage.network.delete(stage.named(theirs))
    with pytest.raises(Refused, match="somebody else"):
        await stage.network.delete(post.share)
    await stage.network.delete(ours.remote_id)
    assert stage.server.published() == []


async def test_a_reaction_of_another_kind_stays_as_it_is(stage: Stage) -> None:
    asked = stage.comment("Great work")
    me = stage.server.world.brand.urn
    stage.server.world.reactions[me, asked] = ("PRAISE", stage.now())
    await stage.network.like(asked)
    assert stage.server.world.reactions[me, asked][0] == "PRAISE"
    await stage.network.unlike(asked)
    assert stage.server.world.reactions == {}
    await stage.network.like(asked)
    (request,) = stage.asked("/rest/reactions", "POST")
    assert request.json() == {"root": asked, "reactionType": "LIKE"}
    assert request.target == "/rest/reactions?actor=urn%3Ali%3Aorganization%3A5515715"


async def test_what_is_gone_cannot_be_liked(stage: Stage) -> None:
    gone = stage.server.someone_comments(stage.ana, "bye")
    stage.server.world.delete(gone)
    with pytest.raises(Gone):
        await stage.network.like(gone.urn)
    with pytest.raises(Refused):
        await stage.network.like("urn:li:person:x")
