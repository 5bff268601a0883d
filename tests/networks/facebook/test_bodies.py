"""Bodies as they really come: nulls, fields that are missing or that nobody knows, an error inside a success."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import SendOutcomeUnknown, SignInAgain, TryLater

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.networks.facebook.conftest import Stage

    from cminbox.network_kit.failures import NetworkFailure
    from cminbox.simulators.wire import Request, Response

KINDS = (Kind.COMMENT, Kind.MENTION, Kind.DM, Kind.REVIEW)
MAY_BE_MISSING = ("permalink_url", "cursors", "message_tags", "attachment", "attachments", "summary", "updated_time")
MAY_BE_NULL = ("parent", "rating", "recommendation_type", "reviewer", "to")


def bodies(change: Callable[[Any], Any]) -> Callable[[Request, Response], Response]:
    """Return what lets the body of every good answer to a question pass through `change`."""

    def changed(request: Request, response: Response) -> Response:
        if request.method != "GET" or response.status != 200:
            return response
        return replace(response, body=json.dumps(change(json.loads(response.body))).encode())

    return changed


def bare(body: Any) -> Any:  # noqa: ANN401 - JSON
    """Leave out what may be missing, set to null what may be, and add what nobody knows."""
    if isinstance(body, list):
        return [bare(each) for each in body]
    if not isinstance(body, dict):
        return body
    kept = {name: bare(value) for name, value in body.items() if name not in MAY_BE_MISSING}
    return {"new_field": [{}]} | kept | {name: None for name in MAY_BE_NULL if name in kept and not kept[name]}


async def test_nothing_is_required_that_may_be_left_out(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "below our post")
    stage.writes(Kind.COMMENT, "below the comment", first)
    for kind in KINDS[1:]:
        stage.writes(kind, f"a {kind.value}")
    stage.intercept(bodies(bare))
    pages = await stage.pages()
    texts = {message.text for page in pages for message in page.messages}
    assert texts == {"below our post", "below the comment", "a mention", "a dm", "a review"}
    assert [said for page in pages for said in page.skipped] == []


@pytest.mark.parametrize(
    ("code", "subcode", "failure"), [(190, 463, SignInAgain), (80001, 0, TryLater), (2, 0, TryLater)]
)
async def test_an_error_inside_of_a_success_is_an_error(
    stage: Stage, code: int, subcode: int, failure: type[NetworkFailure]
) -> None:
    stage.writes(Kind.COMMENT, "hello")
    error = {"code": code, "error_subcode": subcode, "message": "Sitzung abgelaufen", "type": "OAuthException"}
    stage.intercept(bodies(lambda _body: {"error": error}))
    with pytest.raises(failure):
        await stage.pages()


async def test_an_error_inside_of_a_success_of_a_reply_is_no_receipt(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "hello")

    def failed(request: Request, response: Response) -> Response:
        if not stage.server.publishes(request):
            return response
        return replace(response, body=json.dumps({"error": {"code": 1, "message": "Erreur inconnue"}}).encode())

    stage.intercept(failed)
    with pytest.raises(SendOutcomeUnknown):
        await stage.network.reply(stage.answer(comment, "thanks"))
