"""An opened workspace: one brand's database and settings, and who works in it."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from cminbox.domain.problem import StoreProblem
from cminbox.domain.value import dataclass
from cminbox.sla.stages import StageRules
from cminbox.store.accounts import Accounts
from cminbox.store.begun_notes import BegunNotes
from cminbox.store.claims import Claims
from cminbox.store.conversations import Conversations
from cminbox.store.database import Database
from cminbox.store.outbox import Outbox
from cminbox.store.policies import put_in_force
from cminbox.store.queue import Queue
from cminbox.store.reviewing import review
from cminbox.store.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.settings.locations import Locations
    from cminbox.settings.values import Settings, Sla
    from cminbox.store.acts import Acts
    from cminbox.store.drafts import Drafts
    from cminbox.store.figures import Figures
    from cminbox.store.leases import Leases
    from cminbox.store.notices import Notices
    from cminbox.store.picks import Picks


_REVIEW_SECONDS = 0.2
"""How long opening a workspace may look at conversations for which other policies hold now; a service does the rest."""


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

    A write waits at most `patience` seconds for other processes, and a search that takes longer is given up; None is
    the store's own patience, and all the time that a search takes. `environ` is what
    the settings were read from besides files, for whoever reads them again.
    """

    def __init__(
        self,
        locations: Locations,
        settings: Settings,
        agent: Agent,
        now: Callable[[], int] = clock,
        *,
        patience: float | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        locations.create()
        self.locations = locations
        self.settings = settings
        self.environ = {} if environ is None else environ
        self.agent = agent
        self.now = now
        self.database = Database(locations.database, patience=patience)
        self.queue = Queue(self.database, agent.name, patience=patience)
        # A database that is busy is no reason not to open: whoever opens it next puts the policies in force.
        with suppress(StoreProblem):
            self._settle_response_times()

    def _settle_response_times(self) -> None:
        """Put the policies of the settings in force; look at open conversations anew as far as nobody has to wait."""
        self._enforce(self.settings.sla)
        self.review_response_times(_REVIEW_SECONDS)

    def _enforce(self, sla: Sla) -> bool:
        stages = StageRules(sla.warn / 100, sla.urgent / 100, sla.urgent_left * 1000)
        return put_in_force(self.database, sla.policies, stages, now=self.now())

    def take_response_times(self, sla: Sla) -> bool:
        """Let other response times hold from now on; return whether any policy is another one. Raises StoreProblem.

        Open conversations are looked at anew by `review_response_times`.
        """
        changed = self._enforce(sla)
        self.settings = replace(self.settings, sla=sla)
        return changed

    def review_response_times(self, seconds: float) -> None:
        """Look for so long at open conversations for which other policies may hold now; a read when there are none."""
        until = time.monotonic() + seconds
        while review(self.database, now=self.now()) and time.monotonic() < until:
            continue

    @cached_property
    def targets(self) -> Targets:
        """The response-time clocks of single conversations."""
        return Targets(self.database)

    @cached_property
    def figures(self) -> Figures:
        """Every wait of a period, and how fast answers come."""
        from cminbox.store.figures import Figures  # noqa: PLC0415 - not before the first paint

        return Figures(self.database)

    @cached_property
    def notices(self) -> Notices:
        """What was announced of response times."""
        from cminbox.store.notices import Notices  # noqa: PLC0415 - not before the first paint

        return Notices(self.database)

    @cached_property
    def accounts(self) -> Accounts:
        """The brand's accounts."""
        return Accounts(self.database)

    @cached_property
    def conversations(self) -> Conversations:
        """Reads and changes single conversations: status, assignee, tags, notes, and the undoing of them."""
        return Conversations(self.database)

    @cached_property
    def drafts(self) -> Drafts:
        """What was typed and not sent."""
        from cminbox.store.drafts import Drafts  # noqa: PLC0415 - not before the first paint

        return Drafts(self.database)

    @cached_property
    def begun_notes(self) -> BegunNotes:
        """Notes that were begun and not added yet."""
        return BegunNotes(self.database)

    @cached_property
    def outbox(self) -> Outbox:
        """Replies on their way."""
        return Outbox(self.database)

    @cached_property
    def picks(self) -> Picks:
        """What suggestions have learnt."""
        from cminbox.store.picks import Picks  # noqa: PLC0415 - not before the first paint

        return Picks(self.database)

    @cached_property
    def acts(self) -> Acts:
        """Likes, hides and the like on their way."""
        from cminbox.store.acts import Acts  # noqa: PLC0415 - not before the first paint

        return Acts(self.database)

    @cached_property
    def claims(self) -> Claims:
        """Who answers what."""
        return Claims(self.database)

    @cached_property
    def leases(self) -> Leases:
        """Who syncs and sends."""
        from cminbox.store.leases import Leases  # noqa: PLC0415 - not before the first paint

        return Leases(self.database)

    def close(self) -> None:
        """Finish what is being written and close the database."""
        self.database.close()
