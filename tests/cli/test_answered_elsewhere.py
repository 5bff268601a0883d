"""An answer given from another program is seen before ours goes out, whatever the network and the kind of message."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import Kind
from cminbox.simulators.bluesky import SimulatedBluesky
from cminbox.simulators.mastodon import SimulatedMastodon
from cminbox.simulators.wire import Wire

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., CompletedProcess[str]]
Simulator = SimulatedMastodon | SimulatedBluesky
MASTODON, BLUESKY = "mastodon", "bluesky"


def now() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture
def simulator(request: pytest.FixtureRequest, served: Callable[[Wire], str], cminbox: Run, tmp_path: Path) -> Simulator:
    """A network with a connected account."""
    made: Simulator = SimulatedMastodon(now) if request.param == MASTODON else SimulatedBluesky(now)
    secret = tmp_path / "secret"
    secret.write_text("simulated-token" if request.param == MASTODON else "simu-late-dapp-pass")
    words = ["--set", f"base_url={served(Wire(made))}", "--name", "main"]
    if request.param == MASTODON:
        words += ["--secret", f"access_token={secret}"]
    else:
        words += ["--set", "handle=acme.example", "--secret", f"app_password={secret}"]
    done = cminbox("accounts", "add", request.param, *words)
    assert done.returncode == 0, done.stderr
    return made


def asked(simulator: Simulator, kind: Kind) -> str:
    """Let a customer write, and return the remote id."""
    text = "When do you open?"
    if isinstance(simulator, SimulatedMastodon):
        return simulator.someone_writes(kind, simulator.add_person("ana", "Ana"), text)
    return simulator.someone_writes(kind, simulator.add_person("ana.example", "Ana"), text)


def outbox(cminbox: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in cminbox("outbox", "list", "--json").stdout.splitlines()]


def published(simulator: Simulator, text: str) -> int:
    return sum(text in one.text for one in simulator.published())


@pytest.mark.parametrize("simulator", [MASTODON, BLUESKY], indirect=True)
@pytest.mark.parametrize("kind", [Kind.MENTION, Kind.COMMENT, Kind.DM])
def test_an_answer_from_the_networks_own_site_keeps_ours_back(cminbox: Run, simulator: Simulator, kind: Kind) -> None:
    question = asked(simulator, kind)
    assert cminbox("sync").returncode == 0
    simulator.we_write("At nine, says the telephone.", question)
    answered = cminbox("reply", "1", "--text", "At ten.", "--now", "--wait")
    assert answered.returncode == 1
    assert "answered from another program meanwhile" in answered.stderr
    assert published(simulator, "At ten.") == 0
    (kept,) = outbox(cminbox)
    assert (kept["state"], kept["text"], kept["needs_a_person"]) == ("refused", "At ten.", True)
    shown = json.loads(cminbox("show", "1", "--json").stdout)
    assert any("At nine" in one["text"] and one["ours"] for one in shown["messages"])
    assert shown["status"] == "open"


@pytest.mark.parametrize("simulator", [MASTODON, BLUESKY], indirect=True)
def test_it_goes_out_when_a_person_wants_it_all_the_same(cminbox: Run, simulator: Simulator) -> None:
    question = asked(simulator, Kind.MENTION)
    cminbox("sync")
    simulator.we_write("At nine, says the telephone.", question)
    cminbox("reply", "1", "--text", "At ten.", "--now", "--wait")
    (kept,) = outbox(cminbox)
    assert cminbox("outbox", "retry", str(kept["id"])).returncode == 0
    assert cminbox("sync").returncode == 0
    assert published(simulator, "At ten.") == 1
    assert outbox(cminbox) == []


@pytest.mark.parametrize("simulator", [MASTODON, BLUESKY], indirect=True)
def test_what_was_sent_is_printed_once_also_when_it_was_fetched_again(cminbox: Run, simulator: Simulator) -> None:
    asked(simulator, Kind.MENTION)
    cminbox("sync")
    assert cminbox("reply", "1", "--text", "At ten.", "--now", "--wait").returncode == 0
    for _ in range(2):
        said = cminbox("show", "1").stdout
        assert said.count("At ten.") == 1, said
        cminbox("sync")


@pytest.mark.parametrize("simulator", [MASTODON, BLUESKY], indirect=True)
@pytest.mark.parametrize("kind", [Kind.MENTION, Kind.COMMENT, Kind.DM])
def test_without_one_ours_goes_out_and_a_second_one_as_well(cminbox: Run, simulator: Simulator, kind: Kind) -> None:
    asked(simulator, kind)
    cminbox("sync")
    for text in ("At ten.", "Not on Mondays."):
        done = cminbox("reply", "1", "--text", text, "--now", "--wait")
        assert done.returncode == 0, done.stderr
        assert published(simulator, text) == 1


@pytest.mark.parametrize("simulator", [MASTODON, BLUESKY], indirect=True)
def test_a_question_that_is_gone_brings_the_text_back(cminbox: Run, simulator: Simulator) -> None:
    question = asked(simulator, Kind.MENTION)
    cminbox("sync")
    simulator.delete(question)
    done = cminbox("reply", "1", "--text", "At ten.", "--now", "--wait")
    assert done.returncode == 1
    (kept,) = outbox(cminbox)
    assert (kept["state"], kept["text"]) == ("refused", "At ten.")
    assert published(simulator, "At ten.") == 0
