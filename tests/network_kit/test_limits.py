"""Text is counted as each network counts it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.message import Kind
from cminbox.domain.network import Manifest, TextLimit, Unit
from cminbox.domain.reply import Reply
from cminbox.network_kit.failures import NotSupported, Refused
from cminbox.network_kit.limits import broken_limit, check_fits, count, graphemes, has_link

UNITS = (Unit.GRAPHEMES, Unit.CODE_POINTS, Unit.UTF16, Unit.BYTES)
VECTORS = Path(__file__).parent / "grapheme_vectors.txt"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("", (0, 0, 0, 0)),
        ("abc", (3, 3, 3, 3)),
        ("é", (1, 1, 1, 2)),
        ("e\u0301", (1, 2, 2, 3)),
        ("日本語", (3, 3, 3, 9)),
        ("\U00020000", (1, 1, 2, 4)),
        ("\U0001f44d", (1, 1, 2, 4)),
        ("\U0001f44d\U0001f3fd", (1, 2, 4, 8)),
        (FAMILY, (1, 7, 11, 25)),
        ("\U0001f1eb\U0001f1f7", (1, 2, 4, 8)),
        ("\U0001f1eb\U0001f1f7\U0001f1e9\U0001f1ea", (2, 4, 8, 16)),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", (1, 7, 14, 28)),
        ("1\ufe0f\u20e3", (1, 3, 3, 7)),
        ("❤\ufe0f", (1, 2, 2, 6)),
        ("नि", (1, 2, 2, 6)),
        ("한국", (2, 2, 2, 6)),
        ("\u1112\u1161\u11ab", (1, 3, 3, 9)),
        ("\r\n", (1, 2, 2, 2)),
        ("Z" + "\u0301" * 50, (1, 51, 51, 101)),
    ],
)
def test_each_unit_counts_in_its_own_way(text: str, counts: tuple[int, ...]) -> None:
    assert tuple(count(text, TextLimit(unit, 300)) for unit in UNITS) == counts


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", 0),
        ("abc #1 *", 8),
        ("é", 1),
        ("日本語", 3),
        ("\U00020000", 1),
        ("\U0001f44d", 4),
        ("a\U0001f44d\U0001f3fdé", 10),
        (FAMILY, 25),
        ("\U0001f1eb\U0001f1f7\U0001f1e9\U0001f1ea", 16),
        ("1\ufe0f\u20e3", 7),
        ("❤\ufe0f", 6),
        ("नि", 2),
    ],
)
def test_emoji_count_as_bytes_where_the_network_says_so(text: str, counted: int) -> None:
    assert count(text, TextLimit(Unit.EMOJI_BYTES, 500)) == counted


@given(st.text())
def test_emoji_in_bytes_count_no_less_than_characters_and_no_more_than_bytes(text: str) -> None:
    characters, mixed, octets = (
        count(text, TextLimit(unit, 500)) for unit in (Unit.CODE_POINTS, Unit.EMOJI_BYTES, Unit.BYTES)
    )
    assert characters <= mixed <= octets
    assert count(text + "\n" + FAMILY, TextLimit(Unit.EMOJI_BYTES, 500)) == mixed + 26


def test_grapheme_clusters_are_those_of_the_unicode_standard() -> None:
    wrong = []
    for line in VECTORS.read_text(encoding="ascii").splitlines()[1:]:
        points, clusters = line.split(" = ")
        text = "".join(chr(int(point, 16)) for point in points.split())
        if graphemes(text) != int(clusters):
            wrong.append(line)
    assert wrong == []


@pytest.mark.parametrize(
    ("point", "utf8", "utf16"),
    [
        *((0x4D, 1, 1), (0x7F, 1, 1), (0x80, 2, 1), (0x430, 2, 1), (0x7FF, 2, 1), (0x800, 3, 1), (0x4E8C, 3, 1)),
        *((0xD7FF, 3, 1), (0xE000, 3, 1), (0xFFFF, 3, 1), (0x10000, 4, 2), (0x10302, 4, 2), (0x10FFFF, 4, 2)),
    ],
)
def test_bytes_and_utf16_units_are_those_of_the_unicode_standard(point: int, utf8: int, utf16: int) -> None:
    """The Unicode Standard, tables 3-4 to 3-6, and the first and last of each length."""
    assert count(chr(point), TextLimit(Unit.BYTES, 9)) == utf8
    assert count(chr(point), TextLimit(Unit.UTF16, 9)) == utf16


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("https://example.org/a/very/long/path?with=query", 23),
        ("see https://example.org/ and HTTP://EXAMPLE.ORG now", 4 + 23 + 5 + 23 + 4),
        ("ftp://example.org", 17),
        ("https://", 8),
        ("é https://example.org", 2 + 23),
    ],
)
def test_an_address_counts_for_a_fixed_length_where_the_network_says_so(text: str, used: int) -> None:
    assert count(text, TextLimit(Unit.CODE_POINTS, 500, url_length=23)) == used


def test_weighted_characters_count_their_weights_and_an_address_its_fixed_length() -> None:
    assert count("日本 a.example.com", TextLimit(Unit.WEIGHTED, 280)) == 4 + 1 + 23
    assert count("日本 a.example.com", TextLimit(Unit.WEIGHTED, 280, url_length=30)) == 4 + 1 + 30


@pytest.mark.parametrize(
    ("text", "plainly", "weighted"),
    [
        ("see https://shop.example.com", True, True),
        ("see shop.example.com", False, True),
        ("see www.xyzzy", True, False),
        ("thank you. Bye", False, False),
    ],
)
def test_what_is_taken_for_a_link_is_the_networks_own(text: str, *, plainly: bool, weighted: bool) -> None:
    assert has_link(text, (TextLimit(Unit.GRAPHEMES, 500),)) is plainly
    assert has_link(text, (TextLimit(Unit.WEIGHTED, 280),)) is weighted


@given(st.text())
def test_no_unit_counts_less_than_graphemes_or_more_than_bytes(text: str) -> None:
    points, units, size = (count(text, TextLimit(unit, 1)) for unit in UNITS[1:])
    assert graphemes(text) <= points <= units <= size


@given(st.text(st.characters(categories=["Cs"])))
def test_half_characters_are_counted_too(text: str) -> None:
    assert count(text, TextLimit(Unit.UTF16, 1)) == len(text)
    assert count(text, TextLimit(Unit.BYTES, 1)) == 3 * len(text)


def test_the_first_broken_limit_is_named() -> None:
    both = (TextLimit(Unit.GRAPHEMES, 300), TextLimit(Unit.BYTES, 3000))
    assert broken_limit("a" * 300, both) is None
    assert broken_limit("a" * 301, both) is both[0]
    assert broken_limit(FAMILY * 120, both) is None
    assert broken_limit(FAMILY * 120 + "a", both) is both[1]
    assert broken_limit("", both) is both[0]
    assert broken_limit("", ()) is None


def replying(text: str, kind: Kind = Kind.COMMENT) -> Reply:
    return Reply(send_key="k", kind=kind, conversation="c", to="m", text=text, decided_at=0)


def test_a_reply_fits_or_says_why_not() -> None:
    manifest = Manifest(
        name="x",
        title="Example",
        short="EX",
        documentation="https://example.org",
        api_version="1",
        api_ends=None,
        capabilities=frozenset(),
        limits={Kind.COMMENT: (TextLimit(Unit.CODE_POINTS, 5, minimum=2),), Kind.DM: ()},
    )
    check_fits(replying("12345"), manifest)
    check_fits(replying("x" * 100_000, Kind.DM), manifest)
    with pytest.raises(Refused, match="too long: 6 of at most 5"):
        check_fits(replying("123456"), manifest)
    with pytest.raises(Refused, match="too short: 1 of at least 2"):
        check_fits(replying("1"), manifest)
    with pytest.raises(NotSupported, match="Example offers no way to answer this"):
        check_fits(replying("hello", Kind.REVIEW), manifest)
