"""The adapter against a server that others wrote: mastodon_mock, started on loopback with its data in memory.

Run it with `pytest -m server tests/servers/test_mastodon_mock.py` where mastodon_mock is installed.
"""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import Gone, Refused, SendOutcomeUnknown, SignInAgain, TryLater, Unreadable
from cminbox.network_kit.testing.bench import KeptInMemory
from cminbox.networks.mastodon import NETWORK
from cminbox.networks.mastodon.account import MastodonAccount

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Network, Page

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(find_spec("mastodon_mock") is None, reason="mastodon_mock is not installed: pip install it"),
]

ACCOUNTS = ("acme", "fan", "other")
START_SECONDS = 30.0
HISTORY_MS = 24 * 3600 * 1000
CROWD = 90


class Server:
    """A running server and what people do on it. Their tokens are their names with `_token` behind."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.http = httpx.Client(base_url=base_url, timeout=30.0, trust_env=False)

    def call(self, method: str, path: str, who: str = "acme", **body: Any) -> Any:  # noqa: ANN401 - foreign JSON
        headers = {"authorization": f"Bearer {who}_token"}
        answer = self.http.request(method, path, headers=headers, json=body or None)
        answer.raise_for_status()
        return answer.json()

    def write(self, who: str, status: str, **body: Any) -> str:  # noqa: ANN401 - fields of a status
        return str(self.call("POST", "/api/v1/statuses", who, status=status, **body)["id"])

    def fault(self, effect: dict[str, Any], path: str, method: str = "GET") -> None:
        match = {"path": path, "methods": [method]}
        self.call("POST", "/api/v1/_mock/faults", match=match, effect=effect, count=1)

    @asynccontextmanager
    async def connected(self, token: str | None = None) -> AsyncIterator[Network]:
        account = MastodonAccount(base_url=self.base_url, access_token=SecretStr(token or "acme_token"))
        async with new_client() as http:
            yield NETWORK(account, http, KeptInMemory(), now)


def now() -> int:
    return time.time_ns() // 1_000_000


async def pages_of(network: Network, cursor: str | None = None) -> list[Page]:
    return [page async for page in network.fetch(cursor, now() - HISTORY_MS)]


async def messages_of(network: Network, cursor: str | None = None) -> dict[str, Message]:
    return {message.remote_id: message for page in await pages_of(network, cursor) for message in page.messages}


def answer_to(message: Message, text: str, key: str) -> Reply:
    conversation = message.conversation or message.remote_id
    return Reply(key, message.kind, conversation, message.remote_id, text, decided_at=now())


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start the server once; it is gone after the last test."""
    folder: Path = tmp_path_factory.mktemp("mastodon_mock")
    config = folder / "mock.toml"
    config.write_text("".join(f'[[seed.accounts]]\nusername="{n}"\naccess_token="{n}_token"\n' for n in ACCOUNTS))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mastodon_mock", "serve", "--in-memory", "--config", str(config)]
    log = (folder / "log").open("w+b")
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"],
        cwd=folder,
        stdout=log,
        stderr=log,
    )
    server = Server(f"http://127.0.0.1:{port}")
    try:
        _wait_for(server, process)
        yield server
    finally:
        server.http.close()
        process.terminate()
        process.wait(START_SECONDS)
        log.close()


@pytest.fixture
def server(running: Server) -> Server:
    """Give each test the server as it was at the beginning."""
    running.call("DELETE", "/api/v1/_mock/faults")
    running.call("POST", "/api/v1/_mock/reset")
    return running


def _wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            server.http.get("/api/v2/instance")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("mastodon_mock did not start")


async def test_the_check_says_who_we_are_and_what_the_server_allows(server: Server) -> None:
    async with server.connected() as network:
        report = await network.check()
    assert report.me.handle == "acme"
    assert report.facts["max_characters"] == "500"
    assert report.missing_scopes == ()


