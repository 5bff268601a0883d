"""A reply makes only the moves that cannot lose it or send it twice."""

from __future__ import annotations

from itertools import product

import pytest

from cminbox.domain.reply import MOVES, WHEN_OLDER, ForbiddenMoveError, ReplyState, check_move

ENDS = {ReplyState.SENT, ReplyState.CANCELLED}
ALLOWED = {(old, new) for old, news in MOVES.items() for new in news}


def test_every_state_has_its_moves_written_down() -> None:
    assert set(MOVES) == set(ReplyState)


@pytest.mark.parametrize(("old", "new"), list(product(ReplyState, ReplyState)))
def test_exactly_the_written_moves_are_allowed(old: ReplyState, new: ReplyState) -> None:
    if (old, new) in ALLOWED:
        check_move(old, new)
        assert old is not new
    else:
        with pytest.raises(ForbiddenMoveError, match=f"a reply that is {old} cannot become {new}"):
            check_move(old, new)


def test_what_was_sent_or_cancelled_stays_so() -> None:
    assert {state for state, news in MOVES.items() if not news} == ENDS


def test_every_state_can_be_reached_from_a_draft_and_can_end() -> None:
    reached = {ReplyState.DRAFT}
    while new := {after for state in reached for after in MOVES[state]} - reached:
        reached |= new
    assert reached == set(ReplyState)
    for state in ReplyState:
        onward = {state}
        while new := {after for each in onward for after in MOVES[each]} - onward:
            onward |= new
        assert onward & ENDS


def test_only_a_reply_that_is_being_sent_or_in_doubt_can_become_sent() -> None:
    assert {old for old, new in ALLOWED if new is ReplyState.SENT} == {ReplyState.SENDING, ReplyState.UNKNOWN}


def test_a_reply_that_is_being_sent_cannot_be_taken_back() -> None:
    assert not MOVES[ReplyState.SENDING] & {ReplyState.DRAFT, ReplyState.HELD, ReplyState.CANCELLED}
    assert ReplyState.DRAFT not in MOVES[ReplyState.UNKNOWN]
    assert ReplyState.SENDING not in MOVES[ReplyState.UNKNOWN]


def test_in_an_older_state_of_the_database_all_that_might_have_been_sent_since_is_in_doubt() -> None:
    assert set(ReplyState) - WHEN_OLDER == {ReplyState.DRAFT, ReplyState.UNKNOWN, *ENDS}
