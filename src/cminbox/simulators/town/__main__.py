"""The town as a process of its own, for the demo: it serves the networks on loopback until its parent is gone.

It prints one JSON line: the folder for the workspace and what is needed to connect each account. Then it answers
questions, one JSON line each: {"network", "remote_id"} -> {"text", "to", "said"}, or {} when nothing is there.
It ends when its standard input does, and takes the folder with it unless it was given one.
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
_REMOVAL_SECONDS = 5.0


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
    try:
        asyncio.run(_serve(given.seed, given.rate, made / _WORKSPACE))
    finally:
        _remove(made)
    return 0


def _remove(folder: Path) -> None:
    """Remove a folder, though a process that syncs may still be writing into it for a moment."""
    until = time.monotonic() + _REMOVAL_SECONDS
    while folder.exists() and time.monotonic() < until:
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(TICK_SECONDS / 5)


async def _serve(seed: int, per_hour: float, folder: Path) -> None:
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


async def _listen(town: SimulatedTown, stop: asyncio.Event) -> None:
    """Answer the parent's questions; its end is ours."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        asked = json.loads(line)
        found = town.find(asked["network"], asked["remote_id"])
        if found is None:
            _tell({})
            continue
        answer, answered = found
        author = "" if answered is None or answered.author is None else answered.author.handle
        _tell({"text": answer.text, "to": author, "said": "" if answered is None else answered.text})
    stop.set()


def _tell(value: dict[str, Any]) -> None:
    # A parent that is gone is noticed by the end of our input.
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(value) + "\n")
        sys.stdout.flush()


def _clock() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    sys.exit(main())