async def test_a_comment_a_mention_and_a_private_message_arrive_as_what_they_are(server: Server) -> None:
    post = server.write("acme", "Good morning!")
    comment = server.write("fan", "@acme where is my order?\n\nIt is late.", in_reply_to_id=post)
    mention = server.write("other", "I like @acme and @fan")
    private = server.write("fan", "@acme between us", visibility="direct")
    async with server.connected() as network:
        found = await messages_of(network)
    assert {key: message.kind for key, message in found.items()} == {
        comment: Kind.COMMENT,
        mention: Kind.MENTION,
        private: Kind.DM,
    }
    assert found[comment].post == found[comment].parent == post
    assert "where is my order?\nIt is late." in found[comment].text
    assert found[comment].author.handle == "fan"
    assert found[private].conversation is not None


async def test_answers_reach_those_concerned_and_no_one_else(server: Server) -> None:
    mention = server.write("other", "I like @acme and @fan")
    private = server.write("fan", "@acme between us", visibility="direct")
    async with server.connected() as network:
        found = await messages_of(network)
        public = await network.reply(answer_to(found[mention], "Thank you both", "k-public"))
        secret = await network.reply(answer_to(found[private], "Only for you", "k-private"))
        again = await messages_of(network)
    shown = server.call("GET", f"/api/v1/statuses/{public.remote_id}", "other")
    assert {person["acct"] for person in shown["mentions"]} == {"other", "fan"}
    assert (shown["visibility"], shown["in_reply_to_id"]) == ("public", mention)
    hidden = server.call("GET", f"/api/v1/statuses/{secret.remote_id}")
    assert {person["acct"] for person in hidden["mentions"]} == {"fan"}
    assert (hidden["visibility"], hidden["in_reply_to_id"]) == ("direct", private)
    assert again[public.remote_id].ours
    assert again[secret.remote_id].conversation == found[private].conversation


async def test_a_private_exchange_goes_both_ways(server: Server) -> None:
    first = server.write("fan", "@acme hello?", visibility="direct")
    async with server.connected() as network:
        pages = await pages_of(network)
        (asked,) = [message for page in pages for message in page.messages]
        receipt = await network.reply(answer_to(asked, "Hello!", "k-both-ways"))
        second = server.write("fan", "@acme thanks", visibility="direct", in_reply_to_id=receipt.remote_id)
        found = await messages_of(network, pages[-1].cursor)
        await network.mark_read(second)
    assert set(found) == {receipt.remote_id, second}
    assert len({message.conversation for message in (asked, *found.values())}) == 1
    assert [message.ours for message in found.values()] == [True, False]
    assert asked.remote_id == first
    assert [item["unread"] for item in server.call("GET", "/api/v1/conversations")] == [False]


async def test_the_same_reply_sent_twice_exists_once(server: Server) -> None:
    mention = server.write("fan", "@acme hello?")
    async with server.connected() as network:
        reply = answer_to((await messages_of(network))[mention], "Hello!", "k-twice")
        assert await network.find_sent(reply) is None
        first = await network.reply(reply)
        second = await network.reply(reply)
        found = await network.find_sent(reply)
    assert first.remote_id == second.remote_id
    assert found is not None
    assert found.remote_id == first.remote_id
    context = server.call("GET", f"/api/v1/statuses/{mention}/context")
    assert [status["id"] for status in context["descendants"]] == [first.remote_id]


async def test_many_mentions_arrive_each_once_from_every_cursor(server: Server) -> None:
    written = [server.write("fan", f"@acme number {number}") for number in range(CROWD)]
    async with server.connected() as network:
        pages = await pages_of(network)
        rest = {page.cursor: await messages_of(network, page.cursor) for page in pages}
    found = [message.remote_id for page in pages for message in page.messages]
    assert found == written
    for index, page in enumerate(pages):
        later = [message.remote_id for after in pages[index + 1 :] for message in after.messages]
        assert sorted(rest[page.cursor]) == sorted(later)


