from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.conversation import Status
from cminbox.domain.filter import MOST_TERMS, Filter, parse_filter
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


@given(st.text(max_size=200))
def test_whatever_is_typed_is_a_filter_or_one_sentence(text: str) -> None:
    with suppress(UsageProblem):
        assert isinstance(parse_filter(text), Filter)
