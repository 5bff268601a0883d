"""Reviews with their stars: new ones, changed ones, answers that others gave, and what the list does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.networks.google_play.conftest import HOUR_MS, LIST

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import CursorExpired, Refused, TryLater, Unreadable
from cminbox.network_kit.reviews.memory import MOST_REVIEWS
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.networks.google_play.conftest import Stage

    from cminbox.simulators.wire import Request

DAY_MS = 24 * HOUR_MS


async def test_a_review_comes_with_stars_author_language_and_address(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("Ana  Lima", "It crashes", stars=2)
    (message,) = await stage.messages()
    assert (message.remote_id, message.kind, message.rating, message.lang) == (identifier, Kind.REVIEW, 2, "en")
    assert (message.author.name, message.text, message.conversation) == ("Ana Lima", "It crashes", identifier)
    assert message.permalink is not None
    assert "id=com.acme.parcels&reviewId=gp%3A" in message.permalink


async def test_two_people_of_one_name_are_two(stage: Stage) -> None:
    for _ in range(2):
        stage.server.someone_reviews("A Google user", "hello")
    first, second = await stage.messages()
    assert first.author.remote_id != second.author.remote_id


async def test_a_changed_review_comes_again_and_says_so(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "bad", stars=1)
    cursor = await stage.read()
    stage.later(HOUR_MS // 2)
    stage.server.reviews.edit(identifier, "good now", stars=5)
    (message,) = await stage.messages(cursor)
    assert (message.remote_id, message.text, message.rating) == (identifier, "good now", 5)
    assert message.edited_at == stage.server.reviews.all[identifier].changed_at


async def test_new_stars_alone_are_a_change(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "hm", stars=1)
    cursor = await stage.read()
    stage.server.reviews.edit(identifier, "hm", stars=4)
    assert [message.rating for message in await stage.messages(cursor)] == [4]


async def test_an_answer_from_the_console_comes_and_a_later_one_takes_its_place(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    cursor = await stage.read()
    stage.server.we_answer(identifier, "sorry")
    (first, *_) = pages = await stage.pages(cursor)
    (answer,) = first.messages
    assert (answer.ours, answer.text, answer.parent, answer.conversation) == (True, "sorry", identifier, identifier)
    stage.server.we_answer(identifier, "very sorry")
    (page,) = await stage.pages(pages[-1].cursor)
    assert [message.text for message in page.messages] == ["very sorry"]
    assert page.deleted == (answer.remote_id,)


async def test_only_the_first_page_is_read_when_nothing_is_new(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(largest_page=5)
    for number in range(12):
        stage.server.someone_reviews("ana", f"review {number}")
    cursor = await stage.read()
    before = len(stage.asked())
    assert await stage.messages(cursor) == []
    assert len(stage.asked()) - before == 1


async def test_now_and_then_the_whole_week_is_read_for_answers_and_deletions(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(largest_page=5)
    written = [stage.server.someone_reviews("ana", f"review {number}") for number in range(12)]
    cursor = await stage.read()
    stage.server.we_answer(written[0], "late")
    del stage.server.reviews.all[written[1]]
    assert await stage.messages(cursor) == []
    stage.later(HOUR_MS)
    (page,) = await stage.pages(cursor)
    assert [message.text for message in page.messages] == ["late"]
    assert page.deleted == (written[1],)


async def test_what_is_a_week_old_leaves_the_list_and_is_not_taken_for_deleted(stage: Stage) -> None:
    stage.server.someone_reviews("ana", "old")
    cursor = await stage.read()
    stage.later(8 * DAY_MS)
    stage.server.someone_reviews("ben", "young")
    pages = await stage.pages(cursor)
    assert [message.text for page in pages for message in page.messages] == ["young"]
    assert [name for page in pages for name in page.deleted] == []


async def test_what_is_forgotten_does_not_come_again(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    for number in range(MOST_REVIEWS + 50):
        stage.server.someone_reviews("ana", f"review {number}")
    cursor = await stage.read()
    stage.later(HOUR_MS)
    assert await stage.messages(cursor) == []
    stage.server.someone_reviews("ana", "one more")
    assert [message.text for message in await stage.messages(cursor)] == ["one more"]


async def test_a_lost_place_in_the_list_is_read_again_from_the_beginning(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(largest_page=2)
    for number in range(5):
        stage.server.someone_reviews("ana", f"review {number}")

    def expire(request: Request, response: Response) -> Response:
        stage.server.reviews.era += request.path == LIST
        return response

    stage.intercept(expire)
    with pytest.raises(TryLater, match="lost the place"):
        await stage.pages()


@pytest.mark.parametrize("cursor", ["", "[]", "{}", '{"v":2}', '{"v":1,"floor":0,"reviews":[[1]]}', "x" * 10_000])
async def test_a_cursor_that_is_none_is_named(stage: Stage, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        await stage.pages(cursor)


def user(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"userComment": {"text": "hello", "lastModified": {"seconds": "1789990000"}, **fields}}


@pytest.mark.parametrize(
    ("comments", "text", "stars"),
    [
        ([user()], "hello", None),
        ([user(starRating=5, reviewerLanguage=None, device=None, deviceMetadata=None)], "hello", 5),
        ([user(starRating=11)], "hello", None),
        ([user(starRating="FIVE", newField={"deep": [1]})], "hello", None),
        ([user(text="Title\tBody")], "Title\nBody", None),
        ([user(text="\tBody alone")], "Body alone", None),
        ([user(text="Bonjour, translated", originalText="Hola")], "Hola", None),
        ([user(text="Hola", originalText="")], "Hola", None),
        ([user(lastModified={"seconds": 1789990000, "nanos": None})], "hello", None),
        ([{"robotComment": {}}, user(), {"developerComment": {"text": "", "lastModified": None}}], "hello", None),
        ([user(text="older", lastModified={"seconds": "1789980000"}), user(text="newer")], "newer", None),
    ],
)
async def test_nothing_is_required_that_may_be_left_out(
    stage: Stage, comments: list[dict[str, Any]], text: str, stars: int | None
) -> None:
    item = {"reviewId": "r-1", "comments": comments}
    stage.intercept(lambda request, old: Response.of({"reviews": [item]}) if request.path == LIST else old)
    (message,) = await stage.messages()
    assert (message.text, message.rating, message.author.handle) == (text, stars, "google-user")


@pytest.mark.parametrize(
    "item",
    [
        None,
        {},
        {"reviewId": "r-1"},
        {"reviewId": "r-1", "comments": []},
        {"reviewId": "r-1", "comments": [user(lastModified=None)]},
        {"reviewId": "r-1", "comments": [user(lastModified={"seconds": "soon"})]},
        {"reviewId": "", "comments": [user()]},
    ],
)
async def test_what_cannot_be_read_is_named_and_its_neighbour_arrives(stage: Stage, item: object) -> None:
    good = {"reviewId": "r-2", "comments": [user()]}
    stage.intercept(lambda request, old: Response.of({"reviews": [item, good]}) if request.path == LIST else old)
    (page,) = await stage.pages()
    assert [message.remote_id for message in page.messages] == ["r-2"]
    assert len(page.skipped) == 1


async def test_a_review_that_comes_twice_is_one(stage: Stage) -> None:
    items = [{"reviewId": name, "comments": [user()]} for name in ("r-1", "r-2", "r-1")]
    stage.intercept(lambda request, old: Response.of({"reviews": items}) if request.path == LIST else old)
    assert sorted(message.remote_id for message in await stage.messages()) == ["r-1", "r-2"]


async def test_an_error_inside_a_good_answer_is_no_empty_list(stage: Stage) -> None:
    stage.intercept(lambda request, old: Response.of({"error": {"code": 500}}) if request.path == LIST else old)
    with pytest.raises(Unreadable):
        await stage.pages()


async def test_the_hour_has_so_many_requests_and_some_are_left_for_replies(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(gets_an_hour=40)
    identifier = stage.server.someone_reviews("ana", "hello")
    stage.network = stage.connect(gets_per_hour=40)
    cursor = await stage.read()
    for _ in range(29):
        await stage.pages(cursor)
    with pytest.raises(TryLater) as caught:
        await stage.pages(cursor)
    assert len(stage.asked()) == 30
    assert caught.value.rate_limited
    assert caught.value.after is not None
    assert 3500 < caught.value.after <= 3600
    await stage.network.reply(stage.answer(identifier, "thank you"))
    stage.later(HOUR_MS)
    await stage.pages(cursor)


async def test_google_is_believed_when_it_counts_otherwise(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(gets_an_hour=1)
    await stage.pages()
    with pytest.raises(TryLater) as caught:
        await stage.pages()
    assert caught.value.rate_limited


async def test_a_service_account_without_permission_learns_where_to_get_it(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(permitted=False)
    with pytest.raises(Refused, match="Users and permissions"):
        await stage.network.check()


async def test_a_wrong_app_is_named(stage: Stage) -> None:
    stage.server.package = "com.acme.other"
    with pytest.raises(Refused, match=r"no app com\.acme\.parcels"):
        await stage.network.check()


async def test_a_busy_app_is_read_as_far_as_the_hour_allows_and_every_look_is_short(
    make_stage: Callable[..., Stage],
) -> None:
    stage = make_stage(largest_page=2, gets_an_hour=40)
    stage.network = stage.connect(gets_per_hour=40)
    for number in range(100):
        stage.server.someone_reviews("ana", f"review {number}")
    pages = await stage.pages()
    assert len(stage.asked()) == 30
    assert sum(len(page.messages) for page in pages) == 60
    for hours in range(1, 4):
        stage.later(HOUR_MS)
        stage.server.someone_reviews("ana", f"late {hours}")
        pages = await stage.pages(pages[-1].cursor)
        assert f"late {hours}" in [message.text for page in pages for message in page.messages]
        assert len(stage.asked()) == 30 + 5 * hours


async def test_a_version_that_has_ended_is_named_and_takes_nothing_with_it(stage: Stage) -> None:
    first = stage.server.someone_reviews("Ana", "hello")
    cursor = (await stage.pages())[-1].cursor
    stage.server.sunset = True
    for doing in (
        lambda: stage.pages(cursor),
        stage.network.check,
        lambda: stage.network.thread(first),
        lambda: stage.network.reply(stage.answer(first, "thanks")),
    ):
        with pytest.raises(Refused, match="api_version"):
            await doing()
    assert not any(review.reply for review in stage.server.reviews.all.values())
    stage.server.sunset = False
    assert [page.deleted for page in await stage.pages(cursor) if page.deleted] == []
