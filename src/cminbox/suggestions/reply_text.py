"""A canned reply as the text of its file: keys in one order, one example a line, so that a change is a small diff."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from cminbox.domain.text import safe
from cminbox.suggestions.front_matter import FENCE
from cminbox.suggestions.reply_body import HEADER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cminbox.domain.canned import CannedReply, Macro

_PLAIN = re.compile(r"[^\W\d_][\w '.!?()/+\u2019-]*")
_PLAIN_ITEM = re.compile(r"[^\W\d_][\w-]*")
_MEANING_MORE = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"))


def reply_text(reply: CannedReply) -> str:
    """Return the text of a reply's file; reading it gives the reply back."""
    bodies = [_body(reply.body)]
    for variant in reply.variants:
        bodies += [f"{FENCE} {', '.join(variant.networks)} {FENCE}", _body(variant.body)]
    return "\n".join([FENCE, *_head(reply), FENCE, *bodies, ""])


def length_of(seconds: int) -> str:
    """Return a length of time as it is written in a macro, such as `1d12h`."""
    parts: list[str] = []
    for unit, letter in _UNITS:
        count, seconds = divmod(seconds, unit)
        if count:
            parts.append(f"{count}{letter}")
    return "".join(parts)


def _head(reply: CannedReply) -> Iterator[str]:
    yield f"title: {_scalar(reply.title)}"
    if reply.shortcut:
        yield f"shortcut: {_scalar(reply.shortcut)}"
    yield from _list("tags", reply.tags)
    if reply.lang:
        yield f"lang: {_scalar(reply.lang)}"
    if reply.tone is not None:
        yield f"tone: {reply.tone.value}"
    yield from _list("networks", reply.networks)
    yield from _list("kinds", [kind.value for kind in reply.kinds])
    if reply.stars:
        yield f"stars: [{', '.join(str(number) for number in reply.stars)}]"
    if reply.examples:
        yield "examples:"
        yield from (f"  - {_quoted(example)}" for example in reply.examples)
    if reply.express:
        yield "express: true"
    if reply.expires is not None:
        yield f"expires: {reply.expires.isoformat()}"
    yield from _list("attachments", reply.attachments)
    if reply.macro:
        yield "macro:"
        yield from (f"  {line}" for line in _macro(reply.macro))


def _macro(macro: Macro) -> Iterator[str]:
    yield from _list("tag", macro.tags)
    if macro.assign is not None:
        yield f"assign: {_scalar(macro.assign)}"
    if macro.snooze_seconds:
        yield f"snooze: {length_of(macro.snooze_seconds)}"
    if macro.priority is not None:
        yield f"priority: {macro.priority.value}"
    if macro.done:
        yield "done: true"


def _list(key: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield f"{key}: [{', '.join(_scalar(item, _PLAIN_ITEM) for item in items)}]"


def _scalar(text: str, plain: re.Pattern[str] = _PLAIN) -> str:
    """Return a text as a YAML scalar, in quotes wherever it might be read as something else."""
    if plain.fullmatch(text) and text.lower() not in _MEANING_MORE and text == text.strip():
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    # YAML reads a JSON string as JSON does, except for characters that `safe` has taken out.
    return json.dumps(safe(text), ensure_ascii=False)


def _body(text: str) -> str:
    """Return a text whose lines cannot be taken for the head of words for single networks."""
    return "\n".join(f" {line}" if HEADER.fullmatch(line) else line for line in text.strip().split("\n"))
