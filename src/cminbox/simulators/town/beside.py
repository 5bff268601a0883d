"""The town as a process beside this one: started, asked, ended. It ends by itself when this process is gone."""

from __future__ import annotations

import contextlib
import json
import select
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

START_SECONDS = 20.0
ANSWER_SECONDS = 10.0
END_SECONDS = 10.0
_REASON = 200


@dataclass(frozen=True, slots=True)
class Offered:
    """An account of the brand: its network, and what has to be filled in to connect it."""

    network: str
    given: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands on a network: a text of the brand, the handle it was said to, and what that person had said."""

    text: str
    to: str
    said: str


class TownBeside:
    """The town's process. Use it as a context: at the end it is gone, with its folder unless it was given one.

    `folder` None makes the town choose one. Nothing waits for the process until `ready` is called.
    """

    def __init__(self, seed: int, per_hour: float, folder: Path | None = None) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        where = [] if folder is None else ["--folder", str(folder)]
        # -P: what lies in the current folder is nobody's module.
        command = [sys.executable, "-P", "-m", __package__, "--seed", str(seed), "--rate", str(per_hour), *where]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            # Ctrl-C in the terminal is for the screen.
            start_new_session=True,
        )
        self._told: dict[str, Any] | None = None

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the process."""
        self.end()

    def ready(self) -> None:
        """Wait until the networks are there. Raises Problem with the reason when they do not come."""
        if self._told is None:
            self._told = self._read(START_SECONDS)

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def folder(self) -> Path:
        """Where the workspace of this town lies. Raises Problem."""
        return Path(self._ready()["folder"])

    @property
    def accounts(self) -> list[Offered]:
        """The brand's accounts. Raises Problem."""
        return [Offered(one["network"], one["given"]) for one in self._ready()["accounts"]]

    def find(self, network: str, remote_id: str) -> Seen | None:
        """Ask the networks themselves for something that the brand said; None when it is not there. Raises Problem."""
        question = json.dumps({"network": network, "remote_id": remote_id}) + "\n"
        try:
            self._stdin.write(question.encode())
            self._stdin.flush()
        except OSError:
            raise self._gone() from None
        found = self._read(ANSWER_SECONDS)
        return Seen(found["text"], found["to"], found["said"]) if found else None

    def end(self) -> None:
        """Let the process end and wait for it; ending twice is fine."""
        with contextlib.suppress(OSError, ValueError):
            # It may be closed already, or the process gone.
            self._stdin.write(b'{"end": true}\n')
        with contextlib.suppress(OSError):
            # What could not be written any more is flushed once again.
            self._stdin.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._stdout.close()
        self._errors.close()

    @property
    def _stdin(self) -> Any:  # noqa: ANN401 - typeshed's own
        return self._process.stdin

    @property
    def _stdout(self) -> Any:  # noqa: ANN401 - typeshed's own
        return self._process.stdout

    def _ready(self) -> dict[str, Any]:
        self.ready()
        assert self._told is not None
        return self._told

    def _read(self, seconds: float) -> dict[str, Any]:
        until = time.monotonic() + seconds
        line = b""
        while not line.endswith(b"\n"):
            readable, _, _ = select.select([self._stdout], [], [], max(0.0, until - time.monotonic()))
            part = self._stdout.read1() if readable else b""
            if not part:
                raise self._gone()
            line += part
        found: dict[str, Any] = json.loads(line)
        return found

    def _gone(self) -> Problem:
        self._errors.seek(0)
        words = self._errors.read().decode(errors="replace").strip().splitlines()
        reason = safe(words[-1], limit=_REASON) if words else "-"
        return Problem(say("The simulated networks do not answer ({reason})", reason=reason))
