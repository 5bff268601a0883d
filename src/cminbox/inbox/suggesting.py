"""Suggestions for a program: what it loads, asks and picks, one JSON object per line, each answered by one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.suggestions.engine import Engine
from cminbox.suggestions.entries import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIGITS = 6
_SHOWN = 40


class Suggesting:
    """One library and what it has learnt, in memory alone."""

    def __init__(self) -> None:
        self._engine = Engine()
        self._acts = {"load": self._load, "suggest": self._suggest, "picked": self._picked}

    def answer(self, line: bytes) -> dict[str, Any]:
        """Return the answer to one line. Raises Problem, after which everything is as it was before."""
        try:
            asked = json.loads(line)
        except (ValueError, RecursionError):
            raise Problem(say("This line is not JSON")) from None
        if not isinstance(asked, dict):
            raise Problem(say("This line is not a JSON object"))
        act = self._acts.get(_text(asked, "op"))
        if act is None:
            known = ", ".join(self._acts)
            raise Problem(say("op: there is no {op}; there are: {known}", op=_shown(asked["op"]), known=known))
        return act(asked)

    def _load(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        replies = asked.get("replies")
        if not isinstance(replies, list):
            raise _wrong("replies")
        self._engine.load([_entry(reply) for reply in replies])
        return {"ok": True}

    def _suggest(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        found = self._engine.suggest(_text(asked, "text"), _maybe_text(asked, "lang"))
        return {
            "id": asked.get("id"),
            "suggestions": [{"reply": one.reply, "score": round(one.score, _DIGITS)} for one in found.suggestions],
            "confident": found.confident,
        }

    def _picked(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        reply = _text(asked, "reply")
        if reply not in self._engine:
            raise Problem(say("There is no reply {id}", id=_shown(reply)))
        self._engine.pick(_text(asked, "text"), reply, _maybe_text(asked, "lang"))
        return {"ok": True}


def _entry(reply: object) -> Entry:
    if not isinstance(reply, dict):
        raise _wrong("replies")
    return Entry(
        id=_text(reply, "id"),
        title=_maybe_text(reply, "title") or "",
        shortcut=_maybe_text(reply, "shortcut") or "",
        tags=_texts(reply, "tags"),
        body=_maybe_text(reply, "body") or "",
        lang=_maybe_text(reply, "lang"),
        examples=_texts(reply, "examples"),
    )


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str):
        raise _wrong(key)
    return value


def _maybe_text(data: Mapping[str, Any], key: str) -> str | None:
    return None if data.get(key) is None else _text(data, key)


def _texts(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = data.get(key)
    if values is None:
        return ()
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise _wrong(key)
    return tuple(values)


def _wrong(key: str) -> Problem:
    return Problem(say("{key}: this is missing, or not what it should be", key=key))


def _shown(text: str) -> str:
    return safe(text, limit=_SHOWN)
