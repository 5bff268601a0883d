"""Signing in over SSH: by a number that X shows, or by an address that is pasted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from cminbox.network_kit.failures import Refused, SignInAgain
from cminbox.networks.x import NETWORK
from cminbox.networks.x.account import SCOPES, XAccount
from cminbox.networks.x.oauth1 import Keys, signature
from cminbox.simulators.wire import Fault
from cminbox.simulators.x import Application

if TYPE_CHECKING:
    from tests.networks.x.conftest import Stage

    from cminbox.network_kit.contract import SigningIn


async def begun(stage: Stage, **other: str) -> SigningIn:
    settings = {"app_key": stage.application.key, "app_secret": stage.application.secret, "sign_in": stage.sign_in}
    sign_in = await NETWORK.begin_sign_in(settings | other, stage.http)
    assert sign_in is not None
    return sign_in


@pytest.fixture
def stage(make_stage: type[Stage]) -> Stage:
    """A server of today: a sign-in looks at the clock on the wall."""
    return make_stage(start=time.time_ns() // 1_000_000)


@pytest.fixture
def browser(make_stage: type[Stage]) -> Stage:
    return make_stage(sign_in="browser", start=time.time_ns() // 1_000_000)


async def test_a_number_brings_the_token_and_its_secret(stage: Stage) -> None:
    sign_in = await begun(stage)
    assert sign_in.address.startswith("https://api.x.com/oauth/authorize?oauth_token=")
    pin = stage.server.sign_ins.show_pin(sign_in.address)
    secrets = await sign_in.finish(f" {pin[:3]} {pin[3:]} ")
    assert secrets == {"token": "simulated-token", "token_secret": "simulated-token-secret"}
    assert stage.application.secret not in repr(sign_in)


@pytest.mark.parametrize("pin", ["0000000", ""])
async def test_a_wrong_number_is_refused_with_its_reason(stage: Stage, pin: str) -> None:
    sign_in = await begun(stage)
    stage.server.sign_ins.show_pin(sign_in.address)
    with pytest.raises(Refused, match="mistyped or used up"):
        await sign_in.finish(pin)


async def test_a_number_works_once(stage: Stage) -> None:
    sign_in = await begun(stage)
    pin = stage.server.sign_ins.show_pin(sign_in.address)
    await sign_in.finish(pin)
    with pytest.raises(Refused):
        await sign_in.finish(pin)


async def test_keys_of_another_application_are_refused(stage: Stage) -> None:
    with pytest.raises(Refused, match="app_key and app_secret"):
        await begun(stage, app_secret="another")


@pytest.mark.parametrize("whole", [True, False])
async def test_an_address_or_its_code_brings_a_token_that_can_be_renewed(browser: Stage, *, whole: bool) -> None:
    sign_in = await begun(browser)
    assert sign_in.address.startswith("https://x.com/i/oauth2/authorize?response_type=code")
    assert all(scope in sign_in.address for scope in SCOPES)
    shown = browser.server.sign_ins.approve(sign_in.address)
    pasted = shown if whole else shown.partition("code=")[2]
    secrets = await sign_in.finish(f" {pasted} ")
    assert secrets["token"] in browser.server.sign_ins.refresh_tokens
    browser.network = browser.connect(token=secrets["token"])
    assert (await browser.check()).me.handle == "acme"


async def test_a_code_is_good_for_half_a_minute(browser: Stage) -> None:
    sign_in = await begun(browser)
    shown = browser.server.sign_ins.approve(sign_in.address)
    browser.later(31_000)
    with pytest.raises(Refused, match="half a minute"):
        await sign_in.finish(shown)


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("http://127.0.0.1:8914/?error=access_denied&state=x", "not given"),
        ("http://127.0.0.1:8914/?state=other&code=c", "not of this sign-in"),
        ("http://127.0.0.1:8914/", "not of this sign-in"),
        ("nonsense", "half a minute"),
    ],
)
async def test_a_wrong_address_is_refused_with_its_reason(browser: Stage, pasted: str, said: str) -> None:
    sign_in = await begun(browser)
    with pytest.raises(Refused, match=said):
        await sign_in.finish(pasted)


async def test_a_wrong_client_secret_is_named(browser: Stage) -> None:
    sign_in = await begun(browser, app_secret="another")
    with pytest.raises(SignInAgain, match="app_key and app_secret"):
        await sign_in.finish(browser.server.sign_ins.approve(sign_in.address))


async def test_a_token_that_cannot_be_renewed_is_refused(make_stage: type[Stage]) -> None:
    application = Application(scopes=("tweet.read", "users.read"))
    stage = make_stage(sign_in="browser", application=application, start=time.time_ns() // 1_000_000)
    sign_in = await begun(stage)
    with pytest.raises(Refused, match=r"offline\.access"):
        await sign_in.finish(stage.server.sign_ins.approve(sign_in.address))


async def test_an_application_that_may_not_read_messages_is_told_so(make_stage: type[Stage]) -> None:
    stage = make_stage(application=Application(level="read-write"))
    report = await stage.check()
    assert report.missing_scopes == ("Read and write and Direct message",)
    stage.network = stage.connect(read_dms=False)
    assert (await stage.check()).missing_scopes == ()


async def test_a_token_taken_back_asks_for_a_new_sign_in(stage: Stage) -> None:
    stage.server.sign_ins.revoke()
    with pytest.raises(SignInAgain):
        await stage.check()


async def test_an_answer_in_another_form_is_no_token(stage: Stage) -> None:
    stage.wire.fail_next(Fault.HTML)
    with pytest.raises(Exception, match="web page"):
        await begun(stage)


def test_a_signature_is_that_of_the_standard() -> None:
    keys = Keys("dpf43f3p2l4k3l03", "kd94hf93k423kf44", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")
    params = [
        ("file", "vacation.jpg"),
        ("size", "original"),
        ("oauth_consumer_key", keys.consumer),
        ("oauth_token", keys.token),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "1191242096"),
        ("oauth_nonce", "kllo9940pd9333jh"),
        ("oauth_version", "1.0"),
    ]
    assert signature(keys, "get", "http://photos.example.net/photos", params) == "tR3+Ty81lMeYAr/Fid0kMTYa/WM="


@pytest.mark.parametrize(
    "wrong",
    [
        {"token_secret": ""},
        {"sign_in": "fax"},
        {"api_version": "v2"},
        {"base_url": "http://api.x.com"},
        {"calls_per_day": -1},
        {"app_key": ""},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, object]) -> None:
    given = {"app_key": "k", "app_secret": "s", "token": "t", "token_secret": "u"}
    assert XAccount.model_validate(given).base_url == "https://api.x.com"
    with pytest.raises(ValidationError):
        XAccount.model_validate(given | wrong)
