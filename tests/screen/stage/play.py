"""The screen on a furnished workspace, as a program: what a pseudo-terminal or a benchmark starts.

python -m stage.play FOLDER [--count N] [--empty] [--clock real] [--language fr] [--no-colour] [--bare]
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cminbox.inbox.workspace import Workspace


def main() -> int:
    """Play; the last line says how the screen ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--empty", action="store_true")
    parser.add_argument("--clock", default="still")
    parser.add_argument("--language", default="en")
    parser.add_argument("--no-colour", action="store_true")
    parser.add_argument("--ascii", action="store_true")
    parser.add_argument("--fault", action="store_true")
    parser.add_argument("--hostile", action="store_true")
    parser.add_argument("--deaf", action="store_true")
    given = parser.parse_args()

    from cminbox.i18n import use  # noqa: PLC0415 - what a start loads is measured
    from cminbox.inbox.workspace import clock  # noqa: PLC0415 - as above
    from cminbox.tui.app import run  # noqa: PLC0415 - as above
    from stage.opening import Clock, open_workspace, session  # noqa: PLC0415 - as above

    use(given.language)
    new = not (given.folder / "inbox.sqlite3").exists()
    workspace = open_workspace(given.folder, clock if given.clock == "real" else Clock())
    if new and not given.empty:
        _fill(workspace, given.count, hostile=given.hostile)
    present = session(workspace)
    present.colour = not given.no_colour
    present.unicode = not given.ascii
    present.report_crash = lambda error: print("fault:", type(error).__name__)
    if given.fault:
        present.start_sync = _fail
    if given.deaf:
        # As under nohup: nobody tells the program that its terminal is gone.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    ended = run(present)
    workspace.close()
    print(f"ended: {ended.ending.value}")
    return ended.exit_code


def _fill(workspace: Workspace, count: int, *, hostile: bool) -> None:
    from stage.hostile import fill  # noqa: PLC0415 - as above
    from stage.scenery import crowd, furnish  # noqa: PLC0415 - as above

    if hostile:
        fill(workspace)
    elif count:
        crowd(workspace, count)
    else:
        furnish(workspace)


def _fail() -> None:
    secret = "hunter2"  # noqa: F841 - must not be shown
    raise ValueError("a planted fault")


if __name__ == "__main__":
    sys.exit(main())
