"""Answering where X lets programs answer, in private, and finding a reply whose answer was lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import Gone, Refused, SendOutcomeUnknown
from cminbox.simulators.wire import Fault, Response
from cminbox.simulators.x import Rules

if TYPE_CHECKING:
    from tests.networks.x.conftest import Stage

    from cminbox.simulators.wire import Request

TWEETS = "/2/tweets"


def sent(stage: Stage) -> list[str]:
    return [next(iter(post.versions.values())) for post in stage.server.published()]


async def test_whoever_names_quotes_or_answers_the_account_can_be_answered(stage: Stage) -> None:
    named = stage.server.someone_mentions(stage.ana, "hello")
    answered = stage.server.someone_replies(stage.ben, "how much?")
    quoted = stage.world.post(stage.ben, "nice", quotes=stage.server.root.id).id
    for number, remote_id in enumerate((named, answered, quoted)):
        receipt = await stage.network.reply(stage.answer(remote_id, f"thanks {number}"))
        assert receipt.permalink == f"https://x.com/acme/status/{receipt.remote_id}"
    assert sent(stage) == ["thanks 0", "thanks 1", "thanks 2"]


async def test_whoever_did_not_call_the_account_is_not_answered_and_nothing_is_sent(stage: Stage) -> None:
    stranger = stage.world.post(stage.ana, "acme is the best").id
    with pytest.raises(Refused, match="only whoever has mentioned, quoted or answered"):
        await stage.network.reply(stage.answer(stranger, "thanks"))
    assert stage.asked(TWEETS, "POST") == []


async def test_our_own_posts_can_be_answered(stage: Stage) -> None:
    await stage.network.reply(stage.answer(stage.server.root.id, "and tomorrow too"))
    assert sent(stage) == ["and tomorrow too"]


async def test_an_enterprise_answers_anybody(make_stage: type[Stage]) -> None:
    stage = make_stage(plan="enterprise", rules=Rules(enterprise=True))
    stranger = stage.world.post(stage.ana, "acme is the best").id
    await stage.network.reply(stage.answer(stranger, "thanks"))
    assert sent(stage) == ["thanks"]


async def test_x_has_the_last_word_in_its_own_language(make_stage: type[Stage]) -> None:
    stage = make_stage(plan="enterprise", rules=Rules(language="fr"))
    stranger = stage.world.post(stage.ana, "acme").id
    with pytest.raises(Refused, match="X refused it: La demande"):
        await stage.network.reply(stage.answer(stranger, "merci"))


async def test_an_edited_post_is_answered_in_its_newest_version(stage: Stage) -> None:
    remote_id = stage.server.someone_mentions(stage.ana, "frist")
    version = stage.world.edit(remote_id, "@acme first")
    reply = stage.answer(remote_id, "thanks")
    receipt = await stage.network.reply(reply)
    assert stage.asked(TWEETS, "POST")[0].json()["reply"] == {"in_reply_to_tweet_id": version}
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id


@pytest.mark.parametrize("how", ["deleted", "locked", "no id"])
async def test_what_is_not_there_any_more_is_gone_before_anything_is_sent(stage: Stage, how: str) -> None:
    remote_id = stage.server.someone_mentions(stage.ana, "hello")
    if how == "deleted":
        stage.world.delete(remote_id)
    stage.ana.protected = how == "locked"
    with pytest.raises(Gone):
        await stage.network.reply(stage.answer("x-1" if how == "no id" else remote_id, "thanks"))
    assert stage.asked(TWEETS, "POST") == []


async def test_without_credit_a_reply_is_refused_and_reading_waits(make_stage: type[Stage]) -> None:
    stage = make_stage()
    remote_id = stage.server.someone_mentions(stage.ana, "hello")
    broke = Response.of({"title": "Payment Required", "type": "https://api.x.com/2/problems/credits-depleted"}, 402)
    stage.intercept(lambda request, response: broke if request.method == "POST" else response)
    with pytest.raises(Refused, match="Nothing is left of the credit"):
        await stage.network.reply(stage.answer(remote_id, "thanks"))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": {}},
        {"data": {"id": "", "text": "x"}},
        {"data": {"id": "no number"}},
        {"errors": [{"title": "odd"}]},
        {"data": None, "errors": None},
    ],
)
async def test_an_answer_that_names_no_post_is_in_doubt(stage: Stage, body: dict[str, object]) -> None:
    remote_id = stage.server.someone_mentions(stage.ana, "hello")
    odd = Response.of(body, 201)
    stage.intercept(lambda request, response: odd if request.method == "POST" else response)
    with pytest.raises(SendOutcomeUnknown):
        await stage.network.reply(stage.answer(remote_id, "thanks"))


async def test_an_answer_that_names_the_question_is_in_doubt(stage: Stage) -> None:
    remote_id = stage.server.someone_mentions(stage.ana, "hello")
    odd = Response.of({"data": {"id": remote_id, "text": "x"}}, 201)
    stage.intercept(lambda request, response: odd if request.method == "POST" else response)
    with pytest.raises(SendOutcomeUnknown):
        await stage.network.reply(stage.answer(remote_id, "thanks"))


@pytest.mark.parametrize(
    "text",
    [
        "see https://shop.example.com/a/b/ now",
        "see http://shop.example.com",
        "@ana thanks",
        "a < b & c > d",
        "two\n\nlines",
        "é \U0001f468\u200d\U0001f469\u200d\U0001f467",
    ],
)
async def test_a_lost_reply_is_found_whatever_x_made_of_its_words(stage: Stage, text: str) -> None:
    remote_id = stage.server.someone_mentions(stage.ana, "hello")
    reply = stage.answer(remote_id, text)
    assert await stage.network.find_sent(reply) is None
    stage.wire.fail_next(Fault.TIMEOUT_AFTER_WRITE, publishing=True)
    with pytest.raises(SendOutcomeUnknown):
        await stage.network.reply(reply)
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == stage.server.published()[0].id


async def test_x_refuses_the_same_words_twice_so_that_nothing_stands_there_twice(stage: Stage) -> None:
    remote_id = stage.server.someone_mentions(stage.ana, "hello")
    await stage.network.reply(stage.answer(remote_id, "thanks"))
    with pytest.raises(Refused, match="duplicate"):
        await stage.network.reply(stage.answer(remote_id, "thanks"))
    assert sent(stage) == ["thanks"]


async def test_a_private_answer_to_a_public_message_begins_an_exchange(stage: Stage) -> None:
    remote_id = stage.server.someone_mentions(stage.ana, "my number is 12")
    reply = stage.answer(remote_id, "let us talk here", Kind.DM, f"with/{stage.ana.id}")
    receipt = await stage.network.reply(reply)
    (event,) = stage.world.events
    assert (receipt.remote_id, event.text) == (f"dm/{event.id}", "let us talk here")
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id
    stage.server.someone_writes(stage.ana, "fine")
    assert {message.conversation for message in await stage.messages() if message.kind is Kind.DM} == {
        f"with/{stage.ana.id}"
    }


async def test_a_group_is_answered_as_a_group(stage: Stage) -> None:
    event = stage.world.write(stage.ana, "hello all", "1582103724607971328")
    reply = stage.answer(f"dm/{event.id}", "hello", Kind.DM, "1582103724607971328")
    receipt = await stage.network.reply(reply)
    assert stage.world.events[-1].conversation == "1582103724607971328"
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id


@pytest.mark.parametrize("key", ["", "with/../users", "a/b", "with/"])
async def test_an_exchange_of_no_known_form_is_not_written_into(stage: Stage, key: str) -> None:
    reply = replace(stage.answer("dm/1", "hello", Kind.DM), conversation=key)
    with pytest.raises(Refused):
        await stage.network.reply(reply)
    assert stage.wire.seen == []


async def test_the_publishing_request_is_asked_once_even_when_the_token_had_to_be_renewed(
    make_stage: type[Stage],
) -> None:
    stage = make_stage(sign_in="browser")
    remote_id = stage.server.someone_mentions(stage.ana, "hello")
    await stage.check()

    def expire(request: Request, response: Response) -> Response:
        if request.method == "GET" and request.path == TWEETS:
            stage.server.sign_ins.expire()
        return response

    stage.intercept(expire)
    await stage.network.reply(stage.answer(remote_id, "thanks"))
    assert sent(stage) == ["thanks"]
    assert len(stage.asked(TWEETS, "POST")) == 2
