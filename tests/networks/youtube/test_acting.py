"""Checking, answering and moderating."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.network import Capability
from cminbox.network_kit.failures import Gone, Refused, SendOutcomeUnknown, SignInAgain
from cminbox.networks.youtube.account import SCOPE
from cminbox.simulators.wire import Fault, Response
from cminbox.simulators.youtube import Application
from cminbox.simulators.youtube.world import HELD, PUBLISHED, REJECTED

if TYPE_CHECKING:
    from tests.networks.youtube.conftest import Stage

    from cminbox.simulators.wire import Request

COMMENTS = "/youtube/v3/comments"
MODERATE = "/youtube/v3/comments/setModerationStatus"


async def test_the_check_says_which_channel_it_is_and_what_is_seen(stage: Stage) -> None:
    for number in range(3):
        stage.server.someone_comments(stage.ana, f"comment {number}")
    report = await stage.network.check()
    assert (report.me.remote_id, report.me.handle, report.me.name) == (stage.server.world.brand.id, "acme", "Acme")
    said = " ".join(str(remark) for remark in report.remarks)
    assert "Acme; its public videos: 1" in said
    assert "Comments that can be seen: 3, the newest from 2026-" in said
    assert report.expires_at is None


async def test_a_channel_without_comments_is_said_to_show_none(stage: Stage) -> None:
    assert "No comment can be seen" in [str(remark) for remark in (await stage.network.check()).remarks]


async def test_a_google_account_without_a_channel_is_named(make_stage: type[Stage]) -> None:
    stage = make_stage(title="")
    with pytest.raises(Refused, match="no YouTube channel"):
        await stage.network.check()


async def test_a_sign_in_without_the_permission_is_named(make_stage: type[Stage]) -> None:
    stage = make_stage(application=Application(scopes=("https://www.googleapis.com/auth/youtube.readonly",)))
    assert (await stage.network.check()).missing_scopes == (SCOPE,)
    with pytest.raises(SignInAgain) as caught:
        await stage.pages()
    assert caught.value.missing_scope == SCOPE


async def test_the_check_says_when_an_application_in_testing_ends(make_stage: type[Stage]) -> None:
    stage = make_stage(application=Application(testing=True))
    report = await stage.network.check()
    assert report.expires_at is not None
    assert 6 < (report.expires_at - stage.clock) / (24 * 3600 * 1000) < 7
    assert any("in testing" in str(remark) for remark in report.remarks)


async def test_a_reply_to_a_reply_goes_below_the_same_comment(stage: Stage) -> None:
    top = stage.server.someone_comments(stage.ana, "top")
    reply = stage.server.someone_comments(stage.ben, "me too", top)
    receipt = await stage.network.reply(stage.answer(reply, "Both of you, thank you"))
    (ours,) = stage.server.published()
    assert (ours.id, ours.parent, ours.text) == (receipt.remote_id, top, "Both of you, thank you")
    assert receipt.permalink is not None
    assert receipt.permalink.endswith(f"&lc={ours.id}")
    found = await stage.network.find_sent(stage.answer(reply, "Both of you, thank you"))
    assert found is not None
    assert found.remote_id == ours.id


async def test_a_reply_below_what_vanished_between_look_and_send_is_gone(stage: Stage) -> None:
    top = stage.server.someone_comments(stage.ana, "top")

    def vanish(request: Request, response: Response) -> Response:
        if request.method == "GET" and request.path == COMMENTS and top in stage.server.world.comments:
            stage.server.world.delete(top)
        return response

    stage.intercept(vanish)
    with pytest.raises(Gone):
        await stage.network.reply(stage.answer(top, "Thank you"))
    assert await stage.network.find_sent(stage.answer(top, "Thank you")) is None


async def test_an_answer_that_names_the_customers_own_comment_is_no_receipt(stage: Stage) -> None:
    top = stage.server.someone_comments(stage.ana, "top")

    def mistake(request: Request, response: Response) -> Response:
        return Response.of(json.loads(response.body) | {"id": top}) if stage.server.publishes(request) else response

    stage.intercept(mistake)
    with pytest.raises(SendOutcomeUnknown):
        await stage.network.reply(stage.answer(top, "Thank you"))


async def test_blanks_alone_are_no_reply(stage: Stage) -> None:
    top = stage.server.someone_comments(stage.ana, "top")
    with pytest.raises(Refused, match="empty"):
        await stage.network.reply(stage.answer(top, " \n "))
    assert stage.asked(COMMENTS, "POST") == []


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_refusals_are_known_by_their_reason_in_any_language(make_stage: type[Stage], language: str) -> None:
    stage = make_stage(language=language)
    held = stage.server.someone_comments(stage.ana, "held", status=HELD)
    with pytest.raises(Refused, match="parentCommentIsPrivate"):
        await stage.network.reply(stage.answer(held, "Thank you"))
    with pytest.raises(Gone):
        await stage.network.unhide("Ug-nothing")


async def test_hiding_holds_a_comment_and_showing_it_publishes_it(stage: Stage) -> None:
    rude = stage.server.someone_comments(stage.ana, "rude")
    await stage.network.hide(rude)
    assert stage.server.world.comments[rude].status == HELD
    await stage.network.approve(rude)
    assert stage.server.world.comments[rude].status == PUBLISHED


async def test_many_comments_are_moderated_by_one_request(stage: Stage) -> None:
    rude = [stage.server.someone_comments(stage.ana, f"rude {number}") for number in range(30)]
    await stage.network.check()
    before = stage.server.spent_today()
    await stage.network.act_together(Capability.HIDE, rude)
    assert {stage.server.world.comments[one].status for one in rude} == {HELD}
    assert stage.server.spent_today() - before == 50


async def test_ours_is_deleted_and_anothers_is_rejected(stage: Stage) -> None:
    top = stage.server.someone_comments(stage.ana, "rude")
    ours = stage.server.we_comment("mistyped", top)
    await stage.network.delete(ours)
    assert ours not in stage.server.world.comments
    await stage.network.delete(top)
    assert stage.server.world.comments[top].status == REJECTED
    await stage.network.delete(top)
    assert len(stage.asked(MODERATE, "POST")) == 1


async def test_a_person_is_banned_by_a_comment_and_nothing_else_of_others_changes(stage: Stage) -> None:
    spam = stage.server.someone_comments(stage.ben, "buy")
    other = stage.server.someone_comments(stage.ana, "hello")
    await stage.network.block(stage.ben.id)
    assert stage.ben.banned
    assert stage.server.world.comments[spam].status == REJECTED
    assert (stage.ana.banned, stage.server.world.comments[other].status) == (False, PUBLISHED)
    (request,) = stage.asked(MODERATE, "POST")
    assert (request.first("banAuthor"), request.first("moderationStatus")) == ("true", REJECTED)
    stage.network = stage.connect()
    await stage.network.block(stage.ben.id)


async def test_somebody_of_whom_nothing_can_be_seen_cannot_be_banned(stage: Stage) -> None:
    with pytest.raises(Refused, match="YouTube Studio"):
        await stage.network.block("UC-nobody")


async def test_a_dead_access_token_is_renewed_without_a_word(stage: Stage) -> None:
    stage.server.someone_comments(stage.ana, "hello")
    await stage.network.check()
    stage.server.google.expire()
    assert len(await stage.messages()) == 1
    assert len(stage.asked("/token", "POST")) == 2


async def test_two_adapters_share_one_access_token(stage: Stage) -> None:
    await stage.network.check()
    await stage.connect().check()
    assert len(stage.asked("/token", "POST")) == 1


async def test_a_sign_in_that_was_taken_back_asks_for_another(stage: Stage) -> None:
    await stage.network.check()
    stage.server.google.revoke()
    with pytest.raises(SignInAgain, match="taken back"):
        await stage.pages()


async def test_a_server_error_after_the_write_is_found_again(stage: Stage) -> None:
    top = stage.server.someone_comments(stage.ana, "top")
    stage.wire.fail_next(Fault.ERROR_AFTER_WRITE, publishing=True)
    reply = stage.answer(top, "Thank you!")
    with pytest.raises(SendOutcomeUnknown):
        await stage.network.reply(reply)
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert [found.remote_id] == [one.id for one in stage.server.published()]


async def test_an_interface_that_is_not_enabled_is_named(stage: Stage) -> None:
    error = {"code": 403, "message": "x", "details": [{"@type": "ErrorInfo", "reason": "SERVICE_DISABLED"}]}
    off = Response.of({"error": error}, 403)
    stage.intercept(lambda request, response: off if request.method == "GET" else response)
    with pytest.raises(Refused, match="not enabled"):
        await stage.network.check()
