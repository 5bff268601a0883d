"""Typed values out of the front matter of a canned reply, and what is said when they are something else."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from cminbox.domain.canned import FaultKind
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.suggestions.front_matter import Items, Scalar, Table

if TYPE_CHECKING:
    from enum import StrEnum

    from cminbox.suggestions.front_matter import Value

    Choice = TypeVar("Choice", bound=StrEnum)

SAMPLES = {
    "title": "title: Where is my order?",
    "shortcut": "shortcut: order",
    "tags": "tags: [order, delivery]",
    "lang": "lang: en",
    "tone": "tone: vous",
    "networks": "networks: [mastodon, bluesky]",
    "kinds": "kinds: [comment, mention, dm, review]",
    "stars": "stars: [1, 2]",
    "examples": 'examples: ["Where is my parcel?"]',
    "express": "express: true",
    "expires": "expires: 2026-12-31",
    "attachments": "attachments: [price-list.pdf]",
    "macro": "macro: {tag: [refund], done: true}",
    "tag": "tag: [refund]",
    "assign": "assign: ana",
    "snooze": "snooze: 2d",
    "priority": "priority: high",
    "done": "done: true",
}
"""How each key is written, for whoever wrote it in another way."""
LONGEST_WORD = 60
_MOST = 1_000
_NUMBER = re.compile(r"\d{1,3}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LENGTH = re.compile(r"(?:(\d{1,3})d)?(?:(\d{1,3})h)?(?:(\d{1,3})m)?", re.ASCII)
_UNITS = (86_400, 3_600, 60)


class HeadError(Exception):
    """A key that is missing or holds what it may not: where, what is wrong, and the mend."""

    def __init__(self, kind: FaultKind, line: int, sentence: Saying, mend: Saying) -> None:
        super().__init__(str(sentence))
        self.kind = kind
        self.line = line
        self.sentence = sentence
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Remark:
    """Something odd that keeps nobody from using the reply: where, what, and the mend."""

    kind: FaultKind
    line: int
    sentence: Saying
    mend: Saying


class Keys:
    """Reads the keys of one table; a key that is absent or empty gives the empty value. Raises HeadError."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def text(self, key: str, longest: int = LONGEST_WORD) -> str:
        """Return a text as one safe line of at most `longest` characters."""
        value = self._value(key)
        if value is None:
            return ""
        if not isinstance(value, Scalar):
            raise self.wrong(key, value.line, say("“{key}” is not a text", key=key))
        return self._plain(key, value, longest)

    def word(self, key: str) -> str:
        """Return a text without blanks."""
        text = self.text(key)
        if " " in text:
            raise self.wrong(key, self._table.lines[key], say("“{key}” is more than one word", key=key))
        return text

    def texts(self, key: str, longest: int = LONGEST_WORD) -> tuple[str, ...]:
        """Return the texts of a list, each once, in their order."""
        value = self._value(key)
        if value is None:
            return ()
        if not isinstance(value, Items):
            raise self.wrong(key, value.line, say("“{key}” is not a list", key=key))
        if len(value.items) > _MOST:
            raise self.wrong(key, value.line, say("“{key}” has more than {most} entries", key=key, most=_MOST))
        found = [self._plain(key, item, longest) for item in value.items]
        return tuple(dict.fromkeys(text for text in found if text))

    def choice(self, key: str, kind: type[Choice]) -> Choice | None:
        """Return one of the values of an enumeration, None when there is none."""
        text = self.text(key)
        return self._chosen(key, text, kind) if text else None

    def choices(self, key: str, kind: type[Choice]) -> tuple[Choice, ...]:
        """Return several values of an enumeration."""
        return tuple(self._chosen(key, text, kind) for text in self.texts(key))

    def numbers(self, key: str, least: int, most: int) -> tuple[int, ...]:
        """Return the whole numbers of a list, each from `least` to `most`, each once, in their order."""
        texts = self.texts(key)
        if any(not _NUMBER.fullmatch(text) or not least <= int(text) <= most for text in texts):
            line = self._table.lines[key]
            raise self.wrong(
                key,
                line,
                say("“{key}” is no list of numbers from {least} to {most}", key=key, least=least, most=most),
            )
        return tuple(dict.fromkeys(int(text) for text in texts))

    def flag(self, key: str) -> bool:
        """Return true or false; absent is false."""
        value = self._value(key)
        if value is None:
            return False
        if not isinstance(value, Scalar) or value.kind != "bool":
            raise self.wrong(key, value.line, say("“{key}” is neither true nor false", key=key))
        return value.text.lower() in {"true", "yes", "on"}

    def day(self, key: str) -> date | None:
        """Return a date."""
        text = self.text(key)
        if not text:
            return None
        try:
            if _DAY.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise self.wrong(key, self._table.lines[key], say("“{key}” is not a date of the calendar", key=key))

    def length(self, key: str) -> int | None:
        """Return a length of time in seconds."""
        text = self.text(key)
        if not text:
            return None
        found = _LENGTH.fullmatch(text)
        parts = zip(found.groups(), _UNITS, strict=True) if found is not None else ()
        seconds = sum(int(count) * unit for count, unit in parts if count)
        if not seconds:
            raise self.wrong(key, self._table.lines[key], say("“{key}” is not a length of time", key=key))
        return seconds

    def table(self, key: str) -> Table | None:
        """Return a table within the table."""
        value = self._value(key)
        if value is None:
            return None
        if not isinstance(value, Table):
            raise self.wrong(key, value.line, say("“{key}” has no keys of its own", key=key))
        return value

    def line(self, key: str) -> int:
        """Return where a key stands, where it would stand for one that is absent."""
        return self._table.lines.get(key, self._table.line)

    def form(self, key: str, text: str, form: re.Pattern[str]) -> str:
        """Return a text that has a form."""
        if text and not form.fullmatch(text):
            raise self.wrong(key, self._table.lines[key], _not_one(key, text))
        return text

    def wrong(self, key: str, line: int, sentence: Saying) -> HeadError:
        """Return the error of a key that holds something else; the mend shows how it is written."""
        return HeadError(
            FaultKind.WRONG_VALUE, line, sentence, say("write it like this: {sample}", sample=SAMPLES[key])
        )

    def _value(self, key: str) -> Value | None:
        value = self._table.values.get(key)
        return None if isinstance(value, Scalar) and value.kind == "null" else value

    def _chosen(self, key: str, text: str, kind: type[Choice]) -> Choice:
        try:
            return kind(text.lower())
        except ValueError:
            raise HeadError(
                FaultKind.WRONG_VALUE,
                self._table.lines[key],
                _not_one(key, text),
                say("write one of: {choices}", choices=", ".join(one.value for one in kind)),
            ) from None

    def _plain(self, key: str, value: Scalar, longest: int) -> str:
        text = "" if value.kind == "null" else " ".join(safe(value.text).split())
        if len(text) > longest:
            raise HeadError(
                FaultKind.WRONG_VALUE,
                value.line,
                say("“{key}” is longer than {longest} characters", key=key, longest=longest),
                say("make it shorter"),
            )
        return text


def _not_one(key: str, text: str) -> Saying:
    return say("“{key}” cannot be “{text}”", key=key, text=safe(text, limit=LONGEST_WORD))
