"""Looking after a workspace: a copy of its database, and forgetting a person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cminbox.domain.problem import DamageProblem, NotFound, Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.inbox.backing_up import forget_backups
from cminbox.inbox.workspace import clock
from cminbox.store import erasing, rescuing, upkeep
from cminbox.store.database import Database
from cminbox.store.erasing import Erased, KnownPerson
from cminbox.store.rescuing import Rescued

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.inbox.workplace import Workplace
    from cminbox.inbox.workspace import Workspace


__all__ = ["Erased", "KnownPerson", "Rescued", "back_up", "erase", "find_person", "rescue"]


def back_up(workspace: Workspace, file: str, *, replace: bool = False) -> int:
    """Copy the database to `file` while it is in use; return the copy's size in bytes. Raises Problem."""
    target = Path(file).expanduser()
    if target.is_dir():
        raise Problem(say("{file} is a folder; name a file in it", file=safe(file)))
    return upkeep.back_up(workspace.database, target.absolute(), replace=replace)


def rescue(where: Workplace) -> Rescued:
    """Keep a damaged database aside and work on with the newest backup and what can still be read of it.

    Raises Problem when the database is sound, or while somebody has it open; then nothing has changed.
    """
    path = where.locations.database
    if not path.exists():
        raise NotFound(say("There is no database in {folder}", folder=safe(str(where.locations.folder))))
    if _sound(path):
        raise Problem(say("{file} is sound; there is nothing to rescue", file=safe(str(path))))
    return rescuing.rescue(path, clock())


def _sound(path: Path) -> bool:
    try:
        database = Database(path)
    except DamageProblem:
        return False
    try:
        return not upkeep.damage(database)
    except DamageProblem:
        return False
    finally:
        database.close()


def find_person(workspace: Workspace, wanted: str, network: str | None = None) -> list[KnownPerson]:
    """Return one person as all accounts of one network know him. Raises NotFound, and Problem when several fit."""
    found = erasing.find_people(workspace.database, wanted)
    if network is not None:
        found = [person for person in found if person.network == network]
    if not found:
        raise NotFound(say("Nobody called {person} is known here", person=safe(wanted, limit=100)))
    if len({(person.network, person.remote_id) for person in found}) > 1:
        several = ", ".join(sorted({f"{one.network} @{safe(one.handle)} ({safe(one.remote_id)})" for one in found}))
        raise Problem(
            say(
                "Several people are called {person}: {several}; say --network NAME, or give the id in brackets",
                person=safe(wanted, limit=100),
                several=several,
            )
        )
    return found


def erase(workspace: Workspace, people: Sequence[KnownPerson]) -> Erased:
    """Forget a person's words and names; figures stay. Raises Problem while a reply to him is being sent.

    The backups that were made by themselves are replaced by one of now.
    """
    erased = erasing.erase(workspace.database, people, agent=workspace.agent.name, now=workspace.now())
    forget_backups(workspace)
    return erased
