"""Which canned replies answer a conversation, why, and how they would be sent there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from cminbox.i18n import LANGUAGES, language
from cminbox.inbox.canned import filled_for, languages_of
from cminbox.inbox.current_library import CurrentLibrary
from cminbox.inbox.learning import learnt_words
from cminbox.inbox.offering import more_reasons, off_tone, standing_order
from cminbox.inbox.options import NOTHING, Option, Shelf, Suggested
from cminbox.inbox.subjects import rating_of, subject_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from cminbox.domain.canned import CannedReply
    from cminbox.domain.saying import Saying
    from cminbox.inbox.canned_editing import Editable
    from cminbox.inbox.reading import ConversationView
    from cminbox.inbox.subjects import Subject
    from cminbox.inbox.together import Plan
    from cminbox.inbox.workspace import Workspace

OFFERED = 9
"""So many are worked out: one for each digit."""
_RANKED = 60
"""So many of the best are looked through for some that may be used here."""
_REMEMBERED = 400


class Adviser:
    """Answers what `Suggester` is asked, in its thread; whoever calls waits. Everything raises Problem."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._answers: dict[int, tuple[Subject, date, Suggested]] = {}
        self._answers_of = 0
        self.library = CurrentLibrary(workspace)

    def suggest(self, view: ConversationView) -> Suggested:
        """Return the best replies; an answer is remembered until the library changes or something is learnt."""
        subject = subject_of(view)
        if subject is None:
            return NOTHING
        self.library.fresh()
        if self._answers_of != self.library.version or len(self._answers) >= _REMEMBERED:
            self._answers.clear()
            self._answers_of = self.library.version
        today = self._today()
        known = self._answers.get(subject.conversation_id)
        if known is not None and (replace(known[0], change=subject.change), known[1]) == (subject, today):
            return known[2]
        found = self._rank(view, subject, today)
        self._answers[subject.conversation_id] = (subject, today, found)
        return found

    def find(self, view: ConversationView | None, query: str, limit: int) -> list[Option]:
        """Return what a typed text finds; see `Suggester.search`."""
        replies = {reply.key: reply for reply in self.library.fresh().replies}
        found = [replies[key] for key in self.library.search.find(query, limit=len(replies))]
        if view is None:
            mine = [language(), *LANGUAGES]
            # Without words to rank them, whole languages follow each other.
            found = _in_language(mine, found) if query.strip() else sorted(found, key=partial(_place_of, mine))
            return [Option(reply, reply.body) for reply in found[:limit]]
        today, rating = self._today(), rating_of(view)
        usable = [one for one in found if one.fits(view.row.network, view.row.kind, today, rating)]
        first = () if query.strip() else self.suggest(view).options
        known = {option.reply.key for option in first}
        rest = [one for one in _in_language(languages_of(view), usable) if one.key not in known]
        options = [self.option(view, reply) for reply in rest]
        return [*first, *sorted(options, key=lambda one: one.off_tone)][:limit]

    def option(self, view: ConversationView, reply: CannedReply, given: Mapping[str, str] | None = None) -> Option:
        """Return a reply as it would be sent now; `given` are words for its blanks, by their names."""
        filled = filled_for(self._workspace, reply, view, given)
        return Option(reply, filled.text, filled.blanks, off_tone=off_tone(reply, self._tone(view)))

    def why(self, view: ConversationView, keys: Sequence[str]) -> list[list[Saying]]:
        """Return, for each of these replies, why it is suggested; the weightiest reason first."""
        library = self.library.fresh()
        subject, engine, tone = subject_of(view), self.library.engine, self._tone(view)
        found: list[list[Saying]] = []
        for key in keys:
            reply = library.get(key)
            if subject is None or reply is None or key not in engine:
                found.append([])
                continue
            words = () if subject.bare else engine.why(subject.text, key, subject.lang).sayings()
            found.append([*words, *more_reasons(reply, subject, tone)])
        return found

    def shelf(self) -> Shelf:
        """Return the whole library with its faults and figures."""
        library = self.library.fresh()
        return Shelf(library.replies, library.faults, self._workspace.picks.picked())

    def alike(self, view: ConversationView, ids: Sequence[int]) -> list[int]:
        """Return the conversations that ask the same; see `Suggester.alike`."""
        from cminbox.inbox.together import alike  # noqa: PLC0415 - loaded where it is asked for

        return alike(self._workspace, view, ids, self.suggest)

    def plan(self, ids: Sequence[int], reply: str, given: Mapping[str, str]) -> Plan:
        """Return what becomes of many conversations that are answered with one reply; see `Suggester.plan`."""
        from cminbox.inbox.together import plan  # noqa: PLC0415 - loaded where it is asked for

        return plan(self._workspace, ids, reply, self.library.fresh().replies, self._today(), self.option, given)

    def keep_answer(self, view: ConversationView, text: str, title: str) -> CannedReply:
        """Keep an answer as a canned reply of the workspace."""
        from cminbox.inbox.canned_keeping import from_answer  # noqa: PLC0415 - seldom needed

        kept = from_answer(self._workspace, view, text, title=title)
        self.library.look_again()
        return kept

    def editable(self, key: str) -> Editable:
        """Return the file of a reply to be changed, copied into the workspace where needed. Raises NotFound too."""
        from cminbox.inbox.canned_editing import editable  # noqa: PLC0415 - seldom needed

        reply = self.library.get(key)
        self.library.look_again()
        return editable(self._workspace.locations, reply)

    def edited(self, copy: Editable) -> None:
        """Take a copy away again that was not changed."""
        from cminbox.inbox.canned_editing import tidy  # noqa: PLC0415 - seldom needed

        tidy(copy)
        self.library.look_again()

    def pick(self, view: ConversationView, key: str, sent_as: int | None) -> None:
        """Learn that a conversation was answered with a reply; on disk when this returns."""
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
        self.library.catch_up()

    def forget(self, keys: Sequence[str]) -> int:
        """Forget everything that was learnt for replies; return how many picks that were."""
        gone = self._workspace.picks.forget(keys)
        self.library.catch_up()
        return gone

    def _rank(self, view: ConversationView, subject: Subject, today: date) -> Suggested:
        library, engine = self.library.fresh(), self.library.engine
        replies = {reply.key: reply for reply in library.replies}
        # Stars alone are no words: nothing but what they were answered with before speaks for a reply to them.
        ranking = engine.recall(subject.text) if subject.bare else engine.suggest(subject.text, subject.lang, _RANKED)
        order = standing_order(
            ranking, replies, subject, today=today, tone=self._tone(view), lang=languages_of(view)[0]
        )
        options = [replace(self.option(view, one.reply), score=one.score) for one in order.standings[:OFFERED]]
        return Suggested(tuple(options), confident=order.confident)

    def _tone(self, view: ConversationView) -> str:
        """Return how customers are addressed where a conversation takes place."""
        return self._workspace.settings.canned.tone_of(view.account.name)

    def _today(self) -> date:
        return datetime.fromtimestamp(self._workspace.now() / 1000).astimezone().date()


def _place_of(order: Sequence[str], reply: CannedReply) -> int:
    """Return where a reply's language stands in an order: one for every language before all, an unknown one last."""
    if reply.lang is None:
        return -1
    return order.index(reply.lang) if reply.lang in order else len(order)


def _in_language(order: Sequence[str], found: list[CannedReply]) -> list[CannedReply]:
    """Put the reply in the best language before its twins, each otherwise where it was found."""
    place: dict[str, int] = {}
    for at, reply in enumerate(found):
        place.setdefault(reply.id, at)
    return sorted(found, key=lambda one: (place[one.id], _place_of(order, one)))
