"""A pseudo-terminal with a program in it: type, wait, look at the screen, count what was written."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyte
from wcwidth import wcwidth

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

Play = Callable[..., "Terminal"]
"""Starts the screen in a terminal."""
QUIET_SECONDS = 0.15
PATIENCE_SECONDS = 30.0


class Terminal:
    """Starts a program in a terminal of its own, and ends it at the end of the `with` block."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        columns: int = 80,
        lines: int = 24,
    ) -> None:
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.Stream(self._screen)
        self._decode = getincrementaldecoder("utf-8")(errors="replace").decode
        self.written = bytearray()
        self.status: int | None = None
        self.process, self._master = pty.fork()
        if self.process == 0:
            try:
                # Who runs the tests in the background has them ignore what Ctrl+C means, and their children with them.
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                os.execvpe(command[0], list(command), dict(environment))  # noqa: S606 - the program under test
            finally:
                os._exit(127)
        self.resize(columns, lines)

    def __enter__(self) -> Self:
        """Return the running terminal."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the program, whatever state it is in."""
        if self.status is None:
            os.kill(self.process, signal.SIGKILL)
            self.wait()
        self.close()

    def resize(self, columns: int, lines: int) -> None:
        """Change the size of the terminal."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._screen.resize(lines, columns)

    def type(self, keys: str | bytes) -> None:
        """Send keys in one write."""
        os.write(self._master, keys if isinstance(keys, bytes) else keys.encode())

    def read(self, seconds: float = QUIET_SECONDS) -> bytes:
        """Read until nothing has come for so long; return what came."""
        found = bytearray()
        while self.status is None or seconds == 0:
            ready = select.select([self._master], [], [], seconds)[0]
            if not ready:
                break
            try:
                data = os.read(self._master, 65536)
            except OSError:
                break
            if not data:
                break
            found += data
            self._show(data)
        self.written += found
        return bytes(found)

    def read_first(self) -> bytes:
        """Wait for the first bytes and return them; nothing when none come within a second."""
        if not select.select([self._master], [], [], 1.0)[0]:
            return b""
        data = os.read(self._master, 65536)
        self._show(data)
        self.written += data
        return data

    def trickle(self, most: int) -> bytes:
        """Return at most so many bytes of what is waiting, without showing them: a slow line carries them first."""
        if most <= 0 or not select.select([self._master], [], [], 0)[0]:
            return b""
        data = os.read(self._master, most)
        self.written += data
        return data

    def show(self, data: bytes) -> None:
        """Show what has come over a slow line."""
        self._show(data)

    def _show(self, data: bytes) -> None:
        """Let the emulator draw; it stops at a mark that takes no cell, where terminals go on."""
        text = self._decode(data)
        self._stream.feed(text if text.isascii() else "".join(char for char in text if wcwidth(char) != 0))

    def press(self, keys: str) -> bytes:
        """Send keys and return what is written in answer."""
        self.type(keys)
        return self.read()

    def until(self, true: Callable[[], bool], what: str) -> None:
        """Read until something is so. Raises AssertionError with the screen when it does not come to be."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not true():
            self.read(0.05)
            if time.monotonic() > end:
                raise AssertionError(f"never happened: {what}\n{self.text}")

    def shows(self, text: str) -> None:
        """Wait until a text is on the screen."""
        self.until(lambda: text in self.text, f"“{text}” on the screen")

    @property
    def text(self) -> str:
        """What the screen shows, line by line."""
        return "\n".join(self._screen.display)

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self.process, number)

    def close(self) -> None:
        """Take the terminal away, as a dropped connection does."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def wait(self) -> int:
        """Wait for the program's end and return its exit status. Raises AssertionError when it does not end."""
        end = time.monotonic() + PATIENCE_SECONDS
        while self.status is None:
            if self._master >= 0:
                self._drain()
            done, status = os.waitpid(self.process, os.WNOHANG)
            if done:
                self.status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                raise AssertionError(f"the program has not ended\n{self.text}")
            else:
                time.sleep(0.01)
        if self._master >= 0:
            self._drain()
        return self.status

    def _drain(self) -> None:
        while select.select([self._master], [], [], 0)[0]:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            if not data:
                return
            self.written += data
            self._show(data)

    def cpu_seconds(self, *, beside: bool = True) -> float:
        """Return the processor time that the program has used so far, with its other threads or without."""
        threads = Path(f"/proc/{self.process}/task").glob("*/schedstat" if beside else f"{self.process}/schedstat")
        return sum(int(thread.read_text(encoding="ascii").split()[0]) for thread in threads) / 1e9

    def peak_bytes(self) -> int:
        """Return the most memory that the program has had at a time."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
