"""Nothing that costs money goes beyond what an account may spend in a day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rehearsal.people import manifest
from rehearsal.post_office import PostOffice

from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import Saying, say
from cminbox.network_kit.failures import Refused

if TYPE_CHECKING:
    from rehearsal.stage import Stage

    from cminbox.domain.reply import StoredReply

DEAR = replace(manifest(), prices={"reply": 0.4, "reply with link": 2.0})


@pytest.fixture
def office(stage: Stage) -> PostOffice:
    made = PostOffice(stage, DEAR)
    made.desk = replace(made.desk, limit_of={"brand": 1.0}.get)
    return made


async def send(office: PostOffice, text: str = "thank you") -> StoredReply:
    reply = office.queue(text)
    await office.send(reply)
    return office.get(reply)


async def test_what_is_sent_is_counted_and_the_limit_ends_it(office: PostOffice) -> None:
    states = [(await send(office)).state for _ in range(3)]
    assert states == [ReplyState.SENT, ReplyState.SENT, ReplyState.REFUSED]
    assert len(office.server.published) == 2
    assert office.stage.workspace.outbox.spent(office.account.id, "2026-09-21") == 800_000


async def test_the_refusal_names_price_and_limit(office: PostOffice) -> None:
    reply = await send(office, "see https://shop.example")
    reason = str(Saying.from_json(reply.reason or ""))
    assert reason.startswith("This costs 2.00, brand has spent 0.00 today and may spend 1.00")


async def test_the_next_day_begins_at_nothing(office: PostOffice) -> None:
    await send(office)
    await send(office)
    reply = await send(office)
    office.stage.clock.pass_time(24 * 3600)
    office.stage.workspace.outbox.retry(reply.id, agent="ana", now=office.stage.clock.now())
    await office.send(reply)
    assert office.get(reply).state is ReplyState.SENT


async def test_what_left_counts_whatever_the_network_says(office: PostOffice) -> None:
    office.server.reply_failures.append(Refused(say("too rude")))
    await send(office)
    assert office.stage.workspace.outbox.spent(office.account.id, "2026-09-21") == 400_000


async def test_without_a_limit_all_is_counted_and_nothing_refused(office: PostOffice) -> None:
    office.desk = replace(office.desk, limit_of=lambda _account: None)
    states = {(await send(office)).state for _ in range(5)}
    assert states == {ReplyState.SENT}
    assert office.stage.workspace.outbox.spent(office.account.id, "2026-09-21") == 2_000_000


async def test_what_costs_nothing_is_not_counted(stage: Stage) -> None:
    office = PostOffice(stage)
    office.desk = replace(office.desk, limit_of={"brand": 0.0}.get)
    assert (await send(office)).state is ReplyState.SENT
    assert stage.workspace.outbox.spent(office.account.id, "2026-09-21") == 0
