"""Signing in over SSH by a pasted address, tokens for sixty days and a year, roles, and versions that end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from cminbox.network_kit.failures import Refused, SignInAgain
from cminbox.networks.linkedin import NETWORK
from cminbox.networks.linkedin.account import ASKED
from cminbox.simulators.linkedin import Application
from cminbox.simulators.linkedin.server import Rules
from cminbox.simulators.wire import Fault

if TYPE_CHECKING:
    from tests.networks.linkedin.conftest import Stage

    from cminbox.network_kit.contract import SigningIn

DAY_MS = 24 * 3600 * 1000
TOKEN = "/oauth/v2/accessToken"
ONCE = Application(renewable=False)


async def begun(stage: Stage, **other: str) -> SigningIn:
    application = stage.application
    settings = {"client_id": application.client_id, "client_secret": application.client_secret} | other
    sign_in = await NETWORK.begin_sign_in(settings, stage.http)
    assert sign_in is not None
    return sign_in


async def test_the_pasted_address_brings_the_tokens(stage: Stage) -> None:
    sign_in = await begun(stage)
    asked = parse_qs(urlsplit(sign_in.address).query)
    assert sign_in.address.startswith("https://www.linkedin.com/oauth/v2/authorization?")
    assert asked["scope"] == [" ".join(ASKED)]
    assert "+" not in sign_in.address
    secrets = await sign_in.finish(f" {stage.server.oauth.approve(sign_in.address)}\n")
    assert set(secrets) == {"access_token", "refresh_token"}
    assert secrets["access_token"] in stage.server.oauth.access
    assert stage.application.client_secret not in repr(sign_in)


async def test_the_code_alone_will_do_and_an_unapproved_application_gets_one_token(make_stage: type[Stage]) -> None:
    stage = make_stage(application=ONCE)
    sign_in = await begun(stage)
    code = parse_qs(urlsplit(stage.server.oauth.approve(sign_in.address)).query)["code"][0]
    assert set(await sign_in.finish(code)) == {"access_token"}


@pytest.mark.parametrize(
    ("pasted", "word"),
    [
        ("http://localhost:8914/?code=c&state=other", "not of this sign-in"),
        ("http://localhost:8914/", "not of this sign-in"),
        ("http://localhost:8914/?error=user_cancelled_authorize", "user_cancelled_authorize"),
        ("mistyped", "did not accept the code"),
        ("http://[", "not of this sign-in"),
    ],
)
async def test_what_brings_no_code_is_refused(stage: Stage, pasted: str, word: str) -> None:
    with pytest.raises(Refused, match=word):
        await (await begun(stage)).finish(pasted)


async def test_a_code_lives_for_thirty_minutes_and_once(stage: Stage) -> None:
    sign_in = await begun(stage)
    late = stage.server.oauth.approve(sign_in.address)
    stage.later(seconds=31 * 60)
    with pytest.raises(Refused, match="thirty minutes"):
        await sign_in.finish(late)
    pasted = stage.server.oauth.approve(sign_in.address)
    await sign_in.finish(pasted)
    with pytest.raises(Refused, match="used up"):
        await sign_in.finish(pasted)


async def test_an_address_that_is_not_registered_is_named(stage: Stage) -> None:
    sign_in = await begun(stage, redirect_url="https://brand.example/elsewhere")
    with pytest.raises(Refused, match="unauthorized_client"):
        await sign_in.finish(stage.server.oauth.approve(sign_in.address))


async def test_a_permission_that_was_not_given_is_named(make_stage: type[Stage]) -> None:
    stage = make_stage(application=Application(scopes=("r_organization_social_feed", "rw_organization_admin")))
    sign_in = await begun(stage)
    with pytest.raises(Refused, match="w_organization_social_feed"):
        await sign_in.finish(stage.server.oauth.approve(sign_in.address))


async def test_a_wrong_secret_is_named(stage: Stage) -> None:
    sign_in = await begun(stage, client_secret="wrong")
    with pytest.raises(SignInAgain, match="belong together"):
        await sign_in.finish(stage.server.oauth.approve(sign_in.address))


async def test_a_token_is_renewed_when_it_dies_and_the_new_one_is_kept(stage: Stage) -> None:
    stage.comment("hello")
    stage.later(days=61)
    stage.comment("still there")
    assert [message.text for message in await stage.messages()][-1] == "still there"
    assert len(stage.asked(TOKEN, "POST")) == 1
    stage.network = stage.connect()
    await stage.messages()
    assert len(stage.asked(TOKEN, "POST")) == 1
    stage.later(days=59.5)
    await stage.messages()
    assert len(stage.asked(TOKEN, "POST")) == 2, "a token that ends within a day is renewed before"


async def test_after_a_year_or_when_taken_back_a_person_has_to_sign_in(stage: Stage) -> None:
    stage.later(days=366)
    with pytest.raises(SignInAgain, match="sixty days"):
        await stage.messages()


async def test_without_renewal_it_ends_after_sixty_days(make_stage: type[Stage]) -> None:
    stage = make_stage(application=ONCE)
    report = await stage.network.check()
    assert report.expires_at == (stage.server.oauth.authorized_at + 60 * DAY_MS) // 1000 * 1000
    assert any("no token to renew" in str(remark) for remark in report.remarks)
    stage.later(days=61)
    with pytest.raises(SignInAgain):
        await stage.messages()
    assert stage.asked(TOKEN, "POST") == []


async def test_two_processes_renew_once(stage: Stage) -> None:
    first, second = stage.connect(), stage.connect()
    await first.check()
    await second.check()
    stage.server.oauth.expire()
    await first.check()
    await second.check()
    assert len(stage.asked(TOKEN, "POST")) == 1


async def test_a_new_sign_in_takes_no_token_of_the_old_one(stage: Stage) -> None:
    stage.server.oauth.expire()
    await stage.network.check()
    stage.server.oauth.give("AQ-second", "AQ-second-refresh")
    stage.account = stage.account.model_copy(update={"access_token": SecretStr("AQ-second")})
    await stage.connect().check()
    assert stage.wire.seen[-1].headers["authorization"] == "Bearer AQ-second"


async def test_the_check_says_until_when_and_what_can_be_seen(stage: Stage) -> None:
    assert "Nothing was written" in str((await stage.network.check()).remarks[0])
    stage.comment("hello")
    report = await stage.network.check()
    assert (report.me.handle, report.me.name) == ("acme", "Acme")
    assert report.expires_at == stage.server.oauth.authorized_at // 1000 * 1000 + 365 * DAY_MS
    assert "1, the newest from 2026-09-21" in str(report.remarks[0])
    assert report.facts["api_version_ends"] == "2027-07-15"
    stage.later(days=360)
    assert any("ends on" in str(remark) and "a year" in str(remark) for remark in (await stage.network.check()).remarks)


@pytest.mark.parametrize("role", ["RECRUITING_POSTER", "DIRECT_SPONSORED_CONTENT_POSTER", "ANALYST"])
async def test_a_wrong_role_is_named_where_linkedin_shows_empty_lists(make_stage: type[Stage], role: str) -> None:
    stage = make_stage(rules=Rules(roles=(role,)))
    for act in (stage.network.check, stage.messages):
        with pytest.raises(SignInAgain, match=role) as caught:
            await act()
        assert "ADMINISTRATOR" in str(caught.value)


async def test_somebody_without_a_role_is_told_the_number_of_the_page(make_stage: type[Stage]) -> None:
    stage = make_stage(rules=Rules(roles=()))
    with pytest.raises(SignInAgain, match="5515715"):
        await stage.network.check()


async def test_a_missing_permission_is_reported(make_stage: type[Stage]) -> None:
    stage = make_stage(application=Application(scopes=("rw_organization_admin", "r_organization_social_feed")))
    report = await stage.network.check()
    assert report.missing_scopes == ("w_organization_social_feed",)
    lesser = replace(stage.application, scopes=tuple(scope for scope in ASKED if scope != "r_organization_social"))
    stage.server.oauth.application = lesser
    assert any("r_organization_social" in str(remark) for remark in (await stage.network.check()).remarks)


async def test_a_version_that_has_ended_is_named_and_nothing_is_sent(stage: Stage) -> None:
    asked = stage.comment("A question")
    await stage.messages()
    stage.server.sunset("202607")
    for act in (stage.network.check, stage.messages):
        with pytest.raises(Refused, match=r"202607.*api_version"):
            await act()
    with pytest.raises(Refused, match="202607"):
        await stage.network.reply(stage.answer(asked, "An answer"))
    assert stage.server.published() == []


async def test_another_version_is_asked_for_when_it_is_set(make_stage: type[Stage]) -> None:
    stage = make_stage(version="202610")
    await stage.network.check()
    assert {seen.headers.get("linkedin-version", "202610") for seen in stage.wire.seen} == {"202610"}
    account = make_stage(version="202602").network.account
    assert account.asked(NETWORK.manifest).api_ends == "2027-02-15"


async def test_errors_are_known_by_their_code_in_any_language(make_stage: type[Stage]) -> None:
    stage = make_stage(rules=Rules(language="fr"))
    asked = stage.comment("A question")
    stage.wire.fail_next(Fault.FORBIDDEN)
    with pytest.raises(Refused, match="ACCESS_DENIED"):
        await stage.network.thread(asked)
    stage.server.oauth.revoke()
    with pytest.raises(SignInAgain):
        await stage.network.thread(asked)
