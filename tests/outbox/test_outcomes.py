"""What each failure of a send means: the one table from which nothing may be missing."""

from __future__ import annotations

import pytest
from rehearsal.clock import half
from rehearsal.people import HOUR, NOW

from cminbox.domain.saying import say
from cminbox.network_kit.failures import (
    CursorExpired,
    Gone,
    NetworkFailure,
    NotSupported,
    Refused,
    SendOutcomeUnknown,
    SignInAgain,
    TryLater,
    Unreadable,
)
from cminbox.outbox.outcomes import (
    MOST_UNREADABLE,
    SIGN_IN_PAUSE,
    Declined,
    Doubtful,
    Outcome,
    Postponed,
    outcome_of,
    window_closed,
)

SAID = say("the network's words")

TABLE = [
    (SendOutcomeUnknown(SAID), Doubtful),
    (TryLater(SAID), Postponed),
    (TryLater(SAID, 60, rate_limited=True), Postponed),
    (SignInAgain(SAID), Postponed),
    (SignInAgain(SAID, missing_scope="write"), Declined),
    (Refused(SAID), Declined),
    (Gone(SAID), Declined),
    (NotSupported(SAID), Declined),
    (Unreadable(SAID), Postponed),
    (CursorExpired(SAID), Postponed),
]


def outcome(failure: NetworkFailure, attempt: int = 1) -> Outcome:
    return outcome_of(failure, attempt, half)


@pytest.mark.parametrize(("failure", "kind"), TABLE, ids=[type(failure).__name__ for failure, _ in TABLE])
def test_every_failure_has_one_meaning_and_keeps_its_words(failure: NetworkFailure, kind: type[Outcome]) -> None:
    found = outcome(failure)
    assert isinstance(found, kind)
    assert found is not None
    assert getattr(found, "reason", None) == SAID


def test_every_kind_of_failure_is_in_the_table() -> None:
    assert {type(failure) for failure, _ in TABLE} == set(NetworkFailure.__subclasses__())


def test_only_a_lost_answer_is_a_doubt() -> None:
    doubtful = {type(failure) for failure, _ in TABLE if isinstance(outcome(failure), Doubtful)}
    assert doubtful == {SendOutcomeUnknown}


def test_a_rate_limit_holds_for_all_that_the_account_sends() -> None:
    found = outcome(TryLater(SAID, 300, rate_limited=True))
    assert isinstance(found, Postponed)
    assert found.pause == found.wait >= 300


def test_dead_credentials_wait_for_a_person_and_the_reply_is_ready_when_they_are_renewed() -> None:
    assert outcome(SignInAgain(SAID)) == Postponed(SAID, 0.0, SIGN_IN_PAUSE)


def test_answers_nobody_can_read_before_publishing_end_with_a_person() -> None:
    assert isinstance(outcome(Unreadable(SAID), MOST_UNREADABLE - 1), Postponed)
    assert outcome(Unreadable(SAID), MOST_UNREADABLE) == Declined(SAID)


@pytest.mark.parametrize(
    ("window", "heard", "closed"),
    [
        (None, NOW - 1000 * HOUR, False),
        (24 * 3600, None, False),
        (24 * 3600, NOW - 24 * HOUR, False),
        (24 * 3600, NOW - 24 * HOUR - 1, True),
    ],
)
def test_a_window_closes_so_long_after_the_customers_last_message(
    window: int | None, heard: int | None, *, closed: bool
) -> None:
    reason = window_closed(window, heard, NOW)
    assert (reason is not None) is closed
    assert reason is None or "24 h" in str(reason)
