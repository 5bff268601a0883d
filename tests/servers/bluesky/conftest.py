"""Bluesky's own servers, people on them, and the adapter connected to them, for the tests of this folder."""

from __future__ import annotations

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

from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import KeptInMemory
from cminbox.networks.bluesky import Bluesky
from cminbox.networks.bluesky.account import BlueskyAccount
from cminbox.networks.bluesky.instants import iso

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Page

POST, PROFILE = "app.bsky.feed.post", "app.bsky.actor.profile"
DAY = 86_400_000
PASSWORD = "planted-password"
FOLDER = os.environ.get("CMINBOX_ATPROTO_DEV_ENV", "")


def _lacks() -> str:
    """Return why the servers cannot be started here, empty when they can."""
    if not (Path(FOLDER) / "node_modules" / "@atproto" / "dev-env").is_dir() or not FOLDER:
        return "CMINBOX_ATPROTO_DEV_ENV names no folder in which @atproto/dev-env is installed"
    if not shutil.which("initdb") and not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return "PostgreSQL is not installed"
    return next((f"{name} is not installed" for name in ("node", "redis-server") if not shutil.which(name)), "")


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


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    if lacking := _lacks():
        pytest.skip(lacking)
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

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self.brand = servers.person("brand")
        self.password = self.app_password(dms=False)
        self.credentials = KeptInMemory()
        self.later = 0
        self.cursor: str | None = None

    def app_password(self, *, dms: bool) -> str:
        asked = {"name": f"cminbox {dms}", "privileged": dms}
        made: str = self.brand.call("com.atproto.server.createAppPassword", asked)["password"]
        return made

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


@pytest.fixture
def inbox(servers: Servers) -> Inbox:
    return Inbox(servers)
