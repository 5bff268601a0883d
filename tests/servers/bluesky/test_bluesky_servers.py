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
import os
import shutil
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import Gone, Refused, TryLater
from cminbox.network_kit.testing.bench import KeptInMemory
from cminbox.networks.bluesky import Bluesky
from cminbox.networks.bluesky.account import BlueskyAccount
from cminbox.networks.bluesky.instants import iso

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Page

POST, LIKE, PROFILE = "app.bsky.feed.post", "app.bsky.feed.like", "app.bsky.actor.profile"
MINUTE, DAY = 60_000, 86_400_000
PASSWORD = "planted-password"
FOLDER = os.environ.get("CMINBOX_ATPROTO_DEV_ENV", "")


def _lacks() -> str:
    """Return why the servers cannot be started here, empty when they can."""
    if not (Path(FOLDER) / "node_modules" / "@atproto" / "dev-env").is_dir() or not FOLDER:
        return "CMINBOX_ATPROTO_DEV_ENV names no folder in which @atproto/dev-env is installed"
    if not shutil.which("initdb") and not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return "PostgreSQL is not installed"
    return next((f"{name} is not installed" for name in ("node", "redis-server") if not shutil.which(name)), "")


pytestmark = [pytest.mark.server, pytest.mark.skipif(bool(_lacks()), reason=_lacks() or "all is there")]


def now() -> int:
    return time.time_ns() // 1_000_000


