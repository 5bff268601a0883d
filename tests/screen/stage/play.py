"""The screen on a furnished workspace, as a program: what a pseudo-terminal or a benchmark starts.

python -m stage.play FOLDER [--empty | --hostile] [--clock] [--french] [--no-colour] [--ascii] [--deaf] [--fault]
    [--theme=NAME] [--plain] [--eager] [--patient]
    [--elsewhere] [--suggest]

`--clock` lets time pass; `--elsewhere` sits at another terminal; `--deaf` hears no hang-up, as under nohup; `--fault`
fails right after the first paint; `--suggest` suggests canned replies, as the program does; `--patient` waits for
every act, as if no disk were slow.
"""

from __future__ import annotations

import gc
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import Session


def main() -> int:
    """Play; the last line says how the screen ended."""
    folder, options = Path(sys.argv[1]), sys.argv[2:]
    gc.disable()

    from cminbox.i18n import use  # noqa: PLC0415 - what a start loads is measured
    from cminbox.inbox.workspace import clock  # noqa: PLC0415 - as above
    from cminbox.tui.app import run  # noqa: PLC0415 - as above
    from stage.opening import Clock, open_workspace, session  # noqa: PLC0415 - as above

    use("fr" if "--french" in options else "en")
    new = not (folder / "inbox.sqlite3").exists()
    terminal = "pts/2" if "--elsewhere" in options else "pts/1"
    workspace = open_workspace(folder, clock if "--clock" in options else Clock(), terminal=terminal)
    if new and "--empty" not in options:
        _fill(workspace, hostile="--hostile" in options)
    present = session(workspace)
    if "--hostile" in options:
        _surround(present, workspace)
    present.colour = "--no-colour" not in options
    present.unicode = "--ascii" not in options
    present.theme = next((one.removeprefix("--theme=") for one in options if one.startswith("--theme=")), "auto")
    present.report_crash = lambda error: print("fault:", type(error).__name__)
    if "--fault" in options:
        present.start_sync = _fail
    if "--deaf" in options:
        # As under nohup: nobody tells the program that its terminal is gone.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    if "--eager" in options:
        from cminbox.tui.screens import inbox  # noqa: PLC0415 - as above

        inbox._FAST_SECONDS = 0.0
    if "--patient" in options:
        from cminbox.tui import beside  # noqa: PLC0415 - as above

        beside.AT_ONCE_SECONDS = 20.0
    if "--plain" in options:
        from cminbox.tui.plain import run  # noqa: PLC0415 - as above
    if "--suggest" in options:
        from cminbox.inbox.suggestions import Suggester  # noqa: PLC0415 - as above

        present.suggestions = Suggester(workspace)
    ended = run(present)
    if present.suggestions is not None:
        present.suggestions.close()
    workspace.close()
    print(f"ended: {ended.ending.value}")
    return ended.exit_code


def _fill(workspace: Workspace, *, hostile: bool) -> None:
    from stage.hostile import fill  # noqa: PLC0415 - as above
    from stage.scenery import furnish  # noqa: PLC0415 - as above

    (fill if hostile else furnish)(workspace)


def _surround(present: Session, workspace: Workspace) -> None:
    """Let the session know views and workspaces whose names strangers chose."""
    from cminbox.inbox.saved_views import SavedViews  # noqa: PLC0415 - as above
    from stage.hostile import payloads  # noqa: PLC0415 - as above

    present.saved_views = SavedViews(workspace.locations.folder)
    present.workspaces = payloads


def _fail() -> None:
    secret = "hunter2"  # noqa: F841 - must not be shown
    raise ValueError("a planted fault")


if __name__ == "__main__":
    sys.exit(main())
