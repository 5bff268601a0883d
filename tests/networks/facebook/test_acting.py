"""Moderating, reading threads, and the check that finds wrong tokens and roles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import Gone, Refused, SignInAgain
from cminbox.networks.facebook.account import SCOPES
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from tests.networks.facebook.conftest import Stage

    from cminbox.simulators.wire import Request

DAY_MS = 24 * 3600 * 1000


async def test_the_check_says_which_page_it_is_and_what_can_be_seen(stage: Stage) -> None:
    stage.writes(Kind.COMMENT, "one")
    stage.writes(Kind.COMMENT, "two")
    report = await stage.network.check()
    assert (report.me.remote_id, report.me.name) == (stage.server.world.us.id, "Acme")
    assert "1, with 2 comments, the newest from 2026-" in str(report.remarks[0])
    assert (report.missing_scopes, report.expires_at, len(report.remarks)) == ((), None, 1)
    assert report.facts["api_version"] == "v25.0"


async def test_the_check_finds_a_persons_token(make_stage: type[Stage]) -> None:
    stage = make_stage(persons_token=True)
    with pytest.raises(SignInAgain, match="empty lists"):
        await stage.network.check()


async def test_the_check_finds_comments_that_are_counted_and_not_shown(make_stage: type[Stage]) -> None:
    stage = make_stage()
    stage.writes(Kind.COMMENT, "one")

    def blind(request: Request, response: Response) -> Response:
        body = json.loads(response.body)
        if request.path.endswith("/published_posts"):
            for post in body["data"]:
                post["comments"]["data"] = []
        return Response.of(body, response.status, response.headers)

    stage.intercept(blind)
    assert (await stage.network.check()).missing_scopes == ("pages_read_user_content",)


@pytest.mark.parametrize("lacking", SCOPES[1:])
async def test_the_check_names_what_is_lacking(make_stage: type[Stage], lacking: str) -> None:
    stage = make_stage(scopes=tuple(scope for scope in SCOPES if scope != lacking))
    assert (await stage.network.check()).missing_scopes == (lacking,)


async def test_the_check_finds_closed_lists_where_the_token_is_not_told_of(make_stage: type[Stage]) -> None:
    stage = make_stage(scopes=("pages_read_engagement",))

    def silent(request: Request, response: Response) -> Response:
        return Response.of({"error": {"code": 100}}, 400) if request.method == "POST" else response

    stage.intercept(silent)
    report = await stage.network.check()
    assert set(report.missing_scopes) == {"pages_read_user_content", "pages_messaging"}


async def test_the_check_finds_an_owner_who_does_not_moderate(make_stage: type[Stage]) -> None:
    stage = make_stage(moderates=False)
    stage.writes(Kind.COMMENT, "one")
    assert "moderate" in str((await stage.network.check()).remarks[1])


async def test_the_check_says_when_the_token_ends(make_stage: type[Stage]) -> None:
    stage = make_stage(expires_at=1_799_000_000_000)
    assert (await stage.network.check()).expires_at == 1_799_000_000_000


async def test_the_check_tells_when_another_version_answers(make_stage: type[Stage]) -> None:
    stage = make_stage(served="v23.0")
    stage.network = stage.connect(api_version="v21.0")
    said = " ".join(str(one) for one in (await stage.network.check()).remarks)
    assert "v23.0 answered" in said


async def test_the_check_grants_the_week_to_those_who_have_it(stage: Stage) -> None:
    adapted = (await stage.connect(human_agent=True).check()).learnt.on(stage.network.manifest)
    assert adapted.windows == {Kind.DM: 7 * 24 * 3600}
    assert (await stage.network.check()).learnt.on(stage.network.manifest).windows == {Kind.DM: 24 * 3600}


async def test_what_facebook_does_not_allow_is_refused_before_anything_is_changed(make_stage: type[Stage]) -> None:
    stage = make_stage(moderates=False)
    comment = stage.writes(Kind.COMMENT, "hello")
    for act in (stage.network.hide, stage.network.delete):
        with pytest.raises(Refused, match="does not let the Page"):
            await act(comment)
    assert all(request.method == "GET" for request in stage.wire.seen)


async def test_hiding_what_is_hidden_changes_nothing(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "hello")
    await stage.network.hide(comment)
    await stage.network.hide(comment)
    assert [request.json() for request in stage.wire.seen if request.method == "POST"] == [{"is_hidden": True}]


async def test_a_visitors_post_can_be_hidden_liked_and_deleted(stage: Stage) -> None:
    post = stage.writes(Kind.MENTION, "look")
    thing = stage.server.thing(post)
    assert thing is not None
    await stage.network.hide(post)
    await stage.network.like(post)
    assert (getattr(thing, "hidden", None), getattr(thing, "liked", None)) == (True, True)
    await stage.network.delete(post)
    await stage.network.delete(post)
    assert stage.server.thing(post) is None


async def test_a_success_that_did_nothing_is_refused(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "hello")
    stage.intercept(
        lambda request, response: Response.of({"success": False}) if request.method == "POST" else response,
    )
    with pytest.raises(Refused, match="did not do"):
        await stage.network.hide(comment)


async def test_nobody_can_be_blocked_whose_name_is_kept_back(stage: Stage) -> None:
    shy = stage.server.add_person("Shy", nameless=True)
    remote_id = stage.server.someone_writes(Kind.COMMENT, shy, "spam")
    author = (await stage.message(remote_id)).author
    before = len(stage.wire.seen)
    with pytest.raises(Refused, match="who this is"):
        await stage.network.block(author.remote_id)
    assert len(stage.wire.seen) == before


async def test_the_thread_of_a_comment_begins_with_our_post(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "first")
    ours = stage.server.we_write("ours", first)
    second = stage.writes(Kind.COMMENT, "second", first)
    thread = await stage.network.thread(second)
    assert [message.remote_id for message in thread.above] == [f"post/{stage.server.brand_post().id}", first, ours]
    assert thread.above[0].ours
    assert thread.below == ()
    assert [message.remote_id for message in (await stage.network.thread(first)).below] == [ours, second]


async def test_the_thread_of_a_comment_is_shown_without_a_post_that_cannot_be_read(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "first")
    post = stage.server.brand_post().id
    stage.intercept(
        lambda request, response: Response.of({"error": {"code": 200}}, 403) if post in request.path else response,
    )
    assert (await stage.network.thread(first)).above == ()


async def test_the_thread_of_a_private_message_is_its_exchange(stage: Stage) -> None:
    first = stage.writes(Kind.DM, "first")
    second = stage.writes(Kind.DM, "second")
    third = stage.server.we_write("third", second)
    thread = await stage.network.thread(second)
    assert [message.remote_id for message in (*thread.above, thread.message, *thread.below)] == [first, second, third]


async def test_the_thread_of_a_recommendation_that_is_gone_is_gone(stage: Stage) -> None:
    review = stage.writes(Kind.REVIEW, "good")
    ours = stage.server.we_write("thank you", review)
    assert [message.remote_id for message in (await stage.network.thread(review)).below] == [ours]
    thing = stage.server.thing(review)
    assert thing is not None
    stage.server.world.remove(thing)
    with pytest.raises(Gone):
        await stage.network.thread(review)
