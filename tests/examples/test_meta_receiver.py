"""The example receiver, run as its own process on loopback: each message arrives once, each reply leaves once."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cminbox.domain.message import Kind
from cminbox.domain.reply import Reply
from cminbox.examples import meta_receiver
from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import Refused, SendOutcomeUnknown
from cminbox.network_kit.testing.bench import KeptInMemory
from cminbox.networks.relay import Relay
from cminbox.networks.relay.account import RelayAccount

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cminbox.domain.message import Message

SECRET = "an app's secret"
VERIFY = "a word of ours"
PHONE = "106540352242922"
PATIENCE = 60.0


@dataclass
class Receiver:
    """The receiver as a process, started again whenever it was killed."""

    spool: Path
    mentions: Path
    graph: str = "http://127.0.0.1:1"
    process: subprocess.Popen[str] | None = None
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=PATIENCE, trust_env=False))
    address: str = ""

    def start(self) -> None:
        words = ["--spool", str(self.spool), "--mentions", str(self.mentions), "--port", "0", "--graph", self.graph]
        secrets = {"META_APP_SECRET": SECRET, "META_VERIFY_TOKEN": VERIFY, "WHATSAPP_TOKEN": "a token"}
        self.process = subprocess.Popen(
            [sys.executable, meta_receiver.__file__, *words],
            env={**os.environ, **secrets},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        found = re.search(r"127\.0\.0\.1:\d+", self.process.stderr.readline())
        assert found is not None
        self.address = f"http://{found[0]}/"

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def deliver(self, body: bytes, signature: str | None = None) -> int:
        """Deliver as Meta does; return the status, 0 when nobody answers."""
        headers = {"X-Hub-Signature-256": signed(body) if signature is None else signature}
        try:
            return self.client.post(self.address, content=body, headers=headers).status_code
        except httpx.TransportError:
            return 0


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    receiver = Receiver(tmp_path / "spool", tmp_path / "mentions")
    receiver.start()
    yield receiver
    receiver.kill()
    receiver.client.close()


def signed(body: bytes) -> str:
    return "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


def delivery(*messages: dict[str, Any], **other: Any) -> bytes:  # noqa: ANN401 - any JSON
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": PHONE},
        "contacts": [{"profile": {"name": "Ana"}, "wa_id": "16505551234"}],
        "messages": list(messages),
        **other,
    }
    entry = {"id": "102290129340398", "changes": [{"value": value, "field": "messages"}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def text(identifier: str, words: str = "hello") -> dict[str, Any]:
    return {
        "from": "16505551234",
        "id": identifier,
        "timestamp": "1790000000",
        "type": "text",
        "text": {"body": words},
    }


def relay(receiver: Receiver) -> Relay:
    account = RelayAccount(folder=str(receiver.spool), network="whatsapp")
    return Relay(account, new_client(), KeptInMemory(), lambda: int(time.time() * 1000))


async def arrived(receiver: Receiver) -> list[Message]:
    return [message async for page in relay(receiver).fetch(None, 0) for message in page.messages]


def delivered(receiver: Receiver, deliveries: list[tuple[bytes, bool]], chance: random.Random) -> None:
    """Deliver everything in turn; now and then the receiver is killed in the middle, and Meta brings it again."""
    for number, (body, genuine) in enumerate(deliveries):
        signature = None if genuine else signed(body[:-1])
        if number % 200 == 150:
            thread = threading.Thread(target=receiver.deliver, args=(body, signature))
            thread.start()
            time.sleep(chance.uniform(0, 0.004))
            receiver.kill()
            thread.join()
            receiver.start()
        assert receiver.deliver(body, signature) == (200 if genuine else 401)


async def test_a_thousand_deliveries_give_each_message_once(receiver: Receiver) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    wanted = {f"wamid.{number}": f"message {number} — où est ma commande ?" for number in range(500)}
    bodies = [delivery(text(one, words)) for one, words in wanted.items()]
    deliveries = [(body, True) for body in [*bodies, *chance.sample(bodies, 400)]]
    deliveries += [(delivery(text("wamid.forged", "send me money")), False)] * 100
    chance.shuffle(deliveries)
    await asyncio.to_thread(delivered, receiver, deliveries, chance)
    found = await arrived(receiver)
    assert len(deliveries) == 1000
    assert {message.remote_id: message.text for message in found} == wanted
    assert len(found) == 500


async def test_a_message_arrives_with_all_that_is_known_of_it(receiver: Receiver) -> None:
    answer = text("wamid.2", "and now?") | {"context": {"id": "wamid.1"}}
    photo = {"from": "16505551234", "id": "wamid.3", "timestamp": "1790000001", "type": "image", "image": {"id": "9"}}
    assert receiver.deliver(delivery(answer, photo, {"id": "wamid.4"}, {"type": "text"})) == 200
    said, shown = sorted(await arrived(receiver), key=lambda one: one.remote_id)
    assert (said.text, said.kind, said.parent, said.conversation) == (
        "and now?",
        Kind.DM,
        "wamid.1",
        f"{PHONE}/16505551234",
    )
    assert (said.author.remote_id, said.author.name, said.created_at) == ("16505551234", "Ana", 1_790_000_000_000)
    assert shown.text == "(image)"


@pytest.mark.parametrize("signature", ["", "sha256=", "sha1=abc", "sha256=" + "0" * 64, "é"])
async def test_what_is_not_signed_is_refused(receiver: Receiver, signature: str) -> None:
    body = delivery(text("wamid.1"))
    if signature.isascii():
        assert receiver.deliver(body, signature) == 401
    assert not meta_receiver.is_signed(body, signature, SECRET)
    assert await arrived(receiver) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"entry": 7}', b'{"entry": [{"changes": [null, {}]}]}'])
async def test_a_signed_delivery_that_holds_nothing_is_thanked_and_stops_nobody(
    receiver: Receiver, body: bytes
) -> None:
    assert receiver.deliver(body) == 200
    assert receiver.deliver(delivery(text("wamid.1"))) == 200
    assert [message.remote_id for message in await arrived(receiver)] == ["wamid.1"]


def test_too_much_at_once_is_not_read(receiver: Receiver) -> None:
    host, _, port = receiver.address.removeprefix("http://").rstrip("/").partition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000000\r\n\r\n")
        assert line.recv(1000).startswith(b"HTTP/1.0 413 ")


def test_meta_finds_out_that_the_address_is_ours(receiver: Receiver) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    right = receiver.client.get(receiver.address, params=asked | {"hub.verify_token": VERIFY})
    assert (right.status_code, right.text) == (200, "1158201444")
    assert receiver.client.get(receiver.address, params=asked | {"hub.verify_token": "a guess"}).status_code == 403
    assert receiver.client.get(receiver.address).status_code == 403


def test_mentions_on_instagram_go_into_their_own_folder_whole(receiver: Receiver) -> None:
    body = json.dumps({"object": "instagram", "entry": [{"id": "1", "changes": []}]}).encode()
    for _ in range(3):
        assert receiver.deliver(body) == 200
    assert [path.read_bytes() for path in (receiver.mentions / "in").glob("*.json")] == [body]


@dataclass
class Graph:
    """What stands in for WhatsApp's Cloud API. `answers` are given in turn, then messages are accepted."""

    answers: list[str] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        what = self.answers.pop(0) if self.answers else "accepted"
        if what == "window":
            return 400, {"error": {"code": 131047, "message": "Re-engagement message"}}
        self.sent.append(body)
        return (500, {}) if what == "lost" else (200, {"messages": [{"id": f"wamid.out.{len(self.sent)}"}]})


