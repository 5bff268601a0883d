"""Signing in: tokens that rotate, are kept before they are used, and are fetched by one at a time."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr, ValidationError

from cminbox.domain.message import Kind
from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import SignInAgain, TryLater
from cminbox.network_kit.testing.bench import KeptInMemory
from cminbox.networks.bluesky import Bluesky
from cminbox.networks.bluesky.account import BlueskyAccount
from cminbox.networks.bluesky.session import Session
from cminbox.simulators.bluesky.sessions import ACCESS_SECONDS, REFRESH_SECONDS
from cminbox.simulators.wire import Fault, Plan, Request, Response, serve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.networks.bluesky.conftest import Stage

CREATE, REFRESH = "com.atproto.server.createSession", "com.atproto.server.refreshSession"


async def test_one_sign_in_lasts_over_restarts(stage: Stage) -> None:
    for _ in range(3):
        stage.network = stage.connect()
        await stage.new()
    assert len(stage.asked(CREATE)) == 1
    assert stage.asked(REFRESH) == []


async def test_an_expired_token_is_refreshed_once(stage: Stage) -> None:
    await stage.new()
    stage.later(ACCESS_SECONDS / 60)
    mention = stage.writes(Kind.MENTION, "hello")
    assert await stage.new() == [mention]
    assert (len(stage.asked(CREATE)), len(stage.asked(REFRESH))) == (1, 1)


async def test_dead_tokens_are_replaced_with_the_app_password(stage: Stage) -> None:
    await stage.new()
    stage.later(REFRESH_SECONDS / 60)
    mention = stage.writes(Kind.MENTION, "hello")
    assert await stage.new() == [mention]
    assert (len(stage.asked(CREATE)), len(stage.asked(REFRESH))) == (2, 1)


async def test_tokens_that_a_server_no_longer_knows_are_replaced(stage: Stage) -> None:
    await stage.new()
    stage.server.sessions.end_all()
    assert await stage.new() == []
    assert len(stage.asked(CREATE)) == 2


async def test_a_refreshed_token_whose_answer_was_lost_locks_nobody_out(stage: Stage) -> None:
    await stage.new()
    stage.later(ACCESS_SECONDS / 60)
    stage.wire.plans.append(Plan(Fault.TIMEOUT_AFTER_WRITE, lambda request: request.path.endswith(REFRESH)))
    with pytest.raises(TryLater):
        await stage.new()
    mention = stage.writes(Kind.MENTION, "hello")
    assert await stage.new() == [mention]
    assert (len(stage.asked(CREATE)), len(stage.asked(REFRESH))) == (2, 2)


async def test_many_at_once_refresh_once(stage: Stage) -> None:
    networks = [stage.connect() for _ in range(5)]
    await asyncio.gather(*(network.check() for network in networks))
    assert len(stage.asked(CREATE)) == 1
    stage.later(ACCESS_SECONDS / 60)
    await asyncio.gather(*(network.check() for network in networks))
    assert len(stage.asked(REFRESH)) == 1
    assert len(stage.asked(CREATE)) == 1


class _Watching(KeptInMemory):
    """Credentials that remember how many requests had gone out when they were written."""

    def __init__(self, stage: Stage, *, full: bool = False) -> None:
        super().__init__()
        self.stage = stage
        self.full = full
        self.written_at: list[int] = []

    def write(self, values: Mapping[str, str]) -> None:
        if self.full:
            raise OSError("disk full")
        super().write(values)
        self.written_at.append(len(self.stage.wire.seen))


async def test_a_token_is_kept_before_it_is_used(stage: Stage) -> None:
    stage.credentials = kept = _Watching(stage)
    stage.network = stage.connect()
    await stage.new()
    assert kept.written_at == [1]
    stage.later(ACCESS_SECONDS / 60)
    before = len(stage.wire.seen)
    await stage.new()
    assert kept.written_at == [1, before + 2], "the refused request, the refresh, then the disk"


async def test_a_token_that_cannot_be_kept_is_not_used(stage: Stage) -> None:
    stage.credentials = _Watching(stage, full=True)
    with pytest.raises(OSError, match="disk full"):
        await stage.connect().check()
    assert [request.path for request in stage.wire.seen] == [f"/xrpc/{CREATE}"]


async def test_other_settings_open_a_session_of_their_own(stage: Stage) -> None:
    await stage.new()
    stage.server.sessions.app_password = "another-app-password"
    await stage.connect("another-app-password").check()
    assert len(stage.asked(CREATE)) == 2


async def test_a_revoked_app_password_asks_a_person(stage: Stage) -> None:
    await stage.new()
    stage.server.sessions.app_password = "revoked and replaced"
    stage.server.sessions.end_all()
    with pytest.raises(SignInAgain, match="app password"):
        await stage.new()
    assert len(stage.asked(CREATE)) == 2, "one more try, not one for each request"


async def test_the_accounts_own_password_is_recognised(stage: Stage) -> None:
    stage.server.sessions.asks_for_code = True
    with pytest.raises(SignInAgain, match="use an app password"):
        await stage.network.check()


@pytest.mark.parametrize("name", ["AccountTakedown", "AccountDeactivated"])
async def test_a_closed_account_is_named(stage: Stage, name: str) -> None:
    def closed(request: Request, answer: Response) -> Response:
        return Response.of({"error": name}, 401) if not request.path.endswith(CREATE) else answer

    stage.intercept(closed)
    with pytest.raises(SignInAgain, match="closed or suspended"):
        await stage.network.check()
    assert stage.asked(REFRESH) == []


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("https://morel.host.example", "morel.host.example"),
        ("https://morel.host.example/ignored/path", "morel.host.example"),
        ("http://plain.example", "bluesky.example"),
        ("http://127.0.0.1:2583", "bluesky.example"),
        ("https://user:word@host.example", "bluesky.example"),
        ("not an address", "bluesky.example"),
        (17, "bluesky.example"),
        (None, "bluesky.example"),
    ],
)
async def test_requests_go_to_the_server_that_holds_the_account(stage: Stage, endpoint: object, host: str) -> None:
    def moved(request: Request, answer: Response) -> Response:
        if not request.path.endswith(CREATE):
            return answer
        body = json.loads(answer.body)
        body["didDoc"]["service"][0]["serviceEndpoint"] = endpoint
        return Response.of(body)

    stage.intercept(moved)
    await stage.network.check()
    assert stage.asked(CREATE)[0].headers["host"] == "bluesky.example"
    assert {request.headers["host"] for request in stage.wire.seen[1:]} == {host}


async def test_it_works_over_loopback_too(stage: Stage) -> None:
    mention = stage.writes(Kind.MENTION, "hello")
    async with serve(stage.wire) as base_url, new_client() as http:
        account = BlueskyAccount(
            base_url=base_url, handle="acme.example", app_password=SecretStr(stage.server.sessions.app_password)
        )
        network = Bluesky(account, http, stage.credentials, stage.now)
        pages = [page async for page in network.fetch(None, 0)]
    assert [message.remote_id for page in pages for message in page.messages] == [mention]


def test_a_session_shows_no_token() -> None:
    assert "hush" not in repr(Session("did:plc:a", "a.example", "https://b.example", "hush", "hush"))


@pytest.mark.parametrize(
    ("base_url", "kept"),
    [("https://bsky.social/", "https://bsky.social"), ("http://localhost:2583", "http://localhost:2583")],
)
def test_addresses_and_handles_are_tidied(base_url: str, kept: str) -> None:
    account = BlueskyAccount(base_url=base_url, handle=" @Brand.example ", app_password=SecretStr("x"))
    assert (account.base_url, account.handle) == (kept, "Brand.example")


@pytest.mark.parametrize(
    ("base_url", "handle"),
    [
        ("http://bsky.social", "a.example"),
        ("bsky.social", "a.example"),
        ("https://user@bsky.social", "a.example"),
        ("https://bsky.social/profile", "a.example"),
        ("https://bsky.social", "brand"),
        ("https://bsky.social", "two words.example"),
        ("https://bsky.social", ""),
    ],
)
def test_what_is_no_address_or_no_handle_is_refused(base_url: str, handle: str) -> None:
    with pytest.raises(ValidationError):
        BlueskyAccount(base_url=base_url, handle=handle, app_password=SecretStr("x"))
