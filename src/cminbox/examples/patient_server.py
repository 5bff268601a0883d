"""A small web server for loopback that nobody can hold up: so many lines at once, each for so long as a whole."""

from __future__ import annotations

import re
import socket
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MOST_LINES = 64
"""Requests at once; whoever comes then waits."""
_LENGTH = re.compile(r"\d{1,12}", re.ASCII)
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})(?:;[^\r\n]*)?\r?\n")
_LONGEST_LINE = 1_000


class PatientServer(ThreadingHTTPServer):
    """Serves a bounded number of deliveries at once, each for a bounded time."""

    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], most: int = MOST_LINES) -> None:
        """`most` lines are served at once."""
        self._free = threading.Semaphore(most)
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the standard library
        """Serve a line in a thread of its own, when one is free."""
        self._free.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - likewise
        """Serve it, and let the next one in."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401, ARG002 - likewise
        """Name what broke off, in one line."""
        say(f"a line broke off: {sys.exc_info()[1]!r}")


class PatientHandler(BaseHTTPRequestHandler):
    """Answers one request, and cuts the line when `patience` seconds are over."""

    patience = 20.0

    def setup(self) -> None:
        """Begin to count."""
        super().setup()
        self.connection.settimeout(self.patience)
        # The time-out begins anew with each byte; whoever drips them would stay for ever.
        self._end = threading.Timer(self.patience, self._cut)
        self._end.daemon = True
        self._end.start()

    def finish(self) -> None:
        """Stop counting."""
        self._end.cancel()
        super().finish()

    def _cut(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def answer(self, status: int, body: bytes = b"") -> None:
        """Answer with a status and plain text."""
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def body_of(request: BaseHTTPRequestHandler, largest: int) -> bytes | int:
    """Return what a request brings, in one piece or in chunks, or the status that says why it is not read.

    `largest` is in bytes.
    """
    length = request.headers.get("Content-Length")
    if request.headers.get("Transfer-Encoding", "").strip().lower() == "chunked":
        return 400 if length is not None else _chunks(request, largest)
    if length is None:
        return 411
    if not _LENGTH.fullmatch(length):
        return 400
    return request.rfile.read(int(length)) if int(length) <= largest else 413


def _chunks(request: BaseHTTPRequestHandler, largest: int) -> bytes | int:
    body = b""
    while True:
        size = _CHUNK.fullmatch(request.rfile.readline(_LONGEST_LINE))
        if size is None:
            return 400
        if not int(size[1], 16):
            return body
        if len(body) + int(size[1], 16) > largest:
            return 413
        body += request.rfile.read(int(size[1], 16))
        if request.rfile.readline(3).strip():
            return 400


def say(line: str) -> None:
    """Tell whoever runs this."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
