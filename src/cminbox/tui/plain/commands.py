"""What a typed line means: a number, a key or an id of the registry with what follows it, or a word of our own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.spelling import narrowed
from cminbox.i18n import _
from cminbox.tui.actions import Fact, Place, barred
from cminbox.tui.palette import entries_of
from cminbox.tui.plain import helping
from cminbox.tui.plain.absent import ABSENT, WRITTEN
from cminbox.tui.plain.lists import go
from cminbox.tui.plain.picking import pick
from cminbox.tui.verbs.views import own_views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cminbox.tui.actions import Action
    from cminbox.tui.keymap import Keymap
    from cminbox.tui.palette import Entry
    from cminbox.tui.plain.inbox import Effect, PlainInbox

_LONGEST_CHORD = 2
_SHOWN = 60
AWAY = frozenset({"outbox", "accounts", "people", "figures", "canned_library", "views", "drafts"})
"""Actions of the queue that lead somewhere, and are understood from every other place as well."""


def as_typed(line: str) -> str:
    """Return a line with single blanks; where an input method wrote its command wide, all of it in ASCII."""
    words = line.split()
    wide = bool(words) and narrowed(words[0]) != words[0]
    return narrowed(" ".join(words)) if wide else " ".join(words)


class Commands:
    """Understands what is typed at one terminal."""

    def __init__(self, inbox: PlainInbox) -> None:
        self._inbox = inbox
        self.typed = ""
        """The keys or the id of the action that is being done, as they were typed."""

    @property
    def place(self) -> Place:
        """Where the person is."""
        spot = self._inbox.spot
        return Place.QUEUE if spot is None else spot.PLACE

    def facts(self) -> frozenset[Fact]:
        """Return what holds now, where the person is."""
        spot = self._inbox.spot
        return self._inbox.facts() if spot is None else spot.facts()

    def doable(self) -> list[Action]:
        """Return what is offered here and now, without what its network bars at the conversation at hand."""
        facts, row = self.facts(), self._inbox.desk.row
        if self.place is Place.QUEUE and row is not None and Fact.MARKS not in facts:
            facts |= barred(self._inbox.view_of(row.id).messages)
        return self.keymap.doable(self.place, facts)

    def effects(self) -> Mapping[str, Effect]:
        """Return what the actions do here, by their ids."""
        spot = self._inbox.spot
        here = self._inbox.effects if spot is None else spot.effects()
        return {**here, "help": self._help, "palette": self._palette}

    def obey(self, typed: str) -> None:
        """Do what a line says that is neither empty nor a number."""
        own = self._own_words().get(typed)
        if own is not None:
            self._inbox.attempt(own)
            return
        effects = self.effects()
        action, rest = self._find(typed, self.place, self.facts())
        if action is None:
            action, rest, effects = self._from_home(typed)
        if action is None:
            self._say_why_not(typed)
            return
        effect = effects.get(action.id)
        if effect is None:
            why = {**ABSENT, **WRITTEN}.get(action.id, "")
            self._inbox.tell(_("{name}: {why}").format(name=_(action.label), why=_(why)))
        else:
            self._inbox.attempt(lambda: effect(rest))

    def _own_words(self) -> Mapping[str, Callable[[], object]]:
        inbox = self._inbox
        if inbox.spot is not None:
            return {"list": inbox.spot.say_again, "more": inbox.spot.more}
        return {"list": inbox.say_again, "more": inbox.more}

    def _find(self, typed: str, place: Place, facts: frozenset[Fact]) -> tuple[Action | None, str]:
        """Return the action that a line begins with, by its keys or its id, and what follows it."""
        keymap = self._inbox.desk.keymap
        known = {one.id: one for one in keymap.doable(place, facts)}
        for spelled, name, rest in _beginnings(typed):
            found = known.get(name)
            for keys in spelled:
                found = found or keymap.find(keys, place, facts)
                self.typed = keys
                if found is not None:
                    return found, rest
        return None, ""

    def _from_home(self, typed: str) -> tuple[Action | None, str, Mapping[str, Effect]]:
        """Return what is meant by somebody who is elsewhere and means the queue; he goes there first."""
        inbox = self._inbox
        if self.place in {Place.QUEUE, Place.WELCOME}:
            return None, "", {}
        action, rest = self._find(typed, Place.QUEUE, inbox.facts())
        if action is None or not (action.id in AWAY or action.id.startswith("view_")):
            return None, "", {}
        inbox.go_home(say_where=False)
        return action, rest, inbox.effects

    def _say_why_not(self, typed: str) -> None:
        """Say whether a line means something at another time, or nothing at all."""
        everything = frozenset(fact for one in self._inbox.desk.keymap.actions for fact in one.needs)
        action, _rest = self._find(typed, self.place, everything)
        if action is not None and Fact.SUGGESTION in action.needs and self._inbox.desk.row is not None:
            self._inbox.tell(_("Nothing was suggested yet: Enter reads the conversation first"))
        elif action is not None:
            text = _("“{name}” has nothing to act on now: {help}")
            self._inbox.tell(text.format(name=_(action.label), help=helping.help_of(action)))
        else:
            shown = typed[:_SHOWN]
            self._inbox.tell(_("“{typed}” says nothing here; ? or help lists what does").format(typed=shown))

    # What can be typed

    @property
    def keymap(self) -> Keymap:
        """Which keys do what."""
        return self._inbox.desk.keymap

    def key_of(self, name: str) -> str:
        """Return what is typed here for the action with an id."""
        return helping.spelled(self, next(one for one in self.keymap.actions if one.id == name))

    def _help(self, wanted: str) -> None:
        found = helping.lines(self, wanted)
        self._inbox.tell(*(found or [_("Nothing holds “{word}”").format(word=wanted)]))

    def _palette(self, rest: str) -> None:
        """Do something that is found by some letters of its name."""
        inbox, known = self._inbox, self.effects()
        wanted = rest or inbox.ask(_("Do what? Type some letters of it:"))

        def perform(action: Action) -> Callable[[], None]:
            return partial(known[action.id], "")

        valid = [one for one in self.doable() if one.id in known]
        entries: list[Entry] = entries_of(inbox.desk.keymap, valid, perform)
        if self.place is Place.QUEUE:
            entries += own_views(inbox.desk.views, partial(go, inbox))
        pick(inbox, _("Do which?"), entries, wanted)


def _beginnings(typed: str) -> Iterator[tuple[Sequence[str], str, str]]:
    """Yield how a line may be split: the keys that its head may mean, the id that it may be, and what follows it."""
    words = typed.split(" ")
    for count in range(len(words), 0, -1):
        head, rest = words[:count], " ".join(words[count:])
        one_word = count == 1 and len(head[0]) <= _LONGEST_CHORD
        yield [head[0], " ".join(head[0])] if one_word else [" ".join(head)], "_".join(head), rest
