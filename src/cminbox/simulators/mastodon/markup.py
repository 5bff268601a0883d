"""Typed text as a Mastodon server serves it: paragraphs, breaks, mention cards, shortened links, hashtags."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from cminbox.network_kit.limits import graphemes
from cminbox.simulators.mastodon.world import HANDLE

if TYPE_CHECKING:
    from collections.abc import Callable

URL_LENGTH = 23
_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_PIECE = re.compile(rf"(?P<url>{_URL.pattern})|(?P<mention>{HANDLE.pattern})|(?P<tag>(?<!\w)#\w+)", re.IGNORECASE)
_SHOWN = 30


def to_html(text: str, profile: Callable[[str], str | None]) -> str:
    """Return the HTML of a typed text; `profile` gives the address of a known handle."""
    paragraphs = re.split(r"\n{2,}", text.replace("\r\n", "\n"))
    return "".join(f"<p>{_inline(paragraph, profile)}</p>" for paragraph in paragraphs)


def length(text: str, spoiler: str = "") -> int:
    """Return how long a status counts: graphemes, any link as 23, a handle of another server by its local part."""
    shortened = _URL.sub("x" * URL_LENGTH, text)
    shortened = HANDLE.sub(lambda match: "@" + match.group(1).partition("@")[0], shortened)
    return graphemes(shortened) + graphemes(spoiler)


def _inline(text: str, profile: Callable[[str], str | None]) -> str:
    out: list[str] = []
    end = 0
    for match in _PIECE.finditer(text):
        out.append(_escaped(text[end : match.start()]))
        out.append(_piece(match, profile))
        end = match.end()
    return "".join((*out, _escaped(text[end:])))


def _piece(match: re.Match[str], profile: Callable[[str], str | None]) -> str:
    whole = match.group()
    if match.group("url"):
        return _link(whole)
    if match.group("tag"):
        tag = html.escape(whole[1:])
        return (
            f'<a href="https://simulated.example/tags/{tag}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
        )
    address = profile(whole[1:])
    if address is None:
        return _escaped(whole)
    shown = html.escape(whole[1:].partition("@")[0])
    return (
        f'<span class="h-card" translate="no"><a href="{html.escape(address)}" class="u-url mention">'
        f"@<span>{shown}</span></a></span>"
    )


def _link(url: str) -> str:
    scheme, _, rest = url.partition("://")
    address = html.escape(url)
    shown, hidden = html.escape(rest[:_SHOWN]), html.escape(rest[_SHOWN:])
    kind = ' class="ellipsis"' if hidden else ""
    return (
        f'<a href="{address}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}://</span><span{kind}>{shown}</span>'
        f'<span class="invisible">{hidden}</span></a>'
    )


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br />")
