"""Filters as conditions of a statement, so that a page costs little however long the list is.

Two ways lead to a page. Along the index of the order, looking at each row until the page is full: good where many rows
fit. From the few rows that fit at all, put in order afterwards: good where few do. Which one is taken is decided by
counting what fits, up to `FEW`. Nothing that a person typed becomes SQL.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from cminbox.domain.filter import Order
from cminbox.domain.folding import distance, folded
from cminbox.domain.spelling import spellings
from cminbox.domain.text import repair
from cminbox.store.policies import book
from cminbox.store.queue_schema import UNSPACED

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from cminbox.domain.filter import Filter
    from cminbox.store.listing import Where

FEW = 3000
_LONGEST_PATTERN = 1000
_GROUP = 3
"""The index of names and the one of texts without blanks hold groups of three characters."""
_COMMON = 2000
_CANDIDATES = 200
_NEAREST = 50
_SHORTEST_TYPO, _LONG_NAME = 4, 7
_LAST = "\U0010ffff"
_BETWEEN = "\n"
"""Stands between the spellings of a word."""
_UNSPACED = re.compile(UNSPACED.strip("*"))
_WORDS = re.compile(r"[^\W_]+")

_SAID = "c.id IN (SELECT conversation_id FROM messages WHERE id IN ({ids}))"
_SPACED = "SELECT rowid FROM messages_text WHERE messages_text MATCH {value}"
_SPACED_HERE = "EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND says(m.text, {value}))"
_HERE = "EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND holds(m.text, {value}))"
_UNSPACED_LONG = "SELECT rowid FROM unspaced_text WHERE unspaced_text MATCH {value}"
_UNSPACED_SHORT = "SELECT doc FROM unspaced_terms WHERE term >= {value} AND term < {end}"
_NAMED = "SELECT rowid FROM names WHERE names MATCH {value}"


def add_conditions(
    connection: sqlite3.Connection, found: Where, wanted: Filter, *, agent: str, now: int, narrow: bool = True
) -> None:
    """Add what a filter asks for. Without `narrow` each row is looked at, for who brings the few rows along.

    `now` is UTC milliseconds.
    """
    connection.create_function("says", 2, _says, deterministic=True)
    connection.create_function("holds", 2, _holds, deterministic=True)
    search = _Search(connection, agent, now, found, narrow=narrow)
    found.clauses += search.conditions(wanted)
    search.narrow = False
    for one in wanted.without:
        terms = search.conditions(one)
        if terms:
            # What is unknown is not so.
            found.clauses.append(f"({' AND '.join(terms)}) IS NOT TRUE")


class _Search:
    """Turns the fields of a filter into conditions."""

    def __init__(self, connection: sqlite3.Connection, agent: str, now: int, found: Where, *, narrow: bool) -> None:
        self.connection = connection
        self.agent = agent
        self.now = now
        self.found = found
        self.narrow = narrow

    def conditions(self, wanted: Filter) -> list[str]:
        """Return one condition for each field that asks for something."""
        found = [*self._standing(wanted), *self._times(wanted)]
        found += self._accounts(wanted)
        found += self._kinds(wanted)
        found += self._any(self._person(part) for part in wanted.people)
        found += [self._tag(tag) for tag in wanted.tags]
        found += [self._word(word) for word in wanted.words]
        found += self._any(self._language(lang) for lang in wanted.languages)
        found += self._any(self._rating(*stars) for stars in wanted.stars)
        for one in wanted.within:
            found += self.conditions(one)
        return found

    def _standing(self, wanted: Filter) -> list[str]:
        found = []
        if wanted.status is not None:
            # Written out, because an index of one status only is found by these very words.
            found.append(f"c.status = '{wanted.status.value}'" if self._occurs(wanted.status.value) else "0")
        if wanted.late:
            found.append("c.late_at < :now")
            if wanted.waiting and self.narrow:
                self.found.values["horizon"] = book(self.connection).horizon(self.now)
                found.append("c.queue_due <= :horizon")
        if wanted.mine:
            found.append(f"c.assignee IS NOT NULL AND c.assignee = {self._value(self.agent)}")
        if wanted.free:
            found.append("c.assignee IS NULL")
        if wanted.ids:
            ids = self._value(json.dumps(wanted.ids))
            found.append(f"c.id IN (SELECT value FROM json_each({ids}))")  # noqa: S608 - a place for a value
        if wanted.flagged:
            found.append("c.flagged <> 0 AND c.flagged = 1")
        return found

    def _times(self, wanted: Filter) -> list[str]:
        found = []
        for moment, sign in ((wanted.after, ">="), (wanted.before, "<")):
            if moment is None:
                continue
            at = self._value(moment.resolve(self.now))
            listed = f"queue_due IS NOT NULL AND last_message_at {sign} {at}"
            few = f"SELECT id FROM conversations WHERE {listed}"  # noqa: S608 - a place for a value
            if wanted.waiting and self._few(few):
                found.append(f"c.id IN ({few})")
            else:
                found.append(f"c.last_message_at {sign} {at}")
        return found

    def _accounts(self, wanted: Filter) -> list[str]:
        """Return a condition on the numbers of the accounts that are meant: there are only a few."""
        meant = self._any(f"network LIKE {self._value(_like(name))} ESCAPE '\\'" for name in wanted.networks)
        meant += self._any(f"name = {self._value(name)}" for name in wanted.accounts)
        if not meant:
            return []
        sql = f"SELECT id FROM accounts WHERE {' AND '.join(meant)}"  # noqa: S608 - made of places for values
        ids = [str(row[0]) for row in self.connection.execute(sql, self.found.values)]
        if len(ids) == 1 and self.found.order is Order.DUE:
            return [f"c.account_id = {ids[0]}"]
        listed = f"account_id IN ({', '.join(ids)})"
        few = f"SELECT id FROM conversations WHERE queue_due IS NOT NULL AND {listed}"  # noqa: S608 - numbers
        return [f"c.id IN ({few})" if wanted.waiting and self._few(few) else f"+c.{listed}"]

    def _kinds(self, wanted: Filter) -> list[str]:
        kinds = [f"'{kind.value}'" for kind in wanted.kinds]
        if len(kinds) == 1 and (self.found.order is Order.DUE or not wanted.waiting):
            return [f"c.kind = {kinds[0]}"]
        if not kinds:
            return []
        listed = f"kind IN ({', '.join(kinds)})"
        few = f"SELECT id FROM conversations WHERE queue_due IS NOT NULL AND {listed}"  # noqa: S608 - enumerated
        # The sign keeps SQLite from sorting all of these kinds instead of walking along the order.
        return [f"c.id IN ({few})" if wanted.waiting and self._few(few) else f"+c.{listed}"]

    def _person(self, part: str) -> str:
        name = folded(part)
        pattern = self._value(f"%{_like(name)}")
        here = f"(SELECT folded FROM people WHERE id = c.person_id) LIKE {pattern} ESCAPE '\\'"  # noqa: S608 - a place
        if len(name) < _GROUP or not self.narrow:
            return here
        people = self._first(_NAMED.format(value=self._value(_quoted(name))))
        if len(people) > FEW:
            return here
        listed = ", ".join(map(str, people or self._near(name)))
        if not self._few(f"SELECT id FROM conversations WHERE person_id IN ({listed})"):  # noqa: S608 - numbers
            return here
        return f"c.person_id IN ({listed})"

    def _near(self, name: str) -> list[int]:
        """Return the persons whose names differ from what was typed by a letter or two, the closest only."""
        if len(name) < _SHORTEST_TYPO:
            return []
        most = 1 if len(name) < _LONG_NAME else 2
        found: dict[int, int] = {}
        for number, names in self._alike(name):
            words = _WORDS.findall(names)
            steps = min((distance(name, word, most) for word in words), default=most + 1)
            if steps <= most:
                found[number] = steps
        closest = min(found.values(), default=0)
        return sorted(number for number, steps in found.items() if steps == closest)[:_NEAREST]

    def _alike(self, name: str) -> Iterable[tuple[int, str]]:
        """Return the persons whose names share the most groups of letters with what was typed, where those are rare.

        A letter too few or too many leaves some groups whole in every name of four letters or more; where two letters
        of a short name were swapped none may be, so names that only begin alike are looked at as well.
        """
        groups = {name[at : at + _GROUP] for at in range(len(name) - _GROUP + 1)}
        shared: Counter[int] = Counter()
        for group in (*sorted(groups), *(f"{start}{name[:2]}" for start in "\n@ ")):
            match = {"value": _quoted(group), "limit": _COMMON + 1}
            rows = self.connection.execute("SELECT rowid FROM names WHERE names MATCH :value LIMIT :limit", match)
            numbers = [row[0] for row in rows]
            if len(numbers) <= _COMMON:
                shared.update(numbers)
        listed = ", ".join(str(number) for number, _times in shared.most_common(_CANDIDATES))
        return self.connection.execute(f"SELECT id, folded FROM people WHERE id IN ({listed})")  # noqa: S608 - numbers

    def _tag(self, tag: str) -> str:
        value = self._value(tag)
        few = f"SELECT conversation_id FROM tags WHERE tag = {value}"  # noqa: S608 - places for values
        if self._few(few):
            return f"c.id IN ({few})"
        return f"EXISTS (SELECT 1 FROM tags WHERE conversation_id = c.id AND tag = {value})"  # noqa: S608 - a place

    def _word(self, word: str) -> str:
        """Return a condition on words, however they are spelt; in texts without blanks they may stand anywhere."""
        spelt = [one for one in map(str.lower, spellings(word.replace(_BETWEEN, " "))) if one]
        value = self._value(_BETWEEN.join(spelt))
        if _UNSPACED.search(word):
            ids, here = self._unspaced(spelt), _HERE.format(value=value)
        elif any(character.isalnum() for character in word):
            begun = " OR ".join(f"{_quoted(one)} *" for one in spelt)
            ids = f"{_SPACED.format(value=self._value(begun))} UNION ALL {self._unspaced(spelt)}"
            here = _SPACED_HERE.format(value=value)
        else:
            # Signs and pictures stand in no index.
            return _HERE.format(value=value)
        return _SAID.format(ids=ids) if self._few(ids) else here

    def _unspaced(self, spelt: Iterable[str]) -> str:
        """Return a statement that finds the texts without blanks that hold any of these words."""
        short = [one for one in spelt if len(one) < _GROUP]
        long = " OR ".join(_quoted(one) for one in spelt if len(one) >= _GROUP)
        found = [_UNSPACED_SHORT.format(value=self._value(one), end=self._value(f"{one}{_LAST}")) for one in short]
        if long:
            found.append(_UNSPACED_LONG.format(value=self._value(long)))
        return " UNION ALL ".join(found)

    def _language(self, lang: str) -> str:
        one, several = self._value(lang), self._value(f"{_like(lang).removesuffix('%')}-%")
        return (
            "EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND NOT m.ours"  # noqa: S608 - places
            f" AND (lower(m.lang) = {one} OR m.lang LIKE {several} ESCAPE '\\'))"
        )

    def _rating(self, low: int, high: int) -> str:
        # Numbers, so that the index of messages with a rating is found.
        rated = f"rating IS NOT NULL AND rating BETWEEN {int(low)} AND {int(high)}"
        few = f"SELECT conversation_id FROM messages WHERE {rated}"  # noqa: S608 - numbers
        if self._few(few):
            return f"c.id IN ({few})"
        return f"EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND m.{rated})"  # noqa: S608 - numbers

    def _any(self, conditions: Iterable[str]) -> list[str]:
        found = list(conditions)
        return [f"({' OR '.join(found)})"] if found else []

    def _few(self, ids: str) -> bool:
        """Whether few rows fit, which may then be found before all others."""
        if not self.narrow:
            return False
        sql = f"SELECT count(*) FROM (SELECT 1 FROM ({ids}) LIMIT {FEW + 1})"  # noqa: S608 - a statement of ours
        (count,) = self.connection.execute(sql, self.found.values).fetchone()
        self.found.driven = self.found.driven or count <= FEW
        return bool(count <= FEW)

    def _first(self, ids: str) -> list[int]:
        """Return the first numbers that a statement gives, one more than are few."""
        return [row[0] for row in self.connection.execute(f"{ids} LIMIT {FEW + 1}", self.found.values)]

    def _occurs(self, status: str) -> bool:
        """Whether any conversation has a status; who looks for none of them need not look through all."""
        sql = "SELECT 1 FROM counters WHERE scope = 'status' AND value = ? AND n > 0"
        return self.connection.execute(sql, (status,)).fetchone() is not None

    def _value(self, value: str | int) -> str:
        """Keep a value and return the place that stands for it."""
        name = f"v{len(self.found.values)}"
        self.found.values[name] = repair(value).replace("\x00", "") if isinstance(value, str) else value
        return f":{name}"


def _says(text: str, spelt: str) -> bool:
    """Whether a text holds words one after the other, the last one at least in its beginning, in any spelling.

    Where a text puts no blanks between words, they may stand anywhere.
    """
    if _pattern(spelt).search(folded(text)) is not None:
        return True
    return not text.isascii() and _UNSPACED.search(text) is not None and _holds(text, spelt)


def _holds(text: str, spelt: str) -> bool:
    """Whether a text holds a word in any of its spellings, wherever it stands."""
    lowered = text.lower()
    return any(one in lowered for one in spelt.split(_BETWEEN))


@lru_cache(64)
def _pattern(spelt: str) -> re.Pattern[str]:
    wanted = dict.fromkeys(folded(one) for one in spelt.split(_BETWEEN))
    ways = ([re.escape(word) for word in _WORDS.findall(one)] for one in wanted)
    return re.compile(r"(?<![^\W_])(?:" + "|".join(r"[\W_]+".join(words) for words in ways if words) + ")")


def _quoted(text: str) -> str:
    """Return a text as a string of FTS5, so that no search syntax of a person reaches it."""
    return '"' + text.replace('"', '""').replace("\x00", "") + '"'


def _like(text: str) -> str:
    return text[:_LONGEST_PATTERN].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
