"""Moderating, reading threads, the check that finds wrong tokens and roles, and the token that is renewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import Gone, Refused, SignInAgain, TryLater
from cminbox.network_kit.graph.renewing import EVERY_MS, LIFE_MS
from cminbox.networks.instagram.account import InstagramAccount
from cminbox.simulators.instagram.server import SCOPES
from cminbox.simulators.instagram.world import ACCOUNT_ID
from cminbox.simulators.wire import Fault, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.networks.instagram.conftest import Stage

WEEK_SECONDS = EVERY_MS / 1000


async def test_the_check_says_which_account_it_is_and_what_can_be_seen(stage: Stage) -> None:
    stage.writes(Kind.COMMENT, "one")
    stage.writes(Kind.COMMENT, "two")
    report = await stage.network.check()
    assert (report.me.remote_id, report.me.handle, report.me.name) == (ACCOUNT_ID, "acme", "Acme")
    assert "1, with 2 comments, the newest from 2026-" in str(report.remarks[0])
    assert (report.missing_scopes, len(report.remarks)) == ((), 1)
    assert report.facts["api_version"] == "v25.0"


async def test_the_check_takes_the_id_under_which_something_stands(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    stage.writes(Kind.COMMENT, "one")
    await stage.network.check()
    assert [request.path for request in stage.asked("/media")] == [f"/v25.0/{ACCOUNT_ID}/media"]


async def test_the_check_says_that_mentions_need_a_folder(stage: Stage) -> None:
    report = await stage.connect(mentions_folder="").check()
    assert "mentions_folder" in str(report.remarks[-1])


async def test_the_check_finds_a_persons_token_and_a_page_without_an_account(make_stage: Callable[..., Stage]) -> None:
    with pytest.raises(SignInAgain, match="not to the Page"):
        await make_stage(login="facebook", persons_token=True).network.check()
    with pytest.raises(SignInAgain, match="hangs on this Page"):
        await make_stage(login="facebook", linked=False).network.check()


async def test_the_check_finds_a_token_of_another_account(stage: Stage) -> None:
    with pytest.raises(SignInAgain, match="belongs to acme, not to"):
        await stage.connect(username="other").check()


@pytest.mark.parametrize(("login", "token"), [("instagram", "EAAB-of-a-page"), ("facebook", "IGAAB-of-its-own")])
async def test_the_check_finds_a_token_of_the_other_login(
    make_stage: Callable[..., Stage], login: str, token: str
) -> None:
    stage = make_stage(login=login, token=token)
    stage.server.dead = 467
    with pytest.raises(SignInAgain, match="login="):
        await stage.network.check()


@pytest.mark.parametrize("number", [1, 2])
async def test_the_check_names_what_is_lacking(stage: Stage, number: int) -> None:
    lacking = SCOPES[stage.login.value][number]
    stage.server.scopes = tuple(scope for scope in stage.server.scopes if scope != lacking)
    stage.writes(Kind.COMMENT, "one")
    assert lacking in (await stage.network.check()).missing_scopes


@pytest.mark.parametrize("knob", [{"blind": True}, {"names": False}])
async def test_the_check_finds_comments_that_are_counted_and_not_shown(
    make_stage: Callable[..., Stage], knob: dict[str, bool]
) -> None:
    stage = make_stage(**knob)
    stage.writes(Kind.COMMENT, "one")
    assert (await stage.network.check()).missing_scopes == ("instagram_business_manage_comments",)


async def test_the_check_says_when_a_token_of_the_page_ends(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(login="facebook", expires_at=1_799_000_000_000)
    assert (await stage.network.check()).expires_at == 1_799_000_000_000


async def test_the_check_tells_when_another_version_answers(
    make_stage: Callable[..., Stage],
) -> None:
    stage = make_stage(served="v23.0")
    stage.network = stage.connect(api_version="v21.0")
    said = " ".join(str(one) for one in (await stage.network.check()).remarks)
    assert "v23.0 answered" in said


async def test_the_check_says_when_the_account_is_a_personal_one(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    stage.server.rules.account_type = "PERSONAL"
    assert "personal account" in str((await stage.network.check()).remarks[0])


async def test_the_check_grants_the_week_to_those_who_have_it(stage: Stage) -> None:
    adapted = (await stage.connect(human_agent=True).check()).learnt.on(stage.network.manifest)
    assert adapted.windows == {Kind.DM: 7 * 24 * 3600}


def test_settings_that_cannot_be_are_refused() -> None:
    good: dict[str, Any] = {"username": "@Acme.Shop", "access_token": "t"}
    assert InstagramAccount(**good).username == "acme.shop"
    assert InstagramAccount(**good).address == "https://graph.instagram.com"
    for bad in (
        {"username": "a b"},
        {"login": "facebook"},
        {"login": "google"},
        {"mentions_folder": "mentions"},
        {"api_version": "25"},
        {"base_url": "http://graph.example"},
    ):
        with pytest.raises(ValidationError):
            InstagramAccount(**(good | bad))


async def test_hiding_what_is_hidden_changes_nothing(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "hello")
    await stage.network.hide(comment)
    await stage.network.hide(comment)
    assert [request.json() for request in stage.wire.seen if request.method == "POST"] == [{"hide": True}]


async def test_a_success_that_did_nothing_is_refused(stage: Stage) -> None:
    comment = stage.writes(Kind.COMMENT, "hello")
    stage.intercept(
        lambda request, response: Response.of({"success": False}) if request.method == "POST" else response,
    )
    with pytest.raises(Refused, match="did not do"):
        await stage.network.hide(comment)


async def test_what_was_written_elsewhere_is_not_touched(stage: Stage) -> None:
    post = stage.server.world.publish(stage.ben, "a post")
    comment = stage.server.mention_in_comment(stage.ana, "ask @acme", post)
    ours = (await stage.network.reply(stage.answer(comment, "hello", Kind.MENTION))).remote_id
    before = len(stage.wire.seen)
    for act in (stage.network.hide, stage.network.delete, stage.network.unhide):
        for target in (comment, ours, f"post/{post.id}"):
            with pytest.raises(Refused, match="own posts"):
                await act(target)
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


async def test_the_thread_of_a_private_message_is_its_exchange(stage: Stage) -> None:
    first = stage.writes(Kind.DM, "first")
    second = stage.writes(Kind.DM, "second")
    third = stage.server.we_write("third", second)
    thread = await stage.network.thread(second)
    assert [message.remote_id for message in (*thread.above, thread.message, *thread.below)] == [first, second, third]


async def test_the_thread_of_what_is_gone_is_gone(stage: Stage) -> None:
    for kind in (Kind.COMMENT, Kind.DM, Kind.MENTION):
        target = stage.writes(kind, "hello")
        thing = stage.server.thing(target)
        assert thing is not None
        stage.server.world.remove(thing)
        with pytest.raises(Gone):
            await stage.network.thread(target)


async def test_a_token_is_renewed_every_week_and_on_disk_before_it_is_used(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    await stage.pages()
    assert stage.server.renewals == 0
    ends = stage.clock + LIFE_MS
    for week in (1, 2):
        stage.pass_time(seconds=WEEK_SECONDS)
        await stage.pages()
        await stage.pages()
        assert stage.server.renewals == week
        assert stage.kept.values["token"] == stage.server.token
    report = await stage.connect().check()
    assert report.expires_at is not None
    assert report.expires_at > ends
    assert all(stage.token not in str(request.query) for request in stage.wire.seen)


async def test_a_token_from_the_settings_goes_before_a_renewed_one(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    await stage.pages()
    stage.pass_time(seconds=WEEK_SECONDS)
    await stage.pages()
    stage.token = stage.server.token = "made-anew"
    stage.network = stage.connect()
    await stage.pages()
    assert "token" not in stage.kept.values


async def test_a_token_that_may_not_be_renewed_is_used_as_it_is(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(renewable=False)
    first = stage.writes(Kind.COMMENT, "first")
    await stage.pages()
    stage.pass_time(seconds=WEEK_SECONDS)
    for _ in range(2):
        assert [message.remote_id for message in await stage.messages()] == [first]
    assert len(stage.asked("refresh_access_token")) == 1
    report = await stage.network.check()
    assert report.expires_at is not None
    assert report.expires_at < stage.clock + LIFE_MS


async def test_a_pause_while_renewing_is_a_pause(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    await stage.pages()
    stage.pass_time(seconds=WEEK_SECONDS)
    stage.wire.fail_next(Fault.RATE_LIMIT)
    with pytest.raises(TryLater):
        await stage.pages()
    await stage.pages()
    assert stage.server.renewals == 1
