"""Canned replies for a conversation: ranked, filled and searched beside the screen, never while a key waits.

One thread of its own reads the library, loads the engine and answers; nothing of it is imported before. Whoever asks
gets a future. What is answered, and how, is in `cminbox.inbox.advising`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    from cminbox.domain.canned import CannedReply
    from cminbox.domain.saying import Saying
    from cminbox.inbox.advising import Adviser
    from cminbox.inbox.canned_editing import Editable
    from cminbox.inbox.options import Option, Shelf, Suggested
    from cminbox.inbox.reading import ConversationView
    from cminbox.inbox.together import Plan
    from cminbox.inbox.workspace import Workspace

T = TypeVar("T")

FOUND = 50


class Suggester:
    """Suggests canned replies in one workspace. Close it before the workspace.

    Futures raise Problem. Everything but `close` and the futures' results returns at once, from any thread.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._worker = ThreadPoolExecutor(1, "suggestions")
        self._adviser: Adviser | None = None

    @property
    def version(self) -> int:
        """A number that grows whenever answers given before may no longer hold."""
        return 0 if self._adviser is None else self._adviser.library.version

    # Asking

    def load(self) -> Future[int]:
        """Read the library and what was learnt; the future gives the number of replies."""
        return self._ask(lambda adviser: len(adviser.library.fresh().replies))

    def suggest(self, view: ConversationView) -> Future[Suggested]:
        """Return the best replies for a conversation, at most nine."""
        return self._ask(lambda adviser: adviser.suggest(view))

    def renew(self) -> Future[bool]:
        """Look for other files, and for what other processes learnt; the future says whether answers may differ."""
        before = self.version

        def look(adviser: Adviser) -> bool:
            adviser.library.fresh()
            return adviser.library.version != before

        return self._ask(look)

    def search(self, view: ConversationView | None, query: str, *, limit: int = FOUND) -> Future[list[Option]]:
        """Return the replies that a typed text finds, as they would be sent; all, those suggested first, for no text.

        Replies for other networks and kinds are left out where a conversation is given.
        """
        return self._ask(lambda adviser: adviser.find(view, query, limit))

    def option(self, view: ConversationView, key: str) -> Future[Option]:
        """Return one reply as it would be sent in a conversation now. The future raises NotFound."""
        return self._ask(lambda adviser: adviser.option(view, adviser.library.get(key)))

    def why(self, view: ConversationView, keys: Sequence[str]) -> Future[list[list[Saying]]]:
        """Return, for each of these replies, why it is suggested; the weightiest reason first."""
        return self._ask(lambda adviser: adviser.why(view, keys))

    def shelf(self) -> Future[Shelf]:
        """Return the whole library with its faults and figures."""
        return self._ask(lambda adviser: adviser.shelf())

    def alike(self, view: ConversationView, ids: Sequence[int]) -> Future[list[int]]:
        """Return those of many conversations that the first suggestion for one of them answers too, that one first.

        They surely have the same first suggestion, or say the same in nearly the same words. What is answered already
        is left out.
        """
        return self._ask(lambda adviser: adviser.alike(view, ids))

    def common(self, ids: Sequence[int]) -> Future[Suggested]:
        """Return what fits many conversations best, as it would be sent to the first of them.

        Each is looked at: ask for a few of very many. The future raises Problem where all are answered already.
        """
        from cminbox.inbox.together import common  # noqa: PLC0415 - loaded where it is asked for

        return self._ask(lambda adviser: common(self._workspace, ids, adviser.suggest))

    def plan(self, ids: Sequence[int], reply: str, given: Mapping[str, str] | None = None) -> Future[Plan]:
        """Return what becomes of many conversations when each is answered with a reply, by its name without language.

        Each gets it in its own language and filled for its own person; `given` are words for blanks, by their names,
        the same for all.
        """
        return self._ask(lambda adviser: adviser.plan(ids, reply, given or {}))

    # Writing the library

    def keep_answer(self, view: ConversationView, text: str, title: str) -> Future[CannedReply]:
        """Keep an answer as a canned reply of the workspace, with the customer's words as its first example."""
        return self._ask(lambda adviser: adviser.keep_answer(view, text, title))

    def editable(self, key: str) -> Future[Editable]:
        """Return the file of a reply to be changed: one that came with the program is copied into the workspace."""
        return self._ask(lambda adviser: adviser.editable(key))

    def edited(self, copy: Editable) -> Future[None]:
        """Take a copy away again that was made to be changed and was not; what was changed is read at once."""
        return self._ask(lambda adviser: adviser.edited(copy))

    # Learning

    def picked(self, view: ConversationView, key: str, *, sent_as: int | None) -> Future[None]:
        """Learn that a conversation was answered with a reply, as the reply number `sent_as`, for all processes.

        Nothing is learnt when the reply is taken back before it goes out.
        """
        return self._ask(lambda adviser: adviser.pick(view, key, sent_as))

    def forget(self, keys: Sequence[str]) -> Future[int]:
        """Forget everything that was learnt for replies; the future gives how many picks that were."""
        return self._ask(lambda adviser: adviser.forget(keys))

    def close(self) -> None:
        """Stop; what was begun is finished."""
        self._worker.shutdown(cancel_futures=True)

    def _ask(self, work: Callable[[Adviser], T]) -> Future[T]:
        return self._worker.submit(lambda: work(self._advised()))

    def _advised(self) -> Adviser:
        if self._adviser is None:
            from cminbox.inbox.advising import Adviser  # noqa: PLC0415 - loaded in the thread

            self._adviser = Adviser(self._workspace)
        return self._adviser
