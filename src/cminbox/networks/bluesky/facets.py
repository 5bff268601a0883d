"""Mentions, links and hashtags: marked by their place in the text's UTF-8 bytes, coming in and going out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import regex

from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.limits import graphemes
from cminbox.network_kit.reading import Reader, Shape

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_MENTION = regex.compile(rf"(?<![\w@/.-])@((?:{_LABEL}\.)+[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?)")
_LINK = regex.compile(r"(?<!\w)https?://[^\s<>\"\u200b]+", regex.IGNORECASE)
_TAG = regex.compile(r"(?<!\S)[#＃]([^\s#＃]*[^\s\d\p{P}][^\s#＃]*)")  # noqa: RUF001 - the full-width sign is meant
_AFTER_A_LINK = ".,;:!?'\u2019\u00bb"
_PUNCTUATION_END = regex.compile(r"\p{P}+$")
_BRACKETS = {")": "(", "]": "["}
_TAG_GRAPHEMES, _TAG_BYTES = 64, 640
_FACET = "app.bsky.richtext.facet"


async def facets_for(text: str, resolve: Callable[[str], Awaitable[str]]) -> list[dict[str, Any]]:
    """Return the facets of a text to send, in the order of their places.

    `resolve` gives a handle's permanent identifier; a handle that nobody has stays plain text. Raises NetworkFailure.
    """
    found = list(_links(text))
    found += [tag for tag in _tags(text) if _is_free(found, *tag[:2])]
    for match in _MENTION.finditer(text):
        start, end = match.span()
        if not _is_free(found, start, end):
            continue
        try:
            did = await resolve(match[1].lower())
        except (Gone, Refused):
            continue
        found.append((start, end, {"$type": f"{_FACET}#mention", "did": did}))
    return [_facet(text, start, end, feature) for start, end, feature in sorted(found, key=lambda one: one[0])]


def _is_free(found: list[tuple[int, int, dict[str, str]]], start: int, end: int) -> bool:
    """Whether nothing is marked in a place yet: apps show only one of two marks that overlap."""
    return all(end <= other_start or other_end <= start for other_start, other_end, _ in found)


def _facet(text: str, start: int, end: int, feature: dict[str, str]) -> dict[str, Any]:
    first = len(text[:start].encode())
    last = first + len(text[start:end].encode())
    return {"index": {"byteStart": first, "byteEnd": last}, "features": [feature]}


def _links(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _LINK.finditer(text):
        link = _trimmed(match[0])
        if len(link) > len("https://"):
            yield match.start(), match.start() + len(link), {"$type": f"{_FACET}#link", "uri": link}


def _trimmed(link: str) -> str:
    """Return a link without the punctuation of the sentence around it; brackets stay when they were opened in it."""
    while link:
        last = link[-1]
        closes_nothing = last in _BRACKETS and link.count(last) > link.count(_BRACKETS[last])
        if last not in _AFTER_A_LINK and not closes_nothing:
            break
        link = link[:-1]
    return link


def _tags(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _TAG.finditer(text):
        tag = _PUNCTUATION_END.sub("", match[1])
        if tag and len(tag.encode()) <= _TAG_BYTES and graphemes(tag) <= _TAG_GRAPHEMES:
            yield match.start(), match.start() + 1 + len(tag), {"$type": f"{_FACET}#tag", "tag": tag}


def shown_with_targets(text: str, facets: list[Any]) -> str:
    """Return a text in which every link that hides or shortens its target is followed by it, so nobody is fooled.

    A facet that cannot be read, or whose places are not those of whole characters, is passed over.
    """
    raw = text.encode()
    additions: dict[int, str] = {}
    for facet in facets:
        try:
            end, target = _hidden_target(raw, Reader(facet, "facet"))
        except (Shape, UnicodeDecodeError):
            continue
        if target:
            additions[end] = f" <{target}>"
    for place in sorted(additions, reverse=True):
        raw = raw[:place] + additions[place].encode() + raw[place:]
    return raw.decode()


def _hidden_target(raw: bytes, facet: Reader) -> tuple[int, str]:
    index = facet.object("index")
    start, end = index.number("byteStart"), index.number("byteEnd")
    if not 0 <= start < end <= len(raw):
        raise Shape(f"{facet.where}.index", "within the text")
    visible = raw[start:end].decode()
    raw[end:].decode()
    for feature in facet.items("features"):
        if isinstance(feature, dict) and feature.get("$type") == f"{_FACET}#link":
            target = Reader(feature, facet.where).text("uri")
            if target.lower().startswith(("http://", "https://")) and _address_of(target) not in visible.lower():
                return end, target
    return end, ""


def _address_of(link: str) -> str:
    return link.lower().split("://", 1)[1].rstrip("/")
