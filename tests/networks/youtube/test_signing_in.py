"""Signing in over SSH: by a code typed at Google, or by an address that is pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cminbox.network_kit.contract import CodeTyped
from cminbox.network_kit.failures import Refused, SignInAgain, TryLater
from cminbox.networks.youtube import NETWORK
from cminbox.networks.youtube.account import SCOPE
from cminbox.simulators.youtube import Application

if TYPE_CHECKING:
    from tests.networks.youtube.conftest import Stage

    from cminbox.network_kit.contract import SigningIn

SECRET = "GOCSPX-sign-in-secret"
DEVICE = Application(client_secret=SECRET)
DESKTOP = Application(client_secret=SECRET, device=False)
READ_ONLY = "https://www.googleapis.com/auth/youtube.readonly"


async def begun(stage: Stage, **other: str) -> SigningIn:
    settings = {"client_id": stage.application.client_id, "client_secret": SECRET} | other
    sign_in = await NETWORK.begin_sign_in(settings, stage.http)
    assert sign_in is not None
    return sign_in


async def test_a_code_typed_at_google_brings_the_token(make_stage: type[Stage]) -> None:
    stage = make_stage(application=DEVICE)
    sign_in = await begun(stage)
    assert isinstance(sign_in, CodeTyped)
    assert sign_in.address == "https://www.google.com/device"
    with pytest.raises(TryLater) as caught:
        await sign_in.finish("")
    assert caught.value.after == 5
    stage.later(5_000)
    stage.server.google.agree(sign_in.user_code)
    secrets = await sign_in.finish("")
    assert set(secrets) == {"refresh_token"}
    assert secrets["refresh_token"] in stage.server.google.refresh_tokens
    (asked, *_) = stage.asked("/device/code", "POST")
    assert asked.form()["scope"] == SCOPE
    assert SECRET not in repr(sign_in)


async def test_who_asks_too_often_waits_longer(make_stage: type[Stage]) -> None:
    stage = make_stage(application=DEVICE)
    sign_in = await begun(stage)
    with pytest.raises(TryLater):
        await sign_in.finish("")
    with pytest.raises(TryLater) as caught:
        await sign_in.finish("")
    assert caught.value.after == 10


@pytest.mark.parametrize(("answer", "said"), [("denied", "not given"), ("late", "too old")])
async def test_a_refusal_or_an_old_code_ends_the_sign_in(make_stage: type[Stage], answer: str, said: str) -> None:
    stage = make_stage(application=DEVICE)
    sign_in = await begun(stage)
    assert isinstance(sign_in, CodeTyped)
    if answer == "late":
        stage.later(3600 * 1000)
    else:
        stage.server.google.agree(sign_in.user_code, answer)
    with pytest.raises(Refused, match=said):
        await sign_in.finish("")


@pytest.mark.parametrize(
    "application", [DESKTOP, Application(client_secret=SECRET, device_scopes=(READ_ONLY,))], ids=["desktop", "scope"]
)
async def test_where_devices_cannot_sign_in_an_address_is_pasted(
    make_stage: type[Stage], application: Application
) -> None:
    stage = make_stage(application=application)
    for whole in (True, False):
        sign_in = await begun(stage)
        assert not isinstance(sign_in, CodeTyped)
        assert sign_in.address.startswith("https://accounts.google.com/o/oauth2/v2/auth?")
        shown = stage.server.google.approve(sign_in.address)
        pasted = shown if whole else shown.partition("code=")[2].partition("&")[0]
        secrets = await sign_in.finish(f" {pasted} ")
        assert secrets["refresh_token"] in stage.server.google.refresh_tokens


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("http://127.0.0.1:8914/?error=access_denied", "not given"),
        ("http://127.0.0.1:8914/?state=other&code=4/x", "not of this sign-in"),
        ("http://127.0.0.1:8914/", "not of this sign-in"),
        ("4/nonsense", "not accepted"),
    ],
)
async def test_a_wrong_address_is_refused_with_its_reason(make_stage: type[Stage], pasted: str, said: str) -> None:
    sign_in = await begun(make_stage(application=DESKTOP))
    with pytest.raises(Refused, match=said):
        await sign_in.finish(pasted)


async def test_a_permission_that_was_left_unticked_is_named(make_stage: type[Stage]) -> None:
    stage = make_stage(application=Application(client_secret=SECRET, scopes=(READ_ONLY,)))
    sign_in = await begun(stage)
    assert isinstance(sign_in, CodeTyped)
    stage.server.google.agree(sign_in.user_code)
    with pytest.raises(Refused, match="box for YouTube"):
        await sign_in.finish("")


async def test_a_wrong_client_secret_is_named(make_stage: type[Stage]) -> None:
    stage = make_stage(application=DEVICE)
    sign_in = await begun(stage, client_secret="another")
    with pytest.raises(SignInAgain, match="client_id and client_secret"):
        await sign_in.finish("")
