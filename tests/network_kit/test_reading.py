"""Foreign JSON becomes typed, bounded values, or a failure that names the place."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.network_kit.failures import Unreadable
from cminbox.network_kit.reading import (
    ID_CAP,
    NUMBER_CAP,
    TEXT_CAP,
    Reader,
    Shape,
    listing,
    mapping,
    parse_instant,
    unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Callable

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
READS: dict[str, Callable[[Reader], object]] = {
    "identifier": lambda reader: reader.identifier("x"),
    "maybe_identifier": lambda reader: reader.maybe_identifier("x"),
    "text": lambda reader: reader.text("x"),
    "html": lambda reader: reader.html("x"),
    "number": lambda reader: reader.number("x"),
    "flag": lambda reader: reader.flag("x"),
    "instant": lambda reader: reader.instant("x"),
    "maybe_instant": lambda reader: reader.maybe_instant("x"),
    "object": lambda reader: reader.object("x").where,
    "maybe_object": lambda reader: reader.maybe_object("x") is None,
    "items": lambda reader: reader.items("x"),
}


@given(st.sampled_from(sorted(READS)), JSON)
def test_anything_is_read_or_its_place_is_named(read: str, value: object) -> None:
    try:
        READS[read](Reader({"x": value}, "Status"))
        said = "Status.x is not "
    except Shape as shape:
        said = str(shape)
    assert said.startswith("Status.x is not ")


@given(JSON)
def test_what_is_read_as_text_fits_a_database(value: object) -> None:
    reader = Reader({"x": value}, "Status")
    for read in (reader.text, reader.html, reader.identifier):
        if isinstance(value, str) and value:
            read("x").encode()


@pytest.mark.parametrize("value", [None, [], "text", 5, True])
def test_only_an_object_is_an_object(value: object) -> None:
    with pytest.raises(Shape, match="Status is not an object"):
        Reader(value, "Status")


def test_ids_are_opaque_text() -> None:
    reader = Reader({"number": 109_000_000_000_000_001, "text": "at://x", "empty": "", "yes": True}, "Status")
    assert reader.identifier("number") == "109000000000000001"
    assert reader.identifier("text") == "at://x"
    for key in ("empty", "yes", "absent"):
        with pytest.raises(Shape, match=f"Status.{key} is not an id"):
            reader.identifier(key)
    with pytest.raises(Shape):
        Reader({"x": "i" * (ID_CAP + 1)}, "Status").identifier("x")


def test_absent_and_null_take_the_default_or_fail() -> None:
    for data in ({}, {"x": None}):
        reader = Reader(data, "Status")
        assert reader.text("x", "") == ""
        assert reader.html("x", "") == ""
        assert reader.number("x", 7) == 7
        assert reader.flag("x", default=True) is True
        assert reader.items("x") == []
        assert reader.maybe_identifier("x") is None
        assert reader.maybe_instant("x") is None
        assert reader.maybe_object("x") is None
        assert not reader.has("x")
        assert reader.raw("x") is None
        for required in (reader.text, reader.html, reader.number, reader.identifier, reader.instant, reader.object):
            with pytest.raises(Shape):
                required("x")


def test_text_and_html_are_bounded() -> None:
    assert len(Reader({"x": "y" * 3_000_000}, "Status").text("x")) == TEXT_CAP
    assert len(Reader({"x": "<p>" + "y" * 3_000_000}, "Status").html("x")) == TEXT_CAP


def test_html_is_read_as_a_reader_sees_it() -> None:
    assert Reader({"x": "<p>1 &lt; 2<br>ok</p>"}, "Status").html("x") == "1 < 2\nok"


def test_numbers_fit_a_database_and_are_no_booleans() -> None:
    reader = Reader({"most": NUMBER_CAP, "more": NUMBER_CAP + 1, "yes": True, "half": 0.5}, "Status")
    assert reader.number("most") == NUMBER_CAP
    for key in ("more", "yes", "half"):
        with pytest.raises(Shape, match="a whole number"):
            reader.number(key)


def test_nested_objects_carry_their_path() -> None:
    reader = Reader({"account": {"id": {}}}, "Status")
    with pytest.raises(Shape, match=r"Status\.account\.id is not an id"):
        reader.object("account").identifier("id")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20T09:15:00Z", datetime(2026, 11, 20, 9, 15, tzinfo=UTC)),
        ("2026-11-20T09:15:00.123Z", datetime(2026, 11, 20, 9, 15, 0, 123_000, tzinfo=UTC)),
        ("2026-11-20T09:15:00.123456789Z", datetime(2026, 11, 20, 9, 15, 0, 123_000, tzinfo=UTC)),
        ("2026-11-20T10:15:00+01:00", datetime(2026, 11, 20, 9, 15, tzinfo=UTC)),
        ("2026-11-20T09:15:00", datetime(2026, 11, 20, 9, 15, tzinfo=UTC)),
        ("2026-11-20 09:15:00+00:00", datetime(2026, 11, 20, 9, 15, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
    ],
)
def test_times_become_utc_milliseconds(text: str, moment: datetime) -> None:
    assert parse_instant(text, "Status.at") == round(moment.timestamp() * 1000)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1700000000", "\ud800"]
)
def test_what_is_no_plausible_time_is_not_read(text: str) -> None:
    with pytest.raises(Shape, match=r"Status\.at is not a"):
        parse_instant(text, "Status.at")


@given(st.datetimes(datetime(1991, 1, 1), datetime(2199, 1, 1), timezones=st.timezones()))  # noqa: DTZ001 - bounds
def test_any_zone_means_the_same_instant(moment: datetime) -> None:
    assert parse_instant(moment.isoformat(), "x") == round(moment.timestamp() * 1000)


def test_a_body_of_another_shape_is_unreadable() -> None:
    assert listing([1], "The list") == [1]
    assert mapping({"a": 1}, "The object").number("a") == 1
    with pytest.raises(Unreadable, match="The list did not answer with a list"):
        listing({}, "The list")
    with pytest.raises(Unreadable, match="The object did not answer with an object"):
        mapping([], "The object")


def test_a_shape_becomes_a_clean_sentence() -> None:
    assert str(unreadable(Shape("Status.\x1b[2J", "an id"))).isprintable()
