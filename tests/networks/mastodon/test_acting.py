"""Checking an account, reading threads, and what can be done to messages and people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Kind
from cminbox.domain.network import Capability
from cminbox.network_kit.failures import Gone, Refused, SignInAgain
from cminbox.simulators.mastodon import Flavour
from cminbox.simulators.mastodon.server import SCOPES
from cminbox.simulators.wire import Fault, Request, Response

if TYPE_CHECKING:
    from tests.networks.mastodon.conftest import Stage

MARKERS = "/api/v1/markers"


async def test_the_check_tells_what_the_server_allows(make_stage: type[Stage]) -> None:
    for flavour in Flavour:
        stage = make_stage(flavour, max_characters=3_000)
        report = await stage.network.check()
        assert report.facts["max_characters"] == "3000"
        assert {limit.maximum for limits in report.limits.values() for limit in limits} == {3_000}
        assert set(report.limits) == {Kind.COMMENT, Kind.MENTION, Kind.DM}
        assert report.learnt.on(stage.network.manifest).limits == report.limits


async def test_the_check_names_the_permissions_that_are_missing(make_stage: type[Stage]) -> None:
    stage = make_stage(scopes=("read", "write:statuses", "write:favourites"))
    report = await stage.network.check()
    assert report.missing_scopes == ("write:blocks", "write:conversations", "write:mutes", "write:reports")


async def test_the_check_finds_a_token_that_may_not_read(make_stage: type[Stage]) -> None:
    stage = make_stage(scopes=tuple(scope for scope in SCOPES if scope not in {"read", "read:notifications"}))
    report = await stage.network.check()
    assert report.missing_scopes == ("read:notifications",)


async def test_a_server_that_knows_no_application_behind_a_token_is_fine(stage: Stage) -> None:
    def without(request: Request, answer: Response) -> Response:
        return stage.server.error(Fault.UNAUTHORIZED) if request.path.startswith("/api/v1/apps/") else answer

    stage.intercept(without)
    assert (await stage.network.check()).missing_scopes == ()


async def test_the_check_says_what_can_be_seen(stage: Stage) -> None:
    assert [str(remark) for remark in (await stage.network.check()).remarks] == ["No mention can be seen"]
    stage.writes(Kind.MENTION, "hello")
    stage.server.filter_strangers()
    stage.writes(Kind.DM, "between us")
    assert [str(remark) for remark in (await stage.network.check()).remarks] == [
        "Recent mentions that can be seen: 2, the newest from 2026-09-21",
        "People whose messages the server filters, and which are read here as well: 1",
    ]


async def test_a_dead_token_is_a_dead_token(stage: Stage) -> None:
    stage.wire.fail_next(Fault.UNAUTHORIZED)
    with pytest.raises(SignInAgain) as caught:
        await stage.network.check()
    assert caught.value.missing_scope is None


async def test_a_host_without_this_api_is_told_apart_from_a_deleted_message(stage: Stage) -> None:
    stage.wire.fail_next(Fault.NOT_FOUND)
    with pytest.raises(Refused, match="check the address"):
        await stage.network.check()


async def test_odd_facts_of_a_server_are_replaced_by_usual_ones(stage: Stage) -> None:
    def odd(request: Request, answer: Response) -> Response:
        if request.path != "/api/v2/instance":
            return answer
        body = json.loads(answer.body)
        body |= {"version": None, "api_versions": {"mastodon": "new"}, "configuration": {"statuses": "none"}}
        return Response.of(body)

    stage.intercept(odd)
    report = await stage.network.check()
    assert report.facts["max_characters"] == "500"
    assert report.facts["grouped_notifications"] == "no"


async def test_a_thread_stands_in_order_with_our_post_on_top(stage: Stage) -> None:
    post = stage.server.to_id(stage.server.brand_post())
    first = stage.writes(Kind.COMMENT, "first")
    ours = stage.server.we_write("second", under=first)
    silent = stage.server.to_id(stage.server.world.publish(stage.ben, "third", under=stage.server.to_number(ours)).id)
    thread = await stage.network.thread(first)
    assert [message.remote_id for message in thread.above] == [post]
    assert [message.remote_id for message in thread.below] == [ours, silent]
    assert [message.ours for message in (*thread.above, thread.message, *thread.below)] == [True, False, True, False]


async def test_one_odd_status_does_not_hide_the_rest_of_a_thread(stage: Stage) -> None:
    first = stage.writes(Kind.COMMENT, "first")
    second = stage.writes(Kind.COMMENT, "second", under=first)

    def spoil(request: Request, answer: Response) -> Response:
        if not request.path.endswith("/context"):
            return answer
        body = json.loads(answer.body)
        body["descendants"] += [None, {}, {**body["descendants"][0], "id": "9", "media_attachments": 7}]
        return Response.of(body)

    stage.intercept(spoil)
    thread = await stage.network.thread(first)
    assert [message.remote_id for message in thread.below] == [second]


async def test_only_our_own_messages_can_be_deleted(stage: Stage) -> None:
    theirs = stage.writes(Kind.MENTION, "hello")
    with pytest.raises(Refused, match="Only our own"):
        await stage.network.delete(theirs)
    ours = stage.server.we_write("oops", under=theirs)
    for _ in range(2):
        await stage.network.delete(ours)
    with pytest.raises(KeyError):
        stage.server.post(ours)


async def test_what_is_gone_cannot_be_liked(stage: Stage) -> None:
    remote_id = stage.writes(Kind.MENTION, "hello")
    stage.server.delete(remote_id)
    with pytest.raises(Gone):
        await stage.network.like(remote_id)


async def test_what_only_followers_may_read_is_shared_with_nobody(stage: Stage) -> None:
    remote_id = stage.writes(Kind.MENTION, "for my followers")
    stage.server.post(remote_id).visibility = "private"
    stage.server.post(remote_id).author.followed = True
    with pytest.raises(Refused, match="private"):
        await stage.network.boost(remote_id)
    assert stage.asked(f"/api/v1/statuses/{remote_id}/reblog") == []


async def test_a_boost_is_no_message_of_ours(stage: Stage) -> None:
    remote_id = stage.writes(Kind.MENTION, "the best shop")
    await stage.network.boost(remote_id)
    assert [message.remote_id for message in await stage.messages()] == [remote_id]
    assert stage.server.post(remote_id).boost is not None


async def test_a_report_names_the_author_and_stays_within_the_servers_limit(stage: Stage) -> None:
    remote_id = stage.writes(Kind.MENTION, "buy my watches")
    await stage.network.report(remote_id, "spam " * 1_000)
    (request,) = stage.asked("/api/v1/reports")
    body = request.json()
    assert body["account_id"] == stage.server.to_id(stage.ana.id)
    assert body["status_ids"] == [remote_id]
    assert len(body["comment"]) == 1_000


async def test_what_only_followers_read_is_not_offered_to_be_shared(stage: Stage) -> None:
    narrow, wide = (stage.writes(Kind.MENTION, text) for text in ("for few", "for all"))
    stage.server.post(narrow).visibility = "private"
    stage.server.post(narrow).author.followed = True
    barred = {one.remote_id: one.barred for one in await stage.messages()}
    assert (barred[narrow], barred[wide]) == ((Capability.BOOST,), ())


async def test_reading_a_private_message_leaves_other_exchanges_unread(stage: Stage) -> None:
    mine = stage.writes(Kind.DM, "between us")
    stage.server.someone_writes(Kind.DM, stage.ben, "and us")
    await stage.network.mark_read(mine)
    assert {person: exchange.unread for exchange in stage.server.world.exchanges for person in exchange.people} == {
        stage.ana.id: False,
        stage.ben.id: True,
    }


async def test_reading_an_earlier_private_message_reads_its_exchange(stage: Stage) -> None:
    first = stage.writes(Kind.DM, "first")
    stage.writes(Kind.DM, "second", under=first)
    await stage.network.mark_read(first)
    assert [exchange.unread for exchange in stage.server.world.exchanges] == [False]


@pytest.mark.parametrize("flavour", list(Flavour))
async def test_the_mark_of_what_was_read_never_moves_back(make_stage: type[Stage], flavour: Flavour) -> None:
    stage = make_stage(flavour)
    early, late = stage.writes(Kind.MENTION, "early"), stage.writes(Kind.MENTION, "late")
    await stage.network.mark_read(late)
    marked = stage.server.world.marker
    await stage.network.mark_read(early)
    assert stage.server.world.marker == marked
    assert marked > 0


async def test_marking_a_message_far_back_does_not_read_everything(stage: Stage) -> None:
    old = stage.writes(Kind.MENTION, "old")
    for number in range(100):
        stage.writes(Kind.MENTION, f"number {number}")
    await stage.network.mark_read(old)
    assert len(stage.asked("/api/v1/notifications")) <= 5
    assert [request for request in stage.asked(MARKERS) if request.method == "POST"] == []
