"""What people type to filter and to search, parsed: `net:ma kind:dm is:late -tag:vip @ana "two words" after:7d`."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Status
from cminbox.domain.filter import Filter, Moment, Order
from cminbox.domain.message import Kind
from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.spelling import narrowed
from cminbox.domain.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MOST_TERMS = 50
"""Nobody types more; a database cannot look for a thousand conditions at once."""
_FLAGS = ("late", "mine", "free", "flagged", "all", *(status.value for status in Status))
_TERM = re.compile(r'(-?)((?:[^\s":]+:)?)(?:"([^"]*)(?:"|$)|(\S+))?')
_NAME = re.compile(r"[A-Za-z]{2,12}:")
_QUOTES = re.compile("[\u201c\u201d\u201e\uff02]")
_WIDE_START = re.compile("(?<!\\S)([-\uff0d\u2212]?)((?:[A-Za-z\uff21-\uff3a\uff41-\uff5a]{2,12}[:\uff1a]|\uff20)?)")
"""A minus, and what stands before a name, as an input method for Chinese, Japanese or Korean may write them."""
_LENGTH = re.compile(r"(\d{1,5})([mhdwj])", re.ASCII)
_MINUTES = {"m": 1, "h": 60, "d": 1440, "j": 1440, "w": 10_080}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?", re.ASCII)
_STARS = re.compile(r"(<=|>=|<|>)?([0-9]{1,2})|([0-9]{1,2})-([0-9]{1,2})", re.ASCII)
_MOST_STARS = 99
_SHOWN = 40


def parse_filter(text: str) -> Filter:
    """Return the filter that a person typed. Raises UsageProblem naming the word that is not understood."""
    terms = list(_terms(text))
    if len(terms) > MOST_TERMS:
        raise UsageProblem(
            say("A filter has at most {most} words; this one has {count}", most=MOST_TERMS, count=len(terms))
        )
    found = Filter()
    for negated, name, value in terms:
        if negated:
            _check_reversible(name, value)
            found = replace(found, without=(*found.without, _with(Filter(), name, value)))
        else:
            found = _with(found, name, value)
    return found


def written_by(person: str) -> str:
    """Return what one types to see everything that a person wrote; of a name with a quotation mark its beginning."""
    name = _QUOTES.sub('"', person).removeprefix("@").partition('"')[0].strip()
    blank = not name or any(letter.isspace() for letter in name)
    return f'from:"{name}" is:all' if blank else f"from:{name} is:all"


def in_names(text: str) -> str | None:
    """Return what one types to look for a filter's plain words in names instead of texts, the rest of it kept.

    None where it has no such words, or names already.
    """
    words: list[str] = []
    others: list[str] = []
    for match in _TERM.finditer(_in_ascii(text)):
        for negated, name, value in _read((match,)):
            plain = not (negated or name)
            if name == "from" and not negated:
                return None
            (words if plain else others).append(value.replace('"', " ") if plain else match[0])
    looked_for = " ".join(" ".join(words).split()).lstrip("@")
    if not any(letter.isalnum() for letter in looked_for):
        return None
    simple = all(letter.isalnum() or letter in "._-" for letter in looked_for)
    return " ".join([f"from:{looked_for}" if simple else f'from:"{looked_for}"', *others])


def _terms(text: str) -> Iterator[tuple[bool, str, str]]:
    """Yield each term: whether it is negated, the name before its colon, what it says. Empty quotes are left out."""
    return _read(_TERM.finditer(_in_ascii(text)))


def _read(matches: Iterable[re.Match[str]]) -> Iterator[tuple[bool, str, str]]:
    for match in matches:
        minus, name, phrase, word = match.groups()
        value = phrase if phrase is not None else word or ""
        quoted = phrase is not None
        if name and not quoted and (not _NAME.fullmatch(name) or value.startswith("//")):
            # A time of day, a link: a word like any other.
            yield bool(minus), "", f"{name}{value}"
            continue
        if not quoted and not name and len(value) > 1 and value.startswith("@"):
            name = "from:"
        if name or minus or (value.strip() if quoted else value):
            yield bool(minus), name.removesuffix(":").lower(), value


def _in_ascii(text: str) -> str:
    """Return what was typed with its signs as they are known here: an input method writes colon and @ wide."""
    return text if text.isascii() else _WIDE_START.sub(_narrow_start, _QUOTES.sub('"', text))


def _narrow_start(found: re.Match[str]) -> str:
    minus, name = found.groups()
    narrow = narrowed(name)
    known = narrow == "@" or narrow.removesuffix(":").lower() in _READERS
    return f"{'-' if minus else ''}{narrow if known else name}"


def _check_reversible(name: str, value: str) -> None:
    """Raise UsageProblem for what a minus makes no sense before."""
    if not name and not value:
        raise UsageProblem(say("A minus needs a word behind it: -tag:vip, -@ana, -refund"))
    if name == "sort" or (name == "is" and value.lower() == "all"):
        term = safe(f"{name}:{value}", limit=_SHOWN)
        raise UsageProblem(say("{term} says what is listed, a minus before it means nothing", term=term))


def _with(found: Filter, name: str, value: str) -> Filter:
    if not name and value == "@":
        raise UsageProblem(say("@ needs a name behind it, or a part of one: @ana"))
    if not name:
        return replace(found, words=(*found.words, value))
    read = _READERS.get(name)
    if read is None:
        names = " ".join(f"{known}:" for known in _READERS)
        raise UsageProblem(
            say(
                "{name}: is no part of a filter, there are {names} (or put it in quotes to look for it)",
                name=safe(name, limit=_SHOWN),
                names=names,
            )
        )
    if not value.strip():
        raise UsageProblem(say("{name}: needs something behind it", name=name))
    return read(found, value.strip() if name in _FOREIGN else narrowed(value.strip()))


def _kind(found: Filter, value: str) -> Filter:
    try:
        return replace(found, kinds=(*found.kinds, Kind(value.lower())))
    except ValueError:
        raise _none_of("kind", value, [kind.value for kind in Kind]) from None


def _flag(found: Filter, value: str) -> Filter:
    match value.lower():
        case "late":
            return replace(found, late=True)
        case "mine":
            return replace(found, mine=True)
        case "free":
            return replace(found, free=True)
        case "flagged":
            return replace(found, flagged=True)
        case "all":
            return replace(found, everything=True)
        case other if other in _FLAGS:
            return replace(found, status=Status(other))
        case _:
            raise _none_of("is", value, _FLAGS)


def _sort(found: Filter, value: str) -> Filter:
    try:
        return replace(found, order=Order(value.lower()))
    except ValueError:
        raise _none_of("sort", value, [order.value for order in Order]) from None


def _none_of(name: str, value: str, known: list[str] | tuple[str, ...]) -> UsageProblem:
    found = safe(value, limit=_SHOWN)
    return UsageProblem(say("{name}:{value} is none of {known}", name=name, value=found, known=", ".join(known)))


def _stars(found: Filter, value: str) -> Filter:
    match = _STARS.fullmatch(value)
    if match is None:
        raise UsageProblem(
            say("stars:{value} is no rating; write stars:1, stars:1-2 or stars:<3", value=safe(value, limit=_SHOWN))
        )
    sign, number, low, high = match.groups()
    if number is None:
        return replace(found, stars=(*found.stars, (int(low), int(high))))
    one = int(number)
    low_high = {"<": (0, one - 1), "<=": (0, one), ">": (one + 1, _MOST_STARS), ">=": (one, _MOST_STARS)}
    return replace(found, stars=(*found.stars, low_high.get(sign, (one, one))))


def _moment(name: str, value: str) -> Moment:
    length = _LENGTH.fullmatch(value.lower())
    if length is not None:
        return Moment(ago=int(length[1]) * _MINUTES[length[2]] * 60_000)
    try:
        if _DATE.fullmatch(value):
            # A time without a zone is that of this machine.
            return Moment(at=round(datetime.fromisoformat(value).astimezone().timestamp() * 1000))
    except (ValueError, OverflowError, OSError):
        pass
    raise UsageProblem(
        say(
            "{name}:{value} is no time; write {name}:2026-11-01, {name}:2026-11-01T08:00, {name}:7d or {name}:12h",
            name=name,
            value=safe(value, limit=_SHOWN),
        )
    )


_READERS: dict[str, Callable[[Filter, str], Filter]] = {
    "net": lambda found, value: replace(found, networks=(*found.networks, value.lower())),
    "account": lambda found, value: replace(found, accounts=(*found.accounts, value)),
    "kind": _kind,
    "from": lambda found, value: replace(found, people=(*found.people, value.lstrip("@\uff20"))),
    "tag": lambda found, value: replace(
        found, tags=(*found.tags, value.lower().removeprefix("#").removeprefix("\uff03"))
    ),
    "is": _flag,
    "lang": lambda found, value: replace(found, languages=(*found.languages, value.lower())),
    "stars": _stars,
    "after": lambda found, value: replace(found, after=_moment("after", value)),
    "before": lambda found, value: replace(found, before=_moment("before", value)),
    "sort": _sort,
}
_FOREIGN = frozenset({"from", "tag", "account"})
"""What these look for is foreign text, whose width is its own."""
NAMES = tuple(_READERS)
"""Everything that can stand before a colon."""
