"""Which canned replies are offered for a conversation, and in what order: what fits its words, its place, its stars."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cminbox.domain.saying import say
from cminbox.suggestions.cleaning import words_of
from cminbox.suggestions.preferring import by_stars, in_other_tone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from cminbox.domain.canned import CannedReply
    from cminbox.domain.saying import Saying
    from cminbox.inbox.subjects import Subject
    from cminbox.suggestions.engine import Ranking


class Standing(NamedTuple):
    """A reply with its score, from 0 to 1. `off_tone`: it addresses the customer in the way that is not wanted."""

    reply: CannedReply
    score: float
    off_tone: bool = False


class Order(NamedTuple):
    """The replies, the best first, each in one language; `confident` when the first may be shown as the answer."""

    standings: tuple[Standing, ...]
    confident: bool


def off_tone(reply: CannedReply, wanted: str) -> bool:
    """Whether a reply addresses the customer in another way than is wanted: `tu`, `vous`, or `any`."""
    return reply.tone is not None and wanted not in {"any", reply.tone.value}


def more_reasons(reply: CannedReply, subject: Subject, tone: str) -> Iterator[Saying]:
    """Yield what speaks for a reply, or against it, beside the words of a message."""
    if subject.rating is not None and subject.rating in reply.stars:
        yield say("It is meant for reviews with so many stars")
    if off_tone(reply, tone):
        yield say("It says “{tone}”; “{wanted}” is what the settings ask for", tone=reply.tone, wanted=tone)


def standing_order(
    ranking: Ranking, replies: Mapping[str, CannedReply], subject: Subject, *, today: date, tone: str, lang: str
) -> Order:
    """Return what is offered: of a ranking by words what fits, and what the stars of a review speak for.

    `replies` are all there are, by their keys; `lang` is the language to answer in where no word tells it.
    """
    scores = {one.reply: one.score for one in ranking.suggestions}
    starred = _starred(replies.values(), subject, today, lang) if subject.rating is not None else []
    least = by_stars(0 if subject.bare else len(words_of(subject.text)))
    for reply in starred:
        scores[reply.key] = max(least, scores.get(reply.key, 0.0))
    found: dict[str, Standing] = {}
    for key in sorted(scores, key=lambda key: -scores[key]):
        reply, score = replies[key], scores[key]
        if not reply.fits(subject.network, subject.kind, today, subject.rating):
            continue
        off = off_tone(reply, tone)
        standing = Standing(reply, in_other_tone(score) if off else score, off)
        # Of a reply in several languages the one that fits best is enough.
        if reply.id not in found or found[reply.id].score < standing.score:
            found[reply.id] = standing
    standings = tuple(sorted(found.values(), key=lambda one: -one.score))
    return Order(standings, _sure(standings, ranking, starred, bare=subject.bare))


def _starred(replies: Iterable[CannedReply], subject: Subject, today: date, lang: str) -> list[CannedReply]:
    """Return the replies to so many stars, each in the language to answer in where it is in that."""
    found: dict[str, CannedReply] = {}
    for reply in replies:
        fits = reply.stars and reply.fits(subject.network, subject.kind, today, subject.rating)
        if fits and (reply.id not in found or reply.lang == lang):
            found[reply.id] = reply
    return list(found.values())


def _sure(standings: Sequence[Standing], ranking: Ranking, starred: Sequence[CannedReply], *, bare: bool) -> bool:
    if not standings or standings[0].off_tone:
        return False
    first = standings[0].reply
    if ranking.suggestions and ranking.suggestions[0].reply == first.key:
        return ranking.confident
    return bare and [one.id for one in starred] == [first.id]
