"""Bodies as X really gives them: fields left out, nulls, unknown things, errors inside a good answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import Gone, Refused, SignInAgain, TryLater, Unreadable
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from tests.networks.x.conftest import Stage

    from cminbox.simulators.wire import Request

MENTIONS = "/2/users/4000000/mentions"
DMS = "/2/dm_events"
ID = "2098765432109876543"
PROBLEMS = "https://api.x.com/2/problems/"


def post(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"id": ID, "text": "hello", **fields}


def give(stage: Stage, answer: Response, path: str = MENTIONS) -> None:
    stage.intercept(lambda request, response: answer if request.path == path else response)


@pytest.mark.parametrize(
    "item",
    [
        post(),
        post(author_id=None, created_at=None, entities=None, attachments=None, lang=None, note_post=None),
        post(author_id="77", edit_history_tweet_ids=[ID], referenced_tweets=None, conversation_id=None),
        post(
            author_id="77", entities={"mentions": None, "urls": [None, {"url": None}]}, attachments={"media_keys": None}
        ),
        post(author_id="77", attachments={"media_keys": ["3_1", 7]}, lang="zxx", withheld={"country_codes": None}),
        post(author_id="77", edit_history_post_ids=[], referenced_posts=[{"type": "telepathy", "id": "5"}, None]),
        post(username="ana", note_tweet={"text": "hello"}, new_field={"deep": [1]}, in_reply_to_user_id=""),
        post(author_id=77, note_post={"text": None}, public_metrics={}, edit_history_post_ids="odd"),
        post(text="hello", entities="odd", referenced_posts="odd", attachments=[], withheld=[], conversation_id="c"),
    ],
)
async def test_nothing_is_required_that_may_be_left_out(stage: Stage, item: dict[str, Any]) -> None:
    give(stage, Response.of({"data": [item], "includes": None, "meta": None}))
    (message,) = await stage.messages()
    assert (message.remote_id, message.text, message.kind) == (ID, "hello", Kind.MENTION)
    assert message.author.remote_id
    assert message.author.handle
    assert not message.ours
    assert message.lang is None


async def test_what_comes_beside_may_be_odd(stage: Stage) -> None:
    includes = {
        "users": [None, {"id": "77"}, {"id": "78", "username": "ana", "public_metrics": {"followers_count": "many"}}],
        "media": [None, {"media_key": "3_1"}, {"media_key": "3_2", "type": "hologram", "url": "https://x/1"}],
        "tweets": [None, {"id": 5}, {"id": "9"}],
        "topics": "odd",
    }
    item = post(author_id="78", attachments={"media_keys": ["3_1", "3_2"]})
    give(stage, Response.of({"data": [item], "includes": includes}))
    (message,) = await stage.messages()
    assert (message.author.handle, message.author.followers) == ("ana", None)
    assert [attachment.url for attachment in message.attachments] == ["https://x/1"]


async def test_a_long_post_is_read_to_its_end(stage: Stage) -> None:
    long = {
        "text": "a" * 600 + " https://t.co/1",
        "entities": {"urls": [{"url": "https://t.co/1", "expanded_url": "https://shop.example/x"}]},
    }
    give(stage, Response.of({"data": [post(note_tweet=long)]}))
    (message,) = await stage.messages()
    assert message.text == "a" * 600 + " https://shop.example/x"


async def test_items_without_a_shape_are_skipped_with_a_word(stage: Stage) -> None:
    items = [None, {"text": "no id"}, {"id": "not digits", "text": "x"}, {"id": "5", "text": "no time"}, post()]
    give(stage, Response.of({"data": items}))
    pages = await stage.pages()
    assert [message.remote_id for page in pages for message in page.messages] == [ID]
    assert len([saying for page in pages for saying in page.skipped]) == 4


async def test_errors_beside_good_items_take_nothing_with_them(stage: Stage) -> None:
    error = {
        "type": f"{PROBLEMS}resource-not-found",
        "resource_id": "5",
        "title": "Not Found Error",
        "detail": "Introuvable",
    }
    give(stage, Response.of({"data": [post()], "errors": [error, None]}))
    assert len(await stage.messages()) == 1


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        ({"type": f"{PROBLEMS}not-authorized-for-resource", "detail": "Verboten"}, Refused),
        ({"type": f"{PROBLEMS}resource-not-found", "detail": "Introuvable"}, Gone),
        ({"code": 88, "message": "Zu oft"}, TryLater),
        ({"code": 89, "message": "Jeton expiré"}, SignInAgain),
        ({"code": 32}, SignInAgain),
        ({"type": f"{PROBLEMS}usage-capped"}, TryLater),
        ({"type": f"{PROBLEMS}credits-depleted"}, TryLater),
        ({"message": "?"}, Refused),
    ],
)
async def test_an_error_inside_a_good_answer_is_no_empty_list(
    stage: Stage, error: dict[str, Any], failure: type[Exception]
) -> None:
    give(stage, Response.of({"errors": [error]}))
    with pytest.raises(failure):
        await stage.pages()


@pytest.mark.parametrize(
    "body", [{}, {"meta": {}, "data": "odd"}, {"meta": {"result_count": 3}}, {"data": []}, {"meta": 5}]
)
async def test_an_answer_without_a_list_is_unreadable(stage: Stage, body: dict[str, Any]) -> None:
    give(stage, Response.of(body))
    with pytest.raises(Unreadable):
        await stage.pages()


async def test_no_items_and_a_count_of_nought_is_an_empty_list(stage: Stage) -> None:
    give(stage, Response.of({"meta": {"result_count": 0}}))
    assert await stage.messages() == []


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (401, {"title": "Unauthorized", "type": "about:blank", "detail": "Non autorisé"}, SignInAgain),
        (402, {"title": "CreditsDepleted", "type": f"{PROBLEMS}credits"}, TryLater),
        (403, {"title": "Forbidden", "type": "about:blank", "detail": "Interdit"}, Refused),
        (403, {"title": "Unsupported Authentication", "type": f"{PROBLEMS}unsupported-authentication"}, SignInAgain),
        (
            403,
            {"title": "Client Forbidden", "type": f"{PROBLEMS}client-forbidden", "reason": "client-not-enrolled"},
            Refused,
        ),
        (403, {"title": "Client Forbidden", "type": f"{PROBLEMS}oauth1-permissions"}, SignInAgain),
        (
            400,
            {"errors": [{"parameters": {"id": ["x"]}, "message": "?"}], "type": f"{PROBLEMS}invalid-request"},
            Refused,
        ),
        (404, {"errors": "odd"}, Gone),
        (429, {"title": "UsageCapExceeded", "type": f"{PROBLEMS}usage-capped", "period": "Monthly"}, TryLater),
        (429, {"title": "Too Many Requests"}, TryLater),
        (503, {"title": "Service Unavailable"}, TryLater),
        (418, [], Refused),
    ],
)
async def test_errors_are_told_apart_in_any_language(
    stage: Stage, status: int, body: object, failure: type[Exception]
) -> None:
    give(stage, Response.of(body, status))
    with pytest.raises(failure):
        await stage.pages()


@pytest.mark.parametrize(
    "item",
    [
        {"id": ID, "sender_id": "77", "text": "hello"},
        {
            "id": ID,
            "sender_id": "77",
            "text": "hello",
            "dm_conversation_id": None,
            "event_type": None,
            "created_at": None,
        },
        {
            "id": ID,
            "sender_id": "77",
            "text": "hello",
            "dm_conversation_id": "77-4000000",
            "attachments": {},
            "entities": [],
        },
        {"id": ID, "sender_id": "77", "text": "hello", "participant_ids": None, "referenced_tweets": [], "new": 1},
    ],
)
async def test_a_private_message_needs_an_id_and_a_sender_only(stage: Stage, item: dict[str, Any]) -> None:
    give(stage, Response.of({"data": [item]}), DMS)
    (message,) = await stage.messages()
    assert (message.remote_id, message.text, message.conversation) == (f"dm/{ID}", "hello", "with/77")


async def test_events_of_other_kinds_are_passed_over(stage: Stage) -> None:
    items = [
        {"id": ID, "event_type": "ParticipantsJoin", "participant_ids": ["5"]},
        {"id": str(int(ID) - 1), "event_type": "Telepathy"},
        {"id": str(int(ID) - 2), "sender_id": "77", "text": "hello"},
    ]
    give(stage, Response.of({"data": items}), DMS)
    assert [message.text for message in await stage.messages()] == ["hello"]


async def test_an_account_without_a_name_is_known_by_its_id(stage: Stage) -> None:
    give(stage, Response.of({"data": {"id": "77", "name": None}}), "/2/users/me")

    def mine(request: Request, response: Response) -> Response:
        if request.path == "/2/users/me":
            return Response.of({"data": {"id": "77", "name": None, "username": None}})
        return response if request.path == DMS else Response.of({"meta": {"result_count": 0}})

    stage.intercept(mine)
    report = await stage.check()
    assert (report.me.remote_id, report.me.handle) == ("77", "77")


async def test_a_token_of_the_application_is_named(stage: Stage) -> None:
    body = {"title": "Unsupported Authentication", "type": f"{PROBLEMS}unsupported-authentication"}
    give(stage, Response.of(body, 403), "/2/users/me")
    with pytest.raises(SignInAgain, match="the application's own"):
        await stage.check()
