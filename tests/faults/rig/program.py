"""The program itself, as a command: in a process of its own, with its output and its exit code."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cminbox.__main__ import main
from rig import processes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

TRACEBACK = "Traceback"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    words: tuple[str, ...]
    code: int | None
    out: str
    err: str

    @property
    def clear(self) -> bool:
        """Whether it did its work, or said in one sentence why not."""
        if self.code == 0:
            return TRACEBACK not in self.out + self.err
        return self.code in {1, 2, 3} and TRACEBACK not in self.out + self.err and bool((self.out + self.err).strip())


def run(words: Sequence[str], folder: Path, *, umask: int = 0o022, given: str = "", home: Path | None = None) -> Ended:
    """Run a command; `given` is its standard input, `folder` the workspace, `home` where the user's own files lie."""
    where = (home or folder.parent) / f"run-{time.monotonic_ns()}"
    where.mkdir(parents=True)
    (where / "in").write_text(given, encoding="utf-8")
    complete = ("--workspace", f"{folder}/", *words)
    actor = processes.Actor(_run, complete, where, home or folder.parent, umask)
    code = actor.end()
    # It may hold a secret that was given by hand.
    (where / "in").unlink()
    said = actor.said()
    read = [(where / name).read_text(encoding="utf-8", errors="replace") for name in ("out", "err")]
    return Ended(tuple(words), said[-1] if said else code, *read)


def _run(words: tuple[str, ...], where: Path, home: Path, umask: int, line: Connection) -> None:
    for number, name in enumerate(("in", "out", "err")):
        opened = os.open(where / name, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    for name in [name for name in os.environ if name.startswith(("CMINBOX_", "XDG_"))]:
        del os.environ[name]
    os.environ |= {"HOME": str(home), "TERM": "dumb", "LANG": "C.UTF-8"}
    os.umask(umask)
    # Those of the process that was forked belong to the test.
    sys.stdin, sys.stdout, sys.stderr = Path("/dev/stdin").open(), os.fdopen(1, "w"), os.fdopen(2, "w")  # noqa: SIM115 - they last as long as the process
    code = main(words)
    sys.stdout.flush()
    sys.stderr.flush()
    line.send(code)