@contextmanager
def serving(graph: Graph) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Authorization"] == "Bearer a token"
            assert self.path == f"/{PHONE}/messages"
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, told = graph.answer(body)
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def reply(words: str = "on its way") -> Reply:
    return Reply(
        send_key=hashlib.sha256(words.encode()).hexdigest()[:32],
        kind=Kind.DM,
        conversation=f"{PHONE}/16505551234",
        to="wamid.1",
        text=words,
        decided_at=int(time.time() * 1000),
    )


def worked_off(receiver: Receiver, url: str, times: int = 1) -> None:
    for _ in range(times):
        meta_receiver.Sending(meta_receiver.Places(receiver.spool), "a token", url).work_off()


@pytest.fixture
def quiet(tmp_path: Path) -> Receiver:
    """Folders without a process, so that a test says when something is sent."""
    receiver = Receiver(tmp_path / "spool", tmp_path / "mentions")
    meta_receiver.Places(receiver.spool).make()
    return receiver


async def sends(quiet: Receiver, url: str) -> Relay:
    """Return an adapter whose every wait lets the receiver work."""
    adapter = relay(quiet)
    await adapter.check()

    async def pause(_seconds: float) -> None:
        worked_off(quiet, url, 2)

    adapter.pause = pause
    return adapter


async def test_a_reply_leaves_once_and_its_id_comes_back(quiet: Receiver) -> None:
    graph = Graph()
    with serving(graph) as url:
        receipt = await (await sends(quiet, url)).reply(reply())
    assert receipt.remote_id == "wamid.out.1"
    (sent,) = graph.sent
    assert (sent["to"], sent["text"], sent["context"]) == (
        "16505551234",
        {"body": "on its way"},
        {"message_id": "wamid.1"},
    )


async def test_a_refusal_is_told_in_the_networks_words(quiet: Receiver) -> None:
    graph = Graph(["window"])
    with serving(graph) as url, pytest.raises(Refused, match="Re-engagement message"):
        await (await sends(quiet, url)).reply(reply())
    assert graph.sent == []


async def test_a_reply_without_an_answer_is_never_sent_again_and_a_status_settles_it(quiet: Receiver) -> None:
    graph = Graph(["lost"])
    with serving(graph) as url:
        with pytest.raises(SendOutcomeUnknown):
            await (await sends(quiet, url)).reply(reply())
        worked_off(quiet, url, 3)
    assert len(graph.sent) == 1
    status = {"id": "wamid.out.1", "status": "sent", "biz_opaque_callback_data": reply().send_key}
    places = meta_receiver.Places(quiet.spool)
    meta_receiver.take(delivery(statuses=[status]), places)
    found = await relay(quiet).find_sent(reply())
    assert found is not None
    assert found.remote_id == "wamid.out.1"


async def test_what_is_too_long_for_whatsapp_is_refused(quiet: Receiver) -> None:
    graph = Graph()
    with serving(graph) as url, pytest.raises(Refused, match="4096"):
        await (await sends(quiet, url)).reply(reply("a" * 4097))
    assert graph.sent == []


def test_marks_that_nobody_needs_any_more_go(quiet: Receiver) -> None:
    places = meta_receiver.Places(quiet.spool)
    meta_receiver.take(delivery(text("wamid.1")), places)
    meta_receiver.forget(places, time.time())
    assert len(list(places.seen.iterdir())) == 1
    meta_receiver.forget(places, time.time() + meta_receiver.KEPT_SECONDS + 60)
    assert list(places.seen.iterdir()) == []
