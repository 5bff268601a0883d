"""The example receiver under attack, on a full disk and run twice: it goes on, and what was signed is never lost."""

from __future__ import annotations

import errno
import hashlib
import hmac
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.examples import meta_receiver
from cminbox.examples.meta_receiver import Places, Sending
from cminbox.examples.patient_server import PatientServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "an app's secret"
WAIT = 30.0


def delivery(**other: object) -> bytes:
    value: dict[str, object] = {
        "metadata": {"phone_number_id": "1"},
        "messages": [{"from": "2", "id": "wamid.1", "type": "text", "text": {"body": "hello"}}],
    }
    changes = [{"value": value | other, "field": "messages"}]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"changes": changes}]}).encode()


def signed(body: bytes) -> bytes:
    return b"X-Hub-Signature-256: sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest().encode()


def posted(body: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([b"POST / HTTP/1.1", signed(body), *headers, b"", body])


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places(tmp_path / "spool", tmp_path / "mentions")
    places.make()
    return places


@contextmanager
def serving(places: Places, patience: float = WAIT, most: int = 8) -> Iterator[int]:
    server = PatientServer(("127.0.0.1", 0), meta_receiver.handler(places, SECRET, "a word", patience), most)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def asked(port: int, raw: bytes) -> str:
    """Return the status line that raw bytes are answered with, empty when the line is cut."""
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        return line.makefile("rb").readline().decode()[9:12]


def arrived(places: Places) -> list[str]:
    return [json.loads(path.read_text())["text"] for path in (places.spool / "in").glob("*.jsonl")]


def length(body: bytes) -> bytes:
    return b"Content-Length: %d" % len(body)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"object":"instagram","x":' + b"[" * 100_000,
        '{"object": "instagram", "é": 1}'.encode("latin-1"),
    ],
    ids=["nesting", "nesting in a mention", "no UTF-8"],
)
def test_a_signed_delivery_that_nobody_can_read_is_thanked_and_kept(places: Places, body: bytes) -> None:
    with serving(places) as port:
        assert asked(port, posted(body, length(body))) == "200"
        assert asked(port, posted(delivery(), length(delivery()))) == "200"
    assert [path.read_bytes() for path in places.unread.iterdir()] == [body]
    assert arrived(places) == ["hello"]


@pytest.mark.parametrize(
    "odd",
    [
        {"contacts": [{"wa_id": ["2"], "profile": {"name": {}}}]},
        {"statuses": [{"biz_opaque_callback_data": "a key", "id": "wamid.9", "status": ["sent"]}]},
        {"statuses": [{"biz_opaque_callback_data": "a key", "id": "wamid.9", "status": "failed", "errors": [7]}]},
    ],
)
def test_what_has_another_type_than_documented_keeps_no_message_from_arriving(
    places: Places, odd: dict[str, Any]
) -> None:
    (places.tried / f"{hashlib.sha256(b'a key').hexdigest()[:40]}-a key").touch()
    with serving(places) as port:
        assert asked(port, posted(delivery(**odd), length(delivery(**odd)))) == "200"
    assert arrived(places) == ["hello"]


def test_a_delivery_in_chunks_arrives(places: Places) -> None:
    body = delivery()
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in (body[:7], body[7:])) + b"0\r\n\r\n"
    head = b"\r\n".join([b"POST / HTTP/1.1", signed(body), b"Transfer-Encoding: chunked", b"", b""])
    with serving(places) as port:
        assert asked(port, head + pieces) == "200"
    assert arrived(places) == ["hello"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([b"Content-Length: " + b"9" * 5000], "400"),
        ([b"Content-Length: -1"], "400"),
        ([b"Content-Length: \xb2"], "400"),
        ([b"Content-Length: 4194305"], "413"),
        ([], "411"),
        ([b"Content-Length: 1"], "401"),
        ([b"Transfer-Encoding: chunked"], "400"),
        ([b"Transfer-Encoding: chunked", b"Content-Length: 7"], "400"),
    ],
)
def test_a_wrong_length_is_refused_and_stops_nobody(places: Places, headers: list[bytes], status: str) -> None:
    with serving(places, most=1) as port:
        assert asked(port, posted(delivery(), *headers)) == status
        assert arrived(places) == []
        assert asked(port, posted(delivery(), length(delivery()))) == "200"


