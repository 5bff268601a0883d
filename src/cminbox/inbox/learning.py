"""The engine of suggestions with everything that the workspace has learnt, whichever process learnt it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.inbox.cache_files import CacheFile
from cminbox.inbox.everyday_words import everyday_words
from cminbox.suggestions.cleaning import words_of
from cminbox.suggestions.engine import Engine
from cminbox.suggestions.library import entries
from cminbox.suggestions.packing import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cminbox.domain.canned import CannedReply
    from cminbox.inbox.workspace import Workspace
    from cminbox.store.picks import Pick

NEWEST = 20_000
"""So many picks are taken in, the newest: what was learnt before them is in the replies' examples, or was long ago."""
_AT_ONCE = 500


class Learning:
    """One library, and the picks and everyday words of one workspace. Not for several threads at once.

    `breathe` is called again and again while much is taken in, so that other threads are not kept waiting.
    """

    def __init__(self, workspace: Workspace, breathe: Callable[[], None] = lambda: None) -> None:
        self._workspace = workspace
        self._picks = workspace.picks
        self._breathe = breathe
        self._taken: dict[int, Pick] = {}
        self._newest = 0
        self._forgotten = 0
        self.engine = Engine()

    def load(self, replies: Sequence[CannedReply]) -> None:
        """Take a library in, and everything that was learnt for its replies."""
        engine = Engine()
        features = CacheFile(self._workspace.locations.suggestions_cache, LARGEST)
        engine.load(entries(replies), everyday_words(self._workspace, self._breathe), features)
        self.engine = engine
        self._taken.clear()
        self._newest = 0
        # Read before the picks: one that goes meanwhile is looked for again.
        self._forgotten = self._picks.forgotten()
        self._take(self._picks.since(0, limit=NEWEST))

    def catch_up(self) -> bool:
        """Learn what was picked and forget what was forgotten since, by any process; return whether there was any."""
        forgotten = self._picks.forgotten()
        changed = forgotten != self._forgotten
        if changed:
            self._forgotten = forgotten
            self._drop()
        new = self._picks.since(self._newest, limit=NEWEST)
        self._take(new)
        return changed or bool(new)

    def _take(self, new: list[Pick]) -> None:
        for count, pick in enumerate(new):
            if count % _AT_ONCE == 0:
                self._breathe()
            self._newest = pick.id
            if pick.reply in self.engine:
                self.engine.pick(pick.words, pick.reply, pick.lang)
                self._taken[pick.id] = pick

    def _drop(self) -> None:
        """Forget the picks that are no longer there."""
        first = min(self._taken, default=0)
        left = {pick.id for pick in self._picks.since(first - 1, limit=NEWEST + len(self._taken))}
        for number in [one for one in self._taken if one not in left]:
            pick = self._taken.pop(number)
            self.engine.forget(pick.words, pick.reply, pick.lang)


def learnt_words(text: str) -> str:
    """Return what is kept of a message when it teaches: its words, folded, without names, links and long numbers."""
    return " ".join(words_of(text))
