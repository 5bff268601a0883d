"""A web server for Meta's webhooks: WhatsApp's messages into a relay's spool folder, and its replies out of it.

Meta tells web servers alone what is new on WhatsApp and who names an Instagram account. This one checks the signature
of each delivery, writes what it holds into folders that cminbox reads, and has it on disk before it says thank you:
Meta delivers at least once, and again for days until it is thanked. What came twice is dropped. It listens on loopback;
a proxy with a certificate stands before it. How to set it up: cminbox guide relay-receiver.

Sources: Meta's documentation of webhooks (verification, X-Hub-Signature-256) and of WhatsApp's Cloud API.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 4 * 1024 * 1024
"""Bytes of a delivery; Meta's have at most 3 MB."""
PATIENCE = 20.0
"""Seconds that a delivery or an answer may take."""
LOOK_SECONDS = 1.0
KEPT_SECONDS = 30 * 24 * 3600
"""How long it is remembered what was taken; Meta gives up after a week."""
LONGEST_REPLY = 4096
"""Characters that WhatsApp takes as a text."""
SENT = frozenset({"sent", "delivered", "read"})
GRAPH = "https://graph.facebook.com/v25.0"


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything lies. `mentions` is the folder of an Instagram account, None where there is none."""

    spool: Path
    mentions: Path | None = None

    def make(self) -> None:
        """Make what is missing; the folder of the mentions is made by whoever reads it as well."""
        for part in (self.spool / "in", self.spool / "done", self.seen, self.tried):
            part.mkdir(parents=True, exist_ok=True)
        if self.mentions is not None:
            (self.mentions / "in").mkdir(parents=True, exist_ok=True)

    @property
    def seen(self) -> Path:
        """A mark for each message that was written down."""
        return self.spool / "receiver" / "seen"

    @property
    def tried(self) -> Path:
        """A mark for each reply whose sending was begun."""
        return self.spool / "receiver" / "tried"


def is_signed(body: bytes, signature: str | None, secret: str) -> bool:
    """Whether a delivery bears the signature that only Meta and the holder of the app's secret can make."""
    wanted = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted.encode(), (signature or "").encode("utf-8", "replace"))


def take(body: bytes, places: Places) -> None:
    """Write what a signed delivery holds into the folders. Raises ValueError when it is no JSON object, OSError."""
    told = json.loads(body)
    if not isinstance(told, dict):
        raise ValueError("not an object")  # noqa: TRY004 - like all that is no delivery
    if told.get("object") == "instagram":
        if places.mentions is not None:
            write(places.mentions / "in" / f"{_mark(body.decode())}.json", body)
        return
    for value in _values(told):
        for line in messages(value):
            keep(line, places)
        for status in _objects(value.get("statuses")):
            learn(status, places)


