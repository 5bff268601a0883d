"""An account whose network takes no answer from programs, and an article that came in there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.account import Health, HealthState
from cminbox.domain.message import Kind, Message, Person
from cminbox.domain.network import Capability, Manifest
from stage.scenery import deliver

if TYPE_CHECKING:
    from cminbox.inbox.workspace import Workspace

LINK = "https://blog.example/parcels"
WHY = "Read only; answer where the link leads."
FEEDS = Manifest(
    name="feeds",
    title="Feeds",
    short="RS",
    documentation="https://example.org/docs",
    api_version="1",
    api_ends=None,
    capabilities=frozenset({Capability.MENTIONS}),
    limits={},
    missing={Capability.REPLY: WHY},
)


def article(workspace: Workspace, link: str | None) -> int:
    """Let an article come in, the most urgent of all; return its conversation's id."""
    account = workspace.accounts.add("press", FEEDS, {}, handle="press", agent="setup", now=workspace.now())
    workspace.accounts.set_health(account, Health(HealthState.OK, last_complete_fetch=None), next_fetch_at=0)
    message = Message("a-1", Kind.MENTION, Person("p", "ana"), "On Acme", workspace.now(), permalink=link)
    deliver(workspace, account, [message])
    return next(one.row.id for one in workspace.queue.page() if one.row.account == "press")
