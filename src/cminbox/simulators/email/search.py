"""The part of IMAP's search language (RFC 9051, section 6.4.4; RFC 7162 for MODSEQ) that is used, read strictly."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.email.mailbox import Mail

    Test = Callable[[int, Mail, int], bool]

LONGEST_HEAD = 200_000
_WORD = re.compile(r'"((?:[^"\\\r\n]|\\["\\])*)"|([^\s"(){%\]\\]+)')
_DAY = re.compile(r"\d{1,2}-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{4}")
_RANGE = re.compile(r"(\d+):(\d+|\*)")


class Grammar(Exception):  # noqa: N818 - told to whoever wrote the command
    """The server would answer with BAD."""


class Criteria:
    """What is looked for. Raises Grammar for what the language does not know."""

    def __init__(self, text: str) -> None:
        if not text.isascii():
            raise Grammar("letters beyond ASCII without a charset")
        self._words = self._split(text)
        self._tests: list[Test] = []
        while self._words:
            self._tests.append(self._key())

    def holds(self, uid: int, mail: Mail, highest: int) -> bool:
        """Whether all of it holds for a mail; `highest` is the last UID of the folder."""
        return all(test(uid, mail, highest) for test in self._tests)

    def _split(self, text: str) -> list[tuple[bool, str]]:
        words, at = [], 0
        while at < len(text):
            found = _WORD.match(text, at)
            if found is None:
                raise Grammar(f"cannot be read from {text[at : at + 20]!r} on")
            quoted = found[1] is not None
            words.append((quoted, re.sub(r"\\(.)", r"\1", found[1]) if quoted else found[2]))
            at = found.end()
            if at < len(text) and text[at] != " ":
                raise Grammar("no space between two words")
            at += 1
        return words

    def _take(self, what: str) -> str:
        if not self._words:
            raise Grammar(f"{what} is missing")
        return self._words.pop(0)[1]

    def _key(self) -> Test:
        quoted, word = self._words.pop(0)
        if quoted:
            raise Grammar(f"{word!r} is no key")
        return self._flagged(word) or self._combined(word) or self._with_words(word)

    def _flagged(self, word: str) -> Test | None:
        if word not in {"DELETED", "UNDELETED", "KEYWORD"}:
            return None
        flag = self._take("a flag").encode() if word == "KEYWORD" else b"\\Deleted"
        return lambda _uid, mail, _highest: (flag in mail.flags) is (word != "UNDELETED")

    def _combined(self, word: str) -> Test | None:
        if word == "NOT":
            inner = self._key()
            return lambda uid, mail, highest: not inner(uid, mail, highest)
        if word == "OR":
            first, second = self._key(), self._key()
            return lambda uid, mail, highest: first(uid, mail, highest) or second(uid, mail, highest)
        return None

    def _with_words(self, word: str) -> Test:
        match word:
            case "HEADER":
                return _in_header(self._take("a field"), self._take("a string"))
            case "FROM" | "SUBJECT":
                return _in_header(word, self._take("a string"))
            case "SINCE":
                return _since(self._take("a date"))
            case "MODSEQ":
                least = int(self._take("a number"))
                return lambda _uid, mail, _highest: mail.changed >= least
            case "UID":
                return _within(self._take("a set"))
        raise Grammar(f"{word!r} is no key")


def _in_header(field: str, wanted: str) -> Test:
    def holds(_uid: int, mail: Mail, _highest: int) -> bool:
        return any(name == field.lower() and wanted.lower() in value for name, value in _head(mail.raw))

    return holds


@lru_cache(maxsize=4096)
def _head(raw: bytes) -> tuple[tuple[str, str], ...]:
    """Return the fields of a mail's head, in lower case."""
    fields = BytesHeaderParser(policy=compat32).parsebytes(raw[:LONGEST_HEAD]).raw_items()
    return tuple((name.lower(), str(value).lower()) for name, value in fields)


def _since(day: str) -> Test:
    if not _DAY.fullmatch(day):
        raise Grammar(f"{day!r} is no date")
    begin = datetime.strptime(day, "%d-%b-%Y").replace(tzinfo=UTC).timestamp() * 1000
    return lambda _uid, mail, _highest: mail.at >= begin


def _within(span: str) -> Test:
    found = _RANGE.fullmatch(span)
    if found is None:
        raise Grammar(f"{span!r} is no range")

    def holds(uid: int, _mail: Mail, highest: int) -> bool:
        # A range may be written either way round; so n:* always holds for the last mail.
        first, last = int(found[1]), highest if found[2] == "*" else int(found[2])
        return min(first, last) <= uid <= max(first, last)

    return holds
