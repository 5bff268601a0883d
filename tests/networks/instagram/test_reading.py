"""What arrives from an account: which kind it is, what it hangs on, what vanishes, is withheld or odd."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import AttachmentKind, Kind
from cminbox.network_kit.failures import CursorExpired, Refused, SignInAgain, TryLater
from cminbox.networks.instagram.fetching import DEEP_MS
from cminbox.simulators.instagram.world import ACCOUNT_ID, Comment
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.networks.instagram.conftest import Stage

    from cminbox.network_kit.failures import NetworkFailure


async def test_a_comment_hangs_on_our_post_and_an_answer_on_its_comment(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "first")
    second = stage.writes(Kind.COMMENT, "second", first)
    third = stage.writes(Kind.COMMENT, "third", second)
    found = {message.remote_id: message for message in await stage.messages()}
    post = f"post/{stage.server.brand_post().id}"
    assert (found[first].parent, found[first].post, found[first].ours) == (None, post, False)
    assert (found[second].parent, found[second].post) == (first, post)
    assert found[third].parent == first
    assert found[first].permalink is not None
    assert (found[first].author.remote_id, found[first].author.handle) == (stage.ana.id, "ana.lima")


@pytest.mark.parametrize("mark", ["from", "user", "username"])
async def test_our_own_answers_are_ours_by_any_of_their_marks(stage: Stage, mark: str) -> None:
    first = stage.writes(Kind.COMMENT, "first")
    ours = stage.server.we_write("thanks", first)

    def change(body: Any) -> Any:  # noqa: ANN401 - JSON
        for answer in body["data"][0]["replies"]["data"]:
            for name in {"from", "user", "username"} - {mark}:
                answer.pop(name, None)
        return body

    stage.spoil("/comments", change)
    found = await stage.message(ours)
    assert (found.ours, found.author.remote_id, found.author.handle) == (True, ACCOUNT_ID, "acme")


async def test_a_late_answer_below_an_old_comment_is_found_by_the_count(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(largest_page=10)
    old = stage.writes(Kind.COMMENT, "old")
    for number in range(60):
        stage.writes(Kind.COMMENT, f"number {number}")
    cursor = await stage.cursor()
    late = stage.writes(Kind.COMMENT, "late", old)
    assert [message.remote_id for message in await stage.messages(cursor)] == [late]


async def test_answers_in_any_order_are_found(make_stage: Callable[..., Stage]) -> None:
    for forward in (True, False):
        stage = make_stage(largest_page=5, old_answers_first=forward)
        first = stage.writes(Kind.COMMENT, "first")
        for number in range(12):
            stage.writes(Kind.COMMENT, f"number {number}", first)
        cursor = await stage.cursor()
        late = stage.writes(Kind.COMMENT, "late", first)
        assert [message.remote_id for message in await stage.messages(cursor)] == [late]


async def test_a_quiet_account_is_asked_little(stage: Stage) -> None:
    for _ in range(8):
        post = stage.server.world.publish(stage.server.world.us, "a post")
        stage.server.world.comment(stage.ana, "a comment", post)
    cursor = await stage.cursor()
    before = len(stage.wire.seen)
    assert await stage.messages(cursor) == []
    asked = [request.path.rpartition("/")[2] for request in stage.wire.seen[before:]]
    assert sorted(asked) == sorted(["media", *["comments"] * 5, "conversations", "tags"])


async def test_a_comment_that_comes_while_another_goes_is_found_under_an_old_post(stage: Stage) -> None:
    lost = stage.writes(Kind.COMMENT, "lost")
    for _ in range(10):
        stage.server.world.publish(stage.server.world.us, "a newer post")
    cursor = await stage.cursor()
    thing = stage.server.thing(lost)
    assert isinstance(thing, Comment)
    stage.server.world.remove(thing)
    late = stage.writes(Kind.COMMENT, "late")
    stage.pass_time(seconds=DEEP_MS / 1000)
    pages = await stage.pages(cursor)
    assert [message.remote_id for page in pages for message in page.messages] == [late]
    assert [remote_id for page in pages for remote_id in page.deleted] == [lost]


async def test_a_comment_that_is_only_kept_back_is_not_taken_for_deleted(stage: Stage) -> None:
    kept = stage.writes(Kind.COMMENT, "kept")
    stage.writes(Kind.COMMENT, "another")
    cursor = await stage.cursor()
    stage.spoil(
        "/comments",
        lambda body: body | {"data": [one for one in body.get("data", []) if one["id"] != kept]},
    )
    assert [page.deleted for page in await stage.pages(cursor) if page.deleted] == []


async def test_posts_without_a_count_are_looked_at(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "first")

    def change(body: Any) -> Any:  # noqa: ANN401 - JSON
        for post in body.get("data", []):
            post.pop("comments_count", None)
        return body

    stage.spoil("/media", change)
    assert [message.remote_id for message in await stage.messages()] == [first]


async def test_private_messages_of_one_person_are_one_conversation(stage: Stage) -> None:
    stage.writes(Kind.DM, "hello")
    ours = stage.server.we_write("good morning", stage.writes(Kind.DM, "are you there?"))
    stage.server.someone_writes(Kind.DM, stage.ben, "another")
    found = await stage.messages()
    assert {message.conversation for message in found} == {stage.ana.id, stage.ben.id}
    (mine,) = [message for message in found if message.ours]
    assert (mine.remote_id, mine.conversation, mine.author.handle) == (ours, stage.ana.id, "acme")


async def test_a_story_that_names_us_and_a_shared_post_are_shown_as_links(stage: Stage) -> None:
    stage.writes(Kind.DM, "")

    def change(body: Any) -> Any:  # noqa: ANN401 - JSON
        for message in body["data"][0]["messages"]["data"]:
            message["story"] = {"mention": {"link": "https://cdn.example/story", "id": "1"}, "reply_to": None}
            message["shares"] = {"data": [{"link": "https://cdn.example/post"}, "odd", {"link": None}]}
            message["attachments"] = {"data": [{"image_data": {"url": "https://cdn.example/i.jpg"}}, None]}
        return body

    stage.spoil("/conversations", change)
    (message,) = await stage.messages()
    assert [attachment.url.rpartition("/")[2] for attachment in message.attachments] == ["i.jpg", "post", "story"]
    assert message.attachments[2].kind is AttachmentKind.LINK


async def test_a_picture_that_tags_us_is_a_mention_with_its_picture(stage: Stage) -> None:
    tag = stage.server.tag(stage.ana, "look who made this")
    found = await stage.message(tag)
    assert (found.kind, found.text, found.author.handle) == (Kind.MENTION, "look who made this", "ana.lima")
    assert [attachment.kind for attachment in found.attachments] == [AttachmentKind.IMAGE]


async def test_somebody_who_is_not_named_is_known_by_that_alone(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    shy = stage.server.add_person("shy", nameless=True)
    first, second = (stage.server.someone_writes(Kind.COMMENT, shy, text) for text in ("one", "two"))
    found = {message.remote_id: message.author for message in await stage.messages()}
    assert (found[first].remote_id, found[first].handle) == (f"unknown/{first}", "instagram-user")
    assert found[first] != found[second]


async def test_a_part_that_is_closed_is_said_and_the_others_are_read(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(scopes=("instagram_business_basic", "instagram_business_manage_comments"))
    first = stage.writes(Kind.COMMENT, "first")
    stage.writes(Kind.DM, "hello")
    (page,) = await stage.pages()
    assert [message.remote_id for message in page.messages] == [first]
    assert "instagram_business_manage_messages" in str(page.skipped[0])


async def test_no_list_is_read_with_a_token_of_somebody_else(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(username="another.brand")
    with pytest.raises(SignInAgain, match=r"another\.brand"):
        await stage.pages()
    assert stage.asked("/media") == []


async def test_a_full_allowance_saves_calls(stage: Stage) -> None:
    cursor = await stage.cursor()
    stage.server.used_percent = 90
    await stage.pages(cursor)
    before = len(stage.asked("/tags"))
    await stage.pages(cursor)
    stage.pass_time(seconds=2 * DEEP_MS / 1000)
    await stage.pages(cursor)
    assert len(stage.asked("/tags")) == before
    stage.pass_time(seconds=6 * DEEP_MS / 1000)
    await stage.pages(cursor)
    assert len(stage.asked("/tags")) == before + 1


@pytest.mark.parametrize("cursor", ["", "{}", "[1]", '{"v":2}', '{"v":1,"floor":0,"known":[[1]],"there":[],"deep":0}'])
async def test_a_cursor_that_is_none_has_expired(stage: Stage, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        await stage.pages(cursor)


async def test_bodies_as_they_really_come_are_read(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "first")
    stage.writes(Kind.COMMENT, "second", first)
    stage.writes(Kind.DM, "hello")

    def bare(body: Any) -> Any:  # noqa: ANN401 - JSON
        """Leave out or set to null whatever may be missing."""
        if isinstance(body, list):
            return [bare(each) for each in body]
        if not isinstance(body, dict):
            return body
        kept = {name: bare(value) for name, value in body.items() if name not in {"cursors", "permalink", "user"}}
        nulls = dict.fromkeys(("parent_id", "caption", "attachments", "shares", "story", "media_url"))
        return {"new_field": [{}]} | kept | {name: None for name in nulls if name in kept}

    for part in ("/media", "/comments", "/conversations"):
        stage.spoil(part, bare)
    pages = await stage.pages()
    assert [message.text for page in pages for message in page.messages] == ["hello", "first", "second"]
    assert [page.skipped for page in pages] == [()]


async def test_an_error_inside_of_a_success_is_an_error(stage: Stage) -> None:
    stage.spoil("/media", lambda _body: {"error": {"code": 190, "error_subcode": 463, "message": "Sitzung abgelaufen"}})
    with pytest.raises(SignInAgain, match="expired"):
        await stage.pages()


async def test_one_closed_post_does_not_close_the_others(stage: Stage) -> None:
    closed, there = stage.server.brand_post().id, stage.server.world.publish(stage.server.world.us, "another")
    stage.writes(Kind.COMMENT, "kept back")
    first = stage.server.world.comment(stage.ana, "hello", there).id
    stage.intercept(
        lambda request, response: (
            Response.of({"error": {"code": 10}}, 403) if f"{closed}/comments" in request.path else response
        ),
    )
    (page,) = await stage.pages()
    assert [message.remote_id for message in page.messages] == [first]
    assert [str(said).startswith("The comments under a post") for said in page.skipped] == [True]


async def test_without_the_permission_for_comments_private_messages_arrive(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(scopes=("instagram_business_basic", "instagram_business_manage_messages"))
    stage.writes(Kind.COMMENT, "hello")
    private = stage.writes(Kind.DM, "hello")
    (page,) = await stage.pages()
    assert [message.remote_id for message in page.messages] == [private]
    assert "instagram_business_manage_comments" in str(page.skipped[0])


@pytest.mark.parametrize(("code", "failure"), [(100, TryLater), (190, SignInAgain)])
async def test_what_ends_in_the_middle_of_a_list_loses_nothing(
    make_stage: Callable[..., Stage], code: int, failure: type[NetworkFailure]
) -> None:
    stage = make_stage(largest_page=5)
    written = {stage.writes(Kind.COMMENT, f"number {number}") for number in range(12)}
    stage.intercept(
        lambda request, response: (
            Response.of({"error": {"code": code}}, 400) if request.first("after") and stage.clock < later else response
        ),
    )
    later = stage.clock + 1_000
    with pytest.raises(failure):
        await stage.pages()
    stage.clock = later
    assert {message.remote_id for message in await stage.messages()} == written


async def test_what_a_list_gives_twice_arrives_once(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "first")
    stage.writes(Kind.COMMENT, "second", first)
    stage.spoil("/comments", lambda body: body | {"data": body.get("data", []) * 2})
    assert len(await stage.messages()) == 2


async def test_a_version_that_is_over_is_named(stage: Stage) -> None:
    stage.server.sunset = frozenset({"v25.0"})
    with pytest.raises(Refused, match="set api_version"):
        await stage.pages()
    stage.network = stage.connect(api_version="v26.0")
    assert await stage.pages()
