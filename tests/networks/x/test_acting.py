"""Hiding, muting, blocking, deleting; each with its price and its refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cminbox.network_kit.failures import Refused, TryLater
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from tests.networks.x.conftest import Stage


async def test_a_reply_below_our_post_is_hidden_and_shown_again(stage: Stage) -> None:
    remote_id = stage.server.someone_replies(stage.ana, "rude")
    await stage.network.hide(remote_id)
    assert stage.world.find(remote_id).hidden
    await stage.network.unhide(remote_id)
    assert not stage.world.find(remote_id).hidden


async def test_what_stands_elsewhere_is_not_hidden(stage: Stage) -> None:
    remote_id = stage.server.someone_mentions(stage.ana, "rude")
    with pytest.raises(Refused, match="replies to your own"):
        await stage.network.hide(remote_id)


@pytest.mark.parametrize("act", ["hide", "unhide", "delete"])
async def test_a_private_message_is_none_of_these(stage: Stage, act: str) -> None:
    remote_id = stage.server.someone_writes(stage.ana, "hello")
    with pytest.raises(Refused):
        await getattr(stage.network, act)(f"dm/{remote_id}")
    assert stage.wire.seen == []


async def test_our_own_post_is_deleted_once_and_another_s_never(stage: Stage) -> None:
    remote_id = stage.server.someone_replies(stage.ana, "hello")
    ours = stage.server.we_post("thanks", remote_id)
    await stage.network.delete(ours)
    await stage.network.delete(ours)
    assert stage.world.get(ours) is None
    with pytest.raises(Refused):
        await stage.network.delete(remote_id)
    assert stage.world.get(remote_id) is not None


async def test_a_person_is_muted_and_barred_from_private_messages(stage: Stage) -> None:
    await stage.network.mute(stage.ana.id)
    await stage.network.block(stage.ben.id)
    assert (stage.world.muted, stage.world.blocked) == ({stage.ana.id}, {stage.ben.id})


async def test_who_was_muted_is_heard_again(stage: Stage) -> None:
    await stage.network.mute(stage.ana.id)
    stage.server.someone_mentions(stage.ana, "hello?")
    assert await stage.messages() == []
    for _ in range(2):
        await stage.network.unmute(stage.ana.id)
    assert [message.text for message in await stage.messages()] == ["@acme hello?"]


@pytest.mark.parametrize("act", ["mute", "unmute", "block"])
@pytest.mark.parametrize("person", ["@ana", "author-of-1", ""])
async def test_a_person_without_an_id_is_not_acted_upon(stage: Stage, act: str, person: str) -> None:
    with pytest.raises(Refused, match="does not know this person"):
        await getattr(stage.network, act)(person)
    assert not [seen for seen in stage.wire.seen if seen.method != "GET"]


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("hide", {"data": {"hidden": False}}),
        ("delete", {"data": {"deleted": False}}),
        ("mute", {"data": {"muting": False}}),
        ("unmute", {"data": {"muting": True}}),
        ("block", {"data": {"blocked": False}}),
        ("hide", {"errors": [{"type": "https://api.x.com/2/problems/not-authorized-for-resource", "detail": "no"}]}),
    ],
)
async def test_a_success_that_says_no_is_a_refusal(stage: Stage, act: str, body: dict[str, object]) -> None:
    remote_id = stage.server.someone_replies(stage.ana, "hello")
    stage.intercept(lambda request, response: response if request.method == "GET" else Response.of(body))
    with pytest.raises(Refused):
        await getattr(stage.network, act)(stage.ana.id if act in {"mute", "unmute", "block"} else remote_id)


async def test_acts_cost_and_end_with_the_day_s_limit(make_stage: type[Stage]) -> None:
    stage = make_stage(calls_per_day=0.010)
    remote_id = stage.server.someone_replies(stage.ana, "rude")
    await stage.network.hide(remote_id)
    await stage.network.unhide(remote_id)
    with pytest.raises(TryLater, match=r"cost 0\.01 dollars today and may cost 0\.01"):
        await stage.network.hide(remote_id)
    assert len([seen for seen in stage.wire.seen if seen.method == "PUT"]) == 2
