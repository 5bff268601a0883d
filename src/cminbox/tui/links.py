"""Links in what people wrote: their numbers, where they really lead, and what is odd about them."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cminbox.domain.conversation import StoredMessage

MOST = 9
"""So many links of a conversation have a number: one key each."""
_LINK = re.compile(r"https?://[^\s<>\"\u200b]+", re.IGNORECASE)
_LOOKS_LIKE_A_HOST = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[\w-]{2,})(?:[/:?#].*)?", re.IGNORECASE)
_LOOKED_AT = 200
_LONGEST = 2_000
"""Longer addresses are none that people click on, and cost time."""
_AFTER_A_LINK = ".,;:!?'\u2019\u00bb\u2026"
_BRACKETS = {")": "(", "]": "[", "}": "{"}


class Oddity(Enum):
    """What a reader ought to know before he trusts a link; English."""

    MIXED_SCRIPTS = N_("letters of several alphabets")
    OTHER_TARGET = N_("the text names {said}, the link leads elsewhere")
    NAME_IN_FRONT = N_("{said} stands before the real host")


@dataclass(frozen=True, slots=True)
class Link:
    """One link. `host` is where it leads, as people read it; `ascii_host` as machines do, the same for most."""

    url: str
    host: str
    ascii_host: str
    rest: str
    """What follows the host."""
    oddity: Oddity | None = None
    said: str = ""
    """What the text pretends the host to be."""


def link_of(url: str, said: str = "") -> Link | None:
    """Return an address as a link, None unless it is a clean one of the web. `said` is the text it hides behind."""
    if safe(url) != url or any(character.isspace() for character in url):
        return None
    try:
        parts = urlsplit(url)
        host, port, user = parts.hostname or "", parts.port, parts.username
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return None
    readable, plain = _both_forms(host.rstrip("."))
    rest = url.partition("://")[2].partition("@")[2] if user is not None else url.partition("://")[2]
    rest = rest[len(host) :] if port is None else rest[len(host) :].removeprefix(f":{port}")
    shown_port = "" if port is None else f":{port}"
    oddity, pretended = _odd(readable, plain, said, user)
    return Link(url, readable + shown_port, plain + shown_port, rest.rstrip("/"), oddity, pretended)


def links_in(text: str) -> Iterator[Link]:
    """Yield the links of a text, each with what stands before it as its text where its target is given in brackets."""
    if "://" not in text:
        return
    for match in islice(_LINK.finditer(text), _LOOKED_AT):
        start, end = match.span()
        if end - start > _LONGEST:
            continue
        target = text[start - 1 : start] == "<" and text[end : end + 1] == ">"
        said = _last_word(text[max(0, start - _LONGEST) : start - 1]) if target else ""
        found = link_of(_trimmed(match[0]), said)
        if found is not None:
            yield found


def numbered(messages: Sequence[StoredMessage]) -> dict[int, list[tuple[int, Link]]]:
    """Return the newest links of a conversation with their numbers, by the id of the message they stand in.

    Numbers rise in reading order, so that the last link has the highest.
    """
    found: list[tuple[int, Link]] = []
    for message in reversed(messages):
        if message.deleted_at is None:
            found[:0] = [(message.id, link) for link in _of_message(message)]
        if len(found) >= MOST:
            break
    numbers: dict[int, list[tuple[int, Link]]] = {}
    for number, (message_id, link) in enumerate(found[-MOST:], 1):
        numbers.setdefault(message_id, []).append((number, link))
    return numbers


def by_number(messages: Sequence[StoredMessage]) -> dict[int, Link]:
    """Return the links that have a number."""
    return {number: link for links in numbered(messages).values() for number, link in links}


def _of_message(message: StoredMessage) -> list[Link]:
    seen: dict[str, Link] = {}
    for link in links_in(message.text):
        seen.setdefault(link.url, link)
    return list(seen.values())


def _both_forms(host: str) -> tuple[str, str]:
    """Return a host as people read it and as machines do. One that cannot be read stays as it was written."""
    try:
        if host.isascii():
            return (host.encode("ascii").decode("idna") if "xn--" in host else host), host
        return host, host.encode("idna").decode("ascii")
    except UnicodeError:
        return host, host


def _odd(readable: str, plain: str, said: str, user: str | None) -> tuple[Oddity | None, str]:
    if user is not None:
        return Oddity.NAME_IN_FRONT, user
    pretended = _LOOKS_LIKE_A_HOST.fullmatch(said)
    if pretended is not None and not _same_place(pretended[1].lower(), plain.lower(), readable.lower()):
        return Oddity.OTHER_TARGET, pretended[1]
    if any(len(_scripts(label)) > 1 for label in readable.split(".")):
        return Oddity.MIXED_SCRIPTS, ""
    return None, ""


def _same_place(said: str, *hosts: str) -> bool:
    wanted = said.removeprefix("www.")
    return any(host.removeprefix("www.") == wanted for host in hosts)


def _scripts(label: str) -> set[str]:
    """Return the alphabets of a label's letters. Those that are written together everywhere count as one."""
    names = {unicodedata.name(letter, "?").partition(" ")[0] for letter in label if letter.isalpha()}
    together = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "KATAKANA-HIRAGANA"}
    return {"CJK" if name in together else name for name in names}


def _last_word(text: str) -> str:
    words = text.split()
    return words[-1] if words else ""


def _trimmed(link: str) -> str:
    """Return a link without the punctuation of the sentence around it; brackets stay when they were opened in it."""
    while link:
        last = link[-1]
        closes_nothing = last in _BRACKETS and link.count(last) > link.count(_BRACKETS[last])
        if last not in _AFTER_A_LINK and not closes_nothing:
            break
        link = link[:-1]
    return link
