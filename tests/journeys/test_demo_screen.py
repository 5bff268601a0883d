"""`cminbox demo` at a terminal: a full queue at once, and nothing left however the screen ends."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyte
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COLUMNS, LINES = 100, 30
SECONDS = 30.0


class Terminal:
    """A program at a terminal, and what a person sees there."""

    def __init__(self, process: subprocess.Popen[bytes], end: int) -> None:
        self.process = process
        self._end = end
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def seen(self) -> str:
        """The lines on the screen."""
        return "\n".join(self._screen.display)

    def wait(self, check: Callable[[], bool]) -> bool:
        """Read what is drawn until `check` holds; False when it never does."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            if check():
                return True
            readable, _, _ = select.select([self._end], [], [], 0.05)
            try:
                drawn = os.read(self._end, 65536) if readable else b""
            except OSError:
                drawn = b""
            self._stream.feed(drawn)
        return False

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._end, keys.encode())


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Return the folder for temporary files of the program under test."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@contextmanager
def demo(scratch: Path) -> Iterator[Terminal]:
    """Give the demo at a terminal."""
    near, far = pty.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
        "HOME": str(scratch.parent),
        "TMPDIR": str(scratch),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
    }
    command = [sys.executable, "-m", "cminbox", "demo", "--rate", "0"]
    with subprocess.Popen(
        command, cwd=scratch.parent, env=environ, stdin=far, stdout=far, stderr=far, start_new_session=True
    ) as process:
        os.close(far)
        try:
            yield Terminal(process, near)
        finally:
            process.kill()
            os.close(near)


def processes_of(scratch: Path) -> list[str]:
    """Return the command line of every process that runs with this folder for temporary files."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"TMPDIR={scratch}".encode() in process.joinpath("environ").read_bytes().split(b"\0"):
                found.append(process.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def test_it_opens_on_a_full_queue_and_leaves_nothing_when_a_person_quits(scratch: Path) -> None:
    with demo(scratch) as terminal:
        assert terminal.wait(lambda: terminal.seen.count("@") > LINES // 2)
        assert terminal.wait(lambda: "demo" in terminal.seen.splitlines()[0])
        terminal.press("q")
        assert terminal.wait(lambda: terminal.process.poll() is not None)
        assert terminal.process.returncode == 0
        assert list(scratch.iterdir()) == []
        assert terminal.wait(lambda: processes_of(scratch) == [])


def test_it_leaves_neither_process_nor_folder_when_it_is_killed(scratch: Path) -> None:
    with demo(scratch) as terminal:
        assert terminal.wait(lambda: terminal.seen.count("@") > LINES // 2)
        assert terminal.wait(lambda: any(log.stat().st_size for log in scratch.glob("*/demo/logs/sync.log")))
        terminal.process.send_signal(signal.SIGKILL)
        terminal.process.wait()
        assert terminal.wait(lambda: processes_of(scratch) == [])
        assert list(scratch.iterdir()) == []
