"""Answers on a forum: where they stand, how long they may be, and what the forum says no to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import Refused, SignInAgain, TryLater
from cminbox.networks.discourse.sending import counted
from cminbox.simulators.discourse import Rules
from cminbox.simulators.wire import Fault, Response

if TYPE_CHECKING:
    from tests.networks.discourse.conftest import Stage

    from cminbox.simulators.wire import Request

MEMBER = Rules(staff=False, min_post=20, min_private=10, max_post=200, language="fr")
POSTS = "/posts.json"


async def test_an_answer_stands_below_what_it_answers(stage: Stage) -> None:
    stage.server.someone_writes(Kind.COMMENT, stage.ben, "me first")
    message = await stage.asked(Kind.COMMENT)
    receipt = await stage.network.reply(stage.answer(message, "**on** its way"))
    post = stage.world.posts[int(receipt.remote_id)]
    asked = stage.world.posts[int(message.remote_id)]
    assert (post.raw, post.topic, post.reply_to) == ("**on** its way", asked.topic, asked.number)
    assert receipt.permalink == f"https://forum.example/t/a-topic/{asked.topic.id}/{post.number}"


async def test_an_answer_to_the_first_post_answers_the_topic(stage: Stage) -> None:
    message = await stage.asked(Kind.MENTION)
    receipt = await stage.network.reply(stage.answer(message, "on its way"))
    assert stage.world.posts[int(receipt.remote_id)].reply_to is None
    found = await stage.network.find_sent(stage.answer(message, "on its way"))
    assert found is not None
    assert found.remote_id == receipt.remote_id


@pytest.mark.parametrize(("kind", "least"), [(Kind.COMMENT, 20), (Kind.MENTION, 20), (Kind.DM, 10)])
async def test_too_short_and_too_long_are_refused_before_anything_is_sent(
    make_stage: type[Stage], kind: Kind, least: int
) -> None:
    stage = make_stage(MEMBER)
    message = await stage.asked(kind)
    limits = (await stage.network.check()).limits[kind]
    assert [(limit.minimum, limit.maximum) for limit in limits] == [(least, 200)]
    for length in (least, least + 1, 199, 200):
        await stage.network.reply(stage.answer(message, "é" * length))
    sent = len(stage.requests("POST", POSTS))
    for length in (least - 1, 201):
        with pytest.raises(Refused, match=str(length)):
            await stage.network.reply(stage.answer(message, "é" * length))
    assert len(stage.requests("POST", POSTS)) == sent


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("  a  ", 1),
        (":smile:", 1),
        (":wave:t3:", 1),
        ("a.....", 2),
        ("a,,,,b", 3),
        ("<!-- hidden -->ok", 2),
        ("é😀", 2),
        ("12:30:45", 5),
    ],
)
def test_length_is_counted_as_the_forum_counts(text: str, length: int) -> None:
    assert counted(text) == length


@given(st.text(alphabet="ab.:,!<-> \n😀", max_size=60))
def test_squeezing_never_makes_a_text_longer(text: str) -> None:
    assert 0 <= counted(text) <= len(text)


async def test_the_same_words_again_are_an_answer_for_the_person(make_stage: type[Stage]) -> None:
    stage = make_stage(MEMBER)
    first, second = await stage.asked(Kind.MENTION), await stage.asked(Kind.MENTION)
    await stage.network.reply(stage.answer(first, "thank you for writing to us"))
    with pytest.raises(Refused, match="trop semblable"):
        await stage.network.reply(stage.answer(second, "thank you for writing to us"))


async def test_a_closed_topic_slow_mode_and_too_many_in_a_row_are_refused_in_the_forums_words(
    make_stage: type[Stage],
) -> None:
    stage = make_stage(replace(MEMBER, consecutive=2))
    message = await stage.asked(Kind.MENTION)
    topic = stage.world.posts[int(message.remote_id)].topic
    topic.closed = True
    with pytest.raises(Refused, match="fermé"):
        await stage.network.reply(stage.answer(message, "the first of all answers"))
    topic.closed = False
    await stage.network.reply(stage.answer(message, "the first of all answers"))
    topic.slow_seconds = 600
    with pytest.raises(Refused, match="lent"):
        await stage.network.reply(stage.answer(message, "the second of all answers"))
    topic.slow_seconds = 0
    await stage.network.reply(stage.answer(message, "the second of all answers"))
    with pytest.raises(Refused, match="consécutives"):
        await stage.network.reply(stage.answer(message, "the third of all answers"))
    assert len(stage.server.published()) == 2


async def test_a_rate_limit_tells_the_seconds_to_wait(stage: Stage) -> None:
    message = await stage.asked(Kind.MENTION)
    stage.wire.fail_next(Fault.RATE_LIMIT, publishing=True)
    with pytest.raises(TryLater) as caught:
        await stage.network.reply(stage.answer(message, "on its way"))
    assert (caught.value.after, caught.value.rate_limited) == (17.0, True)


async def test_an_answer_that_waits_for_approval_is_not_sent_again(make_stage: type[Stage]) -> None:
    stage = make_stage(Rules(approves_first=True))
    message = await stage.asked(Kind.MENTION)
    receipt = await stage.network.reply(stage.answer(message, "on its way"))
    (held,) = stage.world.reviewables.values()
    assert (receipt.remote_id, held.raw) == (f"review:{held.id}", "on its way")
    found = await stage.network.find_sent(stage.answer(message, "on its way"))
    assert found is not None
    assert found.remote_id == receipt.remote_id
    assert await stage.network.find_sent(stage.answer(message, "on my way")) is None


async def test_a_private_answer_is_not_sent_where_everybody_reads(stage: Stage) -> None:
    """A moderator may have made the exchange public while the answer was written."""
    message = await stage.asked(Kind.DM)
    stage.world.posts[int(message.remote_id)].topic.members.clear()
    with pytest.raises(Refused, match="no longer private"):
        await stage.network.reply(stage.answer(message, "your address is"))
    assert stage.server.published() == []


async def test_a_refused_topic_is_told_from_a_dead_key(stage: Stage) -> None:
    """Both are the same 403: only a second question tells which."""
    message = await stage.asked(Kind.MENTION)
    stage.wire.fail_next(Fault.FORBIDDEN, publishing=True)
    with pytest.raises(Refused, match="not permitted"):
        await stage.network.reply(stage.answer(message, "on its way"))
    stage.server.key = "another"
    with pytest.raises(SignInAgain, match="no longer accepts"):
        await stage.network.reply(stage.answer(message, "on its way"))


async def test_an_answer_is_found_by_its_shown_words_where_the_typed_ones_are_kept_back(stage: Stage) -> None:
    message = await stage.asked(Kind.COMMENT)
    receipt = await stage.network.reply(stage.answer(message, "a < b & two\nlines"))

    def without_raw(request: Request, response: Response) -> Response:
        if request.path.endswith("/posts.json"):
            return Response(response.status, response.body.replace(b'"raw"', b'"rawish"'), response.headers)
        return response

    stage.intercept(without_raw)
    found = await stage.network.find_sent(stage.answer(message, "a < b & two\nlines"))
    assert found is not None
    assert found.remote_id == receipt.remote_id
