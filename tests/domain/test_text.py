"""Foreign text can steer nothing, and stays readable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.text import MARKS_PER_BASE, first_line, repair, row, safe

# Any code point at all, lone surrogates included, with the dangerous ones drawn often.
DANGEROUS = st.sampled_from(
    "\x00\x07\x08\t\n\r\x1b\x7f\x85\x90\x9b\x9d\xad\u034f\u061c\u180b\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029"
    "\u202a\u202e\u2060\u2065\u2066\u2069\u206a\u206f\u3164\ufe0f\ufeff\ufff9\uffff\ud800\udc00"
    "\U0001d173\U0001f3fd\U0001f468\U000e0001\U000e0041\U000e007f\U000e0100\U0010ffff\u0301\u0488e "
)
ANYTHING = st.text(st.one_of(st.characters(), st.characters(categories=["Cs"]), DANGEROUS))
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
JOINERS = set("\u200c\u200d")


def harmful(char: str, *, lines: bool) -> bool:
    """Say whether a character of the output could steer a terminal, hide text or turn it around."""
    code, category = ord(char), unicodedata.category(char)
    if char == "\n":
        return not lines
    if category in {"Cc", "Cs", "Zl", "Zp"} or char in BIDI:
        return True
    if 0xE0000 <= code <= 0xE0FFF or 0x206A <= code <= 0x206F:
        return True
    # Format characters that show something: Arabic and Syriac number signs, Kaithi, Egyptian joiners.
    shows = unicodedata.name(char, "").split(" ")[0] in {"ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN"}
    return category == "Cf" and char not in JOINERS and not shows


def longest_run_of_marks(text: str) -> int:
    run = longest = 0
    for char in text:
        run = run + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        longest = max(longest, run)
    return longest


@given(ANYTHING, st.booleans())
def test_nothing_harmful_comes_through(text: str, lines: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    shown = safe(text, lines=lines)
    assert [char for char in shown if harmful(char, lines=lines)] == []
    shown.encode()


@given(ANYTHING, st.booleans())
def test_making_safe_twice_changes_nothing(text: str, lines: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    once = safe(text, lines=lines)
    assert safe(once, lines=lines) == once


@given(ANYTHING)
def test_marks_are_capped(text: str) -> None:
    assert longest_run_of_marks(safe(text)) <= MARKS_PER_BASE
    assert longest_run_of_marks(row(text)) <= MARKS_PER_BASE


@given(st.text(st.characters(categories=["L", "Nd", "P", "Sm", "Sc"])))
def test_what_a_reader_can_see_stays(text: str) -> None:
    invisible_letters = "\u115f\u1160\u3164\uffa0"
    assert safe(text) == "".join(char for char in text if char not in invisible_letters)


@given(ANYTHING)
def test_a_row_is_one_line_and_stays_the_same(text: str) -> None:
    shown = row(text)
    assert [char for char in shown if harmful(char, lines=False)] == []
    assert row(shown) == shown


@given(ANYTHING, st.integers(0, 40))
def test_a_limit_bounds_what_is_shown(text: str, limit: int) -> None:
    assert len(safe(text, limit=limit)) <= max(limit, 1)
    assert len(first_line(text, limit)) <= limit


def test_what_is_cut_shows_as_an_ellipsis() -> None:
    assert safe("abcdef", limit=4) == "abc…"
    assert safe("abcd", limit=4) == "abcd"


@given(ANYTHING)
def test_a_repaired_text_fits_a_database(text: str) -> None:
    repaired = repair(text)
    repaired.encode()
    assert "\x00" not in repaired
    assert repair(repaired) == repaired


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_repair_leaves_sound_text_alone(text: str) -> None:
    assert repair(text) == text


def test_a_pair_of_surrogates_is_the_character_it_stands_for() -> None:
    assert repair("\ud83d\ude00!") == "\U0001f600!"
    assert repair("a\ud83db") == "a\N{REPLACEMENT CHARACTER}b"


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x9b2J", "\N{REPLACEMENT CHARACTER}2J"),
        ("\u202egnp.exe", "\N{REPLACEMENT CHARACTER}gnp.exe"),
        ("pay\u200bpal", "paypal"),
        ("a\tb\r\nc\rd\u2028e", "a b c d e"),
        ("Z\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301", "Z" + "\u0301" * 8),
        ("flag \U0001f3f4\U000e0067\U000e0062\U000e007f", "flag \U0001f3f4"),
        ("\x7f\x00", "␡\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_hostile_text_becomes_visible(hostile: str, shown: str) -> None:
    assert safe(hostile) == shown


def test_line_ends_stay_where_the_layout_owns_them() -> None:
    assert safe("a\r\nb\tc\x1b\nd", lines=True) == "a\nb c␛\nd"


@pytest.mark.parametrize(
    "text",
    [
        "مرحبا، أين طلبي؟",
        "हिन्दी में लिखा",
        "日本語のテスト",
        "Où est ma commande ?",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    ],
)
def test_every_script_stays_whole(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467 hi", "\U0001f468 hi"),
        ("\U0001f44d\U0001f3fd ok", "\U0001f44d ok"),
        ("\u2764\ufe0f", "\u2764"),
        ("plain", "plain"),
    ],
)
def test_a_row_keeps_emoji_to_one_width(text: str, shown: str) -> None:
    assert row(text) == shown


def test_the_first_line_joins_lines_and_is_cut() -> None:
    assert first_line("  hello\n\n  world \x1b[0m", 12) == "hello world "
    assert first_line("x" * 1_000_000, 5) == "xxxxx"
