"""A process that syncs a workspace again and again, with short waits, until nothing is missing or it is killed.

Its argument: the workspace's folder. It prints a line after each cycle: "ok" or what is still wrong.
"""

from __future__ import annotations

import sys

from cminbox.domain import waiting
from cminbox.inbox.syncing import run_once
from cminbox.inbox.workspace import Agent, Workspace
from cminbox.settings.locations import locate
from cminbox.settings.values import Settings


def main() -> None:
    """Sync until everything is there."""
    # Faults come so thick here that the waits of real life would make a test of an hour.
    waiting.FIRST_RETRY, waiting.LONGEST_RETRY = 0.02, 0.1
    workspace = Workspace(locate(f"{sys.argv[1]}/", None, {}), Settings(), Agent("service", "none"))
    while True:
        report = run_once(workspace)
        wrong = [f"{one.account}: {one.state} {one.reason}" for one in report.accounts if not one.complete]
        print("; ".join(wrong) if wrong else "ok", flush=True)
        if not wrong:
            break
    workspace.close()


if __name__ == "__main__":
    main()
