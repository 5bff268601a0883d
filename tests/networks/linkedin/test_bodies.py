"""Bodies as LinkedIn really gives them: fields left out, nulls, unknown things, errors where none belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import Unreadable
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from tests.networks.linkedin.conftest import Stage

    from cminbox.domain.message import Message
    from cminbox.simulators.wire import Request

NOTIFICATIONS = "/rest/organizationalEntityNotifications"
ACTIVITY = "urn:li:activity:7094637247890620418"
COMMENT = f"urn:li:comment:({ACTIVITY},7094977717598625792)"
AT = 1_789_990_000_000


def notice(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {
        "notificationId": 5603453321,
        "action": "COMMENT",
        "lastModifiedAt": AT,
        "organizationalEntity": "urn:li:organization:5515715",
        "generatedActivity": "urn:li:comment:(activity:7094637247890620418,7094977717598625792)",
        "sourcePost": ACTIVITY,
        "subscriber": "urn:li:person:zLqTygBP8S",
        "decoratedSourcePost": {"owner": "urn:li:organization:5515715", "mediaCategory": "NONE", "text": "My post"},
        "decoratedGeneratedActivity": {
            "comment": {"owner": "urn:li:person:zLqTygBP8S", "text": "hello", "entity": COMMENT, "object": ACTIVITY}
        },
    } | more


def comment(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {
        "id": "7094977717598625792",
        "actor": "urn:li:person:zLqTygBP8S",
        "object": ACTIVITY,
        "created": {"actor": "urn:li:person:zLqTygBP8S", "time": AT},
        "message": {"text": "hello"},
    } | more


def give(stage: Stage, body: object, one: object = None) -> None:
    """Let the notifications be this answer, and every comment that is asked for be that one."""

    honest = stage.server.answer

    def answer(request: Request) -> Response:
        if request.path == NOTIFICATIONS:
            return Response.of(body)
        if request.path.startswith("/rest/socialActions") and not request.path.endswith("/comments"):
            return Response.of(one if one is not None else comment())
        return honest(request)

    setattr(stage.server, "answer", answer)  # noqa: B010 - a plain assignment to a method is no type


async def only(stage: Stage, body: object, one: object = None) -> Message:
    give(stage, body, one)
    (message,) = await stage.messages()
    return message


@pytest.mark.parametrize(
    "one",
    [
        comment(),
        comment(commentUrn=COMMENT, lastModified=None, commentsSummary=None, content=None, parentComment=None),
        comment(commentUrn=None, **{"$URN": COMMENT}, agent="urn:li:person:a", likesSummary={"totalLikes": None}),
        comment(message={"text": "hello", "attributes": [{"value": {"hologram": 1}}], "extra": [1]}, newField={"a": 1}),
        comment(content=[{"type": "HOLOGRAM"}, {"type": "IMAGE", "url": "ftp://odd"}, 7], object=None),
        comment(lastModified={"time": AT, "actor": None}, actor=None),
        comment(commentUrn=COMMENT, id=None, commentsSummary={"totalFirstLevelComments": "many"}),
        comment(object="urn:li:hologram:9", created={"time": AT, "actor": "urn:li:person:zLqTygBP8S"}),
    ],
)
async def test_nothing_is_required_of_a_comment_that_may_be_left_out(stage: Stage, one: dict[str, Any]) -> None:
    message = await only(stage, {"elements": [notice()]}, one)
    assert (message.remote_id, message.text, message.kind) == (COMMENT, "hello", Kind.COMMENT)
    assert (message.author.remote_id, message.created_at, message.edited_at) == ("urn:li:person:zLqTygBP8S", AT, None)
    assert (message.parent, message.post, message.attachments) == (None, ACTIVITY, ())


@pytest.mark.parametrize(
    "one",
    [
        {"generatedActivity": COMMENT, "decoratedGeneratedActivity": None},
        {"decoratedGeneratedActivity": {"comment": None}, "sourcePost": None, "decoratedSourcePost": None},
        {"decoratedGeneratedActivity": {"comment": {"entity": None, "text": None}}, "subscriber": None},
        {"generatedActivity": None},
        {"notificationId": "5603453321", "extra": {"deep": [1]}, "organizationalEntity": None},
    ],
)
async def test_nothing_is_required_of_a_notification_that_may_be_left_out(stage: Stage, one: dict[str, Any]) -> None:
    assert (await only(stage, {"elements": [notice(**one)], "paging": None})).remote_id == COMMENT


async def test_a_comment_without_words_is_a_comment(stage: Stage) -> None:
    image = [{"type": "IMAGE", "url": "https://media.licdn.example/a.jpg"}]
    message = await only(stage, {"elements": [notice()]}, comment(message=None, content=image))
    assert (message.text, len(message.attachments)) == ("", 1)


async def test_what_cannot_be_read_is_skipped_once_and_its_neighbours_live(stage: Stage) -> None:
    odd = [
        None,
        {"notificationId": 1},
        notice(notificationId=2, action=None),
        notice(notificationId=3, generatedActivity="urn:li:hologram:1", decoratedGeneratedActivity=None),
        notice(notificationId=4, action="SHARE_MENTION", generatedActivity=None, decoratedGeneratedActivity=None),
        notice(notificationId=5, action="TELEPATHY"),
        notice(notificationId=6, lastModifiedAt="soon"),
    ]
    give(stage, {"elements": [*odd, notice()], "paging": {"start": 0, "count": 100, "links": []}})
    pages = await stage.pages()
    assert [message.remote_id for page in pages for message in page.messages] == [COMMENT]
    assert len([saying for page in pages for saying in page.skipped]) == 6
    again = await stage.pages(pages[-1].cursor)
    assert [message for page in again for message in page.messages] == []
    assert len([saying for page in again for saying in page.skipped]) <= 2


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"status": 403, "code": "ACCESS_DENIED", "message": "Interdit"},
        {"elements": None},
        {"elements": {"0": 1}},
        {"elements": [], "paging": {"start": 0, "count": "ten"}},
        [],
        "none",
    ],
)
async def test_an_error_inside_a_good_answer_is_no_empty_page(stage: Stage, body: object) -> None:
    give(stage, body)
    with pytest.raises(Unreadable):
        await stage.messages()


async def test_a_short_page_is_not_taken_for_the_last(stage: Stage) -> None:
    """LinkedIn filters pages after it has counted them: only the links say whether there is more."""
    starts: list[str] = []
    honest = stage.server.answer

    def answer(request: Request) -> Response:
        if request.path != NOTIFICATIONS:
            return Response.of(comment()) if request.path.startswith("/rest/social") else honest(request)
        start = int(request.first("start") or 0)
        starts.append(str(start))
        links = [{"rel": "next", "href": "/rest/more", "type": "application/json"}] if start < 180 else []
        elements = [notice()] if start == 180 else []
        return Response.of({"elements": elements, "paging": {"start": start, "count": 100, "links": links}})

    setattr(stage.server, "answer", answer)  # noqa: B010 - a plain assignment to a method is no type
    assert [message.remote_id for message in await stage.messages()] == [COMMENT]
    assert starts == ["0", "90", "180"]


async def test_the_older_name_of_the_page_in_roles_is_known(stage: Stage) -> None:
    honest = stage.server.answer

    def answer(request: Request) -> Response:
        if request.path != "/rest/organizationAcls":
            return honest(request)
        role = {"role": "ADMINISTRATOR", "organizationTarget": "urn:li:organization:5515715"}
        return Response.of({"elements": [None, {"role": None}, role]})

    setattr(stage.server, "answer", answer)  # noqa: B010 - a plain assignment to a method is no type
    assert (await stage.network.check()).me.handle == "acme"
