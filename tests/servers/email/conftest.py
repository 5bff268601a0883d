"""Dovecot and aiosmtpd on loopback, and the network module connected to both."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from base64 import b64decode, b64encode
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
from imapclient import IMAPClient  # type: ignore[import-untyped]
from pydantic import SecretStr

from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import KeptInMemory
from cminbox.networks.email import Email
from cminbox.networks.email.account import EmailAccount

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"
PASSWORD = "pw"
_NUMBERS = count(1)
START_SECONDS = 20.0
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = {tls}
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password=pw
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = subscribe
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = subscribe
  }}
}}
"""


TOKENS = """
introspection_mode = post
introspection_url = http://127.0.0.1:{port}/
username_attribute = email
active_attribute = active
active_value = true
"""


class Tokens:
    """Who has which access token: what Dovecot asks (RFC 7662) for each that it is shown. `asked` counts that."""

    def __init__(self) -> None:
        self.owners: dict[str, str] = {}
        self.asked: list[str] = []
        tokens = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers.get("content-length", "0"))
                (token,) = parse_qs(self.rfile.read(size).decode()).get("token", [""])
                tokens.asked.append(token)
                owner = tokens.owners.get(token)
                told = {"active": False} if owner is None else {"active": True, "email": owner}
                body = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Dovecot:
    """A running Dovecot. Each account it is asked for has a mailbox of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.tls_port = free_port(), free_port()
        self.tokens = Tokens()
        (folder / "oauth2.conf").write_text(TOKENS.format(port=self.tokens.port))
        root = os.geteuid() == 0
        # The server will not keep mail as root.
        user, group = ("nobody", "nogroup") if root else (str(os.geteuid()), str(os.getegid()))
        (folder / "mail").mkdir()
        (folder / "mail").chmod(0o777)
        folder.chmod(0o755)
        tls = _certificate(folder)
        text = CONFIGURATION.format(
            folder=folder, tls="yes" if tls else "no", user=user, group=group, port=self.port, tls_port=self.tls_port
        )
        (folder / "dovecot.conf").write_text(text)
        self.process = subprocess.Popen([DOVECOT, "-F", "-c", str(folder / "dovecot.conf")])

    def wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1.0):
                return
            assert self.process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.05)
        pytest.fail("dovecot does not start")

    def signed_in(self, address: str) -> Any:  # noqa: ANN401 - a client without types
        client = IMAPClient("127.0.0.1", self.port, ssl=False)
        client.login(address, PASSWORD)
        return client

    def put(self, address: str, raw: bytes, folder: str = "INBOX") -> None:
        client = self.signed_in(address)
        client.append(folder, raw)
        client.logout()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(START_SECONDS)
        self.tokens.stop()


def _certificate(folder: Path) -> bool:
    made = subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", str(folder / "key.pem")),
            *("-out", str(folder / "cert.pem")),
        ],
        capture_output=True,
        check=False,
    )
    return made.returncode == 0


class Handler:
    """Takes mail as aiosmtpd hands it over. `files` is a mailbox in whose Sent it puts a copy, as some servers do."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.tokens: set[str] = set()
        self.refusals = 0
        self.recipients: list[str] = []
        self.files: tuple[Dovecot, str] | None = None
        self.cut = False
        self.answer = "250 2.0.0 taken"

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> Any:  # noqa: ANN401, N802 - as it is called
        """Take an access token; one that is refused is told why, and the client has to answer that with nothing."""
        said = b64decode(args[1]).decode().split("\x01")
        token = said[1].removeprefix("auth=Bearer ")
        from aiosmtpd.smtp import AuthResult  # noqa: PLC0415 - only where it is installed

        if token in self.tokens:
            return AuthResult(success=True, auth_data=token)
        self.refusals += 1
        told = b64encode(json.dumps({"status": "401", "schemes": "bearer"}).encode()).decode()
        await server.push(f"334 {told}")
        assert (await server._reader.readline()).strip() == b""
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: ANN401, N802 - as it is called
        if self.answer.startswith("250"):
            self.taken.append(envelope.original_content)
            self.recipients += envelope.rcpt_tos
            if self.files is not None:
                self.files[0].put(self.files[1], envelope.original_content, "Sent")
        if self.cut:
            server.transport.abort()
        return self.answer


class Post:
    """A running aiosmtpd."""

    def __init__(self, *, signs_in: bool = True, tls: ssl.SSLContext | None = None) -> None:
        from aiosmtpd.controller import Controller  # noqa: PLC0415 - only where it is installed
        from aiosmtpd.smtp import AuthResult  # noqa: PLC0415 - as above

        def known(_server: Any, _session: Any, _envelope: Any, way: str, data: Any) -> Any:  # noqa: ANN401 - theirs
            if way == "XOAUTH2":
                return AuthResult(success=data in self.handler.tokens, handled=False)
            return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

        self.handler = Handler()
        extra: dict[str, Any] = {"authenticator": known, "auth_require_tls": False} if signs_in else {}
        self.controller = Controller(
            self.handler, hostname="127.0.0.1", port=free_port(), tls_context=tls, auth_exclude_mechanism=(), **extra
        )
        self.controller.start()

    @property
    def port(self) -> int:
        return int(self.controller.port)

    def stop(self) -> None:
        self.controller.stop()


class Servers:
    """Both servers, and accounts on them."""

    def __init__(self, dovecot: Dovecot, post: Post) -> None:
        self.dovecot = dovecot
        self.post = post

    def account(self, **others: object) -> EmailAccount:
        given = {
            "address": f"help{next(_NUMBERS)}@shop.example",
            "imap_host": "127.0.0.1",
            "imap_port": self.dovecot.port,
            "imap_security": "none",
            "smtp_host": "127.0.0.1",
            "smtp_port": self.post.port,
            "smtp_security": "none",
            "password": SecretStr(PASSWORD),
        }
        return EmailAccount.model_validate(given | others)

    def connected(self, account: EmailAccount) -> Email:
        return Email(account, new_client(), KeptInMemory(), lambda: time.time_ns() // 1_000_000)


def missing() -> str:
    """Return what is not installed here."""
    if not Path(DOVECOT).exists():
        return "dovecot is not installed: apt-get install dovecot-imapd"
    return "" if find_spec("aiosmtpd") else "aiosmtpd is not installed: pip install aiosmtpd"


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    if missing():
        pytest.skip(missing())
    # Its own folder for temporary files would be closed to the server's own user.
    folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
    server = Dovecot(folder)
    try:
        server.wait()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def servers(dovecot: Dovecot) -> Iterator[Servers]:
    post = Post()
    try:
        yield Servers(dovecot, post)
    finally:
        post.stop()
