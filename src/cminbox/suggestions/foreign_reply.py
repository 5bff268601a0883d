"""From what another file told of a reply to a canned reply of ours, checked as front matter is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cminbox.domain.canned import FaultKind, Variant
from cminbox.domain.saying import say
from cminbox.suggestions.front_matter import Items, Scalar, Table
from cminbox.suggestions.head_values import LONGEST_WORD, HeadError
from cminbox.suggestions.keeping import stem_for
from cminbox.suggestions.reply_body import read_bodies
from cminbox.suggestions.reply_head import KEYS, LONGEST_TITLE, MACRO_KEYS, read_head
from cminbox.suggestions.reply_text import length_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.domain.canned import CannedReply, Source
    from cminbox.suggestions.front_matter import Value


def reply_of(data: Mapping[str, Any], source: Source) -> CannedReply:
    """Return a reply in our own keys as a value; its `file` is not decided yet. Raises HeadError."""
    bodies = read_bodies(str(data.get("body", "")), 1)
    if not bodies.text:
        raise HeadError(FaultKind.NO_BODY, 0, say("it has no text"), say("write one"))
    known = dict(data)
    for name, longest in (("title", LONGEST_TITLE), ("shortcut", LONGEST_WORD)):
        known[name] = " ".join(str(known.get(name) or "").split())[:longest]
    known["title"] = known["title"] or bodies.text.partition("\n")[0][:LONGEST_TITLE]
    known["shortcut"] = known["shortcut"].replace(" ", "-")
    named = str(known.get("id") or known["shortcut"] or known["title"])
    head = read_head(_table(known, KEYS), named)
    reply = head.reply(stem_for(named), bodies, Path(), source)
    return replace(reply, variants=(*reply.variants, *_variants(data.get("variants"))))


def _table(data: Mapping[str, Any], keys: tuple[str, ...]) -> Table:
    values = {key: value for key in keys if (value := _value(key, data.get(key))) is not None}
    return Table(values, dict.fromkeys(values, 0), 0)


def _value(key: str, value: object) -> Value | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return Scalar(str(value).lower(), "bool", 0)
    if isinstance(value, list):
        return Items(tuple(Scalar(str(item), "str", 0) for item in value), 0)
    if key == "macro" and isinstance(value, dict):
        return _table(_macro(value), MACRO_KEYS)
    return Scalar(str(value), "str", 0)


def _macro(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a macro as it is written in front matter, out of the form in which it is printed as JSON."""
    seconds = data.get("snooze_s")
    snooze = length_of(seconds) if isinstance(seconds, int) else data.get("snooze")
    return {**data, "tag": data.get("tags", data.get("tag")), "snooze": snooze}


def _variants(found: object) -> list[Variant]:
    if not isinstance(found, list):
        return []
    variants: list[Variant] = []
    for one in found:
        if isinstance(one, dict) and isinstance(one.get("body"), str) and isinstance(one.get("networks"), list):
            text = read_bodies(one["body"], 1).text
            networks = tuple(str(name).lower() for name in one["networks"])
            if text and networks:
                variants.append(Variant(networks, text))
    return variants
