"""The persons who were in touch last, or whose name holds some letters, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.grammar import written_by
from cminbox.domain.text import row as one_row
from cminbox.i18n import N_, _
from cminbox.i18n.durations import span
from cminbox.tui import wording
from cminbox.tui.actions import Place
from cminbox.tui.plain.spots import Spot, ignoring
from cminbox.tui.plain.telling import person_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cminbox.inbox.persons import Listed
    from cminbox.tui.plain.inbox import Effect


class Persons(Spot):
    """Lists persons; each can be asked for everything that he wrote."""

    PLACE = Place.PEOPLE
    TITLE = N_("Persons who were in touch last")
    EMPTY = N_("Nobody has written yet.")

    _found: Sequence[Listed] = ()
    _query = ""

    def load(self) -> None:
        """Read the persons. Raises Problem."""
        self._found = self.inbox.session.reading.persons.named(self._query)
        self.chosen = 0

    @property
    def title(self) -> str:
        """What was looked for."""
        return _("Persons with “{letters}”").format(letters=self._query) if self._query else super().title

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._found)

    def line(self, index: int) -> str:
        """Return who it is, to which account he writes, and when he did last."""
        one = self._found[index]
        name = one.person.name if one.person.name != one.person.handle else ""
        age = "" if one.latest is None else _("{time} ago").format(time=self._age(one.latest))
        parts = (wording.person(one.person), name, one.account, age)
        return ", ".join(one_row(part) for part in parts if part)

    def _age(self, at: int) -> str:
        return span(max(0, self.inbox.desk.now - at) / 1000)

    def about(self, index: int) -> Iterator[str]:
        """Yield what is known of a person."""
        view = self.inbox.session.reading.persons.of_list(self._found[index])
        yield from person_texts(view, self.inbox.desk.now)

    def own_effects(self) -> Mapping[str, Effect]:
        """Return what can be done here."""
        return {"find_person": self._find, "person_messages": ignoring(self._messages)}

    def _find(self, rest: str) -> None:
        letters = rest or self.inbox.ask(_("Letters of the name; Enter shows all:"))
        before, self._query = self._query, letters
        self.load()
        if letters and not self._found:
            self._query = before
            self.load()
            self.inbox.tell(_("Nobody is known by that name."))
            return
        self._was_read = False
        self.enter()

    def _messages(self) -> None:
        """Go to the queue, narrowed to what the chosen person wrote."""
        self.check()
        person = self._found[self.chosen].person
        self.inbox.desk.filter(written_by(person.handle or person.name))
        self.inbox.go_home(say_where=False)
        self.inbox.tell_list()
