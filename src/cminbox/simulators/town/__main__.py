"""The town as a process of its own, for the demo: it serves the networks on loopback until its parent is gone.

It prints one JSON line: the folder for the workspace and what is needed to connect each account. Then it answers
questions, one JSON line each: {"network", "remote_id"} -> {"text", "to", "said"}, or {} when nothing is there.
It ends when its standard input does, and takes the folder with it unless it was given one. A parent that ends in
good order says {"end": true} first: then nobody else works in the folder any more.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from cminbox.settings.modes import make_folder
from cminbox.simulators.town.simulated import SimulatedTown
from cminbox.simulators.wire import serve

TICK_SECONDS = 0.25
_PREFIX = "cminbox-demo-"
_WORKSPACE = "demo"
_LINGER_SECONDS = 3.5
"""Longer than a process that syncs for screens goes on without one."""


def main() -> int:
    """Serve until the parent is gone."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.folder is not None:
        asyncio.run(_serve(given.seed, given.rate, given.folder))
        return 0
    made = Path(tempfile.mkdtemp(prefix=_PREFIX))
    in_order = False
    try:
        in_order = asyncio.run(_serve(given.seed, given.rate, made / _WORKSPACE))
    finally:
        _remove(made, 0.0 if in_order else _LINGER_SECONDS)
    return 0


def _remove(folder: Path, seconds: float) -> None:
    """Remove a folder, and for some seconds whatever a process that still syncs puts back."""
    until = time.monotonic() + seconds
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        if time.monotonic() >= until:
            return
        time.sleep(TICK_SECONDS)


async def _serve(seed: int, per_hour: float, folder: Path) -> bool:
    """Serve until the input ends or a signal comes; return whether the parent ended in good order."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    make_folder(folder)
    town = SimulatedTown(seed, _clock, folder / "spool")
    town.settle()
    async with contextlib.AsyncExitStack() as stack:
        accounts = []
        for stage in town.stages.values():
            base_url = "" if stage.wire is None else await stack.enter_async_context(serve(stage.wire))
            accounts.append({"network": stage.network, "given": dict(stage.sign_in(base_url))})
        _tell({"folder": str(folder), "accounts": accounts})
        town.live(per_hour)
        listening = asyncio.create_task(_listen(town, stop))
        while not stop.is_set():
            town.tick()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), TICK_SECONDS)
        listening.cancel()
        return listening.done() and listening.result()


async def _listen(town: SimulatedTown, stop: asyncio.Event) -> bool:
    """Answer the parent's questions; its end is ours. Return whether it announced its end."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    announced = False
    try:
        while line := await reader.readline():
            asked = json.loads(line)
            announced = "end" in asked
            if not announced:
                _tell(_found(town, asked["network"], asked["remote_id"]))
    finally:
        stop.set()
    return announced


def _found(town: SimulatedTown, network: str, remote_id: str) -> dict[str, Any]:
    found = town.find(network, remote_id)
    if found is None:
        return {}
    answer, answered = found
    author = "" if answered is None or answered.author is None else answered.author.handle
    return {"text": answer.text, "to": author, "said": "" if answered is None else answered.text}


def _tell(value: dict[str, Any]) -> None:
    # A parent that is gone is noticed by the end of our input.
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(value) + "\n")
        sys.stdout.flush()


def _clock() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    sys.exit(main())
