"""Every example of the guide to response times is tried."""

from __future__ import annotations

import io
import json
import re
import shlex
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from cminbox import assets
from cminbox.domain.message import Kind
from cminbox.inbox.announcing import Announcer
from cminbox.settings.load import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from subprocess import CompletedProcess

    from cminbox.inbox.workspace import Workspace

    Run = Callable[..., CompletedProcess[str]]

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUESTION = {"created_at": "2025-11-21T14:00:00Z", "kind": "review", "rating": 2}
BOB, CLEO = ({"id": name, "handle": name, "name": name.title()} for name in ("bob", "cleo"))


def blocks(language: str) -> list[str]:
    page = (assets.guide() / "response-times.md").read_text(encoding="utf-8")
    return [text for found, text in BLOCK.findall(page) if found == language]


@pytest.fixture(autouse=True)
def paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def brand(folder: Path, imported: Run, line: Callable[..., dict[str, Any]]) -> None:
    """The first schedule and the first policies of the guide, and the conversations that it tells of."""
    folder.mkdir()
    hours, policies = (next(text for text in blocks("toml") if part in text) for part in ("[schedule]", "unhappy"))
    (folder / "config.toml").write_text(hours + policies)
    imported(
        line("q", **QUESTION),
        line("a", parent="q", ours=True, **(QUESTION | {"created_at": "2025-11-24T08:30:00Z"})),
        line("q2", author=BOB, created_at="2025-11-24T09:00:00Z"),
        line("a2", parent="q2", ours=True, created_at="2025-11-24T09:20:00Z"),
        line("q3", author=CLEO, created_at="2025-11-24T10:00:00Z"),
    )


def test_the_guide_has_examples_of_each_kind() -> None:
    assert [len(blocks(kind)) for kind in ("toml", "console", "json")] == [8, 3, 2]


@pytest.mark.parametrize("text", blocks("toml"))
def test_every_configuration_is_right(cminbox: Run, folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "config.toml").write_text(text)
    said = cminbox("sla", "--json")
    assert (said.returncode, said.stderr) == (0, "")
    named = re.findall(r'^name = "(.*)"$', text, re.MULTILINE)
    assert not named or [json.loads(one)["name"] for one in said.stdout.splitlines()] == named


def sessions() -> Iterator[tuple[str, list[str]]]:
    """Yield each command of the examples with the lines that it prints; `...` stands for any more."""
    for text in blocks("console"):
        for part in text.removeprefix("$ ").split("\n$ "):
            command, *lines = part.rstrip("\n").split("\n")
            yield command, lines


@pytest.mark.usefixtures("brand")
@pytest.mark.parametrize(("command", "lines"), sessions(), ids=lambda one: one if isinstance(one, str) else "")
def test_every_command_prints_what_the_guide_shows(cminbox: Run, command: str, lines: list[str]) -> None:
    words = shlex.split(command)
    assert words[0] == "cminbox"
    printed = cminbox(*words[1:]).stdout.splitlines()
    if lines[-1] == "...":
        lines = lines[:-1]
        printed = printed[: len(lines)]
    assert [one.rstrip() for one in printed] == lines


def test_the_line_protocol_answers_as_the_guide_shows(cminbox: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = [one for one in blocks("json") if '"op"' in one]
    question, answer = [json.loads(one) for one in re.split(r"(?m)^(?=\{)", text) if one]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(question).encode() + b"\n")))
    assert json.loads(cminbox("sla", "--jsonl").stdout) == answer


async def test_a_command_is_told_what_the_guide_shows(
    opened: Callable[[], Workspace],
    imported: Run,
    line: Callable[..., dict[str, Any]],
    tmp_path: Path,
    folder: Path,
) -> None:
    (text,) = [one for one in blocks("json") if '"notice"' in one]
    imported(line("q", kind=Kind.MENTION.value))
    told = tmp_path / "told"
    program = f"import sys; open({str(told)!r}, 'a').write(sys.stdin.read())"
    (folder / "config.toml").write_text(f"[sla]\non_stage = {json.dumps([sys.executable, '-c', program])}\n")
    workspace = opened()
    await Announcer(workspace).drain(20)
    shown = {one["notice"]["stage"]: one for one in map(json.loads, told.read_text().splitlines())}
    assert set(shown) == {"warn", "urgent", "breached", "again"}
    example = json.loads(text)
    found = shown["breached"]
    assert {name: type(value) for name, value in found.items()} == {
        name: type(value) for name, value in example.items()
    }
    assert found["notice"].keys() == example["notice"].keys()
    assert found["notice"]["reached_at"].endswith(".001Z")


def test_the_settings_of_the_guide_are_those_that_there_are(folder: Path, opened: Callable[[], Workspace]) -> None:
    workspace = opened()
    for text in blocks("toml"):
        if "[alerts]" in text:
            (folder / "config.toml").write_text(text)
            alerts = load_settings(workspace.locations, {}).alerts
            assert (alerts.line, alerts.bell, alerts.desktop, alerts.desktop_form) == ("urgent", "late", "late", "osc9")
