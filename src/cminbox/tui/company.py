"""Who else has the conversation before him that is read here, and that it is read here."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem

if TYPE_CHECKING:
    from cminbox.domain.conversation import Presence
    from cminbox.inbox.presence import Presences


class Company:
    """One screen among others. Without a place to tell it, nobody is seen."""

    def __init__(self, presences: Presences | None) -> None:
        self._presences = presences
        self._last: tuple[int | None, str, bool] | None = None
        self.others: tuple[Presence, ...] = ()

    def tell(self, conversation_id: int | None, view: str, *, writing: bool, at_once: bool = False) -> None:
        """Tell where one is. Call it some times a second: what is known costs nothing.

        Only where one rests is told, for who runs through a list is nowhere; `at_once` tells it all the same.
        """
        if self._presences is None:
            return
        here = (conversation_id, view, writing)
        if at_once or here == self._last:
            self._presences.be_at(conversation_id, view, writing=writing, at_once=at_once)
        self._last = here

    def look(self, conversation_id: int | None) -> bool:
        """See who else is at a conversation; return whether that has changed."""
        if self._presences is None:
            return False
        before = self.others
        try:
            self.others = () if conversation_id is None else tuple(self._presences.others(conversation_id))
        except Problem:
            # Whatever keeps the database from being read is told by those who need it.
            self.others = ()
        return self.others != before

    def is_free(self, agent: str, terminal: str, own: str) -> bool:
        """Whether what an agent claimed at a terminal was claimed by a screen that has ended."""
        if self._presences is None:
            return False
        return self._presences.own_and_dead(terminal) if agent == own else self._presences.is_dead(agent, terminal)

    def bury_dead(self) -> None:
        """Free what screens have claimed and held whose processes have died. Call it some times a minute."""
        if self._presences is not None:
            # Whatever keeps the database from being read is told by those who need it.
            with suppress(Problem):
                self._presences.bury_dead()
