"""One canned reply for many: which conversations ask the same, and what each of them would be sent."""

from __future__ import annotations

from collections import Counter
from dataclasses import field, replace
from typing import TYPE_CHECKING

from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.domain.value import dataclass
from cminbox.inbox.canned import by_name, languages_of
from cminbox.inbox.placeholder_values import PERSONAL
from cminbox.inbox.reading import Reading
from cminbox.inbox.subjects import rating_of, subject_of
from cminbox.suggestions.alike import alike as same_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from cminbox.domain.canned import CannedReply
    from cminbox.domain.conversation import QueueRow
    from cminbox.domain.saying import Saying
    from cminbox.inbox.options import Option, Suggested
    from cminbox.inbox.reading import ConversationView
    from cminbox.inbox.workspace import Workspace
    from cminbox.suggestions.filling import Blank

    Fill = Callable[[ConversationView, CannedReply, Mapping[str, str]], Option]

MOST = 500
"""So many conversations are looked through, those that are due first."""
APART = 3_000
"""Milliseconds between two of many replies, so that no network takes them for a flood."""
LOOKS_LIKE_SPAM = 3
"""From so many equal public texts on one is warned."""
_MESSAGES = 20
_ANSWERED = frozenset({ReplyState.HELD, ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Part:
    """What one conversation would be sent. `change` is what the agent knows of it; see `ConversationView`."""

    view: ConversationView
    option: Option


@dataclass(frozen=True, slots=True)
class Plan:
    """What many conversations would be sent, and why others would be sent nothing, by their numbers.

    `wanted` is still to be typed, once for all of them; with any nothing can be sent. `given` was typed, by its names.
    """

    parts: tuple[Part, ...]
    refused: dict[int, Saying]
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def wanted(self) -> tuple[Blank, ...]:
        """The blanks of all parts, each name once, in their order."""
        blanks = {blank.name: blank for part in reversed(self.parts) for blank in reversed(part.option.blanks)}
        return tuple(reversed(blanks.values()))

    @property
    def same_public(self) -> int:
        """How many would publish exactly the same text, 0 when too few do for it to look like spam."""
        public = Counter(part.option.text.strip() for part in self.parts if part.view.row.kind.public)
        most = max(public.values(), default=0)
        return most if most >= LOOKS_LIKE_SPAM else 0


def alike(
    workspace: Workspace,
    view: ConversationView,
    ids: Sequence[int],
    suggest: Callable[[ConversationView], Suggested],
) -> list[int]:
    """Return those of many conversations that ask what one of them asks, that one first."""
    wanted = suggest(view)
    if not wanted.options:
        return [view.row.id]
    texts: dict[int, str] = {}
    found = [view.row.id]
    for other in _views(workspace, [one for one in ids if one != view.row.id][:MOST]):
        suggested = suggest(other)
        if suggested.confident and suggested.options[0].reply.id == wanted.options[0].reply.id:
            found.append(other.row.id)
        elif (subject := subject_of(other)) is not None:
            texts[other.row.id] = subject.text
    subject = subject_of(view)
    return found if subject is None else [*found, *same_words(subject.text, texts)]


def common(workspace: Workspace, ids: Sequence[int], suggest: Callable[[ConversationView], Suggested]) -> Suggested:
    """Return what fits many conversations best, filled for the first of them. Raises Problem where all are answered.

    The score of each reply is the mean of its scores. It is sure where it is for every one.
    """
    views = _views(workspace, ids)
    if not views:
        raise Problem(say("An answer is on its way already"))
    each = [suggest(view) for view in views]
    scores: dict[str, float] = {}
    for suggested in each:
        for option in suggested.options:
            scores[option.reply.id] = scores.get(option.reply.id, 0.0) + (option.score or 0.0)
    of_all = [replace(one, score=scores[one.reply.id] / len(each)) for one in each[0].options]
    options = tuple(sorted(of_all, key=lambda one: -(one.score or 0.0)))
    sure = bool(options) and all(one.confident and one.options[0].reply.id == options[0].reply.id for one in each)
    return replace(each[0], options=options, confident=sure)


def plan(
    workspace: Workspace,
    ids: Sequence[int],
    reply: str,
    replies: Sequence[CannedReply],
    today: date,
    fill: Fill,
    given: Mapping[str, str],
) -> Plan:
    """Return what each of many conversations would be sent with a reply, in its own language and for its own person.

    `given` are words for blanks, by their names, the same for all.
    """
    parts: list[Part] = []
    refused: dict[int, Saying] = {}
    mine = [one for one in replies if one.id == reply]
    for view in _views(workspace, ids[:MOST], answered=True):
        try:
            parts.append(_part(view, mine, reply, today, fill, given))
        except Problem as problem:
            refused[view.row.id] = problem.saying
    for one in ids[MOST:]:
        refused[one] = say("At most {most} are answered at once", most=MOST)
    return Plan(tuple(parts), refused, given)


def _part(
    view: ConversationView,
    replies: Sequence[CannedReply],
    name: str,
    today: date,
    fill: Fill,
    given: Mapping[str, str],
) -> Part:
    if view.row.reply_state in _ANSWERED:
        raise Problem(say("An answer is on its way already"))
    usable = [one for one in replies if one.fits(view.row.network, view.row.kind, today, rating_of(view))]
    if not usable:
        if replies and all(one.expired(today) for one in replies):
            raise Problem(say("The last day of this canned reply has passed"))
        if any(not one.networks or view.row.network in one.networks for one in replies):
            raise Problem(say("This canned reply is not meant for this kind of conversation"))
        raise Problem(say("This canned reply is not meant for {network}", network=view.row.network))
    option = fill(view, by_name(usable, name, languages_of(view)), given)
    own = next((blank for blank in option.blanks if blank.name in PERSONAL), None)
    if own is not None:
        raise Problem(say("Still to be filled in: {name}", name=own.called))
    return Part(view, option)


def _views(workspace: Workspace, ids: Sequence[int], *, answered: bool = False) -> list[ConversationView]:
    """Return conversations as they are now; what is gone is left out, and what is answered unless that is asked for."""
    reading = Reading(workspace)
    rows = reading.rows(ids)
    found: list[ConversationView] = []
    for one in ids:
        row: QueueRow | None = rows.get(one)
        if row is None or (row.reply_state in _ANSWERED and not answered):
            continue
        try:
            found.append(reading.show(one, limit=_MESSAGES))
        except NotFound:
            # It was merged into another since the list was read.
            continue
    return found
