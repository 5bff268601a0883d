"""Signing in with one's own application: its secret first, then a code that is typed in a browser somewhere else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.inbox import connecting
from cminbox.network_kit.failures import Refused, TryLater
from cminbox.simulators.wire import Wire
from cminbox.simulators.youtube import SimulatedYoutube

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cminbox.network_kit.failures import NetworkFailure

Run = Callable[..., CompletedProcess[str]]


def now() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture
def youtube() -> SimulatedYoutube:
    return SimulatedYoutube(now)


@pytest.fixture
def words(youtube: SimulatedYoutube, served: Callable[[Wire], str]) -> list[str]:
    """What is given besides the secrets."""
    address, client = served(Wire(youtube)), youtube.google.application.client_id
    values = {"client_id": client, "base_url": address, "sign_in_url": address}
    return [word for name, value in values.items() for word in ("--set", f"{name}={value}")]


@pytest.fixture
def asked(youtube: SimulatedYoutube, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a person at the terminal is asked and shown, who types the secret here and the code there."""
    seen: list[str] = []

    def secret(question: str) -> str:
        seen.append(question)
        return youtube.google.application.client_secret

    def show(address: str, code: str) -> None:
        seen.append(address)
        youtube.google.agree(code)

    monkeypatch.setattr("cminbox.bootstrap.at_terminal", lambda: True)
    monkeypatch.setattr("cminbox.cli.given.ask_secret", secret)
    monkeypatch.setattr("cminbox.cli.commands.accounts.add._show_code", show)
    return seen


def test_the_applications_secret_is_asked_first_and_the_rest_goes_by_itself(
    cminbox: Run, words: list[str], asked: list[str]
) -> None:
    said = cminbox("accounts", "add", "youtube", *words)
    assert said.returncode == 0, said.stderr
    assert asked == ["client_secret:", "https://www.google.com/device"]
    assert "The channel is Acme" in said.stdout
    assert "Units used today" in said.stdout


def test_at_the_next_sign_in_the_kept_secret_is_used(
    cminbox: Run, words: list[str], asked: list[str], youtube: SimulatedYoutube
) -> None:
    assert cminbox("accounts", "add", "youtube", *words).returncode == 0
    youtube.google.revoke()
    assert cminbox("accounts", "check", "acme").returncode == 1
    del asked[:]
    said = cminbox("accounts", "sign-in", "acme")
    assert said.returncode == 0, said.stderr
    assert asked == ["https://www.google.com/device"]


def test_the_code_and_its_address_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    from cminbox.cli.commands.accounts.add import _show_code  # noqa: PLC0415 - the fixture above replaces it

    _show_code("https://www.google.com/device", "GQVQ-0001")
    shown = capsys.readouterr().out
    assert "\n  https://www.google.com/device\n" in shown
    assert "\n  GQVQ-0001\n" in shown


def test_from_a_script_a_token_that_is_there_already_is_enough(
    cminbox: Run, words: list[str], youtube: SimulatedYoutube, tmp_path: Path
) -> None:
    (refresh,) = youtube.google.refresh_tokens
    for name, value in (("client_secret", youtube.google.application.client_secret), ("refresh_token", refresh)):
        (tmp_path / name).write_text(value)
        words += ["--secret", f"{name}={tmp_path / name}"]
    said = cminbox("accounts", "add", "youtube", "--json", *words)
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["handle"] == "acme"


class Patient:
    """A sign-in to which a person agrees after a while."""

    address = "https://agree.example"
    user_code = "A-1"

    def __init__(self, *answers: NetworkFailure) -> None:
        self.answers = list(answers)

    async def finish(self, code: str) -> Mapping[str, str]:
        assert code == ""
        if self.answers:
            raise self.answers.pop(0)
        return {"token": "t"}


def sign_in(begun: Patient, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, str], list[Any]]:
    """Sign in; return the secrets and what was shown."""
    shown: list[Any] = []

    class Anything:
        @staticmethod
        async def begin_sign_in(_settings: Mapping[str, str], _http: object) -> Patient:
            return begun

    monkeypatch.setattr(connecting, "load", lambda _network: Anything)
    found = connecting.sign_in("any", {}, lambda _address: "never asked", lambda *words: shown.append(words))
    return found, shown


def test_a_sign_in_waits_until_the_person_has_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    pending = TryLater(say("not yet"), 0.001)
    found, shown = sign_in(Patient(pending, TryLater(say("lost"), 0.001), pending), monkeypatch)
    assert (found, shown) == ({"token": "t"}, [("https://agree.example", "A-1")])


def test_a_refusal_ends_the_wait_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Problem, match="not given"):
        sign_in(Patient(TryLater(say("not yet"), 0.001), Refused(say("not given"))), monkeypatch)


def test_nobody_is_waited_for_longer_than_half_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Problem, match="not yet"):
        sign_in(Patient(TryLater(say("not yet"), 31 * 60.0)), monkeypatch)
