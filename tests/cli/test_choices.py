"""Options that are read without the parser mean what the parser reads."""

from __future__ import annotations

import pytest

from cminbox.cli.choices import Choices, read_choices, read_plainly
from cminbox.cli.parser import read_options


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--workspace", "acme"),
        ("--workspace", "acme", "--workspace", "./here"),
        ("--config", "a b.toml", "--lang", "fr", "--plain"),
        ("--no-color", "--version", "--help"),
        ("-h",),
        ("--workspace", ""),
    ],
)
def test_what_is_read_plainly_is_what_the_parser_reads(words: tuple[str, ...]) -> None:
    assert read_plainly(words) == Choices(**read_options(words))


@pytest.mark.parametrize(
    "words",
    [
        ("queue",),
        ("--workspace",),
        ("--workspace", "--plain"),
        ("--workspace=acme",),
        ("--work", "acme"),
        ("--", "queue"),
        ("-x",),
        ("--lang", "fr", "queue", "-word"),
    ],
)
def test_anything_else_is_left_to_the_parser(words: tuple[str, ...]) -> None:
    assert read_plainly(words) is None
    assert read_choices(words) == Choices(**read_options(words))
