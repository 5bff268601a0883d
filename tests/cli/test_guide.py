"""The documentation is tested: every command and option is in it, and every command that it names exists."""

from __future__ import annotations

import re
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

import pytest

from cminbox import assets
from cminbox.__main__ import main
from cminbox.cli import catalogue
from cminbox.cli.parser import Parser, parser_of
from cminbox.cli.views import VIEWS

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., CompletedProcess[str]]
NAMES = catalogue.names()
COMMON = {option for action in parser_of(None)._actions for option in action.option_strings}
TOPICS = sorted(file.stem for file in assets.guide().glob("*.md"))


def page() -> str:
    return (assets.guide() / "command-line.md").read_text(encoding="utf-8")


def own_options(parser: Parser) -> set[str]:
    return {option for action in parser._actions for option in action.option_strings} - COMMON


def passage(name: str) -> str:
    """Return what the page says of a command: its section, or its line in a table."""
    for part in re.split(r"(?m)^#+ ", page()):
        if part.startswith(f"`cminbox {name}"):
            return part
    (line,) = [line for line in page().splitlines() if line.startswith("|") and f"`cminbox {name} " in line]
    return line


@pytest.mark.parametrize("name", NAMES)
def test_every_command_and_option_is_documented(name: str) -> None:
    said = passage(name)
    shared = "Asking the network" if own_options(parser_of(name)) - {"--reason"} == {"--timeout", "--wait"} else None
    if shared is not None:
        said += page().partition(f"## {shared}")[2].partition("\n## ")[0]
    assert [option for option in sorted(own_options(parser_of(name))) if not re.search(rf"[` ]{option}\b", said)] == []


def test_the_options_of_every_command_are_documented() -> None:
    said = page().partition("## Options of every command")[2].partition("\n## ")[0]
    assert [option for option in sorted(COMMON) if f"`{option}" not in said] == []


def test_every_view_is_documented() -> None:
    assert [view for view in VIEWS if f"`{view}`" not in passage("queue")] == []


@pytest.mark.parametrize("topic", TOPICS)
def test_every_command_and_topic_that_the_guide_names_exists(topic: str) -> None:
    text = (assets.guide() / f"{topic}.md").read_text(encoding="utf-8")
    for words in re.findall(r"cminbox ((?:--workspace \S+ )?[a-z][^`\n|]*)", text):
        command = re.sub(r"^--workspace \S+ ", "", words).split()
        known = [name for name in NAMES if command[: len(name.split())] == name.split()]
        if not known:
            # Prose, such as "cminbox runs", or a family of commands by its first word.
            family = command == command[:1] and any(name.split()[0] == command[0] for name in NAMES)
            assert family or f"`cminbox {command[0]}" not in text, words
            continue
        options = {word.partition("=")[0] for word in command if word.startswith("--")}
        assert options <= own_options(parser_of(known[0])) | COMMON, words
    for named in re.findall(r"`cminbox guide ([a-z-]+)`", text):
        assert named in {*TOPICS, "settings", "service"}, named


@pytest.mark.parametrize("topic", [*TOPICS, "settings"])
def test_every_topic_can_be_read(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guide", topic]) == 0
    said = capsys.readouterr().out
    assert said.startswith("# ")
    assert main(["guide"]) == 0
    assert re.search(rf"(?m)^{topic}  ", capsys.readouterr().out)


def test_a_topic_that_is_none_is_one_sentence(cminbox: Run) -> None:
    for topic in ("nothing", "../cli/output", "settings.md", ""):
        said = cminbox("guide", topic)
        assert said.returncode == 1
        assert "there are: " in said.stderr


def test_at_a_terminal_the_guide_goes_through_the_pager(
    cminbox: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    monkeypatch.setattr("cminbox.bootstrap.at_terminal", lambda: True)
    monkeypatch.setenv("PAGER", f"tee {seen}")
    assert cminbox("guide", "exit-codes").returncode == 0
    assert seen.read_text().startswith("# Exit codes")
    monkeypatch.setenv("PAGER", "no-such-pager-here")
    assert cminbox("guide", "exit-codes").stdout.startswith("# Exit codes")
