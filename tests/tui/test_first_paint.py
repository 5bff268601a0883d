"""What is loaded before the first row is seen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cminbox.inbox.workspace import Workspace

ROOT = Path(__file__).parents[2]
LATER = {
    "argparse",
    "babel",
    "gettext",
    "httpx",
    "keyring",
    "pydantic",
    "pydantic_settings",
    "rapidfuzz",
    "regex",
    "selectolax",
    "sqlite_utils",
    "sysconfig",
    "tomllib",
    "zoneinfo",
    "urllib.request",
    "tree_sitter",
    "cminbox.cli.parser",
    "cminbox.domain.folding",
    "cminbox.network_kit",
    "cminbox.networks",
    "cminbox.sla.calendar",
    "cminbox.sla.hours",
    "cminbox.sla.replay",
    "cminbox.sync",
    "cminbox.outbox",
    "cminbox.store.migrations",
    "cminbox.store.first_schema",
    "cminbox.store.retention",
    "cminbox.store.surroundings",
    "cminbox.tui.verbs",
    "cminbox.tui.screens.outbox",
    "hashlib",
    "secrets",
    "textual.widgets._input",
    "textual.widgets._text_area",
}
MOST_MODULES = 126
"""So many modules of our own are loaded by then. Each costs what reading some rows does: more need a reason."""
PROGRAM = """
import asyncio, json, sys
from pathlib import Path
from cminbox import __main__, bootstrap
from cminbox.cli.choices import read_choices
from cminbox.inbox.acting import Acting
from cminbox.inbox.changes import Changes
from cminbox.inbox.reading import Reading
from cminbox.inbox.workspace import Agent, Workspace
from cminbox.settings.values import DEFAULTS
from cminbox.tui.app import InboxApp
from cminbox.tui.session import Session

class Place:
    folder = Path(sys.argv[1])
    database = folder / "inbox.sqlite3"
    def create(self): pass

async def main():
    assert read_choices(["--workspace", "acme"]).workspace == "acme"
    workspace = Workspace(Place(), DEFAULTS, Agent("kim", "t"))
    app = InboxApp(Session(Reading(workspace), Acting(workspace), Changes(workspace), "kim", workspace.now))
    async with app.run_test(size=(80, 24)) as pilot:
        loaded = sorted(sys.modules)
        text = "\\n".join(strip.text for strip in app.screen._compositor.render_strips())
    workspace.close()
    slow = [
        f"{module}.{name}"
        for module, found in list(sys.modules.items())
        if module.startswith("cminbox.")
        for name, one in list(vars(found).items())
        if isinstance(one, type) and one.__module__ == module and "__dataclass_fields__" in vars(one)
        if one.__dict__.get("__dataclass_params__") is not None
    ]
    print(json.dumps([text, loaded, slow]))

asyncio.run(main())
"""


def test_only_textual_and_sqlite_are_loaded_before_the_first_row_is_seen(workspace: Workspace) -> None:
    workspace.close()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(workspace.locations.folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        check=True,
        text=True,
    )
    text, loaded, slow = json.loads(done.stdout.splitlines()[-1])
    assert "Where is my order?" in text
    assert LATER & set(loaded) == set()
    assert len([one for one in loaded if one.startswith("cminbox.")]) <= MOST_MODULES
    assert "sqlite3" in loaded
    # Classes that `cminbox.domain.value` leaves to the standard decorator, or that were not given to it.
    assert set(slow) <= {"cminbox.inbox.workplace.Workplace"}
