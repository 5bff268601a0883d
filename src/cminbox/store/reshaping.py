"""Giving a damaged file back the outer shape without which SQLite reads nothing of it: its head and its length.

Only ever done to a copy. What was in the parts that are gone is not invented: they become empty pages, which are
damaged places like any other.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PAGE = 4096
"""The size of the pages of every database that cminbox has made."""
_MAGIC = b"SQLite format 3\0"
_HEAD = 100
_PAGES_AT = 28
_CHANGED = 1
_LEGACY, _JOURNALLED = 1, 2
_TREE_PAGES = frozenset({0x05, 0x0D})
"""What the first byte behind the head may be: the root of the table of tables, with one page or several."""


def reshape(copy: Path, *, journalled: bool) -> None:
    """Mend the head of a copy where it was overwritten, and fill up what was cut off its end.

    `journalled` says whether a journal lies beside it. A file that is none of ours is left as it is.
    """
    with copy.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        head, root = file.read(_HEAD), file.read(1)
        if not root or root[0] not in _TREE_PAGES:
            return
        if not head.startswith(_MAGIC) or head[16:18] != struct.pack(">H", PAGE):
            pages = -(-size // PAGE)
            file.seek(0)
            file.write(_new_head(pages, _JOURNALLED if journalled else _LEGACY))
        else:
            (pages,) = struct.unpack_from(">I", head, _PAGES_AT)
        # A head that was written over at this very place may say anything.
        if size < pages * PAGE <= 4 * size + 1024 * PAGE:
            file.truncate(pages * PAGE)
        elif size % PAGE:
            file.truncate(-(-size // PAGE) * PAGE)


def _new_head(pages: int, version: int) -> bytes:
    head = bytearray(_HEAD)
    head[:16] = _MAGIC
    struct.pack_into(">HBBBBBB", head, 16, PAGE, version, version, 0, 64, 32, 32)
    struct.pack_into(">II", head, 24, _CHANGED, pages)
    # Schema format 4, text as UTF-8; the number of pages counts because it is as old as the last change.
    struct.pack_into(">I", head, 44, 4)
    struct.pack_into(">I", head, 56, 1)
    struct.pack_into(">I", head, 92, _CHANGED)
    return bytes(head)
