"""Bodies as YouTube really gives them: fields left out, nulls, unknown things, errors where none belong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.network_kit.failures import Refused, TryLater, Unreadable
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from tests.networks.youtube.conftest import Stage

    from cminbox.simulators.wire import Request

THREADS = "/youtube/v3/commentThreads"


def comment(identifier: str = "Ug1", **snippet: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"id": identifier, "snippet": {"textDisplay": "hello", "publishedAt": "2026-09-21T12:00:00Z", **snippet}}


def threads(*items: dict[str, Any], **more: Any) -> Response:  # noqa: ANN401 - any JSON
    return Response.of({"kind": "youtube#commentThreadListResponse", "items": list(items), **more})


def thread(top: dict[str, Any], **snippet: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"id": top["id"], "snippet": {"topLevelComment": top, **snippet}}


def give(stage: Stage, answer: Response) -> None:
    """Let the list of the whole channel be this answer, and the queues be empty."""

    def change(request: Request, response: Response) -> Response:
        if request.path != THREADS:
            return response
        return answer if request.first("moderationStatus") == "published" else threads()

    stage.intercept(change)


@pytest.mark.parametrize(
    "top",
    [
        comment(),
        comment(authorDisplayName=None, authorChannelId=None, updatedAt=None, moderationStatus=None),
        comment(authorDisplayName="", authorChannelId={}, likeCount=None),
        comment(authorChannelId="UC-as-text", viewerRating="adored", moderationStatus="quarantined"),
        comment(updatedAt="2026-09-21T12:00:00.123456Z", imageUrl="ftp://odd", newField={"deep": [1]}),
        comment(textOriginal="hello", textDisplay="hello", channelId=7),
        comment(authorDisplayName="@ana", authorChannelId={"value": "UC1"}, parentId="Ug1"),
    ],
)
async def test_nothing_is_required_that_may_be_left_out(stage: Stage, top: dict[str, Any]) -> None:
    give(stage, threads(thread(top, totalReplyCount=None), extra=True))
    (message,) = await stage.messages()
    assert (message.text, message.remote_id, message.parent) == ("hello", "Ug1", None)
    assert message.author.remote_id
    assert message.author.handle
    assert not message.ours


async def test_an_unknown_item_is_skipped_with_a_word(stage: Stage) -> None:
    give(stage, threads({"kind": "youtube#hologram", "id": "x"}, thread(comment()), None))  # type: ignore[arg-type]
    pages = await stage.pages()
    assert [message.remote_id for page in pages for message in page.messages] == ["Ug1"]
    assert len([saying for page in pages for saying in page.skipped]) == 2


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"error": {"code": 403, "message": "Interdit", "errors": [{"reason": "forbidden"}]}},
        {"items": {"0": 1}},
        {"items": "none", "kind": "youtube#commentThreadListResponse"},
    ],
)
async def test_an_error_inside_a_good_answer_is_no_empty_channel(stage: Stage, body: dict[str, Any]) -> None:
    stage.server.someone_comments(stage.ana, "hello")
    cursor = await stage.read()
    give(stage, Response.of(body))
    with pytest.raises(Unreadable):
        await stage.news(cursor)


async def test_an_empty_answer_to_a_second_look_deletes_nothing(stage: Stage) -> None:
    for number in range(25):
        stage.server.someone_comments(stage.ana, f"comment {number}")
    cursor = await stage.read()
    empty = Response.of({"kind": "youtube#commentListResponse"})
    stage.intercept(lambda request, response: empty if request.first("id") else response)
    assert (await stage.news(cursor))[:2] == ([], [])


@pytest.mark.parametrize(
    ("status", "error", "failure"),
    [
        (403, {"code": 403, "message": "Quota dépassé", "errors": [{"reason": "quotaExceeded"}]}, TryLater),
        (403, {"code": 403, "message": "Слишком часто", "errors": [{"reason": "userRateLimitExceeded"}]}, TryLater),
        (429, {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [{"reason": "RATE_LIMIT_EXCEEDED"}]}, TryLater),
        (403, {"code": 403, "message": "Verboten", "errors": [{"reason": "forbidden"}]}, Refused),
        (403, {"code": 403, "errors": "odd", "details": [7, {"reason": None}]}, Refused),
        (400, {"code": 400, "message": "x", "errors": [{"reason": "processingFailure"}]}, Refused),
    ],
)
async def test_errors_are_told_apart_in_any_language(
    stage: Stage, status: int, error: dict[str, Any], failure: type[Exception]
) -> None:
    await stage.network.check()
    give(stage, Response.of({"error": error}, status))
    with pytest.raises(failure):
        await stage.pages()


async def test_replies_in_the_list_may_be_null_or_odd(stage: Stage) -> None:
    replies = {"comments": [comment("Ug1.a", parentId="Ug1"), {"id": "Ug1.b"}, None]}
    give(stage, threads({**thread(comment(), totalReplyCount=1), "replies": replies}))
    assert sorted(message.remote_id for message in await stage.messages()) == ["Ug1", "Ug1.a"]
    give(stage, threads({**thread(comment()), "replies": None}))
    assert [message.remote_id for message in await stage.messages()] == ["Ug1"]


async def test_a_channel_may_hide_its_figures(stage: Stage) -> None:
    def bare(request: Request, response: Response) -> Response:
        if not request.path.endswith("/channels"):
            return response
        (channel,) = json.loads(response.body)["items"]
        return Response.of({"items": [{"id": channel["id"], "snippet": {"title": "Acme"}, "statistics": None}]})

    stage.intercept(bare)
    report = await stage.network.check()
    assert (report.me.handle, str(report.remarks[0])) == ("Acme", "The channel is Acme")
