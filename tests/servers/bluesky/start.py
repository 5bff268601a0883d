"""Start the real Bluesky servers on loopback, with a PostgreSQL and a Redis of their own in a throw-away folder.

    CMINBOX_ATPROTO_DEV_ENV=folder python tests/servers/bluesky/start.py

where `folder` is one in which `npm install @atproto/dev-env@0.3.215` was run. Prints what network.js prints; ends, and
leaves nothing behind, when its standard input ends.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HERE = Path(__file__).parent
WAIT_SECONDS = 30.0
END_SECONDS = 15.0


def main() -> int:
    """Run everything until standard input ends."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cminbox-atproto-")))
        log = stack.enter_context((folder / "log").open("w"))
        postgres, redis = _free_port(), _free_port()
        stack.enter_context(_postgres(folder / "pg", postgres, log.fileno()))
        redis_command = [
            "redis-server",
            "--port",
            str(redis),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(folder),
        ]
        stack.enter_context(_running(redis_command, log.fileno()))
        _wait_for(redis)
        environment = {
            **os.environ,
            "DB_POSTGRES_URL": f"postgresql://pg@127.0.0.1:{postgres}/at",
            "LOG_ENABLED": "false",
            "REDIS_HOST": f"127.0.0.1:{redis}",
            # Handles are asked from domain names there, and no answer may come from outside this machine.
            "NODE_OPTIONS": "--dns-result-order=ipv4first",
        }
        command = ["node", "-r", str(HERE / "loopback.js"), str(HERE / "network.js")]
        with subprocess.Popen(command, env=environment, cwd=folder) as node:
            return node.wait()


@contextmanager
def _postgres(data: Path, port: int, log: int) -> Iterator[None]:
    """Run a PostgreSQL with an empty database; it refuses to run as root, so that it is then run as its own user."""
    programs = _postgres_programs()
    user = "postgres" if os.geteuid() == 0 else None
    data.mkdir(mode=0o700)
    if user is not None:
        shutil.chown(data, user)
        data.parent.chmod(0o711)
    _done([programs / "initdb", "-D", data, "-A", "trust", "-U", "pg"], log, user)
    flags = ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-k", str(data)]
    server = [str(programs / "postgres"), "-D", str(data), "-p", str(port), *flags]
    with _running(server, log, user=user, stop=signal.SIGINT):
        _wait_for(port)
        until = time.monotonic() + WAIT_SECONDS
        ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", port]
        while subprocess.run(list(map(str, ready)), check=False).returncode and time.monotonic() < until:
            time.sleep(0.1)
        _done([programs / "createdb", "-h", "127.0.0.1", "-p", port, "-U", "pg", "at"], log, None)
        yield


def _postgres_programs() -> Path:
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve()] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent


def _done(command: Sequence[object], log: int, user: str | None) -> None:
    subprocess.run(list(map(str, command)), check=True, stdout=log, stderr=log, user=user, env=_environment(user))


def _environment(user: str | None) -> Mapping[str, str]:
    return dict(os.environ) if user is None else {**os.environ, "HOME": pwd.getpwnam(user).pw_dir}


@contextmanager
def _running(
    command: Sequence[str], log: int, *, user: str | None = None, stop: int = signal.SIGTERM
) -> Iterator[None]:
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        user=user,
        cwd="/",
        # A Ctrl-C in the terminal is for us; we end our servers in order.
        start_new_session=True,
    )
    try:
        yield
    finally:
        process.send_signal(stop)
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


if __name__ == "__main__":
    sys.exit(main())
