"""The adapter against Bluesky's own servers: directory, account server and AppView, started on loopback.

    CMINBOX_ATPROTO_DEV_ENV=folder pytest -m server tests/servers/bluesky

where `folder` is one in which `npm install @atproto/dev-env@0.3.215` was run; Node, PostgreSQL and Redis have to be
installed too. There is no chat service that can be run: direct messages are tried on the simulator alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import Gone, Refused, TryLater
from cminbox.networks.bluesky.instants import iso

if TYPE_CHECKING:
    from tests.servers.bluesky.conftest import Inbox, Servers

    from cminbox.domain.message import Message
    from cminbox.networks.bluesky import Bluesky

POST, LIKE = "app.bsky.feed.post", "app.bsky.feed.like"
MINUTE, DAY = 60_000, 86_400_000


pytestmark = pytest.mark.server


def now() -> int:
    return time.time_ns() // 1_000_000


def _ids(messages: list[Message]) -> list[str]:
    return sorted(message.remote_id for message in messages)


async def test_mentions_that_share_seconds_all_arrive_once_and_so_does_one_dated_back(
    servers: Servers, inbox: Inbox
) -> None:
    fan = servers.person("fan")
    start = (now() // 1000 - 4 * 3600) * 1000
    written = fan.mentions(inbox.brand, [start + 15 * MINUTE * (number % 12) for number in range(202)])
    assert _ids(await inbox.new()) == sorted(written)
    assert await inbox.new() == []
    late = fan.mention(inbox.brand, "this was three days ago", now() - 3 * DAY)
    assert await inbox.new() == [], "it stands three pages back, where a poll of every minute does not look"
    inbox.later = 10 * MINUTE
    assert _ids(await inbox.new()) == [late]
    inbox.later += 60 * MINUTE
    assert await inbox.new() == []


async def test_following_the_servers_own_cursor_would_have_lost_some(servers: Servers) -> None:
    brand, fan = servers.person("brand"), servers.person("fan")
    start = (now() // 1000 - 60) * 1000
    written = fan.mentions(brand, [start + 1000 * (number % 12) for number in range(202)])
    servers.settle()
    for limit in ("100", "50", "30"):
        found: set[str] = set()
        cursor: dict[str, str] = {}
        while True:
            listed = brand.get("app.bsky.notification.listNotifications", limit=limit, **cursor)
            found |= {one["uri"] for one in listed["notifications"]}
            if "cursor" not in listed:
                break
            cursor = {"cursor": listed["cursor"]}
        print(f"following the cursor, {limit} at a time: {len(found)} of {len(written)}")
        assert len(found) < len(written)


async def test_more_of_one_instant_than_the_server_lists_still_arrive(servers: Servers, inbox: Inbox) -> None:
    fan = servers.person("fan")
    post = inbox.brand.post("New stock today")
    servers.settle()
    moment = now() - MINUTE
    written = fan.mentions(inbox.brand, [moment] * 150)
    for number in range(5):
        fan.write(LIKE, {"subject": inbox.brand.post(f"like me {number}"), "createdAt": iso(now())})
    written.append(fan.answer("where is my order?", post)["uri"])
    assert _ids(await inbox.new()) == sorted(written)


async def test_a_reply_lands_in_the_right_thread_and_the_same_one_twice_exists_once(
    servers: Servers, inbox: Inbox
) -> None:
    fan, friend = servers.person("fan"), servers.person("friend")
    post = inbox.brand.post("New stock today")
    servers.settle()
    asked = fan.answer("Where is my order?", post)
    servers.settle()
    deeper = friend.answer("Mine too!", asked, post)
    messages = {message.remote_id: message for message in await inbox.new()}
    assert messages.keys() == {asked["uri"], deeper["uri"]}
    assert all(message.kind is Kind.COMMENT and message.post == post["uri"] for message in messages.values())
    text = f"Sorry @{friend.handle}! See https://shop.example/a(b) #désolé"
    reply = inbox.reply(messages[deeper["uri"]], text, "k-once")
    async with inbox.connected() as network:
        assert await network.find_sent(reply) is None
        first = await network.reply(reply)
        assert await network.reply(reply) == first
        found = await network.find_sent(reply)
    assert found is not None
    assert found.remote_id == first.remote_id
    servers.settle()
    thread = friend.get("app.bsky.feed.getPostThread", uri=deeper["uri"])["thread"]
    (below,) = thread["replies"]
    record = below["post"]["record"]
    assert below["post"]["uri"] == first.remote_id
    assert record["reply"] == {"root": post, "parent": deeper}
    raw = text.encode()
    marked = [raw[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in record["facets"]]
    assert marked == [f"@{friend.handle}", "https://shop.example/a(b)", "#désolé"]
    assert record["facets"][0]["features"][0]["did"] == friend.did
    (ours,) = await inbox.new()
    assert (ours.remote_id, ours.ours, ours.parent) == (first.remote_id, True, deeper["uri"])
    async with inbox.connected() as network:
        around = await network.thread(deeper["uri"])
    assert [message.remote_id for message in around.above] == [post["uri"], asked["uri"]]
    assert [message.remote_id for message in around.below] == [first.remote_id]


async def test_a_reply_at_the_limit_is_taken(servers: Servers, inbox: Inbox) -> None:
    fan = servers.person("fan")
    fan.mention(inbox.brand, "say something long")
    (question,) = await inbox.new()
    async with inbox.connected() as network:
        for number, text in enumerate(("é" * 300, "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 120)):
            assert (await network.reply(inbox.reply(question, text, f"k-long-{number}"))).remote_id
        for text in ("é" * 301, "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 121):
            with pytest.raises(Refused):
                await network.reply(inbox.reply(question, text, "k-too-long"))


async def test_dead_tokens_are_renewed(servers: Servers, inbox: Inbox) -> None:
    fan = servers.person("fan")
    assert await inbox.new() == []
    kept = dict(inbox.credentials.values)
    inbox.credentials.values["access"] = _expired(kept["access"], servers.secret)
    first = fan.mention(inbox.brand, "after the token expired")
    assert _ids(await inbox.new()) == [first]
    assert inbox.credentials.values["refresh"] != kept["refresh"]
    inbox.credentials.values |= {"access": "worth.less.token", "refresh": "worth.less.token"}
    second = fan.mention(inbox.brand, "after all tokens died")
    assert _ids(await inbox.new()) == [second]


def _expired(token: str, secret: str) -> str:
    """Return a token of the server's making with its end in the past."""
    head, body, _ = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims |= {"iat": claims["iat"] - 8_000, "exp": claims["iat"] - 1}
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    mark = hmac.new(secret.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{base64.urlsafe_b64encode(mark).decode().rstrip('=')}"


async def test_a_real_rate_limit_says_how_long(inbox: Inbox) -> None:
    async with inbox.connected() as network:
        await network.check()
    with pytest.raises(TryLater) as failure:
        await _sign_in_anew(inbox, 40)
    assert failure.value.rate_limited
    assert failure.value.after is not None
    assert 0 < failure.value.after <= 300


async def _sign_in_anew(inbox: Inbox, times: int) -> None:
    for _ in range(times):
        inbox.credentials.values.clear()
        async with inbox.connected() as network:
            await network.check()


async def test_moderation_shows_on_the_servers(servers: Servers, inbox: Inbox) -> None:
    fan = servers.person("fan")
    post = inbox.brand.post("New stock today")
    servers.settle()
    comment = fan.answer("Rubbish!", post)["uri"]
    (message,) = await inbox.new()
    async with inbox.connected() as network:
        for _ in range(2):
            await network.like(comment)
            servers.settle()
        assert _view(inbox, comment)["likeCount"] == 1
        await network.unlike(comment)
        await network.unlike(comment)
        servers.settle()
        assert _view(inbox, comment)["likeCount"] == 0
        await network.hide(comment)
        await network.hide(comment)
        gate = {"repo": inbox.brand.did, "collection": "app.bsky.feed.threadgate", "rkey": post["uri"].rsplit("/")[-1]}
        assert inbox.brand.get("com.atproto.repo.getRecord", **gate)["value"]["hiddenReplies"] == [comment]
        await network.unhide(comment)
        assert inbox.brand.get("com.atproto.repo.getRecord", **gate)["value"]["hiddenReplies"] == []
        assert inbox.brand.get("app.bsky.notification.getUnreadCount")["count"] == 1
        await network.mark_read(comment)
        assert inbox.brand.get("app.bsky.notification.getUnreadCount")["count"] == 0
        await network.report(comment, "this is spam")
        await network.mute(message.author.remote_id)
        await network.block(message.author.remote_id)
        await network.block(message.author.remote_id)
        servers.settle()
        viewer = inbox.brand.get("app.bsky.actor.getProfile", actor=fan.did)["viewer"]
        assert viewer["muted"]
        assert viewer["blocking"]
        with pytest.raises(Gone):
            await network.thread(comment)


def _view(inbox: Inbox, uri: str) -> Any:  # noqa: ANN401 - foreign JSON
    return inbox.brand.get("app.bsky.feed.getPosts", uris=uri)["posts"][0]


async def test_a_deleted_mention_is_noticed_and_cannot_be_answered(servers: Servers, inbox: Inbox) -> None:
    fan = servers.person("fan")
    kept, lost = fan.mention(inbox.brand, "kept"), fan.mention(inbox.brand, "lost")
    messages = {message.remote_id: message for message in await inbox.new()}
    fan.call("com.atproto.repo.deleteRecord", {"repo": fan.did, "collection": POST, "rkey": lost.rsplit("/")[-1]})
    inbox.later = 10 * MINUTE
    deleted = [remote_id for page in await inbox.pages() for remote_id in page.deleted]
    assert deleted == [lost]
    async with inbox.connected() as network:
        with pytest.raises(Gone):
            await network.reply(inbox.reply(messages[lost], "too late", "k-late"))
        assert (await network.reply(inbox.reply(messages[kept], "in time", "k-in-time"))).remote_id


async def test_an_app_password_without_direct_messages_is_named_and_reads_the_rest(
    servers: Servers, inbox: Inbox
) -> None:
    fan = servers.person("fan")
    fan.mention(inbox.brand, "hello")
    assert len(await inbox.new()) == 1
    async with inbox.connected() as network:
        report = await network.check()
    assert report.missing_scopes == ("direct messages",)
    assert report.me.handle == inbox.brand.handle


async def test_without_a_chat_service_posts_still_arrive_and_the_failure_is_named(
    servers: Servers, inbox: Inbox
) -> None:
    inbox.password = inbox.app_password(dms=True)
    fan = servers.person("fan")
    written = fan.mention(inbox.brand, "hello")
    servers.settle()
    found: list[Message] = []
    async with inbox.connected() as network:
        with pytest.raises((TryLater, Refused)):
            await _read_into(found, network)
    assert _ids(found) == [written]


async def _read_into(found: list[Message], network: Bluesky) -> None:
    async for page in network.fetch(None, now() - DAY):
        found += page.messages
