"""One SQLite file: how it is opened, read and written. Reads never wait for writes; writes go through one thread."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

from cminbox.domain.problem import StoreProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.store.explained import ExplainedConnection, explained
from cminbox.store.lifetime import closed, identity, lost_journal, mark
from cminbox.store.schema import LATEST
from cminbox.store.turns import begin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

T = TypeVar("T")

BUSY_SECONDS = 5.0
OPENING_SECONDS = 30.0
"""How long opening waits for another process that makes or upgrades the same file."""
CLOSING_SECONDS = 1.0
WAL_BYTES = 4 * 1024 * 1024
_LOOK_AGAIN = 0.02


class WritingConnection(sqlite3.Connection):
    """The one connection that writes."""

    book: object = None
    """What is remembered of response-time policies, see `cminbox.store.policies`."""


class Database:
    """A workspace's database file, ready to be used by any thread of this process.

    A write waits at most `patience` seconds for another process that writes, BUSY_SECONDS when None. Raises
    StoreProblem with a sentence that names the file whenever it cannot be used; a damaged file is left alone.
    """

    def __init__(self, path: Path, *, file_mode: int = 0o600, patience: float | None = None) -> None:
        self.path = path
        self._patience = BUSY_SECONDS if patience is None else patience
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._readers_lock = threading.Lock()
        self._closed = False
        self._file_mode = file_mode
        with alone(path, file_mode):
            _create_empty(path, file_mode)
            lost = lost_journal(path)
            with explained(path):
                self._write_connection = self._connect(WritingConnection)
                try:
                    _prepare(self._write_connection, path)
                    _settle(self._write_connection, journal_lost=lost)
                    # From now on `begin` waits, which is fairer.
                    self._write_connection.execute("PRAGMA busy_timeout = 0")
                except BaseException:
                    self._write_connection.close()
                    raise
            with suppress(FileExistsError, PermissionError):
                _new_file(mark(path), file_mode)
        self._identity = identity(path)
        self._writer = ThreadPoolExecutor(1, "store-writer")

    def read(self) -> sqlite3.Connection:
        """Return this thread's read connection. It sees every commit of every process, and cannot write.

        What goes wrong while reading is a StoreProblem too.
        """
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with explained(self.path):
                connection = self._connect(ExplainedConnection)
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

    def apart(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work`, which makes its own transactions, with the connection that writes."""

        def patiently(connection: sqlite3.Connection) -> T:
            connection.execute(f"PRAGMA busy_timeout = {round(self._patience * 1000)}")
            try:
                return work(connection)
            finally:
                connection.execute("PRAGMA busy_timeout = 0")

        with explained(self.path):
            return self._writer.submit(patiently, self._write_connection).result()

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
        with ExitStack() as stack:
            # Nobody has to be alone to close: a mark that is left behind does no harm as long as others are here.
            with suppress(StoreProblem):
                stack.enter_context(alone(self.path, self._file_mode, CLOSING_SECONDS))
            with self._readers_lock:
                for connection in (*self._readers, self._write_connection):
                    connection.close()
            closed(self.path)

    def _connect(self, factory: type[sqlite3.Connection]) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self._patience, isolation_level=None, check_same_thread=False, factory=factory
        )
        if isinstance(connection, ExplainedConnection):
            connection.path = self.path
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")
        return connection

    def _transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._write_connection
        if identity(self.path) != self._identity:
            raise StoreProblem(
                say(
                    "{file} or its journal was replaced while it was open; close every cminbox, then start again",
                    file=safe(str(self.path)),
                ),
            )
        with explained(self.path):
            begin(connection, self._patience)
            try:
                result = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                # A full disk may have rolled back already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        return result


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the file to write-ahead logging and the newest schema."""
    found = _schema(connection)
    if found > LATEST:
        raise StoreProblem(
            say(
                "{file} was made by a newer cminbox (schema {found}, this one knows {known}); update cminbox",
                file=safe(str(path)),
                found=found,
                known=LATEST,
            ),
        )
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StoreProblem(
            say("{file} lies where several programs cannot share it; move it to a local disk", file=safe(str(path))),
        )
    if found < LATEST:
        # sqlite-utils costs 80 ms to import, and a database that is up to date never needs it.
        from cminbox.store.backups import before_upgrade  # noqa: PLC0415 - see above
        from cminbox.store.half_upgrades import check_whole  # noqa: PLC0415 - see above
        from cminbox.store.migrations import migrate  # noqa: PLC0415 - see above

        check_whole(connection, path, found)
        if found > 0:
            before_upgrade(connection, path, LATEST)
        migrate(connection)


def _settle(connection: sqlite3.Connection, *, journal_lost: bool) -> None:
    """Trust nothing that was on its way when the file is older than what may have been sent since."""
    copied = connection.execute("SELECT 1 FROM facts WHERE name = 'copied'").fetchone() is not None
    if not copied and not journal_lost:
        return
    from cminbox.store import restoring  # noqa: PLC0415 - seldom needed

    restoring.doubt_everything(connection, restoring.FROM_BACKUP if copied else restoring.WITHOUT_JOURNAL)


def _schema(connection: sqlite3.Connection) -> int:
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    return int(number)


def _create_empty(path: Path, file_mode: int) -> None:
    """Make the file with its final mode before SQLite does; its journal files take the mode over.

    An existing file is not touched: closing any handle of it would drop the locks this process holds on it.
    """
    try:
        _new_file(path, file_mode)
    except FileExistsError:
        return
    except OSError as error:
        raise _unusable(path, error) from error


def _new_file(path: Path | str, file_mode: int) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, file_mode)
    try:
        # The umask may have taken away what a group of agents needs.
        os.fchmod(descriptor, file_mode)
    finally:
        os.close(descriptor)


@contextmanager
def alone(path: Path, file_mode: int = 0o600, patience: float | None = None) -> Iterator[None]:
    """Hold a lock file beside the database, so that only one process makes, upgrades or closes it.

    `patience` is in seconds, OPENING_SECONDS when None. Raises StoreProblem after it.
    """
    lock = f"{path}.lock"
    try:
        with suppress(FileExistsError):
            _new_file(lock, file_mode)
        descriptor = os.open(lock, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        _lock_patiently(descriptor, path, OPENING_SECONDS if patience is None else patience)
        yield
    finally:
        os.close(descriptor)


def _lock_patiently(descriptor: int, path: Path, patience: float) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise StoreProblem(
                    say("{file} is being upgraded by another cminbox; try again later", file=safe(str(path))),
                ) from None
            time.sleep(_LOOK_AGAIN)
        else:
            return


def _unusable(path: Path, error: OSError) -> StoreProblem:
    reason = error.strerror or type(error).__name__
    return StoreProblem(say("{file} cannot be opened: {reason}", file=safe(str(path)), reason=reason))
