"""Ranks the replies of a library for a message, and learns from each pick, at once."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nlargest
from math import log1p
from typing import TYPE_CHECKING, NamedTuple, Protocol

from cminbox.suggestions import confidence
from cminbox.suggestions.asking import Asking
from cminbox.suggestions.cleaning import words_of
from cminbox.suggestions.features import learnt
from cminbox.suggestions.index import Index
from cminbox.suggestions.language import language_of
from cminbox.suggestions.lexicon import lexicon_of
from cminbox.suggestions.memory import Memory
from cminbox.suggestions.packing import library_key, pack, unpack
from cminbox.suggestions.vocabulary import Vocabulary
from cminbox.suggestions.why import explain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cminbox.suggestions.asking import Question, Term
    from cminbox.suggestions.entries import Entry
    from cminbox.suggestions.why import Why

MOST = 10
_TITLE, _TAGS, _BODY, _EXAMPLE = 1.0, 1.0, 0.6, 1.0
"""How much each part of a reply teaches; a pick teaches as much as an example."""
_OTHER_LANGUAGE = 0.5
"""What a reply in another language than the message's loses, in evidence per weight of the question."""
_PAIRS_UP_TO = 10_000
"""A library of more phrases is found by words alone: pairs would take much room and tell little more."""
_SHORTLIST = 64
_READ = 60_000
"""How many entries are read for all replies; what stands nearly everywhere is then looked up for the best of them."""
_EQUAL_DIGITS = 6
"""Evidence that differs by less is equal: what was learnt and forgotten again leaves a trace that small."""
_REMEMBERED = 0.99


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A reply with its score: from 0 to 1, about how often a reply that fits so well is the right one."""

    reply: str
    score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Suggestions, the best first; `confident` when the first may be shown as the answer."""

    suggestions: tuple[Suggestion, ...] = ()
    confident: bool = False


class FeatureStore(Protocol):
    """Where the features of one library are kept between two starts, as bytes that nobody else has to understand."""

    def get(self) -> bytes | None:
        """Return what was kept, None where there is nothing. It is looked at before it is trusted."""
        ...

    def put(self, data: bytes) -> None:
        """Keep something in the place of what was kept before; not being able to is no failure."""
        ...


class _Standing(NamedTuple):
    evidence: float
    reply: int


