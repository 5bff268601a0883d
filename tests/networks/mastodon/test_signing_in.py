"""Sign-in with a code over SSH, and the settings of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from cminbox.network_kit.failures import NetworkFailure, Refused, TryLater
from cminbox.networks.mastodon import NETWORK
from cminbox.networks.mastodon.account import SCOPES, MastodonAccount
from cminbox.networks.mastodon.signing_in import challenge_of
from cminbox.simulators.mastodon import Flavour
from cminbox.simulators.wire import Fault, Request, Response

if TYPE_CHECKING:
    from tests.networks.mastodon.conftest import Stage

    from cminbox.network_kit.contract import SigningIn

SETTINGS = {"base_url": "social.example"}


async def _begin(stage: Stage) -> SigningIn:
    begun = await NETWORK.begin_sign_in(SETTINGS, stage.http)
    assert begun is not None
    return begun


@pytest.mark.parametrize("flavour", list(Flavour))
async def test_a_pasted_code_becomes_the_token(make_stage: type[Stage], flavour: Flavour) -> None:
    stage = make_stage(flavour)
    begun = await _begin(stage)
    code = stage.server.sign_in.approve(begun.address)
    assert await begun.finish(f"  {code}\n") == {"access_token": stage.server.sign_in.token}


async def test_the_address_asks_for_what_is_needed_and_no_more(stage: Stage) -> None:
    begun = await _begin(stage)
    parts = urlsplit(begun.address)
    asked = parse_qs(parts.query)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "social.example", "/oauth/authorize")
    assert asked["scope"][0].split() == list(SCOPES)
    assert asked["code_challenge_method"] == ["S256"]
    assert "client_secret" not in asked


async def test_a_server_that_knows_wide_permissions_only_is_asked_for_those(stage: Stage) -> None:
    def coarse(request: Request, answer: Response) -> Response:
        if not request.path.startswith("/.well-known/"):
            return answer
        return Response.of({"scopes_supported": ["read", "write", "follow"]})

    stage.intercept(coarse)
    begun = await _begin(stage)
    asked = parse_qs(urlsplit(begun.address).query)
    assert asked["scope"] == ["read write"]
    assert "code_challenge" not in asked


async def test_the_code_is_bound_to_whoever_began(stage: Stage) -> None:
    begun, thief = await _begin(stage), await _begin(stage)
    code = stage.server.sign_in.approve(begun.address)
    with pytest.raises(Refused, match="begin the sign-in again"):
        await thief.finish(code)


async def test_a_code_serves_once_and_not_for_ever(stage: Stage) -> None:
    begun = await _begin(stage)
    code = stage.server.sign_in.approve(begun.address)
    await begun.finish(code)
    with pytest.raises(Refused, match="used up"):
        await begun.finish(code)
    late = stage.server.sign_in.approve(begun.address)
    stage.clock += 3600 * 1000
    with pytest.raises(Refused, match="too old"):
        await begun.finish(late)


async def test_a_sign_in_shows_no_secret(stage: Stage) -> None:
    begun = await _begin(stage)
    assert "client-secret" not in repr(begun)
    assert "verifier" not in repr(begun)
    with pytest.raises(NetworkFailure) as caught:
        await begun.finish("wrong-code")
    assert "client-secret" not in str(caught.value)
    assert "wrong-code" not in str(caught.value)


async def test_a_server_in_trouble_is_no_wrong_code(stage: Stage) -> None:
    begun = await _begin(stage)
    stage.wire.fail_next(Fault.UNAVAILABLE)
    with pytest.raises(TryLater):
        await begun.finish("code-1")
    stage.wire.fail_next(Fault.CONNECT)
    with pytest.raises(TryLater):
        await _begin(stage)


async def test_an_address_that_is_none_is_refused_before_any_request(stage: Stage) -> None:
    for wrong in ("", "http://social.example", "https://", "https://user:pw@social.example", "social.example:port"):
        with pytest.raises(Refused):
            await NETWORK.begin_sign_in({"base_url": wrong}, stage.http)
    assert stage.wire.seen == []


def test_the_challenge_is_that_of_the_standard() -> None:
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mastodon.social", "https://mastodon.social"),
        (" https://mastodon.social/ ", "https://mastodon.social"),
        ("https://mastodon.social/@acme", "https://mastodon.social"),
        ("https://MASTODON.social:8443/about?x=1", "https://mastodon.social:8443"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("http://[::1]:3000/", "http://[::1]:3000"),
    ],
)
def test_an_address_is_kept_bare(typed: str, kept: str) -> None:
    assert MastodonAccount.model_validate({"base_url": typed, "access_token": "x"}).base_url == kept


@pytest.mark.parametrize(
    "typed", ["", "http://mastodon.social", "ftp://x.example", "https://a:b@x.example", "https://[x"]
)
def test_an_address_that_is_none_is_named(typed: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MastodonAccount.model_validate({"base_url": typed, "access_token": "sesame-open"})
    assert [error["loc"] for error in caught.value.errors()] == [("base_url",)]
    assert "sesame-open" not in str(caught.value)
