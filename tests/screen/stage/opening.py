"""Opening a workspace and its screen as the program does, with a clock that stands still. Loads nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.inbox.acting import Acting
from cminbox.inbox.changes import Changes
from cminbox.inbox.presence import Presences
from cminbox.inbox.reading import Reading
from cminbox.inbox.workspace import Agent, Workspace
from cminbox.settings.locations import Locations
from cminbox.settings.values import DEFAULTS, Settings
from cminbox.tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOON = 1_795_168_860_000
"""Friday 20 November 2026, 10:01 UTC, in milliseconds: the present on this stage."""


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is told otherwise; UTC milliseconds."""

    at: int = NOON

    def __call__(self) -> int:
        """Return the present."""
        return self.at

    def forward(self, milliseconds: int) -> None:
        """Let time pass."""
        self.at += milliseconds


def open_workspace(
    folder: Path,
    now: Callable[[], int],
    *,
    agent: str = "kim",
    terminal: str = "pts/1",
    settings: Settings = DEFAULTS,
) -> Workspace:
    """Open the workspace in a folder, made when it is new."""
    locations = Locations("stage", folder, folder / "user.toml")
    return Workspace(locations, settings, Agent(agent, terminal), now)


def session(workspace: Workspace) -> Session:
    """Return what the screen is given."""
    return Session(
        Reading(workspace),
        Acting(workspace),
        Changes(workspace),
        workspace.agent.name,
        workspace.now,
        presence=Presences(workspace),
    )
