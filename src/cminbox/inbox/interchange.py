"""Messages in and out as files: the interchange form, one JSON object per line, and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.closed import CLOSED
from cminbox.domain.value import dataclass
from cminbox.network_kit import interchange as lines_of
from cminbox.store import transfer
from cminbox.store.ingest import Delivery, Ingest, Taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from cminbox.domain.message import Message
    from cminbox.domain.saying import Saying
    from cminbox.inbox.workspace import Workspace
    from cminbox.store.transfer import Exported

COLUMNS = (
    "network",
    "account",
    "kind",
    "conversation",
    "remote_id",
    "parent",
    "author_id",
    "author_handle",
    "author_name",
    "author_followers",
    "text",
    "created_at",
    "ours",
    "permalink",
    "attachments",
    "rating",
    "lang",
)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was not taken in. Lines are counted from 1."""

    number: int
    reason: Saying


class Importing:
    """Takes lines in, in batches, each one transaction. The same lines twice change nothing."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._ingest = Ingest(workspace.database)
        self._accounts: dict[tuple[str, str], int] = {}
        self._retired: set[int] = set()
        self._waiting: list[tuple[int, int, Message]] = []
        self.done = Taken()

    def take(self, lines: BinaryIO) -> Iterator[BadLine]:
        """Store every line that can be read and yield those that cannot, as they come. Raises Problem."""
        for number, line in enumerate(_bounded(lines), start=1):
            if not line.strip():
                continue
            try:
                read = lines_of.parse_line(line)
            except lines_of.BadLine as bad:
                yield BadLine(number, bad.saying)
                continue
            account = self._account(read.network, read.account)
            self._waiting.append((number, account, read.message))
            if len(self._waiting) >= _BATCH:
                yield from self._store()
        yield from self._store()

    def _account(self, network: str, name: str) -> int:
        key = (network, name)
        if key not in self._accounts:
            self._accounts[key] = self._workspace.accounts.for_import(network, name)
            if network in CLOSED and CLOSED[network].retired:
                self._retired.add(self._accounts[key])
        return self._accounts[key]

    def _store(self) -> Iterator[BadLine]:
        waiting, self._waiting = self._waiting, []
        for account in dict.fromkeys(entry[1] for entry in waiting):
            entries = [entry for entry in waiting if entry[1] == account]
            taken = self._take(account, [message for _, _, message in entries])
            self.done.new += taken.new
            self.done.changed += taken.changed
            self.done.known += taken.known
            if taken.refused:
                yield from self._refused(account, entries)

    def _refused(self, account: int, entries: Sequence[tuple[int, int, Message]]) -> Iterator[BadLine]:
        """Find out which lines the store refused: those that it has taken are known by now, and change nothing."""
        for number, _, message in entries:
            for reason in self._take(account, [message]).refused:
                yield BadLine(number, reason)

    def _take(self, account: int, messages: Sequence[Message]) -> Taken:
        now = self._workspace.now()
        # Nobody waits on a network that exists no longer.
        done_before = now + 1 if account in self._retired else None
        return self._ingest.take(Delivery(account, messages, now, done_before=done_before))


def _bounded(lines: BinaryIO) -> Iterator[bytes]:
    """Yield lines, of each no more than is needed to see that it is too long."""
    most = lines_of.LONGEST_LINE + 1
    while line := lines.readline(most):
        yield line
        while len(line) == most and not line.endswith(b"\n"):
            line = lines.readline(most)


def exported(workspace: Workspace, account: str | None = None) -> Iterator[Exported]:
    """Yield all messages, or those of one account, in the order in which they came. Raises NotFound."""
    if account is not None:
        workspace.accounts.get_any(account)
    return transfer.messages(workspace.database, account)


def form(one: Exported) -> dict[str, Any]:
    """Return a message in the interchange form, which `Importing` reads."""
    return lines_of.to_form(one.network, one.account, one.message)


def cells(one: Exported) -> list[object]:
    """Return a message as a row of COLUMNS; None is an empty cell."""
    whole = form(one)
    author = whole.pop("author")
    whole |= {f"author_{key}": value for key, value in author.items()}
    whole["attachments"] = " ".join(part["url"] for part in whole["attachments"])
    return [whole[column] for column in COLUMNS]
