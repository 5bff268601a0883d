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
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from cminbox.examples.patient_server import PatientHandler, PatientServer, body_of, say

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 4 * 1024 * 1024
"""Bytes of a delivery; Meta's have at most 3 MB."""
PATIENCE = 20.0
"""Seconds that a delivery may take as a whole, and an answer."""
LOOK_SECONDS = 1.0
FORGET_SECONDS = 24 * 3600
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
        for part in (self.spool / "in", self.spool / "done", self.seen, self.tried, self.unread):
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

    @property
    def unread(self) -> Path:
        """What Meta signed and nobody here understands, as it came."""
        return self.spool / "receiver" / "unread"


def is_signed(body: bytes, signature: str | None, secret: str) -> bool:
    """Whether a delivery bears the signature that only Meta and the holder of the app's secret can make."""
    wanted = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted.encode(), (signature or "").encode("utf-8", "replace"))


def take(body: bytes, places: Places) -> None:
    """Write what a signed delivery holds into the folders.

    Raises ValueError or RecursionError when it is no JSON object that can be read, OSError.
    """
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
    people = _objects(value.get("contacts"))
    names = {str(one.get("wa_id")): _word(_object(one.get("profile")).get("name")) for one in people}
    phone = _object(value.get("metadata")).get("phone_number_id")
    for one in _objects(value.get("messages")):
        sender, identifier, kind = one.get("from"), one.get("id"), str(one.get("type"))
        if not (isinstance(sender, str) and isinstance(identifier, str) and isinstance(phone, str)):
            continue
        content = _object(one.get(kind))
        words = _word(content.get("body")) or _word(content.get("caption")) or f"({kind})"
        yield {
            "network": "whatsapp",
            "account": phone,
            "kind": "dm",
            "remote_id": identifier,
            "conversation": f"{phone}/{sender}",
            "parent": _word(_object(one.get("context")).get("id")) or None,
            "author": {"id": sender, "handle": sender, "name": names.get(sender, "")},
            "text": words,
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
        if _word(status.get("status")) in SENT:
            write(done, json.dumps({"remote_id": identifier}).encode())
        elif status.get("status") == "failed":
            write(done, json.dumps({"refused": _why(status)}).encode())


def forget(places: Places, now: float) -> None:
    """Remove the marks of messages and replies that nobody brings again; `now` is seconds of the wall clock."""
    for folder in (places.seen, places.tried):
        for path in folder.iterdir():
            with suppress(FileNotFoundError):
                if now - path.stat().st_mtime > KEPT_SECONDS:
                    path.unlink()


@dataclass(frozen=True, slots=True)
class Sending:
    """Sends the spool folder's replies by WhatsApp's Cloud API."""

    places: Places
    token: str
    graph: str = GRAPH

    def work_off(self) -> None:
        """Send each reply that was not begun yet, once; what gets no answer is told by a status, or by nobody.

        Raises OSError when a folder could not be written or a reply not be read; all others have gone out by then.
        """
        trouble: OSError | None = None
        for path in sorted((self.places.spool / "out").glob("[!.]*.json")):
            try:
                self._once(path)
            except OSError as error:
                trouble = error
        if trouble is not None:
            raise trouble

    def _once(self, path: Path) -> None:
        done, tried = self.places.spool / "done" / path.name, self.places.tried / f"{_mark(path.stem)}-{path.stem}"
        if done.exists() or tried.exists():
            return
        try:
            reply = json.loads(path.read_text(encoding="utf-8"))
            to, text, conversation = str(reply["to"]), str(reply["text"]), str(reply["conversation"])
        except (ValueError, LookupError, TypeError, RecursionError):
            write(done, json.dumps({"refused": "The reply in the folder cannot be read"}).encode())
            return
        if len(text) > LONGEST_REPLY:
            write(done, json.dumps({"refused": f"WhatsApp takes at most {LONGEST_REPLY} characters"}).encode())
        elif claim(tried) and (answer := self._send(path.stem, to, text, conversation)) is not None:
            write(done, json.dumps(answer).encode())

    def _send(self, key: str, to: str, text: str, conversation: str) -> dict[str, str] | None:
        phone, _, person = conversation.partition("/")
        body = {
            "messaging_product": "whatsapp",
            "to": person,
            "type": "text",
            "text": {"body": text},
            "context": {"message_id": to},
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
        except (OSError, ValueError, LookupError, TypeError, HTTPException, RecursionError):
            return None


def write(path: Path, content: bytes) -> None:
    """Have a file on disk, whole, when this returns. Raises OSError."""
    part = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def claim(path: Path) -> bool:
    """Have an empty file on disk that was not there; False when another process had made it before. Raises OSError."""
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        return False
    _settle(path.parent)
    return True


def _settle(folder: Path) -> None:
    line = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(line)
    finally:
        os.close(line)


def taken(body: bytes, places: Places) -> None:
    """Take a signed delivery; one that nobody can read is kept as it came, for Meta would repeat it. Raises OSError."""
    try:
        take(body, places)
    except (ValueError, RecursionError) as error:
        kept = places.unread / f"{hashlib.sha256(body).hexdigest()[:40]}.json"
        write(kept, body)
        say(f"a delivery cannot be read and is kept as {kept}: {error}")


def handler(places: Places, secret: str, verify_token: str, given: float = PATIENCE) -> type[PatientHandler]:
    """Return what answers Meta's requests; `given` is how many seconds each may take."""

    class Handler(PatientHandler):
        patience = given

        def do_GET(self) -> None:  # noqa: N802 - the name in the standard library
            asked = {key: many[0] for key, many in parse_qs(self.path.partition("?")[2]).items()}
            given = asked.get("hub.verify_token", "").encode()
            if asked.get("hub.mode") == "subscribe" and hmac.compare_digest(given, verify_token.encode()):
                self.answer(200, asked.get("hub.challenge", "").encode("utf-8", "replace"))
            else:
                self.answer(403)

        def do_POST(self) -> None:  # noqa: N802 - the name in the standard library
            body = body_of(self, LARGEST)
            if isinstance(body, int):
                self.answer(body)
                return
            if not is_signed(body, self.headers.get("X-Hub-Signature-256"), secret):
                self.answer(401)
                return
            try:
                taken(body, places)
            except OSError as error:
                say(f"the folder cannot be written: {error}")
                self.answer(500)
                return
            self.answer(200)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
            """Log nothing: the verify token stands in the address."""

    return Handler


def _values(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in _objects(told.get("entry")):
        for change in _objects(entry.get("changes")):
            yield _object(change.get("value"))


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


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
    except (ValueError, OSError, HTTPException, RecursionError):
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
    server = PatientServer(("127.0.0.1", given.port), handler(places, secret, verify_token))
    say(f"listening on 127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    token = os.environ.get("WHATSAPP_TOKEN")
    try:
        work(places, Sending(places, token, given.graph) if token else None)
    except KeyboardInterrupt:
        server.shutdown()
    return 0


def work(places: Places, sending: Sending | None) -> None:
    """Send replies and forget old marks until interrupted; a full disk is named once and waited for."""
    pause, named, forgotten = threading.Event(), "", 0.0
    while not pause.wait(LOOK_SECONDS):
        try:
            if time.time() - forgotten > FORGET_SECONDS:
                forget(places, time.time())
                forgotten = time.time()
            if sending is not None:
                sending.work_off()
            named = ""
        except OSError as error:
            if str(error) != named:
                named = str(error)
                say(f"the folder cannot be used: {error}")


if __name__ == "__main__":
    sys.exit(main())
