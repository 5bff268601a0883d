"""A small library of a bakery that ships its biscuits, in English and French, and messages to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from cminbox.suggestions.engine import Engine
from cminbox.suggestions.entries import Entry

Open = Callable[..., Engine]


class Sent(NamedTuple):
    """A message, its language, and the reply that is right."""

    text: str
    lang: str
    reply: str


def read_replies() -> list[Entry]:
    """Return the bakery's replies."""
    found = []
    for name, title, tags, examples in _rows("bakery_replies.txt"):
        shortcut, _, lang = name.partition(".")
        said = tuple(example.strip() for example in examples.split("/"))
        found.append(Entry(name, title, shortcut, tuple(tags.split()), "", lang, said))
    return found


def read_messages() -> list[Sent]:
    """Return messages to the bakery."""
    return [Sent(text, name.partition(".")[2], name) for name, text in _rows("bakery_messages.txt")]


def loaded(entries: Sequence[Entry]) -> Engine:
    """Return an engine that knows some replies."""
    engine = Engine()
    engine.load(entries)
    return engine


def _rows(file: str) -> Iterator[list[str]]:
    for line in Path(__file__).with_name(file).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield [part.strip() for part in line.split("|")]


@pytest.fixture
def library() -> list[Entry]:
    """The bakery's replies."""
    return read_replies()


@pytest.fixture
def messages() -> list[Sent]:
    """Messages to the bakery."""
    return read_messages()


@pytest.fixture
def engine(library: list[Entry]) -> Engine:
    """An engine that knows the bakery's replies."""
    return loaded(library)


@pytest.fixture
def load() -> Open:
    """Return a function that makes an engine with some replies."""
    return loaded
