"""Canned replies for a conversation: ranked, filled and searched beside the screen, never while a key waits.

One thread of its own reads the library, loads the engine and answers; nothing of it is imported before. Whoever asks
gets a future. An answer is remembered until the library changes or something is learnt.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.inbox.subjects import rating_of, subject_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future
    from datetime import date

    from cminbox.domain.canned import CannedReply, Fault
    from cminbox.domain.saying import Saying
    from cminbox.inbox.canned_editing import Editable
    from cminbox.inbox.learning import Learning
    from cminbox.inbox.reading import ConversationView
    from cminbox.inbox.subjects import Subject
    from cminbox.inbox.together import Plan
    from cminbox.inbox.workspace import Workspace
    from cminbox.store.picks import Picked
    from cminbox.suggestions.filling import Blank
    from cminbox.suggestions.library import Library
    from cminbox.suggestions.searching import LibrarySearch

T = TypeVar("T")

OFFERED = 9
"""So many are worked out: one for each digit."""
FOUND = 50
_RANKED = 60
"""So many of the best are looked through for some that may be used here."""
_STALE_SECONDS = 2.0
"""How long files are trusted before they are looked at again."""
_REMEMBERED = 400
_REASON = 100
_BREATH = 0.001
"""Seconds for which loading stands back now and then, so that keys are not kept waiting."""


@dataclass(frozen=True, slots=True)
class Option:
    """A canned reply as it would be sent in one conversation. `score` is from 0 to 1, None where it was searched for.

    `blanks` are the places of `text` that are still to be typed; with any it cannot be sent. `off_tone`: it addresses
    the customer in the way that is not wanted there.
    """

    reply: CannedReply
    text: str
    blanks: tuple[Blank, ...] = ()
    score: float | None = None
    off_tone: bool = False


@dataclass(frozen=True, slots=True)
class Suggested:
    """What there is for a conversation, the best first; `confident` when the first may be shown as the answer."""

    options: tuple[Option, ...] = ()
    confident: bool = False

    @property
    def express(self) -> bool:
        """Whether the first may be sent with one key: meant for that, sure, with nothing left to type or to do."""
        if not self.confident:
            return False
        first = self.options[0]
        return first.reply.express and not (first.blanks or first.reply.macro or first.reply.attachments)


NOTHING = Suggested()


@dataclass(frozen=True, slots=True)
class Shelf:
    """The library as it is, what is wrong with it, and how often each reply was picked, by its key."""

    replies: tuple[CannedReply, ...]
    faults: tuple[Fault, ...]
    picked: dict[str, Picked]


class Suggester:
    """Suggests canned replies in one workspace. Close it before the workspace.

    Futures raise Problem. Everything but `close` and the futures' results returns at once, from any thread.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._settings = workspace.settings
        self._worker = ThreadPoolExecutor(1, "suggestions")
        self._library: Library | None = None
        self._learning: Learning | None = None
        self._search: LibrarySearch | None = None
        self._looked_at = 0.0
        self._answers: dict[int, tuple[Subject, date, Suggested]] = {}
        self.version = 0
        """Grows whenever answers given before may no longer hold."""

    # Asking

    def load(self) -> Future[int]:
        """Read the library and what was learnt; the future gives the number of replies."""
        return self._submit(lambda: len(self._fresh().replies))

    def suggest(self, view: ConversationView) -> Future[Suggested]:
        """Return the best replies for a conversation, at most nine."""
        return self._submit(lambda: self._suggest(view))

    def renew(self) -> Future[bool]:
        """Look for other files, and for what other processes learnt; the future says whether answers may differ."""
        before = self.version

        def look() -> bool:
            self._fresh()
            return self.version != before

        return self._submit(look)

    def search(self, view: ConversationView | None, query: str, *, limit: int = FOUND) -> Future[list[Option]]:
        """Return the replies that a typed text finds, as they would be sent; all, those suggested first, for no text.

        Replies for other networks and kinds are left out where a conversation is given.
        """
        return self._submit(lambda: self._find(view, query, limit))

    def option(self, view: ConversationView, key: str) -> Future[Option]:
        """Return one reply as it would be sent in a conversation now. The future raises NotFound."""
        return self._submit(lambda: self._option(view, self._get(key)))

    def why(self, view: ConversationView, keys: Sequence[str]) -> Future[list[list[Saying]]]:
        """Return, for each of these replies, why it is suggested; the weightiest reason first."""
        return self._submit(lambda: self._why(view, keys))

    def shelf(self) -> Future[Shelf]:
        """Return the whole library with its faults and figures."""

        def look() -> Shelf:
            library = self._fresh()
            return Shelf(library.replies, library.faults, self._workspace.picks.picked())

        return self._submit(look)

    def alike(self, view: ConversationView, ids: Sequence[int]) -> Future[list[int]]:
        """Return those of many conversations that the first suggestion for one of them answers too, that one first.

        They surely have the same first suggestion, or say the same in nearly the same words. What is answered already
        is left out.
        """
        from cminbox.inbox.together import alike  # noqa: PLC0415 - loaded where it is asked for

        return self._submit(lambda: alike(self._workspace, view, ids, self._suggest))

    def plan(self, ids: Sequence[int], reply: str, given: Mapping[str, str] | None = None) -> Future[Plan]:
        """Return what becomes of many conversations when each is answered with a reply, by its name without language.

        Each gets it in its own language and filled for its own person; `given` are words for blanks, by their names,
        the same for all.
        """
        from cminbox.inbox.together import plan  # noqa: PLC0415 - loaded where it is asked for

        return self._submit(
            lambda: plan(self._workspace, ids, reply, self._fresh().replies, self._today(), self._option, given or {})
        )

    # Writing the library

    def keep_answer(self, view: ConversationView, text: str, title: str) -> Future[CannedReply]:
        """Keep an answer as a canned reply of the workspace, with the customer's words as its first example."""
        from cminbox.inbox.canned_keeping import from_answer  # noqa: PLC0415 - seldom needed

        return self._submit(lambda: self._written(from_answer(self._workspace, view, text, title=title)))

    def editable(self, key: str) -> Future[Editable]:
        """Return the file of a reply to be changed: one that came with the program is copied into the workspace."""
        return self._submit(lambda: self._editable(self._get(key)))

    def edited(self, copy: Editable) -> Future[None]:
        """Take a copy away again that was made to be changed and was not; what was changed is read at once."""
        return self._submit(lambda: self._edited(copy))

    # Learning

    def picked(self, view: ConversationView, key: str, *, sent_as: int | None) -> Future[None]:
        """Learn that a conversation was answered with a reply, as the reply number `sent_as`, for all processes.

        Nothing is learnt when the reply is taken back before it goes out.
        """
        return self._submit(lambda: self._pick(view, key, sent_as))

    def forget(self, keys: Sequence[str]) -> Future[int]:
        """Forget everything that was learnt for replies; the future gives how many picks that were."""

        def work() -> int:
            gone = self._workspace.picks.forget(keys)
            self._catch_up()
            return gone

        return self._submit(work)

    def close(self) -> None:
        """Stop; what was begun is finished."""
        self._worker.shutdown(cancel_futures=True)

    # In the thread

    def _submit(self, work: Callable[[], T]) -> Future[T]:
        return self._worker.submit(work)

    def _suggest(self, view: ConversationView) -> Suggested:
        subject = subject_of(view)
        if subject is None:
            return NOTHING
        self._fresh()
        today = self._today()
        known = self._answers.get(subject.conversation_id)
        if known is not None and (replace(known[0], change=subject.change), known[1]) == (subject, today):
            return known[2]
        found = self._rank(view, subject, today)
        if len(self._answers) >= _REMEMBERED:
            self._answers.clear()
        self._answers[subject.conversation_id] = (subject, today, found)
        return found

    def _rank(self, view: ConversationView, subject: Subject, today: date) -> Suggested:
        from cminbox.inbox.canned import languages_of  # noqa: PLC0415 - loaded in the thread
        from cminbox.inbox.offering import standing_order  # noqa: PLC0415 - as above

        library, engine = self._fresh(), self._learned().engine
        replies = {reply.key: reply for reply in library.replies}
        # Stars alone are no words: nothing but what they were answered with before speaks for a reply to them.
        ranking = engine.recall(subject.text) if subject.bare else engine.suggest(subject.text, subject.lang, _RANKED)
        order = standing_order(
            ranking, replies, subject, today=today, tone=self._tone(view), lang=languages_of(view)[0]
        )
        options = [replace(self._option(view, one.reply), score=one.score) for one in order.standings[:OFFERED]]
        return Suggested(tuple(options), confident=order.confident)

    def _tone(self, view: ConversationView) -> str:
        """Return how customers are addressed where a conversation takes place."""
        return self._workspace.settings.canned.tone_of(view.account.name)

    def _find(self, view: ConversationView | None, query: str, limit: int) -> list[Option]:
        library = self._fresh()
        replies = {reply.key: reply for reply in library.replies}
        if self._search is None:
            from cminbox.suggestions.library import entries  # noqa: PLC0415 - loaded in the thread
            from cminbox.suggestions.searching import LibrarySearch  # noqa: PLC0415 - as above

            self._search = LibrarySearch(entries(library.replies))
        today = self._today()
        found = [replies[key] for key in self._search.find(query, limit=len(replies))]
        if view is None:
            return [Option(reply, reply.body) for reply in found[:limit]]
        rating = rating_of(view)
        usable = [one for one in found if one.fits(view.row.network, view.row.kind, today, rating)]
        first = () if query.strip() else self._suggest(view).options
        known = {option.reply.key for option in first}
        rest = [one for one in self._in_their_language(view, usable) if one.key not in known]
        options = [self._option(view, reply) for reply in rest]
        return [*first, *sorted(options, key=lambda one: one.off_tone)][:limit]

    def _in_their_language(self, view: ConversationView, found: list[CannedReply]) -> list[CannedReply]:
        """Put the reply in the customer's language before its twins, each otherwise where it was found."""
        from cminbox.inbox.canned import languages_of  # noqa: PLC0415 - loaded in the thread

        order = languages_of(view)
        place: dict[str, int] = {}
        for at, reply in enumerate(found):
            place.setdefault(reply.id, at)
        return sorted(found, key=lambda one: (place[one.id], order.index(one.lang) if one.lang in order else -1))

    def _why(self, view: ConversationView, keys: Sequence[str]) -> list[list[Saying]]:
        from cminbox.inbox.offering import more_reasons  # noqa: PLC0415 - loaded in the thread

        library = self._fresh()
        subject, engine, tone = subject_of(view), self._learned().engine, self._tone(view)
        found: list[list[Saying]] = []
        for key in keys:
            reply = library.get(key)
            if subject is None or reply is None or key not in engine:
                found.append([])
                continue
            words = () if subject.bare else engine.why(subject.text, key, subject.lang).sayings()
            found.append([*words, *more_reasons(reply, subject, tone)])
        return found

    def _pick(self, view: ConversationView, key: str, sent_as: int | None) -> None:
        from cminbox.inbox.learning import learnt_words  # noqa: PLC0415 - loaded in the thread

        subject = subject_of(view)
        if subject is None:
            return
        self._workspace.picks.add_soon(
            key,
            learnt_words(subject.text),
            lang=subject.lang,
            conversation_id=subject.conversation_id,
            sent_as=sent_as,
            now=self._workspace.now(),
        ).result()
        self._catch_up()

    def _option(self, view: ConversationView, reply: CannedReply, given: Mapping[str, str] | None = None) -> Option:
        from cminbox.inbox.canned import filled_for  # noqa: PLC0415 - loaded in the thread
        from cminbox.inbox.offering import off_tone  # noqa: PLC0415 - as above

        filled = filled_for(self._workspace, reply, view, given)
        return Option(reply, filled.text, filled.blanks, off_tone=off_tone(reply, self._tone(view)))

    def _editable(self, reply: CannedReply) -> Editable:
        from cminbox.inbox.canned_editing import editable  # noqa: PLC0415 - loaded in the thread

        self._looked_at = 0.0
        return editable(self._workspace.locations, reply)

    def _edited(self, copy: Editable) -> None:
        from cminbox.inbox.canned_editing import tidy  # noqa: PLC0415 - loaded in the thread

        tidy(copy)
        self._looked_at = 0.0

    def _written(self, reply: CannedReply) -> CannedReply:
        """Have the files looked at again by whatever is asked next."""
        self._looked_at = 0.0
        return reply

    def _get(self, key: str) -> CannedReply:
        found = self._fresh().get(key)
        if found is None:
            raise NotFound(say("There is no canned reply called {name}", name=key))
        return found

    def _fresh(self) -> Library:
        """Return the library as its files are, with everything learnt that was picked meanwhile."""
        now = time.monotonic()
        if self._library is None or now - self._looked_at >= _STALE_SECONDS:
            self._looked_at = now
            if self._library is None or self._library.stale():
                self._load()
        self._catch_up()
        assert self._library is not None
        return self._library

    def _load(self) -> None:
        from cminbox.inbox.canned import library  # noqa: PLC0415 - loaded in the thread
        from cminbox.inbox.learning import Learning  # noqa: PLC0415 - as above

        try:
            self._library = library(self._workspace.locations, self._library)
        except OSError as error:
            reason = safe(error.strerror or str(error), limit=_REASON)
            raise Problem(say("The canned replies cannot be read ({reason})", reason=reason)) from None
        if self._learning is None:
            self._learning = Learning(self._workspace, lambda: time.sleep(_BREATH))
        self._learning.load(self._library.replies)
        self._search = None
        self._outdated()

    def _catch_up(self) -> None:
        if self._settings is not self._workspace.settings:
            # How replies are filled in and which of them are wanted may be another matter now.
            self._settings = self._workspace.settings
            self._outdated()
        # A database that is busy or broken is said elsewhere; suggestions go on with what is known.
        with suppress(Problem):
            if self._learning is not None and self._learning.catch_up():
                self._outdated()

    def _learned(self) -> Learning:
        assert self._learning is not None
        return self._learning

    def _outdated(self) -> None:
        self._answers.clear()
        self.version += 1

    def _today(self) -> date:
        return datetime.fromtimestamp(self._workspace.now() / 1000).astimezone().date()
