"""A real WordPress, people on it, and the adapter connected to it, for the tests of this folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pydantic import SecretStr

from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import KeptInMemory
from cminbox.networks.wordpress import NETWORK
from cminbox.networks.wordpress.account import WordpressAccount

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Page
    from cminbox.networks.wordpress.network import Wordpress

DAY = 86_400_000
PHP = shutil.which("php") or "php"


def now() -> int:
    return time.time_ns() // 1_000_000


def _lacks() -> str:
    """Return why the site cannot be started here, empty when it can."""
    if not Path("/usr/share/wordpress/wp-load.php").exists():
        return "WordPress is not installed"
    programs = ("php", "mariadbd", "mariadb-install-db", "mariadb")
    return next((f"{name} is not installed" for name in programs if not shutil.which(name)), "")


class Site:
    """The running site."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.url: str = told["url"]
        self.people: dict[str, dict[str, Any]] = told["people"]
        self.post: int = told["post"]
        self.other: int = told["other"]
        self.folder: str = told["folder"]
        self.versions: dict[str, str] = told["versions"]
        self.http = httpx.Client(base_url=self.url, timeout=60.0, trust_env=False)

    def call(self, name: str, method: str, path: str, body: object = None, **params: str) -> httpx.Response:
        """Let somebody use the plain interface."""
        auth = (name, self.people[name]["password"])
        return self.http.request(method, path, json=body, params=params, auth=auth)

    def php(self, code: str) -> str:
        """Do something on the site that its interface does not offer, as its owner would in its pages."""
        whole = f"$_SERVER['HTTP_HOST']='127.0.0.1'; require '{self.folder}/wp-load.php'; {code}"
        done = subprocess.run([PHP, "-r", whole], check=True, capture_output=True, text=True)
        return done.stdout

    @contextmanager
    def plugin(self, code: str) -> Iterator[None]:
        """Let the site have a plugin for a while."""
        folder = Path(self.folder) / "wp-content" / "mu-plugins"
        folder.mkdir(exist_ok=True)
        file = folder / "tried.php"
        file.write_text(f"<?php {code}")
        try:
            yield
        finally:
            file.unlink()

    def guest(self, text: str, *, post: int = 0, parent: int = 0, name: str = "Ana", **more: object) -> int:
        """Let somebody without an account write as through the form below a post."""
        fields = {
            "comment_post_ID": post or self.post,
            "comment_author": name,
            "comment_author_email": f"{name.lower()}@example.test",
            "comment_author_url": "",
            "comment_content": text,
            "comment_parent": parent,
            "comment_type": "comment",
            "user_id": 0,
            **more,
        }
        given = json.dumps(json.dumps(fields))
        # Whoever writes twice within seconds is stopped by the flood protection, which is tried elsewhere.
        no_flood = "add_filter('wp_is_comment_flood', '__return_false', 99); kses_init_filters();"
        code = (
            f"{no_flood} echo wp_new_comment(wp_slash(json_decode({given.replace('$', chr(92) + '$')}, true)), true);"
        )
        return int(self.php(code))


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    if lacking := _lacks():
        pytest.skip(lacking)
    command = [sys.executable, str(Path(__file__).parent / "start.py")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the site ended early"
        found = Site(json.loads(line))
        print("versions:", found.versions)
        with found.http:
            yield found


class Inbox:
    """The adapter, connected as one of the site's users; `later` moves its clock on."""

    def __init__(self, site: Site, name: str = "editor", password: str = "", url: str = "") -> None:
        self.site, self.name = site, name
        self.password = password or site.people[name]["password"]
        self.url = url or site.url
        self.later = 0
        self.began = now() - DAY
        self.cursor: str | None = None

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Wordpress]:
        account = WordpressAccount(
            base_url=self.url, username=self.name, application_password=SecretStr(self.password), page_size=20
        )
        async with new_client() as http:
            yield NETWORK(account, http, KeptInMemory(), lambda: now() + self.later)

    async def pages(self) -> list[Page]:
        async with self.connected() as network:
            found = [page async for page in network.fetch(self.cursor, self.began)]
        self.cursor = found[-1].cursor if found else self.cursor
        return found

    async def new(self) -> list[Message]:
        return [message for page in await self.pages() for message in page.messages]

    async def one(self, identifier: int) -> Message:
        """Return a message as the next fetch brings it."""
        return {message.remote_id: message for message in await self.new()}[str(identifier)]

    def reply(self, to: Message, text: str, key: str = "k-1") -> Reply:
        return Reply(key, to.kind, to.conversation or to.remote_id, to.remote_id, text, now())


@pytest.fixture
def inbox(site: Site) -> Inbox:
    return Inbox(site)


@pytest.fixture
def make_inbox(site: Site) -> type[Inbox]:
    del site
    return Inbox
