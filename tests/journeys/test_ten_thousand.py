"""What is in the store equals what is at the source, each once, whatever fails and whoever is killed on the way."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from rehearsal import flood, syncing_child

from cminbox.inbox.workspace import Agent, Workspace
from cminbox.networks import load
from cminbox.settings.locations import locate
from cminbox.settings.secrets import SecretStore
from cminbox.settings.values import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FAULTS = 0.06
"""The share of requests that fail."""
ALIVE = (0.4, 1.6)
"""How long a process lives that is killed, in seconds; it needs about half a second to begin."""
PATIENCE = 600.0


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


@contextmanager
def flooded(amount: int, seed: int, folder: Path) -> Iterator[list[str]]:
    """Serve both networks while the context lasts; gives their addresses."""
    arguments = [str(amount), str(seed), str(FAULTS), str(folder)]
    server = subprocess.Popen([sys.executable, flood.__file__, *arguments], env=environment())
    try:
        yield json.loads(appearing(folder / "address.json", server))
    finally:
        server.kill()
        server.wait()


def appearing(file: Path, server: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + PATIENCE
    while not file.exists():
        assert server.poll() is None, "the servers have died"
        assert time.monotonic() < until, f"{file.name} does not appear"
        time.sleep(0.02)
    return file.read_text(encoding="utf-8")


def connected(folder: Path, addresses: list[str]) -> Workspace:
    """Return a workspace with both accounts, set up as a person would have it."""
    workspace = Workspace(locate(f"{folder}/", None, {}), Settings(), Agent("ana", "tty1"))
    secrets = SecretStore(workspace.locations.secrets)
    ways: list[tuple[str, dict[str, Any], dict[str, str]]] = [
        ("mastodon", {"base_url": addresses[0]}, {"access_token": flood.TOKEN}),
        ("bluesky", {"base_url": addresses[1], "handle": flood.HANDLE}, {"app_password": flood.APP_PASSWORD}),
    ]
    for name, settings, secret in ways:
        secrets.write(name, secret)
        manifest = load(name).manifest
        workspace.accounts.add(name, manifest, settings, handle="acme", agent="ana", now=workspace.now())
    return workspace


def sync(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, syncing_child.__file__, str(folder)], env=environment(), stdout=subprocess.PIPE, text=True
    )


def kill_after(process: subprocess.Popen[str], seconds: float) -> bool:
    """Kill a process after a while; False when it had finished."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def stored(workspace: Workspace) -> dict[str, list[str]]:
    """Return the ids of all customers' messages by account, as often as they are there."""
    rows = workspace.database.read().execute(
        "SELECT a.name, m.remote_id FROM messages m JOIN accounts a ON a.id = m.account_id WHERE NOT m.ours"
    )
    found: dict[str, list[str]] = {"mastodon": [], "bluesky": []}
    for name, remote_id in rows:
        found[name].append(remote_id)
    return found


def at_the_source(folder: Path) -> dict[str, Any]:
    (folder / "written.json").unlink(missing_ok=True)
    (folder / "count").touch()
    until = time.monotonic() + PATIENCE
    while not (folder / "written.json").exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    answer: dict[str, Any] = json.loads((folder / "written.json").read_text(encoding="utf-8"))
    return answer


def synced_until_nobody_writes(folder: Path) -> dict[str, Any]:
    """Sync until everybody has written what he was to write; return the ids that the servers know."""
    while True:
        process = sync(folder / "brand")
        output, _ = process.communicate(timeout=PATIENCE)
        assert (process.returncode, output.splitlines()[-1:]) == (0, ["ok"])
        source = at_the_source(folder / "servers")
        if source["left"] == 0:
            return source


def journey(folder: Path, amount: int, kills: int, seed: int) -> None:
    print(f"seed {seed}")
    chance = random.Random(seed)
    (folder / "servers").mkdir()
    with flooded(amount, seed, folder / "servers") as addresses:
        workspace = connected(folder / "brand", addresses)
        killed = 0
        while killed < kills:
            killed += kill_after(sync(folder / "brand"), chance.uniform(*ALIVE))
        print("stored when the last one was killed:", {name: len(ids) for name, ids in stored(workspace).items()})
        source = synced_until_nobody_writes(folder)
        # What was written while the last cycle was reading comes with the next one.
        assert not kill_after(sync(folder / "brand"), PATIENCE)
        found = stored(workspace)
    for network, written in source["written"].items():
        assert len(written) == amount // 2
        assert sorted(found[network]) == sorted(written)
    assert source["violations"] == []
    assert workspace.database.read().execute("PRAGMA integrity_check").fetchone() == ("ok",)
    workspace.close()


def test_one_thousand_messages_through_faults_and_four_kills(tmp_path: Path) -> None:
    journey(tmp_path, amount=1000, kills=4, seed=random.randrange(10**6))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_thousand_messages_through_faults_and_twenty_kills(tmp_path: Path) -> None:
    journey(tmp_path, amount=10_000, kills=20, seed=random.randrange(10**6))
