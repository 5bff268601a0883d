"""How much of what customers wrote lately the library answers, and what they ask that no reply answers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass
from cminbox.inbox.canned import library
from cminbox.inbox.learning import Learning
from cminbox.store.incoming import asked_since
from cminbox.suggestions.alike import groups
from cminbox.suggestions.cleaning import words_of
from cminbox.suggestions.keeping import stem_for
from cminbox.suggestions.language import language_of
from cminbox.suggestions.lexicon import lexicon_of
from cminbox.suggestions.sample import sample_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.inbox.workspace import Workspace
    from cminbox.store.incoming import Asked
    from cminbox.suggestions.engine import Engine

MOST_MESSAGES = 5_000
"""Of more, the newest are looked at."""
_MOST_GROUPED = 2_000
_ALIKE = 60.0
"""From which likeness on (0 to 100) two messages ask the same: less than for the same words."""
_SAMPLES = 3
_WORDS = 4
_LONG_WORD = 8


@dataclass(frozen=True, slots=True)
class Nearest:
    """The reply that comes closest to a message, by its key, with its score from 0 to 1."""

    key: str
    score: float


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Messages that ask the same and that no reply answers surely.

    `conversations` are those they stand in, the newest first. `samples` are some of their texts, without what could
    tell who wrote them. `name` is what a reply to them might be called.
    """

    count: int
    conversations: tuple[int, ...]
    samples: tuple[str, ...]
    lang: str | None
    nearest: Nearest | None
    name: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """`covered` of `messages` have a reply that passes the bar. `capped`: there were more messages than were read."""

    messages: int
    covered: int
    unanswered: tuple[Unanswered, ...]
    capped: bool

    @property
    def share(self) -> float | None:
        """The share that is covered, from 0 to 1; None when nobody wrote."""
        return self.covered / self.messages if self.messages else None


def coverage(workspace: Workspace, since: int, *, groups_shown: int = 10) -> Coverage:
    """Return how far the library covers the messages since an instant (UTC milliseconds)."""
    asked = asked_since(workspace.database, since, limit=MOST_MESSAGES + 1)
    capped = len(asked) > MOST_MESSAGES
    replies = library(workspace.locations).replies
    learning = Learning(workspace)
    learning.load(replies)
    told = [one for one in asked[:MOST_MESSAGES] if words_of(one.text)]
    open_ones = _not_sure(learning.engine, told)
    texts = {number: told[number].text for number in open_ones[:_MOST_GROUPED]}
    taken = {reply.id for reply in replies}
    found = [
        _unanswered([told[number] for number in group], learning.engine, taken)
        for group in groups(texts, _ALIKE)[:groups_shown]
    ]
    return Coverage(len(told), len(told) - len(open_ones), tuple(found), capped)


def _not_sure(engine: Engine, asked: Sequence[Asked]) -> list[int]:
    """Return which messages have no reply that may be shown as the answer."""
    known: dict[tuple[str, str | None], bool] = {}
    open_ones: list[int] = []
    for number, one in enumerate(asked):
        lang = _lang(one)
        words = " ".join(words_of(one.text)), lang
        if words not in known:
            known[words] = engine.suggest(one.text, lang, limit=1).confident
        if not known[words]:
            open_ones.append(number)
    return open_ones


def _unanswered(asked: Sequence[Asked], engine: Engine, taken: set[str]) -> Unanswered:
    first = asked[0]
    ranking = engine.suggest(first.text, _lang(first), limit=1).suggestions
    samples = dict.fromkeys(sample for one in asked if (sample := sample_of(one.text)))
    langs = Counter(lang for one in asked if (lang := _lang(one) or language_of(words_of(one.text))))
    return Unanswered(
        len(asked),
        tuple(dict.fromkeys(one.conversation_id for one in asked)),
        tuple(list(samples)[:_SAMPLES]),
        langs.most_common(1)[0][0] if langs else None,
        Nearest(ranking[0].reply, ranking[0].score) if ranking else None,
        stem_for(" ".join(_telling(asked)), taken),
    )


def _telling(asked: Sequence[Asked]) -> list[str]:
    """Return the words that most of the messages share, in the order of the first of them, the longest preferred."""
    counts = Counter(word for one in asked for word in set(words_of(one.text)))
    every = [word for word in dict.fromkeys(words_of(asked[0].text)) if not word.isdecimal()]
    everyday = lexicon_of(_lang(asked[0]) or language_of(every)).weights
    words = [word for word in every if word not in everyday] or every
    best = sorted(words, key=lambda word: (-counts[word] * min(len(word), _LONG_WORD), words.index(word)))[:_WORDS]
    return [word for word in words if word in best]


def _lang(one: Asked) -> str | None:
    return one.lang.partition("-")[0].lower() if one.lang else None
