"""Why a reply was suggested, in words, for the agent who asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.suggestions.asking import Kind
from cminbox.suggestions.cleaning import fold
from cminbox.suggestions.features import CONCEPT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.domain.saying import Saying
    from cminbox.suggestions.asking import Question
    from cminbox.suggestions.index import Index
    from cminbox.suggestions.lexicon import Lexicon

_MOST = 5
_TELLING = 0.8
"""From which weight on a word tells something; below are those of every message, see `Lexicon.weights`."""
_LEAST_SHARE = 0.05
"""What part of the evidence a word has to be to be named, unless it is the only one."""
_WORD = re.compile(r"[^\W_]+(?:['\u2019]t\b)?")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Match:
    """What a message says (`said`, as it is written there) and what the reply knows it as."""

    said: str
    known: str
    share: float
    """Which part of the evidence this is, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Why:
    """What speaks for a reply. `matches` are telling words, the strongest first; `subjects` what both are about.

    `everyday` says that what they share besides are words that are in every message.

    `language` is the message's language when the reply has the same. `picked` says how often the reply was picked,
    `same` whether this very message was answered with it.
    """

    matches: tuple[Match, ...]
    subjects: tuple[str, ...]
    language: str | None
    picked: int
    same: bool
    everyday: bool = False

    def sayings(self) -> Iterator[Saying]:
        """Yield the reasons as sentences, the weightiest first."""
        if self.same:
            yield say("This very message was answered with it before")
        shared = [match.said for match in self.matches if fold(match.said) == match.known]
        alike = [match for match in self.matches if fold(match.said) != match.known]
        if shared:
            yield say("It knows the words: {words}", words=", ".join(shared))
        if alike:
            pairs = ", ".join(f"{match.said} ≈ {match.known}" for match in alike)
            yield say("It knows similar words: {words}", words=pairs)
        if self.subjects and not self.matches:
            yield say("It is about the same subject in other words")
        elif self.everyday and not self.matches:
            yield say("It has only everyday words in common with the message")
        if self.language:
            yield say("It is in the language of the message")
        if self.picked == 1:
            yield say("It was picked once before")
        elif self.picked:
            yield say("It was picked {times} times before", times=self.picked)


def explain(
    question: Question,
    index: Index,
    reply: int,
    text: str,
    *,
    lexicon: Lexicon,
    language: str | None,
    picked: int,
    same: bool,
) -> Why:
    """Return what speaks for a reply; words are shown as `text` writes them, those of every message left out."""
    written = {fold(word): word for word in _WORD.findall(text)}
    wrong = {right: slip for slip, right in question.meant.items()}
    proofs: list[Match] = []
    everyday = False
    subjects: list[tuple[float, str]] = []
    whole = 0.0
    for term in question.terms:
        by_word = [
            (term.weight * part.likeness * index.evidence(part.postings, reply), part.word) for part in term.parts
        ]
        proof, known = max(by_word, key=lambda one: one[0])
        whole += sum(one[0] for one in by_word)
        if not proof:
            continue
        if term.kind is Kind.WORD and lexicon.weight(term.said) < _TELLING:
            everyday = True
        elif term.kind is Kind.WORD:
            folded = wrong.get(term.said, term.said)
            proofs.append(Match(safe(written.get(folded, folded), limit=_LONGEST), safe(known, limit=_LONGEST), proof))
        elif term.kind is Kind.CONCEPT:
            subjects.append((proof, term.said.removeprefix(CONCEPT)))
    matches = [Match(one.said, one.known, one.share / whole) for one in sorted(proofs, key=lambda one: -one.share)]
    telling = [one for number, one in enumerate(matches) if one.share >= _LEAST_SHARE or not number]
    subjects.sort(key=lambda one: -one[0])
    names = tuple(name for _, name in subjects[:_MOST])
    return Why(tuple(telling[:_MOST]), names, language, picked, same, everyday)
