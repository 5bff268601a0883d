"""How well a reply fits, and whether it may be shown as the answer: a rank alone tells neither."""

from __future__ import annotations

from math import exp, log, log1p
from typing import TYPE_CHECKING

from cminbox.suggestions.asking import RARE, Kind

if TYPE_CHECKING:
    from cminbox.suggestions.asking import Question
    from cminbox.suggestions.index import Index

_SAYS = {Kind.WORD: 1.0, Kind.CONCEPT: 0.5, Kind.PAIR: 5 / 3}
"""How much a kind of term counts here against its weight in the ranking: a shared subject is a weaker proof than it is
a hint, the same two words in a row a stronger one."""
_STRANGE = {Kind.WORD: 1.3, Kind.CONCEPT: 0.5}
"""How much what the library has never heard of speaks against every reply."""
_UNSAID = 1.5
"""How many words that one reply alone has speak against every reply by never having been said: a message of one or two
words proves little, however well they fit."""
_SCORE = (-1.1, 4.6)
_SURE = (-1.55, 1.4, 2.35)
"""Logistic models of «the first reply is the right one», from the fit alone, and from the fit and the lead."""
_LEAD_UNIT = 0.1
_BAR = 0.75


def fit(question: Question, index: Index, reply: int) -> float:
    """Return how much of what a message says is said by a reply too, and how clearly; 0 is nothing, 1 is much."""
    proof = 0.0
    whole = _UNSAID * log((len(index) + 1) / (1 + RARE))
    for term in question.terms:
        weight = term.weight * _SAYS[term.kind]
        proof += weight * sum(part.likeness * index.evidence(part.postings, reply) for part in term.parts)
        if term.kind is not Kind.PAIR:
            whole += weight
    for term in question.strange:
        whole += term.weight * _STRANGE[term.kind]
    return proof / whole if whole else 0.0


def score_of(fitting: float) -> float:
    """Return a fit as a score from 0 to 1: about how often such a reply is the right one."""
    return _logistic(_SCORE[0] + _SCORE[1] * fitting)


def confident(fitting: float, second: float) -> bool:
    """Whether the first reply may be shown as the answer, from how well it fits and how well the second does."""
    lead = fitting - second
    return _logistic(_SURE[0] + _SURE[1] * fitting + _SURE[2] * log1p(max(0.0, lead) / _LEAD_UNIT)) >= _BAR


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-max(-50.0, min(50.0, value))))
