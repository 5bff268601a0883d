"""Moderating, reading threads, the check that finds wrong tokens and roles, and the token that is renewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import Gone, Refused, SignInAgain
from cminbox.network_kit.graph.renewing import EVERY_MS
from cminbox.networks.threads.account import ThreadsAccount
from cminbox.simulators.threads.server import SCOPES
from cminbox.simulators.threads.world import ACCOUNT_ID
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from tests.networks.threads.conftest import Stage


async def test_the_check_says_who_we_are_and_how_much_may_be_published(stage: Stage) -> None:
    stage.server.we_write("ours", stage.writes(Kind.COMMENT, "one"))
    report = await stage.network.check()
    assert (report.me.remote_id, report.me.handle, report.me.name) == ("acme", "acme", "Acme")
    assert "1, 1 of them with answers, the newest from 2026-" in str(report.remarks[0])
    assert (report.facts["answers_today"], report.facts["posts_today"]) == ("1 / 1000", "1 / 250")
    assert (report.missing_scopes, report.expires_at is not None) == ((), True)


@pytest.mark.parametrize("lacking", SCOPES[2:5])
async def test_the_check_names_what_is_lacking(make_stage: type[Stage], lacking: str) -> None:
    stage = make_stage(scopes=tuple(scope for scope in SCOPES if scope != lacking))
    assert (await stage.network.check()).missing_scopes == (lacking,)


async def test_the_check_finds_a_token_of_another_account_and_a_dead_one(stage: Stage) -> None:
    with pytest.raises(SignInAgain, match="belongs to acme, not to"):
        await stage.connect(username="other").check()
    stage.server.dead = 460
    with pytest.raises(SignInAgain, match="password"):
        await stage.connect().check()


def test_settings_that_cannot_be_are_refused() -> None:
    good: dict[str, Any] = {"username": "@Acme.Shop", "access_token": "t"}
    assert ThreadsAccount(**good).username == "acme.shop"
    for bad in ({"username": "a b"}, {"api_version": "1"}, {"base_url": "http://graph.example"}):
        with pytest.raises(ValidationError):
            ThreadsAccount(**(good | bad))


async def test_hiding_what_is_hidden_changes_nothing(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "hello")
    await stage.network.hide(first)
    await stage.network.hide(first)
    assert [request.json() for request in stage.wire.seen if request.method == "POST"] == [{"hide": True}]


async def test_what_stands_below_an_answer_is_not_hidden_by_itself(stage: Stage) -> None:
    second = stage.writes(Kind.COMMENT, "second", stage.writes(Kind.COMMENT, "first"))
    with pytest.raises(Refused, match="all below it"):
        await stage.network.hide(second)
    assert all(request.method == "GET" for request in stage.wire.seen)


async def test_what_others_wrote_is_not_deleted_and_what_stands_elsewhere_not_touched(stage: Stage) -> None:
    theirs, elsewhere = stage.writes(Kind.COMMENT, "hello"), stage.writes(Kind.MENTION, "@acme")
    for act, target in (
        (stage.network.delete, theirs),
        (stage.network.hide, elsewhere),
        (stage.network.approve, elsewhere),
    ):
        with pytest.raises(Refused):
            await act(target)
    assert all(request.method == "GET" for request in stage.wire.seen)


async def test_ours_is_deleted_and_twice_is_fine(stage: Stage) -> None:
    ours = (await stage.network.reply(stage.answer(stage.writes(Kind.COMMENT, "hello"), "ours"))).remote_id
    for _ in range(2):
        await stage.network.delete(ours)
    assert stage.published() == []


async def test_a_success_that_did_nothing_is_refused(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "hello")
    stage.intercept(
        lambda request, response: Response.of({"success": False}) if request.method == "POST" else response,
    )
    with pytest.raises(Refused, match="did not do"):
        await stage.network.hide(first)


async def test_an_approval_that_is_refused_is_told(stage: Stage) -> None:
    held = stage.server.someone_is_held_back("ana.lima", "may I?")
    stage.intercept(
        lambda request, response: Response.of({"error": {"code": 368}}, 400) if request.method == "POST" else response,
    )
    with pytest.raises(Refused):
        await stage.network.approve(held)


async def test_a_thread_begins_with_our_post(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "first")
    ours = stage.server.we_write("ours", first)
    third = stage.writes(Kind.COMMENT, "third", ours)
    thread = await stage.network.thread(third)
    assert [message.remote_id for message in thread.above] == [stage.server.brand_post().id, first, ours]
    assert [message.ours for message in thread.above] == [True, False, True]
    assert thread.message.kind is Kind.COMMENT
    assert [message.remote_id for message in (await stage.network.thread(first)).below] == [ours, third]


async def test_a_thread_is_shown_without_what_is_gone_above(stage: Stage) -> None:
    above = stage.writes(Kind.MENTION, "@acme")
    below = stage.writes(Kind.MENTION, "@acme?", above)
    stage.server.world.remove(stage.server.world.posts[above])
    thread = await stage.network.thread(below)
    assert (thread.above, thread.message.kind) == ((), Kind.MENTION)
    with pytest.raises(Gone):
        await stage.network.thread(above)


async def test_a_token_is_renewed_every_week_and_never_stands_in_an_address(stage: Stage) -> None:
    await stage.pages()
    stage.pass_time(seconds=EVERY_MS / 1000)
    await stage.pages()
    assert (stage.server.renewals, stage.kept.values["token"]) == (1, stage.server.token)
    assert (await stage.connect().check()).me.handle == "acme"
    assert all("stage-threads-token" not in str(request.query) for request in stage.wire.seen)
    assert stage.asked(ACCOUNT_ID)
