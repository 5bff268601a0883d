"""What arrives from a Page: which kind it is, what it hangs on, what is edited, deleted, withheld or odd."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import PRIVATELY, AttachmentKind, Kind
from cminbox.domain.network import Capability
from cminbox.network_kit.failures import CursorExpired, Refused, SignInAgain
from cminbox.network_kit.graph.memory import REMEMBERED
from cminbox.networks.facebook.entities import read_comment
from cminbox.networks.facebook.fetching import DEEP_MS
from cminbox.networks.facebook.ids import UNKNOWN_PERSON
from cminbox.simulators.facebook.world import PAGE_ID
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from tests.networks.facebook.conftest import Stage

    from cminbox.simulators.wire import Request


async def test_a_comment_hangs_on_our_post_and_a_reply_on_its_comment(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "first")
    second = stage.writes(Kind.COMMENT, "second", first)
    found = {message.remote_id: message for message in await stage.messages()}
    post = f"post/{stage.server.brand_post().id}"
    assert (found[first].parent, found[first].post, found[first].ours) == (None, post, False)
    assert (found[second].parent, found[second].post) == (first, post)
    assert found[first].permalink is not None


async def test_a_reply_to_a_reply_comes_to_stand_below_the_first_comment(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "first")
    second = stage.writes(Kind.COMMENT, "second", first)
    third = stage.writes(Kind.COMMENT, "third", second)
    assert (await stage.message(third)).parent == first


async def test_posts_on_the_page_and_elsewhere_are_mentions_with_their_comments(stage: Stage) -> None:
    for _ in range(2):
        post = stage.writes(Kind.MENTION, "look at this")
        ours = stage.server.we_write("thank you", post)
        follow_up = stage.writes(Kind.MENTION, "and that", ours)
        found = {message.remote_id: message for message in await stage.messages()}
        assert {found[one].kind for one in (post, ours, follow_up)} == {Kind.MENTION}
        assert (found[ours].ours, found[ours].parent, found[follow_up].parent) == (True, post, ours)
        assert found[post].post is None
    assert {post.where for post in stage.server.world.posts.values()} == {"visitor", "tagged"}


@pytest.mark.parametrize(
    ("stars", "rating", "shown"), [("positive", None, 5), ("negative", None, 1), ("", 3, 3), ("odd", None, None)]
)
async def test_a_recommendation_is_a_review(stage: Stage, stars: str, rating: int | None, shown: int | None) -> None:
    remote_id = stage.writes(Kind.REVIEW, "good bread")
    post = next(iter(stage.server.world.posts.values()))
    post.stars, post.rating = stars, rating
    review = await stage.message(remote_id)
    assert (review.kind, review.rating, review.text) == (Kind.REVIEW, shown, "good bread")


async def test_private_messages_of_one_person_are_one_conversation(stage: Stage) -> None:
    stage.writes(Kind.DM, "hello")
    ours = stage.server.we_write("good morning", stage.writes(Kind.DM, "are you there?"))
    stage.server.someone_writes(Kind.DM, stage.ben, "another")
    found = await stage.messages()
    assert {message.conversation for message in found} == {stage.ana.id, stage.ben.id}
    (mine,) = [message for message in found if message.ours]
    assert (mine.remote_id, mine.conversation, mine.author.remote_id) == (ours, stage.ana.id, PAGE_ID)


async def test_of_older_private_messages_only_the_readable_ones_arrive_and_the_rest_is_told_once(stage: Stage) -> None:
    for number in range(23):
        stage.writes(Kind.DM, f"number {number}")
    pages = await stage.pages()
    assert [message.text for page in pages for message in page.messages] == [f"number {n}" for n in range(3, 23)]
    assert sum(len(page.skipped) for page in pages) == 3
    assert await stage.pages(pages[-1].cursor) == []


async def test_half_an_id_and_a_whole_one_are_one_comment(make_stage: type[Stage]) -> None:
    stage = make_stage()
    first = stage.writes(Kind.COMMENT, "first")
    second = stage.writes(Kind.COMMENT, "second", first)
    whole = await stage.pages()
    stage.server.rules.bare_ids = True
    assert await stage.messages(whole[-1].cursor) == []
    halved = {message.remote_id: message for message in await stage.messages()}
    assert set(halved) == {first, second}
    assert halved[second].parent == first


async def test_comments_under_a_photo_bear_the_number_of_the_photo(stage: Stage) -> None:
    stage.server.brand_post().photo = 4_444
    first = stage.writes(Kind.COMMENT, "nice")
    assert first.startswith("4444_")
    receipt = await stage.network.reply(stage.answer(first, "thank you"))
    assert (await stage.message(receipt.remote_id)).parent == first


async def test_somebody_whose_name_is_kept_back_is_nobody_else(stage: Stage) -> None:
    shy, coy = (stage.server.add_person(name, nameless=True) for name in ("Shy", "Coy"))
    one = stage.server.someone_writes(Kind.COMMENT, shy, "hello")
    two = stage.server.someone_writes(Kind.COMMENT, coy, "hello too")
    authors = [(await stage.message(remote_id)).author for remote_id in (one, two)]
    assert authors[0].remote_id != authors[1].remote_id
    assert all(author.remote_id.startswith(UNKNOWN_PERSON) for author in authors)


async def test_an_edit_comes_again_under_the_same_id(stage: Stage) -> None:
    remote_id = stage.writes(Kind.COMMENT, "frist")
    cursor = (await stage.pages())[-1].cursor
    thing = stage.server.thing(remote_id)
    assert thing is not None
    thing.text = "first"
    (edited,) = await stage.messages(cursor)
    assert (edited.remote_id, edited.text) == (remote_id, "first")


async def test_a_deleted_comment_is_missed_and_asked_for_once(stage: Stage) -> None:
    kept, lost = stage.writes(Kind.COMMENT, "kept"), stage.writes(Kind.COMMENT, "lost")
    cursor = (await stage.pages())[-1].cursor
    thing = stage.server.thing(lost)
    assert thing is not None
    stage.server.world.remove(thing)
    pages = await stage.pages(cursor)
    assert [one for page in pages for one in page.deleted] == [lost]
    before = len(stage.asked(lost))
    assert await stage.pages(pages[-1].cursor) == []
    assert len(stage.asked(lost)) == before
    assert stage.asked(kept) == []


async def test_a_late_comment_under_an_old_post_is_found_by_the_deep_look(make_stage: type[Stage]) -> None:
    stage = make_stage(largest_page=3)
    old = stage.server.brand_post()
    for number in range(8):
        stage.server.world.publish("published", stage.server.world.us, f"post {number}")
    cursor = (await stage.pages())[-1].cursor
    late = stage.server.name_of(stage.server.world.comment(stage.ana, "late", old))
    stage.pass_time(seconds=DEEP_MS / 1000)
    assert [message.remote_id for message in await stage.messages(cursor)] == [late]


async def test_what_a_list_repeats_comes_once(stage: Stage) -> None:
    written = {stage.writes(kind, f"hello {kind}") for kind in Kind}

    def stuttering(_request: Request, response: Response) -> Response:
        def twice(value: dict[str, object]) -> dict[str, object]:
            data = value.get("data")
            return {**value, "data": [*data, *data]} if isinstance(data, list) else value

        return Response.of(json.loads(response.body, object_hook=twice), response.status, response.headers)

    stage.intercept(stuttering)
    ids = [message.remote_id for message in await stage.messages()]
    assert len(ids) == len(set(ids))
    assert set(ids) == written


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"message": "bare"}, "bare"),
        ({"message": None, "from": None, "parent": None, "attachment": None, "permalink_url": None}, ""),
        ({"message": "a", "from": {"id": "7"}}, "a"),
        ({"message": "b", "from": {"name": "nobody", "id": None}, "attachment": {"type": "hologram"}}, "b"),
        ({"message": "c", "created_time": "2026-09-20T10:00:00+02:00", "brand_new": [1]}, "c"),
    ],
)
def test_comments_of_every_real_shape_are_read(body: dict[str, object], text: str) -> None:
    item = {"id": "12_34", "created_time": "2026-09-20T08:00:00+0000", **body}
    comment = read_comment(item, Kind.COMMENT, PAGE_ID, post="12", above=None, root="post/1_12")
    assert (comment.remote_id, comment.text, comment.created_at) == ("12_34", text, 1_789_891_200_000)
    assert comment.author.remote_id
    assert comment.author.handle


async def test_a_quiet_page_costs_few_calls(stage: Stage) -> None:
    stage.writes(Kind.COMMENT, "hello")
    cursor = (await stage.pages())[-1].cursor
    before = len(stage.wire.seen)
    await stage.pages(cursor)
    assert len(stage.wire.seen) - before == 5


async def test_with_little_left_of_the_allowance_the_slower_lists_take_turns(stage: Stage) -> None:
    cursor = (await stage.pages())[-1].cursor
    stage.server.used_percent = 80
    asked: set[str] = set()
    for _ in range(3):
        before = len(stage.wire.seen)
        await stage.pages(cursor)
        paths = [request.path.rpartition("/")[2] for request in stage.wire.seen[before:]]
        assert paths[:2] == ["published_posts", "conversations"]
        assert len(paths) == 3
        asked.add(paths[2])
        stage.pass_time(seconds=60)
    assert asked == {"visitor_posts", "tagged", "ratings"}


async def test_a_list_that_is_closed_to_us_is_told_and_the_others_are_read(make_stage: type[Stage]) -> None:
    stage = make_stage(scopes=("pages_read_engagement", "pages_read_user_content"))
    remote_id = stage.writes(Kind.COMMENT, "hello")
    pages = await stage.pages()
    assert [message.remote_id for page in pages for message in page.messages] == [remote_id]
    assert ["pages_messaging" in str(said) for page in pages for said in page.skipped] == [True]


async def test_a_token_that_dies_half_way_is_named_and_nothing_is_lost(make_stage: type[Stage]) -> None:
    stage = make_stage(largest_page=4)
    written = {stage.writes(Kind.COMMENT, f"number {number}") for number in range(9)}

    deaths = iter([463])

    def dying(request: Request, response: Response) -> Response:
        if "after" in dict(request.query):
            stage.server.dead = next(deaths, None)
        return response

    stage.intercept(dying)
    with pytest.raises(SignInAgain, match="expired"):
        await stage.pages()
    stage.server.dead = None
    assert {message.remote_id for message in await stage.messages()} == written


async def test_what_bears_the_same_second_keeps_its_order(stage: Stage) -> None:
    moment = stage.now()
    for kind in (Kind.DM, Kind.COMMENT):
        for number in range(12):
            stage.server.someone_writes(kind, stage.ana, f"number {number}", None, moment)
    found = await stage.messages()
    for kind in (Kind.DM, Kind.COMMENT):
        texts = [message.text for message in found if message.kind is kind]
        assert texts == [f"number {number}" for number in range(12)]


async def test_a_list_that_shows_no_comments_of_recommendations_shows_the_recommendations(stage: Stage) -> None:
    review = stage.writes(Kind.REVIEW, "good bread")

    def narrow(request: Request, response: Response) -> Response:
        nested = "open_graph_story{id,comments" in (request.first("fields") or "")
        return Response.of({"error": {"code": 100}}, 400) if nested else response

    stage.intercept(narrow)
    pages = await stage.pages()
    assert [message.remote_id for page in pages for message in page.messages] == [review]
    assert [said for page in pages for said in page.skipped] == []


@pytest.mark.parametrize("apart", [0, 1000])
async def test_more_than_is_remembered_still_comes_once_each(stage: Stage, apart: int) -> None:
    moment = stage.now()
    amount = REMEMBERED + 60
    for number in range(amount):
        stage.server.someone_writes(
            Kind.COMMENT, stage.ana, f"number {number}", None, moment - apart * (amount - number)
        )
    pages = await stage.pages()
    ids = [message.remote_id for page in pages for message in page.messages]
    assert len(ids) == len(set(ids)) == amount
    assert await stage.pages(pages[-1].cursor) == []
    for index in (7, len(pages) - 2):
        rest = [message.remote_id for message in await stage.messages(pages[index].cursor)]
        assert rest == [message.remote_id for page in pages[index + 1 :] for message in page.messages]


async def test_attachments_in_all_their_forms_are_read(stage: Stage) -> None:
    stage.writes(Kind.COMMENT, "look")
    stage.writes(Kind.DM, "look")
    photo = {"type": "photo", "url": "https://f.example/1", "title": "A cat"}
    letters = {"data": [{"mime_type": "image/png", "image_data": {"url": "https://f.example/2"}}, {"name": "x"}, 7]}

    def with_pictures(_request: Request, response: Response) -> Response:
        text = response.body.decode().replace('"message": "look"', '"message": "look", "PICTURES": 0')
        body = json.loads(text, object_hook=pictures)
        return Response.of(body, response.status, response.headers)

    def pictures(value: dict[str, object]) -> dict[str, object]:
        if "PICTURES" in value:
            del value["PICTURES"]
            value["attachments" if "to" in value else "attachment"] = letters if "to" in value else photo
        return value

    stage.intercept(with_pictures)
    found = {message.kind: message.attachments for message in await stage.messages()}
    assert [(one.kind, one.url, one.name) for one in found[Kind.COMMENT]] == [
        (AttachmentKind.IMAGE, "https://f.example/1", "A cat"),
    ]
    assert [(one.kind, one.url) for one in found[Kind.DM]] == [(AttachmentKind.IMAGE, "https://f.example/2")]


@pytest.mark.parametrize(
    "cursor", ["", "x", "[]", "{}", '{"v": 2}', '{"v":1,"floor":0,"known":[7],"there":[],"deep":0}']
)
async def test_a_cursor_that_is_none_is_named(stage: Stage, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        await stage.pages(cursor)


async def test_a_persons_token_never_passes_for_an_empty_page(make_stage: type[Stage]) -> None:
    stage = make_stage(persons_token=True)
    stage.writes(Kind.COMMENT, "hello")
    with pytest.raises(SignInAgain, match="Jo Admin"):
        await stage.pages()


async def test_a_version_that_has_ended_is_named_and_takes_nothing_with_it(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "hello")
    cursor = (await stage.pages())[-1].cursor
    stage.server.sunset = frozenset({"v25.0"})
    for doing in (
        lambda: stage.pages(cursor),
        stage.network.check,
        lambda: stage.network.thread(first),
        lambda: stage.network.reply(stage.answer(first, "thanks")),
    ):
        with pytest.raises(Refused, match="api_version"):
            await doing()
    assert not stage.server.published()
    stage.network = stage.connect(api_version="v26.0")
    assert [page.deleted for page in await stage.pages(cursor) if page.deleted] == []


async def test_what_the_page_may_not_do_with_a_comment_is_barred_there(stage: Stage) -> None:
    theirs = stage.writes(Kind.COMMENT, "a question")
    ours = stage.server.we_write("an answer", theirs)
    barred = {message.remote_id: message.barred for message in await stage.messages()}
    assert barred[theirs] == ()
    assert set(barred[ours] or ()) == {Capability.HIDE, PRIVATELY}


@pytest.mark.parametrize("parent", [None, {"id": "1_2"}])
def test_flags_that_are_left_out_bar_nothing_and_only_the_first_levels_says_whether_it_is_answered(
    parent: dict[str, str] | None,
) -> None:
    comment: dict[str, object] = {"id": "1_3", "created_time": "2026-11-20T09:15:00+0000", "parent": parent}

    def told(**flags: object) -> set[str]:
        read = read_comment({**comment, **flags}, Kind.COMMENT, "1", post="1", above=None, root=None)
        return set(read.barred or ())

    assert told() == told(can_hide=None, can_like=True, can_remove=0) == set()
    assert told(can_hide=False, can_remove=False, can_like=False) == {
        *(Capability.HIDE, Capability.DELETE, Capability.LIKE)
    }
    assert told(can_comment=False) == ({Capability.REPLY} if parent is None else set())
