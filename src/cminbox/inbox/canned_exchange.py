"""Canned replies in and out: exports of other tools, tables and JSON, one file per reply."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cminbox.domain.canned import Source
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.inbox.canned import library
from cminbox.inbox.canned_keeping import language_told
from cminbox.suggestions.foreign import FORMS, Refused, entries_in
from cminbox.suggestions.foreign_reply import reply_of
from cminbox.suggestions.head_values import HeadError
from cminbox.suggestions.keeping import file_of, keep
from cminbox.suggestions.reply_text import reply_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cminbox.domain.canned import CannedReply
    from cminbox.settings.locations import Locations
    from cminbox.suggestions.foreign import Entry

__all__ = ["FORMS", "Kept", "Refused", "exported", "taken_in", "write_folder"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A reply that is in the library now. `new` is False when it was there already, word for word.

    `left_out` names what the file says of it that has no meaning here.
    """

    number: int
    reply: CannedReply
    new: bool
    left_out: tuple[str, ...] = ()


def taken_in(
    locations: Locations,
    data: bytes,
    *,
    form: str | None = None,
    lang: str,
    personal: bool = False,
    rehearsal: bool = False,
) -> Iterator[Kept | Refused]:
    """Write every reply of a file into the library and yield what became of each. Raises Problem for a bad file.

    `lang` is the language of replies that tell none. With `rehearsal` nothing is written.
    """
    source = Source.PERSONAL if personal else Source.WORKSPACE
    root = locations.personal_canned_replies if personal else locations.canned_replies
    used: set[tuple[str | None, str]] = set()
    for entry in entries_in(data, form):
        if isinstance(entry, Refused):
            yield entry
            continue
        try:
            reply = _placed(entry, source, root, lang, used)
            yield _keep(entry, reply, root if personal else locations.folder, root, rehearsal=rehearsal)
        except HeadError as error:
            yield Refused(entry.number, say("{what}; {mend}", what=error.sentence, mend=error.mend))
        except Problem as problem:
            yield Refused(entry.number, problem.saying)


def exported(locations: Locations, *, starters: bool = False) -> list[CannedReply]:
    """Return the replies of the library in the order of their keys, those that came with the program if asked for."""
    return [one for one in library(locations).replies if starters or one.source is not Source.STARTER]


def write_folder(replies: list[CannedReply], folder: Path) -> Iterator[Kept | Refused]:
    """Write each reply as a file below a folder, one folder per language, and yield what became of each."""
    for number, reply in enumerate(replies, 1):
        try:
            yield _keep_file(number, reply, folder, folder)
        except Problem as problem:
            yield Refused(number, problem.saying)


def _placed(entry: Entry, source: Source, root: Path, lang: str, used: set[tuple[str | None, str]]) -> CannedReply:
    """Return the reply of an entry with a name that no other of the same file has."""
    reply = reply_of(entry.data, source)
    reply = replace(reply, lang=reply.lang or language_told(reply.body) or lang)
    stem, number = reply.id, 2
    while (reply.lang, reply.id) in used:
        reply = replace(reply, id=f"{stem}-{number}")
        number += 1
    used.add((reply.lang, reply.id))
    return replace(reply, file=file_of(reply, root))


def _keep(entry: Entry, reply: CannedReply, rights: Path, root: Path, *, rehearsal: bool) -> Kept:
    if rehearsal:
        return Kept(entry.number, reply, new=not _same(reply), left_out=entry.left_out)
    kept = _keep_file(entry.number, reply, root, rights)
    return replace(kept, left_out=entry.left_out)


def _keep_file(number: int, reply: CannedReply, root: Path, rights: Path) -> Kept:
    placed = replace(reply, file=file_of(reply, root))
    if _same(placed):
        return Kept(number, placed, new=False)
    return Kept(number, replace(placed, file=keep(placed, root, rights)), new=True)


def _same(reply: CannedReply) -> bool:
    """Whether a reply's file is there and says just this. Raises Problem when it says something else."""
    try:
        there = reply.file.read_bytes()
    except FileNotFoundError:
        return False
    except OSError as error:
        reason = safe(error.strerror or type(error).__name__)
        raise Problem(say("{file} cannot be read ({reason})", file=safe(str(reply.file)), reason=reason)) from None
    if there == reply_text(reply).encode():
        return True
    raise Problem(say("{file} is there already; choose another name, or edit that file", file=safe(str(reply.file))))
