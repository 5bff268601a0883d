"""Likes, hiding, blocking, deleting, reporting, the mark of what was seen, and the check of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import Gone, Refused, TryLater
from cminbox.simulators.bluesky.world import BLOCK, GATE, LIKE, REPOST

if TYPE_CHECKING:
    from tests.networks.bluesky.conftest import Stage

    from cminbox.simulators.wire import Request, Response

AT = "2026-09-21T12:00:00.000Z"
PUT = "com.atproto.repo.putRecord"


def _like_elsewhere(stage: Stage, uri: str) -> None:
    subject = {"uri": uri, "cid": stage.server.world.records[uri].cid}
    value = {"$type": LIKE, "subject": subject, "createdAt": AT}
    stage.server.world.publish(stage.server.brand.did, LIKE, value)


async def test_what_was_liked_elsewhere_is_not_liked_twice(stage: Stage) -> None:
    uri = stage.writes(Kind.COMMENT, "nice")
    _like_elsewhere(stage, uri)
    await stage.network.like(uri)
    assert len(stage.server.world.owned(LIKE, stage.server.brand.did)) == 1
    await stage.network.unlike(uri)
    assert stage.server.world.liked(uri) is None


async def test_two_likes_before_the_server_shows_the_first_are_one(stage: Stage) -> None:
    uri = stage.writes(Kind.COMMENT, "nice")
    unseen = stage.server.world.liked
    setattr(stage.server.world, "liked", lambda _uri: None)  # noqa: B010 - a plain assignment to a method is no type
    await stage.network.like(uri)
    await stage.network.like(uri)
    setattr(stage.server.world, "liked", unseen)  # noqa: B010 - as above
    assert len(stage.server.world.owned(LIKE, stage.server.brand.did)) == 1


async def test_what_was_reposted_elsewhere_is_not_reposted_twice(stage: Stage) -> None:
    uri = stage.writes(Kind.COMMENT, "nice")
    subject = {"uri": uri, "cid": stage.server.world.records[uri].cid}
    stage.server.world.publish(stage.server.brand.did, REPOST, {"$type": REPOST, "subject": subject, "createdAt": AT})
    await stage.network.boost(uri)
    assert len(stage.server.world.owned(REPOST, stage.server.brand.did)) == 1
    await stage.network.unboost(uri)
    assert stage.server.world.reposted(uri) is None
    assert stage.server.world.liked(uri) is None


async def test_who_was_blocked_elsewhere_is_not_blocked_twice(stage: Stage) -> None:
    value = {"$type": BLOCK, "subject": stage.ana.did, "createdAt": AT}
    stage.server.world.publish(stage.server.brand.did, BLOCK, value)
    await stage.network.block(stage.ana.did)
    assert len(stage.server.world.owned(BLOCK, stage.server.brand.did)) == 1


async def test_hiding_keeps_what_the_gate_already_says(stage: Stage) -> None:
    post = stage.server.we_write("New stock")
    first, second = (stage.writes(Kind.COMMENT, text, under=post) for text in ("first", "second"))
    rule = {"$type": "app.bsky.feed.threadgate#mentionRule"}
    gate = {"$type": GATE, "post": post, "createdAt": AT, "allow": [rule], "hiddenReplies": [first]}
    uri = stage.server.world.publish(stage.server.brand.did, GATE, gate, post.rsplit("/", 1)[-1]).uri
    await stage.network.hide(second)
    assert stage.record(uri) == gate | {"hiddenReplies": [first, second]}
    await stage.network.unhide(first)
    assert stage.record(uri) == gate | {"hiddenReplies": [second]}


async def test_only_replies_under_our_own_posts_can_be_hidden(stage: Stage) -> None:
    mention = stage.writes(Kind.MENTION, "@acme.example rubbish")
    with pytest.raises(Refused):
        await stage.network.hide(mention)
    assert stage.asked(PUT) == []


async def test_a_full_list_of_hidden_replies_is_said(stage: Stage) -> None:
    post = stage.server.we_write("New stock")
    uri = stage.writes(Kind.COMMENT, "rubbish", under=post)
    hidden = [f"{post[:-3]}{n:03}" for n in range(300)]
    gate = {"$type": GATE, "post": post, "createdAt": AT, "hiddenReplies": hidden}
    stage.server.world.publish(stage.server.brand.did, GATE, gate, post.rsplit("/", 1)[-1])
    with pytest.raises(Refused, match="300"):
        await stage.network.hide(uri)


async def test_a_gate_that_somebody_changes_meanwhile_is_not_overwritten(stage: Stage) -> None:
    post = stage.server.we_write("New stock")
    uri = stage.writes(Kind.COMMENT, "rubbish", under=post)
    gate = {"$type": GATE, "post": post, "createdAt": AT, "hiddenReplies": []}
    rkey = post.rsplit("/", 1)[-1]

    def meanwhile(request: Request, answer: Response) -> Response:
        if request.path.endswith("getRecord"):
            stage.server.world.publish(stage.server.brand.did, GATE, gate, rkey)
        return answer

    stage.intercept(meanwhile)
    with pytest.raises(TryLater):
        await stage.network.hide(uri)
    await stage.network.hide(uri)
    assert stage.server.world.hidden(stage.server.world.records[uri])


async def test_only_our_own_posts_are_deleted(stage: Stage) -> None:
    asked = stage.writes(Kind.COMMENT, "where?")
    ours = stage.server.we_write("in Nantes", asked)
    with pytest.raises(Refused):
        await stage.network.delete(asked)
    await stage.network.delete(ours)
    assert asked in stage.server.world.records
    assert ours not in stage.server.world.records


@pytest.mark.parametrize(
    ("reason", "kind"), [("It is SPAM", "Spam"), ("rude to staff", "Rude"), ("I do not like it", "Other")]
)
async def test_a_report_is_filed_as_what_it_says(stage: Stage, reason: str, kind: str) -> None:
    uri = stage.writes(Kind.COMMENT, "buy coins")
    await stage.network.report(uri, reason)
    (report,) = stage.server.world.reports
    assert report["reasonType"] == f"com.atproto.moderation.defs#reason{kind}"
    assert report["reason"] == reason
    assert report["subject"]["uri"] == uri


async def test_the_mark_of_what_was_seen_never_goes_back(stage: Stage) -> None:
    first, second, third = (stage.writes(Kind.MENTION, text) for text in ("1", "2", "3"))
    records = stage.server.world.records
    await stage.network.mark_read(second)
    assert stage.server.world.seen_at == records[second].sorted_at + 1
    await stage.network.mark_read(first)
    assert stage.server.world.seen_at == records[second].sorted_at + 1
    await stage.network.mark_read(third)
    assert stage.server.world.seen_at == records[third].sorted_at + 1


async def test_acts_on_what_is_gone_say_so(stage: Stage) -> None:
    uri = stage.writes(Kind.COMMENT, "rubbish")
    stage.server.delete(uri)
    network = stage.network
    for act in (network.like, network.unlike, network.hide, network.mark_read, network.thread):
        with pytest.raises(Gone):
            await act(uri)
    with pytest.raises(Gone):
        await network.report(uri, "spam")


async def test_the_check_tells_who_we_are_and_what_can_be_seen(stage: Stage) -> None:
    report = await stage.network.check()
    assert (report.me.handle, report.me.name, report.me.followers) == ("acme.example", "Acme", 10)
    assert report.me.remote_id == stage.server.brand.did
    assert report.expires_at is None
    assert report.facts["service"] == "https://bluesky.example"
    assert ["No mention" in str(remark) for remark in report.remarks] == [True]
    for n in range(3):
        stage.writes(Kind.MENTION, f"number {n}")
    (remark,) = (await stage.network.check()).remarks
    assert str(remark).startswith("3 mentions")


async def test_an_account_that_nobody_has_seen_yet_can_be_checked(stage: Stage) -> None:
    del stage.server.world.people[stage.server.brand.did]
    report = await stage.network.check()
    assert (report.me.remote_id, report.me.handle) == (stage.server.brand.did, "acme.example")


async def test_a_rate_limit_tells_its_end_and_nothing_else(make_stage: type[Stage]) -> None:
    stage = make_stage(enforce_limits=True)
    stage.server.limits._used.clear()
    for _ in range(30):
        stage.credentials.values.clear()
        await stage.connect().check()
    stage.credentials.values.clear()
    with pytest.raises(TryLater) as failure:
        await stage.connect().check()
    assert failure.value.rate_limited
    assert failure.value.after is not None
    assert 0 < failure.value.after <= 300
