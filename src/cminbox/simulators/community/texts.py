"""What the community says, read from the texts that lie beside this module, one file per language."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.simulators.community.events import Tone

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("fr", "en")


class Role(StrEnum):
    """Who speaks in a talk."""

    CUSTOMER = "customer"
    US = "us"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Talk:
    """An exchange as it may come up anywhere that `kinds` allows; comments stand under our post called `post`."""

    lang: str
    tone: Tone
    kinds: tuple[Kind, ...]
    turns: tuple[Turn, ...]
    post: str | None
    rating: int | None


@dataclass(frozen=True, slots=True)
class Words:
    """All that is said in one language. People are (handle, name)."""

    talks: tuple[Talk, ...]
    thanks: tuple[str, ...]
    lukewarm: tuple[str, ...]
    """The thanks of those who had something to complain about."""
    answers: tuple[str, ...]
    posts: Mapping[str, str]
    people: tuple[tuple[str, str], ...]
    strangers: tuple[tuple[str, str], ...]
    """Those from whom spam, insults and attacks come."""


@cache
def words(lang: str) -> Words:
    """Return what is said in a language, one of LANGUAGES."""
    raw = tomllib.loads(files(__package__).joinpath(f"{lang}.toml").read_text(encoding="utf-8"))
    return Words(
        tuple(_talk(lang, entry) for entry in raw["talk"]),
        tuple(raw["thanks"]),
        tuple(raw["lukewarm"]),
        tuple(raw["answers"]),
        raw["posts"],
        tuple((handle, name) for handle, name in raw["people"]),
        tuple((handle, name) for handle, name in raw["strangers"]),
    )


def _talk(lang: str, entry: dict[str, Any]) -> Talk:
    return Talk(
        lang,
        Tone(entry["tone"]),
        tuple(Kind(kind) for kind in entry["kinds"]),
        tuple(_turn(said) for said in entry["says"]),
        entry.get("post"),
        entry.get("rating"),
    )


def _turn(said: str | dict[str, str]) -> Turn:
    if isinstance(said, str):
        return Turn(Role.CUSTOMER, said)
    ((role, text),) = said.items()
    return Turn(Role(role), text)
