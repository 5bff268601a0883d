"""A file whose schema is not what its number says: another program has begun to upgrade it and left it half done.

cminbox itself never leaves such a file, because each step is one transaction. But a copy that was made the wrong way,
or a hand that ran half a script, does; and going on from there would fail at every start, each time after one more
backup.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sqlite_utils import Database as Wrapped

from cminbox.domain.problem import DamageProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.store.migrations import steps

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = "SELECT name FROM sqlite_master WHERE name NOT LIKE '%sqlite%'"
_COLUMNS = (
    "SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
    " WHERE m.type = 'table' AND m.name NOT LIKE '%sqlite%'"
)


def check_whole(connection: sqlite3.Connection, path: Path, schema: int) -> None:
    """Raise DamageProblem unless a file holds all of its schema and nothing of a later one.

    What somebody has added by hand, such as an index, is no business of ours.
    """
    found = _parts(connection)
    if schema == 0 and not found:
        return
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as reference:
        wrapped = Wrapped(reference)
        names = [step.name for step in steps.pending(wrapped)]
        if schema < len(names):
            steps.apply(wrapped, stop_before=names[schema])
        wanted = _parts(reference)
        steps.apply(wrapped)
        later = _parts(reference) - wanted
    if wanted <= found and not later & found and _recorded(connection) == names[:schema]:
        return
    raise DamageProblem(
        say(
            "{file} was left half upgraded by another program; it is left as it is, see cminbox doctor --rescue",
            file=safe(str(path)),
        )
    )


def _parts(connection: sqlite3.Connection) -> set[str]:
    return {str(name) for query in (_NAMES, _COLUMNS) for (name,) in connection.execute(query)}


def _recorded(connection: sqlite3.Connection) -> list[str]:
    """Return the steps that were recorded as done."""
    return sorted(step.name for step in steps.applied(Wrapped(connection)))
