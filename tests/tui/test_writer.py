"""A link that stalls never stops who writes to it."""

from __future__ import annotations

import threading
from io import StringIO

from cminbox.tui.writer import Writer

PATIENCE = 10.0


class Stalled(StringIO):
    """A terminal that takes nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def write(self, text: str) -> int:
        self.go.wait(PATIENCE)
        return super().write(text)


class Gone(StringIO):
    """A terminal whose other side has closed."""

    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error", text)


def test_everything_arrives_in_order() -> None:
    file = StringIO()
    writer = Writer(file, lambda: None)
    writer.start()
    for number in range(100):
        writer.write(f"{number} ")
    writer.stop()
    assert file.getvalue().split() == [str(number) for number in range(100)]


def test_a_stalled_terminal_stops_nobody_and_tells_when_it_has_caught_up() -> None:
    file, told = Stalled(), threading.Event()
    writer = Writer(file, told.set)
    writer.start()
    for _ in range(50):
        writer.write("x")
    assert writer.behind
    writer.tell_when_caught_up()
    assert not told.is_set()
    file.go.set()
    assert told.wait(PATIENCE)
    assert not writer.behind
    writer.stop()
    assert file.getvalue() == "x" * 50


def test_a_terminal_that_is_gone_ends_the_writing_without_a_word() -> None:
    writer = Writer(Gone(), lambda: None)
    writer.start()
    writer.write("x")
    writer.join(PATIENCE)
    writer.write("y")
    assert not writer.is_alive()
    assert not writer.behind
    writer.stop()
