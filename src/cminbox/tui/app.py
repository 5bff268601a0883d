"""The application: one terminal, one person, one workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cminbox.tui.session import ExitResult, Session


def run(session: Session) -> ExitResult:
    """Show the inbox until the person leaves; return why it ended. The caller has made sure of a capable terminal."""
    raise NotImplementedError(session)
