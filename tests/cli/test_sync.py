"""From a network to the queue and back, by commands alone, over loopback."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import Kind
from cminbox.simulators.mastodon import SimulatedMastodon
from cminbox.simulators.wire import Fault, Wire

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., CompletedProcess[str]]


def now() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture
def mastodon() -> SimulatedMastodon:
    return SimulatedMastodon(now)


@pytest.fixture
def wire(mastodon: SimulatedMastodon, served: Callable[[Wire], str], cminbox: Run, tmp_path: Path) -> Wire:
    """A Mastodon server with one mention for the account that is connected to it."""
    wire = Wire(mastodon)
    token = tmp_path / "token"
    token.write_text("simulated-token")
    words = ["--set", f"base_url={served(wire)}", "--secret", f"access_token={token}", "--name", "main"]
    assert cminbox("accounts", "add", "mastodon", *words).returncode == 0
    ana = mastodon.add_person("ana", "Ana")
    mastodon.someone_writes(Kind.MENTION, ana, "When do you open?")
    return wire


def lines(said: CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.stdout.splitlines()]


@pytest.mark.usefixtures("wire")
def test_a_mention_is_answered_by_commands_alone(cminbox: Run, mastodon: SimulatedMastodon) -> None:
    said = cminbox("sync", "--json")
    assert said.returncode == 0, said.stderr
    account, done = lines(said)
    assert (account["account"], account["new"], account["complete"]) == ("main", 1, True)
    assert (done["type"], done["ok"]) == ("done", True)
    (row,) = lines(cminbox("queue", "--json"))
    assert "When do you open?" in row["text"]
    answered = cminbox("reply", str(row["id"]), "--text", "At nine.", "--now", "--wait", "--json")
    assert answered.returncode == 0, answered.stderr
    (reply,) = lines(answered)
    assert (reply["state"], reply["remote_id"] is not None) == ("sent", True)
    assert any("At nine." in post.text for post in mastodon.published())
    assert cminbox("queue", "--json").stdout == ""


@pytest.mark.usefixtures("wire")
def test_a_reply_without_waiting_is_sent_by_the_next_sync(cminbox: Run, mastodon: SimulatedMastodon) -> None:
    cminbox("sync")
    assert cminbox("reply", "1", "--text", "At nine.", "--now").returncode == 0
    assert not any("At nine." in post.text for post in mastodon.published())
    said = cminbox("sync")
    assert said.returncode == 0
    assert "sent: 1" in said.stdout
    assert any("At nine." in post.text for post in mastodon.published())


@pytest.mark.usefixtures("wire")
def test_an_act_is_done_while_one_waits(cminbox: Run) -> None:
    cminbox("sync")
    said = cminbox("like", "1", "--wait")
    assert said.returncode == 0, said.stderr
    assert "Done by the network" in said.stdout


def test_an_account_that_cannot_be_read_is_named_and_exit_1(cminbox: Run, wire: Wire) -> None:
    wire.fail_next(Fault.UNAUTHORIZED, times=100)
    said = cminbox("sync")
    assert said.returncode == 1
    assert said.stdout.startswith("main: ")
    (account, done) = lines(cminbox("sync", "--json"))
    assert (account["complete"], account["state"], done["ok"]) == (False, "sign_in", False)


def test_without_an_account_there_is_nothing_to_sync(cminbox: Run) -> None:
    said = cminbox("sync")
    assert said.returncode == 0
    assert "cminbox accounts add" in said.stdout
