"""Answering: where it goes, what is read back, windows, private replies, and what is never overwritten."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import Gone, Refused, SendOutcomeUnknown
from cminbox.network_kit.graph.sameness import same
from cminbox.simulators.facebook.world import Comment
from cminbox.simulators.graph_letters import Letter
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.networks.facebook.conftest import Stage

    from cminbox.simulators.wire import Request


def words(stage: Stage, remote_id: str) -> str:
    thing = stage.server.thing(remote_id)
    assert thing is not None
    return thing.text


def answering(change: Callable[[dict[str, object]], object]) -> Callable[[Request, Response], Response]:
    """Change the answer to a publishing request."""

    def changed(request: Request, response: Response) -> Response:
        if request.method != "POST" or not request.path.endswith("/comments"):
            return response
        return Response.of(change(json.loads(response.body)), headers=response.headers)

    return changed


def naming(identifier: str) -> Callable[[dict[str, object]], object]:
    """Have the answer name another thing than what was made."""
    return lambda _body: {"id": identifier}


async def test_an_answer_goes_to_the_edge_and_leaves_the_customers_words_alone(stage: Stage) -> None:
    for kind in (Kind.COMMENT, Kind.MENTION, Kind.REVIEW):
        target = stage.writes(kind, "the customer's words")
        receipt = await stage.network.reply(stage.answer(target, "ours", kind))
        assert words(stage, target) == "the customer's words"
        assert words(stage, receipt.remote_id) == "ours"
        assert receipt.created_at is not None
    posts = [request for request in stage.wire.seen if request.method == "POST"]
    assert all(request.path.endswith("/comments") for request in posts)


async def test_an_answer_to_a_reply_stands_below_the_first_comment(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "first")
    second = stage.writes(Kind.COMMENT, "second", first)
    reply = stage.answer(second, "ours")
    receipt = await stage.network.reply(reply)
    assert (await stage.message(receipt.remote_id)).parent == first
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id


async def test_the_same_words_of_a_stranger_are_not_our_reply(stage: Stage) -> None:
    target = stage.writes(Kind.COMMENT, "a question")
    reply = stage.answer(target, "me too")
    stage.server.someone_writes(Kind.COMMENT, stage.ben, "me too", target)
    assert await stage.network.find_sent(reply) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda _: {"id": None},
        lambda _: {"success": True},
        lambda body: {"id": body["id"], "error": {"code": 99_999}},
        lambda _: [],
        lambda _: "ok",
    ],
)
async def test_a_success_without_a_readable_id_is_unknown(
    stage: Stage, change: Callable[[dict[str, object]], object]
) -> None:
    target = stage.writes(Kind.COMMENT, "a question")
    stage.intercept(answering(change))
    reply = stage.answer(target, "an answer")
    with pytest.raises(SendOutcomeUnknown):
        await stage.network.reply(reply)
    assert await stage.network.find_sent(reply) is not None


async def test_a_success_that_names_the_answered_comment_is_an_alarm(stage: Stage) -> None:
    target = stage.writes(Kind.COMMENT, "a question")
    for identifier in (target, target.rpartition("_")[2]):
        stage.intercept(answering(naming(identifier)))
        with pytest.raises(SendOutcomeUnknown, match="changed"):
            await stage.network.reply(stage.answer(target, "an answer"))


async def test_an_answer_that_stands_elsewhere_is_not_called_sent(stage: Stage) -> None:
    target = stage.writes(Kind.COMMENT, "a question")
    stage.server.desk.flattened_elsewhere = True
    with pytest.raises(SendOutcomeUnknown, match="not below"):
        await stage.network.reply(stage.answer(target, "an answer"))


async def test_an_answer_that_cannot_be_read_back_is_unknown(stage: Stage) -> None:
    target = stage.writes(Kind.COMMENT, "a question")

    def vanishing(_request: Request, response: Response) -> Response:
        for comment in [one for one in stage.server.published() if isinstance(one, Comment)]:
            stage.server.world.remove(comment)
        return response

    stage.intercept(vanishing)
    with pytest.raises(SendOutcomeUnknown, match="read back"):
        await stage.network.reply(stage.answer(target, "an answer"))


async def test_within_a_day_a_private_message_is_a_response(stage: Stage) -> None:
    target = stage.writes(Kind.DM, "a question")
    stage.pass_time(days=1, seconds=-60)
    receipt = await stage.network.reply(stage.answer(target, "an answer", Kind.DM))
    letter = stage.server.thing(receipt.remote_id)
    assert isinstance(letter, Letter)
    assert (letter.text, letter.tag, letter.partner) == ("an answer", "", stage.ana)


async def test_after_a_day_only_a_human_may_answer(stage: Stage) -> None:
    target = stage.writes(Kind.DM, "a question")
    stage.pass_time(days=1, seconds=60)
    reply = stage.answer(target, "an answer", Kind.DM)
    with pytest.raises(Refused, match="24 hours"):
        await stage.network.reply(reply)
    assert not any(stage.server.publishes(request) for request in stage.wire.seen)
    receipt = await stage.connect(human_agent=True).reply(reply)
    letter = stage.server.thing(receipt.remote_id)
    assert isinstance(letter, Letter)
    assert letter.tag == "HUMAN_AGENT"


async def test_after_seven_days_nobody_may_answer(stage: Stage) -> None:
    target = stage.writes(Kind.DM, "a question")
    stage.pass_time(days=7, seconds=60)
    with pytest.raises(Refused, match="seven days"):
        await stage.connect(human_agent=True).reply(stage.answer(target, "an answer", Kind.DM))
    assert not any(stage.server.publishes(request) for request in stage.wire.seen)


async def test_our_own_message_does_not_open_the_window_again(stage: Stage) -> None:
    target = stage.writes(Kind.DM, "a question")
    stage.pass_time(days=2)
    stage.server.we_write("from elsewhere", target)
    with pytest.raises(Refused, match="24 hours"):
        await stage.network.reply(stage.answer(target, "an answer", Kind.DM))


async def test_a_window_that_facebook_finds_closed_is_refused_by_its_code(stage: Stage) -> None:
    target = stage.writes(Kind.DM, "a question")
    honest = stage.now

    def late(request: Request, response: Response) -> Response:
        if request.method == "GET":
            setattr(stage.server.world, "now", lambda: honest() + 2 * 24 * 3600 * 1000)  # noqa: B010 - as in conftest
        return response

    stage.intercept(late)
    with pytest.raises(Refused, match="time in which"):
        await stage.network.reply(stage.answer(target, "an answer", Kind.DM))


async def test_a_comment_has_one_private_reply(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "my order number is 7")
    reply = stage.answer(comment, "let us talk here", Kind.DM)
    assert await stage.network.find_sent(reply) is None
    receipt = await stage.network.reply(reply)
    letter = stage.server.thing(receipt.remote_id)
    assert isinstance(letter, Letter)
    assert (letter.partner, letter.text) == (stage.ana, "let us talk here")
    assert [one for one in stage.server.published() if isinstance(one, Comment)] == []
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id
    with pytest.raises(Refused, match="privately"):
        await stage.network.reply(stage.answer(comment, "and again", Kind.DM))


async def test_a_private_word_never_goes_to_somebody_else(stage: Stage) -> None:
    comment = stage.server.someone_writes(Kind.COMMENT, stage.ben, "and me?")
    with pytest.raises(Refused, match="somebody else"):
        await stage.network.reply(stage.answer(comment, "your address, Ana?", Kind.DM))
    assert not any(stage.server.publishes(request) for request in stage.wire.seen)


async def test_a_private_reply_is_found_after_its_comment_is_gone(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "my order number is 7")
    reply = stage.answer(comment, "let us talk here", Kind.DM)
    receipt = await stage.network.reply(reply)
    thing = stage.server.thing(comment)
    assert thing is not None
    stage.server.world.remove(thing)
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id


async def test_somebody_without_a_name_can_be_answered_privately_and_the_reply_is_found(stage: Stage) -> None:
    shy = stage.server.add_person("Shy", nameless=True)
    comment = await stage.message(stage.server.someone_writes(Kind.COMMENT, shy, "call me"))
    reply = replace(stage.answer(comment.remote_id, "we did", Kind.DM), conversation=comment.author.remote_id)
    assert await stage.network.find_sent(reply) is None
    receipt = await stage.network.reply(reply)
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id


async def test_a_private_reply_comes_too_late_after_seven_days(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "a question")
    stage.pass_time(days=7, seconds=1)
    with pytest.raises(Refused, match="seven days"):
        await stage.network.reply(stage.answer(comment, "an answer", Kind.DM))
    assert not any(stage.server.publishes(request) for request in stage.wire.seen)


async def test_a_private_reply_to_what_is_gone_is_gone(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "a question")
    thing = stage.server.thing(comment)
    assert thing is not None
    stage.server.world.remove(thing)
    with pytest.raises(Gone):
        await stage.network.reply(stage.answer(comment, "an answer", Kind.DM))


async def test_a_recommendation_without_a_post_cannot_be_answered(stage: Stage) -> None:
    stage.writes(Kind.REVIEW, "good bread")

    def storyless(_request: Request, response: Response) -> Response:
        body = json.loads(response.body)
        for item in body.get("data", []) if isinstance(body, dict) else ():
            item.pop("open_graph_story", None)
        return Response.of(body, response.status, response.headers)

    stage.intercept(storyless)
    (review,) = await stage.messages()
    with pytest.raises(Refused, match="recommendation"):
        await stage.network.reply(stage.answer(review.remote_id, "thank you", Kind.REVIEW))
    assert (await stage.messages())[0].remote_id == review.remote_id
    assert (await stage.network.thread(review.remote_id)).below == ()


def test_the_same_words_are_told_from_others() -> None:
    assert same("Cafe\u0301  ouvert\n", "Café ouvert")
    assert not same("café ouvert", "Café ouvert")


@pytest.mark.parametrize(("late_by", "taken"), [(-1, True), (0, False), (1, False)])
@pytest.mark.parametrize(("days", "human_agent"), [(1, False), (7, True)])
async def test_a_window_ends_to_the_millisecond(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, days: int, late_by: int, *, human_agent: bool, taken: bool
) -> None:
    target = stage.writes(Kind.DM, "a question")
    asked_at = (await stage.message(target)).created_at
    reply = stage.answer(target, "an answer", Kind.DM)
    stage.pass_time(days=days, seconds=-5)
    # The server's own clock still lets it in: it is ours that decides.
    monkeypatch.setattr(stage, "now", lambda: asked_at + days * 24 * 3600 * 1000 + late_by)
    network = stage.connect(human_agent=human_agent)
    if taken:
        assert (await network.reply(reply)).remote_id
    else:
        with pytest.raises(Refused):
            await network.reply(reply)
    assert sum(stage.server.publishes(request) for request in stage.wire.seen) == taken


@pytest.mark.parametrize(("late_by", "taken"), [(-1, True), (0, False), (1, False)])
async def test_the_week_of_a_private_reply_ends_to_the_millisecond(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, late_by: int, *, taken: bool
) -> None:
    comment = stage.writes(Kind.COMMENT, "a question")
    asked_at = (await stage.message(comment)).created_at
    reply = stage.answer(comment, "an answer", Kind.DM)
    stage.pass_time(days=7, seconds=-5)
    monkeypatch.setattr(stage, "now", lambda: asked_at + 7 * 24 * 3600 * 1000 + late_by)
    network = stage.connect()
    if taken:
        assert (await network.reply(reply)).remote_id
    else:
        with pytest.raises(Refused, match="seven days"):
            await network.reply(reply)
    assert sum(stage.server.publishes(request) for request in stage.wire.seen) == taken
