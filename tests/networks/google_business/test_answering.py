"""An answer takes the place of the one before it, never of one that nobody here has seen; deleting is as careful."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.networks.google_business.conftest import HOUR_MS, Stage

from cminbox.network_kit.contract import CodeTyped
from cminbox.network_kit.failures import Refused, SendOutcomeUnknown, SignInAgain
from cminbox.network_kit.reviews.review import parts_of
from cminbox.networks.google_business import NETWORK
from cminbox.networks.google_business.account import SCOPE
from cminbox.simulators.google_business.server import APPLICATION, PLACE
from cminbox.simulators.wire import Fault, Response

if TYPE_CHECKING:
    from cminbox.network_kit.contract import SigningIn

OTHER = "https://www.googleapis.com/auth/youtube.force-ssl"


async def test_an_answer_that_was_seen_is_replaced(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    stage.we_answer(identifier, "sorry")
    stage.later(HOUR_MS)
    receipt = await stage.network.reply(stage.answer(identifier, "mended"))
    assert stage.review(identifier).reply == "mended"
    (answer,) = [message for message in await stage.messages() if message.ours]
    assert answer.remote_id == receipt.remote_id


async def test_a_newer_answer_of_a_colleague_is_never_overwritten(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    reply = stage.answer(identifier, "mine")
    stage.we_answer(identifier, "a colleague's")
    with pytest.raises(Refused, match="answered from another program"):
        await stage.network.reply(reply)
    assert stage.review(identifier).reply == "a colleague's"
    assert not any(request.method == "PUT" for request in stage.wire.seen)
    await stage.network.thread(identifier)
    await stage.network.reply(reply)
    assert stage.review(identifier).reply == "mine"


async def test_an_answer_of_ours_is_deleted_but_not_the_one_that_took_its_place(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    first = await stage.network.reply(stage.answer(identifier, "mine"))
    stage.we_answer(identifier, "a colleague's")
    await stage.network.delete(first.remote_id)
    assert stage.review(identifier).reply == "a colleague's"
    (answer,) = [message for message in await stage.messages() if message.ours]
    await stage.network.delete(answer.remote_id)
    assert stage.review(identifier).reply == ""
    await stage.network.delete(answer.remote_id)


async def test_what_others_wrote_cannot_be_deleted(stage: Stage) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    with pytest.raises(Refused, match="can only be reported"):
        await stage.network.delete(identifier)


@pytest.mark.parametrize(("amount", "fits"), [(4095, True), (4096, True), (4097, False)])
async def test_bytes_are_counted(stage: Stage, amount: int, *, fits: bool) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    text = "é" * (amount // 2) + "e" * (amount % 2)
    if fits:
        await stage.network.reply(stage.answer(identifier, text))
    else:
        with pytest.raises(Refused, match="4097 of at most 4096"):
            await stage.network.reply(stage.answer(identifier, text))
    assert (stage.review(identifier).reply == text) is fits


@pytest.mark.parametrize("body", [{}, {"comment": None}, {"comment": " "}, {"updateTime": "2026-01-01T00:00:00Z"}, 1])
async def test_an_answer_that_names_nothing_is_unknown(stage: Stage, body: object) -> None:
    identifier = stage.server.someone_reviews("ana", "bad")
    stage.intercept(lambda request, old: Response.of(body) if request.method == "PUT" else old)
    with pytest.raises(SendOutcomeUnknown):
        await stage.network.reply(stage.answer(identifier, "sorry"))


async def test_somebody_who_may_only_look_learns_why(make_stage: type[Stage]) -> None:
    stage = make_stage(permitted=False, language="fr")
    identifier = stage.server.someone_reviews("ana", "bad")
    with pytest.raises(Refused, match="owner or a manager"):
        await stage.network.reply(stage.answer(identifier, "sorry"))


async def test_a_place_that_left_the_business_takes_no_answer(stage: Stage) -> None:
    stage.server.add_place("Sold", "3001")
    identifier = stage.server.someone_reviews("ana", "bad", "3001")
    await stage.read()
    del stage.server.places["3001"]
    stage.later(2 * HOUR_MS)
    with pytest.raises(Refused, match="no longer among those"):
        await stage.network.reply(stage.answer(identifier, "sorry"))
    assert await stage.connect().find_sent(stage.answer(f"{PLACE}/unknown", "sorry")) is None


def test_ids_of_answers_are_told_from_those_of_reviews() -> None:
    assert parts_of("2001/R1") == ("2001/R1", None)
    assert parts_of("2001/R1/reply/abc") == ("2001/R1", "abc")


async def test_a_permission_that_was_taken_away_is_named(make_stage: type[Stage]) -> None:
    stage = make_stage(application=replace(APPLICATION, scopes=(OTHER,)))
    with pytest.raises(SignInAgain) as caught:
        await stage.network.check()
    assert caught.value.missing_scope == SCOPE


async def test_the_end_of_a_sign_in_of_an_application_in_testing_is_told(make_stage: type[Stage]) -> None:
    stage = make_stage(application=replace(APPLICATION, testing=True))
    report = await stage.network.check()
    assert report.expires_at is not None
    assert any("application is in testing" in str(remark) for remark in report.remarks)


async def test_the_check_names_the_business_its_places_and_their_stars(stage: Stage) -> None:
    stage.server.someone_reviews("ana", "bad", stars=2)
    report = await stage.network.check()
    assert (report.me.name, report.me.remote_id) == ("Acme Lyon", PLACE)
    said = [str(remark) for remark in report.remarks]
    assert f"Places whose reviews are read: 1: Acme Lyon ({PLACE})" in said
    assert "Reviews of Acme Lyon: 1, 2.0 of 5 stars" in said
    stage.server.add_place("Acme Nantes", "3001")
    assert (await stage.network.check()).me.name == "Acme"


async def begun(stage: Stage) -> SigningIn:
    application = stage.server.google.application
    settings = {
        "client_id": application.client_id,
        "client_secret": application.client_secret,
        "sign_in_url": "https://oauth2.googleapis.com",
    }
    sign_in = await NETWORK.begin_sign_in(settings, stage.http)
    assert sign_in is not None
    return sign_in


@pytest.mark.parametrize("device", [True, False])
async def test_the_sign_in_is_an_address_whose_outcome_is_pasted(make_stage: type[Stage], *, device: bool) -> None:
    stage = make_stage(application=replace(APPLICATION, device=device))
    sign_in = await begun(stage)
    assert not isinstance(sign_in, CodeTyped), "devices are not given this permission"
    secrets = await sign_in.finish(stage.server.google.approve(sign_in.address))
    assert secrets["refresh_token"] in stage.server.google.refresh_tokens


async def test_a_box_that_was_left_empty_is_named(make_stage: type[Stage]) -> None:
    stage = make_stage(application=replace(APPLICATION, scopes=(OTHER,)))
    sign_in = await begun(stage)
    with pytest.raises(Refused, match="box for Google Business Profile"):
        await sign_in.finish(stage.server.google.approve(sign_in.address))


async def test_errors_are_known_in_any_language(make_stage: type[Stage]) -> None:
    said = []
    for language in ("en", "fr"):
        stage = make_stage(language=language)
        await stage.network.check()
        stage.wire.fail_next(Fault.FORBIDDEN)
        with pytest.raises(Refused) as caught:
            await stage.pages()
        said.append(str(caught.value))
    assert said[0] == said[1]
