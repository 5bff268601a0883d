"""The people and the private messages of an account with Meta: one exchange with each person, kept and shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cminbox.simulators.graph_lists import when

if TYPE_CHECKING:
    from collections.abc import Callable

DAY_MS = 24 * 3600 * 1000


@dataclass(slots=True, eq=False)
class Person:
    """Somebody, by the id that this account knows; of a `nameless` one nothing is told."""

    id: str
    name: str
    nameless: bool = False
    blocked: bool = False


@dataclass(slots=True, eq=False)
class Letter:
    """A private message, written at `created_at` (UTC milliseconds); `partner` is the person on the other side."""

    id: str
    partner: Person
    author: Person
    text: str
    created_at: int
    tag: str = ""


@dataclass(slots=True, eq=False)
class Exchange:
    """All private messages with one person, oldest first."""

    id: str
    partner: Person
    letters: list[Letter] = field(default_factory=list)
    seen: bool = False


class Correspondence:
    """An account (`us`), everybody whom it knows, and what it writes to each of them in private.

    `now` gives UTC milliseconds. Numbers go up from `first`; `exchange_form` and `letter_form` make ids of them.
    """

    def __init__(self, now: Callable[[], int], us: Person, first: int, *, exchange_form: str, letter_form: str) -> None:
        self.now = now
        self.us = us
        self.people: dict[str, Person] = {us.id: us}
        self.exchanges: dict[str, Exchange] = {}
        self.letters: dict[str, Letter] = {}
        self.kinds: dict[str, str] = {}
        """The type of everything that ever existed, by id."""
        self._last = first
        self._exchange_form = exchange_form
        self._letter_form = letter_form

    def number(self) -> int:
        """Return a number that nothing has."""
        self._last += 1
        return self._last

    def moment(self, created_at: int | None) -> int:
        """Return when something was written (UTC milliseconds): now, where nobody says when."""
        return self.now() if created_at is None else created_at

    def person_id(self) -> str:
        """Return the id of somebody who becomes known."""
        return str(self.number())

    def add_person(self, name: str, *, nameless: bool = False) -> Person:
        """Let somebody be known; the same name gives the same person."""
        for person in self.people.values():
            if person.name == name:
                return person
        person = Person(self.person_id(), name, nameless)
        self.people[person.id] = person
        return person

    def write(self, partner: Person, author: Person, text: str, created_at: int | None = None, tag: str = "") -> Letter:
        """Write a private message, at `created_at` (UTC milliseconds) or now."""
        exchange = self.exchange(partner)
        letter_id = self._letter_form.format(self.number())
        letter = Letter(letter_id, partner, author, text, self.moment(created_at), tag)
        exchange.letters.append(letter)
        exchange.seen = False
        self.letters[letter.id] = letter
        self.kinds[letter.id] = "Message"
        return letter

    def exchange(self, partner: Person) -> Exchange:
        """Return the exchange with a person, begun when first needed."""
        if partner.id not in self.exchanges:
            exchange = Exchange(self._exchange_form.format(self.number()), partner)
            self.exchanges[partner.id] = exchange
            self.kinds[exchange.id] = "Thread"
        return self.exchanges[partner.id]

    def written_with(self, person: str | None) -> list[Exchange]:
        """Return the exchanges in which something was written, that of one person or (None) all, newest first."""
        found = [one for one in self.exchanges.values() if one.letters and person in {None, one.partner.id}]
        return sorted(found, key=lambda one: (one.letters[-1].created_at, one.id), reverse=True)

    def private(self, identifier: str) -> Letter | Exchange | None:
        """Return a private message or an exchange by its id, None when there is none."""
        exchanges = (one for one in self.exchanges.values() if one.id == identifier)
        return self.letters.get(identifier) or next(exchanges, None)

    def drop(self, letter: Letter) -> None:
        """Take a private message away."""
        del self.letters[letter.id]
        self.exchanges[letter.partner.id].letters.remove(letter)

    def letter_values(self, letter: Letter, naming: str) -> dict[str, Any]:
        """Return all fields of a private message; `naming` is the field that holds a person's name."""
        to = self.us if letter.author is letter.partner else letter.partner
        return {
            "id": letter.id,
            "from": {"id": letter.author.id, naming: letter.author.name},
            "to": {"data": [{"id": to.id, naming: to.name}]},
            "message": letter.text,
            "created_time": when(letter.created_at),
        }

    def exchange_values(self, exchange: Exchange, naming: str) -> dict[str, Any]:
        """Return all fields of an exchange; `naming` as above."""
        people = (exchange.partner, self.us)
        return {
            "id": exchange.id,
            "updated_time": when(exchange.letters[-1].created_at if exchange.letters else self.now()),
            "participants": {"data": [{"id": person.id, naming: person.name} for person in people]},
        }


def readable(
    exchange: Exchange, most: int, show: Callable[[Letter], dict[str, Any]]
) -> Callable[[Letter], dict[str, Any]]:
    """Return how an exchange's messages are shown: the newest `most` as `show` does, of older ones only when."""
    newest = {letter.id for letter in exchange.letters[-most:]}

    def shown(letter: Letter) -> dict[str, Any]:
        if letter.id in newest:
            return show(letter)
        return {"id": letter.id, "created_time": when(letter.created_at)}

    return shown
