"""Doubt ends by finding, by a key that is still known, or by a person; never by a guess."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rehearsal.people import HOUR, NOW, SECOND, manifest

from cminbox.domain.message import Kind
from cminbox.outbox.recovery import (
    KEY_MARGIN,
    LOOKS,
    MOST_DOUBTS,
    Doubt,
    Next,
    after_not_found,
    first_look,
    next_look,
    recognised,
)

LIFE = 3600
KEYED = manifest(idempotent_for=LIFE)
PLAIN = manifest()


def doubt(*, since: int = NOW, tried_at: int | None = None, times: int = 1, kind: Kind = Kind.COMMENT) -> Doubt:
    return Doubt(since, since if tried_at is None else tried_at, times, kind)


def test_looks_come_at_their_times_and_end() -> None:
    now, seen = NOW, []
    while (at := next_look(NOW, now)) is not None:
        seen.append((at - NOW) / 1000)
        now = at
    assert tuple(seen) == LOOKS
    assert first_look(NOW, NOW) == NOW + round(LOOKS[0] * 1000)
    assert first_look(NOW - HOUR, NOW) == NOW


@given(tried_at=st.integers(-(10**14), 10**14), now=st.integers(-(10**14), 10**14))
def test_a_look_is_never_in_the_past_and_never_far(tried_at: int, now: int) -> None:
    at = next_look(tried_at, now)
    assert at is None or now < at <= now + LOOKS[-1] * 1000


def test_a_clock_that_went_back_looks_soon() -> None:
    assert next_look(NOW, NOW - 24 * HOUR) == NOW - 24 * HOUR + round(LOOKS[0] * 1000)


def test_a_key_is_trusted_for_its_life_but_for_a_margin() -> None:
    last = NOW + round((LIFE - KEY_MARGIN) * SECOND)
    assert recognised(KEYED, Kind.COMMENT, NOW, last - 1)
    assert not recognised(KEYED, Kind.COMMENT, NOW, last)
    assert not recognised(KEYED, Kind.COMMENT, NOW, NOW - 1)
    assert not recognised(KEYED, Kind.DM, NOW, NOW)
    assert not recognised(PLAIN, Kind.COMMENT, NOW, NOW)


def test_lists_that_lag_are_given_time() -> None:
    early = NOW + round(LOOKS[-1] * 1000) - 1
    for facts in (KEYED, PLAIN):
        assert after_not_found(doubt(), facts, can_look=True, now=early) is Next.LOOK_AGAIN


def test_after_all_looks_a_known_key_may_be_sent_again() -> None:
    late = NOW + round(LOOKS[-1] * 1000)
    assert after_not_found(doubt(), KEYED, can_look=True, now=late) is Next.SEND_AGAIN
    assert after_not_found(doubt(kind=Kind.DM), KEYED, can_look=True, now=late) is Next.ASK_A_PERSON
    assert after_not_found(doubt(), PLAIN, can_look=True, now=late) is Next.ASK_A_PERSON


def test_the_keys_life_counts_from_the_first_doubt_not_the_last() -> None:
    now = NOW + LIFE * SECOND
    found = after_not_found(doubt(since=NOW, tried_at=now - 100 * SECOND), KEYED, can_look=True, now=now)
    assert found is Next.ASK_A_PERSON


def test_where_nobody_can_look_only_a_known_key_is_sent_again() -> None:
    assert after_not_found(doubt(), KEYED, can_look=False, now=NOW) is Next.SEND_AGAIN
    assert after_not_found(doubt(), PLAIN, can_look=False, now=NOW) is Next.ASK_A_PERSON


def test_a_key_that_never_brings_clarity_is_given_up() -> None:
    late = NOW + 10 * round(LOOKS[-1] * 1000)
    assert after_not_found(doubt(times=MOST_DOUBTS), KEYED, can_look=True, now=late) is Next.ASK_A_PERSON


@given(
    since=st.integers(0, 10**14),
    passed=st.integers(-(10**9), 10**12),
    times=st.integers(0, 10),
    can_look=st.booleans(),
    kind=st.sampled_from([Kind.COMMENT, Kind.DM]),
)
def test_without_a_living_key_nothing_is_ever_sent_again(
    since: int, passed: int, times: int, *, can_look: bool, kind: Kind
) -> None:
    now = since + passed
    for facts in (KEYED, PLAIN):
        found = after_not_found(Doubt(since, since, times, kind), facts, can_look=can_look, now=now)
        if found is Next.SEND_AGAIN:
            assert kind in facts.idempotent_for
            assert 0 <= passed < LIFE * SECOND
