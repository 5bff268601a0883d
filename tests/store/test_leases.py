"""One holder at a time, whoever else wants it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import NOW, SECOND

if TYPE_CHECKING:
    from rehearsal.stage import Stage

    from cminbox.store.leases import Leases


@pytest.fixture
def leases(stage: Stage) -> Leases:
    return stage.workspace.leases


def take(leases: Leases, holder: str, *, now: int = NOW, instead_of: str | None = None) -> bool:
    return leases.take("sync", holder=holder, host="h", pid=1, now=now, seconds=30, instead_of=instead_of)


def test_the_first_one_gets_it_and_the_second_does_not(leases: Leases) -> None:
    assert take(leases, "one")
    assert not take(leases, "two")
    current = leases.current("sync", now=NOW)
    assert current is not None
    assert (current.holder, current.host, current.pid, current.until) == ("one", "h", 1, NOW + 30 * SECOND)


def test_it_can_be_had_when_it_has_expired(leases: Leases) -> None:
    take(leases, "one")
    assert not take(leases, "two", now=NOW + 30 * SECOND - 1)
    assert take(leases, "two", now=NOW + 30 * SECOND)
    assert not leases.renew("sync", holder="one", now=NOW + 31 * SECOND, seconds=30)


def test_a_dead_holder_is_replaced_at_once_and_only_that_one(leases: Leases) -> None:
    take(leases, "dead")
    assert not take(leases, "two", instead_of="another that is dead")
    assert take(leases, "two", instead_of="dead")
    assert not take(leases, "three", instead_of="dead")


def test_renewing_extends_it_even_after_a_long_sleep(leases: Leases) -> None:
    take(leases, "one")
    assert leases.renew("sync", holder="one", now=NOW + 3600 * SECOND, seconds=30)
    assert not take(leases, "two", now=NOW + 3620 * SECOND)


def test_giving_back_frees_it_at_once_and_only_ones_own(leases: Leases) -> None:
    take(leases, "one")
    leases.give_back("sync", holder="two")
    assert not take(leases, "two")
    leases.give_back("sync", holder="one")
    assert leases.current("sync", now=NOW) is None
    assert take(leases, "two")


def test_many_who_want_it_at_once_are_one_holder(stage: Stage) -> None:
    screens = [stage.open("ana", f"tty{number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda screen: take(screen.leases, screen.agent.terminal), screens))
    for screen in screens:
        screen.close()
    assert sorted(taken) == [False, False, False, True]


def test_asked_for_cycles_are_counted(leases: Leases) -> None:
    assert leases.want("sync") == 0
    assert leases.wanted("sync") == (0, 0)
    take(leases, "one")
    assert (leases.want("sync"), leases.want("sync")) == (1, 2)
    leases.finish("sync", 2)
    leases.finish("sync", 1)
    assert leases.wanted("sync") == (2, 2)
