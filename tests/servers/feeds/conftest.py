"""nginx on loopback with feeds as plain files, and the network module connected to it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import KeptInMemory
from cminbox.networks.feeds import NETWORK
from cminbox.networks.feeds.account import FeedsAccount

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from cminbox.network_kit.contract import Network, Page

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
START_SECONDS = 10.0
YEAR_MS = 365 * 24 * 3600 * 1000
CONFIGURATION = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
  log_format facts escape=json
    '{{"path":"$uri","status":$status,"bytes":$body_bytes_sent,"coding":"$sent_http_content_encoding"}}';
  access_log {folder}/access.log facts;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  types {{ application/rss+xml rss; application/atom+xml atom; application/feed+json json; text/html html; }}
  server {{
    listen 127.0.0.1:{port};
    root {folder}/files;
    location / {{ etag on; }}
    location /dated/ {{ etag off; }}
    location /unmarked/ {{ etag off; if_modified_since off; add_header Last-Modified ""; }}
    location /packed/ {{ gzip on; gzip_min_length 1; gzip_types *; }}
    location /rested/ {{ add_header Cache-Control "max-age=600"; }}
    location = /moved.rss {{ return 301 /news.rss; }}
    location = /lent.rss {{ return 302 /news.rss; }}
    location = /away.rss {{ return 301 https://elsewhere.example/news.rss; }}
    location = /round.rss {{ return 301 /round.rss; }}
    location = /ended.rss {{ return 410; }}
    location = /later.rss {{ add_header Retry-After 90 always; return 429; }}
    location = /down.rss {{ add_header Retry-After 30 always; return 503; }}
  }}
}}
"""


class Nginx:
    """A server whose files a test writes. `facts` is its own access log."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.base = f"http://127.0.0.1:{port}"
        self.log = folder / "access.log"

    def write(self, path: str, content: bytes, *, changed: int | None = None) -> None:
        """Put a file in place at once, as careful sites do; `changed` is its time in seconds."""
        file = self.folder / "files" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_bytes(content)
        fresh.chmod(0o644)
        if changed is not None:
            os.utime(fresh, (changed, changed))
        fresh.replace(file)

    def facts(self) -> list[dict[str, Any]]:
        """Return what was asked since it was asked last: path, status, bytes, coding."""
        time.sleep(0.05)
        lines = self.log.read_text().splitlines()
        self.log.write_text("")
        return [json.loads(line) for line in lines]


class Reader:
    """An account on some feeds of the server."""

    def __init__(self, network: Network) -> None:
        self.network = network

    async def pages(self, cursor: str | None = None) -> list[Page]:
        return [page async for page in self.network.fetch(cursor, 0)]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """Run nginx with a folder of its own as long as the tests last."""
    if not Path(NGINX).exists():
        pytest.fail("nginx is not installed: apt install nginx-light")
    folder = tmp_path_factory.mktemp("nginx")
    # Its worker is another user when root starts it.
    for above in (folder, *folder.parents[:2]):
        above.chmod(0o755)
    (folder / "files").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    configuration = folder / "nginx.conf"
    user = "user root;\n" if os.geteuid() == 0 else ""
    configuration.write_text(user + CONFIGURATION.format(folder=folder, port=port))
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(configuration), "-e", str(folder / "error.log")])
    try:
        server = Nginx(folder, port)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                print(httpx.get(server.base, timeout=1).headers["server"])
                break
            except httpx.TransportError:
                if time.monotonic() > deadline or process.poll() is not None:
                    pytest.fail(f"nginx does not start: {(folder / 'error.log').read_text()}")
                time.sleep(0.05)
        yield server
    finally:
        process.terminate()
        process.wait(START_SECONDS)


@pytest.fixture
def nginx(running: Nginx) -> Nginx:
    """Give the server with an empty log."""
    running.facts()
    return running


@pytest.fixture
async def connect(nginx: Nginx) -> AsyncIterator[Any]:
    """Give a way to make an account on some paths of the server."""
    async with new_client() as http:

        def connected(*paths: str, words: str = "") -> Reader:
            addresses = " ".join(f"{nginx.base}/{path}" for path in paths)
            account = FeedsAccount(addresses=addresses, words=words)
            return Reader(NETWORK(account, http, KeptInMemory(), lambda: round(time.time() * 1000)))

        yield connected
