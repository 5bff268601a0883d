"""What a canned reply does beside answering: done to one conversation or to many, undone as one step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cminbox.store.macros import Applied, apply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.canned import Macro
    from cminbox.inbox.workspace import Workspace

__all__ = ["MYSELF", "Applied", "apply_macro"]

MYSELF = "me"
"""Who a macro gives a conversation to when it names nobody else: whoever uses it."""


def apply_macro(workspace: Workspace, conversation_ids: Sequence[int], macro: Macro) -> Applied:
    """Do what a macro says to conversations, in one transaction, and return what became of each.

    `Acting.undo` takes all of it back as one step, by the events or as the agent's last act. Sends nothing.
    """
    agent = workspace.agent.name
    meant = replace(macro, assign=agent) if macro.assign == MYSELF else macro
    return apply(workspace.database, conversation_ids, meant, agent=agent, now=workspace.now())
