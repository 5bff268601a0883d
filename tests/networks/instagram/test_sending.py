"""Answering: where it stands, when it may follow, how long it may be, and how it is found when its answer was lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import Gone, Refused, SendOutcomeUnknown
from cminbox.simulators.graph_letters import Letter
from cminbox.simulators.instagram.world import Comment
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.networks.instagram.conftest import Stage

    from cminbox.simulators.wire import Request

DAY_SECONDS = 24 * 3600


async def test_an_answer_to_an_answer_stands_below_the_first_comment(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "first")
    second = stage.writes(Kind.COMMENT, "second", first)
    reply = stage.answer(second, "third")
    receipt = await stage.network.reply(reply)
    thing = stage.server.thing(receipt.remote_id)
    assert isinstance(thing, Comment)
    assert (thing.parent, thing.text) == (first, "third")
    assert receipt.permalink is not None
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id


async def test_no_text_is_ever_sent_to_a_bare_comment(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "hello")
    await stage.network.reply(stage.answer(comment, "an answer"))
    assert all(request.path.endswith("/replies") for request in stage.wire.seen if request.method == "POST")


async def test_an_answer_that_stands_elsewhere_is_in_doubt(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "hello")
    stage.server.desk.flattened_elsewhere = True
    with pytest.raises(SendOutcomeUnknown, match="not below"):
        await stage.network.reply(stage.answer(comment, "an answer"))


async def test_an_answer_that_bears_the_id_of_what_it_answers_is_in_doubt(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "hello")
    stage.spoil("/replies", lambda _body: {"id": comment})
    with pytest.raises(SendOutcomeUnknown, match="named the answered comment"):
        await stage.network.reply(stage.answer(comment, "an answer"))


async def test_an_answer_that_cannot_be_read_back_is_in_doubt(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "hello")

    def closed(request: Request, response: Response) -> Response:
        reading_back = request.method == "GET" and "media{permalink}" in (request.first("fields") or "")
        return Response.of({"error": {"code": 2}}, 503) if reading_back else response

    stage.intercept(closed)
    with pytest.raises(SendOutcomeUnknown, match="read back"):
        await stage.network.reply(stage.answer(comment, "an answer"))


async def test_a_hidden_comment_cannot_be_answered(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "hello")
    await stage.network.hide(comment)
    with pytest.raises(Refused):
        await stage.network.reply(stage.answer(comment, "an answer"))
    assert await stage.network.find_sent(stage.answer(comment, "an answer")) is None


@pytest.mark.parametrize(
    ("waited", "human_agent", "tag"),
    [
        (DAY_SECONDS - 60, False, ""),
        (DAY_SECONDS - 60, True, ""),
        (DAY_SECONDS + 1, True, "HUMAN_AGENT"),
        (7 * DAY_SECONDS - 60, True, "HUMAN_AGENT"),
    ],
)
async def test_a_private_message_may_follow_within_its_window(
    stage: Stage, waited: int, *, human_agent: bool, tag: str
) -> None:
    target = stage.writes(Kind.DM, "hello")
    stage.pass_time(seconds=waited)
    network = stage.connect(human_agent=human_agent)
    receipt = await network.reply(stage.answer(target, "an answer", Kind.DM))
    letter = stage.server.thing(receipt.remote_id)
    assert isinstance(letter, Letter)
    assert letter.tag == tag


@pytest.mark.parametrize(("waited", "human_agent"), [(DAY_SECONDS, False), (7 * DAY_SECONDS, True)])
async def test_a_private_message_beyond_its_window_is_not_sent(stage: Stage, waited: int, *, human_agent: bool) -> None:
    target = stage.writes(Kind.DM, "hello")
    stage.pass_time(seconds=waited + 1)
    with pytest.raises(Refused):
        await stage.connect(human_agent=human_agent).reply(stage.answer(target, "an answer", Kind.DM))
    assert stage.published() == 0


@pytest.mark.parametrize(("text", "fits"), [("é" * 500, True), ("é" * 500 + "a", False), ("\U0001f44d" * 250, True)])
async def test_a_private_message_is_counted_in_bytes(stage: Stage, text: str, *, fits: bool) -> None:
    target = stage.writes(Kind.DM, "hello")
    reply = stage.answer(target, text, Kind.DM)
    if fits:
        await stage.network.reply(reply)
        return
    with pytest.raises(Refused, match="1001"):
        await stage.network.reply(reply)


async def test_a_comment_has_one_private_reply(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "my order number is 7")
    reply = stage.answer(comment, "let us talk here", Kind.DM)
    assert await stage.network.find_sent(reply) is None
    receipt = await stage.network.reply(reply)
    letter = stage.server.thing(receipt.remote_id)
    assert isinstance(letter, Letter)
    assert (letter.partner, letter.text) == (stage.ana, "let us talk here")
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id
    with pytest.raises(Refused, match="private"):
        await stage.network.reply(stage.answer(comment, "and again", Kind.DM))


async def test_a_private_word_never_goes_to_somebody_else(stage: Stage) -> None:
    comment = stage.server.someone_writes(Kind.COMMENT, stage.ben, "and me?")
    with pytest.raises(Refused, match="somebody else"):
        await stage.network.reply(stage.answer(comment, "your address, Ana?", Kind.DM))
    assert stage.published() == 0


@pytest.mark.parametrize("key", ["name/ana.lima", "unknown/{comment}"])
async def test_a_private_word_reaches_somebody_whose_name_or_id_was_kept_back_at_first(stage: Stage, key: str) -> None:
    comment = stage.writes(Kind.COMMENT, "and me?")
    with pytest.raises(Refused, match="somebody else"):
        await stage.network.reply(replace(stage.answer(comment, "hm", Kind.DM), conversation="name/ben"))
    reply = replace(stage.answer(comment, "of course", Kind.DM), conversation=key.format(comment=comment))
    letter = stage.server.thing((await stage.network.reply(reply)).remote_id)
    assert isinstance(letter, Letter)
    assert letter.partner is stage.ana


async def test_a_private_reply_comes_too_late_after_seven_days(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "a question")
    stage.pass_time(days=7, seconds=1)
    with pytest.raises(Refused, match="seven days"):
        await stage.network.reply(stage.answer(comment, "an answer", Kind.DM))
    assert stage.published() == 0


async def test_a_private_reply_to_what_is_gone_is_gone(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "a question")
    thing = stage.server.thing(comment)
    assert thing is not None
    stage.server.world.remove(thing)
    with pytest.raises(Gone):
        await stage.network.reply(stage.answer(comment, "an answer", Kind.DM))


async def test_a_private_reply_to_somebody_unnamed_is_never_said_to_be_absent(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    shy = stage.server.add_person("shy", nameless=True)
    comment = await stage.message(stage.server.someone_writes(Kind.COMMENT, shy, "call me"))
    reply = replace(stage.answer(comment.remote_id, "we did", Kind.DM), conversation=comment.author.remote_id)
    await stage.network.reply(reply)
    with pytest.raises(Refused, match="with whom"):
        await stage.network.find_sent(reply)


async def test_a_reply_is_found_among_many_answers_in_either_order(make_stage: Callable[..., Stage]) -> None:
    for forward in (True, False):
        stage = make_stage(largest_page=5, old_answers_first=forward)
        comment = stage.writes(Kind.COMMENT, "hello")
        for number in range(12):
            stage.writes(Kind.COMMENT, f"number {number}", comment)
        reply = stage.answer(comment, "an answer")
        receipt = await stage.network.reply(reply)
        for number in range(12):
            stage.writes(Kind.COMMENT, f"later {number}", comment)
        found = await stage.network.find_sent(reply)
        assert found is not None
        assert found.remote_id == receipt.remote_id


async def test_where_there_are_too_many_answers_nobody_says_that_it_is_absent(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(largest_page=2)
    comment = stage.writes(Kind.COMMENT, "hello")
    for number in range(50):
        stage.writes(Kind.COMMENT, f"number {number}", comment)
    with pytest.raises(Refused, match="too many"):
        await stage.network.find_sent(stage.answer(comment, "an answer"))


async def test_localised_words_decide_nothing(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "hello")

    def localised(_request: Request, response: Response) -> Response:
        if response.status == 200:
            return response
        error: dict[str, Any] = {"error": {"code": 100, "error_subcode": 33, "message": "対象が存在しません"}}
        return Response.of(error, 400)

    stage.intercept(localised)
    thing = stage.server.thing(comment)
    assert thing is not None
    stage.server.world.remove(thing)
    with pytest.raises(Gone):
        await stage.network.reply(stage.answer(comment, "too late"))


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
