"""Reviews of one place and of many: new, changed, translated and gone; answers that colleagues gave or took back."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from tests.networks.google_business.conftest import BATCH, HOUR_MS, LIST, Stage

from cminbox.domain.message import AttachmentKind
from cminbox.network_kit.failures import NetworkFailure, Refused, TryLater, Unreadable
from cminbox.networks.google_business.translations import original
from cminbox.simulators.wire import Fault, Response

if TYPE_CHECKING:
    from cminbox.domain.message import Message
    from cminbox.simulators.wire import Request


async def test_a_review_comes_with_stars_author_pictures_and_address(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("Ana  Lima", "Too loud", stars=2)
    stage.review(identifier).pictures = 2
    (message,) = await stage.messages()
    assert (message.remote_id, message.rating, message.author.name) == (identifier, 2, "Ana Lima")
    assert [one.kind for one in message.attachments] == [AttachmentKind.IMAGE] * 2
    assert message.permalink is not None
    assert message.permalink.startswith("https://business.google.com/")
    assert message.edited_at is None


async def test_stars_without_words_are_a_review(stage: Stage) -> None:
    stage.server.someone_reviews("ana", "", stars=1)
    (message,) = await stage.messages()
    assert (message.text, message.rating) == ("", 1)


async def test_whoever_stays_anonymous_has_no_name(stage: Stage) -> None:
    stage.server.someone_reviews("", "hello")
    (message,) = await stage.messages()
    assert (message.author.handle, message.author.name) == ("google-user", "")


async def test_a_changed_review_comes_again_and_keeps_when_it_was_written(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "bad", stars=1)
    written_at = stage.review(identifier).at
    cursor = await stage.read()
    stage.later(HOUR_MS)
    stage.server.reviews.edit(stage.review(identifier).id, "good now", stars=5)
    (message,) = await stage.messages(cursor)
    assert (message.text, message.rating, message.created_at) == ("good now", 5, written_at)
    assert message.edited_at == stage.review(identifier).changed_at


async def test_an_answer_to_the_words_before_a_change_does_not_answer_the_new_ones(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    stage.we_answer(identifier, "sorry")
    stage.server.reviews.edit(stage.review(identifier).id, "still bad")
    review, answer = await stage.messages()
    assert (review.text, answer.text, answer.parent, answer.conversation) == ("still bad", "sorry", None, identifier)


@pytest.mark.parametrize(
    ("shown", "typed"),
    [
        ("Très bien", "Très bien"),
        ("(Translated by Google) Very good\n\n(Original)\nTrès bien", "Très bien"),
        ("Très bien\n\n(Translated by Google)\nVery good", "Très bien"),
        ("(Translated by Google) Very good", "Very good"),
        ("(Translated by Google) Very good\n\n(Original)\n", "Very good\n\n(Original)"),
        ("I like (Original) pizza", "I like (Original) pizza"),
        ("They say (Translated by Google) too often", "They say (Translated by Google) too often"),
        ("", ""),
    ],
)
def test_the_words_are_those_that_were_typed(shown: str, typed: str) -> None:
    assert original(shown) == typed


async def test_a_translation_changes_nothing(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "Très bien")
    cursor = await stage.read()
    stage.review(identifier).translated = True
    stage.later(HOUR_MS)
    assert await stage.messages(cursor) == []


async def test_a_colleagues_answer_to_an_old_review_and_a_deletion_are_found_in_time(make_stage: type[Stage]) -> None:
    stage = make_stage(largest_page=5)
    written = [stage.server.someone_reviews("ana", f"review {number}") for number in range(12)]
    cursor = await stage.read()
    stage.we_answer(written[0], "late")
    del stage.server.reviews.all[stage.review(written[1]).id]
    assert await stage.messages(cursor) == []
    stage.later(HOUR_MS)
    (page,) = await stage.pages(cursor)
    assert [message.text for message in page.messages] == ["late"]
    assert page.deleted == (written[1],)


async def test_an_answer_that_a_colleague_deleted_is_gone(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    stage.we_answer(identifier, "sorry")
    pages = await stage.pages()
    (answer,) = [message for page in pages for message in page.messages if message.ours]
    stage.review(identifier).reply = ""
    (page,) = await stage.pages(pages[-1].cursor)
    assert (page.messages, page.deleted) == ((), (answer.remote_id,))


async def test_an_answer_that_google_rejects_is_reported_once(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("Ana", "bad")
    stage.we_answer(identifier, "buy more")
    cursor = await stage.read()
    stage.review(identifier).reply_state = "REJECTED"
    (page,) = await stage.pages(cursor)
    (said,) = page.skipped
    assert str(said) == "The answer to the review by Ana is not shown: Google rejected it (off topic)"
    assert page.deleted == ()
    assert await stage.pages(page.cursor) == []


@pytest.mark.parametrize("grouped", [False, True])
async def test_many_places_are_read_fifty_together(make_stage: type[Stage], *, grouped: bool) -> None:
    stage = make_stage(largest_page=7, grouped=grouped)
    for number in range(60):
        stage.server.add_place(f"Place {number}", f"{3000 + number}")
    stage.server.add_place("Elsewhere", "9001", "accounts/1002")
    places = list(stage.server.places)
    written = {stage.server.someone_reviews("ana", f"review {n}", places[n % len(places)]) for n in range(100)}
    found = await stage.messages()
    assert {message.remote_id for message in found} == written
    assert len(found) == len(written)
    assert {len(request.json()["locationNames"]) for request in stage.asked(BATCH, "POST")} == {50, 11}
    assert len(stage.asked("/v4/accounts/1002/locations/9001/reviews")) == 1


@pytest.mark.parametrize("quiet", [False, True])
async def test_in_lists_that_are_not_in_order_nothing_new_is_missed(make_stage: type[Stage], *, quiet: bool) -> None:
    stage = make_stage(largest_page=3, grouped=True)
    stage.server.add_place("Other", "1999")
    stage.server.someone_reviews("ana", "long ago", "1999", at=stage.clock - 100 * 24 * HOUR_MS)
    for number in range(20):
        stage.server.someone_reviews("ana", f"review {number}", "1999")
    if not quiet:
        stage.server.someone_reviews("ana", "first", "2001")
    cursor = await stage.read()
    late = stage.server.someone_reviews("ana", "late", "2001")
    assert [message.remote_id for message in await stage.messages(cursor)] == [late]


async def test_in_lists_that_are_in_order_the_first_page_is_enough(make_stage: type[Stage]) -> None:
    stage = make_stage(largest_page=5)
    stage.server.add_place("Other", "3001")
    for number in range(30):
        stage.server.someone_reviews("ana", f"review {number}", ("2001", "3001")[number % 2])
    cursor = await stage.read()
    before = len(stage.asked(BATCH, "POST"))
    assert await stage.messages(cursor) == []
    assert len(stage.asked(BATCH, "POST")) == before + 1


async def test_only_wanted_places_and_only_verified_ones_are_read(stage: Stage) -> None:
    stage.server.add_place("Wanted", "3001")
    stage.server.add_place("Closed", "3002", verified=False)
    for place in ("2001", "3001"):
        stage.server.someone_reviews("ana", "hello", place)
    stage.network = stage.connect(places="locations/3001, 3002")
    assert [message.remote_id.partition("/")[0] for message in await stage.messages()] == ["3001"]
    report = await stage.network.check()
    assert (report.facts["places"], report.facts["places_not_verified"]) == ("3001", "3002")
    assert any("left out, because Google has not verified them: Closed (3002)" in str(one) for one in report.remarks)


async def test_a_place_under_two_accounts_is_read_once(stage: Stage) -> None:
    def twice(request: Request, response: Response) -> Response:
        if request.path != "/v1/accounts":
            return response
        return Response.of({"accounts": [{"name": "accounts/1001"}, {"name": "accounts/1001"}]})

    stage.intercept(twice)
    stage.server.someone_reviews("ana", "hello")
    assert len(await stage.messages()) == 1
    assert len(stage.asked()) == 1


def shown(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    name = "accounts/1001/locations/2001/reviews/R1"
    return {"name": name, "createTime": "2026-09-21T12:00:00.123456789Z", **fields}


@pytest.mark.parametrize(
    ("fields", "stars"),
    [
        ({}, None),
        ({"reviewer": None, "comment": None, "starRating": None, "updateTime": None, "reviewReply": None}, None),
        ({"starRating": "FIVE", "reviewer": {"displayName": None}, "newField": [{}]}, 5),
        ({"starRating": "ELEVEN", "reviewer": {"isAnonymous": True, "displayName": "Ana"}}, None),
        ({"starRating": 3, "reviewMediaItems": [None, {}, {"thumbnailUrl": "ftp://odd"}, "x"]}, None),
        ({"updateTime": "2020-01-01T00:00:00Z", "reviewReplyUrl": "javascript:alert(1)"}, None),
        ({"reviewReply": {"comment": "  ", "updateTime": None}}, None),
    ],
)
async def test_nothing_is_required_that_may_be_left_out(
    stage: Stage, fields: dict[str, Any], stars: int | None
) -> None:
    body = {"reviews": [shown(**fields)]}
    stage.intercept(lambda request, old: Response.of(body) if request.path == LIST else old)
    (message,) = await stage.messages()
    assert (message.remote_id, message.rating, message.author.handle) == ("2001/R1", stars, "google-user")
    assert (message.attachments, message.permalink, message.edited_at) == ((), None, None)


@pytest.mark.parametrize(
    "item", [None, {}, shown(name="R1"), shown(name="accounts/1/locations//reviews/2"), shown(createTime="soon")]
)
async def test_what_cannot_be_read_is_named_and_its_neighbour_arrives(stage: Stage, item: object) -> None:
    body = {"reviews": [item, shown()]}
    stage.intercept(lambda request, old: Response.of(body) if request.path == LIST else old)
    (page,) = await stage.pages()
    assert [message.remote_id for message in page.messages] == ["2001/R1"]
    assert len(page.skipped) == 1


@pytest.mark.parametrize("path", [LIST, "/v1/accounts", "/v1/accounts/1001/locations"])
async def test_an_error_inside_a_good_answer_is_no_empty_list(stage: Stage, path: str) -> None:
    stage.intercept(lambda request, old: Response.of({"error": {"code": 500}}) if request.path == path else old)
    with pytest.raises(Unreadable):
        await stage.pages()


async def test_a_lost_place_in_the_list_is_read_again_from_the_beginning(make_stage: type[Stage]) -> None:
    stage = make_stage(largest_page=2)
    for number in range(5):
        stage.server.someone_reviews("ana", f"review {number}")

    def expire(request: Request, response: Response) -> Response:
        stage.server.reviews.era += request.path == LIST
        return response

    stage.intercept(expire)
    with pytest.raises(TryLater, match="lost the place"):
        await stage.pages()


async def test_a_project_that_was_never_let_in_is_told_so(make_stage: type[Stage]) -> None:
    stage = make_stage(let_in=False, language="fr")
    with pytest.raises(Refused, match="not yet given your project access"):
        await stage.network.check()


async def test_a_google_account_without_places_is_named(stage: Stage) -> None:
    stage.server.places.clear()
    with pytest.raises(Refused, match="manages the Business Profile"):
        await stage.network.check()


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_review_arrives_once_through_faults_stops_and_changes(make_stage: type[Stage], seed: int) -> None:
    stage, chance = make_stage(largest_page=20), random.Random(seed)
    stage.server.add_place("Acme Nantes", "3001")
    faults = (Fault.SERVER_ERROR, Fault.TIMEOUT, Fault.CUT, Fault.RATE_LIMIT, Fault.HTML, Fault.UNAUTHORIZED)
    found: dict[str, Message] = {}
    written: list[str] = []
    cursor: str | None = None
    for turn in range(60):
        for _ in range(chance.randrange(20) if turn < 50 else 0):
            stage.later(chance.randrange(60_000))
            written.append(stage.server.someone_reviews("ana", "hello", chance.choice(["2001", "3001"])))
        if written and turn < 50:
            stage.server.reviews.edit(stage.review(chance.choice(written)).id, f"changed {turn}")
        stage.wire.plans.clear()
        if chance.random() < 0.5 and turn < 55:
            stage.wire.fail_next(chance.choice(faults))
        pages = stage.network.fetch(cursor, stage.clock - 30 * 24 * HOUR_MS)
        try:
            async for page in pages:
                found |= {message.remote_id: message for message in page.messages}
                cursor = page.cursor
                if chance.random() < 0.3 and turn < 55:
                    break
        except NetworkFailure:
            continue
    assert set(found) == set(written)
    assert {name: message.text for name, message in found.items()} == {one: stage.review(one).text for one in written}


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
