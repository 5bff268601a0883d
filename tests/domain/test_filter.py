from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.conversation import Status
from cminbox.domain.filter import Filter, Moment, Order
from cminbox.domain.grammar import MOST_TERMS, in_names, parse_filter, written_by
from cminbox.domain.message import Kind
from cminbox.domain.problem import UsageProblem


def test_the_grammar_means_what_it_says() -> None:
    assert parse_filter('net:ma kind:dm is:late from:@ana tag:VIP @joe parcel "two words"') == Filter(
        networks=("ma",),
        kinds=(Kind.DM,),
        late=True,
        people=("ana", "joe"),
        tags=("vip",),
        words=("parcel", "two words"),
    )


def test_a_status_can_be_asked_for() -> None:
    assert parse_filter("is:snoozed").status is Status.SNOOZED


@pytest.mark.parametrize("text", ["kind:letter", "is:green"])
def test_what_is_not_understood_is_named_with_what_would_be(text: str) -> None:
    with pytest.raises(UsageProblem, match=text.partition(":")[2]):
        parse_filter(text)


def test_more_words_than_anybody_types_are_refused_in_one_sentence() -> None:
    assert len(parse_filter("word " * MOST_TERMS).words) == MOST_TERMS
    with pytest.raises(UsageProblem, match="at most 50"):
        parse_filter("word " * (MOST_TERMS + 1))


def test_what_must_not_hold_has_a_minus_before_it() -> None:
    found = parse_filter('-tag:spam -is:late -@ana -"two words" kind:dm')
    assert found.kinds == (Kind.DM,)
    assert found.without == (
        Filter(tags=("spam",)),
        Filter(late=True),
        Filter(people=("ana",)),
        Filter(words=("two words",)),
    )


def test_ratings_languages_and_flags() -> None:
    assert parse_filter("stars:1 stars:2-3 stars:<3 stars:>=4").stars == ((1, 1), (2, 3), (0, 2), (4, 99))
    assert parse_filter("lang:FR").languages == ("fr",)
    assert parse_filter("is:flagged").flagged
    assert parse_filter("sort:oldest").order is Order.OLDEST


def test_times_are_reckoned_from_the_present_or_stand_still() -> None:
    found = parse_filter("after:7d before:12h")
    assert (found.after, found.before) == (Moment(ago=7 * 86_400_000), Moment(ago=12 * 3_600_000))
    assert found.after is not None
    assert found.after.resolve(10**12) == 10**12 - 7 * 86_400_000
    day = parse_filter("after:2026-11-01").after
    assert day is not None
    assert day.at is not None
    assert day.resolve(0) == day.at


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("l'ordre n'est pas là", ("l'ordre", "n'est", "pas", "là")),
        ("at 10:30 https://example.org/a:b", ("at", "10:30", "https://example.org/a:b")),
        ('"kind:dm" "@ana"', ("kind:dm", "@ana")),
        ('say "not finished', ("say", "not finished")),
        (": --", (":", "-")),
        ("再入荷 いつ", ("再入荷", "いつ")),
    ],
)
def test_what_is_a_word_and_what_is_not(text: str, words: tuple[str, ...]) -> None:
    found = parse_filter(text)
    assert (*found.words, *(word for one in found.without for word in one.words)) == words


def test_a_name_with_blanks_is_quoted() -> None:
    assert parse_filter('from:"Ana Lopez" tag:"#two words"').people == ("Ana Lopez",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("knd:dm", r"knd: is no part of a filter, there are net: .* \(or put it in quotes"),
        ("kind:", "kind: needs something behind it"),
        ("stars:many", "write stars:1, stars:1-2 or stars:<3"),
        ("after:soon", "write after:2026-11-01"),
        ("after:2026-13-01", "write after:2026-11-01"),
        ("sort:up", "none of due, newest, oldest, priority"),
        ("is:grün", "is:grün is none of late, mine"),
    ],
)
def test_every_mistake_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UsageProblem, match=sentence):
        parse_filter(text)


@given(st.text(max_size=200))
def test_whatever_is_typed_is_a_filter_or_one_sentence(text: str) -> None:
    with suppress(UsageProblem):
        assert isinstance(parse_filter(text), Filter)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-", "A minus needs a word"),
        ("cup - is:late", "A minus needs a word"),
        ('-""', "A minus needs a word"),
        ("@", "@ needs a name"),
        ("-@", "@ needs a name"),
        ("-sort:due", "sort:due says what is listed"),
        ("-is:all", "is:all says what is listed"),
    ],
)
def test_what_means_nothing_is_said_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        parse_filter(text)


def test_a_quote_that_is_not_closed_reaches_to_the_end() -> None:
    assert parse_filter('is:late "where is').words == ("where is",)
    assert parse_filter('from:"ana lo').people == ("ana lo",)
    assert parse_filter('"') == Filter()


@pytest.mark.parametrize(
    ("person", "meant"),
    [
        ("ana", "ana"),
        ("zoé", "zoé"),
        ("@joe:matrix.example", "joe:matrix.example"),
        ("田中 健二", "田中 健二"),
        ("Sam O'Neill", "Sam O'Neill"),
        ("-vip", "-vip"),
        ('Al "The Cat" Green', "Al"),
        ("Al \u201cThe Cat\u201d", "Al"),
    ],
)
def test_what_a_person_wrote_is_asked_for_by_a_filter_that_means_that_person(person: str, meant: str) -> None:
    assert parse_filter(written_by(person)) == Filter(people=(meant,), everything=True)


def test_a_name_that_holds_nothing_to_look_for_is_no_filter() -> None:
    with pytest.raises(UsageProblem, match="needs something behind it"):
        parse_filter(written_by('"'))


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("pierre", "from:pierre"),
        ("ana lopez", 'from:"ana lopez"'),
        ('"ana lopez" kind:dm', 'from:"ana lopez" kind:dm'),
        ('-tag:"very late" Zoé is:all -refund', 'from:Zoé -tag:"very late" is:all -refund'),
        ('o"neill', 'from:"o neill"'),
        ("kind\uff1adm ピエール", "from:ピエール kind:dm"),
        ("https://example.com/x", 'from:"https://example.com/x"'),
        ("kind:dm", None),
        ("-pierre", None),
        ("@ana pierre", None),
        ("!!! “”", None),
        ("", None),
    ],
)
def test_plain_words_can_be_looked_for_in_names_instead(typed: str, instead: str | None) -> None:
    assert in_names(typed) == instead
    if instead is not None:
        before, after = parse_filter(typed), parse_filter(instead)
        assert len(after.people) == 1
        assert after == replace(before, words=(), people=after.people)