@pytest.mark.parametrize(
    ("effect", "failure"),
    [
        ({"type": "ratelimit"}, TryLater),
        ({"type": "status", "status": 503}, TryLater),
        ({"type": "malformed"}, Unreadable),
        ({"type": "status", "status": 401, "body": {"error": "The access token was revoked"}}, SignInAgain),
    ],
)
async def test_a_fault_while_reading_is_named_and_loses_nothing(
    server: Server, effect: dict[str, Any], failure: type[Exception]
) -> None:
    async with server.connected() as network:
        cursor = (await pages_of(network))[-1].cursor
        mention = server.write("fan", "@acme hello?")
        server.fault(effect, "/api/v2/notifications")
        with pytest.raises(failure) as caught:
            await pages_of(network, cursor)
        if effect["type"] == "ratelimit":
            assert isinstance(caught.value, TryLater)
            assert caught.value.rate_limited
            assert caught.value.after == pytest.approx(300, abs=5)
        assert list(await messages_of(network, cursor)) == [mention]


async def test_a_send_in_doubt_is_unknown_and_is_looked_for(server: Server) -> None:
    mention = server.write("fan", "@acme hello?")
    async with server.connected() as network:
        reply = answer_to((await messages_of(network))[mention], "Hello!", "k-doubt")
        server.fault({"type": "status", "status": 502}, "/api/v1/statuses", "POST")
        with pytest.raises(SendOutcomeUnknown):
            await network.reply(reply)
        assert await network.find_sent(reply) is None
        receipt = await network.reply(reply)
        server.fault({"type": "malformed"}, "/api/v1/statuses", "POST")
        with pytest.raises(SendOutcomeUnknown):
            await network.reply(reply)
        found = await network.find_sent(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id


async def test_edits_and_deletions_are_noticed(server: Server) -> None:
    edited = server.write("fan", "@acme frist")
    deleted = server.write("other", "@acme a mistake")
    async with server.connected() as network:
        cursor = (await pages_of(network))[-1].cursor
        server.call("PUT", f"/api/v1/statuses/{edited}", "fan", status="@acme first")
        server.call("DELETE", f"/api/v1/statuses/{deleted}", "other")
        pages = await pages_of(network, cursor)
        with pytest.raises(Gone):
            await network.thread(deleted)
    assert [message.text for page in pages for message in page.messages] == ["@acme first"]
    assert [remote_id for page in pages for remote_id in page.deleted] == [deleted]


async def test_moderation_shows_on_the_server(server: Server) -> None:
    mention = server.write("fan", "@acme buy my watches")
    async with server.connected() as network:
        message = (await messages_of(network))[mention]
        await network.like(mention)
        assert server.call("GET", f"/api/v1/statuses/{mention}")["favourited"] is True
        await network.unlike(mention)
        assert server.call("GET", f"/api/v1/statuses/{mention}")["favourited"] is False
        await network.report(mention, "spam")
        await network.mark_read(mention)
        await network.mute(message.author.remote_id)
        await network.block(message.author.remote_id)
        with pytest.raises(Refused):
            await network.delete(mention)
    relation = server.call("GET", f"/api/v1/accounts/relationships?id[]={message.author.remote_id}")[0]
    assert relation["blocking"] is True


async def test_a_dead_token_asks_to_sign_in(server: Server) -> None:
    async with server.connected("nobodys_token") as network:
        with pytest.raises(SignInAgain) as caught:
            await network.check()
    assert "nobodys_token" not in str(caught.value)


async def test_a_person_signs_in_with_a_code(server: Server) -> None:
    async with new_client() as http:
        begun = await NETWORK.begin_sign_in({"base_url": server.base_url}, http)
        assert begun is not None
        form = dict(httpx.URL(begun.address).params) | {"username": "acme"}
        page = await asyncio.to_thread(lambda: httpx.post(f"{server.base_url}/oauth/authorize", data=form))
        code = re.search(r"code: ([^<]+)<", page.text)
        assert code is not None, page.text
        secrets = await begun.finish(code.group(1))
        with pytest.raises(Refused):
            await begun.finish("mistyped")
    async with server.connected(secrets["access_token"]) as network:
        report = await network.check()
    assert report.me.handle == "acme"
