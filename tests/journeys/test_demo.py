"""`cminbox demo`: from nothing to an answered message, and nothing left behind."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

SECONDS = 60


@dataclass(frozen=True)
class Shell:
    """An empty directory and an empty home to start the program in."""

    here: Path
    home: Path
    scratch: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the program without a terminal."""
        return subprocess.run(
            [sys.executable, "-m", "cminbox", *words],
            cwd=self.here,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    @property
    def environ(self) -> dict[str, str]:
        """The environment that the program gets."""
        source = str(Path(__file__).parents[2] / "src")
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": source,
            "HOME": str(self.home),
            "TMPDIR": str(self.scratch),
            "LANG": "C.UTF-8",
        }


def shell_in(folder: Path) -> Shell:
    shell = Shell(folder / "here", folder / "home", folder / "scratch")
    for made in (shell.here, shell.home, shell.scratch):
        made.mkdir()
    return shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return shell_in(tmp_path)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shell, subprocess.CompletedProcess[str]]:
    """Return one finished `demo --once` and where it ran, shared by the tests that only look."""
    shell = shell_in(tmp_path_factory.mktemp("demo"))
    return shell, shell.run("demo", "--once", "--seed", "5")


def processes_of(shell: Shell) -> list[str]:
    """Return the command line of every process that runs with the shell's folder for temporary files."""
    mark = f"TMPDIR={shell.scratch}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in process.joinpath("environ").read_bytes().split(b"\0"):
                found.append(process.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def test_it_ends_well_and_says_so_in_its_last_line(first: tuple[Shell, subprocess.CompletedProcess[str]]) -> None:
    _, ended = first
    assert ended.stderr == ""
    assert ended.stdout.splitlines()[-1].startswith("demo: ok")
    assert ended.returncode == 0


def test_it_reads_every_network_and_prints_the_queue_in_both_languages(
    first: tuple[Shell, subprocess.CompletedProcess[str]],
) -> None:
    _, ended = first
    for network in ("mastodon", "bluesky", "relay"):
        assert re.search(rf"^\d+ .* open  {network} ", ended.stdout, re.MULTILINE), network
    assert "Bonjour" in ended.stdout
    assert "Hello" in ended.stdout
    assert len(re.findall(r"^\d+ .* open ", ended.stdout, re.MULTILINE)) > 50


def test_it_shows_the_answer_as_the_network_has_it(first: tuple[Shell, subprocess.CompletedProcess[str]]) -> None:
    _, ended = first
    lines = ended.stdout.splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("Answered conversation "))
    number = re.findall(r"\d+", lines[at])[0]
    handle, said = re.findall(r"@(\S+): (.*)", lines[at + 1])[0]
    row = next(line for line in lines if line.startswith(f"{number} "))
    assert handle in row
    assert said[-20:] in row or row[-20:] in said
    assert re.match(r"    we: .*(Bonjour|Hello)", lines[at + 2])


def test_what_strangers_wrote_cannot_steer_the_terminal(
    first: tuple[Shell, subprocess.CompletedProcess[str]],
) -> None:
    _, ended = first
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", ended.stdout)
    assert "[2J" in ended.stdout


def test_it_leaves_no_file_and_no_process(first: tuple[Shell, subprocess.CompletedProcess[str]]) -> None:
    shell, _ = first
    left = [path for folder in (shell.here, shell.home, shell.scratch) for path in folder.rglob("*")]
    assert left == []
    assert processes_of(shell) == []


def test_the_same_seed_gives_the_same_output_apart_from_times(
    first: tuple[Shell, subprocess.CompletedProcess[str]], shell: Shell
) -> None:
    again = shell.run("demo", "--once", "--seed", "5")
    assert without_times(again.stdout) == without_times(first[1].stdout)


def without_times(text: str) -> list[str]:
    return [re.sub(r"^(\d+) .*? (open )", r"\1 \2", " ".join(line.split())) for line in text.splitlines()]


def test_a_named_workspace_keeps_the_data_and_is_never_mixed_with_another_inbox(shell: Shell) -> None:
    kept = shell.run("--lang", "fr", "--workspace", "./kept", "demo")
    assert kept.stdout.splitlines()[-1].startswith("demo: ok")
    assert kept.returncode == 0
    queue = shell.run("--workspace", "./kept", "queue", "--json")
    assert len([json.loads(line) for line in queue.stdout.splitlines()]) > 50
    again = shell.run("--workspace", "./kept", "demo", "--once")
    assert again.returncode == 1
    assert again.stdout.startswith("demo: failed (")
    assert "holds a demo that has ended" in again.stdout
    assert "begin anew: rm -r" in again.stdout


@pytest.mark.parametrize("words", [("--rate", "often"), ("--seed", "x"), ("--rate", "99999999/h"), ("--rate", "-1")])
def test_wrong_words_are_refused_with_a_sentence(shell: Shell, words: tuple[str, ...]) -> None:
    ended = shell.run("demo", "--once", *words)
    assert ended.returncode == 2
    assert ended.stderr.startswith("cminbox: ")
    assert ended.stdout == ""
