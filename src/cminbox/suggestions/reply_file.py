"""One file of the library: from bytes to a canned reply, or to what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.canned import Fault, FaultKind
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.suggestions.front_matter import FrontMatterError, Table, take_apart
from cminbox.suggestions.head_values import HeadError, Remark
from cminbox.suggestions.reply_body import read_bodies
from cminbox.suggestions.reply_head import read_head

if TYPE_CHECKING:
    from pathlib import Path

    from cminbox.domain.canned import CannedReply, Source
    from cminbox.domain.saying import Saying
    from cminbox.suggestions.front_matter import Parts
    from cminbox.suggestions.reply_head import Head

LARGEST = 256 * 1024
"""Bytes. A reply that is larger is something else."""

NO_HEAD = Table({}, {}, 1)
NAKED = Remark(
    FaultKind.NO_FRONT_MATTER,
    1,
    say("it does not begin with front matter"),
    say("make “---” the first line, then lines such as “title: Refund”, then “---”, then the text"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file lies. `folder_lang` is the language that its folder stands for, None for none."""

    file: Path
    source: Source
    folder_lang: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds: a reply unless a fault left it out."""

    reply: CannedReply | None
    faults: tuple[Fault, ...] = ()


def read_file(data: bytes, place: Place) -> Found:
    """Return the reply in a file's bytes and everything that is wrong with them."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _left_out(
            place, FaultKind.NOT_UTF8, line, say("it is not UTF-8 text"), say("save it as UTF-8 in your editor")
        )
    try:
        parts = take_apart(text)
        head = read_head(parts.head or NO_HEAD, place.file.stem)
    except FrontMatterError as error:
        kind = FaultKind.BROKEN_FRONT_MATTER
        return _left_out(place, kind, error.line, error.sentence, error.mend)
    except HeadError as error:
        return _left_out(place, error.kind, error.line, error.sentence, error.mend)
    return _with_body(parts, head, place)


def _with_body(parts: Parts, head: Head, place: Place) -> Found:
    bodies = read_bodies(parts.body, parts.body_line)
    remarks = (NAKED,) if parts.head is None else head.remarks
    odd = tuple(
        Fault(one.kind, place.file, one.line, one.sentence, one.mend, left_out=False)
        for one in (*remarks, *bodies.remarks)
    )
    if not bodies.text:
        gone = _left_out(
            place,
            FaultKind.NO_BODY,
            parts.body_line,
            say("it has no text"),
            say("write the text of the reply after the second “---”"),
        )
        return Found(None, (*odd, *gone.faults))
    reply = head.reply(safe(place.file.stem), bodies, place.file, place.source, place.folder_lang)
    return Found(reply, odd)


def _left_out(place: Place, kind: FaultKind, line: int | None, sentence: Saying, mend: Saying) -> Found:
    return Found(None, (Fault(kind, place.file, line, sentence, mend),))
