"""The key of a service account: kept in a private file, good for an hour at a time, never shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError
from tests.networks.google_play.conftest import HOUR_MS, Stage

from cminbox.network_kit.failures import SignInAgain
from cminbox.networks.google_play.account import GooglePlayAccount
from cminbox.simulators.google_play import new_service_account

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def own(tmp_path: Path) -> Stage:
    """Give an app whose key file a test may spoil."""
    file = tmp_path / "key.json"
    return Stage(file, new_service_account(file))


async def test_one_token_serves_an_hour_and_every_process(own: Stage) -> None:
    await own.read()
    await own.connect().check()
    assert len(own.asked("/token", "POST")) == 1
    own.later(HOUR_MS)
    await own.read()
    assert len(own.asked("/token", "POST")) == 2


async def test_the_check_names_the_service_account_and_what_can_be_seen(own: Stage) -> None:
    report = await own.network.check()
    assert report.facts["service_account"] == "inbox@brand-project.iam.gserviceaccount.com"
    assert any("No review can be seen" in str(remark) for remark in report.remarks)
    own.server.someone_reviews("ana", "hello")
    assert any("can be seen: 1, the newest from 2026-09-21" in str(one) for one in (await own.network.check()).remarks)
    assert report.missing_scopes == ()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
async def test_a_key_that_others_can_read_is_not_used(own: Stage, mode: int) -> None:
    own.key_file.chmod(mode)
    with pytest.raises(SignInAgain, match="chmod 600"):
        await own.network.check()
    assert own.wire.seen == []


@pytest.mark.parametrize(
    "written",
    [
        "",
        "{",
        "[]",
        '{"type": "authorized_user", "client_id": "x"}',
        '{"type": "service_account", "client_email": "a@b"}',
        '{"type": "service_account", "client_email": 5, "private_key": "x"}',
        "[" * 100_000,
    ],
)
async def test_a_file_that_is_no_key_is_named(own: Stage, written: str) -> None:
    own.key_file.write_text(written)
    with pytest.raises(SignInAgain, match="not the key of a service account"):
        await own.network.check()


@pytest.mark.parametrize("key", ["", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
async def test_a_key_that_cannot_be_used_is_never_quoted(own: Stage, key: str) -> None:
    data = json.loads(own.key_file.read_text())
    own.key_file.write_text(json.dumps(data | {"private_key": key or " "}))
    with pytest.raises(SignInAgain, match="cannot be used") as caught:
        await own.network.check()
    assert "BEGIN" not in str(caught.value)


async def test_a_missing_file_is_named(own: Stage) -> None:
    own.key_file.unlink()
    with pytest.raises(SignInAgain, match=r"key\.json cannot be read \(No such file"):
        await own.network.check()


async def test_a_key_that_google_no_longer_knows_is_named(own: Stage, tmp_path: Path) -> None:
    new_service_account(tmp_path / "other.json")
    own.key_file.write_bytes((tmp_path / "other.json").read_bytes())
    with pytest.raises(SignInAgain, match="no longer accepts the key"):
        await own.network.check()


async def test_a_wrong_clock_is_thought_of(own: Stage) -> None:
    honest = own.now
    own.server.google.now = lambda: honest() + 2 * HOUR_MS
    with pytest.raises(SignInAgain, match="clock of this machine"):
        await own.network.check()


@pytest.mark.parametrize("path", ["key.json", "./key.json", "~key.json"])
def test_half_a_path_is_refused_when_it_is_given(path: str) -> None:
    with pytest.raises(ValidationError, match="whole path"):
        GooglePlayAccount(package_name="com.acme.parcels", key_file=path)
