"""What arrives: answers of every depth, what waits for approval, mentions, what vanishes, is withheld or odd."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import HELD, AttachmentKind, Kind
from cminbox.network_kit.failures import CursorExpired, Refused, SignInAgain, TryLater
from cminbox.networks.threads.fetching import DEEP_MS
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from tests.networks.threads.conftest import Stage

    from cminbox.network_kit.failures import NetworkFailure


async def test_an_answer_hangs_on_our_post_and_one_below_it_on_the_answer(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "first")
    ours = stage.server.we_write("ours", first)
    third = stage.writes(Kind.COMMENT, "third", ours)
    found = {message.remote_id: message for message in await stage.messages()}
    root = stage.server.brand_post().id
    assert (found[first].parent, found[first].post, found[first].kind) == (None, root, Kind.COMMENT)
    assert (found[ours].parent, found[ours].ours, found[ours].author.handle) == (first, True, "acme")
    assert (found[third].parent, found[third].post) == (ours, root)
    assert (found[first].author.remote_id, found[first].author.handle) == ("ana.lima", "ana.lima")


async def test_a_mention_elsewhere_is_one_and_under_our_own_post_it_is_an_answer(stage: Stage) -> None:
    elsewhere = stage.writes(Kind.MENTION, "ask @acme")
    follow_up = stage.writes(Kind.MENTION, "@acme?", elsewhere)
    here = stage.writes(Kind.COMMENT, "@acme!")
    stage.server.world.posts[here].mentions = True
    found = {message.remote_id: message for message in await stage.messages()}
    assert {remote_id: message.kind for remote_id, message in found.items()} == {
        elsewhere: Kind.MENTION,
        follow_up: Kind.MENTION,
        here: Kind.COMMENT,
    }
    assert (found[elsewhere].parent, found[follow_up].parent) == (None, elsewhere)


async def test_what_waits_for_approval_is_marked_until_it_is_approved(stage: Stage) -> None:
    held = stage.server.someone_is_held_back("ana.lima", "may I?")
    (first,) = await stage.messages()
    assert (first.remote_id, first.labels, first.kind) == (held, (HELD,), Kind.COMMENT)
    cursor = await stage.cursor()
    assert await stage.messages(cursor) == []
    await stage.network.approve(held)
    (then,) = await stage.messages(cursor)
    assert (then.remote_id, then.labels) == (held, ())


async def test_an_answer_that_was_put_aside_does_not_arrive(stage: Stage) -> None:
    held = stage.server.someone_is_held_back("ana.lima", "buy this")
    stage.server.world.posts[held].approval = "ignored"
    assert await stage.messages() == []


async def test_posts_without_approvals_are_asked_for_them_once(stage: Stage) -> None:
    stage.writes(Kind.COMMENT, "hello")
    cursor = await stage.cursor()
    before = len(stage.asked("/pending_replies"))
    stage.pass_time(seconds=DEEP_MS / 1000)
    await stage.pages(cursor)
    assert (before, len(stage.asked("/pending_replies"))) == (1, 1)


async def test_a_late_answer_under_an_old_post_is_found_in_time(stage: Stage) -> None:
    old = stage.writes(Kind.COMMENT, "old")
    for number in range(15):
        stage.server.world.publish("acme", f"post {number}")
    cursor = await stage.cursor()
    late = stage.writes(Kind.COMMENT, "late", old)
    assert await stage.messages(cursor) == []
    stage.pass_time(seconds=DEEP_MS / 1000)
    assert [message.remote_id for message in await stage.messages(cursor)] == [late]


async def test_the_first_answer_to_an_old_post_is_found_at_once(stage: Stage) -> None:
    old = stage.server.brand_post()
    for number in range(15):
        stage.server.world.publish("acme", f"post {number}")
    cursor = await stage.cursor()
    late = stage.writes(Kind.COMMENT, "late", old.id)
    assert [message.remote_id for message in await stage.messages(cursor)] == [late]


async def test_what_vanishes_is_told_and_what_is_kept_back_is_not(stage: Stage) -> None:
    lost, kept = stage.writes(Kind.COMMENT, "lost"), stage.writes(Kind.COMMENT, "kept back")
    stage.writes(Kind.COMMENT, "there")
    cursor = await stage.cursor()
    stage.server.world.remove(stage.server.world.posts[lost])
    stage.spoil("/conversation", lambda body: body | {"data": [one for one in body["data"] if one["id"] != kept]})
    pages = await stage.pages(cursor)
    assert [remote_id for page in pages for remote_id in page.deleted] == [lost]
    assert [page.deleted for page in await stage.pages(pages[-1].cursor) if page.deleted] == []


async def test_somebody_who_is_not_named_is_known_by_that_alone(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "hello")
    stage.server.world.posts[first].nameless = True
    author = (await stage.message(first)).author
    assert (author.remote_id, author.handle) == (f"unknown/{first}", "threads-user")


async def test_a_part_that_is_closed_is_said_and_the_others_are_read(make_stage: type[Stage]) -> None:
    stage = make_stage(scopes=("threads_basic", "threads_read_replies"))
    first = stage.writes(Kind.COMMENT, "first")
    stage.writes(Kind.MENTION, "@acme")
    (page,) = await stage.pages()
    assert [message.remote_id for message in page.messages] == [first]
    assert "threads_manage_mentions" in str(page.skipped[0])


async def test_no_list_is_read_with_a_token_of_somebody_else(make_stage: type[Stage]) -> None:
    stage = make_stage(username="another.brand")
    with pytest.raises(SignInAgain, match=r"another\.brand"):
        await stage.pages()
    assert stage.asked("/threads") == []


async def test_pictures_come_as_links(stage: Stage) -> None:
    stage.writes(Kind.COMMENT, "look")

    def change(body: Any) -> Any:  # noqa: ANN401 - JSON
        body["data"][0] |= {"media_type": "VIDEO", "media_url": "https://cdn.example/v.mp4"}
        return body

    stage.spoil("/conversation", change)
    (message,) = await stage.messages()
    assert [(one.kind, one.url) for one in message.attachments] == [
        (AttachmentKind.VIDEO, "https://cdn.example/v.mp4"),
    ]


@pytest.mark.parametrize("cursor", ["", "{}", "[1]", '{"v":2}'])
async def test_a_cursor_that_is_none_has_expired(stage: Stage, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        await stage.pages(cursor)


async def test_bodies_as_they_really_come_are_read(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "first")
    stage.writes(Kind.COMMENT, "second", first)
    stage.writes(Kind.MENTION, "third")

    def bare(body: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(body, list):
            return [bare(each) for each in body]
        if not isinstance(body, dict):
            return body
        kept = {name: bare(value) for name, value in body.items() if name not in {"has_replies", "permalink"}}
        nulls = dict.fromkeys(("media_url", "is_reply_owned_by_me", "reply_approval_status"))
        return {"new_field": [{}]} | kept | {name: None for name in nulls if name in kept}

    for part in ("/threads", "/conversation", "/mentions"):
        stage.spoil(part, bare)
    pages = await stage.pages()
    assert sorted(message.text for page in pages for message in page.messages) == ["first", "second", "third"]
    assert [page.skipped for page in pages] == [()]


async def test_an_error_inside_of_a_success_is_an_error(stage: Stage) -> None:
    stage.spoil(
        "/threads", lambda _body: {"error": {"code": 190, "error_subcode": 463, "message": "Sitzung abgelaufen"}}
    )
    with pytest.raises(SignInAgain, match="expired"):
        await stage.pages()


async def test_one_closed_post_does_not_close_the_others(stage: Stage) -> None:
    closed, there = stage.server.brand_post().id, stage.server.world.publish("acme", "another")
    stage.writes(Kind.COMMENT, "kept back")
    first = stage.writes(Kind.COMMENT, "hello", there.id)
    stage.intercept(
        lambda request, response: (
            Response.of({"error": {"code": 100}}, 400) if f"{closed}/conversation" in request.path else response
        ),
    )
    (page,) = await stage.pages()
    assert [message.remote_id for message in page.messages] == [first]
    assert [str(said).startswith("The answers under a post") for said in page.skipped] == [True]


@pytest.mark.parametrize(("code", "failure"), [(100, TryLater), (190, SignInAgain)])
async def test_what_ends_in_the_middle_of_a_list_loses_nothing(
    make_stage: type[Stage], code: int, failure: type[NetworkFailure]
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
    stage.spoil("/conversation", lambda body: body | {"data": body.get("data", []) * 2})
    assert len(await stage.messages()) == 2


async def test_a_version_that_has_ended_is_named_and_takes_nothing_with_it(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "hello")
    cursor = (await stage.pages())[-1].cursor
    stage.server.sunset = frozenset({"v1.0"})
    for doing in (
        lambda: stage.pages(cursor),
        stage.network.check,
        lambda: stage.network.thread(first),
        lambda: stage.network.reply(stage.answer(first, "thanks")),
    ):
        with pytest.raises(Refused, match="api_version"):
            await doing()
    assert not stage.server.published()
    stage.network = stage.connect(api_version="v2.0")
    assert [page.deleted for page in await stage.pages(cursor) if page.deleted] == []
