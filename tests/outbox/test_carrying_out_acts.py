"""Likes, hides and the like: done once, refused with a reason, or tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rehearsal.people import NOW, manifest
from rehearsal.post_office import PostOffice

from cminbox.domain.network import READS, Capability
from cminbox.domain.problem import StoreProblem
from cminbox.domain.saying import say
from cminbox.network_kit.contract import Network
from cminbox.network_kit.failures import (
    Gone,
    NetworkFailure,
    Refused,
    SendOutcomeUnknown,
    SignInAgain,
    TryLater,
    Unreadable,
)
from cminbox.outbox.acts import HOW, carry_out
from cminbox.outbox.outcomes import MOST_UNREADABLE, SIGN_IN_PAUSE

if TYPE_CHECKING:
    from rehearsal.stage import Stage

FACTS = manifest(Capability.HIDE, Capability.DELETE, Capability.BLOCK, Capability.REPORT)
NOT_ACTS = READS | {
    Capability.THREAD,
    Capability.REPLY,
    Capability.FIND_SENT,
    Capability.STREAM,
    Capability.SEARCH,
}


@pytest.fixture
def office(stage: Stage) -> PostOffice:
    return PostOffice(stage, FACTS)


def ask(office: PostOffice, capability: Capability, subject: str = "question", detail: str = "") -> int:
    return office.stage.workspace.acts.add(office.where, capability, subject, agent="ana", now=NOW, detail=detail)


async def work(office: PostOffice) -> float:
    acts = office.stage.workspace.acts
    (act,) = acts.due(office.stage.clock.now())
    return await carry_out(office.desk, acts, office.account, act)


def test_every_act_of_a_network_has_its_way() -> None:
    assert set(HOW) == set(Capability) - NOT_ACTS
    assert all(hasattr(Network, capability.value) for capability in HOW)


@pytest.mark.parametrize(
    ("capability", "detail", "done"),
    [
        (Capability.HIDE, "", ("hide", "question")),
        (Capability.DELETE, "", ("delete", "question")),
        (Capability.BLOCK, "", ("block", "question")),
        (Capability.REPORT, "spam", ("report for spam", "question")),
    ],
)
async def test_an_act_is_done_and_said_to_be(
    office: PostOffice, capability: Capability, detail: str, done: tuple[str, str]
) -> None:
    act_id = ask(office, capability, detail=detail)
    assert await work(office) == 0
    assert office.server.acts == [done]
    assert office.stage.workspace.acts.outcome(act_id) == ("done", None)
    assert office.desk.tally.acts_done == 1


@pytest.mark.parametrize("failure", [Refused(say("not yours")), Gone(say("gone")), Unreadable(say("?")), KeyError("x")])
async def test_what_will_never_work_is_refused_with_the_reason(office: PostOffice, failure: Exception) -> None:
    office.server.act_failures.append(failure)
    act_id = ask(office, Capability.HIDE)
    await work(office)
    state, reason = office.stage.workspace.acts.outcome(act_id)
    assert (state, office.desk.tally.acts_refused) == ("refused", 1)
    assert str(reason) == (str(failure) if isinstance(failure, NetworkFailure) else str(reason))


async def test_a_database_that_cannot_be_read_refuses_no_act(office: PostOffice) -> None:
    office.unconnectable = StoreProblem(say("locked"))
    act_id = ask(office, Capability.HIDE)
    with pytest.raises(StoreProblem):
        await work(office)
    assert office.stage.workspace.acts.outcome(act_id)[0] == "queued"


async def test_deleting_what_is_gone_is_done(office: PostOffice) -> None:
    office.server.act_failures.append(Gone(say("gone")))
    act_id = ask(office, Capability.DELETE)
    await work(office)
    assert office.stage.workspace.acts.outcome(act_id)[0] == "done"


async def test_what_a_network_cannot_do_is_never_asked_of_it(office: PostOffice) -> None:
    act_id = ask(office, Capability.LIKE)
    await work(office)
    state, reason = office.stage.workspace.acts.outcome(act_id)
    assert state == "refused"
    assert "offers no way to do this" in str(reason)
    assert office.server.acts == []


async def test_a_failure_that_passes_is_tried_again_later(office: PostOffice) -> None:
    office.server.act_failures.append(TryLater(say("busy"), 90))
    act_id = ask(office, Capability.HIDE)
    pause = await work(office)
    assert pause >= 90
    assert office.stage.workspace.acts.due(NOW + 90_000) == []
    office.stage.clock.pass_time(pause + 1)
    await work(office)
    assert office.stage.workspace.acts.outcome(act_id)[0] == "done"


async def test_an_unclear_outcome_is_repeated_for_twice_does_no_harm(office: PostOffice) -> None:
    office.server.act_failures.extend([SendOutcomeUnknown(say("lost"))] * 50)
    act_id = ask(office, Capability.HIDE)
    for _ in range(MOST_UNREADABLE):
        await work(office)
        office.stage.clock.pass_time(3600)
    assert office.stage.workspace.acts.outcome(act_id)[0] == "queued"
    await work(office)
    assert office.stage.workspace.acts.outcome(act_id)[0] == "refused"


async def test_dead_credentials_wait_and_a_missing_permission_is_said(office: PostOffice) -> None:
    office.server.act_failures.extend([SignInAgain(say("dead")), SignInAgain(say("no"), missing_scope="block")])
    act_id = ask(office, Capability.BLOCK)
    assert await work(office) == SIGN_IN_PAUSE
    assert office.stage.workspace.acts.outcome(act_id)[0] == "queued"
    assert await work(office) == 0
    assert office.stage.workspace.acts.outcome(act_id)[0] == "refused"
    assert office.signed_out == ["brand: dead", "brand: no"]
