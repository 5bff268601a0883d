"""The agent's search box finds a reply by what is typed of it, and look-alikes are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cminbox.suggestions.alike import alike
from cminbox.suggestions.entries import Entry
from cminbox.suggestions.searching import LibrarySearch

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.fixture
def search(library: Sequence[Entry]) -> LibrarySearch:
    return LibrarySearch(library)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("refund", "refund.en"),
        ("rembours", "refund.fr"),
        ("ALLERGENES", "allergens.fr"),
        ("allergène coque", "allergens.fr"),
        ("coque  allergènes", "allergens.fr"),
        ("pasword", "password.en"),
        ("psasword", "password.en"),
        ("refnd", "refund.en"),
        ("biscuits veget", "vegan.fr"),
        ("horaries", "hours.fr"),
        ("quote", "wedding.en"),
        ("emploi", "job.fr"),
        ("flour", None),
        ("refund vegan", None),
        ("?", "tracking.en"),
    ],
)
def test_a_reply_is_found_by_title_shortcut_and_tags(search: LibrarySearch, typed: str, first: str | None) -> None:
    assert next(iter(search.find(typed)), None) == first


def test_with_every_key_the_wanted_reply_stays_in_sight(search: LibrarySearch) -> None:
    typed = "remboursement"
    assert [end for end in range(2, len(typed) + 1) if "refund.fr" not in search.find(typed[:end])[:3]] == []


def test_a_shortcut_that_is_typed_whole_comes_first() -> None:
    entries = [Entry("a", "Hours hours hours", shortcut="x"), Entry("b", "Something", shortcut="hours")]
    assert LibrarySearch(entries).find("hours") == ["b", "a"]


def test_nothing_typed_shows_the_library_in_its_order(search: LibrarySearch, library: Sequence[Entry]) -> None:
    assert search.find("", limit=3) == [entry.id for entry in library[:3]]
    assert search.find("  ", limit=0) == []


def test_equal_replies_come_in_the_order_of_the_library() -> None:
    entries = [Entry(name, "Late parcel") for name in "cab"]
    assert LibrarySearch(entries).find("parcel") == ["c", "a", "b"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=150))
def test_whatever_is_typed_each_reply_is_shown_at_most_once(search: LibrarySearch, typed: str) -> None:
    found = search.find(typed, limit=100)
    assert len(found) == len(set(found))


def test_messages_that_say_the_same_are_told_in_the_order_of_their_likeness() -> None:
    others = {
        1: "Hello! Where is my order???  Thanks",
        2: "where is my order plz",
        3: "Where is my refund",
        4: "@shop where is my oder 😡 https://example.com",
        5: "",
        6: "is my order where",
    }
    assert alike("where is my order", others) == [1, 2, 6, 4]
    assert alike("😡", others) == []
    assert alike("where is my order", {}) == []


TWINS = [
    Entry("en/refund-late", "Where is my money?", "refund", ("money",), lang="en"),
    Entry("fr/refund-late", "Où en est mon remboursement ?", "remb", ("argent",), lang="fr"),
    Entry("en/hours", "When are you open?", "hours", ("opening",), lang="en"),
]
NAMES = ["refund-late", "refund-late", "hours"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("remboursement", ["fr/refund-late", "en/refund-late"]),
        ("argent", ["fr/refund-late", "en/refund-late"]),
        ("money", ["en/refund-late", "fr/refund-late"]),
        ("late", ["en/refund-late", "fr/refund-late"]),
        ("money remboursement", ["en/refund-late", "fr/refund-late"]),
        ("remboursment", ["fr/refund-late", "en/refund-late"]),
        ("opening", ["en/hours"]),
        ("opening argent", []),
    ],
)
def test_a_reply_is_found_by_what_it_is_called_in_another_language(typed: str, found: list[str]) -> None:
    assert LibrarySearch(TWINS, NAMES).find(typed) == found


def test_without_names_every_reply_stands_for_itself() -> None:
    assert LibrarySearch(TWINS).find("remboursement") == ["fr/refund-late"]
