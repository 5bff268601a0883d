"""Nothing of the suggestions is loaded before the first row is seen, and everything after it, without a key."""

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
PROGRAM = """
import asyncio, json, sys
from pathlib import Path
from cminbox.inbox.suggestions import Suggester
from cminbox.tui.app import InboxApp
from stage.opening import Clock, open_workspace, session

async def main():
    workspace = open_workspace(Path(sys.argv[1]), Clock())
    present = session(workspace)
    present.suggestions = Suggester(workspace)
    app = InboxApp(present)
    loaded = []
    app.after_first_paint = lambda: loaded.append(sorted(sys.modules))
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(500):
            await pilot.pause(0.02)
            if app.screen.suggesting.strip.text:
                break
        text = app.screen.suggesting.strip.text
    present.suggestions.close()
    workspace.close()
    print(json.dumps([loaded[0], sorted(sys.modules), text]))

asyncio.run(main())
"""


def test_the_engine_is_loaded_after_the_first_paint(workspace: Workspace) -> None:
    workspace.close()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(workspace.locations.folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests" / "screen")))},
        capture_output=True,
        check=True,
        text=True,
    )
    before, after, text = json.loads(done.stdout.splitlines()[-1])
    early = [name for name in before if name.startswith(("cminbox.suggestions", "rapidfuzz", "cminbox.inbox.canned"))]
    assert early == []
    assert "cminbox.suggestions.engine" in after
    assert text.startswith("1 ")
