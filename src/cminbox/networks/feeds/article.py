"""What a feed is made of, whatever its form: articles, read but not yet judged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from cminbox.domain.message import Kind, Message, Person
from cminbox.network_kit.reading import Shape, parse_instant
from cminbox.network_kit.text import html_to_text, plain
from cminbox.network_kit.watching import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.domain.saying import Saying

MOST_ARTICLES = 500
"""Of one feed; the newest are kept."""
_LONGEST_TEXT = 10_000
_LONGEST_LINE = 500
_LONGEST_ID = 1_000
_FIRST_YEAR, _LAST_YEAR = 1990, 2200
_DAY_MS = 24 * 3600 * 1000
_EVERYWHERE = re.compile(r"(https?://|tag:|urn:)", re.IGNORECASE)
"""How an id begins that nobody else gives."""
_MAIL = re.compile(r"\S+@\S+\s*\((?P<name>[^()]+)\)")


@dataclass(frozen=True, slots=True)
class Article:
    """One item of a feed. Times are UTC milliseconds, None where it gives none; texts are plain.

    `id` is the same wherever the article comes up; `twin` is what another feed's copy under another id shares with it;
    `mark` changes with its words.
    """

    id: str
    twin: str
    mark: str
    title: str
    words: str
    link: str
    author: str
    published: int | None
    updated: int | None

    def message(self, feed: str, at: int, *, edited_at: int | None) -> Message:
        """Return it as a mention. `feed` is who is named where no author is; `at` when it was written."""
        name = self.author or feed
        text = "\n\n".join(part for part in (self.title, self.words) if part)
        return Message(
            remote_id=self.id,
            kind=Kind.MENTION,
            author=Person(f"{feed}/{folded(name)}"[:_LONGEST_ID], name.lstrip("@") or feed, name),
            text=text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT].rsplit(maxsplit=1)[0] + " …",
            created_at=at,
            conversation=self.id,
            permalink=self.link or None,
            edited_at=edited_at,
        )


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it was read. `ttl` is how many seconds it asks to be left alone for."""

    title: str
    articles: tuple[Article, ...]
    ttl: int = 0
    skipped: tuple[Saying, ...] = ()


def article(fields: Mapping[str, str], address: str, now: int) -> Article:
    """Make an article of what an item says. Raises Shape for one that says nothing.

    Fields, all optional: id, title and words (as HTML), link, author, published, updated. `now` is UTC milliseconds.
    """
    title = _one_line(html_to_text(fields.get("title", "")))
    words = html_to_text(fields.get("words", ""))
    if not title and not words:
        raise Shape("item", "an article: it has neither a title nor words")
    link = _link(fields.get("link", ""), address)
    published, updated = _plausible(fields.get("published", ""), now), _plausible(fields.get("updated", ""), now)
    said = f"{title}\n{words}"
    return Article(
        id=_identifier(plain(fields.get("id", "")), link, said, address),
        twin=_digest(f"{link}\n{folded(title)}") if link and title else "",
        mark=_digest(said),
        title=title,
        words=words,
        link=link,
        author=_author(fields.get("author", "")),
        published=published if published is not None else updated,
        updated=updated,
    )


def newest(articles: list[Article]) -> tuple[Article, ...]:
    """Return each article once, at most so many; feeds begin with the newest, and dates say it better."""
    each: dict[str, Article] = {}
    for one in articles:
        each.setdefault(one.id, one)
    ranked = sorted(each.values(), key=lambda one: -(one.updated or one.published or 1 << 60))
    return tuple(ranked[:MOST_ARTICLES])


def moment(text: str) -> int | None:
    """Return a date as feeds write them (RFC 822, ISO 8601) as UTC milliseconds, None for any other writing."""
    text = text.strip()[:100]
    if not text:
        return None
    try:
        return parse_instant(text, "date")
    except Shape:
        pass
    try:
        read = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    if not _FIRST_YEAR <= read.year <= _LAST_YEAR:
        return None
    return round((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp() * 1000)


def _plausible(text: str, now: int) -> int | None:
    at = moment(text)
    return None if at is None or at > now + _DAY_MS else at


def _identifier(given: str, link: str, said: str, address: str) -> str:
    if given and _EVERYWHERE.match(given) and len(given) <= _LONGEST_ID:
        return given
    host = urlsplit(address).hostname or ""
    if given:
        return f"{host}:{given if len(given) <= _LONGEST_ID else _digest(given)}"
    return link if link and len(link) <= _LONGEST_ID else f"{host}:{_digest(said)}"


def _link(given: str, address: str) -> str:
    try:
        link = urljoin(address, plain(given)) if given.strip() else ""
        fits = urlsplit(link).scheme in {"http", "https"} and bool(urlsplit(link).hostname)
    except ValueError:
        return ""
    return link if fits and not any(sign.isspace() for sign in link) else ""


def _author(given: str) -> str:
    line = _one_line(html_to_text(given))
    mail = _MAIL.fullmatch(line)
    return (mail["name"] if mail else line).strip()[:100].lstrip("@")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_LINE]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]
