"""The grammar of searches on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import Any

import pytest

Run = Callable[..., CompletedProcess[str]]
Line = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def two(imported: Run, line: Line) -> None:
    imported(
        line("m-1", text="refund please", created_at="2020-11-20T09:00:00Z"),
        line("m-2", text="refund of the hello kit", conversation="c", created_at="2020-11-20T09:30:00Z"),
    )


def texts(said: CompletedProcess[str]) -> list[str]:
    assert said.returncode == 0, said.stderr
    return [json.loads(one)["text"] for one in said.stdout.splitlines()]


@pytest.mark.parametrize(
    "words",
    [
        ("search", "refund", "-hello", "--json"),
        ("search", "--json", "-hello", "refund"),
        ("search", "-hello", "refund", "--limit", "5", "--json"),
        ("search", "--json", "refund", "-@nobody", "-hello"),
        ("queue", "--filter", "-hello refund", "--json"),
        ("queue", "--filter", "-hello", "--json"),
    ],
)
def test_a_word_with_a_minus_is_no_option(cminbox: Run, words: tuple[str, ...]) -> None:
    assert texts(cminbox(*words)) == ["refund please"]


def test_help_is_still_help(cminbox: Run) -> None:
    said = cminbox("search", "-h")
    assert said.returncode == 0
    assert "usage" in said.stdout


@pytest.mark.parametrize(("typed", "sentence"), [("knd:dm", "knd: is no part of a filter"), ("is:", "needs something")])
def test_a_mistake_is_one_sentence_and_exit_code_2(cminbox: Run, typed: str, sentence: str) -> None:
    for words in (("search", typed), ("queue", "--filter", typed)):
        said = cminbox(*words)
        assert (said.returncode, said.stdout) == (2, "")
        assert sentence in said.stderr
        assert said.stderr.count("\n") == 1
