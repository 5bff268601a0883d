"""The price of each call is counted once a day, shown, and limited; replies are limited apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Kind
from cminbox.domain.spending import price_of
from cminbox.network_kit.failures import Refused, TryLater
from cminbox.network_kit.limits import has_link
from cminbox.networks.x.account import MANIFEST, POST_LIMITS
from cminbox.simulators.wire import Response
from cminbox.simulators.x import Rules

if TYPE_CHECKING:
    from tests.networks.x.conftest import Stage

DAY_MS = 24 * 3600 * 1000


def spent(stage: Stage) -> int:
    return int(stage.kept.values.get("spent", "0"))


async def test_a_mention_costs_a_post_and_its_author(stage: Stage) -> None:
    stage.server.someone_mentions(stage.ana, "hello")
    await stage.read()
    # Who we are, the post, its author.
    assert spent(stage) == 10_000 + 5_000 + 10_000


async def test_what_was_paid_for_today_is_not_counted_again(stage: Stage) -> None:
    stage.server.someone_mentions(stage.ana, "hello")
    cursor = await stage.read()
    before = spent(stage)
    for _ in range(3):
        cursor = (await stage.news(cursor))[2]
    assert spent(stage) == before
    stage.later(DAY_MS)
    stage.server.someone_mentions(stage.ana, "again")
    await stage.news(cursor)
    assert stage.kept.values["day"] == "2026-09-22"
    # What lies within half an hour of the newest is read again, to see whether it was edited.
    assert spent(stage) == 2 * 5_000 + 10_000


async def test_what_was_paid_for_is_remembered_across_restarts_and_processes(stage: Stage) -> None:
    stage.server.someone_mentions(stage.ana, "hello")
    stage.server.someone_writes(stage.ana, "psst")
    await stage.read()
    before = spent(stage)
    for _ in range(3):
        stage.network = stage.connect()
        await stage.read()
        await stage.check()
    assert spent(stage) == before


async def test_no_more_than_a_day_s_share_is_remembered(make_stage: type[Stage]) -> None:
    stage = make_stage(rules=Rules(largest_page=100))
    for number in range(700):
        stage.server.someone_mentions(stage.world.user(f"person_{number}"), "hello")
    await stage.read()
    assert len(stage.kept.values["paid"].split()) == 1 + 700 + 700
    stage.later(DAY_MS)
    await stage.check()
    assert len(stage.kept.values["paid"].split()) == 1 + 5 + 5


async def test_mentions_cost_less_where_the_application_is_the_account_s_own(make_stage: type[Stage]) -> None:
    stage = make_stage(own_app=True)
    stage.server.someone_mentions(stage.ana, "hello")
    await stage.read()
    assert spent(stage) == 10_000 + 1_000 + 10_000


async def test_private_messages_cost(stage: Stage) -> None:
    stage.server.someone_writes(stage.ana, "one")
    stage.server.someone_writes(stage.ana, "two")
    await stage.read()
    assert spent(stage) == 10_000 + 2 * 10_000 + 10_000


async def test_at_the_limit_reading_waits_for_midnight_and_replies_go_on(make_stage: type[Stage]) -> None:
    stage = make_stage(calls_per_day=0.025)
    remote_id = stage.server.someone_mentions(stage.ana, "hello")
    cursor = await stage.read()
    with pytest.raises(TryLater, match=r"cost 0\.025 dollars today and may cost 0\.025") as caught:
        await stage.pages(cursor)
    assert caught.value.after is not None
    assert 0 < caught.value.after <= 24 * 3600
    await stage.network.reply(stage.answer(remote_id, "thanks"))
    stage.later(round(caught.value.after * 1000) + 1000)
    assert (await stage.news(cursor))[0] == []


async def test_two_processes_share_the_limit(make_stage: type[Stage]) -> None:
    stage = make_stage(calls_per_day=0.025)
    stage.server.someone_mentions(stage.ana, "hello")
    await stage.read()
    stage.network = stage.connect()
    asked = len(stage.wire.seen)
    with pytest.raises(TryLater):
        await stage.pages()
    assert len(stage.wire.seen) <= asked + 1


async def test_an_enterprise_does_not_pay_by_the_call(make_stage: type[Stage]) -> None:
    stage = make_stage(plan="enterprise", calls_per_day=0.0)
    stage.server.someone_mentions(stage.ana, "hello")
    assert len(await stage.messages()) == 1
    report = await stage.check()
    assert price_of(report.learnt.on(MANIFEST).prices, "hello") == 0
    assert not any("dollars" in str(remark) for remark in report.remarks)


async def test_the_check_shows_what_calls_cost_and_have_cost(stage: Stage) -> None:
    stage.server.someone_mentions(stage.ana, "hello")
    report = await stage.check()
    (said,) = [str(remark) for remark in report.remarks if "dollars" in str(remark)]
    assert said.startswith("Reading and moderating have cost 0.025 of 1000.00 dollars today; a post read costs 0.005")
    assert report.facts["spent_today"] == "0.025"


async def test_the_check_says_what_can_be_seen(stage: Stage) -> None:
    report = await stage.check()
    assert [str(remark) for remark in report.remarks][:2] == [
        "No mention can be seen",
        "No private message of the last 30 days can be seen; X shows encrypted ones to no program",
    ]
    stage.server.someone_mentions(stage.ana, "hello")
    stage.server.someone_writes(stage.ana, "psst")
    report = await stage.check()
    assert str(report.remarks[0]) == "The newest mention that can be seen is from 2026-09-21"
    assert len(report.remarks) == 2


async def test_another_version_than_the_one_it_was_made_for_is_remarked(make_stage: type[Stage]) -> None:
    stage = make_stage(sign_in="browser", api_version="3")
    honest = stage.server.answer
    setattr(  # noqa: B010 - a plain assignment to a method is no type
        stage.server, "answer", lambda request: honest(replace(request, path=request.path.replace("/3/", "/2/")))
    )
    report = await stage.check()
    assert "Version 3 of X's interface is asked for; cminbox was made for 2" in map(str, report.remarks)


async def test_a_version_that_has_ended_is_named(stage: Stage) -> None:
    stage.intercept(lambda _request, _response: Response.of({"title": "Gone", "type": "about:blank"}, 410))
    with pytest.raises(Refused, match="set api_version to a later one"):
        await stage.check()


@pytest.mark.parametrize(
    ("kind", "text", "price"),
    [
        (Kind.MENTION, "thank you", 10_000),
        (Kind.COMMENT, "see https://shop.example.com", 200_000),
        (Kind.COMMENT, "see shop.example.com", 200_000),
        (Kind.COMMENT, "thanks.Bye", 10_000),
        (Kind.DM, "see https://shop.example.com", 15_000),
        (Kind.DM, "thank you", 15_000),
    ],
)
def test_a_reply_has_the_price_of_its_kind_and_of_its_addresses(kind: Kind, text: str, price: int) -> None:
    linked = has_link(text, POST_LIMITS)
    assert price_of(MANIFEST.prices, text, private=not kind.public, link=linked) == price
