"""Connecting an account whose tokens are renewed by being used: what was renewed meanwhile is kept."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

import pytest

from cminbox.settings.secrets import SecretStore
from cminbox.simulators.wire import Wire
from cminbox.simulators.x import SimulatedX

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
def x() -> SimulatedX:
    return SimulatedX(lambda: time.time_ns() // 1_000_000)


@pytest.fixture
def words(x: SimulatedX, served: Callable[[Wire], str], tmp_path: Path) -> list[str]:
    """What is given to connect with OAuth 2.0."""
    x.site = served(Wire(x))
    secrets = {"app_secret": x.sign_ins.application.secret, "token": "simulated-refresh"}
    given = [f"base_url={x.site}", f"app_key={x.sign_ins.application.key}", "sign_in=browser"]
    said = [word for one in given for word in ("--set", one)]
    for name, value in secrets.items():
        (tmp_path / name).write_text(value)
        said += ["--secret", f"{name}={tmp_path / name}"]
    return said


def test_the_token_that_connecting_renewed_is_the_one_that_is_kept(
    cminbox: Run, words: list[str], x: SimulatedX, folder: Path
) -> None:
    said = cminbox("accounts", "add", "x", *words)
    assert said.returncode == 0, said.stderr
    assert "No mention can be seen" in said.stdout
    kept = [json.loads(file.read_text()) for file in (folder / "secrets").iterdir() if file.stat().st_size]
    assert [values["refresh"] for values in kept if "refresh" in values] == [*x.sign_ins.refresh_tokens]
    x.sign_ins.expire()
    said = cminbox("accounts", "check", "acme")
    assert said.returncode == 0, said.stderr
    assert len(x.sign_ins.used) == 2


def test_what_was_renewed_while_signing_in_again_is_kept_too(
    cminbox: Run, words: list[str], x: SimulatedX, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    assert cminbox("accounts", "add", "x", *words).returncode == 0
    x.sign_ins.revoke()
    x.sign_ins.refresh_tokens.add("pasted")
    monkeypatch.setattr("cminbox.bootstrap.at_terminal", lambda: True)
    monkeypatch.setattr("cminbox.cli.given.ask", lambda _question: "")
    monkeypatch.setattr("cminbox.cli.given.ask_secret", lambda _question: "pasted")
    said = cminbox("accounts", "sign-in", "acme")
    assert said.returncode == 0, said.stderr
    assert SecretStore(folder / "secrets").read("acme")["token"] == "pasted"
    x.sign_ins.expire()
    assert cminbox("accounts", "check", "acme").returncode == 0
