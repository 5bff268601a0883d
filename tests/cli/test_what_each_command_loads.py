"""What each command loads, as a table: nothing that it does not need."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import contextlib, io, json, os, sys
from cminbox.__main__ import main
words = json.loads(sys.argv[1])
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    main(words)
print(json.dumps(sorted(sys.modules)))
"""
WATCHED = (
    "babel",
    "h11",
    "httpx",
    "platformdirs",
    "pydantic",
    "pydantic_settings",
    "rapidfuzz",
    "rich",
    "selectolax",
    "sqlite3",
    "sqlite_utils",
    "textual",
    "yaml",
)
TABLE = {
    "--version": set[str](),
    "--help": {"platformdirs", "sqlite3"},
    "reply --help": {"platformdirs"},
    "frobnicate": {"platformdirs"},
    "guide": {"platformdirs"},
    "guide data": {"platformdirs"},
    "guide settings": {"platformdirs", "pydantic"},
    "": {"platformdirs", "sqlite3"},
    "queue": {"platformdirs", "sqlite3"},
    "queue --json": {"platformdirs", "sqlite3"},
    "search parcel": {"platformdirs", "sqlite3"},
    "show 1 --json": {"platformdirs", "sqlite3"},
    "sla --jsonl": {"platformdirs"},
    "sla --json": {"platformdirs"},
    "sla explain 1 --json": {"platformdirs", "sqlite3"},
    "report --json": {"platformdirs", "sqlite3", "babel"},
    "suggest --jsonl": {"platformdirs"},
    "canned --help": {"platformdirs"},
    "canned list": {"platformdirs", "yaml"},
    "canned show refund": {"platformdirs", "yaml"},
    "canned show refund --for 1": {"platformdirs", "sqlite3", "yaml"},
    "canned export --format csv": {"platformdirs", "yaml"},
    "canned coverage": {"platformdirs", "rapidfuzz", "sqlite3", "yaml"},
    "show 1": {"platformdirs", "sqlite3", "babel"},
    "count": {"platformdirs", "sqlite3"},
    "tag 1 vip": {"platformdirs", "sqlite3"},
    "done 1": {"platformdirs", "sqlite3"},
    "note 1 hello": {"platformdirs", "sqlite3"},
    "reply 1 --text hello": {"platformdirs", "sqlite3"},
    "accounts list": {"platformdirs", "sqlite3"},
    "export": {"platformdirs", "sqlite3", "selectolax"},
    "doctor": {"platformdirs", "sqlite3"},
    "erase nobody --yes": {"platformdirs", "sqlite3"},
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that was made before, with one conversation in it."""
    folder = tmp_path_factory.mktemp("loads") / "brand"
    message = {
        "network": "shop",
        "account": "brand",
        "kind": "review",
        "remote_id": "r-1",
        "author": {"id": "u1", "handle": "ana"},
        "text": "Lovely",
        "created_at": "2020-11-20T09:15:00Z",
    }
    file = folder.parent / "one.jsonl"
    file.write_text(json.dumps(message))
    _run(folder, ["import", str(file)])
    return folder


def _run(folder: Path, words: list[str]) -> set[str]:
    given = json.dumps(["--workspace", f"{folder}/", *words])
    done = subprocess.run([sys.executable, "-c", PROGRAM, given], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("words", TABLE)
def test_a_command_loads_what_the_table_says_and_no_more(place: Path, words: str) -> None:
    loaded = _run(place, words.split())
    assert {name for name in WATCHED if name in loaded} <= TABLE[words]


SCREEN = """
import json, sys
import cminbox.tui.app
from cminbox import bootstrap
from cminbox.__main__ import main
from cminbox.tui.session import ExitResult
sessions = []
def draw(session):
    session.reading.page(limit=50)
    session.reading.counts()
    session.reading.thread(1)
    session.start_sync()
    sessions.append(session.sync_state())
    return ExitResult(exit_code=7)
cminbox.tui.app.run = draw
bootstrap.can_draw = lambda environ: True
code = main(json.loads(sys.argv[1]))
print(json.dumps([code, sessions, sorted(sys.modules)]))
"""


def test_the_screen_starts_without_networks_and_without_checking_settings_again(place: Path, tmp_path: Path) -> None:
    configured = tmp_path / "configured"
    shutil.copytree(place, configured)
    (configured / "config.toml").write_text("[ui]\nmouse = false\n")
    assert "pydantic" in _run(configured, ["queue"])
    given = json.dumps(["--workspace", f"{configured}/"])
    done = subprocess.run([sys.executable, "-c", SCREEN, given], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    code, states, loaded = json.loads(done.stdout)
    assert (code, states) == (7, [None])
    watched = {
        "babel",
        "h11",
        "httpx",
        "pydantic",
        "pydantic_settings",
        "rapidfuzz",
        "selectolax",
        "sqlite_utils",
        "yaml",
    }
    assert watched & set(loaded) == set()
