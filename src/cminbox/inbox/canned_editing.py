"""Changing a canned reply in an editor: its own file, or a copy of one that came with the program."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from cminbox.domain.canned import Source
from cminbox.domain.value import dataclass
from cminbox.inbox.canned_keeping import add
from cminbox.suggestions.reply_text import reply_text

if TYPE_CHECKING:
    from pathlib import Path

    from cminbox.domain.canned import CannedReply
    from cminbox.settings.locations import Locations


@dataclass(frozen=True, slots=True)
class Editable:
    """A file that may be changed; `copied` is what stands in it when it was made for that, None when it was there."""

    file: Path
    copied: bytes | None = None


def editable(locations: Locations, reply: CannedReply) -> Editable:
    """Return the file of a reply, a copy in the workspace where it came with the program. Raises Problem."""
    if reply.source is not Source.STARTER:
        return Editable(reply.file)
    kept = add(locations, replace(reply, source=Source.WORKSPACE))
    return Editable(kept.file, reply_text(kept).encode())


def tidy(copy: Editable) -> None:
    """Take a copy away that nobody has changed: it would keep later versions of the reply from being used."""
    with suppress(OSError):
        if copy.copied is not None and copy.file.read_bytes() == copy.copied:
            copy.file.unlink()
