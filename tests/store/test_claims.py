"""Two agents never answer at once unless one of them says so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import NOW, SECOND, wrote

from cminbox.domain.problem import NotFound
from cminbox.store.claims import SECONDS

if TYPE_CHECKING:
    from rehearsal.stage import Stage


@pytest.fixture
def where(stage: Stage) -> int:
    stage.take(stage.connect(), wrote("a"))
    return stage.rows()[0].id


def test_the_first_one_has_it_until_it_expires(stage: Stage, where: int) -> None:
    claims = stage.workspace.claims
    claims.take(where, agent="ana", terminal="t1", now=NOW)
    assert claims.take(where, agent="bob", terminal="t2", now=NOW + 1).agent == "ana"
    late = NOW + SECONDS * SECOND
    assert claims.current(where, now=late) is None
    assert claims.take(where, agent="bob", terminal="t2", now=late).agent == "bob"


def test_renewing_keeps_since_when(stage: Stage, where: int) -> None:
    claims = stage.workspace.claims
    claims.take(where, agent="ana", terminal="t1", now=NOW)
    claim = claims.take(where, agent="ana", terminal="t1", now=NOW + 9)
    assert (claim.since, claim.until) == (NOW, NOW + 9 + SECONDS * SECOND)


def test_one_agent_at_two_terminals_is_two(stage: Stage, where: int) -> None:
    claims = stage.workspace.claims
    claims.take(where, agent="ana", terminal="t1", now=NOW)
    assert claims.take(where, agent="ana", terminal="t2", now=NOW).terminal == "t1"
    assert claims.take(where, agent="ana", terminal="t2", now=NOW, take_over=True).terminal == "t2"


def test_only_ones_own_claim_is_given_back(stage: Stage, where: int) -> None:
    claims = stage.workspace.claims
    claims.take(where, agent="ana", terminal="t1", now=NOW)
    claims.give_back(where, agent="bob", terminal="t1")
    assert claims.current(where, now=NOW) is not None
    claims.give_back(where, agent="ana", terminal="t1")
    assert claims.current(where, now=NOW) is None


def test_a_claim_is_seen_in_the_queue_and_told_as_a_change(stage: Stage, where: int) -> None:
    change, _ = stage.workspace.queue.changed_since(0)
    stage.workspace.claims.take(where, agent="ana", terminal="t1", now=NOW)
    assert stage.rows()[0].claimed_by == "ana"
    assert stage.workspace.queue.changed_since(change)[1] == [where]


def test_nothing_is_claimed_that_is_not_there(stage: Stage) -> None:
    with pytest.raises(NotFound):
        stage.workspace.claims.take(99, agent="ana", terminal="t1", now=NOW)


def test_many_who_claim_at_once_agree_on_one(stage: Stage, where: int) -> None:
    screens = [stage.open(f"agent{number}", f"tty{number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        agents = set(
            pool.map(
                lambda screen: (
                    screen.claims.take(where, agent=screen.agent.name, terminal=screen.agent.terminal, now=NOW).agent
                ),
                screens,
            )
        )
    for screen in screens:
        screen.close()
    assert len(agents) == 1
