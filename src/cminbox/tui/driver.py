"""The terminal as a real one behaves: it hangs up, stalls, sends broken bytes, and is a stranger's property."""

from __future__ import annotations

import os
import selectors
import sys
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from cminbox.tui.pasting import PasteGuard
from cminbox.tui.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHUNK = 4096
_TICK_SECONDS = 0.1
_TICKS = 5
"""So many ticks after the last byte nothing is pending: an Escape that no key follows has become a key by then."""
_SAVE_TITLE, _RESTORE_TITLE = "\x1b[22;2t", "\x1b[23;2t"


class TerminalGone(Message):
    """The terminal has ended its input: nobody is there any more."""


class TerminalResumed(Message):
    """The terminal is ours again after other programs have used it."""


class CaughtUp(Message):
    """The terminal has taken all that was written."""


class TerminalDriver(LinuxDriver):
    """Textual's driver, mended: end of input ends the program, no byte kills it, and no write ever waits."""

    _resumed = False
    _wake = -1
    """Written to, it ends the thread that reads keys."""

    @property
    def behind(self) -> bool:
        """Whether the terminal has not yet taken all that was written."""
        return isinstance(self._writer_thread, Writer) and self._writer_thread.behind

    def tell_when_caught_up(self) -> None:
        """Send the application one CaughtUp as soon as the terminal has taken everything."""
        if isinstance(self._writer_thread, Writer):
            self._writer_thread.tell_when_caught_up()

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        self._file = sys.__stdout__
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's own
        self.write(_SAVE_TITLE)
        if self._resumed:
            self.send_message(TerminalResumed())
        self._resumed = True

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was."""
        if self._writer_thread is not None:
            self.write(_RESTORE_TITLE)
        super().stop_application_mode()

    def take_mouse(self, *, taken: bool) -> None:
        """Take the mouse from the terminal or give it back."""
        if taken:
            self._mouse = True
            self._enable_mouse_support()
        else:
            self._disable_mouse_support()
            self._mouse = False
        self.flush()

    def _enable_mouse_support(self) -> None:
        # Presses and the wheel alone: reports of every movement would travel to the server for nothing.
        if self._mouse:
            self.write("\x1b[?1000h\x1b[?1006h")

    def send_message(self, message: Message) -> None:
        """Hand a message to the application, from whichever thread."""
        # Without the coroutine and the task that Textual makes of each.
        self._loop.call_soon_threadsafe(self._app.post_message, message)

    def write(self, data: str) -> None:
        """Hand text to the writing thread."""
        if not isinstance(self._writer_thread, Writer):
            self._take_over_writing()
        super().write(data)

    def run_input_thread(self) -> None:
        """Read keys until the screen ends or the terminal does."""
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        parser, guard = XTermParser(self._debug), PasteGuard()
        woken, self._wake = os.pipe()
        selector = selectors.SelectSelector()
        selector.register(self.fileno, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        ticks = _TICKS
        try:
            while not self.exit_event.is_set():
                ready = {key.fd for key, _events in selector.select(_TICK_SECONDS if ticks else None)}
                if woken in ready:
                    break
                ticks = _TICKS if ready else ticks - 1
                if ready:
                    data = self._read()
                    if not data:
                        self.process_message(TerminalGone())
                        break
                    # Nothing at all, where a letter or a mark is not yet whole, would be the parser's end of input.
                    if text := guard.feed(decode(data)):
                        self._pass_on(parser.feed(text))
                self._pass_on(parser.tick())
        finally:
            selector.close()
            os.close(woken)
            self._finish(parser)

    def disable_input(self) -> None:
        """End the thread that reads keys, without waiting for one."""
        if self._wake >= 0:
            os.write(self._wake, b"\0")
        super().disable_input()
        if self._wake >= 0:
            os.close(self._wake)
            self._wake = -1

    def _pass_on(self, events: Iterable[Message]) -> None:
        for event in events:
            self.process_message(event)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _CHUNK)
        except OSError:
            # A terminal whose other side has closed answers with an error rather than with an end.
            return b""

    def _finish(self, parser: XTermParser) -> None:
        try:
            for _ in parser.feed(""):
                pass
        except (EOFError, ParseError):
            pass

    def _take_over_writing(self) -> None:
        stock = self._writer_thread
        if stock is not None:
            stock.stop()
        if self._file is None:
            raise RuntimeError("there is no terminal to write to")
        writer = Writer(self._file, lambda: self.send_message(CaughtUp()))
        writer.start()
        self._writer_thread = writer  # type: ignore[assignment]  # it answers the same calls
