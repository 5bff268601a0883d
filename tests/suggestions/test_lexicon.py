"""The lists of words are well formed, and used as they are written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cminbox.suggestions import lexicon as module
from cminbox.suggestions.cleaning import fold
from cminbox.suggestions.language import language_of
from cminbox.suggestions.lexicon import LANGUAGES, lexicon_of

FOLDER = Path(module.__file__).parent
FILES = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_words_are_written_as_messages_are_folded(file: Path) -> None:
    for line in file.read_text(encoding="utf-8").splitlines():
        words = re.findall(r"[^\W_]+", line.partition("#")[0])
        assert [word for word in words if word != fold(word)] == []


def test_each_concept_is_one_line_with_words_in_both_languages() -> None:
    seen: set[str] = set()
    for line in (FOLDER / "concepts.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        name, colon, entries = line.partition(": ")
        assert colon
        assert name not in seen
        seen.add(name)
        assert [side.strip() != "" for side in entries.split("|")] == [True, True]
        assert [entry for entry in entries.split() if "_" in entry and "*" in entry] == []
        assert [entry for entry in entries.split() if len(entry.rstrip("*")) < 3 and "*" in entry] == []


def test_a_word_stands_for_its_concepts_in_its_language_alone() -> None:
    assert "price" in lexicon_of("en").concepts("pricing")
    assert lexicon_of("en").concepts("colis") == ()
    assert "parcel" in lexicon_of("fr").concepts("colis")
    assert "parcel" in lexicon_of("fr-CA").concepts("colis")
    assert "parcel" in lexicon_of(None).concepts("colis")
    assert lexicon_of("de").concepts("colis") == ()


def test_a_phrase_stands_for_a_concept_where_its_words_do_not() -> None:
    words = ["give", "me", "my", "money", "back"]
    assert "refund" in list(lexicon_of("en").spanned(words))
    assert "refund" not in list(lexicon_of("en").spanned(["back", "my", "money"]))


def test_everyday_words_say_less_than_others() -> None:
    for lang in LANGUAGES:
        assert 0 < min(lexicon_of(lang).weights.values()) < 1
        assert lexicon_of(lang).weight("biscuit") == 1.0


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("where is my parcel", "en"),
        ("ou est mon colis", "fr"),
        ("je ne recois rien", "fr"),
        ("refund please", "en"),
        ("biscuit", None),
        ("", None),
        ("donde esta", None),
    ],
)
def test_the_language_is_told_by_everyday_words_or_not_at_all(text: str, lang: str | None) -> None:
    assert language_of(text.split()) == lang
