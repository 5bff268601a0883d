"""The program loads what it needs and no more: a slow start is felt every day."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = (
    "babel",
    "httpx",
    "pydantic",
    "pydantic_settings",
    "rapidfuzz",
    "rich",
    "selectolax",
    "sqlite_utils",
    "textual",
)
PROGRAM = """
import contextlib, io, json, sys
from cminbox.__main__ import main
with contextlib.redirect_stdout(io.StringIO()):
    try:
        main(sys.argv[1:])
    except SystemExit:
        pass
print(json.dumps(sorted(sys.modules)))
"""


def _loaded_by(*words: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", PROGRAM, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("words", [("--version",), ("--help",), ("queue", "--help"), ("--lang", "en", "--help")])
def test_what_only_speaks_loads_no_part_of_the_program(words: tuple[str, ...]) -> None:
    assert [name for name in HEAVY if name in _loaded_by(*words)] == []


def test_the_version_loads_no_database_either() -> None:
    assert _loaded_by("--version") & {"sqlite3", "asyncio", "cminbox.store", "cminbox.bootstrap"} == set()


def test_printing_the_queue_loads_no_screen_and_no_network() -> None:
    loaded = _loaded_by("queue")
    assert "sqlite3" in loaded
    assert [name for name in ("httpx", "textual", "rapidfuzz", "cminbox.networks.mastodon") if name in loaded] == []