class Person:
    """Somebody on the real servers, writing through their plain API."""

    def __init__(self, servers: Servers, handle: str) -> None:
        self.servers, self.handle = servers, handle
        self.headers: dict[str, str] = {}
        account = {"handle": handle, "email": f"{handle}@example.test", "password": PASSWORD}
        made = self.call("com.atproto.server.createAccount", account)
        self.did: str = made["did"]
        self.headers["authorization"] = f"Bearer {made['accessJwt']}"
        self.write(PROFILE, {"displayName": handle.split(".", maxsplit=1)[0].title()}, "self")

    def call(self, method: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - foreign JSON
        answer = self.servers.http.post(method, json=body, headers=self.headers).raise_for_status()
        return answer.json() if answer.content else None

    def get(self, method: str, **params: str) -> Any:  # noqa: ANN401 - foreign JSON
        return self.servers.http.get(method, params=params, headers=self.headers).raise_for_status().json()

    def write(self, collection: str, record: dict[str, Any], rkey: str | None = None) -> dict[str, str]:
        key = {} if rkey is None else {"rkey": rkey}
        body = {"repo": self.did, "collection": collection, "record": {"$type": collection, **record}, **key}
        made = self.call("com.atproto.repo.createRecord", body)
        return {"uri": made["uri"], "cid": made["cid"]}

    def post(self, text: str, at: int | None = None, **more: Any) -> dict[str, str]:  # noqa: ANN401 - record fields
        return self.write(POST, {"text": text, "createdAt": iso(at or now()), **more})

    def answer(self, text: str, parent: dict[str, str], root: dict[str, str] | None = None) -> dict[str, str]:
        return self.post(text, reply={"root": root or parent, "parent": parent})

    def mention(self, other: Person, text: str, at: int | None = None) -> str:
        return self.post(f"@{other.handle} {text}", at, facets=[_facet(other)])["uri"]

    def mentions(self, other: Person, instants: list[int]) -> list[str]:
        """Write many mentions in few requests; each bears its instant."""
        uris: list[str] = []
        for start in range(0, len(instants), 50):
            writes = [self._mention(other, number, instants[number]) for number in range(len(instants))][start:][:50]
            made = self.call("com.atproto.repo.applyWrites", {"repo": self.did, "writes": writes})
            uris += [one["uri"] for one in made["results"]]
        return uris

    def _mention(self, other: Person, number: int, at: int) -> dict[str, Any]:
        value = {"$type": POST, "text": f"@{other.handle} number {number}", "createdAt": iso(at)}
        create = {"$type": "com.atproto.repo.applyWrites#create", "collection": POST}
        return create | {"value": value | {"facets": [_facet(other)]}}


def _facet(person: Person) -> dict[str, Any]:
    feature = {"$type": "app.bsky.richtext.facet#mention", "did": person.did}
    return {"index": {"byteStart": 0, "byteEnd": len(person.handle) + 1}, "features": [feature]}


class Servers:
    """The running servers."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        told = self._read()
        self.url, self.secret, self.versions = told["url"], told["secret"], told["versions"]
        self.http = httpx.Client(base_url=f"{self.url}/xrpc/", timeout=30.0, trust_env=False)
        self.people = 0

    def settle(self) -> None:
        """Wait until everything that was written is indexed."""
        assert self.process.stdin is not None
        self.process.stdin.write("settle\n")
        self.process.stdin.flush()
        assert "settled" in self._read()

    def person(self, name: str) -> Person:
        """Let somebody new have an account."""
        self.people += 1
        return Person(self, f"{name}{self.people}.test")

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the servers ended early"
        found: dict[str, Any] = json.loads(line)
        return found


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    command = [sys.executable, str(Path(__file__).parent / "start.py")]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"CMINBOX_ATPROTO_DEV_ENV": FOLDER},
    ) as process:
        found = Servers(process)
        print("versions:", found.versions)
        with found.http:
            yield found


class Inbox:
    """The adapter, connected as a brand with an app password of its own; `later` moves its clock on."""

    def __init__(self, servers: Servers, *, dms: bool = False) -> None:
        self.servers = servers
        self.brand = servers.person("brand")
        asked = {"name": "cminbox", "privileged": dms}
        self.password = self.brand.call("com.atproto.server.createAppPassword", asked)["password"]
        self.credentials = KeptInMemory()
        self.later = 0
        self.cursor: str | None = None

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Bluesky]:
        account = BlueskyAccount(
            base_url=self.servers.url, handle=self.brand.handle, app_password=SecretStr(self.password)
        )
        async with new_client() as http:
            yield Bluesky(account, http, self.credentials, lambda: now() + self.later)

    async def pages(self) -> list[Page]:
        self.servers.settle()
        async with self.connected() as network:
            found = [page async for page in network.fetch(self.cursor, now() - 30 * DAY)]
        self.cursor = found[-1].cursor
        return found

    async def new(self) -> list[Message]:
        return [message for page in await self.pages() for message in page.messages]

    def reply(self, to: Message, text: str, key: str) -> Reply:
        conversation = to.conversation or to.remote_id
        return Reply(key, to.kind, conversation, to.remote_id, text, now())


def _ids(messages: list[Message]) -> list[str]:
    return sorted(message.remote_id for message in messages)


async def test_mentions_that_share_seconds_all_arrive_once_and_so_does_one_dated_back(servers: Servers) -> None:
    inbox, fan = Inbox(servers), servers.person("fan")
    second = (now() // 1000 - 60) * 1000
    written = fan.mentions(inbox.brand, [second + 1000 * (number % 12) for number in range(202)])
    assert _ids(await inbox.new()) == sorted(written)
    assert await inbox.new() == []
    late = fan.mention(inbox.brand, "this was three days ago", now() - 3 * DAY)
    inbox.later = 20 * MINUTE
    found = await inbox.new()
    while not found and inbox.later < 2 * 60 * MINUTE:
        inbox.later += 20 * MINUTE
        found = await inbox.new()
    print(f"the mention dated back came with a walk due after {inbox.later // MINUTE} minutes")
    assert _ids(found) == [late]
    inbox.later += 3 * 60 * MINUTE
    assert await inbox.new() == []


async def test_more_of_one_instant_than_the_server_lists_still_arrive(servers: Servers) -> None:
    inbox, fan = Inbox(servers), servers.person("fan")
    post = inbox.brand.post("New stock today")
    servers.settle()
    moment = now() - MINUTE
    written = fan.mentions(inbox.brand, [moment] * 150)
    for number in range(5):
        fan.write(LIKE, {"subject": inbox.brand.post(f"like me {number}"), "createdAt": iso(now())})
    written.append(fan.answer("where is my order?", post)["uri"])
    assert _ids(await inbox.new()) == sorted(written)


async def test_a_reply_lands_in_the_right_thread_and_the_same_one_twice_exists_once(servers: Servers) -> None:
    inbox, fan, friend = Inbox(servers), servers.person("fan"), servers.person("friend")
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


async def test_a_reply_at_the_limit_is_taken(servers: Servers) -> None:
    inbox, fan = Inbox(servers), servers.person("fan")
    fan.mention(inbox.brand, "say something long")
    (question,) = await inbox.new()
    async with inbox.connected() as network:
        for number, text in enumerate(("é" * 300, "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 120)):
            assert (await network.reply(inbox.reply(question, text, f"k-long-{number}"))).remote_id
        for text in ("é" * 301, "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 121):
            with pytest.raises(Refused):
                await network.reply(inbox.reply(question, text, "k-too-long"))


async def test_dead_tokens_are_renewed(servers: Servers) -> None:
    inbox, fan = Inbox(servers), servers.person("fan")
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


async def test_a_real_rate_limit_says_how_long(servers: Servers) -> None:
    inbox = Inbox(servers)
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


async def test_moderation_shows_on_the_servers(servers: Servers) -> None:
    inbox, fan = Inbox(servers), servers.person("fan")
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


async def test_a_deleted_mention_is_noticed_and_cannot_be_answered(servers: Servers) -> None:
    inbox, fan = Inbox(servers), servers.person("fan")
    kept, lost = fan.mention(inbox.brand, "kept"), fan.mention(inbox.brand, "lost")
    messages = {message.remote_id: message for message in await inbox.new()}
    fan.call("com.atproto.repo.deleteRecord", {"repo": fan.did, "collection": POST, "rkey": lost.rsplit("/")[-1]})
    inbox.later = 20 * MINUTE
    deleted = [remote_id for page in await inbox.pages() for remote_id in page.deleted]
    assert deleted == [lost]
    async with inbox.connected() as network:
        with pytest.raises(Gone):
            await network.reply(inbox.reply(messages[lost], "too late", "k-late"))
        assert (await network.reply(inbox.reply(messages[kept], "in time", "k-in-time"))).remote_id


async def test_an_app_password_without_direct_messages_is_named_and_reads_the_rest(servers: Servers) -> None:
    inbox, fan = Inbox(servers), servers.person("fan")
    fan.mention(inbox.brand, "hello")
    assert len(await inbox.new()) == 1
    async with inbox.connected() as network:
        report = await network.check()
    assert report.missing_scopes == ("direct messages",)
    assert report.me.handle == inbox.brand.handle


async def test_without_a_chat_service_posts_still_arrive_and_the_failure_is_named(servers: Servers) -> None:
    inbox, fan = Inbox(servers, dms=True), servers.person("fan")
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
