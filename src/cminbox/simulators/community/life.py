"""The community's life: the days before the inbox is opened, what keeps coming, and how people take our answers."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import TYPE_CHECKING

from cminbox.domain.message import Kind
from cminbox.simulators.community.cast import Cast
from cminbox.simulators.community.events import BLUESKY, MASTODON, RELAY, Event, Tone, Writer
from cminbox.simulators.community.texts import LANGUAGES, Role, Talk, Turn, words

if TYPE_CHECKING:
    from collections.abc import Iterator

MINUTE = 60 * 1000
HOUR = 60 * MINUTE
_POST_AGES = {"luciole": 168 * HOUR, "atelier": 164 * HOUR, "besace": 160 * HOUR, "rappel": 150 * MINUTE}
_CRISIS_BEGAN = 210 * MINUTE
_TOWNS = ("Nantes", "Leeds", "Gand", "Rennes", "York", "Tours", "Dundee", "Lille", "Bath", "Annecy")
_PRICES = (39, 49, 59, 69, 79, 95, 119)
_IN_STORE = 21
"""How many talks of the first deck are kept for the time after the inbox is opened."""
_SPAM_WAVE = 3
_GRATEFUL = 0.2
"""How often people thank us for an answer of the past."""
_OVERDUE = (2 * HOUR, 48 * HOUR)
_PAST = (
    (0.28, (49 * HOUR, 140 * HOUR), 0.8),
    (0.36, (4 * HOUR, 46 * HOUR), 0.85),
    (0.36, (2 * MINUTE, 90 * MINUTE), 0.1),
)
"""How much of the past lies how far back (from, to), and how likely it is that we answered it."""
_LETTERS = (25 * MINUTE, 100 * MINUTE)
"""How far back the letters lie, which nobody has answered."""
_RUDE = frozenset({Tone.SPAM, Tone.INSULT, Tone.HOSTILE})
_UNHAPPY = frozenset({Tone.ORDER, Tone.COMPLAINT, Tone.CRISIS})
_NEVER_THANKS = _RUDE | {Tone.REVIEW}


@dataclass(frozen=True, slots=True)
class _Setting:
    """Where a talk takes place, and under which key."""

    talk: Talk
    network: str
    kind: Kind
    writer: Writer
    key: str
    post: str | None
    fill: dict[str, str]


@dataclass(slots=True)
class _Open:
    """A talk that has been played so far: what may still be said in it."""

    setting: _Setting
    rest: list[Turn]
    last: str | None
    said: int
    reactions: int = 0


class Community:
    """People around one brand. Times are UTC milliseconds; all else follows from the seed and the order of calls.

    Play `backlog` once, then `arrivals`; ask `reaction` each time that the brand has answered.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._rng = Random(f"community {seed}")  # noqa: S311 - it plays, it protects nothing
        self._cast = Cast(self._rng)
        self._number = count(1)
        self._talks: dict[str, _Open] = {}
        self._store: list[Talk] = []

    def backlog(self, now: int) -> list[Event]:
        """Return what was said in the week before `now`, oldest first: some answered, some late, some fresh."""
        deck = [talk for lang in LANGUAGES for talk in words(lang).talks]
        crisis = [talk for talk in deck if talk.tone is Tone.CRISIS]
        letters = [talk for talk in deck if talk.tone is Tone.LETTER]
        deck = [talk for talk in deck if talk.tone not in {Tone.CRISIS, Tone.LETTER}]
        self._rng.shuffle(deck)
        self._store = [talk for talk in deck if talk.tone is not Tone.HOSTILE][:_IN_STORE]
        kept = {id(talk) for talk in self._store}
        events = _posts(now)
        for talk in crisis:
            began = _POST_AGES["rappel"] if talk.post == "rappel" else _CRISIS_BEGAN
            events += self._past(talk, now, self._rng.uniform(10 * MINUTE, began), answered=0.1)
        for talk in deck:
            if id(talk) not in kept:
                wave = _SPAM_WAVE if talk.tone is Tone.SPAM and Kind.DM not in talk.kinds else 1
                age, answered = self._age(talk)
                for _ in range(wave):
                    events += self._past(talk, now, age * self._rng.uniform(0.9, 1.0), answered)
        for talk in letters:
            events += self._past(talk, now, self._rng.uniform(*_LETTERS), answered=0.0)
        return sorted(events, key=lambda event: event.at)

    def arrivals(self, start: int, per_hour: float) -> Iterator[Event]:
        """Yield what comes after `start`, for ever, about `per_hour` messages an hour."""
        pause = HOUR / per_hour
        waiting: list[tuple[int, int, Event]] = []
        order = count()
        at = float(start)
        while True:
            at += self._rng.expovariate(1 / pause)
            talk = self._next_talk()
            coming = list(self._coming(talk, int(at), pause))
            for event in coming:
                heapq.heappush(waiting, (event.at, next(order), event))
            at += pause * (len(coming) - 1)
            while waiting and waiting[0][0] <= at:
                yield heapq.heappop(waiting)[2]

    def reaction(self, talk: str, at: int) -> Event | None:
        """Return what comes back to an answer that the brand gave in a talk at `at`, None when nothing does.

        It is the same for a seed and a number of answers in that talk.
        """
        played = self._talks.get(talk)
        if played is None:
            return None
        played.reactions += 1
        rng = Random(f"reaction {self._seed} {talk} {played.reactions}")  # noqa: S311 - it plays
        while played.rest and played.rest[0].role is Role.US:
            played.rest.pop(0)
        later = at + int(rng.uniform(12, 45) * 1000)
        if played.rest:
            return self._say(played, played.rest.pop(0), later)
        chance = 0.6 if played.reactions == 1 else 0.15
        if played.setting.talk.tone in _NEVER_THANKS or rng.random() > chance:
            return None
        return self._say(played, _thanks(rng, played.setting.talk), later, tone=Tone.THANKS)

    def _past(self, talk: Talk, now: int, age: float, answered: float) -> list[Event]:
        """Play a talk that began `age` ago; every further turn stands between the one before it and now."""
        turns = list(talk.turns)
        if self._rng.random() < answered:
            turns.append(Turn(Role.US, self._rng.choice(words(talk.lang).answers)))
            # Thanks of yesterday would be the most overdue of all that waits.
            ended = not _OVERDUE[0] < age < _OVERDUE[1]
            if ended and talk.tone not in _NEVER_THANKS and self._rng.random() < _GRATEFUL:
                turns.append(_thanks(self._rng, talk))
        played = self._begin(talk)
        events = []
        for turn in turns:
            tone = None if turn in talk.turns else Tone.THANKS
            events.append(self._say(played, turn, now - int(age), tone=tone))
            age = max(age * self._rng.uniform(0.6, 0.97), age - self._rng.uniform(2, 50) * MINUTE)
        return events

    def _coming(self, talk: Talk, at: int, pause: float) -> Iterator[Event]:
        """Play a talk from `at` on, up to the point where it waits for our answer."""
        played = self._begin(talk)
        played.rest = list(talk.turns)
        moment = float(at)
        while played.rest and played.rest[0].role is not Role.US:
            yield self._say(played, played.rest.pop(0), int(moment))
            moment += pause * self._rng.uniform(0.3, 1.5)

    def _age(self, talk: Talk) -> tuple[float, float]:
        """Return how long ago a talk of the past began (milliseconds) and how likely it is that we answered it."""
        if talk.tone in {Tone.HOSTILE, Tone.PRESS}:
            return self._rng.uniform(4 * MINUTE, 50 * MINUTE), 0.0
        ((_, (nearest, farthest), answered),) = self._rng.choices(_PAST, [share for share, _, _ in _PAST])
        if talk.tone in _RUDE and _OVERDUE[0] < nearest < _OVERDUE[1]:
            # What needs no answer is cleared away by the end of the day.
            return self._rng.uniform(*_PAST[-1][1]), 0.0
        return self._rng.uniform(nearest, farthest), answered

    def _next_talk(self) -> Talk:
        if not self._store:
            everything = [talk for lang in LANGUAGES for talk in words(lang).talks]
            self._store = [talk for talk in everything if talk.tone is not Tone.LETTER]
            self._rng.shuffle(self._store)
        return self._store.pop()

    def _begin(self, talk: Talk) -> _Open:
        kind = self._rng.choice(talk.kinds)
        network = self._network(talk, kind)
        post = None
        if kind is Kind.COMMENT and network != RELAY:
            post = _post_key(talk.post or self._rng.choice(("luciole", "atelier", "besace")), talk.lang, network)
        key = f"talk-{next(self._number)}"
        writer = self._cast.someone(talk.lang, network, talk.tone)
        fill = {
            "{order}": f"VB-{self._rng.randrange(10_000, 99_999)}",
            "{days}": str(self._rng.randrange(4, 17)),
            "{town}": self._rng.choice(_TOWNS),
            "{price}": str(self._rng.choice(_PRICES)),
            "{name}": writer.name,
        }
        played = _Open(_Setting(talk, network, kind, writer, key, post, fill), [], post, 0)
        self._talks[key] = played
        return played

    def _network(self, talk: Talk, kind: Kind) -> str:
        if kind is Kind.REVIEW or talk.tone is Tone.LETTER:
            return RELAY
        by_form = kind is Kind.DM and talk.tone in {Tone.JOB, Tone.PRESS, Tone.ORDER}
        shares = (3, 3, 4) if by_form else (5, 5, 1) if kind is Kind.COMMENT else (1, 1, 0)
        return self._rng.choices((MASTODON, BLUESKY, RELAY), shares)[0]

    def _say(self, played: _Open, turn: Turn, at: int, *, tone: Tone | None = None) -> Event:
        setting = played.setting
        played.said += 1
        author: Writer | None = setting.writer
        if turn.role is Role.US:
            author, tone = None, Tone.OURS
        elif turn.role is Role.OTHER:
            author = self._cast.someone(setting.talk.lang, setting.network, Tone.QUESTION)
        text = turn.text
        for slot, value in setting.fill.items():
            text = text.replace(slot, value)
        event = Event(
            key=f"{setting.key}.{played.said}",
            at=at,
            network=setting.network,
            kind=setting.kind,
            tone=tone or setting.talk.tone,
            lang=setting.talk.lang,
            author=author,
            text=text,
            talk=setting.key,
            under=played.last,
            rating=setting.talk.rating if played.said == 1 else None,
        )
        played.last = event.key
        return event


def _thanks(rng: Random, talk: Talk) -> Turn:
    said = words(talk.lang)
    return Turn(Role.CUSTOMER, rng.choice(said.lukewarm if talk.tone in _UNHAPPY else said.thanks))


def _post_key(name: str, lang: str, network: str) -> str:
    return f"post-{name}-{lang}-{network}"


def _posts(now: int) -> list[Event]:
    """Return what the brand itself has posted."""
    return [
        Event(
            key=_post_key(name, lang, network),
            at=now - age,
            network=network,
            kind=Kind.COMMENT,
            tone=Tone.OURS,
            lang=lang,
            author=None,
            text=words(lang).posts[name],
            talk=_post_key(name, lang, network),
        )
        for lang in LANGUAGES
        for network in (MASTODON, BLUESKY)
        for name, age in _POST_AGES.items()
    ]