def messages(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the messages of one change in cminbox's own form; what has no words is named by its kind."""
    names = {one.get("wa_id"): _object(one.get("profile")).get("name") for one in _objects(value.get("contacts"))}
    phone = _object(value.get("metadata")).get("phone_number_id")
    for one in _objects(value.get("messages")):
        sender, identifier, kind = one.get("from"), one.get("id"), str(one.get("type"))
        if not (isinstance(sender, str) and isinstance(identifier, str) and isinstance(phone, str)):
            continue
        content = _object(one.get(kind))
        words = content.get("body") or content.get("caption") or f"({kind})"
        yield {
            "network": "whatsapp",
            "account": phone,
            "kind": "dm",
            "remote_id": identifier,
            "conversation": f"{phone}/{sender}",
            "parent": _object(one.get("context")).get("id"),
            "author": {"id": sender, "handle": sender, "name": str(names.get(sender) or "")},
            "text": str(words),
            "created_at": _instant(one.get("timestamp")),
        }


def keep(line: dict[str, Any], places: Places) -> None:
    """Write a message into the spool folder, unless that was done before."""
    mark = places.seen / _mark(str(line["remote_id"]))
    if mark.exists():
        return
    # Killed between the two, it is written once more: under the same name, and cminbox knows a message by its id.
    write(places.spool / "in" / f"{mark.name}.jsonl", json.dumps(line).encode() + b"\n")
    write(mark, b"")


def learn(status: dict[str, Any], places: Places) -> None:
    """Answer for a reply of which nobody knew whether it was sent, now that WhatsApp tells what became of it."""
    key, identifier = status.get("biz_opaque_callback_data"), status.get("id")
    if not (isinstance(key, str) and isinstance(identifier, str)):
        return
    name = _mark(key)
    for path in places.tried.glob(f"{name}-*"):
        done = places.spool / "done" / (path.name.partition("-")[2] + ".json")
        if done.exists():
            continue
        if status.get("status") in SENT:
            write(done, json.dumps({"remote_id": identifier}).encode())
        elif status.get("status") == "failed":
            write(done, json.dumps({"refused": _why(status)}).encode())


def forget(places: Places, now: float) -> None:
    """Remove the marks of messages and replies that nobody brings again; `now` is seconds of the wall clock."""
    for folder in (places.seen, places.tried):
        for path in folder.iterdir():
            if now - path.stat().st_mtime > KEPT_SECONDS:
                path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Sending:
    """Sends the spool folder's replies by WhatsApp's Cloud API."""

    places: Places
    token: str
    graph: str = GRAPH

    def work_off(self) -> None:
        """Send each reply that was not begun yet, once; what gets no answer is told by a status, or by nobody."""
        for path in sorted((self.places.spool / "out").glob("[!.]*.json")):
            key = path.stem
            done, tried = self.places.spool / "done" / path.name, self.places.tried / f"{_mark(key)}-{key}"
            if done.exists() or tried.exists():
                continue
            reply = json.loads(path.read_text(encoding="utf-8"))
            if len(reply["text"]) > LONGEST_REPLY:
                write(done, json.dumps({"refused": f"WhatsApp takes at most {LONGEST_REPLY} characters"}).encode())
                continue
            write(tried, b"")
            answer = self._send(reply, key)
            if answer is not None:
                write(done, json.dumps(answer).encode())

    def _send(self, reply: dict[str, Any], key: str) -> dict[str, str] | None:
        phone, _, person = reply["conversation"].partition("/")
        body = {
            "messaging_product": "whatsapp",
            "to": person,
            "type": "text",
            "text": {"body": reply["text"]},
            "context": {"message_id": reply["to"]},
            "biz_opaque_callback_data": key,
        }
        request = urllib.request.Request(  # noqa: S310 - the address is ours
            f"{self.graph}/{phone}/messages",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310 - the address is ours
                return {"remote_id": str(json.load(response)["messages"][0]["id"])}
        except urllib.error.HTTPError as error:
            return {"refused": _refusal(error)} if error.code < 500 else None  # noqa: PLR2004 - the server's own fault
        except (OSError, ValueError, LookupError, TypeError):
            return None


def write(path: Path, content: bytes) -> None:
    """Have a file on disk, whole, when this returns. Raises OSError."""
    part = path.with_name(f".{path.name}.{threading.get_ident()}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def say(line: str) -> None:
    """Tell whoever runs this."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def handler(places: Places, secret: str, verify_token: str) -> type[BaseHTTPRequestHandler]:
    """Return what answers Meta's requests."""

    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE

        def do_GET(self) -> None:
            asked = {key: many[0] for key, many in parse_qs(urlsplit(self.path).query).items()}
            given = asked.get("hub.verify_token", "").encode()
            if asked.get("hub.mode") == "subscribe" and hmac.compare_digest(given, verify_token.encode()):
                self._answer(200, asked.get("hub.challenge", "").encode("utf-8", "replace"))
            else:
                self._answer(403)

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or int(length) > LARGEST:
                self._answer(413)
                return
            body = self.rfile.read(int(length))
            if not is_signed(body, self.headers.get("X-Hub-Signature-256"), secret):
                self._answer(401)
                return
            try:
                take(body, places)
            except ValueError as error:
                # Meta would bring it again and again.
                say(f"a delivery cannot be read: {error}")
            except OSError as error:
                say(f"the folder cannot be written: {error}")
                self._answer(500)
                return
            self._answer(200)

        def _answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
            """Log nothing: the verify token stands in the address."""

    return Handler


def _values(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in _objects(told.get("entry")):
        for change in _objects(entry.get("changes")):
            yield _object(change.get("value"))


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _instant(seconds: object) -> str:
    try:
        return datetime.fromtimestamp(int(str(seconds)), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return datetime.now(UTC).isoformat()


def _why(status: dict[str, Any]) -> str:
    errors = _objects(status.get("errors"))
    return str(errors[0].get("title") or errors[0].get("code")) if errors else "WhatsApp could not deliver it"


def _refusal(error: urllib.error.HTTPError) -> str:
    try:
        told = _object(_object(json.load(error)).get("error"))
    except ValueError:
        told = {}
    return str(told.get("message") or f"WhatsApp answers with {error.code}")


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def main() -> int:
    """Serve until interrupted. Secrets come from the environment, so that no list of processes shows them."""
    parser = argparse.ArgumentParser(description="Meta's webhooks into a relay's spool folder, its replies out of it")
    parser.add_argument("--spool", type=Path, required=True, help="the relay's folder")
    parser.add_argument("--mentions", type=Path, help="the folder that an Instagram account names as mentions_folder")
    parser.add_argument("--port", type=int, default=8080, help="the port on loopback")
    parser.add_argument("--graph", default=GRAPH, help="the address of the Graph API with its version")
    given = parser.parse_args()
    try:
        secret, verify_token = os.environ["META_APP_SECRET"], os.environ["META_VERIFY_TOKEN"]
    except KeyError as missing:
        parser.error(f"set {missing.args[0]} in the environment")
    places = Places(given.spool, given.mentions)
    places.make()
    server = ThreadingHTTPServer(("127.0.0.1", given.port), handler(places, secret, verify_token))
    say(f"listening on 127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    token, pause = os.environ.get("WHATSAPP_TOKEN"), threading.Event()
    forget(places, time.time())
    try:
        while not pause.wait(LOOK_SECONDS):
            if token:
                Sending(places, token, given.graph).work_off()
    except KeyboardInterrupt:
        server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
