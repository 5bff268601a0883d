"""What was learnt from a library, as bytes: the next start takes it from there and reads no text again.

The bytes hold for one library and one engine, told apart by `library_key`. Whatever else they are (of another library,
another version, another machine, cut off, changed by hand) they are refused, and the features are worked out anew.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from array import array
from functools import cache
from hashlib import sha256
from itertools import accumulate
from operator import ge
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from cminbox.suggestions.index import Contents, Index
from cminbox.suggestions.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.suggestions.entries import Entry

    Number = TypeVar("Number", int, float)

LARGEST = 128 * 1024 * 1024
"""Bytes. What is larger is not kept, and not read."""
_FORMAT = 1
_LONGEST_HEAD = 1_000
_CODE = ("cleaning", "engine", "features", "index", "lexicon/__init__", "packing", "pleasantries", "vocabulary")
"""The modules that shape what is kept."""


class _Head(NamedTuple):
    """How much there is of everything, and what it holds for."""

    key: str
    machine: str
    replies: int
    features: int
    postings: int
    words: int
    names_bytes: int
    words_bytes: int
    digest: str


@cache
def engine_key() -> str | None:
    """Return what stands for the engine as it is now: its code, its lists of words, the tables of characters.

    None where that cannot be told, as in a program that was installed without its source.
    """
    folder = Path(__file__).parent
    files = [folder / f"{name}.py" for name in _CODE] + sorted(folder.glob("lexicon/*.txt"))
    digest = sha256(f"{_FORMAT} {unicodedata.unidata_version}".encode())
    try:
        for file in files:
            digest.update(file.read_bytes())
    except OSError:
        return None
    return digest.hexdigest()


def library_key(entries: Sequence[Entry]) -> str | None:
    """Return what stands for a library and the engine that reads it; None where that cannot be told."""
    engine = engine_key()
    if engine is None:
        return None
    said = [[one.id, one.title, one.shortcut, one.tags, one.body, one.lang, one.examples] for one in entries]
    return sha256(engine.encode() + json.dumps(said).encode()).hexdigest()


def pack(key: str, index: Index, vocabulary: Vocabulary) -> bytes:
    """Return an index and the words of its texts as bytes, for the library of `key`."""
    held = index.contents()
    names = "\n".join(held.names).encode("utf-8", "surrogatepass")
    words = "\n".join(vocabulary.words()).encode("utf-8", "surrogatepass")
    parts = (held.lengths, held.replies, held.amounts, held.spoken)
    body = b"".join((names, words, *(part.tobytes() for part in parts)))
    head = _Head(
        key,
        _machine(),
        len(held.spoken),
        len(held.names),
        len(held.replies),
        len(vocabulary),
        len(names),
        len(words),
        sha256(body).hexdigest(),
    )
    return json.dumps(head).encode() + b"\n" + body


def unpack(data: bytes, key: str) -> tuple[Index, Vocabulary] | None:
    """Return the index and the words that were packed for the library of `key`; None for anything else."""
    end = data.find(b"\n", 0, _LONGEST_HEAD)
    head = _head(data[:end]) if end > 0 else None
    if head is None or (head.key, head.machine) != (key, _machine()) or not _machine().endswith(" 4 4 8"):
        return None
    body = memoryview(data)[end + 1 :]
    if sha256(body).hexdigest() != head.digest:
        return None
    return _taken(head, body)


def _machine() -> str:
    """Return how numbers are written here; only where they take 4, 4 and 8 bytes are they read back."""
    return f"{sys.byteorder} {array('I').itemsize} {array('f').itemsize} {array('d').itemsize}"


def _head(line: bytes) -> _Head | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or len(found) != len(_Head._fields):
        return None
    texts, counts = (found[0], found[1], found[-1]), found[2:-1]
    if not all(isinstance(one, str) for one in texts):
        return None
    if not all(type(one) is int and 0 <= one <= LARGEST for one in counts):
        return None
    return _Head(*found)


def _taken(head: _Head, body: memoryview) -> tuple[Index, Vocabulary] | None:
    """Return what the body holds, None where it does not hold together."""
    lengths, replies, amounts, spoken = array("I"), array("I"), array("f"), array("d")
    counts = (head.features, head.postings, head.postings, head.replies)
    sizes = [4 * counts[0], 4 * counts[1], 4 * counts[2], 8 * counts[3]]
    ends = list(accumulate((head.names_bytes, head.words_bytes, *sizes)))
    if ends[-1] != len(body):
        return None
    names = _lines(body[: ends[0]], head.features)
    words = _lines(body[ends[0] : ends[1]], head.words)
    lengths.frombytes(body[ends[1] : ends[2]])
    replies.frombytes(body[ends[2] : ends[3]])
    amounts.frombytes(body[ends[3] : ends[4]])
    spoken.frombytes(body[ends[4] :])
    if names is None or words is None or not _sound(head, lengths, replies, amounts, spoken):
        return None
    return Index.of(Contents(names, lengths, replies, amounts, spoken)), Vocabulary(words)


def _lines(data: memoryview, count: int) -> list[str] | None:
    """Return so many different lines, None where there are others."""
    try:
        lines = str(data, "utf-8", "surrogatepass").split("\n") if data else []
    except UnicodeDecodeError:
        return None
    return lines if len(lines) == count == len(set(lines)) and all(lines) else None


def _sound(head: _Head, lengths: array[int], replies: array[int], amounts: array[float], spoken: array[float]) -> bool:
    """Whether every feature stands somewhere, in replies that there are, in rising order, with amounts above zero."""
    if sum(lengths) != head.postings or not all(lengths):
        return False
    if not head.postings:
        return True
    borders = list(accumulate(lengths))[:-1]
    falls = sum(map(ge, replies, replies[1:]))
    expected = sum(replies[at - 1] >= replies[at] for at in borders)
    # No number that is not one, and none without end, compares so.
    amounts_fine = all(map((0.0).__lt__, amounts)) and sum(amounts) < float("inf")
    spoken_fine = all(map((0.0).__le__, spoken)) and sum(spoken) < float("inf")
    return falls == expected and max(replies) < head.replies and amounts_fine and spoken_fine
