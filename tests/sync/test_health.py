"""Each failure says what an account needs, and when it is asked again."""

from __future__ import annotations

import pytest
from rehearsal.clock import half
from rehearsal.people import NOW, SECOND

from cminbox.domain.account import Health, HealthState
from cminbox.domain.saying import Saying, say
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
from cminbox.sync.health import broken, ill, state_for, well

SAID = say("the reason of {who}", who="the network")

STATES = [
    (TryLater(SAID), HealthState.OFFLINE),
    (TryLater(SAID, 9, rate_limited=True), HealthState.RATE_LIMITED),
    (SignInAgain(SAID), HealthState.SIGN_IN),
    (SignInAgain(SAID, missing_scope="read"), HealthState.MISSING_SCOPE),
    (Refused(SAID), HealthState.UNREADABLE),
    (Gone(SAID), HealthState.UNREADABLE),
    (Unreadable(SAID), HealthState.UNREADABLE),
    (NotSupported(SAID), HealthState.UNREADABLE),
    (CursorExpired(SAID), HealthState.UNREADABLE),
    (SendOutcomeUnknown(SAID), HealthState.UNREADABLE),
]


@pytest.mark.parametrize(("failure", "state"), STATES, ids=[type(failure).__name__ for failure, _ in STATES])
def test_every_failure_has_a_state_a_reason_and_a_time(failure: NetworkFailure, state: HealthState) -> None:
    verdict = ill(failure, Health(HealthState.OK, failures=0), now=NOW, chance=half)
    assert state_for(failure) is verdict.health.state is state
    assert Saying.from_json(verdict.health.reason) == SAID
    assert verdict.health.retry_at == NOW + round(verdict.wait * SECOND)
    assert verdict.health.failures == 1
    assert verdict.health.last_complete_fetch is None


def test_failures_in_a_row_wait_longer_and_longer() -> None:
    health, waits = Health(HealthState.OK), []
    for _ in range(5):
        verdict = ill(TryLater(SAID), health, now=NOW, chance=half)
        health = verdict.health
        waits.append(verdict.wait)
    assert waits == sorted(waits)
    assert waits[-1] > 10 * waits[0]


def test_a_rate_limit_is_honoured_to_the_second() -> None:
    verdict = ill(TryLater(SAID, 300, rate_limited=True), Health(HealthState.OK), now=NOW, chance=half)
    assert 300 <= verdict.wait < 320


def test_dead_credentials_are_tried_again_once_an_hour() -> None:
    for failures in (0, 9):
        verdict = ill(SignInAgain(SAID), Health(HealthState.SIGN_IN, failures=failures), now=NOW, chance=half)
        assert verdict.wait == 3600


def test_all_is_forgotten_when_it_goes_well() -> None:
    assert well(NOW) == Health(HealthState.OK, last_complete_fetch=NOW)


def test_a_fault_of_our_own_is_named_as_one() -> None:
    health = broken(Health(HealthState.OK), now=NOW, chance=half).health
    assert health.state is HealthState.UNREADABLE
    assert "cminbox made a mistake" in str(Saying.from_json(health.reason))
