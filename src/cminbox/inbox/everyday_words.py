"""The words that everybody uses in one inbox, told by its newest messages and kept until there is much news."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass
from cminbox.inbox.cache_files import CacheFile
from cminbox.store.incoming import newest_message, said_lately
from cminbox.suggestions.hearing import MOST_WORDS, everyday
from cminbox.suggestions.packing import engine_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.inbox.workspace import Workspace

MOST_MESSAGES = 3_000
_LARGEST = 1024 * 1024
_LONGEST_WORD = 40
_FEW, _PART = 50, 5
"""They are told anew after so many messages, or a fifth of those that they were told by."""


@dataclass(frozen=True, slots=True)
class _Kept:
    newest: int
    messages: int
    words: Mapping[str, float]


def everyday_words(workspace: Workspace, breathe: Callable[[], None] = lambda: None) -> Mapping[str, float]:
    """Return the words that many people use in this inbox, each with the share of them who do. Raises StoreProblem.

    `breathe` is called now and then, so that other threads are not kept waiting.
    """
    file = CacheFile(workspace.locations.words_cache, _LARGEST)
    newest = newest_message(workspace.database)
    kept = _read(file.get())
    if kept is not None and 0 <= newest - kept.newest < max(_FEW, kept.messages // _PART):
        return kept.words
    said = said_lately(workspace.database, limit=MOST_MESSAGES)
    words = everyday(said, breathe)
    engine = engine_key()
    if engine is not None:
        file.put(json.dumps({"engine": engine, "newest": newest, "messages": len(said), "words": words}).encode())
    return words


def _read(data: bytes | None) -> _Kept | None:
    """Return what was kept by this very engine, None for anything else."""
    try:
        found = json.loads(data or b"null")
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("engine") != engine_key():
        return None
    newest, messages, words = found.get("newest"), found.get("messages"), found.get("words")
    if type(newest) is not int or type(messages) is not int or not isinstance(words, dict) or len(words) > MOST_WORDS:
        return None
    for word, share in words.items():
        if len(word) > _LONGEST_WORD or type(share) is not float or not 0 < share <= 1:
            return None
    return _Kept(newest, messages, words)
