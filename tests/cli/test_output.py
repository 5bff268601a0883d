"""What commands write: exact for programs, harmless for terminals and spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.cli.output import Output, cells, to_json
from cminbox.domain.text import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS)
def test_json_is_exact_and_cannot_steer_a_terminal(text: str) -> None:
    written = to_json({"text": text})
    assert json.loads(written) == {"text": text}
    assert "\n" not in written
    assert len(written.splitlines()) == 1
    controls = [char for char in written if ord(char) < 0x20 or 0x7F <= ord(char) <= 0x9F]
    assert controls == []


def test_json_keeps_letters_readable() -> None:
    assert "Où est ma commande 🙏 ありがとう" in to_json({"text": "Où est ma commande 🙏 ありがとう"})


def test_json_shows_bidi_controls_and_invisible_characters_as_escapes() -> None:
    assert to_json({"a": "x\u202ey\u200bz\x9b"}) == '{"a":"x\\u202ey\\u200bz\\u009b"}'


def test_json_is_exact_on_a_stream_without_these_letters() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    out = Output(stream)
    out.json({"text": "Où 😀"})
    out.flush()
    raw = stream.detach()
    assert isinstance(raw, io.BytesIO)
    assert json.loads(raw.getvalue()) == {"text": "Où 😀"}


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@cmd", "\t=1", "\r=1", " =1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x"],
)
def test_a_spreadsheet_computes_no_cell(text: str) -> None:
    assert _table([text])[0][0].startswith("'")


@given(st.lists(TEXTS.filter(bool), min_size=1, max_size=4))
def test_a_table_reads_back_as_safe_cells(row: list[str]) -> None:
    for cell, text in zip(_table(row)[0], row, strict=True):
        assert cell.removeprefix("'").strip() == safe(text, lines=True).strip() or cell == safe(text, lines=True)


def test_numbers_truth_and_absence_have_their_own_cells() -> None:
    assert _table([-5, True, None]) == [["-5", "true", ""]]


def _table(row: Sequence[object]) -> list[list[str]]:
    stream = io.StringIO()
    Output(stream).csv([row])
    return list(csv.reader(io.StringIO(stream.getvalue(), newline="")))


def test_columns_stand_under_each_other_whatever_the_letters() -> None:
    stream = io.StringIO()
    Output(stream).table([("ab", "one"), ("日本", "two"), ("é", "three")])
    starts = {
        cells(line[: line.index(word)]) for line, word in zip(stream.getvalue().splitlines(), _WORDS, strict=True)
    }
    assert starts == {6}


_WORDS = ("one", "two", "three")


def test_foreign_lines_stay_lines_and_nothing_else() -> None:
    stream = io.StringIO()
    Output(stream).block("one\r\ntwo\x1b[2J\u202e", "  ")
    assert stream.getvalue() == "  one\n  two\N{SYMBOL FOR ESCAPE}[2J\N{REPLACEMENT CHARACTER}\n"
