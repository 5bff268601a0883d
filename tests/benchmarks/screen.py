"""What the screen costs: bytes and processor time per key, start and memory beside a bare Textual program.

    python tests/benchmarks/screen.py [--conversations 100000] [--runs 9]

Prints a table; nothing is asserted, because a busy machine is no failure. The store is built once, beside the
system's temporary files, and used again by later runs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "screen")]

from stage.opening import Clock, open_workspace  # noqa: E402 - found through the line above
from stage.scenery import crowd  # noqa: E402 - as above
from stage.terminal import Terminal  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = ((80, 24), (120, 40), (200, 50))
FIRST = "user0000"
KEYS = (("j", "j"), ("k", "k"), ("e", "e"), ("page down", "\x1b[6~"), ("page up", "\x1b[5~"), ("next view", "\t"))
REPEATS = 15
IDLE_SECONDS = 10.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=9)
    given = parser.parse_args()
    folder = store(given.conversations)
    print(f"{given.conversations} conversations; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n")
    keys(folder)
    idle(folder)
    starts(folder, given.runs)


def store(count: int) -> Path:
    """Return a workspace with so many conversations, made when there is none."""
    folder = Path(tempfile.gettempdir()) / f"cminbox-benchmark-{os.getuid()}-{count}"
    if not (folder / "complete").exists():
        workspace = open_workspace(folder, Clock())
        crowd(workspace, count)
        workspace.close()
        (folder / "complete").touch()
    return folder


@contextmanager
def playing(module: str, *options: str, columns: int = 120, lines: int = 40) -> Iterator[Terminal]:
    """Start a program of the stage in a terminal."""
    paths = os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests" / "screen")))
    environment = {**os.environ, "PYTHONPATH": paths, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with Terminal([sys.executable, "-m", module, *options], environment, columns=columns, lines=lines) as terminal:
        yield terminal


def keys(folder: Path) -> None:
    """Print bytes, time to the first byte and processor time of each key at each size."""
    print(f"{'':14}{'size':>8}{'bytes':>8}{'most':>8}{'first ms':>10}{'CPU ms':>8}")
    for columns, lines in SIZES:
        with playing("stage.play", str(folder), columns=columns, lines=lines) as terminal:
            terminal.shows(FIRST)
            terminal.read(1.0)
            print(f"{'first paint':14}{f'{columns}x{lines}':>8}{len(terminal.written):>8}")
            for name, key in KEYS:
                print(f"{name:14}{'':8}{row(terminal, key)}")
            terminal.type("?")
            print(f"{'help':14}{'':8}{len(terminal.read(0.4)):>8}")
            terminal.type("\x1b")
            terminal.read(0.4)
            before = terminal.cpu_seconds()
            terminal.type("j" * 50)
            written = len(terminal.read(0.4))
            print(f"{'50 j at once':14}{'':8}{written:>8}{'':18}{(terminal.cpu_seconds() - before) * 1000:>8.1f}")


def row(terminal: Terminal, key: str) -> str:
    """Return the figures of one key, pressed several times."""
    sizes, firsts, used = [], [], []
    for _ in range(REPEATS):
        terminal.read(0.1)
        before, start = terminal.cpu_seconds(), time.perf_counter()
        terminal.type(key)
        written = terminal.read_first()
        firsts.append((time.perf_counter() - start) * 1000)
        written += terminal.read()
        sizes.append(len(written))
        used.append((terminal.cpu_seconds() - before) * 1000)
    median = statistics.median
    return f"{median(sizes):>8.0f}{max(sizes):>8}{median(firsts):>10.1f}{median(used):>8.1f}"


def idle(folder: Path) -> None:
    """Print what an idle screen writes and uses."""
    with playing("stage.play", str(folder), "--clock", columns=80, lines=24) as terminal:
        terminal.shows(FIRST)
        terminal.read(1.5)
        before = terminal.cpu_seconds()
        written = len(terminal.read(IDLE_SECONDS))
        share = (terminal.cpu_seconds() - before) / IDLE_SECONDS
        print(f"\nidle for {IDLE_SECONDS:.0f} s: {written} bytes, {share:.2%} of one processor")


def starts(folder: Path, runs: int) -> None:
    """Print the start beside that of a bare Textual program, in alternating runs."""
    ours, bare = [], []
    for _ in range(runs):
        ours.append(start("stage.play", str(folder)))
        bare.append(start("stage.bare"))
    for name, column in (("CPU ms", 0), ("wall ms", 1), ("peak MB", 2)):
        mine, other = (statistics.median(run[column] for run in found) for found in (ours, bare))
        print(f"start, {name:8} {mine:8.1f}   bare Textual {other:8.1f}   ratio {mine / other:.2f}")


def start(module: str, *options: str) -> tuple[float, float, float]:
    """Return processor time, time until the first row is seen, and peak memory of one start."""
    began = time.perf_counter()
    with playing(module, *options) as terminal:
        terminal.shows(FIRST)
        seen = time.perf_counter() - began
        terminal.read(0.1)
        return terminal.cpu_seconds() * 1000, seen * 1000, terminal.peak_bytes() / 1e6


if __name__ == "__main__":
    main()
