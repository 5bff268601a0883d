"""Other settings for a workspace that is open: they hold at once where they can."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cminbox.inbox.workspace import Workspace
    from cminbox.settings.values import Settings

_OF_WHO_SYNCS = ("sync", "backups", "spending", "secrets")
"""Tables that the process which fetches and sends reads at its start."""
_REVIEW_SECONDS = 0.2


def resettle(workspace: Workspace, settings: Settings) -> tuple[str, ...]:
    """Let other settings hold; return the tables that changed for the process that fetches and sends as well.

    That one takes response times over by itself, and these tables at its next start. Raises StoreProblem, and all
    settings are as before.
    """
    before = workspace.settings
    workspace.take_response_times(settings.sla)
    workspace.settings = replace(settings, sla=workspace.settings.sla)
    workspace.review_response_times(_REVIEW_SECONDS)
    return tuple(name for name in _OF_WHO_SYNCS if getattr(before, name) != getattr(settings, name))
