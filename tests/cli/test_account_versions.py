"""The version of a network's interface: an account's own setting, shown with its end, changed without a new sign-in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.inbox.tending import Spent
from cminbox.network_kit.graph import versions
from cminbox.settings.secrets import SecretStore
from cminbox.simulators.facebook import SimulatedFacebook
from cminbox.simulators.facebook.world import PAGE_ID
from cminbox.simulators.wire import Wire
from cminbox.tui.account_lines import facts_of

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., CompletedProcess[str]]
TOKEN = "a-page-token-nobody-may-see"
OTHER = "v24.0"


@pytest.fixture
def facebook() -> SimulatedFacebook:
    return SimulatedFacebook(lambda: time.time_ns() // 1_000_000, token=TOKEN)


@pytest.fixture
def connected(cminbox: Run, facebook: SimulatedFacebook, served: Callable[[Wire], str], tmp_path: Path) -> None:
    """Connect the Page with the pinned version."""
    (tmp_path / "token").write_text(TOKEN)
    given = ("--set", f"page_id={PAGE_ID}", "--set", f"base_url={served(Wire(facebook))}")
    said = cminbox(
        "accounts", "add", "facebook", *given, "--name", "brand", "--secret", f"access_token={tmp_path}/token"
    )
    assert said.returncode == 0, said.stderr
    assert f"Version of its interface: {versions.PINNED}; it ends on {versions.ENDS[versions.PINNED]}." in said.stdout


def end_in(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def accounts_findings(cminbox: Run) -> list[tuple[str, str]]:
    found = [json.loads(line) for line in cminbox("doctor", "--json").stdout.splitlines()]
    return [(one["weight"], one["text"]) for one in found if one["topic"] == "accounts"]


@pytest.mark.parametrize(("days", "said"), [(30, "ends on {end};"), (-2, "has ended;")])
@pytest.mark.usefixtures("connected")
def test_a_version_of_ones_own_is_shown_everywhere_with_its_own_end(
    cminbox: Run, opened: Callable[[], Any], monkeypatch: pytest.MonkeyPatch, days: int, said: str
) -> None:
    end = end_in(days)
    monkeypatch.setitem(versions.ENDS, OTHER, end)
    assert cminbox("accounts", "set", "brand", f"api_version={OTHER}").returncode == 0
    told = cminbox("accounts", "check", "brand").stdout
    assert f"Version of its interface: {OTHER}; it ends on {end}." in told
    as_data = json.loads(cminbox("accounts", "check", "brand", "--json").stdout)
    assert (as_data["api_version"], as_data["api_ends"]) == (OTHER, end)
    warned = [(weight, text) for weight, text in accounts_findings(cminbox) if OTHER in text]
    assert [weight for weight, _text in warned] == ["note"]
    sentence = f"Version {OTHER} of the interface of Facebook {said.format(end=end)} set api_version to a later one"
    assert sentence in warned[0][1]
    assert told.count(sentence) == 1
    assert sum(sentence in remark for remark in as_data["remarks"]) == 1
    account = opened().accounts.get("brand")
    shown = list(facts_of(account, Spent(0, None), time.time_ns() // 1_000_000, key="Enter"))
    assert f"Version of its interface: {OTHER}; it ends on {end}." in shown
    assert any(sentence in line for line in shown)


@pytest.mark.usefixtures("connected")
def test_a_far_end_is_no_finding(cminbox: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(versions.ENDS, versions.PINNED, end_in(400))
    assert [weight for weight, _text in accounts_findings(cminbox)] == ["ok"]


@pytest.mark.usefixtures("connected")
def test_settings_that_the_network_does_not_accept_are_not_kept(cminbox: Run, folder: Path) -> None:
    kept = SecretStore(folder / "secrets").read("brand")
    assert cminbox("accounts", "set", "brand", "base_url=http://127.0.0.1:9").returncode == 1
    assert cminbox("accounts", "set", "brand", "page_id=1").returncode == 1
    assert cminbox("accounts", "set", "brand", "api_version=new").returncode == 2
    assert cminbox("accounts", "set", "brand", "access_token=abc").returncode == 2
    assert cminbox("accounts", "set", "brand", "colour=blue").returncode == 2
    assert cminbox("accounts", "set", "brand").returncode == 2
    assert cminbox("accounts", "check", "brand").returncode == 0
    assert SecretStore(folder / "secrets").read("brand") == kept


def test_an_account_of_imported_messages_has_no_settings(cminbox: Run, imported: Run, line: Callable[..., Any]) -> None:
    imported(line())
    assert cminbox("accounts", "set", "brand", "api_version=v2").returncode == 1


@pytest.mark.usefixtures("connected")
def test_a_page_that_has_become_another_is_not_taken(cminbox: Run, facebook: SimulatedFacebook) -> None:
    facebook.world.us.name = "Other"
    said = cminbox("accounts", "set", "brand", f"api_version={OTHER}")
    assert said.returncode == 1
    assert "@Other" in said.stderr
