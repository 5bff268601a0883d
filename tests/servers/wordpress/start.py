"""Start a real WordPress on loopback, with a MariaDB of its own in a throw-away folder.

    python tests/servers/wordpress/start.py

with WordPress, PHP and MariaDB installed as Debian packages. Prints one line of JSON: its address, its people with
their application passwords, its post, the versions. It ends, and leaves nothing behind, when its standard input ends.
"""

from __future__ import annotations

import os
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
WORDPRESS = Path("/usr/share/wordpress")
WAIT_SECONDS = 60.0
END_SECONDS = 15.0
_CONFIGURATION = """<?php
define('DB_NAME', 'wp'); define('DB_USER', 'root'); define('DB_PASSWORD', ''); define('DB_CHARSET', 'utf8mb4');
define('DB_HOST', '127.0.0.1:{database}');
define('WP_HOME', 'http://127.0.0.1:{port}'); define('WP_SITEURL', 'http://127.0.0.1:{port}');
define('WP_ENVIRONMENT_TYPE', 'local'); define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true);
define('WP_DEBUG', false); define('AUTOMATIC_UPDATER_DISABLED', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) {{ define('ABSPATH', __DIR__ . '/'); }}
require_once ABSPATH . 'wp-settings.php';
"""


def main() -> int:
    """Run everything until standard input ends."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cminbox-wordpress-")))
        folder.chmod(0o755)
        log = stack.enter_context((folder / "log").open("w")).fileno()
        database, port = _free_port(), _free_port()
        stack.enter_context(_mariadb(folder / "db", database, log))
        site = folder / "www"
        shutil.copytree(WORDPRESS, site, ignore=_left_out)
        (site / "wp-config.php").write_text(_CONFIGURATION.format(database=database, port=port))
        server = ["php", "-S", f"127.0.0.1:{port}", "-t", str(site)]
        install = ["php", str(HERE / "install.php"), str(site)]
        told = subprocess.run(install, check=True, stdout=subprocess.PIPE, stderr=log, cwd=site)
        # Several workers: WordPress asks itself now and then.
        with _running(server, log, environment={**os.environ, "PHP_CLI_SERVER_WORKERS": "4"}, cwd=site):
            _wait_for(port)
            sys.stdout.write(told.stdout.decode().strip() + "\n")
            sys.stdout.flush()
            for _line in sys.stdin:
                pass
    return 0


def _left_out(folder: str, names: list[str]) -> list[str]:
    """Return what is not copied: Debian's own configuration, which belongs to another site."""
    return [name for name in names if name == "wp-config.php" and Path(folder) == WORDPRESS]


@contextmanager
def _mariadb(data: Path, port: int, log: int) -> Iterator[None]:
    """Run a MariaDB with an empty database; it refuses to run as root, so that it is then run as its own user."""
    user = "mysql" if os.geteuid() == 0 else None
    data.mkdir(mode=0o700)
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"]
    if user is not None:
        shutil.chown(data, user)
        install.append(f"--user={user}")
    subprocess.run(install, check=True, stdout=log, stderr=log)
    server = ["mariadbd", "--no-defaults", f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1"]
    server += [f"--socket={data}/socket", "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin"]
    with _running(server, log, user=user):
        _wait_for(port)
        create = ["mariadb", "--no-defaults", "-h", "127.0.0.1", "-P", str(port), "-u", "root"]
        subprocess.run([*create, "-e", "CREATE DATABASE wp"], check=True, stdout=log, stderr=log)
        yield


@contextmanager
def _running(
    command: Sequence[str],
    log: int,
    *,
    user: str | None = None,
    environment: Mapping[str, str] | None = None,
    cwd: Path = Path("/"),
) -> Iterator[None]:
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        user=user,
        env=environment,
        cwd=cwd,
        # A Ctrl-C in the terminal is for us; we end our servers in order.
        start_new_session=True,
    )
    try:
        yield
    finally:
        # PHP's server has workers, which end with their group.
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
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
