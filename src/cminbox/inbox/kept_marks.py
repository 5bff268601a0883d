"""What an agent has marked on his screen, in a file beside the database: it is there again after a lost line.

A screen that is left by its agent forgets its marks; one that dies leaves them to the agent's next screen.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from cminbox.inbox.workspace import Workspace

_MODE = 0o600
_PATTERN = "marks-*.json"
_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Marked:
    """What was marked, in its order, and in which view."""

    ids: tuple[int, ...]
    view: str


class KeptMarks:
    """Keeps the marks of one screen. A disk that takes no file is no reason to stop anybody: nothing is raised."""

    def __init__(self, workspace: Workspace) -> None:
        self._agent = workspace.agent
        self._workspace = workspace
        self._thread: ThreadPoolExecutor | None = None
        self._latest: Future[None] | None = None

    def keep_soon(self, ids: Sequence[int], view: str) -> bool:
        """Keep these marks, none forgets them; nobody waits. False while the ones before are still being written."""
        if self._latest is not None and not self._latest.done():
            return False
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "marks")
        self._latest = self._thread.submit(self.keep, tuple(ids), view)
        return True

    def keep(self, ids: Sequence[int], view: str) -> None:
        """Keep these marks; none forgets them."""
        file = self._file()
        with suppress(OSError):
            if not ids:
                file.unlink(missing_ok=True)
                return
            _write(file, {"agent": self._agent.name, "terminal": self._agent.terminal, "view": view, "ids": list(ids)})

    def close(self) -> None:
        """Write what is on its way."""
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

    def take_over(self) -> Marked | None:
        """Return the marks that this agent's screens have left which have ended, the newest; they are kept here now."""
        from cminbox.inbox.presence import Presences  # noqa: PLC0415 - both are a screen's

        presences, left = Presences(self._workspace), []
        for file in self._workspace.locations.folder.glob(_PATTERN):
            data = _read(file)
            if data is None or data["agent"] != self._agent.name:
                continue
            if data["terminal"] == self._agent.terminal or presences.own_and_dead(data["terminal"]):
                left.append((_written_at(file), file, Marked(tuple(data["ids"]), data["view"])))
        if not left:
            return None
        newest = max(left, key=lambda one: one[0])[2]
        _remove(file for _at, file, _marked in left)
        self.keep(newest.ids, newest.view)
        return newest

    def _file(self) -> Path:
        name = f"{self._agent.name}\0{self._agent.terminal}".encode(errors="surrogateescape")
        return self._workspace.locations.folder / f"marks-{hashlib.sha256(name).hexdigest()[:16]}.json"


def _write(file: Path, data: dict[str, Any]) -> None:
    beside = file.with_name(f".{file.stem}-{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _MODE)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as out:
            json.dump(data, out)
        beside.replace(file)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _read(file: Path) -> dict[str, Any] | None:
    """Return what a file of ours holds, None for any other."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as opened:
            data: Any = json.loads(opened.read(_BYTES))
    except (OSError, ValueError):
        return None
    if not isinstance(data, dict) or not isinstance(data.get("ids"), list):
        return None
    words = (data.get("agent"), data.get("terminal"), data.get("view"))
    whole = all(isinstance(one, str) for one in words) and all(type(one) is int for one in data["ids"])
    return data if whole else None


def _written_at(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        with suppress(OSError):
            file.unlink(missing_ok=True)
