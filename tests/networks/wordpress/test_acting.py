"""Checking, signing in, answering and moderating."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from cminbox.domain.message import HELD, Kind
from cminbox.network_kit.failures import (
    Gone,
    NetworkFailure,
    Refused,
    SendOutcomeUnknown,
    SignInAgain,
    TryLater,
    Unreadable,
)
from cminbox.networks.wordpress.account import MAX_BYTES, MODERATES, WordpressAccount, site_of
from cminbox.networks.wordpress.network import Wordpress
from cminbox.simulators.wire import Response
from cminbox.simulators.wordpress import Rules
from cminbox.simulators.wordpress import world as standing
from cminbox.simulators.wordpress.desk import refusal

if TYPE_CHECKING:
    from tests.networks.wordpress.conftest import Stage

COMMENTS = "/wp-json/wp/v2/comments"


async def test_the_check_says_who_it_is_and_what_is_seen(stage: Stage) -> None:
    stage.server.someone_comments("ana", "hello")
    stage.server.someone_comments("ben", "may I?", status=standing.HELD)
    report = await stage.network.check()
    assert (report.me.remote_id, report.me.handle, report.me.name) == ("user/1", "acme", "Acme")
    said = " ".join(str(remark) for remark in report.remarks)
    assert "Comments that can be seen: 2, the newest from 2026-" in said
    assert "Comments that wait for approval: 1" in said
    assert "WooCommerce" in said


@pytest.mark.parametrize("role", ["subscriber", "author"])
async def test_a_password_of_a_weak_role_is_found_although_it_is_answered(make_stage: type[Stage], role: str) -> None:
    stage = make_stage(role=role)
    report = await stage.network.check()
    assert report.missing_scopes == (MODERATES,)
    assert any(role in str(remark) for remark in report.remarks)
    with pytest.raises(SignInAgain) as caught:
        await stage.pages()
    assert caught.value.missing_scope == MODERATES


@pytest.mark.parametrize("rules", [Rules(), Rules(language="fr")])
async def test_a_wrong_password_is_named_by_all_that_is_done_with_it(make_stage: type[Stage], rules: Rules) -> None:
    stage = make_stage(rules=rules, password="wron gwro ngwr ongw rong wron")
    asked = stage.server.someone_comments("ana", "hello")
    for act in (stage.network.check(), stage.pages(), stage.network.reply(stage.answer(asked, "hi"))):
        with pytest.raises(SignInAgain):
            await act


@pytest.mark.parametrize("code", ["rest_cannot_access", "rest_disabled", "rest_login_required"])
async def test_an_interface_that_a_plugin_has_switched_off_is_said_plainly(make_stage: type[Stage], code: str) -> None:
    stage = make_stage(rules=Rules(closed_by=code))
    for act in (stage.network.check(), stage.pages()):
        with pytest.raises(Refused, match="switched off the REST interface"):
            await act


async def test_a_site_without_pretty_permalinks_is_found_by_itself(make_stage: type[Stage]) -> None:
    stage = make_stage(rules=Rules(pretty=False))
    identifier = stage.server.someone_comments("ana", "hello")
    assert [message.text for message in await stage.new()] == ["hello"]
    receipt = await stage.network.reply(stage.answer(identifier, "hi"))
    assert [one.id for one in stage.server.published()] == [int(receipt.remote_id)]
    assert sum(seen.path.startswith("/wp-json") for seen in stage.wire.seen) == 1


async def test_an_address_without_a_wordpress_is_named(stage: Stage) -> None:
    nothing = Response(404, b"<!doctype html><title>404</title>", {"content-type": "text/html"})
    stage.intercept(lambda _request, _response: nothing)
    with pytest.raises(Refused, match="no REST interface"):
        await stage.network.check()


def test_an_address_is_taken_as_people_copy_it() -> None:
    for given in ("https://a.example/", "https://a.example/wp-json", "https://a.example/wp-json/wp/v2/comments"):
        assert site_of(given) == "https://a.example"
    assert site_of("https://a.example/blog/") == "https://a.example/blog"
    for given in ("https://a.example/?rest_route=/", "https://a.example/index.php?rest_route=/wp/v2"):
        assert site_of(given) == "https://a.example/?rest_route="
    for odd in ("http://a.example", "a.example", "https://user@a.example"):
        with pytest.raises(ValueError, match=r"address|https"):
            site_of(odd)
    with pytest.raises(ValidationError):
        WordpressAccount.model_validate(
            {"base_url": "https://a.example", "username": "a:b", "application_password": "x"}
        )


async def test_a_sign_in_begins_on_the_sites_own_page(stage: Stage) -> None:
    signing_in = await Wordpress.begin_sign_in({"base_url": "https://blog.example"}, stage.http)
    assert signing_in is not None
    assert signing_in.address == "https://blog.example/wp-admin/authorize-application.php?app_name=cminbox"
    assert await signing_in.finish(" abcd EFGH 1234 ijkl MNOP 5678 ") == {
        "application_password": "abcdEFGH1234ijklMNOP5678"
    }
    with pytest.raises(Refused, match="24 letters"):
        await signing_in.finish("my own password")


async def test_a_site_without_application_passwords_says_so(make_stage: type[Stage]) -> None:
    stage = make_stage(rules=Rules(passwords=False, pretty=False))
    with pytest.raises(Refused, match="switched off"):
        await Wordpress.begin_sign_in({"base_url": "https://blog.example"}, stage.http)
    with pytest.raises(NetworkFailure):
        await Wordpress.begin_sign_in({"base_url": "blog"}, stage.http)


async def test_the_same_words_twice_in_one_place_are_an_answer_for_the_person(stage: Stage) -> None:
    asked, other = stage.server.someone_comments("ana", "a"), stage.server.someone_comments("ben", "b")
    await stage.network.reply(stage.answer(asked, "Thank you"))
    with pytest.raises(Refused, match="very same words"):
        await stage.network.reply(stage.answer(asked, "Thank you"))
    await stage.network.reply(stage.answer(other, "Thank you"))
    assert len(stage.server.published()) == 2
    assert len(stage.asked(COMMENTS, "POST")) == 3


async def test_the_flood_protection_is_an_answer_for_the_person(make_stage: type[Stage]) -> None:
    stage = make_stage(role="author")
    asked = stage.server.someone_comments("ana", "a")
    await stage.network.reply(stage.answer(asked, "one"))
    with pytest.raises(Refused, match="only so often"):
        await stage.network.reply(stage.answer(asked, "two"))


async def test_what_nobody_sees_is_approved_before_it_is_answered(stage: Stage) -> None:
    for status in (standing.HELD, standing.SPAM):
        asked = stage.server.someone_comments("ana", "hello", status=status)
        with pytest.raises(Refused, match="approve it"):
            await stage.network.reply(stage.answer(asked, "hi"))
        await stage.network.approve(str(asked))
        await stage.network.reply(stage.answer(asked, "hi"))
    assert len(stage.server.published()) == 2


async def test_closed_comments_are_named(stage: Stage) -> None:
    asked = stage.server.someone_comments("ana", "hello")
    stage.server.post.is_open = False
    with pytest.raises(Refused, match="closed"):
        await stage.network.reply(stage.answer(asked, "hi"))


async def test_an_own_answer_that_waits_is_found_and_comes_as_waiting(make_stage: type[Stage]) -> None:
    stage = make_stage(rules=Rules(holds_own=True))
    asked = stage.server.someone_comments("ana", "hello")
    reply = stage.answer(asked, "hi")
    receipt = await stage.network.reply(reply)
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id
    ours = {message.remote_id: message for message in await stage.new()}[receipt.remote_id]
    assert (ours.ours, ours.labels) == (True, (HELD,))


async def test_a_length_is_that_of_what_the_site_keeps(stage: Stage) -> None:
    asked = stage.server.someone_comments("ana", "hello")
    fits = "<" * (MAX_BYTES // 4) + "a" * (MAX_BYTES % 4)
    await stage.network.reply(stage.answer(asked, fits))
    before = len(stage.wire.seen)
    with pytest.raises(Refused, match="too long: 65526 of at most 65525"):
        await stage.network.reply(stage.answer(asked, fits + "a"))
    with pytest.raises(Refused, match="empty"):
        await stage.network.reply(stage.answer(asked, " \n "))
    assert len(stage.wire.seen) == before


async def test_a_site_without_a_trash_deletes_for_good(make_stage: type[Stage]) -> None:
    stage = make_stage(rules=Rules(trash=False))
    identifier = stage.server.someone_comments("ana", "hello")
    for _ in range(2):
        await stage.network.delete(str(identifier))
    assert stage.server.world.comments == {}


async def test_a_review_is_moderated_and_answered_like_a_comment(stage: Stage) -> None:
    review = stage.server.someone_reviews("ana", "hm", status=standing.HELD)
    await stage.network.approve(str(review))
    await stage.network.reply(stage.answer(review, "Thank you", Kind.REVIEW))
    (ours,) = stage.server.published()
    assert (ours.parent, ours.post) == (review, stage.server.product)
    await stage.network.report(str(review), "spam")
    assert stage.server.world.comments[review].status == standing.SPAM


@pytest.mark.parametrize("remote_id", ["", "post/7", "-1", "7a", "٣", "9" * 40])
async def test_what_is_no_comment_is_gone(stage: Stage, remote_id: str) -> None:
    for act in (stage.network.hide(remote_id), stage.network.thread(remote_id)):
        with pytest.raises(Gone):
            await act
    await stage.network.delete(remote_id)
    assert await stage.network.find_sent(stage.answer(remote_id, "hi")) is None


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        (401, "incorrect_password", SignInAgain),
        (401, "application_passwords_disabled", SignInAgain),
        (401, "some_plugins_own", SignInAgain),
        (403, "rest_cannot_edit", Refused),
        (404, "rest_comment_invalid_id", Gone),
        (410, "rest_already_trashed", Gone),
        (404, "rest_no_route", Refused),
        (429, "too_many", TryLater),
        (500, "internal_server_error", TryLater),
        (400, "rest_invalid_param", Refused),
        (200, "an_error_inside_a_good_answer", Unreadable),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_errors_are_known_by_their_code_in_any_language(
    stage: Stage, status: int, code: str, failure: type[NetworkFailure], language: str
) -> None:
    stage.intercept(lambda _request, _response: refusal(status, code, "No&#8217;", language))
    with pytest.raises(failure) as caught:
        await stage.pages()
    assert type(caught.value).__mro__[:3].count(failure) == 1
    assert "&#8217;" not in str(caught.value)


async def test_warnings_of_php_before_a_good_answer_leave_a_send_in_doubt(stage: Stage) -> None:
    asked = stage.server.someone_comments("ana", "hello")
    noise = b"<br />\n<b>Warning</b>: Undefined array key in <b>plugin.php</b>\n"
    stage.intercept(
        lambda request, response: (
            Response(response.status, noise + response.body, response.headers) if request.method == "POST" else response
        )
    )
    reply = stage.answer(asked, "hi")
    with pytest.raises(SendOutcomeUnknown):
        await stage.network.reply(reply)
    assert await stage.network.find_sent(reply) is not None
