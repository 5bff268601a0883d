"""An opened workspace: one brand's database and settings, and who works in it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cminbox.store.accounts import Accounts
from cminbox.store.acts import Acts
from cminbox.store.claims import Claims
from cminbox.store.conversations import Conversations
from cminbox.store.database import Database
from cminbox.store.drafts import Drafts
from cminbox.store.leases import Leases
from cminbox.store.outbox import Outbox
from cminbox.store.queue import Queue

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.settings.locations import Locations
    from cminbox.settings.values import Settings


def clock() -> int:
    """Return the present, UTC milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Agent:
    """Who works: a name, and the terminal he sits at. Claims and drafts belong to both."""

    name: str
    terminal: str


class Workspace:
    """One brand's data, opened. Close it when done; every part shares its database.

    A write waits at most `patience` seconds for other processes; None is the store's own patience.
    """

    def __init__(
        self,
        locations: Locations,
        settings: Settings,
        agent: Agent,
        now: Callable[[], int] = clock,
        *,
        patience: float | None = None,
    ) -> None:
        locations.create()
        self.locations = locations
        self.settings = settings
        self.agent = agent
        self.now = now
        self.database = Database(locations.database, patience=patience)
        self.queue = Queue(self.database, agent.name)

    @cached_property
    def accounts(self) -> Accounts:
        """The brand's accounts."""
        return Accounts(self.database)

    @cached_property
    def conversations(self) -> Conversations:
        """Single conversations."""
        return Conversations(self.database)

    @cached_property
    def drafts(self) -> Drafts:
        """What was typed and not sent."""
        return Drafts(self.database)

    @cached_property
    def outbox(self) -> Outbox:
        """Replies on their way."""
        return Outbox(self.database)

    @cached_property
    def acts(self) -> Acts:
        """Likes, hides and the like on their way."""
        return Acts(self.database)

    @cached_property
    def claims(self) -> Claims:
        """Who answers what."""
        return Claims(self.database)

    @cached_property
    def leases(self) -> Leases:
        """Who syncs and sends."""
        return Leases(self.database)

    def close(self) -> None:
        """Finish what is being written and close the database."""
        self.database.close()
