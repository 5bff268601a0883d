"""The canned replies of a workspace as their files are now, and the engine with everything that was learnt by now."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.inbox.canned import library
from cminbox.inbox.learning import Learning
from cminbox.suggestions.library import entries

if TYPE_CHECKING:
    from cminbox.domain.canned import CannedReply
    from cminbox.inbox.workspace import Workspace
    from cminbox.suggestions.engine import Engine
    from cminbox.suggestions.library import Library
    from cminbox.suggestions.searching import LibrarySearch

STALE_SECONDS = 2.0
"""How long files are trusted before they are looked at again."""
_REASON = 100
_BREATH = 0.001
"""Seconds for which loading stands back now and then, so that keys are not kept waiting."""


class CurrentLibrary:
    """The library, its search and its engine, each read again when it is no longer true. Not for several threads.

    `version` grows whenever answers given before may no longer hold.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._settings = workspace.settings
        self._library: Library | None = None
        self._learning = Learning(workspace, lambda: time.sleep(_BREATH))
        self._search: LibrarySearch | None = None
        self._looked_at = 0.0
        self.version = 0

    def fresh(self) -> Library:
        """Return the library as its files are, with everything learnt that was picked meanwhile.

        Raises Problem when its folders cannot be read.
        """
        now = time.monotonic()
        known = self._library
        if known is None or now - self._looked_at >= STALE_SECONDS:
            self._looked_at = now
            if known is None or known.stale():
                known = self._load()
        self.catch_up()
        return known

    def get(self, key: str) -> CannedReply:
        """Return a reply by its key. Raises NotFound."""
        found = self.fresh().get(key)
        if found is None:
            raise NotFound(say("There is no canned reply called {name}", name=key))
        return found

    @property
    def engine(self) -> Engine:
        """The engine over what `fresh` returned last; without a reply before that."""
        return self._learning.engine

    @property
    def search(self) -> LibrarySearch:
        """What finds replies by typed words in what `fresh` returned last, made when first needed."""
        if self._search is None:
            from cminbox.suggestions.searching import LibrarySearch  # noqa: PLC0415 - only for those who search

            replies = () if self._library is None else self._library.replies
            self._search = LibrarySearch(entries(replies), [one.id for one in replies])
        return self._search

    def look_again(self) -> None:
        """Have the files looked at by whatever is asked next."""
        self._looked_at = 0.0

    def catch_up(self) -> None:
        """Take in what other settings and other picks change, whoever changed them."""
        if self._settings is not self._workspace.settings:
            # How replies are filled in and which of them are wanted may be another matter now.
            self._settings = self._workspace.settings
            self.version += 1
        # A database that is busy or broken is said elsewhere; suggestions go on with what is known.
        with suppress(Problem):
            if self._library is not None and self._learning.catch_up():
                self.version += 1

    def _load(self) -> Library:
        try:
            found = library(self._workspace.locations, self._library)
        except OSError as error:
            reason = safe(error.strerror or str(error), limit=_REASON)
            raise Problem(say("The canned replies cannot be read ({reason})", reason=reason)) from None
        self._learning.load(found.replies)
        self._library = found
        self._search = None
        self.version += 1
        return found
