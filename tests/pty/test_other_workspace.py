"""Going to another workspace and back, without leaving the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from stage.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
PAUSE = 0.4


def imported(name: str, folder: Path, variables: Mapping[str, str]) -> None:
    """Make a workspace with one conversation."""
    author = {"id": "u1", "handle": f"{name}fan", "name": "Fan", "followers": 1}
    message = {
        "network": "shop",
        "account": "@brand",
        "kind": "dm",
        "conversation": "c-1",
        "remote_id": "m-1",
        "parent": None,
        "author": author,
        "text": f"hello {name}",
        "created_at": "2026-11-20T09:15:00Z",
        "ours": False,
    }
    file = folder / f"{name}.jsonl"
    file.write_text(json.dumps(message) + "\n")
    command = [sys.executable, "-m", "cminbox", "--workspace", name, "import", str(file)]
    subprocess.run(command, env=dict(variables), check=True, capture_output=True)


def test_there_and_back_without_leaving(tmp_path: Path) -> None:
    variables = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
    }
    for name in ("alpha", "beta"):
        imported(name, tmp_path, variables)
    command = [sys.executable, "-m", "cminbox", "--workspace", "alpha"]
    with Terminal(command, variables, columns=80, lines=24) as terminal:
        terminal.shows("@alphafan")
        for there in ("@betafan", "@alphafan"):
            terminal.read(PAUSE)
            terminal.type("g")
            terminal.type("b")
            terminal.shows("Go to which workspace?")
            terminal.read(PAUSE)
            terminal.type("\r")
            terminal.shows(there)
        terminal.read(PAUSE)
        terminal.type("q")
        assert terminal.wait() == 0
