"""Signing in by copy and paste, and what a check finds wrong with a key."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr, ValidationError

from cminbox.network_kit.failures import Refused, SignInAgain
from cminbox.networks.discourse import NETWORK
from cminbox.networks.discourse.account import DiscourseAccount
from cminbox.networks.discourse.versions import end_of, warning
from cminbox.simulators.discourse import Rules
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from tests.networks.discourse.conftest import Stage

    from cminbox.network_kit.contract import SigningIn
    from cminbox.simulators.wire import Request

NOVEMBER_2026 = 1_795_000_000_000


async def begun(stage: Stage) -> SigningIn:
    signing_in = await NETWORK.begin_sign_in({"base_url": "forum.example"}, stage.http)
    assert signing_in is not None
    return signing_in


@pytest.mark.parametrize("padding", ["oaep", "pkcs1"])
async def test_what_the_page_shows_brings_the_key(stage: Stage, padding: str) -> None:
    signing_in = await begun(stage)
    shown = stage.server.show_key(signing_in.address, padding=padding)
    assert "\n" in shown
    secrets = await signing_in.finish(shown)
    assert dict(secrets) == {"api_key": stage.server.key}
    stage.network = stage.connect(key=secrets["api_key"])
    assert (await stage.network.check()).me.handle == "acme"


async def test_what_was_copied_from_a_page_with_blanks_is_read_as_well(stage: Stage) -> None:
    signing_in = await begun(stage)
    shown = stage.server.show_key(signing_in.address)
    assert await signing_in.finish("  " + " ".join(shown.split()) + " ") == {"api_key": stage.server.key}


async def test_no_secret_stands_in_the_address_or_in_a_repr(stage: Stage) -> None:
    signing_in = await begun(stage)
    assert "PRIVATE" not in signing_in.address
    assert parse_qs(urlsplit(signing_in.address).query)["scopes"] == ["read,write"]
    assert "RSA" not in repr(signing_in)


async def test_what_was_made_for_another_sign_in_is_refused(stage: Stage) -> None:
    earlier, later = await begun(stage), await begun(stage)
    with pytest.raises(Refused, match="cannot be read"):
        await later.finish(stage.server.show_key(earlier.address))
    address = later.address.replace("nonce=", "nonce=other")
    with pytest.raises(Refused, match="another sign-in"):
        await later.finish(stage.server.show_key(address))


@pytest.mark.parametrize("pasted", ["", "no base64!", "aGVsbG8=", base64.b64encode(b"x" * 256).decode()])
async def test_nonsense_is_refused(stage: Stage, pasted: str) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        await (await begun(stage)).finish(pasted)


async def test_a_payload_without_a_key_is_refused(stage: Stage) -> None:
    signing_in = await begun(stage)
    with pytest.raises(Refused, match="no key"):
        await signing_in.finish(stage.server.show_key(signing_in.address, key="short"))


async def test_an_account_with_an_administrators_key_is_not_sent_to_the_browser(stage: Stage) -> None:
    assert await NETWORK.begin_sign_in({"base_url": "forum.example", "username": "acme"}, stage.http) is None


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("forum.example", "https://forum.example"),
        ("https://forum.example/t/a-topic/1", "https://forum.example"),
        ("http://127.0.0.1:3000/", "http://127.0.0.1:3000"),
        ("https://example.com/forum/latest", "https://example.com/forum"),
    ],
)
def test_the_address_is_taken_from_what_was_copied(typed: str, address: str) -> None:
    assert DiscourseAccount(base_url=typed, api_key=SecretStr("a")).base_url == address


@pytest.mark.parametrize(
    "wrong",
    [{}, {"api_key": ""}, {"api_key": "a", "username": "../x"}, {"api_key": "a", "base_url": "http://a.example"}],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        DiscourseAccount.model_validate({"base_url": "https://forum.example", **wrong})


@pytest.mark.parametrize(
    ("scopes", "missing"), [(("read",), ("write",)), (("session_info", "notifications"), ("read", "write"))]
)
async def test_a_key_without_a_scope_is_named(
    make_stage: type[Stage], scopes: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    stage = make_stage(Rules(scopes=scopes))
    assert (await stage.network.check()).missing_scopes == missing


async def test_an_answer_as_to_a_stranger_is_noticed_although_it_is_no_refusal(make_stage: type[Stage]) -> None:
    """The list of posts answers 200 to everybody; who we are, it does not."""
    stage = make_stage(Rules(suspended=True))
    with pytest.raises(SignInAgain, match="as if nobody had signed in"):
        await stage.network.check()
    with pytest.raises(SignInAgain, match="as if nobody had signed in"):
        await stage.pages()


async def test_a_suspended_account_is_named_with_the_day(make_stage: type[Stage]) -> None:
    stage = make_stage(Rules(suspended=True))
    stage.network = stage.connect(admin=True)
    with pytest.raises(SignInAgain, match="@acme is suspended until 2299-01-01"):
        await stage.network.check()


async def test_a_forum_that_answers_with_nobody_is_noticed(stage: Stage) -> None:
    def nobody(request: Request, response: Response) -> Response:
        return Response.of({"current_user": None}) if request.path == "/session/current.json" else response

    stage.intercept(nobody)
    with pytest.raises(SignInAgain, match="as if nobody"):
        await stage.network.check()


async def test_a_key_that_sees_no_post_is_asked_about(stage: Stage) -> None:
    remarks = [str(one) for one in (await stage.network.check()).remarks]
    assert "No post of the forum can be seen with this key; is it the right one?" in remarks


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("3.4.1", "older than 2026.1"),
        ("2025.12.0", "older than 2026.1"),
        ("2026.1.2", "no corrections after 2026-10-01"),
        ("2026.4.0", "no corrections after 2027-01-01"),
        ("2026.10.0-latest", None),
        ("2027.1.0", None),
        ("unknown", None),
        ("", None),
    ],
)
def test_a_version_near_its_end_is_told_of(version: str, said: str | None) -> None:
    warned = warning(version, "2026.1", NOVEMBER_2026)
    assert (warned is None) if said is None else (said in str(warned))


def test_versions_before_the_calendar_have_no_known_end() -> None:
    assert end_of("3.5.0") is None
    assert str(end_of("2026.12")) == "2027-09-01"
