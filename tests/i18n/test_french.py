"""How French is set: blanks that no line ends at before high punctuation, and inside quotation marks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import cminbox
from cminbox.i18n import numbers, use

FILE = Path(cminbox.__file__).parent / "i18n" / "catalogues" / "fr.po"
TORN = re.compile(r"\S [:;?!](?:\s|$|[»)])|« | »")


def test_no_line_can_end_before_high_punctuation_or_inside_quotation_marks() -> None:
    with FILE.open("rb") as file:
        catalogue = read_po(file)
    forms = [(one.string,) if isinstance(one.string, str) else tuple(one.string or ()) for one in catalogue if one.id]
    texts = [text for form in forms for text in form]
    assert [text for text in texts if TORN.search(text)] == []


@pytest.mark.parametrize(
    ("language", "share", "many"),
    [("en", "84.6 %", "12,300"), ("fr", "84,6\u00a0%", "12\u202f300")],
)
def test_numbers_are_written_as_the_language_does(language: str, share: str, many: str) -> None:
    use(language)
    assert numbers.per_cent(84.6) == share
    assert numbers.per_cent(100.0).startswith("100")
    assert numbers.grouped(12_300) == many
