"""What SQLite says about a file or a value, as a sentence that a person can act on."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cminbox.domain.problem import DamageProblem, Problem, StoreProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.domain.saying import Saying


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite raises about the file at `path` into a StoreProblem, and about a value into a Problem."""
    try:
        yield
    except sqlite3.Error as error:
        kind = DamageProblem if _code(error) in _DAMAGE else StoreProblem
        raise kind(_explanation(path, error)) from error
    except OverflowError:
        raise Problem(say("A number is too large; no id and no time is that long")) from None
    except UnicodeEncodeError:
        raise Problem(say("The text holds bytes that are no characters; type it again")) from None


class ExplainedConnection(sqlite3.Connection):
    """A connection for reading whose cursors raise StoreProblem instead of SQLite's own exceptions."""

    path = Path()
    book: object = None
    """What is remembered of response-time policies, see `cminbox.store.policies`."""

    def cursor(self, factory: Any = None) -> Any:  # noqa: ANN401, ARG002 - as sqlite3
        """Return a cursor that explains its failures."""
        return super().cursor(ExplainedCursor)

    def execute(self, *args: Any) -> ExplainedCursor:  # noqa: ANN401 - as sqlite3
        """Run a statement on a new cursor."""
        cursor: ExplainedCursor = self.cursor()
        return cursor.execute(*args)


class ExplainedCursor(sqlite3.Cursor):
    """A cursor that raises StoreProblem; damage of a file shows while rows are read."""

    connection: ExplainedConnection

    def execute(self, *args: Any) -> ExplainedCursor:  # noqa: ANN401 - as sqlite3
        """Run a statement."""
        with explained(self.connection.path):
            super().execute(*args)
        return self

    def fetchone(self) -> Any:  # noqa: ANN401 - as sqlite3
        """Return the next row, None at the end."""
        with explained(self.connection.path):
            return super().fetchone()

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        with explained(self.connection.path):
            return super().fetchall()

    def __next__(self) -> Any:  # noqa: ANN401 - as sqlite3
        """Return the next row."""
        with explained(self.connection.path):
            return super().__next__()


_DAMAGE = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})


def _code(error: sqlite3.Error) -> int:
    """Return SQLite's primary code of an error, 0 for one of Python's own."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def _explanation(path: Path, error: sqlite3.Error) -> Saying:
    file = safe(str(path))
    match _code(error):
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return say("{file} is damaged; it is left as it is, see cminbox doctor --rescue", file=file)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return say("{file} is locked by another program; try again when it has finished", file=file)
        case sqlite3.SQLITE_FULL:
            return say("The disk of {file} is full; free some space, nothing is lost", file=file)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return say("{file} cannot be written; check its owner and mode", file=file)
        case _:
            return say("{file} cannot be used: {error}", file=file, error=safe(str(error)))
