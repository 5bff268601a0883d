"""One SQLite file: how it is opened, read and written. Reads never wait for writes; writes go through one thread."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from cminbox.domain.problem import StoreProblem
from cminbox.domain.saying import Saying, say
from cminbox.store.schema import LATEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

T = TypeVar("T")

BUSY_SECONDS = 5.0
WAL_BYTES = 4 * 1024 * 1024


class Database:
    """A workspace's database file, ready to be used by any thread of this process.

    Raises StoreProblem with a sentence that names the file whenever it cannot be used; a damaged file is left alone.
    """

    def __init__(self, path: Path, *, file_mode: int = 0o600) -> None:
        self.path = path
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._readers_lock = threading.Lock()
        self._writer = ThreadPoolExecutor(1, "store-writer")
        self._closed = False
        _create_empty(path, file_mode)
        with explained(path):
            self._write_connection = self._connect()
            self._migrate(file_mode)

    def read(self) -> sqlite3.Connection:
        """Return this thread's read connection. It sees every commit of every process, and cannot write."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with explained(self.path):
                connection = self._connect()
                connection.execute("PRAGMA query_only = 1")
            self._local.connection = connection
            with self._readers_lock:
                self._readers.append(connection)
        return connection

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Run `work` in the writer thread inside one transaction; the future is done after the commit."""
        return self._writer.submit(self._transact, work)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one transaction and return its result after the commit.

        The transaction takes the write lock at once, because a read that is upgraded later fails in spite of any
        timeout. What `work` raises rolls everything back.
        """
        return self.submit(work).result()

    def version(self) -> int:
        """Return a number that changes whenever another connection commits. Costs microseconds."""
        (version,) = self.read().execute("PRAGMA data_version").fetchone()
        return int(version)

    def close(self) -> None:
        """Finish what was submitted and close every connection. Closing twice is fine."""
        if self._closed:
            return
        self._closed = True
        self._writer.shutdown()
        with self._readers_lock:
            for connection in (*self._readers, self._write_connection):
                connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _migrate(self, file_mode: int) -> None:
        found = self._schema()
        if found == LATEST:
            return
        if found > LATEST:
            self._write_connection.close()
            raise StoreProblem(
                say(
                    "{file} was made by a newer cminbox (schema {found}, this one knows {known}); update cminbox",
                    file=self.path,
                    found=found,
                    known=LATEST,
                ),
            )
        # sqlite-utils costs 80 ms to import, and a database that is up to date never needs it.
        from cminbox.store.migrations import migrate  # noqa: PLC0415

        with _alone(self.path, file_mode):
            if self._schema() < LATEST:
                migrate(self._write_connection)

    def _schema(self) -> int:
        (number,) = self._write_connection.execute("PRAGMA user_version").fetchone()
        return int(number)

    def _transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._write_connection
        with explained(self.path):
            connection.execute("BEGIN IMMEDIATE")
        try:
            result = work(connection)
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        with explained(self.path):
            try:
                connection.execute("COMMIT")
            except sqlite3.Error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        return result


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says about a file into a StoreProblem that a person can act on."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreProblem(_explanation(path, error)) from error


def _explanation(path: Path, error: sqlite3.Error) -> Saying:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    match code:
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return say("{file} is damaged; it is left as it is, put a backup in its place", file=path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return say("{file} is locked by another program; try again when it has finished", file=path)
        case sqlite3.SQLITE_FULL:
            return say("The disk of {file} is full; free some space, nothing is lost", file=path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return say("{file} cannot be written; check its owner and mode", file=path)
        case _:
            return say("{file} cannot be used: {error}", file=path, error=error)


def _create_empty(path: Path, file_mode: int) -> None:
    """Make the file with its final mode before SQLite does; its journal files take the mode over.

    An existing file is not touched: closing any handle of it would drop the locks this process holds on it.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, file_mode))
    except FileExistsError:
        return
    except OSError as error:
        raise StoreProblem(say("{file} cannot be made: {error}", file=path, error=error.strerror or "")) from error


@contextmanager
def _alone(path: Path, file_mode: int) -> Iterator[None]:
    """Hold a lock file beside the database, so that only one process migrates."""
    descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, file_mode)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
