"""Who is where, as one screen sees it: it says where it is, sees who else is there, and finds its way back."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.value import dataclass
from cminbox.store.whereabouts import Stay, Whereabouts

if TYPE_CHECKING:
    from concurrent.futures import Future

    from cminbox.domain.conversation import Presence
    from cminbox.inbox.workspace import Workspace
    from cminbox.sync.lease_keeper import Holder

RENEW_MILLISECONDS = 20_000
LONGEST_AWAY_MILLISECONDS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Resume:
    """Where an agent was when his last screen ended without being left: a conversation, a view, perhaps writing."""

    conversation_id: int
    view: str
    writing: bool


class Presences:
    """One screen's presence. Nothing here stops a screen: presence is a courtesy, and a locked database its end."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._store = Whereabouts(workspace.database)
        self._said: tuple[int | None, str, bool] | None = None
        self._said_at = 0
        self._saying: Future[None] | None = None

    def arrive(self) -> Resume | None:
        """Begin to be present; return where the agent was when another screen of his died or lost its terminal."""
        agent, now = self._workspace.agent, self._workspace.now()
        try:
            ended = [stay for stay in self._store.of(agent.name) if self._ended(stay, now)]
            self._store.arrive(
                agent.name,
                agent.terminal,
                holder=self._holder.name,
                host=self._holder.host,
                pid=self._holder.pid,
                now=now,
                instead_of=[stay.terminal for stay in ended],
            )
        except Problem:
            # Who needs the database hears of it; a screen can do without company.
            return None
        return next((found for stay in ended if (found := _resume(stay, now)) is not None), None)

    def be_at(self, conversation_id: int | None, view: str, *, writing: bool, at_once: bool = False) -> None:
        """Say which conversation is shown and whether one writes. Call it often: what is known costs nothing.

        While one saying is on its way to the disk the next waits for a later call, unless it has to be said `at_once`.
        """
        now, said = self._workspace.now(), (conversation_id, view, writing)
        if self._saying is not None and not self._saying.done() and not at_once:
            return
        if said == self._said and 0 <= now - self._said_at < RENEW_MILLISECONDS:
            return
        agent = self._workspace.agent
        self._said, self._said_at = said, now
        self._saying = self._store.be_at(
            agent.name, agent.terminal, conversation_id, view=view, writing=writing, now=now
        )

    def others(self, conversation_id: int) -> list[Presence]:
        """Return who else is at a conversation, those who write first. Raises Problem."""
        agent, now = self._workspace.agent, self._workspace.now()
        return self._store.others(conversation_id, agent=agent.name, terminal=agent.terminal, now=now)

    def own_and_dead(self, terminal: str) -> bool:
        """Whether this agent's screen at another terminal has ended, so that what it claimed is free."""
        agent, now = self._workspace.agent, self._workspace.now()
        stays = {stay.terminal: stay for stay in self._store.of(agent.name)}
        return terminal not in stays or self._ended(stays[terminal], now)

    def is_dead(self, agent: str, terminal: str) -> bool:
        """Whether somebody's screen at a terminal has surely ended: its process ran on this machine."""
        stays = {stay.terminal: stay for stay in self._store.of(agent)}
        return terminal in stays and self._holder.outlived(stays[terminal])

    def bury_dead(self) -> None:
        """End the stays of screens whose processes have died on this machine, and free what they claimed.

        Nobody waits for it. Raises Problem when the database cannot be read.
        """
        now = self._workspace.now()
        for agent, stay in self._store.living(now):
            if self._holder.outlived(stay):
                self._store.bury(agent, stay.terminal, stay.holder, now=now)

    def leave(self, *, to_come_back: bool) -> None:
        """End the presence; `to_come_back` when nobody chose to leave."""
        agent = self._workspace.agent
        with suppress(Problem):
            self._store.leave(agent.name, agent.terminal, now=self._workspace.now(), to_come_back=to_come_back)

    @cached_property
    def _holder(self) -> Holder:
        from cminbox.sync.lease_keeper import Holder  # noqa: PLC0415 - not before the first paint

        return Holder.of_this_process()

    def _ended(self, stay: Stay, now: int) -> bool:
        if stay.until <= now or stay.terminal == self._workspace.agent.terminal:
            return True
        return self._holder.outlived(stay)


def _resume(stay: Stay, now: int) -> Resume | None:
    if stay.conversation_id is None or now - stay.until > LONGEST_AWAY_MILLISECONDS:
        return None
    return Resume(stay.conversation_id, stay.view, stay.writing)