class Engine:
    """One library with what was learnt. What it answers depends on what was loaded, picked and forgotten alone."""

    def __init__(self) -> None:
        self.load(())

    def load(
        self, replies: Iterable[Entry], heard: Mapping[str, float] | None = None, store: FeatureStore | None = None
    ) -> None:
        """Take a library in; everything known before is forgotten, picks included. Of equal ids the last counts.

        `heard` are words of the inbox with the share of people who use them: see `hearing.everyday`. What the texts of
        the library say is taken from `store` where it has that, and else put there.
        """
        self._entries = list({entry.id: entry for entry in replies}.values())
        self._numbers = {entry.id: number for number, entry in enumerate(self._entries)}
        self._memory = Memory()
        self._pairs = sum(len(entry.examples) + 2 for entry in self._entries) <= _PAIRS_UP_TO
        self._index, self._vocabulary = self._features(store)
        self._asking = Asking(self._index, self._vocabulary, heard)

    def _features(self, store: FeatureStore | None) -> tuple[Index, Vocabulary]:
        """Return what the texts of the library say, as it was kept or else worked out now."""
        key = None if store is None else library_key(self._entries)
        kept = None if store is None or key is None else store.get()
        known = None if kept is None or key is None else unpack(kept, key)
        if known is not None:
            return known
        index, vocabulary = Index(), Vocabulary()
        for entry in self._entries:
            self._teach(entry, index, vocabulary)
        index.settle()
        if store is not None and key is not None:
            store.put(pack(key, index, vocabulary))
        return index, vocabulary

    def __contains__(self, reply: str) -> bool:
        """Whether a reply is loaded."""
        return reply in self._numbers

    def suggest(self, text: str, lang: str | None = None, limit: int = MOST) -> Ranking:
        """Return the replies that answer a message, at most `limit`; none when nothing fits at all.

        `lang` is the message's language where the network tells it; else it is told by the words.
        """
        words = words_of(text)
        lang = lang or language_of(words)
        question = self._asking.question(words, lexicon_of(lang))
        standings = self._standings(question, lang)
        remembered = self._memory.replies(words)
        if not standings:
            return self._recalled(remembered, (), limit)
        first = standings[0]
        fitting = confidence.fit(question, self._index, first.reply)
        second = confidence.fit(question, self._index, standings[1].reply) if len(standings) > 1 else 0.0
        found = [
            Suggestion(
                self._entries[one.reply].id,
                confidence.score_of(fitting * one.evidence / first.evidence if first.evidence > 0 else 0.0),
            )
            for one in standings[: max(limit, 0)]
        ]
        if remembered:
            return self._recalled(remembered, found, limit)
        return Ranking(tuple(found), confidence.confident(fitting, second))

    def recall(self, text: str, limit: int = MOST) -> Ranking:
        """Return what this very message was answered with before, the latest answer foremost, and nothing else."""
        return self._recalled(self._memory.replies(words_of(text)), (), limit)

    def pick(self, text: str, reply: str, lang: str | None = None) -> None:
        """Learn that an agent answered a message with a reply. Raises KeyError for a reply that is not loaded."""
        number = self._numbers[reply]
        words = words_of(text)
        for word in words:
            self._vocabulary.add(word)
        self._index.add(number, self._learnt(words, lang))
        self._memory.add(words, number)

    def forget(self, text: str, reply: str, lang: str | None = None) -> bool:
        """Take a pick back, as it was given to `pick`; False when there is no such pick. Raises KeyError as it does."""
        number = self._numbers[reply]
        words = words_of(text)
        if not self._memory.remove(words, number):
            return False
        self._index.add(number, self._learnt(words, lang), -1.0)
        return True

    def why(self, text: str, reply: str, lang: str | None = None) -> Why:
        """Return what speaks for a reply to a message. Raises KeyError for a reply that is not loaded."""
        number = self._numbers[reply]
        words = words_of(text)
        lang = lang or language_of(words)
        lexicon = lexicon_of(lang)
        return explain(
            self._asking.question(words, lexicon),
            self._index,
            number,
            text,
            lexicon=lexicon,
            language=lang if self._speaks(number, lang) else None,
            picked=self._memory.times(number),
            same=number in self._memory.replies(words),
        )

    def _learnt(self, words: Sequence[str], lang: str | None) -> dict[str, float]:
        return learnt(words, lexicon_of(lang or language_of(words)), pairs=self._pairs)

    def _recalled(self, remembered: Sequence[int], found: Sequence[Suggestion], limit: int) -> Ranking:
        """Put first what this very message was answered with before, the latest answer foremost."""
        names = [self._entries[number].id for number in remembered]
        best = max(_REMEMBERED, found[0].score if found else 0.0)
        first = [Suggestion(name, best) for name in names]
        rest = [one for one in found if one.reply not in names]
        return Ranking((*first, *rest)[: max(limit, 0)], confident=len(names) == 1)

    def _speaks(self, number: int, lang: str | None) -> bool:
        return lang is not None and self._entries[number].lang == lang

    def _standings(self, question: Question, lang: str | None) -> list[_Standing]:
        """Return the best replies, the first foremost; equal ones in the order of the library."""
        whole = question.weight
        if not whole:
            return []
        totals = self._totals(question.terms)
        best = nlargest(_SHORTLIST, range(len(totals)), key=totals.__getitem__)
        standings = [
            _Standing(
                totals[number] / whole - (_OTHER_LANGUAGE if lang and not self._speaks(number, lang) else 0.0), number
            )
            for number in best
            if totals[number] > 0
        ]
        return sorted(standings, key=lambda one: (-round(one.evidence, _EQUAL_DIGITS), one.reply))

    def _totals(self, terms: Iterable[Term]) -> list[float]:
        """Return the evidence for every reply; what stands in most replies is counted for the best of them alone."""
        index = self._index
        room = index.room
        totals = [0.0] * len(index)
        read = 0
        late: list[Term] = []
        for term in sorted(terms, key=lambda term: term.cost):
            if read and read + term.cost > _READ:
                late.append(term)
                continue
            read += term.cost
            for part in term.parts:
                weight = term.weight * part.likeness
                for reply, amount in zip(part.postings.replies, part.postings.amounts, strict=True):
                    totals[reply] += weight * log1p(amount / room[reply])
        if late:
            best = nlargest(_SHORTLIST, range(len(totals)), key=totals.__getitem__)
            for term in late:
                for part in term.parts:
                    for reply in best:
                        totals[reply] += term.weight * part.likeness * index.evidence(part.postings, reply)
        return totals

    def _teach(self, entry: Entry, index: Index, vocabulary: Vocabulary) -> None:
        number = index.new_reply()
        lexicon = lexicon_of(entry.lang)
        taught: dict[str, float] = {}
        for text, weight in _texts(entry):
            words = words_of(text)
            for word in words:
                vocabulary.add(word)
            for name, amount in learnt(words, lexicon, pairs=self._pairs).items():
                taught[name] = taught.get(name, 0.0) + amount * weight
        index.add(number, taught)


def _texts(entry: Entry) -> Iterator[tuple[str, float]]:
    yield entry.title, _TITLE
    yield " ".join(entry.tags), _TAGS
    yield entry.body, _BODY
    for example in entry.examples:
        yield example, _EXAMPLE
