"""Connecting accounts to simulated networks over loopback, with everything that can be wrong about it."""

from __future__ import annotations

import json
import stat
import sys
import time
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.simulators.bluesky import SimulatedBluesky
from cminbox.simulators.mastodon import SimulatedMastodon
from cminbox.simulators.wire import Fault, Wire

if TYPE_CHECKING:
    from pathlib import Path


Run = Callable[..., CompletedProcess[str]]
Open = Callable[[], Any]
TOKEN = "a-token-nobody-may-see"
PASSWORD = "pass-word-nobo-dysee"


def now() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture
def mastodon() -> SimulatedMastodon:
    return SimulatedMastodon(now, token=TOKEN)


@pytest.fixture
def wire(mastodon: SimulatedMastodon) -> Wire:
    return Wire(mastodon)


@pytest.fixture
def address(wire: Wire, served: Callable[[Wire], str]) -> str:
    return served(wire)


@pytest.fixture
def token(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    return file


@pytest.fixture
def add(cminbox: Run, address: str, token: Path) -> Run:
    """Return a function that connects the Mastodon account."""

    def run(*more: str) -> CompletedProcess[str]:
        return cminbox(
            "accounts", "add", "mastodon", "--set", f"base_url={address}", "--secret", f"access_token={token}", *more
        )

    return run


def accounts(cminbox: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in cminbox("accounts", "list", "--json").stdout.splitlines()]


def test_a_mastodon_account_is_connected_and_says_who_it_is(cminbox: Run, add: Run) -> None:
    said = add("--name", "main")
    assert said.returncode == 0, said.stderr
    assert "main: connected to mastodon as @acme" in said.stdout
    (account,) = accounts(cminbox)
    assert (account["name"], account["network"], account["state"]) == ("main", "mastodon", "ok")
    assert account["connected_at"] is not None
    assert "main" in cminbox("accounts", "list").stdout


def test_an_account_without_a_name_is_called_by_its_handle(cminbox: Run, add: Run) -> None:
    assert add().returncode == 0
    (account,) = accounts(cminbox)
    assert account["name"] == account["handle"]


def test_a_bluesky_account_is_connected(
    cminbox: Run, served: Callable[[Wire], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", _Input(PASSWORD))
    address = served(Wire(SimulatedBluesky(now, brand="brand.example", app_password=PASSWORD)))
    words = ["accounts", "add", "bluesky", "--set", f"base_url={address}", "--set", "handle=brand.example"]
    said = cminbox(*words, "--secret", "app_password=-", "--json")
    assert said.returncode == 0, said.stderr
    account = json.loads(said.stdout)
    assert account["me"]["handle"] == "brand.example"
    assert account["missing_scopes"] == []
    assert PASSWORD not in said.stdout
    assert _secrets_in(tmp_path / "brand") == {"brand%2Eexample.json"}


class _Input:
    """A standard input that is no terminal."""

    def __init__(self, text: str) -> None:
        self.buffer = self
        self._text = text.encode()

    def read(self, size: int) -> bytes:
        return self._text[:size]

    def isatty(self) -> bool:
        return False


def _secrets_in(folder: Path) -> set[str]:
    return {path.name for path in (folder / "secrets").iterdir() if path.suffix == ".json"}


def test_secrets_lie_in_private_files_and_nowhere_else(add: Run, folder: Path) -> None:
    assert add().returncode == 0
    holding = [path for path in folder.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert [path.parent.name for path in holding] == ["secrets"]
    assert stat.S_IMODE(holding[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(holding[0].parent.stat().st_mode) == 0o700


def test_the_servers_own_limits_replace_the_networks(
    cminbox: Run, served: Callable[[Wire], str], token: Path, opened: Open
) -> None:
    address = served(Wire(SimulatedMastodon(now, token=TOKEN, max_characters=4321)))
    words = ["--set", f"base_url={address}", "--secret", f"access_token={token}", "--name", "long"]
    assert cminbox("accounts", "add", "mastodon", *words).returncode == 0
    limits = opened().accounts.get("long").manifest.limits
    assert {limit.maximum for bounds in limits.values() for limit in bounds} == {4321}


def test_the_same_identity_is_connected_once_whatever_it_is_called(cminbox: Run, add: Run, folder: Path) -> None:
    add("--name", "main")
    said = add("--name", "second")
    assert said.returncode == 1
    assert "@acme on Mastodon is connected already, as main" in said.stderr
    assert [one["name"] for one in accounts(cminbox)] == ["main"]
    assert [file.name for file in (folder / "secrets").iterdir() if "second" in file.name] == []


def test_the_same_name_on_another_server_is_connected_with_a_remark(
    cminbox: Run, add: Run, token: Path, served: Callable[[Wire], str]
) -> None:
    add("--name", "main")
    other = served(Wire(SimulatedMastodon(now, token=TOKEN)))
    given = ("--set", f"base_url={other}", "--secret", f"access_token={token}", "--name", "second")
    said = cminbox("accounts", "add", "mastodon", *given)
    assert said.returncode == 0, said.stderr
    assert "main is @acme on Mastodon as well" in said.stdout


def test_a_name_is_taken_once(cminbox: Run, add: Run) -> None:
    add("--name", "main")
    again = add("--name", "main")
    assert again.returncode == 1
    assert "There is an account called main already" in again.stderr
    assert len(accounts(cminbox)) == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nowhere"], 1, "There is no network called nowhere; there are: bluesky, "),
        ([], 2, "Name the network to connect; there are: facebook, instagram, threads, x, "),
        (["--set", "base_url=https://x.example", "mastodon"], 2, "--secret access_token=FILE is missing: "),
        (["mastodon"], 2, "--set base_url=VALUE is missing: Address of the server"),
        (["mastodon", "--set", "base_url=https://x.example"], 2, "--secret access_token=FILE is missing: "),
        (["mastodon", "--set", "base_url"], 2, "--set needs the form KEY=VALUE"),
        (["mastodon", "--set", "base_ur=https://x.example"], 2, "did you mean base_url?"),
        (["mastodon", "--set", "a=1", "--set", "a=2"], 2, "--set a was given twice"),
        (["mastodon", "--set", f"access_token={TOKEN}"], 2, "use --secret access_token=FILE"),
        (["mastodon", "--secret", "access_token=/nowhere"], 1, "/nowhere: this file cannot be read"),
        (["mastodon", "--secret", "a=-", "--secret", "b=-"], 2, "Only one secret can come from standard input"),
        (["mastodon", "--secret", TOKEN], 2, "--secret needs the form KEY=VALUE"),
        (["bluesky", "--set", "handle=nodot", "--secret", "app_password={token}"], 2, "handle is not acceptable"),
        (["mastodon", "--set", "base_url=http://x.example", "--secret", "access_token={token}"], 2, "https"),
        (["mastodon", "--set", "base_url=ftp://x", "--secret", "access_token={token}"], 2, "base_url is not accept"),
        (["mastodon", "--name", "a\x1bb", "--secret", "access_token={token}", "--set", "base_url=https://x.example"],
         2, "cannot name an account"),
    ],
    ids=range(16),
)  # fmt: skip
def test_what_is_given_wrongly_is_one_sentence(
    cminbox: Run, token: Path, words: list[str], code: int, said: str
) -> None:
    done = cminbox("accounts", "add", *(word.format(token=token) for word in words))
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert TOKEN not in done.stderr
    assert accounts(cminbox) == []


def test_an_empty_secret_is_none(cminbox: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    said = cminbox("accounts", "add", "mastodon", "--secret", f"access_token={tmp_path / 'empty'}")
    assert said.returncode == 1
    assert "there is no secret in it" in said.stderr


def test_a_dead_token_connects_nothing(cminbox: Run, add: Run, token: Path, folder: Path) -> None:
    token.write_text("another-token")
    said = add()
    assert said.returncode == 1
    assert "another-token" not in said.stderr
    assert len(said.stderr.splitlines()) == 1
    assert accounts(cminbox) == []
    assert list((folder / "secrets").iterdir()) == []


def test_a_host_that_is_not_there_connects_nothing(cminbox: Run, token: Path) -> None:
    words = ["--set", "base_url=http://127.0.0.1:9", "--secret", f"access_token={token}"]
    said = cminbox("accounts", "add", "mastodon", *words)
    assert said.returncode == 1
    assert "127.0.0.1" in said.stderr
    assert len(said.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault.UNAUTHORIZED,
        Fault.FORBIDDEN,
        Fault.NOT_FOUND,
        Fault.RATE_LIMIT,
        Fault.SERVER_ERROR,
        Fault.UNAVAILABLE,
        Fault.HTML,
        Fault.NOT_JSON,
        Fault.WRONG_SHAPE,
        Fault.HUGE,
        Fault.GZIP_BOMB,
        Fault.CUT,
        Fault.REDIRECT_LOOP,
        Fault.REDIRECT_AWAY,
    ],
)
def test_whatever_a_server_answers_is_one_sentence_and_nothing_stored(
    cminbox: Run, add: Run, wire: Wire, fault: Fault
) -> None:
    wire.fail_next(fault, times=50)
    said = add()
    assert said.returncode == 1
    assert len(said.stderr.splitlines()) == 1
    assert said.stderr.startswith("cminbox: ")
    assert TOKEN not in said.stderr + said.stdout
    assert accounts(cminbox) == []


def test_missing_permissions_are_named_and_the_rest_works(
    cminbox: Run, served: Callable[[Wire], str], token: Path
) -> None:
    scopes = ("read:accounts", "read:notifications", "read:statuses", "write:statuses")
    address = served(Wire(SimulatedMastodon(now, token=TOKEN, scopes=scopes)))
    words = ["--set", f"base_url={address}", "--secret", f"access_token={token}", "--name", "poor"]
    said = cminbox("accounts", "add", "mastodon", *words)
    assert said.returncode == 0, said.stderr
    assert "write:favourites" in said.stdout
    assert accounts(cminbox)[0]["state"] == "missing_scope"
    assert cminbox("accounts", "check", "poor").returncode == 1


def test_a_check_says_what_has_died_since_and_a_new_token_mends_it(
    cminbox: Run, add: Run, mastodon: SimulatedMastodon, token: Path
) -> None:
    add("--name", "main")
    assert cminbox("accounts", "check", "main").returncode == 0
    mastodon.sign_in.token = "the-token-of-tomorrow"
    said = cminbox("accounts", "check", "main")
    assert said.returncode == 1
    assert accounts(cminbox)[0]["state"] == "sign_in"
    assert accounts(cminbox)[0]["reason"]
    refused = cminbox("accounts", "sign-in", "main", "--secret", f"access_token={token}")
    assert refused.returncode == 1
    token.write_text("the-token-of-tomorrow")
    assert cminbox("accounts", "sign-in", "main", "--secret", f"access_token={token}").returncode == 0
    assert accounts(cminbox)[0]["state"] == "ok"
    assert accounts(cminbox)[0]["reason"] is None


def test_the_secrets_of_somebody_else_are_not_taken(
    cminbox: Run, add: Run, mastodon: SimulatedMastodon, token: Path
) -> None:
    add("--name", "main")
    mastodon.brand.username = "other"
    said = cminbox("accounts", "sign-in", "main", "--secret", f"access_token={token}")
    assert said.returncode == 1
    assert "@other" in said.stderr


def test_an_account_that_is_let_go_keeps_its_conversations_and_no_secret(
    cminbox: Run, add: Run, imported: Run, line: Callable[..., dict[str, Any]], folder: Path
) -> None:
    add("--name", "brand")
    imported(line())
    assert cminbox("accounts", "remove", "brand").returncode == 0
    assert accounts(cminbox) == []
    assert _secrets_in(folder) == set()
    assert json.loads(cminbox("show", "1", "--json").stdout)["account"] == "brand"
    assert cminbox("accounts", "remove", "brand").returncode == 1


def test_an_account_of_imported_messages_only_has_nothing_to_check(
    cminbox: Run, imported: Run, line: Callable[..., dict[str, Any]]
) -> None:
    imported(line())
    assert "imported messages only" in cminbox("accounts", "list").stdout
    assert cminbox("accounts", "check", "brand").returncode == 1


def test_at_a_terminal_a_code_from_a_browser_is_enough(
    cminbox: Run,
    address: str,
    mastodon: SimulatedMastodon,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        if "base_url" in question:
            return address
        (shown,) = [word for word in capsys.readouterr().out.split() if "/oauth/authorize?" in word]
        return mastodon.sign_in.approve(shown)

    monkeypatch.setattr("cminbox.bootstrap.at_terminal", lambda: True)
    monkeypatch.setattr("cminbox.cli.given.ask", answer)
    said = cminbox("accounts", "add", "mastodon")
    assert said.returncode == 0, said.stderr
    assert len(asked) == 2
    assert accounts(cminbox)[0]["state"] == "ok"


def test_at_a_terminal_a_secret_is_typed_where_it_is_not_shown(
    cminbox: Run, served: Callable[[Wire], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = served(Wire(SimulatedBluesky(now, brand="brand.example", app_password=PASSWORD)))
    monkeypatch.setattr("cminbox.bootstrap.at_terminal", lambda: True)
    monkeypatch.setattr("cminbox.cli.given.ask", lambda _question: "brand.example")
    monkeypatch.setattr("cminbox.cli.given.getpass", lambda _prompt: PASSWORD)
    said = cminbox("accounts", "add", "bluesky", "--set", f"base_url={address}")
    assert said.returncode == 0, said.stderr
    assert PASSWORD not in said.stdout + said.stderr
