"""Foreign HTML to plain text, without a regular expression on HTML."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from cminbox.domain.text import repair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

HTML_CAP = 2_000_000
"""How many code points of a source are looked at."""
MOST_TAGS = 4_000
"""Beyond it a tree is not built: parsing deep nesting takes quadratic time."""
_BLOCKS = frozenset(
    {"p", "div", "blockquote", "pre", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr"}
)
_CELLS = frozenset({"td", "th"})
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "math"})
_KEPT_CONTROLS = frozenset("\n\t")
_LONGEST_TAG_NAME = 10
_SPACES = re.compile(r"[ \t\n\r\f]+")
"""White space that a browser joins; a no-break space is none of it."""


def plain(text: str) -> str:
    """Return text without control characters (line ends and tabs stay), repaired and stripped."""
    text = repair(text).replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable():
        text = "".join(char for char in text if char in _KEPT_CONTROLS or unicodedata.category(char) != "Cc")
    return text.strip()


def html_to_text(source: str) -> str:
    """Return what a reader would see of an HTML fragment: blocks and breaks as line ends, links as their text.

    A link whose text hides or shortens its target keeps the target behind the text, so that nobody is fooled. Of a
    source with thousands of tags, which nobody writes by hand, the text is kept and only roughly laid out.
    """
    source = repair(source[:HTML_CAP])
    if "<" not in source:
        return plain(html.unescape(source))
    if source.count("<") > MOST_TAGS:
        return plain(html.unescape("".join(_between_tags(source))))
    body = LexborHTMLParser(source).body
    return "" if body is None else _laid_out(_pieces(body))


def _laid_out(pieces: Iterator[str]) -> str:
    lines: list[str] = [""]
    for piece in pieces:
        if piece == "\n":
            lines.append("")
        elif piece == "\n\n":
            if lines[-1].strip(" "):
                lines.append("")
        else:
            lines[-1] += piece
    return plain("\n".join(line.strip(" ") for line in lines))


def _between_tags(source: str) -> Iterator[str]:
    """Yield what stands between tags, and a line end for each tag of a block: linear, whatever the nesting."""
    at, written = 0, False
    while (start := source.find("<", at)) >= 0 and (end := source.find(">", start)) >= 0:
        yield source[at:start]
        written = written or bool(source[at:start].strip())
        name = source[start + 1 : start + 1 + _LONGEST_TAG_NAME].strip("/").partition(">")[0].partition(" ")[0].lower()
        if written and (name in _BLOCKS or name == "br"):
            yield "\n"
            written = False
        at = end + 1
    yield source[at:]


def _pieces(root: LexborNode) -> Iterator[str]:
    """Walk the tree without recursion: hostile HTML nests deeper than Python's stack."""
    stack: list[tuple[LexborNode | str, bool]] = [(root, False)]
    while stack:
        node, verbatim = stack.pop()
        if isinstance(node, str):
            yield node
            continue
        tag = node.tag
        if tag == "-text":
            yield from _text(node.text_content or "", verbatim=verbatim)
        elif tag == "br":
            yield "\n"
        elif tag == "img":
            yield str((node.attributes or {}).get("alt") or "")
        elif tag not in _SILENT and tag != "-comment":
            verbatim = verbatim or tag == "pre"
            inside: list[LexborNode | str] = [*node.iter(include_text=True), *_after(node)]
            stack.extend((each, verbatim) for each in reversed(inside))
            if tag in _BLOCKS:
                yield "\n\n"


def _text(text: str, *, verbatim: bool) -> Iterator[str]:
    """Yield a text node as a browser shows it: white space runs are one space, but for preformatted text."""
    if verbatim:
        first, *others = text.split("\n")
        yield first
        for line in others:
            yield "\n"
            yield line
        return
    yield _SPACES.sub(" ", text)


def _after(node: LexborNode) -> list[LexborNode | str]:
    if node.tag in _BLOCKS:
        return ["\n\n"]
    if node.tag in _CELLS:
        return [" "]
    if node.tag != "a":
        return []
    attributes = node.attributes or {}
    href = (attributes.get("href") or "").strip()
    shown = node.text(deep=True).strip()
    if not href.startswith(("http://", "https://")):
        return []
    kinds = set((attributes.get("class") or "").split())
    if kinds & {"mention", "hashtag", "u-url"} and shown.startswith(("@", "#")):
        return []
    # A target counts as shown when its full address stands in the text as a word, hidden spans included.
    target = _bare(href)
    return [] if any(_bare(word) == target for word in shown.split()) else [f" <{href}>"]


def _bare(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")
