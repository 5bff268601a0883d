"""Response-time arithmetic for programs: lines of JSON in, answers out, without a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.sla.protocol import LONGEST_LINE, Answer, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

__all__ = ["Answer", "answers"]


def answers(stream: BinaryIO) -> Iterator[Answer]:
    """Yield the answer to each line of a stream as soon as it is there, in order; blank lines ask nothing."""
    protocol = Protocol()
    for line in _lines(stream):
        if line.strip():
            yield protocol.answer(line)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield lines; of one that is too long only so much that it is seen to be."""
    while line := stream.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE + 1)
