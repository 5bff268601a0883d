"""Acts of one kind that a network can carry out with one request: together, or one by one where one spoils it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest
from rehearsal.network import ScriptedNetwork
from rehearsal.people import NOW, manifest
from rehearsal.post_office import PostOffice

from cminbox.domain.network import Capability
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, NetworkFailure, TryLater

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rehearsal.stage import Stage

FACTS = manifest(Capability.HIDE, Capability.UNHIDE, Capability.DELETE)


class ThreeAtOnce(ScriptedNetwork):
    """Hides three messages with one request."""

    together: ClassVar[Mapping[Capability, int]] = {Capability.HIDE: 3}

    async def act_together(self, act: Capability, remote_ids: Sequence[str]) -> None:
        """Note what was asked, or fail."""
        self.server.acts.append((f"{act.value} together", " ".join(remote_ids)))
        failure = self.server.act_failures.popleft() if self.server.act_failures else None
        if failure is not None:
            raise failure


@pytest.fixture
def office(stage: Stage) -> PostOffice:
    office = PostOffice(stage, FACTS)
    office.network = ThreeAtOnce.over(office.server, FACTS)
    return office


def ask(office: PostOffice, *acts: tuple[Capability, str]) -> list[int]:
    add = office.stage.workspace.acts.add
    return [add(office.where, capability, subject, agent="ana", now=NOW) for capability, subject in acts]


def hidden(*subjects: str) -> list[tuple[Capability, str]]:
    return [(Capability.HIDE, subject) for subject in subjects]


def outcomes(office: PostOffice, ids: list[int]) -> list[str]:
    return [office.stage.workspace.acts.outcome(one)[0] for one in ids]


async def test_what_asks_for_the_same_is_done_together(office: PostOffice) -> None:
    ids = ask(office, *hidden("a", "b", "c", "d", "e"))
    await office.work_off()
    assert office.server.acts == [("hide together", "a b c"), ("hide together", "d e")]
    assert outcomes(office, ids) == ["done"] * 5
    assert office.desk.tally.acts_done == 5


async def test_one_alone_is_done_alone(office: PostOffice) -> None:
    ids = ask(office, *hidden("a"), (Capability.DELETE, "b"), (Capability.DELETE, "c"))
    await office.work_off()
    assert office.server.acts == [("hide", "a"), ("delete", "b"), ("delete", "c")]
    assert outcomes(office, ids) == ["done"] * 3


async def test_the_order_of_what_undoes_each_other_is_kept(office: PostOffice) -> None:
    ask(office, *hidden("a", "b"), (Capability.DELETE, "x"), *hidden("a"))
    await office.work_off()
    assert office.server.acts == [("hide together", "a b"), ("delete", "x"), ("hide", "a")]


async def test_the_same_message_is_named_once(office: PostOffice) -> None:
    ids = ask(office, *hidden("a", "a", "b"))
    await office.work_off()
    assert office.server.acts == [("hide together", "a b")]
    assert outcomes(office, ids) == ["done"] * 3


@pytest.mark.parametrize("failure", [Gone(say("one is gone")), KeyError("x")])
async def test_where_one_spoils_it_each_is_tried_by_itself(office: PostOffice, failure: Exception) -> None:
    office.server.act_failures.extend([failure, None, Gone(say("gone")), None])
    ids = ask(office, *hidden("a", "b", "c"))
    await office.work_off()
    assert office.server.acts[0] == ("hide together", "a b c")
    assert outcomes(office, ids) == ["done", "refused", "done"]


async def test_a_pause_lets_all_of_them_wait(office: PostOffice) -> None:
    busy: list[NetworkFailure] = [TryLater(say("busy"), 90), TryLater(say("busy"), 90)]
    office.server.act_failures.extend(busy)
    ids = ask(office, *hidden("a", "b"))
    await office.work_off()
    assert outcomes(office, ids) == ["queued"] * 2
    office.stage.clock.pass_time(1000)
    await office.work_off()
    assert outcomes(office, ids) == ["done"] * 2