def test_an_address_that_is_none_is_answered(places: Places) -> None:
    with serving(places) as port:
        assert asked(port, b"GET http://[?hub.mode=subscribe HTTP/1.1\r\n\r\n") == "403"


def test_whoever_drips_bytes_is_cut_and_keeps_nobody_out(places: Places) -> None:
    with serving(places, patience=0.5, most=2) as port:
        slow = [socket.create_connection(("127.0.0.1", port), timeout=WAIT) for _ in range(2)]
        stop = threading.Event()
        dripping = threading.Thread(target=drip, args=(slow, stop))
        dripping.start()
        assert asked(port, posted(delivery(), length(delivery()))) == "200"
        stop.set()
        dripping.join()
        for line in slow:
            line.close()
    assert arrived(places) == ["hello"]


def drip(lines: list[socket.socket], stop: threading.Event) -> None:
    for line in lines:
        line.sendall(b"POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n")
    while not stop.wait(0.05):
        for line in lines:
            try:
                line.sendall(b"x")
            except OSError:
                return


def test_a_full_disk_is_no_thanks_and_leaves_no_pieces(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_line: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with serving(places) as port:
        with monkeypatch.context() as patched:
            patched.setattr("os.fsync", full)
            assert asked(port, posted(delivery(), length(delivery()))) == "500"
        assert list((places.spool / "in").iterdir()) == []
        for _ in range(2):
            assert asked(port, posted(delivery(), length(delivery()))) == "200"
    assert arrived(places) == ["hello"]


def put(places: Places, name: str, content: str) -> None:
    (places.spool / "out").mkdir(exist_ok=True)
    (places.spool / "out" / f"{name}.json").write_text(content)


def reply(words: str) -> str:
    return json.dumps({"to": "wamid.1", "text": words, "conversation": "1/2"})


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    sent: list[str] = []

    def send(_self: Sending, key: str, *_rest: str) -> dict[str, str]:
        time.sleep(0.01)
        sent.append(key)
        return {"remote_id": "wamid.out"}

    monkeypatch.setattr(Sending, "_send", send)
    return sent


def test_two_receivers_on_one_folder_send_each_reply_once(places: Places, sent: list[str]) -> None:
    for number in range(20):
        put(places, f"key{number}", reply("on its way"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: Sending(places, "a token").work_off(), range(4)))
    assert sorted(sent) == sorted(f"key{number}" for number in range(20))


@pytest.mark.parametrize("broken", ["{", "[]", "{}", "[" * 100_000])
def test_a_reply_that_cannot_be_read_is_refused_and_holds_up_no_other(
    places: Places, sent: list[str], broken: str
) -> None:
    put(places, "a", broken)
    put(places, "b", reply("on its way"))
    Sending(places, "a token").work_off()
    assert sent == ["b"]
    assert "cannot be read" in (places.spool / "done" / "a.json").read_text()


def test_a_reply_that_cannot_be_marked_does_not_leave_and_holds_up_no_other(
    places: Places, sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def claim(path: Path) -> bool:
        if path.name.endswith("-a"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return True

    put(places, "a", reply("one"))
    put(places, "b", reply("two"))
    with monkeypatch.context() as patched:
        patched.setattr(meta_receiver, "claim", claim)
        with pytest.raises(OSError, match="No space"):
            Sending(places, "a token").work_off()
    assert sent == ["b"]
    Sending(places, "a token").work_off()
    assert sent == ["b", "a"]
