"""Foreign HTML to plain text, without a regular expression on HTML."""

from __future__ import annotations

import html
import unicodedata
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from cminbox.domain.text import repair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

HTML_CAP = 200_000
_BLOCKS = frozenset(
    {"p", "div", "blockquote", "pre", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr"}
)
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "math"})
_KEPT_CONTROLS = frozenset("\n\t")


def plain(text: str) -> str:
    """Return text without control characters (line ends and tabs stay), repaired and stripped."""
    text = repair(text).replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable():
        text = "".join(char for char in text if char in _KEPT_CONTROLS or unicodedata.category(char) != "Cc")
    return text.strip()


def html_to_text(source: str) -> str:
    """Return what a reader would see of an HTML fragment: blocks and breaks as line ends, links as their text.

    A link whose text hides or shortens its target keeps the target behind the text, so that nobody is fooled.
    """
    if "<" not in source:
        return plain(html.unescape(source[:HTML_CAP]))
    body = LexborHTMLParser(source[:HTML_CAP]).body
    if body is None:
        return ""
    lines: list[str] = [""]
    for piece in _pieces(body):
        if piece == "\n":
            lines.append("")
        elif piece == "\n\n":
            if lines[-1]:
                lines.append("")
        else:
            lines[-1] += piece
    return plain("\n".join(line.strip(" ") for line in lines))


def _pieces(root: LexborNode) -> Iterator[str]:
    """Walk the tree without recursion: hostile HTML nests deeper than Python's stack."""
    stack: list[LexborNode | str] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            yield node
            continue
        tag = node.tag
        if tag == "-text":
            yield (node.text_content or "").replace("\n", " ")
        elif tag == "br":
            yield "\n"
        elif tag == "img":
            yield str((node.attributes or {}).get("alt") or "")
        elif tag not in _SILENT and tag != "-comment":
            after = _after(node)
            stack.extend(reversed(after))
            stack.extend(reversed(list(node.iter(include_text=True))))
            if tag in _BLOCKS:
                yield "\n\n"


def _after(node: LexborNode) -> list[LexborNode | str]:
    if node.tag in _BLOCKS:
        return ["\n\n"]
    if node.tag != "a":
        return []
    attributes = node.attributes or {}
    href = (attributes.get("href") or "").strip()
    kinds = set((attributes.get("class") or "").split())
    shown = node.text(deep=True)
    if not href.startswith(("http://", "https://")) or kinds & {"mention", "hashtag", "u-url"}:
        return []
    # A target counts as shown when its full address stands in the text, hidden spans included.
    return [] if href.split("://", 1)[1].rstrip("/") in shown else [f" <{href}>"]
