"""The units of a day: counted as YouTube counts them, shared, and not overspent."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from cminbox.network_kit.failures import TryLater
from cminbox.simulators.wire import Fault

if TYPE_CHECKING:
    from tests.networks.youtube.conftest import Stage

PACIFIC = ZoneInfo("America/Los_Angeles")
HOUR_MS = 3600 * 1000


def used(stage: Stage) -> int:
    units: int = stage.network._api.budget.used  # type: ignore[attr-defined]
    return units


async def test_the_count_is_that_of_the_server(stage: Stage) -> None:
    top = stage.server.someone_comments(stage.ana, "hello")
    chat = stage.server.world.go_live()
    stage.server.someone_chats(chat, stage.ben, "hi")
    await stage.read()
    await stage.network.reply(stage.answer(top, "Thank you"))
    await stage.network.hide(top)
    await stage.network.check()
    assert used(stage) == stage.server.spent_today()
    assert 100 < used(stage) < 150


async def test_the_count_is_kept_over_a_restart_and_shared(stage: Stage) -> None:
    top = stage.server.someone_comments(stage.ana, "hello")
    await stage.network.reply(stage.answer(top, "Thank you"))
    other = stage.connect()
    await other.reply(stage.answer(top, "Once more"))
    await stage.read()
    stage.network = stage.connect()
    report = await stage.network.check()
    assert report.facts["units_today"] == str(stage.server.spent_today())
    assert report.facts["units_per_day"] == "10000"


async def test_reading_leaves_the_reserve_to_replies(make_stage: type[Stage]) -> None:
    stage = make_stage(units=120, reserved=55)
    top = stage.server.someone_comments(stage.ana, "hello")
    cursor = await stage.read()
    while used(stage) < 65:
        _, _, cursor = await stage.news(cursor)
    with pytest.raises(TryLater, match="midnight in California") as caught:
        await stage.pages(cursor)
    assert caught.value.rate_limited
    reply = stage.answer(top, "Thank you")
    assert (await stage.network.thread(top)).below == ()
    receipt = await stage.network.reply(reply)
    found = await stage.network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id


async def test_without_units_nothing_is_asked_and_the_wait_lasts_till_midnight_in_california(
    make_stage: type[Stage],
) -> None:
    stage = make_stage(units=100, reserved=0)
    top = stage.server.someone_comments(stage.ana, "hello")
    await stage.network.reply(stage.answer(top, "Thank you"))
    before = len(stage.wire.seen)
    with pytest.raises(TryLater) as caught:
        await stage.network.hide(top)
    assert len(stage.wire.seen) == before
    assert caught.value.after is not None
    again = datetime.fromtimestamp(stage.clock / 1000 + caught.value.after, PACIFIC)
    assert (again.hour, again.minute) == (0, 0)
    stage.later(round(caught.value.after * 1000) + HOUR_MS)
    await stage.network.hide(top)
    assert used(stage) == 50


async def test_when_youtube_says_that_the_day_is_spent_it_is_believed(make_stage: type[Stage]) -> None:
    stage = make_stage(server_units=60)
    top = stage.server.someone_comments(stage.ana, "hello")
    await stage.network.reply(stage.answer(top, "Thank you"))
    with pytest.raises(TryLater) as caught:
        await stage.network.hide(top)
    assert caught.value.rate_limited
    assert caught.value.after is not None
    assert caught.value.after > 60
    before = len(stage.wire.seen)
    with pytest.raises(TryLater):
        await stage.network.hide(top)
    assert len(stage.wire.seen) == before
    stage.later(round(caught.value.after * 1000) + HOUR_MS)
    await stage.network.hide(top)


async def test_too_fast_is_a_short_pause(stage: Stage) -> None:
    stage.server.someone_comments(stage.ana, "hello")
    await stage.read()
    stage.wire.fail_next(Fault.RATE_LIMIT)
    with pytest.raises(TryLater) as caught:
        await stage.pages()
    assert (caught.value.after, caught.value.rate_limited) == (60.0, True)
    assert len(await stage.messages()) == 1


async def test_when_much_is_used_early_only_new_comments_are_read(make_stage: type[Stage]) -> None:
    stage = make_stage(units=1_000, reserved=200)
    stage.server.someone_comments(stage.ana, "hello")
    cursor = await stage.read()
    morning = datetime.fromtimestamp(stage.clock / 1000, PACIFIC).replace(hour=1, minute=0)
    stage.later(round(morning.timestamp() * 1000) - stage.clock + 24 * HOUR_MS)
    for _ in range(81):
        _, _, cursor = await stage.news(cursor)
    stage.later(10 * 60_000)
    before = stage.server.spent_today()
    await stage.news(cursor)
    assert stage.server.spent_today() - before == 1


async def test_what_google_grants_this_project_is_what_is_told(make_stage: type[Stage]) -> None:
    stage = make_stage(units=50_000)
    manifest = (await stage.network.check()).learnt.on(stage.network.manifest)
    assert manifest.prices == {"units for a reply": 50, "units a day": 50_000}


async def test_the_check_says_what_is_left(stage: Stage) -> None:
    remarks = [str(remark) for remark in (await stage.network.check()).remarks]
    assert any("of 10000" in remark for remark in remarks)
