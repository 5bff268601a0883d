"""Counting text as each network counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from cminbox.domain.network import TextLimit, Unit
from cminbox.domain.saying import say
from cminbox.network_kit import weighted
from cminbox.network_kit.failures import NotSupported, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import Reply

_URL = regex.compile(r"https?://[^\s<>\"]+", regex.IGNORECASE)
_LINK = regex.compile(r"https?://|www\.", regex.IGNORECASE)
_GRAPHEME = regex.compile(r"\X")
_EMOJI = regex.compile(
    r"\p{Emoji_Presentation}|\p{Extended_Pictographic}|\p{Regional_Indicator}|\N{VARIATION SELECTOR-16}"
)


def graphemes(text: str) -> int:
    """Return the number of extended grapheme clusters (Unicode UAX 29)."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def count(text: str, limit: TextLimit) -> int:
    """Return how much of `limit` the text uses, in the limit's own unit."""
    if limit.unit is Unit.WEIGHTED:
        return weighted.length(text, limit.url_length or weighted.URL_LENGTH)
    if limit.url_length is not None:
        text = _URL.sub("u" * limit.url_length, text)
    match limit.unit:
        case Unit.GRAPHEMES:
            return graphemes(text)
        case Unit.UTF16:
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        case Unit.BYTES:
            return len(text.encode("utf-8", "surrogatepass"))
        case Unit.EMOJI_BYTES:
            return sum(_of_one(one) for one in _GRAPHEME.findall(text))
        case _:
            return len(text)


def _of_one(grapheme: str) -> int:
    """Return what one character counts for where an emoji, however it is made up, counts as its bytes."""
    return len(grapheme.encode("utf-8", "surrogatepass")) if _EMOJI.search(grapheme) else len(grapheme)


def has_link(text: str, limits: Sequence[TextLimit]) -> bool:
    """Whether a network with these limits takes something in a text for a web address."""
    if any(limit.unit is Unit.WEIGHTED for limit in limits):
        return bool(weighted.urls(text))
    return _LINK.search(text) is not None


def broken_limit(text: str, limits: tuple[TextLimit, ...]) -> TextLimit | None:
    """Return the first limit that the text breaks (too long, or too short), None when it fits."""
    for limit in limits:
        used = count(text, limit)
        if used > limit.maximum or used < limit.minimum:
            return limit
    return None


def check_fits(reply: Reply, manifest: Manifest) -> None:
    """Raise Refused when a reply is too long or too short, NotSupported when its kind cannot be answered at all."""
    limits = manifest.limits.get(reply.kind)
    if limits is None:
        raise NotSupported(say("{network} offers no way to answer this", network=manifest.title))
    broken = broken_limit(reply.text, limits)
    if broken is None:
        return
    used = count(reply.text, broken)
    if used < broken.minimum:
        raise Refused(say("The reply is too short: {used} of at least {minimum}", used=used, minimum=broken.minimum))
    raise Refused(say("The reply is too long: {used} of at most {maximum}", used=used, maximum=broken.maximum))
